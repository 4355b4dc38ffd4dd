"""What the terminal shows at the moment, so that it is told of nothing that it shows already.

There is one terminal, and so one front buffer, whichever screen draws.
"""

from collections.abc import Iterator, Sequence
from operator import is_
from typing import Final

from textual.geometry import Size
from textual.strip import Strip

from avara_tui.tui.terminal.row_cells import Cell

WORTHWHILE: Final = 16
"""Unchanged cells that are sent again rather than jumped over: a jump is bytes as well."""

_UNKNOWN: Final[Cell] = (None, 0)


class FrontBuffer:
    """The cells that were last sent, and whose picture they are.

    It knows nothing until a whole picture has been sent.
    """

    def __init__(self) -> None:
        self._rows: list[list[Cell]] = []
        self._drawn: list[Sequence[Strip]] = []
        self._size = Size(0, 0)
        self._painter: object = None

    @property
    def is_known(self) -> bool:
        """Whether anything is known of what the terminal shows."""
        return bool(self._rows)

    def shows(self, painter: object, size: Size) -> bool:
        """Whether the terminal shows the picture that ``painter`` sent last, in ``size``.

        If not, a part of its next picture would stand among the remains of something else.
        """
        return self.is_known and self._painter is painter and self._size == size

    def forget(self) -> None:
        """Take it that the terminal may show anything: the next picture is sent whole."""
        self._rows = []
        self._drawn = []
        self._painter = None

    def begin(self, painter: object, size: Size) -> None:
        """Get ready for the whole picture of ``painter``."""
        if not self._rows or self._size != size:
            self._rows = [[_UNKNOWN] * size.width for _ in range(size.height)]
            self._drawn = [()] * size.height
            self._size = size
        self._painter = painter

    def has_drawn(self, y: int, pieces: Sequence[Strip]) -> bool:
        """Whether row ``y`` shows these very pieces: most rows are drawn again as they were."""
        if y >= len(self._drawn):
            return False
        drawn, self._drawn[y] = self._drawn[y], pieces
        return len(drawn) == len(pieces) and all(map(is_, drawn, pieces))

    def changes(self, y: int, cells: list[Cell]) -> Sequence[tuple[int, int]]:
        """Take ``cells`` as what row ``y`` shows; return the parts to be sent for that.

        Each part is its first column and the column after its last. No part ends within something
        that can only be drawn at once.
        """
        if y >= len(self._rows):
            return ((0, len(cells)),)
        old, self._rows[y] = self._rows[y], cells
        if old == cells:
            return ()
        if old[0] is _UNKNOWN or len(old) != len(cells):
            return ((0, len(cells)),)
        return tuple(_runs(old, cells))


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
