"""The cells of a row, and what in it can only be drawn at once.

Terminals agree about most characters: one cell each, or two for the scripts of East Asia. About
the others, such as marks, flags and families of faces, they do not. Such a character is drawn
together with every cell that it may reach on some terminal, always in the same way, so that what
stands there never depends on what stood there before.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Final, NamedTuple

from rich.cells import cell_len, split_graphemes
from rich.style import Style
from textual.strip import Strip

Cell = tuple[object, int]
"""What stands in a cell, and the hash of its style, which is what Rich compares styles by. All
cells of what can only be drawn at once are equal, and differ from those of anything else."""


class Glyph(NamedTuple):
    """What is drawn as one character."""

    text: str
    style: Style | None
    x: int
    """Its first column."""
    width: int
    """The cells that it takes, as Textual reckons."""
    is_certain: bool
    """Whether every terminal gives it as many."""

    @property
    def reach(self) -> int:
        """The column after the last that it may change on some terminal."""
        return self.x + (self.width if self.is_certain else max(self.width, 2 * len(self.text)))


class Row(NamedTuple):
    """A row to be drawn."""

    cells: list[Cell]
    strip: Strip
    glyphs: Sequence[Glyph] | None
    """None if terminals agree about every character: then the strip's text tells all."""


def row_of(strip: Strip) -> Row:
    """Return the row that shows ``strip``."""
    cells: list[Cell] = []
    for text, style, _ in strip:
        style_hash = hash(style)
        characters = set(text)
        if text.isascii() or are_narrow(characters):
            cells += zip(text, repeat(style_hash))
        elif _are_certain(characters):
            for each in text:
                is_narrow = each in _narrow
                drawn = each if is_narrow else (len(cells), each)
                cells += [(drawn, style_hash)] * (1 if is_narrow else 2)
        else:
            glyphs = list(_glyphs(strip))
            return Row(_cells(glyphs, strip.cell_length), strip, glyphs)
    return Row(cells, strip, None)


_narrow: Final[set[str]] = set()
"""Characters that have been found to take one cell: asking again and again takes long."""
_wide: Final[set[str]] = set()
"""Those that have been found to take two."""


def are_narrow(characters: set[str]) -> bool:
    """Whether every one of ``characters`` takes one cell, on whatever terminal."""
    unknown = characters - _narrow
    _narrow.update(each for each in unknown if cell_len(each) == 1 and _is_certain(each))
    return unknown <= _narrow


def _are_certain(characters: set[str]) -> bool:
    """Whether terminals agree about the width of every one of ``characters``."""
    unknown = characters - _narrow - _wide
    _wide.update(each for each in unknown if cell_len(each) == 2 and _is_certain(each))
    return unknown <= _wide


def _is_certain(character: str) -> bool:
    """Whether terminals agree about the width of a character that stands alone.

    Marks join the character before, a regional indicator the next one, and what Unicode has no
    category for yet may become anything.
    """
    return (
        unicodedata.category(character)[0] in "LNPSZ"
        and not "\U0001f1e6" <= character <= "\U0001f1ff"
        and (unicodedata.east_asian_width(character) in "WF") == (cell_len(character) == 2)
    )


def _glyphs(strip: Strip) -> Iterator[Glyph]:
    """Yield what a row draws, from left to right; marks go with the character before them."""
    held: Glyph | None = None
    x = 0
    for text, style, _ in strip:
        for part, width in _parts(text):
            if width or held is None:
                if held is not None:
                    yield held
                held = Glyph(part, style, x, width, part in _narrow or part in _wide)
            else:
                held = held._replace(text=held.text + part, is_certain=False)
            x += width
    if held is not None:
        yield held


def _parts(text: str) -> Iterator[tuple[str, int]]:
    if _are_certain(set(text)):
        for each in text:
            yield each, 1 if each in _narrow else 2
        return
    spans, total = split_graphemes(text)
    if total != cell_len(text):
        # Nobody can say where one ends and the next begins.
        yield text, cell_len(text)
        return
    for start, end, width in spans:
        yield text[start:end], width


def _cells(glyphs: Sequence[Glyph], length: int) -> list[Cell]:
    cells: list[Cell] = []
    for unit in units(glyphs):
        end = min(max(each.reach for each in unit), length)
        first = unit[0]
        if end - first.x == 1 and first.is_certain:
            cells.append((first.text, hash(first.style)))
        else:
            drawn = tuple((each.text, hash(each.style)) for each in unit)
            cells += [((first.x, drawn), 0)] * (end - first.x)
    return cells


def units(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield what can only be drawn at once."""
    unit: list[Glyph] = []
    reach = 0
    for each in glyphs:
        if unit and each.x >= reach:
            yield unit
            unit = []
        unit.append(each)
        reach = max(reach, each.reach)
    if unit:
        yield unit
