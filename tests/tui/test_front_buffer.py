"""What the terminal shows already is not sent again, and it always shows what it should."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pyte
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

from avara_tui.tui.terminal.drawing import RowsUpdate, WholeUpdate
from avara_tui.tui.terminal.front_buffer import FrontBuffer

WIDTH, HEIGHT = 40, 3
STYLES = (
    Style(color="#e0e0e0", bgcolor="#121212"),
    Style(color="#ef6d87", bgcolor="#121212", bold=True),
    Style(reverse=True),
    None,
)
CONSOLE = Console(color_system="truecolor", force_terminal=True)
CERTAIN = "aab 12▲…│é部カ한"
"""Characters of which every terminal thinks the same."""
DOUBTFUL = (
    "e\N{COMBINING ACUTE ACCENT}",
    "か\N{COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK}",
    "🇩🇪",
    "🇩",
    "👩\N{ZERO WIDTH JOINER}🔬",
    "❤\N{VARIATION SELECTOR-16}",
    "\N{COMBINING ACUTE ACCENT}",
    "क्षि",
)
_DOUBTED = frozenset(each for each in "".join(DOUBTFUL) if not each.isascii())
WIDTHS = ((1, 0), (2, 0), (1, 1), (2, 2))
"""What terminals may think of a doubtful character, and of a mark."""
SLOWLY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def strip(pieces: Sequence[tuple[str, int]], width: int = WIDTH) -> Strip:
    segments = [Segment(text, STYLES[style]) for text, style in pieces]
    return Strip(segments).adjust_cell_length(width, STYLES[0])


def steps_of(*texts: str) -> Any:
    # A letter for each: Hypothesis draws a text at once, and a list one by one.
    meant = {chr(ord("a") + number): each for number, each in enumerate(texts)}
    letters = st.text(sorted(meant), max_size=9)
    text = letters.map(lambda drawn: "".join(meant[each] for each in drawn))
    pieces = st.lists(st.tuples(text, st.integers(0, 3)), max_size=6)
    whole = st.lists(pieces, min_size=HEIGHT, max_size=HEIGHT)
    row = st.tuples(st.integers(0, HEIGHT - 1), pieces)
    return st.lists(st.one_of(whole, row, st.just("forget")), min_size=1, max_size=8)


def styled(before: str, codes: str) -> str:
    """Return what is set after ``codes``, as the codes that would set it afresh."""
    parts = [*filter(None, before.split(";")), *codes.split(";")]
    attributes: set[str] = set()
    colours = {"3": "", "4": ""}
    while parts:
        part = parts.pop(0)
        match part:
            case "" | "0":
                attributes, colours = set(), {"3": "", "4": ""}
            case "22":
                attributes -= {"1", "2"}
            case "23" | "24" | "25" | "27" | "28" | "29":
                attributes.discard(part[1])
            case "39" | "49":
                colours[part[0]] = ""
            case "38" | "48":
                count = 2 if parts[0] == "5" else 4
                colours[part[0]] = ";".join([part, *parts[:count]])
                del parts[:count]
            case _ if len(part) == 1:
                attributes.add(part)
            case _:
                colours["3" if part[0] in "39" else "4"] = part
    return ";".join(filter(None, [*sorted(attributes), *colours.values()]))


class OddTerminal:
    """A terminal with its own idea of how wide the doubtful characters are.

    As real ones do, and pyte does not, it shows no half of a wide character.
    """

    def __init__(self, base: int = 1, mark: int = 0) -> None:
        """``base`` and ``mark`` say how many cells it takes: a character, and a mark on one."""
        self._widths = base, mark
        self._x, self._y, self._style = 0, 0, ""
        self.cells = [[("?", "")] * WIDTH for _ in range(HEIGHT)]
        """The text and the style of each cell; no text in the right half of a wide character."""

    def feed(self, sent: str) -> None:
        for y, x, style, character in re.findall(r"\x1b\[(\d+);(\d+)H|\x1b\[([\d;]*)m|(.)", sent):
            if y:
                self._x, self._y = int(x) - 1, int(y) - 1
            elif character:
                self._put(character)
            else:
                self._style = styled(self._style, style)

    def _put(self, character: str) -> None:
        row = self.cells[self._y]
        width = cell_len(character)
        if character in _DOUBTED:
            width = self._widths[0 if width else 1]
        if not width:
            if self._x:
                text, style = row[self._x - 1]
                row[self._x - 1] = text + character, style
            return
        first = min(self._x, WIDTH - width)
        for x in range(first, first + width):
            self._blank(row, x)
        row[first : first + width] = [(character, self._style), ("", self._style)][:width]
        self._x = first + width

    @staticmethod
    def _blank(row: list[tuple[str, str]], x: int) -> None:
        """Take away all of the character that has a part in a cell."""
        if x and not row[x][0]:
            row[x - 1] = " ", row[x - 1][1]
        if x + 1 < WIDTH and not row[x + 1][0]:
            row[x + 1] = " ", row[x + 1][1]
        row[x] = " ", row[x][1]


class PyteTerminal:
    """What other people's terminal model makes of it."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(WIDTH, HEIGHT)
        self.feed("\x1b[?7l" + "".join(f"\x1b[{y + 1};1H{'?' * WIDTH}" for y in range(HEIGHT)))

    def feed(self, sent: str) -> None:
        pyte.Stream(self._screen).feed(sent)

    @property
    def cells(self) -> list[list[Any]]:
        return [[self._screen.buffer[y][x] for x in range(WIDTH)] for y in range(HEIGHT)]


