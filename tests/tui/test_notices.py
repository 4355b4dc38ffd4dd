"""The last word is about the last key, and nothing that matters is lost on the way."""

import asyncio

import pytest

from avara_tui.config import Config, NextRule
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.opener.viewing import Opened
from avara_tui.tui.lines import line
from avara_tui.tui.notices import PRESS, Kind, Press
from studies import add_study
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30

NEWER, OLDER = 0, -1
"""Keys, counted from the last that was pressed."""


async def pressed(driver: Driver) -> None:
    """Press a few keys, of which the last two are to be answered."""
    await driver.press("j", "k")


async def say(driver: Driver, key: int, text: str, kind: Kind = Kind.ANSWER) -> None:
    """Say something in answer to a key."""
    before = PRESS.set(Press(driver.screen.pressed + key))
    driver.screen.notice(line(text), kind=kind)
    PRESS.reset(before)


async def test_an_older_answer_never_takes_the_place_of_a_newer_one(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await pressed(driver)
        await say(driver, NEWER, "the newer")
        await say(driver, OLDER, "the older")
        await say(driver, OLDER, "under way", Kind.PASSING)
        await say(driver, OLDER, "naming", Kind.NAMING)
        assert driver.says("the newer")
        assert "the older" not in driver.status
        assert driver.says("+1")
        # It has not been lost: it stays until it was seen.
        await driver.press("j")
        await driver.until(lambda: driver.says("the older"))
        await driver.press("j")
        assert driver.says("the older")
        await driver.press("escape")
        await driver.until(lambda: "the older" not in driver.status)
        assert "under way" not in driver.text


async def test_an_older_failure_waits_beside_a_newer_answer(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await pressed(driver)
        await say(driver, NEWER, "the newer")
        before = PRESS.set(Press(driver.screen.pressed + OLDER))
        driver.screen.alert(line("it failed"))
        driver.screen.clear_notice()
        PRESS.reset(before)
        assert driver.says("the newer")
        assert driver.says("+1")
        await driver.press("j")
        await driver.until(lambda: driver.says("it failed"))


async def test_a_failure_of_the_last_key_is_seen_at_once(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await pressed(driver)
        await say(driver, NEWER, "under way", Kind.PASSING)
        before = PRESS.set(Press(driver.screen.pressed + NEWER))
        driver.screen.alert(line("it failed"))
        PRESS.reset(before)
        await driver.until(lambda: driver.says("it failed"))


async def test_what_names_a_written_study_is_drawn_however_fast_keys_come(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        shown: list[str] = []
        real = driver.screen.status.render_lines

        def recorded(crop: object) -> object:
            strips = real(crop)  # type: ignore[arg-type]
            shown.extend(strip.text for strip in strips)
            return strips

        driver.screen.status.render_lines = recorded  # type: ignore[method-assign, assignment]
        for number in range(1, 30):
            await say(driver, number, f"saving study {number:02}", Kind.NAMING)
            driver.screen.status.clear_notice(driver.screen.pressed + number)
            await say(driver, number, f"refused {number:02}")
        await driver.until(lambda: driver.says("refused 29"))
        text = "\n".join(shown)
        assert [each for each in range(1, 30) if f"saving study {each:02}" not in text] == []


@pytest.mark.usefixtures("no_desktop")
async def test_the_answer_to_a_second_n_is_not_written_over_by_the_first(
    emulator: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = asyncio.Event()

    async def slowly(*_: object, **__: object) -> Opened:
        await may_end.wait()
        return Opened("a browser")

    monkeypatch.setattr("avara_tui.triage.opener.viewing.open_study", slowly)
    study_id = add_study(emulator, "Zebra head")
    pool = Config(next=NextRule.POOL)
    async with worklist(emulator, filter_text="zebra", config=pool) as driver:
        await driver.press("n")
        await driver.until(lambda: driver.says("is yours"))
        await driver.press("n")
        await driver.until(lambda: driver.says("none to take"))
        may_end.set()
        await driver.until(lambda: driver.says("+1"))
        assert driver.says("none to take")
        await driver.press("j")
        await driver.until(lambda: driver.says("Zebra head") and driver.says("handed to a browser"))
        assert driver.says("is yours")
        assert emulator.study(study_id)["assignedTo"]["userId"] == DEMO_USER_ID
