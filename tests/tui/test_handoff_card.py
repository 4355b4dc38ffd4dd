"""The hand-off on the screen: what is open, put aside and mine, and how old that is."""

import time

from avara_tui.clock import ManualClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from tui.driver import worklist

EMULATED_STUDIES = 30


async def test_the_card_shows_the_hand_off_and_goes(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        await desk.press("T")
        await desk.sees("Hand-off of test")
        assert "Complete: the open studies were last read whole" in desk.text
        assert "Open STAT: " in desk.text
        assert "Put aside: 0" in desk.text
        await desk.press("G")
        await desk.sees("Mine: ")
        await desk.press("escape")
        await desk.until(lambda: "Hand-off of" not in desk.text)
        assert desk.screen.table.has_focus


async def test_old_data_is_not_handed_off_as_complete(emulator: EmbeddedEmulator) -> None:
    clock = ManualClock(time.time())
    async with worklist(emulator, clock=clock) as desk:
        with emulator.refusing_connections():
            clock.advance(600)
            await desk.press("r")
            await desk.sees("server out of reach")
            await desk.press("T")
            await desk.sees("OLD: the open studies were last read whole 10m ago")


async def test_masked_it_names_no_study(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        desk.screen.row_context.masked = True
        await desk.press("T")
        await desk.sees("Hand-off of test")
        assert "CT " not in desk.text
        for person in emulator.users():
            assert person["lastName"] not in desk.text
        for customer in emulator.customers():
            assert customer["expressCustomerName"] not in desk.text
        assert "•••" in desk.text