def whole(rows: Sequence[Strip], buffer: FrontBuffer, size: Size | None = None) -> str:
    textuals = LayoutUpdate([], (size or Size(WIDTH, HEIGHT)).region)
    pieces = {y: [row] for y, row in enumerate(rows)}
    return WholeUpdate(textuals, pieces, whole, buffer).render_segments(CONSOLE)


def part(y: int, row: Strip, buffer: FrontBuffer) -> str:
    return RowsUpdate({y: [row]}, buffer).render_segments(CONSOLE)


def follow(steps: Any, terminal: Callable[[], OddTerminal | PyteTerminal]) -> None:
    """Send a terminal what changes at each step, and compare it with one that is sent all."""
    told, buffer = terminal(), FrontBuffer()
    rows = [strip([])] * HEIGHT
    told.feed(whole(rows, buffer))
    for step in steps:
        if step == "forget":
            buffer.forget()
            told.feed(whole(rows, buffer))
        elif isinstance(step, list):
            rows = [strip(pieces) for pieces in step]
            told.feed(whole(rows, buffer))
        else:
            y, pieces = step
            rows = [*rows[:y], strip(pieces), *rows[y + 1 :]]
            told.feed(part(y, rows[y], buffer))
        fresh = terminal()
        fresh.feed(whole(rows, FrontBuffer()))
        assert told.cells == fresh.cells


@SLOWLY
@given(steps_of(*CERTAIN))
# Half of a wide character is drawn over with what its other half was taken for.
@example([[[("1111111部部", 0)], [], []], (0, [("1111111 ", 0), ("部", 0)])])
def test_the_terminal_shows_what_it_would_if_it_were_told_everything(steps: Any) -> None:
    follow(steps, PyteTerminal)
    follow(steps, OddTerminal)


@pytest.mark.parametrize("widths", WIDTHS)
@SLOWLY
@given(steps=steps_of(*CERTAIN, *DOUBTFUL))
def test_it_does_so_whatever_it_thinks_of_doubtful_characters(
    steps: Any, widths: tuple[int, int]
) -> None:
    follow(steps, lambda: OddTerminal(*widths))


@SLOWLY
@given(steps_of(*CERTAIN, *DOUBTFUL))
def test_it_does_so_although_pyte_knows_no_joined_characters(steps: Any) -> None:
    follow(steps, PyteTerminal)


