"""A line to type in, at the foot: one text, its name, its limit."""

import asyncio

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from avara_tui.tui.lines import Role, line, width_of
from avara_tui.tui.widgets.pane import Pane
from avara_tui.tui.widgets.quiet_input import QuietInput


class Prompt(Horizontal):
    """Asks for one text. Give it what stands there; it returns what the person left."""

    DEFAULT_CSS = """
    Prompt { dock: bottom; height: 1; background: $surface; }
    Prompt > Pane { width: auto; background: $surface; }
    """

    def __init__(self, label: str, value: str, limit: int) -> None:
        super().__init__()
        self._label = line((f" {label} ", Role.KEY))
        self._limit = limit
        self._pane = Pane()
        self._count = Pane()
        self.input = QuietInput(value, limit=limit)
        self.answered: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    def compose(self) -> ComposeResult:
        """Lay out the name, the text and the count."""
        yield self._pane
        yield self.input
        yield self._count

    def on_mount(self) -> None:
        """Draw."""
        self._pane.styles.width = width_of(self._label)
        self._pane.show([self._label])
        self._count.styles.width = len(str(self._limit)) * 2 + 3 if self._limit else 0
        self._show_count()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Count along."""
        event.stop()
        self._show_count()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the text back."""
        event.stop()
        self._answer(self.input.value)

    def on_quiet_input_given_up(self, event: QuietInput.GivenUp) -> None:
        """Give nothing back."""
        event.stop()
        self._answer(None)

    def on_descendant_blur(self) -> None:
        """Keep the keys: a click elsewhere must not throw away what was typed."""
        if not self.answered.done():
            self.screen.set_focus(self.input, scroll_visible=False)

    def _answer(self, text: str | None) -> None:
        if not self.answered.done():
            self.answered.set_result(text)

    def _show_count(self) -> None:
        if not self._limit:
            return
        used = len(self.input.value)
        role = Role.WARNING if used >= self._limit else Role.DIM
        self._count.show([line((f" {used}/{self._limit} ", role))])
