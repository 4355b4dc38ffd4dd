"""Sorting and choosing columns: for each saved worklist, and without losing a study."""

from avara_tui.config import Config
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30


def rows(desk: Driver) -> list[str]:
    return desk.ids


def studies(desk: Driver) -> list[Study]:
    return list(map(desk.study, rows(desk)))


def title(desk: Driver) -> str:
    return desk.lines[3].partition("│")[0].rstrip()


async def click_title(desk: Driver, text: str, *, control: bool = False) -> None:
    await desk.pilot.click(desk.screen.table, offset=(title(desk).index(text), 0), control=control)


async def open_card(desk: Driver, key: str, says: str) -> None:
    await desk.press(key)
    await desk.sees(says)


async def test_a_click_on_a_title_sorts_by_it_and_the_next_turns_it_round(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        before = rows(desk)
        await click_title(desk, "DESCRIPTION")
        await desk.until(lambda: "DESCRIPTION↑" in title(desk))
        texts = [each.description.casefold() for each in studies(desk)]
        assert texts == sorted(texts)
        assert sorted(rows(desk)) == sorted(before)
        await click_title(desk, "DESCRIPTION")
        await desk.until(lambda: "DESCRIPTION↓" in title(desk))
        texts = [each.description.casefold() for each in studies(desk)]
        assert texts == sorted(texts, reverse=True)
        await desk.pilot.click(desk.screen.table, offset=(0, 0))
        await desk.until(lambda: rows(desk) == before)


async def test_a_second_title_with_ctrl_is_a_second_key_with_its_rank(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        await click_title(desk, "ASSIGNEE")
        await desk.until(lambda: "ASSIGNEE↑" in title(desk))
        await click_title(desk, "AGE", control=True)
        await desk.until(lambda: "ASSIGNEE↑1" in title(desk) and "AGE↓2" in title(desk))
        free = [each.created_at or 0.0 for each in studies(desk) if each.assignee is None]
        assert len(free) > 1
        assert free == sorted(free)
        assert [each.assignee is None for each in studies(desk)][: len(free)] == [True] * len(free)


async def test_sorting_leaves_the_cursor_on_its_study(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        await desk.press("down", "down", "down")
        study_id = desk.screen.table.cursor_id
        await click_title(desk, "CUSTOMER")
        await desk.until(lambda: "CUSTOMER↑" in title(desk))
        assert desk.screen.table.cursor_id == study_id
        cursor = next(text for text in desk.lines if text.startswith("▌"))
        assert desk.study(study_id or "").description[:15] in cursor


async def test_an_order_belongs_to_its_worklist(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        triage = rows(desk)
        await click_title(desk, "DESCRIPTION")
        await desk.until(lambda: rows(desk) != triage)
        sorted_rows = rows(desk)
        await desk.press("1")
        await desk.until(lambda: len(rows(desk)) < len(sorted_rows))
        assert "↑" not in title(desk)
        await desk.press("5")
        await desk.until(lambda: rows(desk) == sorted_rows)
        assert "DESCRIPTION↑" in title(desk)


async def test_the_card_sorts_by_several_columns_and_says_how(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        triage = rows(desk)
        await open_card(desk, "S", "triage order (STAT")
        await desk.press("space", "down", "space", "space")
        await desk.sees("by priority ↑, age ↑")
        found = [({"stat": 0, "high": 2, "normal": 3}[each.severity], -(each.created_at or 0.0))
                 for each in studies(desk)]  # fmt: skip
        assert found == sorted(found)
        await desk.press("up", "delete")
        await desk.sees("by age ↑")
        await desk.press("t", "escape")
        await desk.until(lambda: "Sort All open" not in desk.text)
        assert rows(desk) == triage
        assert desk.app.focused is desk.screen.table


async def test_rows_stay_sorted_while_the_data_moves(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        await click_title(desk, "DESCRIPTION")
        await desk.until(lambda: "DESCRIPTION↑" in title(desk))
        last = rows(desk)[-1]
        emulator.change(last, studyDescription="A first of all")
        await desk.press("r")
        await desk.until(lambda: rows(desk)[0] == last)
        texts = [each.description.casefold() for each in studies(desk)]
        assert texts == sorted(texts)


async def test_what_is_sorted_by_is_said_also_when_no_column_shows_it(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, view="Complete") as desk:
        await desk.until(lambda: "by last change ↓" in desk.lines[2])


async def test_columns_are_chosen_moved_and_belong_to_their_worklist(
    emulator: EmbeddedEmulator,
) -> None:
    emulator.change(emulator.studies()[0]["studyId"], metadata={"room": "7"})
    async with worklist(emulator) as desk:
        before = title(desk)
        await open_card(desk, "C", "Columns of All open")
        card = desk.app.focused
        await desk.until(lambda: "room" in getattr(card, "names", [""])[-1])
        await desk.press("end", "space")
        await desk.until(lambda: "ROOM" in title(desk))
        for _ in range(6):
            await desk.press("left")
        await desk.until(lambda: title(desk).index("ROOM") < title(desk).index("AGE"))
        await desk.press("escape")
        await desk.until(lambda: "Columns of" not in desk.text)
        await desk.press("1")
        await desk.until(lambda: "ROOM" not in title(desk))
        await desk.press("5")
        await desk.until(lambda: "ROOM" in title(desk))
        await open_card(desk, "C", "Columns of All open")
        await desk.press("d", "escape")
        await desk.until(lambda: title(desk) == before)


async def test_one_column_has_to_stay(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, config=Config(columns=("description",))) as desk:
        await open_card(desk, "C", "Columns of All open")
        await desk.press("space")
        await desk.sees("one column has to stay")
        assert "DESCRIPTION" in title(desk)


async def test_columns_out_of_sight_are_counted_and_brought_in(emulator: EmbeddedEmulator) -> None:
    columns = ("priority", "age", "description", "assignee", "customer", "uid", "id")
    async with worklist(emulator, size=(80, 24), config=Config(columns=columns)) as desk:
        assert title(desk).endswith(" 2>")
        assert "UID" not in title(desk)
        for _ in range(6):
            await desk.press("greater_than_sign")
        await desk.until(lambda: "STUDY ID" in title(desk))
        assert title(desk).startswith("<")
        assert "PRI" in title(desk)
        assert ">" not in title(desk)
        for _ in range(6):
            await desk.press("less_than_sign")
        await desk.until(lambda: title(desk).endswith(" 2>") and "AGE" in title(desk))


async def test_ctrl_click_marks_and_shift_click_marks_up_to(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        await desk.pilot.click(desk.screen.table, offset=(10, 3), control=True)
        await desk.pilot.click(desk.screen.table, offset=(10, 6), shift=True)
        await desk.until(lambda: desk.status.startswith("4 marked"))
        assert set(desk.screen.row_context.marked) == set(rows(desk)[2:6])


async def test_what_the_filter_found_is_set_off(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text="ct -mr") as desk:
        strip = desk.screen.table.render_line(2)
        found = [text for text, style, _ in strip if style is not None and style.underline]
        assert found
        assert {text.lower() for text in found} == {"ct"}
