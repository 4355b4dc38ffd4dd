"""Side by side, one above the other, or one at a time: as the terminal has room."""

from textual.geometry import Size

from avara_tui.emulator.embedded import EmbeddedEmulator
from tui.driver import Driver, worklist

WIDE, TALL, SMALL = (120, 36), (80, 40), (60, 15)


async def resize(desk: Driver, size: tuple[int, int]) -> None:
    await desk.pilot.resize_terminal(*size)
    await desk.until(lambda: desk.screen.size == Size(*size))


def shows_table(desk: Driver) -> bool:
    return "DESCRIPTION" in desk.text and "  PRI " in desk.text


def shows_detail(desk: Driver) -> bool:
    return "overdue by" in desk.text or "due in" in desk.text


async def test_a_wide_terminal_has_table_and_detail_side_by_side(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, size=WIDE) as desk:
        await desk.until(lambda: shows_detail(desk))
        table, detail = desk.screen.table.region, desk.screen.detail.region
        assert table.y == detail.y
        assert detail.x >= table.right


async def test_a_narrow_one_has_the_detail_below(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=TALL) as desk:
        await desk.until(lambda: shows_detail(desk))
        table, detail = desk.screen.table.region, desk.screen.detail.region
        assert table.x == detail.x
        assert detail.y >= table.bottom
        assert table.height > detail.height


async def test_a_small_one_shows_one_at_a_time(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=SMALL) as desk:
        assert shows_table(desk)
        assert not shows_detail(desk)
        await desk.press("j", "enter")
        await desk.until(lambda: shows_detail(desk))
        assert not shows_table(desk)
        # A question does not bring the table back.
        await desk.press("s")
        await desk.until(lambda: "Severity of" in desk.status)
        assert not shows_table(desk)
        await desk.press("escape", "escape")
        await desk.until(lambda: shows_table(desk))
        assert not shows_detail(desk)
        assert desk.screen.table.cursor_row == 1


async def test_keys_typed_ahead_go_into_the_detail_that_is_not_there_yet(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, size=SMALL) as desk:
        before = desk.screen.table.cursor_row
        await desk.press("enter", "j", "j")
        await desk.until(lambda: shows_detail(desk))
        assert desk.screen.table.cursor_row == before
        entry = desk.screen.detail.entry
        assert entry is not None
        assert entry.field == "assigned_to"


async def test_a_size_that_changes_changes_what_is_shown(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=SMALL) as desk:
        await desk.press("enter")
        await desk.until(lambda: shows_detail(desk))
        await resize(desk, WIDE)
        await desk.until(lambda: shows_table(desk) and shows_detail(desk))
        assert desk.screen.focused is desk.screen.detail
        await resize(desk, SMALL)
        await desk.until(lambda: shows_detail(desk) and not shows_table(desk))
        await desk.press("escape")
        await desk.until(lambda: shows_table(desk) and not shows_detail(desk))


async def test_columns_leave_in_the_order_of_their_importance(emulator: EmbeddedEmulator) -> None:
    importance = ("PRI", "DESCRIPTION", "AGE", "ASSIGNEE", "CUSTOMER")
    async with worklist(emulator, size=WIDE) as desk:
        for width in range(120, 59, -6):
            await resize(desk, (width, 36))
            await desk.until(lambda: desk.screen.table.size.width <= desk.screen.size.width)
            shown = [title for title in importance if title in desk.lines[3]]
            assert shown == list(importance[: len(shown)])
