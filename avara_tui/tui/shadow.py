"""What the terminal shows at the moment, so that it is told of nothing that it shows already."""

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Final

from textual.geometry import Size
from textual.strip import Strip

from avara_tui.tui.changed_cells import are_narrow

WORTHWHILE: Final = 16
"""Unchanged cells that are sent again rather than jumped over: a jump is bytes as well."""

Cell = tuple[object, int]
"""A character and the hash of its style, which is what Rich compares styles by. Of a strip whose
characters are not all one cell wide, every cell holds the whole strip and where it began: which of
its cells is whose is for the terminal."""
_UNKNOWN: Final[Cell] = (None, 0)


class Shadow:
    """The cells that were last sent. It knows nothing until a whole screen has been."""

    def __init__(self) -> None:
        self._rows: list[list[Cell]] = []
        self._size = Size(0, 0)
        self._last: tuple[Strip, int, list[Cell], bool] | None = None

    @property
    def is_known(self) -> bool:
        """Whether anything is known of what the terminal shows."""
        return bool(self._rows)

    def forget(self) -> None:
        """Take it that the terminal may show anything: the next picture is sent whole."""
        self._rows = []

    def begin(self, size: Size) -> None:
        """Get ready for a picture of the whole screen."""
        if not self._rows or self._size != size:
            self._rows = [[_UNKNOWN] * size.width for _ in range(size.height)]
            self._size = size

    def take(self, x: int, y: int, strip: Strip) -> Sequence[tuple[int, int]]:
        """Take ``strip`` as what a row shows from ``x`` on; return the parts to be sent for that.

        Each part is its first column within the strip and the column after its last.
        """
        length = strip.cell_length
        if y >= len(self._rows):
            return ((0, length),)
        row, (new, is_narrow) = self._rows[y], self._cells(strip, x)
        if length == len(row) and row[0] is _UNKNOWN:
            # Hardly anything is known of this row: to compare would find little.
            row[:] = new
            return ((0, length),)
        old = row[x : x + length]
        if old == new:
            return ()
        row[x : x + length] = new[: len(old)]
        if old:
            _forget_rest(row, x - 1, old[0], -1)
            _forget_rest(row, x + len(old), old[-1], 1)
        return tuple(_runs(old, new)) if is_narrow and len(old) == length else ((0, length),)

    def _cells(self, strip: Strip, x: int) -> tuple[list[Cell], bool]:
        """Return what :func:`_cells` does; of many rows that are one strip only once."""
        if self._last is None or self._last[0] is not strip or self._last[1] != x:
            self._last = strip, x, *_cells(strip, x)
        return self._last[2:]


def _forget_rest(row: list[Cell], place: int, cut: Cell, step: int) -> None:
    """Forget what is left of a strip with wide characters, of which ``cut`` was overwritten.

    Terminals differ in what becomes of the half of a character.
    """
    while isinstance(cut[0], tuple) and 0 <= place < len(row) and row[place] == cut:
        row[place] = _UNKNOWN
        place += step


def _cells(strip: Strip, x: int) -> tuple[list[Cell], bool]:
    """Return the cells of a strip, and whether each is a character of its own."""
    length, text = strip.cell_length, strip.text
    if len(text) == length and (text.isascii() or are_narrow(set(text))):
        cells: list[Cell] = []
        for part, style, _ in strip:
            cells += zip(part, repeat(hash(style)))
        return cells, True
    return [((x, *strip), 0)] * length, False


def _runs(old: list[Cell], new: list[Cell]) -> Iterator[tuple[int, int]]:
    first = last = -1
    for place, (before, after) in enumerate(zip(old, new, strict=True)):
        if before == after:
            continue
        if first >= 0 and place - last > WORTHWHILE:
            yield first, last + 1
            first = -1
        first = place if first < 0 else first
        last = place
    if first >= 0:
        yield first, last + 1
