"""Typing one line of text, quietly: nothing blinks, and nothing reaches a clipboard."""

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from avara_tui.text import is_text
from avara_tui.tui.keys.actions import FREE, Does, Meaning
from avara_tui.tui.keys.key_turn import hand_over, keeps, text_ended
from avara_tui.tui.terminal.app import bound_action
from avara_tui.tui.terminal.clean_input import CleanInput
from avara_tui.tui.terminal.right_to_left import WALL, runs_left
from avara_tui.tui.terminal.translation import TerminalPaste
from avara_tui.tui.widgets import pasted_text


class QuietInput(CleanInput):
    """A one-line input that neither blinks nor puts what it holds on the clipboard."""

    DEFAULT_CSS = """
    QuietInput, QuietInput:focus {
        height: 1; border: none; padding: 0; background: $surface; width: 1fr;
    }
    """

    asked_keys: ClassVar[frozenset[str]] = frozenset()
    """Keys that mean something to whoever the text is for."""
    ends_in: ClassVar[Meaning] = Meaning(Does.ACTS, "enter")
    """What enter means: in the midst of a paste it must not end the text."""
    may_go_on: ClassVar[bool] = True
    """Whether somebody may type on who has not seen that the text has ended."""

    class Asked(Message):
        """One of :attr:`asked_keys` was pressed."""

        def __init__(self, key: str, text: str) -> None:
            super().__init__()
            self.key = key
            self.text = text

    class GivenUp(Message):
        """The person wants out, without what was typed."""

    class Altered(Message):
        """A pasted text could not be held as it was; what is held is in the input."""

        def __init__(self, said: str) -> None:
            super().__init__()
            self.said = said
            """What became of it."""

    def __init__(
        self,
        value: str = "",
        *,
        limit: int = 0,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002
    ) -> None:
        """``placeholder`` stands there as long as there is no text."""
        super().__init__(
            value,
            placeholder,
            max_length=limit,
            compact=True,
            select_on_focus=False,
            id=id,
        )
        self.cursor_blink = False

    async def on_key(self, event: events.Key) -> None:
        """Edit and end the text in the order of the keys, however fast they come.

        Textual would move the cursor, or delete, only after what was typed behind. What follows
        enter and escape is not text. Tab takes the suggestion.
        """
        if keeps(self, event, self.ends_in if event.key == "enter" else FREE):
            return
        editing = bound_action(self, event.key)
        if editing is None and event.key not in {"escape", "tab", *self.asked_keys}:
            self._type_unseen(event)
            return
        event.stop()
        event.prevent_default()
        match event.key:
            case key if key in self.asked_keys:
                self.post_message(self.Asked(key, self.value))
            case "tab":
                self.action_end()
                self.action_cursor_right()
            case "enter":
                hand_over(self)
                if self.may_go_on:
                    text_ended(self)
                self.post_message(self.Submitted(self, self.value))
            case "escape":
                hand_over(self)
                self.post_message(self.GivenUp())
            case _ if editing is not None:
                await self.run_action(editing)

    def on_paste(self, event: events.Paste) -> None:
        """Take a pasted text as far as one line can hold it, and say what became of the rest.

        Textual would take the first line, or nothing of a text that is too long.
        """
        event.stop()
        event.prevent_default()
        start, end = sorted(self.selection)
        room = (self.max_length or pasted_text.LONGEST) - len(self.value) + (end - start)
        left_out = event.left_out if isinstance(event, TerminalPaste) else 0
        fitted = pasted_text.fit(event.text, room, left_out)
        self.replace(fitted.text, start, end)
        if fitted.said:
            self.post_message(self.Altered(fitted.said))

    def _type_unseen(self, event: events.Key) -> None:
        """Type what Textual drops: blanks of other scripts, joiners, whatever cannot be seen."""
        if event.is_printable or event.character is None or not is_text(event.character):
            return
        event.stop()
        event.prevent_default()
        self.replace(event.character, *sorted(self.selection))

    def render_line(self, y: int) -> Strip:
        """Return the text as it is drawn, its end apart from what stands beside it."""
        strip = super().render_line(y)
        last = self.scrollable_content_region.width - 1
        if not runs_left(strip.text) or strip.crop(last, last + 1).text != " ":
            return strip
        wall = Strip([Segment(WALL, self.rich_style)])
        return Strip.join([strip.crop(0, last), wall, strip.crop(last + 1)])

    def action_copy(self) -> None:
        """Do nothing: a terminal's clipboard may be anybody's."""

    def action_cut(self) -> None:
        """Do nothing: a terminal's clipboard may be anybody's."""
