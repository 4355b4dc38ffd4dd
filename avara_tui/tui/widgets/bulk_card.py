"""The card of a bulk change: which studies, what happens to each, and the keys at its foot."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from textual import events

from avara_tui.tui.lines import Line, Role, line, spread, squeeze, width_of
from avara_tui.tui.widgets.work_card import WorkCard

if TYPE_CHECKING:
    from textual.geometry import Size

RowOf = Callable[[int, int], Line]
"""Returns the row of an index, in a number of cells."""
_KEPT: Final = 3
"""Lines of the worklist that stay in sight above the card."""
_FOOT: Final = 1
_PLACE: Final = 22
"""Cells that are kept for which of the rows are in sight."""
_APART: Final = 3
"""Cells between the question and its warning."""
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
        self._warning: Line = ()
        self._foot: Line = ()
        self._count = 0
        self._row: RowOf = lambda _index, _width: ()
        self._top = 0

    def describe(self, heading: Line, warning: Line, foot: Line) -> None:
        """Show what stands around the rows: a question with its warning, and the keys."""
        self._heading, self._warning, self._foot = heading, warning, foot
        self.draw()

    def list_rows(self, count: int, row: RowOf) -> None:
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
        most = max(room.height - _KEPT - _FOOT - 1, 1)
        heading = self._head(width, 0 if self._count <= most else _PLACE)
        height = max(most - len(heading) + 1, 1)
        shown = min(self._count, height)
        self._top = min(max(self._top, 0), self._count - shown)
        rows = [self._row(self._top + index, width) for index in range(shown)]
        is_whole = shown == self._count
        place = f"{self._top + 1:,} to {self._top + shown:,} of {self._count:,} "
        scroll = () if is_whole else line(("↑↓", Role.KEY), " scroll ")
        foot = line(" ") + squeeze(self._foot, width - 2 - width_of(scroll))
        first = spread(heading[0], () if is_whole else line((place, Role.DIM)), width)
        return [first, *heading[1:], *rows, spread(foot, scroll, width)]

    def _head(self, width: int, kept: int) -> list[Line]:
        """Return the question and its warning: in one row where they fit."""
        heading = line(" ") + self._heading
        if not self._warning:
            return [heading]
        together = heading + line(" " * _APART) + self._warning
        if width_of(together) < width - kept:
            return [together]
        return [heading, line(" ") + squeeze(self._warning, width - 1)]
