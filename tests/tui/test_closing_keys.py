"""A key that closes something does nothing else: not to the filter, the marks or the program."""

from pathlib import Path

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.lines import line
from avara_tui.tui.widgets.card import Card
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30

FILTER = "ct"


def is_untouched(driver: Driver) -> bool:
    """Whether the filter is on, the keys go to the table and the program runs."""
    behind = driver.controller
    on_table = driver.screen.focused is driver.screen.table
    return on_table and behind.board.filter_text == FILTER and driver.app.is_running


async def escape_clears_the_filter(driver: Driver) -> None:
    await driver.press("escape")
    await driver.sees("filter cleared")


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_the_key_that_ends_the_welcome_only_ends_it(
    emulator: EmbeddedEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with worklist(emulator, tour=True, filter_text=FILTER) as driver:
        await driver.sees("Welcome: the first things to know")
        await driver.press(key)
        await driver.until(lambda: "Welcome" not in driver.text)
        assert is_untouched(driver)
        await escape_clears_the_filter(driver)


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
    async with worklist(emulator, filter_text=FILTER) as driver:
        await driver.ask_for(opener, OPENED[opener])
        assert not is_untouched(driver)
        await driver.press("escape")
        await driver.until(lambda: is_untouched(driver))
        await escape_clears_the_filter(driver)


@pytest.mark.parametrize("opener", ["f4", "H", "S", "C"])
async def test_q_closes_a_card_and_not_the_program(emulator: EmbeddedEmulator, opener: str) -> None:
    async with worklist(emulator, filter_text=FILTER) as driver:
        await driver.press(opener)
        await driver.until(lambda: isinstance(driver.screen.focused, Card))
        await driver.press("q")
        await driver.until(lambda: is_untouched(driver))


async def test_escape_takes_an_alert_as_seen_and_no_more(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text=FILTER) as driver:
        driver.screen.alert(line("look at this"))
        await driver.sees("look at this")
        await driver.press("escape")
        await driver.until(lambda: "look at this" not in driver.text)
        assert is_untouched(driver)
        await escape_clears_the_filter(driver)


async def test_nothing_that_cannot_be_seen_is_taken_as_seen(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text=FILTER) as driver:
        driver.screen.alert(line("look at this"))
        await driver.sees("look at this")
        await driver.pilot.resize_terminal(40, 10)
        await driver.sees("Too small")
        await driver.press("escape", "j", "L", "1")
        await driver.pilot.resize_terminal(120, 36)
        await driver.sees("look at this")
        await driver.press("escape")
        await driver.until(lambda: "look at this" not in driver.text)
        await escape_clears_the_filter(driver)
