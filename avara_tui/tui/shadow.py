"""What the terminal shows at the moment, so that it is told of nothing that it shows already."""

from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

WORTHWHILE: Final = 16
"""Unchanged cells that are sent again rather than jumped over: a jump is bytes as well."""

Cell = tuple[str, Style | None]


class Shadow:
    """The rows that were last sent. It knows nothing until a whole screen has been."""

    def __init__(self) -> None:
        self._rows: list[Strip | None] = []
        """None where nobody can say what a row shows."""
        self._size = Size(0, 0)

    def forget(self) -> None:
        """Take it that the terminal may show anything: the next picture is sent whole."""
        self._rows = []

    def fits(self, size: Size) -> bool:
        """Whether everything on a terminal of ``size`` is known."""
        return bool(self._rows) and self._size == size

    def keep(self, rows: list[Strip], size: Size) -> None:
        """Take ``rows`` as what the terminal shows from now on."""
        self._rows, self._size = list(rows), size

    def changed(self, x: int, y: int, strip: Strip) -> Iterator[tuple[int, int]]:
        """Yield the parts of ``strip``, shown at a cell, that differ from what is there.

        Each part is its first column within the strip and the column after its last.
        """
        before = self._at(x, y, strip.cell_length)
        if before is None:
            yield 0, strip.cell_length
            return
        if before == strip:
            return
        old, new = _cells(before), _cells(strip)
        if not len(old) == len(new) == strip.cell_length:
            # Characters that are not one cell wide: which cell is whose is for the terminal.
            yield 0, strip.cell_length
            return
        yield from _runs(old, new)

    def put(self, x: int, y: int, strip: Strip) -> None:
        """Note that ``strip`` has been sent to a cell."""
        if y >= len(self._rows):
            return
        row = self._rows[y]
        end = x + strip.cell_length
        if row is None or _cuts(row, x) or _cuts(row, end):
            # Terminals differ in what becomes of the half that is left.
            self._rows[y] = None
            return
        parts = [row.crop(0, x), strip, row.crop(end, row.cell_length)]
        self._rows[y] = Strip.join([each for each in parts if each.cell_length])

    def _at(self, x: int, y: int, cells: int) -> Strip | None:
        row = self._rows[y] if y < len(self._rows) else None
        if row is None or row.cell_length != self._size.width:
            return None
        if _cuts(row, x) or _cuts(row, x + cells):
            return None
        return row.crop(x, x + cells)


def _cuts(row: Strip, column: int) -> bool:
    """Whether a column lies inside of a character that takes more cells than one."""
    text = row.text
    if row.cell_length == len(text):
        return False
    return column not in accumulate(map(cell_len, text), initial=0)


def _cells(strip: Strip) -> list[Cell]:
    return [(character, style) for text, style, _ in strip for character in text]


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
