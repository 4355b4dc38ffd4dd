"""A line to type in, at the foot: one text, its name, its limit."""

import asyncio

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from avara_tui.text import clean, hidden_characters
from avara_tui.tui.choices import Check
from avara_tui.tui.keys.key_turn import keep_keys
from avara_tui.tui.lines import Line, Role, line, width_of
from avara_tui.tui.terminal.right_to_left import runs_left, walled_at_ends
from avara_tui.tui.widgets.pane import Pane
from avara_tui.tui.widgets.quiet_input import QuietInput

ONCE_MORE = "esc again discards this text"


class Prompt(Horizontal):
    """Asks for one text. Give it what stands there; it returns what the person left.

    A text that will not do stays, with the reason beside it; one that was changed takes two
    escapes to throw away.
    """

    DEFAULT_CSS = """
    Prompt { dock: bottom; height: 1; background: $surface; }
    Prompt > Pane { width: auto; background: $surface; }
    """

    def __init__(
        self, label: str, value: str, limit: int, check: Check | None = None, note: str = ""
    ) -> None:
        super().__init__()
        self._note = note
        self._label = line((f" {label} ", Role.KEY))
        self._value = value
        self._limit = limit
        self._check = check
        self._said = ""
        self._pane = Pane()
        self._beside = Pane()
        self.input = QuietInput(value, limit=limit)
        self.answered: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    @property
    def taker(self) -> QuietInput:
        """Where the keys go."""
        return self.input

    @property
    def is_begun(self) -> bool:
        """Whether it holds a text that was changed and that nobody has thrown away."""
        is_given_up = self.answered.done() and self.answered.result() is None
        return self.input.value != self._value and not is_given_up

    def compose(self) -> ComposeResult:
        """Lay out the name, the text, and what is to be said of it."""
        yield self._pane
        yield self.input
        yield self._beside

    def on_mount(self) -> None:
        """Draw."""
        self._pane.styles.width = width_of(self._label)
        self._pane.show([self._label])
        self._show_beside()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Count along."""
        event.stop()
        if self._said and event.value != self._asked_about:
            self._said = ""
        self._show_beside()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the text back, if it will do."""
        event.stop()
        problem = self._problem(self.input.value)
        if problem is None:
            self._answer(self.input.value)
        else:
            self._show_problem(problem)

    def on_quiet_input_given_up(self, event: QuietInput.GivenUp) -> None:
        """Give nothing back; ask once more before a changed text is thrown away."""
        event.stop()
        is_changed = self.input.value != self._value and self.input.value.strip()
        if is_changed and self._said != ONCE_MORE:
            self._show_problem(ONCE_MORE)
        else:
            self._answer(None)

    def on_quiet_input_altered(self, event: QuietInput.Altered) -> None:
        """Say what became of a pasted text."""
        event.stop()
        self._said, self._asked_about = event.said, self.input.value
        self._show_beside()

    def on_descendant_blur(self) -> None:
        """Keep the keys: a click elsewhere must not throw away what was typed."""
        if not self.answered.done():
            self.screen.set_focus(self.input, scroll_visible=False)

    def _problem(self, text: str) -> str | None:
        if self._limit and len(text) > self._limit:
            return f"at most {self._limit} characters"
        return self._check(text) if self._check is not None else None

    def _answer(self, text: str | None) -> None:
        if not self.answered.done():
            self.answered.set_result(text)

    def _show_problem(self, text: str) -> None:
        """Say something beside the text, and go on typing."""
        self._said, self._asked_about = text, self.input.value
        self._show_beside()
        keep_keys(self)

    def _show_beside(self) -> None:
        beside = self._beside_line()
        if runs_left(self.input.value):
            beside = walled_at_ends(beside)
        self._beside.styles.width = width_of(beside)
        self._beside.show([beside])

    def _hidden(self) -> Line:
        """Say that the text holds what nobody sees: it is kept, unless it is taken out."""
        hidden = hidden_characters(self.input.value)
        if not hidden:
            return ()
        more = f" and {len(hidden) - 1} more" if len(hidden) > 1 else ""
        return line((f" hidden, but kept: {hidden[0]}{more} ", Role.WARNING))

    def _beside_line(self) -> Line:
        said = line((f" {clean(self._said)} ", Role.WARNING)) if self._said else self._hidden()
        said += line((f" {self._note} ", Role.DIM)) if self._note else ()
        if not self._limit:
            return said
        used = len(self.input.value)
        role = Role.WARNING if used >= self._limit else Role.DIM
        count = f" {used}/{self._limit} ".rjust(len(str(self._limit)) * 2 + 3)
        return said + line((count, role))
