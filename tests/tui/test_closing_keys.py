"""A key that closes something does nothing else: not to the filter, the marks or the program."""

from pathlib import Path

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.lines import line
from avara_tui.tui.widgets.card import Card
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30

FILTER = "ct"


def is_untouched(desk: Driver) -> bool:
    """Whether the filter is on, the keys go to the table and the program runs."""
    behind = desk.controller
    on_table = desk.screen.focused is desk.screen.table
    return on_table and behind.board.filter_text == FILTER and desk.app.is_running


async def escape_clears_the_filter(desk: Driver) -> None:
    await desk.press("escape")
    await desk.sees("filter cleared")


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_the_key_that_ends_the_welcome_only_ends_it(
    emulator: EmbeddedEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with worklist(emulator, tour=True, filter_text=FILTER) as desk:
        await desk.sees("Welcome: the first things to know")
        await desk.press(key)
        await desk.until(lambda: "Welcome" not in desk.text)
        assert is_untouched(desk)
        await escape_clears_the_filter(desk)


OPENED = {
    "f4": "Welcome",
    "question_mark": "type to search",
    "ctrl+p": "Commands",
    "H": "esc",
    "S": "esc",
    "C": "esc",
    "x": "Cancel ",
    "s": "Severity of",
    "d": "description",
    "a": "Assign",
    "slash": "/ ct",
}


@pytest.mark.parametrize("opener", OPENED)
async def test_what_escape_closes_is_all_that_it_ends(
    emulator: EmbeddedEmulator, opener: str
) -> None:
    async with worklist(emulator, filter_text=FILTER) as desk:
        await desk.press(opener)
        await desk.until(lambda: not is_untouched(desk))
        await desk.sees(OPENED[opener])
        await desk.press("escape")
        await desk.until(lambda: is_untouched(desk))
        await escape_clears_the_filter(desk)


@pytest.mark.parametrize("opener", ["f4", "H", "S", "C"])
async def test_q_closes_a_card_and_not_the_program(emulator: EmbeddedEmulator, opener: str) -> None:
    async with worklist(emulator, filter_text=FILTER) as desk:
        await desk.press(opener)
        await desk.until(lambda: isinstance(desk.screen.focused, Card))
        await desk.press("q")
        await desk.until(lambda: is_untouched(desk))


async def test_escape_takes_an_alert_as_seen_and_no_more(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text=FILTER) as desk:
        desk.screen.alert(line("look at this"))
        await desk.sees("look at this")
        await desk.press("escape")
        await desk.until(lambda: "look at this" not in desk.text)
        assert is_untouched(desk)
        await escape_clears_the_filter(desk)


async def test_nothing_that_cannot_be_seen_is_taken_as_seen(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text=FILTER) as desk:
        desk.screen.alert(line("look at this"))
        await desk.sees("look at this")
        await desk.pilot.resize_terminal(40, 10)
        await desk.sees("Too small")
        await desk.press("escape", "j", "L", "1")
        await desk.pilot.resize_terminal(120, 36)
        await desk.sees("look at this")
        await desk.press("escape")
        await desk.until(lambda: "look at this" not in desk.text)
        await escape_clears_the_filter(desk)
