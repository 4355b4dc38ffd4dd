"""A short list to choose from by typing a part of what one looks for."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from avara_tui.tui.choices import TAKE, Choice
from avara_tui.tui.lines import Line, Role, line, spread, squeeze, width_of
from avara_tui.tui.presentation.chosen import NO_SIGN, chosen
from avara_tui.tui.terminal.right_to_left import runs_left, walled_at_ends
from avara_tui.tui.widgets.pane import Pane
from avara_tui.tui.widgets.quiet_input import QuietInput
from avara_tui.worklist.query.folding import fold_case, holds_all

if TYPE_CHECKING:
    from avara_tui.tui.terminal.host import Host

Rank: TypeAlias = Callable[[Sequence[Choice], str], list[Choice]]
"""Says which choices fit a text, the likeliest first."""


def containing(choices: Sequence[Choice], text: str) -> list[Choice]:
    """Return the choices that contain every word of ``text``, in their own order."""
    words = fold_case(text).split()
    return [each for each in choices if holds_all(each.search, words)]


SEARCH: Final = "type to search"
"""Stands where nothing is typed yet."""


_STEPS: Final = {"down": 1, "up": -1}


class PickerInput(QuietInput):
    """What is typed to narrow the choices; the arrows move among them."""

    # Textual's input would scroll, and leave them to nobody else.
    asked_keys: ClassVar[frozenset[str]] = frozenset(_STEPS)


class Picker(Vertical):
    """Asks for one of several things."""

    app: "Host"
    LONGEST: ClassVar[int] = 8
    DEFAULT_CSS = """
    Picker { dock: bottom; height: auto; background: $surface; layer: over; }
    Picker > Pane { background: $surface; }
    Picker > .picker--title { background: $panel; }
    Picker > Horizontal { height: 1; }
    Picker .picker--sign { width: 3; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "move(1)", show=False),
        Binding("ctrl+p", "move(-1)", show=False),
    ]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        rank: Rank | None = None,
        deed: str = TAKE,
        order: str = "",
    ) -> None:
        """``deed`` says what enter does, ``order`` in which order the choices come."""
        super().__init__()
        self._rank = rank or containing
        self._deed = deed
        self._order = order
        self._title = title
        self._choices = choices
        self._matching = list(choices)
        self._index = 0
        self._heading = Pane(classes="picker--title")
        self._list = Pane()
        self._sign = Pane(classes="picker--sign")
        self.input = PickerInput(placeholder=SEARCH)
        self.answered: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    def compose(self) -> ComposeResult:
        """Lay out the title, the choices and the text."""
        yield self._heading
        yield self._list
        with Horizontal():
            yield self._sign
            yield self.input

    def on_mount(self) -> None:
        """Draw."""
        self._head()
        rows = min(len(self._choices), self.LONGEST) or 1
        self._list.styles.height = rows + self._is_long
        self._draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list to what fits the text."""
        event.stop()
        self._head()
        self._matching = self._rank(self._choices, event.value)
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

    def on_quiet_input_asked(self, event: QuietInput.Asked) -> None:
        """Move the mark by an arrow."""
        event.stop()
        self.action_move(_STEPS[event.key])

    def on_quiet_input_altered(self, event: QuietInput.Altered) -> None:
        """Say what became of a pasted text, until it is changed."""
        event.stop()
        self._head(line((f"{event.said} ", Role.WARNING)))

    def on_quiet_input_given_up(self, event: QuietInput.GivenUp) -> None:
        """Take nothing."""
        event.stop()
        self.give_up()

    def give_up(self) -> None:
        """Take nothing: whoever asked goes on without an answer."""
        self._answer(None)

    def on_descendant_blur(self) -> None:
        """Take a click elsewhere as choosing nothing."""
        self._answer(None)

    def _head(self, said: Line = ()) -> None:
        hint = line(
            *(("↑↓", Role.KEY), " choose  ", ("enter", Role.KEY), f" {self._deed}  "),
            *(("esc", Role.KEY), " close "),
        )
        width = self.screen.size.width
        beside = said or hint
        title = squeeze(line(" ", (self._title, Role.STRONG)), width - width_of(beside) - 2)
        self._heading.show([spread(title, beside, width)])

    def _answer(self, key: str | None) -> None:
        if not self.answered.done():
            self.answered.set_result(key)

    def _draw(self) -> None:
        sign = line((" >", Role.KEY))
        self._sign.show([walled_at_ends(sign) if runs_left(self.input.value) else sign])
        if not self._matching:
            self._list.show([line(("  nothing by that name", Role.DIM))])
            return
        width, is_slow = self.screen.size.width, self.app.traits.is_slow
        first = max(0, min(self._index - self.LONGEST // 2, len(self._matching) - self.LONGEST))
        shown = self._matching[first : first + self.LONGEST]
        rows = [
            chosen(each.label, width, is_slow=is_slow)
            if first + row == self._index
            else line(NO_SIGN) + each.label
            for row, each in enumerate(shown)
        ]
        if self._is_long:
            rows += [()] * (self.LONGEST - len(rows))
            rows.append(line((f"  {self._count(len(shown))}", Role.DIM)))
        self._list.show(rows)

    @property
    def _is_long(self) -> bool:
        """Whether there is more than can be shown at once."""
        return len(self._choices) > self.LONGEST

    def _count(self, shown: int) -> str:
        found = len(self._matching)
        if found < len(self._choices):
            return f"{shown:,} of {found:,} found"
        return f"{shown:,} of {found:,}" + (f": {self._order}" if self._order else "")
