"""Sorting and choosing columns: for each saved worklist, and without losing a study."""

from avara_tui.config import Config
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from avara_tui.tui.lines import MORE_LEFT, MORE_RIGHT
from avara_tui.worklist.order import DEADLINE
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30


def rows(driver: Driver) -> list[str]:
    return driver.ids


def studies(driver: Driver) -> list[Study]:
    return list(map(driver.study, rows(driver)))


def title(driver: Driver) -> str:
    return driver.lines[2].partition("│")[0].rstrip()


async def click_title(driver: Driver, text: str, *, control: bool = False) -> None:
    await driver.pilot.click(
        driver.screen.table, offset=(title(driver).index(text), 0), control=control
    )


async def open_card(driver: Driver, key: str, says: str) -> None:
    await driver.press(key)
    await driver.sees(says)


async def test_a_click_on_a_title_sorts_by_it_and_the_next_turns_it_round(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        before = rows(driver)
        await click_title(driver, "DESCRIPTION")
        await driver.until(lambda: "DESCRIPTION↑" in title(driver))
        texts = [each.description.casefold() for each in studies(driver)]
        assert texts == sorted(texts)
        assert sorted(rows(driver)) == sorted(before)
        await click_title(driver, "DESCRIPTION")
        await driver.until(lambda: "DESCRIPTION↓" in title(driver))
        texts = [each.description.casefold() for each in studies(driver)]
        assert texts == sorted(texts, reverse=True)
        await driver.pilot.click(driver.screen.table, offset=(0, 0))
        await driver.until(lambda: rows(driver) == before)


async def test_a_second_title_with_ctrl_is_a_second_key_with_its_rank(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await click_title(driver, "ASSIGNEE")
        await driver.until(lambda: "ASSIGNEE↑" in title(driver))
        await click_title(driver, "AGE", control=True)
        await driver.until(lambda: "ASSIGNEE↑1" in title(driver) and "AGE↓2" in title(driver))
        free = [each.created_at or 0.0 for each in studies(driver) if each.assignee is None]
        assert len(free) > 1
        assert free == sorted(free)
        assert [each.assignee is None for each in studies(driver)][: len(free)] == [True] * len(
            free
        )


async def test_sorting_leaves_the_cursor_on_its_study(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.press("down", "down", "down")
        study_id = driver.screen.table.cursor_id
        await click_title(driver, "CUSTOMER")
        await driver.until(lambda: "CUSTOMER↑" in title(driver))
        assert driver.screen.table.cursor_id == study_id
        cursor = next(text for text in driver.lines if text.startswith("▌"))
        assert driver.study(study_id or "").description[:15] in cursor


async def test_an_order_belongs_to_its_worklist(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        triage = rows(driver)
        await click_title(driver, "DESCRIPTION")
        await driver.until(lambda: rows(driver) != triage)
        sorted_rows = rows(driver)
        await driver.press("1")
        await driver.until(lambda: len(rows(driver)) < len(sorted_rows))
        assert "↑" not in title(driver)
        await driver.press("5")
        await driver.until(lambda: rows(driver) == sorted_rows)
        assert "DESCRIPTION↑" in title(driver)


async def test_the_card_sorts_by_several_columns_and_says_how(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        triage = rows(driver)
        await open_card(driver, "S", "triage order (STAT")
        await driver.press("space", "down", "space", "space")
        await driver.sees("by priority ↑, age ↑")
        found = [({"stat": 0, "high": 2, "normal": 3}[each.severity], -(each.created_at or 0.0))
                 for each in studies(driver)]  # fmt: skip
        assert found == sorted(found)
        await driver.press("up", "delete")
        await driver.sees("by age ↑")
        await driver.press("t", "escape")
        await driver.until(lambda: "Sort All open" not in driver.text)
        assert rows(driver) == triage
        assert driver.app.focused is driver.screen.table


async def test_the_card_sorts_by_deadline_within_the_triage_order(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, size=(80, 24)) as driver:
        board = driver.controller.board
        before, context = rows(driver), board.context()
        by_due = DEADLINE.key(context.now, context.thresholds)
        await driver.press(driver.screen.key("sort"))
        await driver.sees("d deadline")
        assert "esc done" in driver.text
        await driver.press("d")
        await driver.sees("high, then what is due first)")
        assert board.order == DEADLINE
        assert studies(driver)[0].severity == "stat"
        assert rows(driver) == [each.study_id for each in sorted(studies(driver), key=by_due)]
        await driver.press("t")
        await driver.sees("then the oldest")
        assert rows(driver) == before


async def test_rows_stay_sorted_while_the_data_moves(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await click_title(driver, "DESCRIPTION")
        await driver.until(lambda: "DESCRIPTION↑" in title(driver))
        last = rows(driver)[-1]
        emulator.change(last, studyDescription="A first of all")
        await driver.press("r")
        await driver.until(lambda: rows(driver)[0] == last)
        texts = [each.description.casefold() for each in studies(driver)]
        assert texts == sorted(texts)


async def test_what_is_sorted_by_is_said_also_when_no_column_shows_it(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, view="Complete") as driver:
        await driver.until(lambda: "by last change ↓" in driver.lines[0])


async def test_columns_are_chosen_moved_and_belong_to_their_worklist(
    emulator: EmbeddedEmulator,
) -> None:
    emulator.change(emulator.studies()[0]["studyId"], metadata={"room": "7"})
    async with worklist(emulator) as driver:
        before = title(driver)
        await open_card(driver, "C", "Columns of All open")
        card = driver.app.focused
        await driver.until(lambda: "room" in getattr(card, "names", [""])[-1])
        await driver.press("end", "space")
        await driver.until(lambda: "ROOM" in title(driver))
        for _ in range(6):
            await driver.press("left")
        await driver.until(lambda: title(driver).index("ROOM") < title(driver).index("AGE"))
        await driver.press("escape")
        await driver.until(lambda: "Columns of" not in driver.text)
        await driver.press("1")
        await driver.until(lambda: "ROOM" not in title(driver))
        await driver.press("5")
        await driver.until(lambda: "ROOM" in title(driver))
        await open_card(driver, "C", "Columns of All open")
        await driver.press("d", "escape")
        await driver.until(lambda: title(driver) == before)


async def test_one_column_has_to_stay(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, config=Config(columns=("description",))) as driver:
        await open_card(driver, "C", "Columns of All open")
        await driver.press("space")
        await driver.sees("one column has to stay")
        assert "DESCRIPTION" in title(driver)


async def test_columns_out_of_sight_are_counted_and_brought_in(emulator: EmbeddedEmulator) -> None:
    columns = ("priority", "age", "description", "assignee", "customer", "uid", "id")
    async with worklist(emulator, size=(80, 24), config=Config(columns=columns)) as driver:
        assert title(driver).endswith(f"+2 {MORE_RIGHT}")
        assert "UID" not in title(driver)
        for _ in range(6):
            await driver.press("greater_than_sign")
        await driver.until(lambda: "STUDY ID" in title(driver))
        assert title(driver).startswith(MORE_LEFT)
        assert "PRI" in title(driver)
        assert ">" not in title(driver)
        for _ in range(6):
            await driver.press("less_than_sign")
        await driver.until(
            lambda: title(driver).endswith(f"+2 {MORE_RIGHT}") and "AGE" in title(driver)
        )


async def test_ctrl_click_marks_and_shift_click_marks_up_to(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=(120, 29)) as driver:
        await driver.pilot.click(driver.screen.table, offset=(10, 3), control=True)
        await driver.pilot.click(driver.screen.table, offset=(10, 6), shift=True)
        await driver.until(lambda: driver.status.startswith("4 marked"))
        assert set(driver.screen.row_context.marked) == set(rows(driver)[2:6])


async def test_what_the_filter_found_is_set_off(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text="ct -mr", size=(120, 29)) as driver:
        strip = driver.screen.table.render_line(2)
        found = [text for text, style, _ in strip if style is not None and style.underline]
        assert found
        assert {text.lower() for text in found} == {"ct"}
