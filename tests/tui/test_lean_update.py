"""What the terminal is told of a change: the same picture as Textual's own, in fewer bytes."""

from typing import Any

import pyte
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.strip import Strip

from avara_tui.tui.changed_cells import changed_cells
from avara_tui.tui.lean_update import LeanUpdate

WIDTH, HEIGHT = 24, 3
STYLES = (
    None,
    Style(color="#ef6d87", bgcolor="#121212", bold=True),
    Style(color="#e0e0e0", bgcolor="#121212"),
    Style(reverse=True),
)
CONSOLE = Console(color_system="truecolor", force_terminal=True)


def strip(pieces: list[tuple[str, int]], width: int = WIDTH) -> Strip:
    segments = [Segment(text, STYLES[style]) for text, style in pieces]
    return Strip(segments).adjust_cell_length(width, STYLES[2])


_pieces = st.lists(st.tuples(st.text("ab 12▲…", max_size=6), st.integers(0, 3)), max_size=5)
_wide_pieces = st.lists(st.tuples(st.text("ab部 2", max_size=6), st.integers(0, 3)), max_size=5)
_rows = st.lists(st.one_of(_pieces, _wide_pieces), min_size=HEIGHT, max_size=HEIGHT)
_cuts = st.lists(st.integers(1, WIDTH - 1), max_size=2, unique=True).map(sorted)


def shown(*outputs: str) -> list[list[Any]]:
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    for output in outputs:
        stream.feed(output)
    return [[screen.buffer[y][x] for x in range(WIDTH)] for y in range(HEIGHT)]


def whole(rows: list[Strip]) -> str:
    return "".join(f"\x1b[{y + 1};1H{row.render(CONSOLE)}" for y, row in enumerate(rows))


def chopped(rows: list[Strip], cuts: list[int]) -> tuple[list[dict[int, Strip | None]], Any]:
    edges = [0, *cuts, WIDTH]
    lines: list[dict[int, Strip | None]] = [
        dict(zip(edges, row.divide(edges[1:]), strict=False)) for row in rows
    ]
    return lines, [edges[1:]] * HEIGHT


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_rows, _rows, _cuts)
def test_the_terminal_shows_what_is_to_be_shown(old: Any, new: Any, cuts: list[int]) -> None:
    before, after = list(map(strip, old)), list(map(strip, new))
    changes = [changed_cells(*pair) for pair in zip(before, after, strict=True)]
    spans = [(y, each[0], each[0] + each[1]) for y, each in enumerate(changes) if each]
    has_wide = any(row.cell_length != len(row.text) for row in (*before, *after))
    chops, ends = chopped(after, [] if has_wide else cuts)
    if not spans:
        return
    update = LeanUpdate(chops, spans, ends).render_segments(CONSOLE)
    assert shown(whole(before), update) == shown(whole(after))
    plain = ChopsUpdate(chops, spans, ends).render_segments(CONSOLE)
    assert len(update) <= len(plain)


def test_a_clock_that_ticks_costs_a_dozen_bytes() -> None:
    rows = [strip([("   ▲ STAT", 1), (f"   1{y}m  CT", 2)]) for y in range(HEIGHT)]
    chops, ends = chopped(rows, [])
    spans = [(y, 13, 14) for y in range(HEIGHT)]
    update = LeanUpdate(chops, spans, ends).render_segments(CONSOLE)
    style = "\x1b[38;2;224;224;224;48;2;18;18;18m"
    assert update == f"\x1b[1;14H{style}0\x1b[2;14H1\x1b[3;14H2\x1b[0m"
