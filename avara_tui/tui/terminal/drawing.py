"""Sends the terminal the cells that changed, and no more: over a slow line every byte is felt.

Textual's own update sends a row from the left edge of its widget on, and sets the colours of every
piece anew: a hundred bytes for a clock that ticks by one digit. This one sends a dozen.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual._compositor import CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from avara_tui.tui.terminal.front_buffer import FrontBuffer
from avara_tui.tui.terminal.row_cells import Glyph, Row, row_of, units
from avara_tui.tui.terminal.sgr import change

_RESET: Final = "\x1b[0m"


class RowsUpdate(CompositorUpdate):
    """Some rows of the picture that the terminal shows, of which only what differs is sent."""

    def __init__(self, rows: Mapping[int, Sequence[Strip]], front_buffer: FrontBuffer) -> None:
        self._rows = rows
        self._front_buffer = front_buffer

    def render_segments(self, console: Console) -> str:
        """Return what to write to the terminal."""
        pen = _Pen(console)
        joined: dict[tuple[int, ...], Row] = {}
        for y, pieces in self._rows.items():
            if not self._front_buffer.has_drawn(y, pieces):
                pen.draw_changes(y, _joined(pieces, joined), self._front_buffer)
        return pen.written()


class WholeUpdate(LayoutUpdate):
    """The whole picture of one painter, of which only what differs is sent."""

    def __init__(
        self,
        update: LayoutUpdate,
        rows: Mapping[int, Sequence[Strip]],
        painter: object,
        front_buffer: FrontBuffer,
    ) -> None:
        """``rows`` are those of Textual's ``update`` that can be drawn."""
        super().__init__(update.strips, update.region)
        self._rows = rows
        self._painter = painter
        self._front_buffer = front_buffer

    def render_segments(self, console: Console) -> str:
        """Return what to write to the terminal."""
        self._front_buffer.begin(self._painter, self.region.size)
        return RowsUpdate(self._rows, self._front_buffer).render_segments(console)


def _joined(pieces: Sequence[Strip], known: dict[tuple[int, ...], Row]) -> Row:
    """Return the row made of ``pieces``; many rows are blank ones of the same."""
    key = tuple(map(id, pieces))
    if key not in known:
        known[key] = row_of(Strip.join(pieces))
    return known[key]


class _Pen:
    """Writes text at places, and sets the style only where it changes."""

    def __init__(self, console: Console) -> None:
        self._colours = console._color_system or ColorSystem.TRUECOLOR
        self._parts: list[str] = []
        self._style = ""
        self._at: tuple[int, int] | None = None
        """Column and row of the cursor; None while terminals may differ about that."""

    def draw_changes(self, y: int, row: Row, front_buffer: FrontBuffer) -> None:
        """Write what a row has that is not on the screen already."""
        for first, end in front_buffer.changes(y, row.cells):
            if row.glyphs is None:
                self._move_to(first, y)
                self._draw_certain(row.strip, first, end)
                continue
            for unit in units([each for each in row.glyphs if first <= each.x < end]):
                self._draw_unit(unit, y)

    def written(self) -> str:
        """Return everything, leaving the terminal in its own style."""
        if self._style:
            self._parts.append(_RESET)
        return "".join(self._parts)

    def _move_to(self, x: int, y: int) -> None:
        if self._at != (x, y):
            self._parts.append(f"\x1b[{y + 1};{x + 1}H")
            self._at = x, y

    def _draw_certain(self, strip: Strip, first: int, end: int) -> None:
        """Write some cells of a strip in which terminals agree about every character."""
        place = 0
        for text, style, _ in strip:
            left, right = max(first - place, 0), end - place
            length = cell_len(text)
            place += length
            if right <= 0 or left >= length:
                continue
            if length != len(text):
                left, right = _index_at(text, left), _index_at(text, right)
            self._write(text[left:right], style)
        self._at = None

    def _draw_unit(self, unit: list[Glyph], y: int) -> None:
        """Write what can only be drawn at once, always in the same way."""
        if not all(each.is_certain for each in unit):
            # What is drawn may take fewer cells than it was given.
            self._move_to(unit[0].x, y)
            for each in unit:
                self._write(" " * each.width, each.style)
            self._at = None
        for each in unit:
            if each.width:
                self._move_to(each.x, y)
                self._write(each.text, each.style)
                self._at = (each.x + each.width, y) if each.is_certain else None

    def _write(self, text: str, style: Style | None) -> None:
        if not text:
            return
        ansi = "" if style is None else _ansi(style, self._colours)
        if ansi != self._style:
            self._parts.append(f"\x1b[{change(self._style, ansi)}m")
            self._style = ansi
        if style is not None and style._link:
            text = f"\x1b]8;id={style._link_id};{style._link}\x1b\\{text}\x1b]8;;\x1b\\"
        self._parts.append(text)


def _ansi(style: Style, colours: ColorSystem) -> str:
    return style._ansi if style._ansi is not None else Strip.render_ansi(style, colours)


def _index_at(text: str, column: int) -> int:
    """Return which character of ``text`` begins in ``column``; its length, if none does."""
    begins = accumulate(map(cell_len, text), initial=0)
    return next((index for index, begin in enumerate(begins) if begin >= column), len(text))
