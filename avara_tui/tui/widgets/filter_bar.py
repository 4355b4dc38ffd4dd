"""The filter: what it says, and the line to type it in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message

from avara_tui.text import clean
from avara_tui.tui.lines import Line, Role, line, spread
from avara_tui.tui.masking import veiled
from avara_tui.tui.terminal.right_to_left import runs_left, walled_at_ends
from avara_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from textual.suggester import Suggester
    from textual.widgets import Input

    from avara_tui.tui.widgets.quiet_input import QuietInput

_SIGN = 3
"""Cells before the text: blank, slash, blank."""


class FilterBar(Pane):
    """One line while there is a filter or somebody types one, and none else."""

    DEFAULT_CSS = """
    FilterBar { background: $panel; layout: horizontal; display: none; }
    FilterBar.-there { display: block; }
    FilterBar QuietInput { margin-left: 3; }
    """

    @dataclass(eq=False, repr=False, match_args=False)
    class Edited(Message):
        """The text is being typed."""

        text: str

    @dataclass(eq=False, repr=False, match_args=False)
    class Finished(Message):
        """The person is done typing: ``text`` is kept, or the former one if None."""

        text: str | None

    @dataclass(eq=False, repr=False, match_args=False)
    class Asked(Message):
        """A key that means something while a filter is typed: tab, up or down."""

        key: str
        text: str

    @dataclass(eq=False, repr=False, match_args=False)
    class Altered(Message):
        """A pasted text could not be taken as it was; said behind what it made of the filter."""

        said: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._text = ""
        self._masked = False
        self._clears = ""
        self._within: Line = ()
        self._said = ""
        self._input: QuietInput | None = None

    @property
    def is_typing(self) -> bool:
        """Whether the input is open."""
        return self._input is not None

    def show_filter(
        self, text: str, clears: str, *, masked: bool = False, within: Line = ()
    ) -> None:
        """Show the filter ``text`` and the key that ``clears`` it, or nothing if it is empty.

        A filter may name a patient: while it is ``masked``, it shows in the input alone. ``within``
        says what it narrows, where that is none of the saved worklists; the key goes back to them.
        """
        self._within = within
        self._text = text
        self._clears = clears
        self._masked = masked
        self._draw()

    def say(self, said: str) -> None:
        """Say behind what is being typed what the table shows in its place; nothing if empty."""
        if said != self._said:
            self._said = said
            self._draw()

    async def type(self, suggester: "Suggester | None" = None) -> None:
        """Open the input with the present filter in it; ``suggester`` offers how to go on."""
        if self._input is not None:
            return
        # Not needed to paint the first frame, and slow to import.
        from avara_tui.tui.widgets.filter_input import FilterInput  # noqa: PLC0415

        self._input = FilterInput(self._text)
        self._input.suggester = suggester
        self._draw()
        await self.mount(self._input)
        self.screen.set_focus(self._input, scroll_visible=False)

    async def close(self) -> None:
        """Take the input away."""
        if self._input is not None:
            field, self._input, self._said = self._input, None, ""
            await field.remove()
            self._draw()

    def on_input_changed(self, event: "Input.Changed") -> None:
        """Filter while typing."""
        event.stop()
        self._draw()
        self.post_message(self.Edited(event.value))

    def on_input_submitted(self, event: "Input.Submitted") -> None:
        """Keep what was typed."""
        event.stop()
        self.post_message(self.Finished(event.value))

    @property
    def text_column(self) -> int:
        """The column at which the text begins: left of the edge when it is scrolled."""
        scrolled = 0 if self._input is None else round(self._input.scroll_x)
        return _SIGN - scrolled

    @property
    def cursor(self) -> int:
        """Before which character of the text the next one is typed."""
        return len(self._text) if self._input is None else self._input.cursor_position

    def put(self, text: str, *, typed: str) -> None:
        """Have ``text`` in the input in place of what was ``typed``; what came since stays."""
        if self._input is not None:
            since = self._input.value.removeprefix(typed)
            text += "" if since == self._input.value and typed else since
            self._input.value = text
            self._input.cursor_position = len(text)

    def on_quiet_input_asked(self, event: "QuietInput.Asked") -> None:
        """Hand on a key that means something while a filter is typed."""
        event.stop()
        self.post_message(self.Asked(event.key, event.text))

    def on_quiet_input_altered(self, event: "QuietInput.Altered") -> None:
        """Hand on what became of a pasted text."""
        event.stop()
        self.post_message(self.Altered(event.said))

    def on_quiet_input_given_up(self, event: "QuietInput.GivenUp") -> None:
        """Go back to the filter as it was."""
        event.stop()
        self.post_message(self.Finished(None))

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the room there is."""
        super().on_resize(event)
        self._fit_input()
        self._draw()

    def _fit_input(self) -> None:
        """Leave the ends of the line to the line."""
        if self._input is not None:
            said = len(self._said) + 1 if self._said else 0
            self._input.styles.width = max(self.size.width - _SIGN - 1 - said, 12)

    def _draw(self) -> None:
        self.set_class(self.is_typing or bool(self._text or self._within), "-there")
        self._fit_input()
        text, clears = line(veiled(clean(self._text), masked=self._masked)), line(" ")
        if self._input is not None:
            text = ()
            if self._said:
                clears = line((f"{self._said} ", Role.WARNING))
        elif self._clears:
            does = " clears it " if self._text else " goes back "
            clears = line((self._clears, Role.KEY), (does, Role.DIM))
        sign = line(" ", ("/", Role.KEY), " ")
        if self._input is None and self._within:
            sign = line(" ") + self._within + (line("  ") + sign[1:] if self._text else ())
        if self._input is not None and runs_left(self._input.value):
            sign, clears = walled_at_ends(sign), walled_at_ends(clears)
        self.show([spread(sign + text, clears, self.size.width)])
