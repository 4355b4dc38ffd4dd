"""How the screen is drawn for a terminal with fewer letters, fewer colours or a slow line."""

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from avara_tui.config import Ascii, Bandwidth, Config, Refresh
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.reading.health import assess
from avara_tui.triage.reading.lanes import LaneState, lanes_of
from avara_tui.tui.lines import Role
from avara_tui.tui.presentation.heading import in_minutes
from avara_tui.tui.terminal.ascii_output import SIGNS, AsciiOutput, plain, plain_signs
from avara_tui.tui.terminal.traits import (
    Letters,
    TerminalTraits,
    choose_colours,
    speaks_utf8,
    traits_of,
)
from tui.driver import worklist

UTF8 = {"LANG": "en_GB.UTF-8"}


@pytest.mark.parametrize(
    ("environ", "utf8"),
    [
        ({}, True),
        ({"LANG": "C.UTF-8"}, True),
        ({"LANG": "de_DE.utf8"}, True),
        ({"LANG": "de_DE.UTF-8@euro"}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LANG": "C"}, False),
        ({"LANG": "POSIX"}, False),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "C", "LC_CTYPE": "en_US.UTF-8"}, True),
        # Python itself sets LC_CTYPE when it finds the locale C.
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
    ],
)
def test_the_locale_says_whether_the_terminal_has_utf8(
    environ: dict[str, str], *, utf8: bool
) -> None:
    assert speaks_utf8(environ) is utf8


@pytest.mark.parametrize(
    ("setting", "environ", "letters"),
    [
        (Ascii.AUTO, UTF8, Letters.ALL),
        (Ascii.AUTO, {"LANG": "C"}, Letters.ASCII),
        (Ascii.ON, UTF8, Letters.ASCII_SIGNS),
        (Ascii.ON, {"LANG": "C"}, Letters.ASCII),
        (Ascii.OFF, {"LANG": "C"}, Letters.ALL),
    ],
)
def test_the_setting_goes_before_the_locale(
    setting: Ascii, environ: dict[str, str], letters: Letters
) -> None:
    assert traits_of(Config(ascii=setting), environ).letters is letters


@pytest.mark.parametrize(
    ("setting", "environ", "slow"),
    [
        (Bandwidth.AUTO, {}, False),
        (Bandwidth.AUTO, {"SSH_CONNECTION": "192.0.2.1 5 192.0.2.2 22"}, True),
        (Bandwidth.AUTO, {"SSH_TTY": "/dev/pts/1"}, True),
        (Bandwidth.FULL, {"SSH_TTY": "/dev/pts/1"}, False),
        (Bandwidth.LOW, {}, True),
    ],
)
def test_a_line_is_slow_over_ssh_or_by_the_setting(
    setting: Bandwidth, environ: dict[str, str], *, slow: bool
) -> None:
    assert traits_of(Config(bandwidth=setting), environ).is_slow is slow


def test_a_slow_line_gets_fewer_colours_unless_the_person_has_chosen() -> None:
    environ: dict[str, str] = {}
    choose_colours(TerminalTraits(), environ)
    assert environ == {}
    choose_colours(TerminalTraits(is_slow=True), environ)
    assert environ == {"TEXTUAL_COLOR_SYSTEM": "256"}
    environ = {"TEXTUAL_COLOR_SYSTEM": "truecolor"}
    choose_colours(TerminalTraits(is_slow=True), environ)
    assert environ == {"TEXTUAL_COLOR_SYSTEM": "truecolor"}


def test_an_empty_no_color_is_taken_away_and_any_other_stays() -> None:
    for value, left in (("", {}), ("1", {"NO_COLOR": "1"}), ("0", {"NO_COLOR": "0"})):
        environ = {"NO_COLOR": value}
        choose_colours(TerminalTraits(), environ)
        assert environ == left


def test_a_slow_line_counts_no_seconds_and_makes_no_data_younger() -> None:
    lanes = [LaneState(lane) for lane in lanes_of(Refresh())]
    health = assess(lanes, now=0.0, loaded=0, paused=False, problem=None)
    for seconds in range(1, 60):
        assert in_minutes(health._replace(oldest_age=float(seconds))).oldest_age == 60.0
    assert in_minutes(health._replace(oldest_age=120.0)).oldest_age == 120.0
    assert in_minutes(health._replace(oldest_age=None)).oldest_age is None


@pytest.mark.parametrize("text", ["▲ STAT", "Wiśniewski T", "Лебедев", "检查 CT", "a…", "“x”", "½"])
def test_ascii_takes_as_many_cells_as_before(text: str) -> None:
    assert plain(text).isascii()
    assert cell_len(plain(text)) == cell_len(text)
    assert cell_len(plain_signs(text)) == cell_len(text)


def test_letters_lose_their_accents_only_where_the_terminal_has_none() -> None:
    assert plain("Wiśniewski …") == "Wisniewski ~"
    assert plain_signs("Wiśniewski …") == "Wiśniewski ~"


def test_every_sign_has_one_of_its_own_width() -> None:
    for sign, meant in SIGNS.items():
        assert isinstance(meant, str)
        assert len(meant) == cell_len(chr(sign)) == 1


def test_links_and_colours_survive() -> None:
    style = Style(color="red", link="https://example.org")
    (drawn,) = AsciiOutput(Letters.ASCII).apply([Segment("▲", style)], Color.parse("black"))
    assert drawn == Segment("^", style)


async def test_the_whole_screen_is_ascii_where_nothing_else_can_be_drawn(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, traits=TerminalTraits(Letters.ASCII)) as driver:
        await driver.press("j", "x")
        await driver.until(lambda: "Cancel " in driver.text)
        assert driver.text.isascii()
        assert "^ STAT" in driver.text
        assert "o HIGH" in driver.text
        await driver.press("escape", "question_mark")
        await driver.sees("type to search")
        assert driver.text.isascii()
        await driver.press("escape", "ctrl+p")
        await driver.sees("Do what?")
        assert driver.text.isascii()


async def test_the_cursor_takes_the_start_of_its_row_only_on_a_slow_line(
    emulator: EmbeddedEmulator,
) -> None:
    for traits, whole_row in ((TerminalTraits(), True), (TerminalTraits(is_slow=True), False)):
        async with worklist(emulator, traits=traits) as driver:
            table = driver.screen.table
            row = [each for each in table.render_line(1) if each.text.strip()]
            ground = table.role_style(Role.CURSOR).bgcolor
            assert row[0].style is not None
            assert row[0].style.bgcolor == ground
            assert row[0].text.startswith("▌")
            assert (row[-1].style is not None and row[-1].style.bgcolor == ground) is whole_row