@SLOWLY
@given(st.lists(st.tuples(st.sampled_from(["aab 1▲…", "部 x", ""]), st.integers(0, 3)), max_size=6))
def test_what_all_terminals_agree_about_looks_as_textual_draws_it(pieces: Any) -> None:
    row = strip(pieces)
    ours, textuals = PyteTerminal(), PyteTerminal()
    ours.feed(whole([row] * HEIGHT, FrontBuffer()))
    textuals.feed("".join(f"\x1b[{y + 1};1H{row.render(CONSOLE)}" for y in range(HEIGHT)))
    assert ours.cells == textuals.cells


@pytest.mark.parametrize("doubtful", [*DOUBTFUL, "🧑\N{EMOJI MODIFIER FITZPATRICK TYPE-5}"])
def test_what_stands_after_a_doubtful_character_stands_where_it_should(doubtful: str) -> None:
    before = "x" if cell_len(doubtful) else "xy"
    row = strip([(f"{before}{doubtful}", 0), ("          CT", 1)])
    for widths in WIDTHS:
        terminal = OddTerminal(*widths)
        terminal.feed(whole([row] * HEIGHT, FrontBuffer()))
        for cells in terminal.cells:
            x = len(before) + cell_len(doubtful) + len("          ")
            assert [cell[0] for cell in cells[x:]] == [*"CT".ljust(WIDTH - x)]


def test_what_is_there_already_is_not_sent() -> None:
    buffer = FrontBuffer()
    rows = [strip([("CT Head without contrast", 0)])] * HEIGHT
    whole(rows, buffer)
    assert whole(rows, buffer) == ""
    rows = [*rows[:2], strip([("CT Hand without contrast", 0)])]
    assert re.sub(r"\x1b\[[^A-Za-z]*[A-Za-z]", "", whole(rows, buffer)) == "an"


def test_a_clock_that_ticks_costs_a_dozen_bytes() -> None:
    buffer = FrontBuffer()
    whole([strip([("   ▲ STAT", 1), (f"   1{y}m  CT", 0)]) for y in (8, 9, 9)], buffer)
    ticked = [strip([("   ▲ STAT", 1), (f"   1{y}m  CT", 0)]) for y in (7, 9, 8)]
    style = "\x1b[38;2;224;224;224;48;2;18;18;18m"
    assert whole(ticked, buffer) == f"\x1b[1;14H{style}7\x1b[3;14H8\x1b[0m"


def test_a_wide_character_costs_no_more_than_it_must() -> None:
    buffer = FrontBuffer()
    whole([strip([("頭部 CT 胸部 CT", 0)])] * HEIGHT, buffer)
    sent = part(0, strip([("頭部 CT 腹部 CT", 0)]), buffer)
    assert re.sub(r"\x1b\[[^A-Za-z]*[A-Za-z]", "", sent) == "腹"


def test_another_size_or_a_terminal_that_was_elsewhere_gets_everything() -> None:
    buffer = FrontBuffer()
    rows = [strip([("CT", 0)])] * HEIGHT
    first = whole(rows, buffer)
    buffer.forget()
    assert whole(rows, buffer) == first
    cut = [row.crop(0, WIDTH - 1) for row in rows]
    assert whole(cut, buffer, Size(WIDTH - 1, HEIGHT)).count("CT") == HEIGHT


def test_a_picture_stands_only_until_something_else_is_drawn() -> None:
    buffer, size = FrontBuffer(), Size(WIDTH, HEIGHT)
    assert not buffer.shows("a screen", size)
    buffer.begin("a screen", size)
    assert buffer.shows("a screen", size)
    assert not buffer.shows("a screen", Size(WIDTH, HEIGHT + 1))
    buffer.begin("another", size)
    assert not buffer.shows("a screen", size)
    buffer.forget()
    assert not buffer.shows("another", size)
