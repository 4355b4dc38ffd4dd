"""The card of a bulk change: which studies, what happens to each, and the keys at its foot."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from textual import events

from avara_tui.tui.lines import Line, Role, line, spread, squeeze, width_of
from avara_tui.tui.widgets.work_card import WorkCard

if TYPE_CHECKING:
    from textual.geometry import Size

RowLine = tuple[Line, Line]
"""What stands at the two ends of a row."""
_KEPT: Final = 3
"""Lines of the worklist that stay in sight above the card."""
_FRAME: Final = 3
"""Lines of the card besides its rows: heading, second line, foot."""
_LEAST_LEFT: Final = 30
"""Cells that the name of a study gets, whatever is to be said of it."""
_WHEEL: Final = 3
_MOVES: Final = {
    "up": -1, "k": -1, "down": 1, "j": 1, "pageup": -10, "pagedown": 10, " ": 10,
    "home": -1_000_000, "g": -1_000_000, "end": 1_000_000, "G": 1_000_000,
}  # fmt: skip


class BulkCard(WorkCard):
    """Shows rows that can be scrolled, between a heading and a foot."""

    def __init__(self) -> None:
        super().__init__()
        self._heading: Line = ()
        self._second: Line = ()
        self._foot: Line = ()
        self._count = 0
        self._row: Callable[[int], RowLine] = lambda _: ((), ())
        self._top = 0

    def describe(self, heading: Line, second: Line, foot: Line) -> None:
        """Show what stands around the rows."""
        self._heading, self._second, self._foot = heading, second, foot
        self.draw()

    def list_rows(self, count: int, row: Callable[[int], RowLine]) -> None:
        """Show ``count`` rows from the first one on; ``row`` says what is in each."""
        self._count, self._row, self._top = count, row, 0
        self.draw()

    def scroll_by_key(self, key: str) -> bool:
        """Move the rows if ``key`` means that; return whether it does."""
        if key not in _MOVES:
            return False
        self._scroll(_MOVES[key])
        return True

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self._scroll(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self._scroll(-_WHEEL)

    def _scroll(self, by: int) -> None:
        self._top += by
        self.draw()

    def body(self, room: "Size") -> Sequence[Line]:
        """Return the card's lines."""
        width = self.size.width or room.width
        height = max(room.height - _KEPT - _FRAME, 1)
        shown = min(self._count, height)
        self._top = min(max(self._top, 0), self._count - shown)
        rows = [self._row_line(self._top + index, width) for index in range(shown)]
        heading = line(" ") + self._heading
        return [
            spread(heading, line((self._place(shown), Role.DIM)), width),
            line(" ") + squeeze(self._second, width - 1),
            *rows,
            line(" ") + squeeze(self._foot, width - 1),
        ]

    def _row_line(self, index: int, width: int) -> Line:
        left, right = self._row(index)
        # The end of the id stays, whatever the description.
        left = squeeze(left, max(width - width_of(right) - 2, _LEAST_LEFT))
        return spread(left, right + line(" "), width)

    def _place(self, shown: int) -> str:
        if shown == self._count:
            return ""
        return f"{self._top + 1:,} to {self._top + shown:,} of {self._count:,}  ↑↓ "
