"""Draws what a Textual app shows as an SVG picture, cell by cell."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.sax.saxutils import escape

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style

if TYPE_CHECKING:
    from rich.terminal_theme import TerminalTheme
    from textual.app import App

FONT: Final = "DejaVu Sans Mono"
WIDTH: Final = 10
HEIGHT: Final = 19
"""Size of a cell. Whole numbers keep edges sharp and every letter the same to the pixel."""
SIZE: Final = WIDTH * 2048 / 1233
"""Size of the font: its letters are 1233 of 2048 units wide."""
BASELINE: Final = 15
MARGIN: Final = 14
_DIMMED: Final = 0.6


class Run(NamedTuple):
    """Neighbouring characters of one look."""

    column: int
    cells: int
    text: str
    foreground: str
    background: str
    style: Style


class Shot(NamedTuple):
    """What an app shows at a moment, as SVG, row by row."""

    columns: int
    rows: list[str]
    """The content of each row, in place; empty for one without any."""
    background: str
    """The commonest colour behind the text: rows leave it out."""


def shoot(app: "App[Any]", background: str | None = None) -> Shot:
    """Return what ``app`` shows at the moment, to be drawn on ``background``."""
    strips = app.screen._compositor.render_strips()
    rows = [list(_runs(strip, app.ansi_theme)) for strip in strips]
    columns = max(sum(run.cells for run in row) for row in rows)
    frame = background or _commonest_background(rows)
    return Shot(columns, ["\n".join(_row(row, y, frame)) for y, row in enumerate(rows)], frame)


def document(shot: Shot, title: str, content: Iterable[str], style: str = "") -> str:
    """Return an SVG document of the size of ``shot`` that holds ``content``."""
    width = shot.columns * WIDTH + 2 * MARGIN
    height = len(shot.rows) * HEIGHT + 2 * MARGIN
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img">'
        ),
        f"<title>{escape(title)}</title>",
        # Browsers keep blanks by this, rsvg-convert by xml:space.
        f"<style>text{{white-space:pre}}{style}</style>",
        f'<rect width="100%" height="100%" rx="8" fill="{shot.background}"/>',
        (
            f'<g transform="translate({MARGIN} {MARGIN})" font-family="{FONT}, monospace" '
            f'font-size="{SIZE:.2f}" xml:space="preserve">'
        ),
        *content,
        "</g>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def svg(app: "App[Any]", title: str) -> str:
    """Return a picture of what ``app`` shows at the moment; ``title`` is for screen readers."""
    shot = shoot(app)
    return document(shot, title, filter(None, shot.rows))


def _row(row: list[Run], y: int, frame: str) -> Iterator[str]:
    yield from _backgrounds(row, y, frame)
    yield from (_text(run, y) for run in row if run.text.strip())


def _runs(strip: object, theme: "TerminalTheme") -> Iterator[Run]:
    column = 0
    for text, style, control in strip:  # type: ignore[attr-defined]
        if control or not text:
            continue
        foreground, background = _colours(style or Style(), theme)
        for part in _parts(text):
            cells = cell_len(part)
            yield Run(column, cells, part, foreground, background, style or Style())
            column += cells


def _parts(text: str) -> Iterator[str]:
    """Split off characters that are not one cell wide: no font has them at our width."""
    part = ""
    for character in text:
        if cell_len(character) == 1:
            part += character
            continue
        if part:
            yield part
        yield character
        part = ""
    if part:
        yield part


def _colours(style: Style, theme: "TerminalTheme") -> tuple[str, str]:
    foreground = (style.color or Color.default()).get_truecolor(theme, foreground=True)
    background = (style.bgcolor or Color.default()).get_truecolor(theme, foreground=False)
    if style.reverse:
        foreground, background = background, foreground
    if style.dim:
        pairs = zip(foreground, background, strict=True)
        mixed = [round(f * _DIMMED + b * (1 - _DIMMED)) for f, b in pairs]
        return "#{:02x}{:02x}{:02x}".format(*mixed), background.hex
    return foreground.hex, background.hex


def _commonest_background(rows: list[list[Run]]) -> str:
    cells = Counter[str]()
    for row in rows:
        for run in row:
            cells[run.background] += run.cells
    return cells.most_common(1)[0][0]


def _backgrounds(row: list[Run], y: int, frame: str) -> Iterator[str]:
    for colour, runs in groupby(row, key=lambda run: run.background):
        if colour == frame:
            continue
        first, *_ = cells = list(runs)
        width = sum(run.cells for run in cells) * WIDTH
        yield (
            f'<rect x="{first.column * WIDTH}" y="{y * HEIGHT}" width="{width}" '
            f'height="{HEIGHT}" fill="{colour}" shape-rendering="crispEdges"/>'
        )


def _text(run: Run, y: int) -> str:
    text = run.text.rstrip()
    shift = len(text) - len(text.lstrip())
    text = text.lstrip()
    look = "".join(
        attribute
        for attribute, is_on in (
            (' font-weight="bold"', run.style.bold),
            (' font-style="italic"', run.style.italic),
            (' text-decoration="underline"', run.style.underline),
            (' text-decoration="line-through"', run.style.strike),
        )
        if is_on
    )
    # A viewer with another font keeps the columns by textLength.
    length = f' textLength="{cell_len(text) * WIDTH}" lengthAdjust="spacingAndGlyphs"'
    return (
        f'<text x="{(run.column + shift) * WIDTH}" y="{y * HEIGHT + BASELINE}" '
        f'fill="{run.foreground}"{look}{length}>{escape(text)}</text>'
    )
