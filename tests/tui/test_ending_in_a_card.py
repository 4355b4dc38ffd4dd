"""The program ends while something lies over the worklist: nothing breaks on the way out."""

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from studies import add_study
from tui.driver import Driver, worklist


async def alarm_comes(driver: Driver, emulator: EmbeddedEmulator) -> None:
    """Let a study come in that rings: there is more on the screen to be taken away."""
    add_study(emulator, "Zebra head")
    driver.session.refresh()
    await driver.until(lambda: driver.screen.alarm_banner.lines)
    # As if it had rung since anything was drawn.
    driver.screen.alarm_banner.show_alarms([])


CARDS = {
    "x": "Cancel this study",
    "A": "Take this study",
    "plus": "New study",
    "U": "No change",
    "H": "Done in this session",
    "S": "Sort",
    "a": "type to search",
    "d": "description",
    "question_mark": "type to search",
}


@pytest.mark.parametrize(("key", "shown"), list(CARDS.items()))
async def test_the_program_ends_in_the_midst_of_whatever_lies_over_it(
    emulator: EmbeddedEmulator, key: str, shown: str
) -> None:
    async with worklist(emulator, filter_text="assignee:me") as driver:
        await driver.press(key)
        await driver.sees(shown)
        await alarm_comes(driver, emulator)
        # What the keys do has changed meanwhile, and nobody has drawn it yet.
        driver.screen.row_context.hide_texts(masked=True)


async def test_the_program_ends_in_the_midst_of_the_card_of_marked_studies(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, filter_text="assignee:me") as driver:
        for key in ("space", "space", "s"):
            await driver.press(key)
        await driver.sees("Severity of 2")
        await driver.press("h")
        await driver.sees("y yes, set ● HIGH")
        await alarm_comes(driver, emulator)
        driver.screen.row_context.hide_texts(masked=True)


@pytest.mark.parametrize("pane", ["masthead", "table", "detail", "alarm_banner", "status"])
async def test_whichever_pane_goes_first_who_has_the_keys_is_no_trouble(
    emulator: EmbeddedEmulator, pane: str
) -> None:
    async with worklist(emulator, filter_text="assignee:me") as driver:
        screen = driver.screen
        await driver.press("x")
        await driver.sees("Cancel this study")
        await alarm_comes(driver, emulator)
        await getattr(screen, pane).remove()
        screen.set_focus(None)
        assert not screen.is_whole
