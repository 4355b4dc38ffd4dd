"""Marks belong to studies: whatever moves, an action is for the studies that were marked."""

from avara_tui.emulator.embedded import EmbeddedEmulator
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30


def rows(driver: Driver) -> list[str]:
    return driver.ids


def marks(driver: Driver) -> set[str]:
    return set(driver.screen.row_context.marked)


def targets(driver: Driver) -> list[str]:
    study = driver.controller.cursor.study
    assert study is not None
    return driver.controller.marks.targets(study)


async def test_space_marks_and_moves_on_and_marks_are_counted(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=(120, 29)) as driver:
        first, second, third = rows(driver)[:3]
        await driver.press("space", "space")
        assert marks(driver) == {first, second}
        assert driver.screen.table.cursor_id == third
        assert driver.status.startswith("2 marked")
        assert [line[1] for line in driver.lines[3:6]] == ["*", "*", " "]
        await driver.press("up", "space")
        assert marks(driver) == {first}
        assert driver.status.startswith("1 marked")


async def test_an_action_is_for_the_marked_studies_in_the_order_of_the_rows(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        shown = rows(driver)
        assert targets(driver) == [shown[0]]
        for row in (5, 2, 9):
            driver.screen.table.move_to(row)
            await driver.press("space")
        assert targets(driver) == [shown[2], shown[5], shown[9]]


async def test_a_range_goes_from_the_last_mark_to_the_cursor_either_way(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        shown = rows(driver)
        driver.screen.table.move_to(6)
        await driver.press("space")
        driver.screen.table.move_to(3)
        await driver.press("V")
        assert marks(driver) == set(shown[3:7])
        driver.screen.table.move_to(1)
        await driver.press("V")
        assert marks(driver) == set(shown[1:7])


async def test_a_range_without_a_mark_begins_here_and_says_so(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        shown = rows(driver)
        await driver.press("V")
        assert marks(driver) == {shown[0]}
        assert "V marks up to there" in driver.status
        await driver.press("down", "down", "V")
        assert marks(driver) == set(shown[:3])


async def test_all_shown_are_marked_and_unmarked_and_others_keep_their_marks(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, filter_text="-severity:stat") as driver:
        shown = rows(driver)
        await driver.press("asterisk")
        assert marks(driver) == set(shown)
        await driver.press("1")
        await driver.until(lambda: not rows(driver))
        await driver.until(lambda: f"{len(shown)} not shown" in driver.status)
        await driver.press("5")
        await driver.until(lambda: "not shown" not in driver.status)
        await driver.press("asterisk")
        assert marks(driver) == set()


async def test_marks_outlast_filters_and_other_worklists_and_say_what_is_hidden(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        first = rows(driver)[0]
        await driver.press("space", "end", "space")
        last = next(iter(marks(driver) - {first}))
        await driver.press("1")
        await driver.until(lambda: "2 marked, 1 not shown" in driver.status)
        assert targets(driver) == [first, last]
        await driver.press("5")
        await driver.until(
            lambda: driver.status.startswith("2 marked") and "not" not in driver.status
        )


async def test_marks_stay_on_their_studies_when_rows_arrive_above(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        driver.screen.table.move_to(4)
        await driver.press("space", "space")
        before = marks(driver)
        emulator.change(rows(driver)[-1], severity="stat")
        await driver.press("r")
        await driver.until(lambda: rows(driver).index(min(before, key=rows(driver).index)) == 5)
        assert marks(driver) == before
        starred = [line for line in driver.lines[3:30] if line[1:2] == "*"]
        assert len(starred) == 2


async def test_escape_takes_back_the_marks_before_the_filter(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text="ct") as driver:
        await driver.press("space", "escape")
        assert marks(driver) == set()
        assert "1 mark taken back" in driver.status
        assert "/ ct" in driver.filter_row
        await driver.press("escape")
        await driver.until(lambda: not driver.filter_row)


async def test_a_filter_by_marks_follows_them(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        first, second, _ = rows(driver)[:3]
        await driver.press("space", "space", "slash")
        await driver.until(lambda: driver.screen.filter_bar.is_typing)
        await driver.type("is:marked")
        await driver.press("enter")
        await driver.until(lambda: rows(driver) == [first, second])
        driver.screen.table.go_to(first)
        await driver.press("space")
        # What was unmarked stays until the cursor has left it.
        await driver.until(lambda: rows(driver) == [second])


async def test_a_study_that_is_gone_loses_its_mark(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        first, second = rows(driver)[:2]
        await driver.press("space", "space")
        driver.session.forget(first)
        assert marks(driver) == {second}
        assert targets(driver) == [second]


async def test_nothing_is_done_to_some_of_the_marked_studies_while_others_are_not_held(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        first, second = rows(driver)[:2]
        await driver.press("space", "space")
        session = driver.session
        await session.stop()
        driver.drop(first)
        assert marks(driver) == {first, second}
        served = len(emulator.requests)
        for key in ("s", "v", "m", "x", "y"):
            await driver.press(key)
            await driver.until(lambda: driver.says("1 marked study is not read by now"))
        assert len(emulator.requests) == served
