"""Draws in ASCII for terminals and fonts that have nothing else, cell by cell."""

import functools
import unicodedata
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from avara_tui.tui.terminal.right_to_left import WALL
from avara_tui.tui.terminal.traits import Letters

SIGNS: Final = str.maketrans(
    {
        "▲": "^",
        "●": "o",
        "▌": ">",
        "▏": "|",
        "▸": ">",
        "…": "~",
        "•": "*",
        "·": "-",
        "↑": "^",
        "↓": "v",
        "←": "<",
        "→": ">",
        "↵": "/",
        "“": '"',
        "”": '"',
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}": "<",
        "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}": ">",
        "│": "|",
        "┃": "|",
        "─": "-",
        "━": "-",
        "▔": "-",
        "▁": "_",
        "┌": "+",
        "┐": "+",
        "└": "+",
        "┘": "+",
        "\N{REPLACEMENT CHARACTER}": "?",
    }
)
"""Each sign of ours, and what stands for it. The help explains them drawn in the same way."""


class AsciiOutput(LineFilter):
    """Replaces what a terminal may not have, each character by as many cells as it takes."""

    def __init__(self, letters: Letters) -> None:
        super().__init__()
        self._draw = plain if letters is Letters.ASCII else plain_signs

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return ``segments`` in the letters that may be drawn."""
        return [
            segment
            if segment.control or segment.text.isascii()
            else Segment(self._draw(segment.text), segment.style)
            for segment in segments
        ]


def plain_signs(text: str) -> str:
    """Return ``text`` with our signs in ASCII and everything else as it is."""
    return text.translate(SIGNS)


def plain(text: str) -> str:
    """Return ``text`` in ASCII alone, in as many cells as before."""
    return "".join(map(_plain, text.translate(SIGNS)))


@functools.cache
def _plain(character: str) -> str:
    if character.isascii():
        return character
    if character == WALL:
        return " "
    cells = cell_len(character)
    base = "".join(each for each in unicodedata.normalize("NFKD", character) if each.isascii())
    return (base or "?")[:cells].ljust(cells, "?") if cells else ""
