"""What the terminal shows already is not sent again, and it always shows what it should."""

import re
from typing import Any

import pyte
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.lean_update import LeanUpdate, WholeUpdate
from avara_tui.tui.shadow import Shadow
from tui.driver import worklist

WIDTH, HEIGHT = 40, 3
STYLES = (Style(color="#e0e0e0"), Style(color="#ef6d87", bold=True), Style(reverse=True))
CONSOLE = Console(color_system="truecolor", force_terminal=True)
REGION = Region(0, 0, WIDTH, HEIGHT)


def strip(pieces: list[tuple[str, int]], width: int = WIDTH) -> Strip:
    return Strip([Segment(text, STYLES[style]) for text, style in pieces]).adjust_cell_length(
        width, STYLES[0]
    )


_pieces = st.lists(
    st.tuples(st.text(st.sampled_from("aab 1▲…部"), max_size=9), st.integers(0, 2)), max_size=6
)
_screen = st.lists(_pieces, min_size=HEIGHT, max_size=HEIGHT)
_part = st.tuples(st.integers(0, HEIGHT - 1), st.integers(0, WIDTH - 9), _pieces)
_step = st.one_of(_screen.map(lambda rows: ("whole", rows)), _part.map(lambda part: ("part", part)))


class Watched:
    """A terminal that is told of updates, and one that is told everything each time."""

    def __init__(self) -> None:
        self.shadow = Shadow()
        self.told = pyte.Screen(WIDTH, HEIGHT)
        self.whole = pyte.Screen(WIDTH, HEIGHT)

    def show(self, update: Any, alone: Any) -> str:
        text = update.render_segments(CONSOLE)
        pyte.Stream(self.told).feed(text)
        pyte.Stream(self.whole).feed(alone.render_segments(CONSOLE))
        return str(text)

    @property
    def agree(self) -> bool:
        return all(
            self.told.buffer[y][x] == self.whole.buffer[y][x]
            for y in range(HEIGHT)
            for x in range(WIDTH)
        )


def whole(rows: list[Strip], shadow: Shadow) -> WholeUpdate:
    return WholeUpdate([[row] for row in rows], REGION, shadow)


def part(y: int, x: int, piece: Strip, shadow: Shadow) -> LeanUpdate:
    chops: list[dict[int, Strip | None]] = [{} for _ in range(HEIGHT)]
    ends: list[list[int]] = [[] for _ in range(HEIGHT)]
    chops[y], ends[y] = {x: piece}, [x + piece.cell_length]
    update = LeanUpdate(chops, [(y, x, x + piece.cell_length)], ends)
    update.shadow = shadow
    return update


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_step, min_size=1, max_size=8))
# Half of a wide character is drawn over with what its other half was taken for.
@example([("whole", [[("1111111部部", 0)], [], []]), ("part", (0, 10, []))])
def test_the_terminal_shows_what_it_would_if_it_were_told_everything(steps: Any) -> None:
    seen = Watched()
    blank = [strip([])] * HEIGHT
    seen.show(whole(blank, seen.shadow), whole(blank, Shadow()))
    for kind, what in steps:
        if kind == "whole":
            rows = [strip(pieces) for pieces in what]
            seen.show(whole(rows, seen.shadow), whole(rows, Shadow()))
        else:
            y, x, pieces = what
            piece = strip(pieces, 9)
            seen.show(part(y, x, piece, seen.shadow), part(y, x, piece, Shadow()))
        assert seen.agree


def test_what_is_there_already_is_not_sent() -> None:
    seen = Watched()
    rows = [strip([("CT Head without contrast", 0)])] * HEIGHT
    seen.show(whole(rows, seen.shadow), whole(rows, Shadow()))
    assert seen.show(whole(rows, seen.shadow), whole(rows, Shadow())) == ""
    rows = [*rows[:2], strip([("CT Hand without contrast", 0)])]
    sent = seen.show(whole(rows, seen.shadow), whole(rows, Shadow()))
    assert re.sub(r"\x1b\[[^A-Za-z]*[A-Za-z]", "", sent) == "an"


def test_another_size_or_a_terminal_that_was_elsewhere_gets_everything() -> None:
    shadow = Shadow()
    rows = [strip([("CT", 0)])] * HEIGHT
    first = whole(rows, shadow).render_segments(CONSOLE)
    shadow.forget()
    assert whole(rows, shadow).render_segments(CONSOLE) == first
    narrow = Region(0, 0, WIDTH - 1, HEIGHT)
    cut = [row.crop(0, WIDTH - 1) for row in rows]
    sent = WholeUpdate([[row] for row in cut], narrow, shadow).render_segments(CONSOLE)
    assert sent.count("CT") == HEIGHT


async def test_a_resize_and_the_key_for_it_forget_what_is_shown(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        shadow = desk.screen._compositor.shadow
        for act in (desk.pilot.resize_terminal(100, 30), desk.press("ctrl+l")):
            shadow.begin(desk.screen.size)
            shadow.take(0, 0, Strip.blank(80))
            assert not shadow.take(0, 0, Strip.blank(80))
            await act
            await desk.until(lambda: shadow.take(0, 0, Strip.blank(80)))
