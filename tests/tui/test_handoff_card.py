"""The hand-off on the screen: what is open, put aside and mine, and how old that is."""

import time

from avara_tui.clock import ManualClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from tui.driver import worklist

EMULATED_STUDIES = 30


async def test_the_card_shows_the_hand_off_and_goes(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.press("T")
        await driver.sees("Hand-off of test")
        assert "Complete: all open studies read" in driver.text
        assert "Open STAT: " in driver.text
        assert "Put aside: 0" in driver.text
        await driver.press("G")
        await driver.sees("Mine: ")
        await driver.press("escape")
        await driver.until(lambda: "Hand-off of" not in driver.text)
        assert driver.screen.table.has_focus


async def test_old_data_is_not_handed_off_as_complete(emulator: EmbeddedEmulator) -> None:
    clock = ManualClock(time.time())
    async with worklist(emulator, clock=clock) as driver:
        with emulator.refusing_connections():
            clock.advance(600)
            await driver.press("r")
            await driver.sees("server out of reach")
            await driver.press("T")
            await driver.sees("OLD: all open studies read 10m ago")


async def test_masked_it_names_no_study(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        driver.screen.row_context.hide_texts(masked=True)
        await driver.press("T")
        await driver.sees("Hand-off of test")
        assert "CT " not in driver.text
        for person in emulator.users():
            assert person["lastName"] not in driver.text
        for customer in emulator.customers():
            assert customer["expressCustomerName"] not in driver.text
        assert "•••" in driver.text
