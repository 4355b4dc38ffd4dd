"""A short list to choose from by typing a part of what one looks for."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from avara_tui.tui.choices import Choice
from avara_tui.tui.lines import Role, line
from avara_tui.tui.widgets.pane import Pane
from avara_tui.tui.widgets.quiet_input import QuietInput


class Picker(Vertical):
    """Asks for one of several things."""

    LONGEST: ClassVar[int] = 8
    DEFAULT_CSS = """
    Picker { dock: bottom; height: auto; background: $surface; layer: over; }
    Picker > Pane { background: $surface; }
    Picker > .picker--title { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "move(1)", show=False),
        Binding("up,ctrl+p", "move(-1)", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._matching = list(choices)
        self._index = 0
        self._heading = Pane(classes="picker--title")
        self._list = Pane()
        self.input = QuietInput()
        self.answered: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    def compose(self) -> ComposeResult:
        """Lay out the title, the choices and the text."""
        yield self._heading
        yield self._list
        yield self.input

    def on_mount(self) -> None:
        """Draw."""
        hint = line("  type to search  ", ("↑↓", Role.KEY), " move  ", ("enter", Role.KEY), " take")
        self._heading.show([line(" ", (self._title, Role.STRONG)) + hint])
        self._list.styles.height = min(len(self._choices), self.LONGEST) or 1
        self._draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list to what contains every word typed."""
        event.stop()
        words = event.value.lower().split()
        self._matching = [
            each for each in self._choices if all(word in each.search for word in words)
        ]
        self._index = 0
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the marked choice; none, if nothing matches."""
        event.stop()
        self._answer(self._matching[self._index].key if self._matching else None)

    def action_move(self, by: int) -> None:
        """Move the mark."""
        if self._matching:
            self._index = (self._index + by) % len(self._matching)
            self._draw()

    def on_quiet_input_given_up(self, event: QuietInput.GivenUp) -> None:
        """Take nothing."""
        event.stop()
        self._answer(None)

    def on_descendant_blur(self) -> None:
        """Take a click elsewhere as choosing nothing."""
        self._answer(None)

    def _answer(self, key: str | None) -> None:
        if not self.answered.done():
            self.answered.set_result(key)

    def _draw(self) -> None:
        if not self._matching:
            self._list.show([line(("  nobody by that name", Role.DIM))])
            return
        first = max(0, min(self._index - self.LONGEST // 2, len(self._matching) - self.LONGEST))
        shown = self._matching[first : first + self.LONGEST]
        self._list.show(
            [
                line(("▌ ", Role.KEY) if first + row == self._index else "  ") + each.label
                for row, each in enumerate(shown)
            ]
        )
