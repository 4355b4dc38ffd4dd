"""Marks belong to studies: whatever moves, an action is for the studies that were marked."""

from avara_tui.emulator.embedded import EmbeddedEmulator
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30


def rows(desk: Driver) -> list[str]:
    return desk.ids


def marks(desk: Driver) -> set[str]:
    return set(desk.screen.row_context.marked)


def targets(desk: Driver) -> list[str]:
    study = desk.controller.under_cursor()
    assert study is not None
    return desk.controller.marks.targets(study)


async def test_space_marks_and_moves_on_and_marks_are_counted(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        first, second, third = rows(desk)[:3]
        await desk.press("space", "space")
        assert marks(desk) == {first, second}
        assert desk.screen.table.cursor_id == third
        assert desk.status.startswith("2 marked")
        assert [line[1] for line in desk.lines[4:7]] == ["*", "*", " "]
        await desk.press("up", "space")
        assert marks(desk) == {first}
        assert desk.status.startswith("1 marked")


async def test_an_action_is_for_the_marked_studies_in_the_order_of_the_rows(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        shown = rows(desk)
        assert targets(desk) == [shown[0]]
        for row in (5, 2, 9):
            desk.screen.table.move_to(row)
            await desk.press("space")
        assert targets(desk) == [shown[2], shown[5], shown[9]]


async def test_a_range_goes_from_the_last_mark_to_the_cursor_either_way(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        shown = rows(desk)
        desk.screen.table.move_to(6)
        await desk.press("space")
        desk.screen.table.move_to(3)
        await desk.press("V")
        assert marks(desk) == set(shown[3:7])
        desk.screen.table.move_to(1)
        await desk.press("V")
        assert marks(desk) == set(shown[1:7])


async def test_a_range_without_a_mark_begins_here_and_says_so(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        shown = rows(desk)
        await desk.press("V")
        assert marks(desk) == {shown[0]}
        assert "V marks up to there" in desk.status
        await desk.press("down", "down", "V")
        assert marks(desk) == set(shown[:3])


async def test_all_shown_are_marked_and_unmarked_and_others_keep_their_marks(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, filter_text="-severity:stat") as desk:
        shown = rows(desk)
        await desk.press("asterisk")
        assert marks(desk) == set(shown)
        await desk.press("1")
        await desk.until(lambda: not rows(desk))
        await desk.until(lambda: f"{len(shown)} not shown" in desk.status)
        await desk.press("5")
        await desk.until(lambda: "not shown" not in desk.status)
        await desk.press("asterisk")
        assert marks(desk) == set()


async def test_marks_outlast_filters_and_other_worklists_and_say_what_is_hidden(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        first = rows(desk)[0]
        await desk.press("space", "end", "space")
        last = next(iter(marks(desk) - {first}))
        await desk.press("1")
        await desk.until(lambda: "2 marked, 1 not shown" in desk.status)
        assert targets(desk) == [first, last]
        await desk.press("5")
        await desk.until(lambda: desk.status.startswith("2 marked") and "not" not in desk.status)


async def test_marks_stay_on_their_studies_when_rows_arrive_above(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        desk.screen.table.move_to(4)
        await desk.press("space", "space")
        before = marks(desk)
        emulator.change(rows(desk)[-1], severity="stat")
        await desk.press("r")
        await desk.until(lambda: rows(desk).index(min(before, key=rows(desk).index)) == 5)
        assert marks(desk) == before
        starred = [line for line in desk.lines[4:30] if line[1:2] == "*"]
        assert len(starred) == 2


async def test_escape_takes_back_the_marks_before_the_filter(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text="ct") as desk:
        await desk.press("space", "escape")
        assert marks(desk) == set()
        assert "1 mark taken back" in desk.status
        assert "/ ct" in desk.lines[2]
        await desk.press("escape")
        await desk.until(lambda: "no filter" in desk.lines[2])


async def test_a_filter_by_marks_follows_them(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        first, second, _ = rows(desk)[:3]
        await desk.press("space", "space", "slash")
        await desk.until(lambda: desk.screen.filter_bar.is_typing)
        await desk.type("is:marked")
        await desk.press("enter")
        await desk.until(lambda: rows(desk) == [first, second])
        desk.screen.table.go_to(first)
        await desk.press("space")
        # What was unmarked stays until the cursor has left it.
        await desk.until(lambda: rows(desk) == [second])


async def test_a_study_that_is_gone_loses_its_mark(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        first, second = rows(desk)[:2]
        await desk.press("space", "space")
        desk.session.forget(first)
        assert marks(desk) == {second}
        assert targets(desk) == [second]


async def test_nothing_is_done_to_some_of_the_marked_studies_while_others_are_not_held(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        first, second = rows(desk)[:2]
        await desk.press("space", "space")
        session = desk.session
        await session.stop()
        desk.drop(first)
        assert marks(desk) == {first, second}
        served = len(emulator.requests)
        for key in ("s", "v", "m", "x", "y"):
            await desk.press(key)
            await desk.until(lambda: desk.says("1 marked study is not read by now"))
        assert len(emulator.requests) == served
