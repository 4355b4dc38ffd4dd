"""A key that closes something does nothing else: not to the filter, the marks or the program."""

from pathlib import Path

import pytest

from avara_tui.config import Config, OwnCommand
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.keys.actions import ACTIONS
from avara_tui.tui.keys.places import Place
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


ACTED = {f"studies.{each}" for each in ("create", "update", "cancel", "uncancel", "reroute-url")}


def keys_of(*, dangerous: bool) -> list[str]:
    """Return the first key of every action in the table that writes or opens, or that does not."""
    return [
        each.keys.split(",")[0]
        for each in ACTIONS
        if each.place is not Place.DETAIL and (each.writes or each.opens) is dangerous
    ]


def test_the_table_says_which_keys_write_or_open() -> None:
    dangerous = set(keys_of(dangerous=True))
    assert {"n", "o", "m", "a", "A", "s", "v", "d", "x", "X", "M", "z", "plus"} == dangerous


async def test_a_key_that_writes_or_opens_only_ends_the_welcome(
    emulator: EmbeddedEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    own = OwnCommand(name="Touch", key="F6", argv=("touch", str(tmp_path / "touched")))
    config = Config(commands=(own,))
    async with worklist(emulator, config=config, filter_text=FILTER) as driver:
        for key in [*keys_of(dangerous=True), "f6"]:
            (tmp_path / "avara-tui" / "tour-seen").unlink(missing_ok=True)
            driver.controller.guide.offer_tour()
            await driver.sees("Welcome: the first things to know")
            await driver.press(key)
            await driver.until(lambda: "Welcome: the" not in driver.text)
            assert driver.says("that key closed the welcome"), key
            assert is_untouched(driver), key
            assert not emulator.counts.keys() & ACTED
        # Once more it does what it does.
        await driver.press("s")
        await driver.until(lambda: driver.says("Severity of") or driver.says("all the same?"))
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize(("key", "leads_to"), [("j", ""), ("question_mark", "type to search")])
async def test_a_key_that_moves_or_helps_does_so_as_it_ends_the_welcome(
    emulator: EmbeddedEmulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    leads_to: str,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with worklist(emulator, tour=True) as driver:
        await driver.sees("Welcome: the first things to know")
        first = driver.screen.table.cursor_id
        await driver.press(key)
        await driver.until(lambda: "Welcome: the" not in driver.text)
        await driver.sees(leads_to)
        assert (driver.screen.table.cursor_id != first) is (key == "j")


OPENED = {
    "f4": "Welcome",
    "question_mark": "type to search",
    "ctrl+p": "Do what?",
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
