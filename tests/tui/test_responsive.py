"""Side by side, one above the other, or one at a time: as the terminal has room."""

from textual.geometry import Size

from avara_tui.emulator.embedded import EmbeddedEmulator
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30

WIDE, TALL, SMALL = (120, 36), (80, 40), (60, 15)


async def resize(driver: Driver, size: tuple[int, int]) -> None:
    await driver.pilot.resize_terminal(*size)
    await driver.until(lambda: driver.screen.size == Size(*size))


def shows_table(driver: Driver) -> bool:
    return driver.screen.table.display and "▌  " in driver.text


def shows_detail(driver: Driver) -> bool:
    return "overdue by" in driver.text or "due in" in driver.text


async def test_a_wide_terminal_has_table_and_detail_side_by_side(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, size=WIDE) as driver:
        await driver.until(lambda: shows_detail(driver))
        table, detail = driver.screen.table.region, driver.screen.detail.region
        assert table.y == detail.y
        assert detail.x >= table.right


async def test_a_narrow_one_has_the_detail_below(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=TALL) as driver:
        await driver.until(lambda: shows_detail(driver))
        table, detail = driver.screen.table.region, driver.screen.detail.region
        assert table.x == detail.x
        assert detail.y >= table.bottom
        assert table.height > detail.height


async def test_a_small_one_shows_one_at_a_time(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=SMALL) as driver:
        assert shows_table(driver)
        assert not shows_detail(driver)
        await driver.press("j", "enter")
        await driver.until(lambda: shows_detail(driver))
        assert not shows_table(driver)
        # A question does not bring the table back.
        await driver.press("s")
        await driver.until(lambda: "Severity of" in driver.status)
        assert not shows_table(driver)
        await driver.press("escape", "escape")
        await driver.until(lambda: shows_table(driver))
        assert not shows_detail(driver)
        assert driver.screen.table.cursor_row == 1


async def test_keys_typed_ahead_go_into_the_detail_that_is_not_there_yet(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, size=SMALL) as driver:
        before = driver.screen.table.cursor_row
        await driver.press("enter", "j", "j")
        await driver.until(lambda: shows_detail(driver))
        assert driver.screen.table.cursor_row == before
        entry = driver.screen.detail.entry
        assert entry is not None
        assert entry.field == "assigned_to"


async def test_a_size_that_changes_changes_what_is_shown(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=SMALL) as driver:
        await driver.press("enter")
        await driver.until(lambda: shows_detail(driver))
        await resize(driver, WIDE)
        await driver.until(lambda: shows_table(driver) and shows_detail(driver))
        assert driver.screen.focused is driver.screen.detail
        await resize(driver, SMALL)
        await driver.until(lambda: shows_detail(driver) and not shows_table(driver))
        await driver.press("escape")
        await driver.until(lambda: shows_table(driver) and not shows_detail(driver))


async def test_columns_leave_in_the_order_of_their_importance(emulator: EmbeddedEmulator) -> None:
    importance = ("PRI", "DESCRIPTION", "AGE", "ASSIGNEE", "CUSTOMER")
    async with worklist(emulator, size=WIDE) as driver:
        for width in range(120, 59, -6):
            await resize(driver, (width, 36))
            await driver.until(lambda: driver.screen.table.size.width <= driver.screen.size.width)
            shown = [title for title in importance if title in driver.lines[2]]
            assert shown == list(importance[: len(shown)])
