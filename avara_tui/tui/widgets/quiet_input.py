"""Typing one line of text, quietly: nothing blinks, and nothing reaches a clipboard."""

from typing import ClassVar

from textual import events
from textual.message import Message
from textual.widgets import Input

from avara_tui.tui.key_turn import FREE, Does, Meaning, hand_over, keeps, text_ended


class QuietInput(Input):
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

    def __init__(self, value: str = "", *, limit: int = 0, id: str | None = None) -> None:  # noqa: A002
        super().__init__(value, max_length=limit, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False

    async def on_key(self, event: events.Key) -> None:
        """Edit and end the text in the order of the keys, however fast they come.

        Textual would move the cursor, or delete, only after what was typed behind. What follows
        enter and escape is not text. Tab takes the suggestion.
        """
        if keeps(self, event, self.ends_in if event.key == "enter" else FREE):
            return
        editing = next(iter(self._bindings.key_to_bindings.get(event.key, [])), None)
        if editing is None and event.key not in {"escape", "tab", *self.asked_keys}:
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
                await self.run_action(editing.action)

    def action_copy(self) -> None:
        """Do nothing: a terminal's clipboard may be anybody's."""

    def action_cut(self) -> None:
        """Do nothing: a terminal's clipboard may be anybody's."""
