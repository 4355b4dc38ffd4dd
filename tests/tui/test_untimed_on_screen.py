"""What the screen says of studies that lack a time: never that nothing is overdue."""

import time

import pytest

from avara_tui.clock import ManualClock
from avara_tui.config import Config, NextRule, Thresholds, WorklistSetting
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import HIGH, Study
from avara_tui.triage.reading.health import Health, State
from avara_tui.tui.lines import Role, text_of, width_of
from avara_tui.tui.presentation.detail_head import deadline
from avara_tui.tui.presentation.empty_states import empty_state
from avara_tui.tui.presentation.open_counts import OpenCounts, chip_forms
from avara_tui.tui.presentation.placing import place
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.row_drawing import row_line
from avara_tui.tui.presentation.tabs import Tab, tabs
from avara_tui.tui.presentation.times import exact_time, near_time
from studies import Json, add_study, open_studies
from tui.driver import Driver, worklist

NOW = 1_700_000_000.0
UNTIMED = Study("stu_1", "1.2", "CT Head", HIGH, "incomplete", is_cancelled=False)
LIVE = Health(State.LIVE, 0.0, 0.0, 400, None, 0, (), (), ())


def untimed(emulator: EmbeddedEmulator) -> list[Json]:
    """Return the open studies that the server tells no time of."""
    return [each for each in open_studies(emulator) if each["createdAt"] is None]


def chip(*, overdue: int = 3, untimed: int = 2, is_certain: bool = True) -> str:
    counts = OpenCounts(11, 0, overdue, None, untimed)
    return text_of(chip_forms(counts, is_certain=is_certain, is_seen=True)[0])


def test_the_header_says_how_many_more_may_be_overdue() -> None:
    assert chip() == " ▲ STAT 11   3 overdue +2?"
    assert chip(overdue=0) == " ▲ STAT 11   0 overdue +2?"
    assert chip(is_certain=False) == " ▲ STAT 11+   3+ overdue +2?"


def test_without_such_studies_the_header_is_as_short_as_ever() -> None:
    assert chip(overdue=0, untimed=0) == " ▲ STAT 11 "


def test_the_count_that_may_be_greater_is_no_calm_zero() -> None:
    forms = chip_forms(OpenCounts(0, 0, 0, None, 2), is_certain=True, is_seen=True)
    assert (" +2?", Role.WARNING) in forms[0]


@pytest.mark.parametrize("width", range(20, 130, 5))
def test_the_tab_keeps_it_as_long_as_it_keeps_its_count(width: int) -> None:
    items = [
        Tab("1", "STAT", 11, True),
        Tab("4", "Overdue", 3, True, 2),
        Tab("5", "All", 180, True),
    ]
    row = tabs(items, "STAT", width)
    assert width_of(row) <= width
    assert ("3 +2?" in text_of(row)) == ("Overdue 3" in text_of(row))


def test_an_empty_list_of_the_overdue_is_no_all_clear() -> None:
    def said(unsure: int) -> str:
        lines = empty_state(
            LIVE, worklist="Overdue", filter_text="", server="", width=80, unsure=unsure
        )
        return "\n".join(map(text_of, lines))

    assert "Do not rely on this" not in said(0)
    assert "Do not rely on this: 1 open study has no waiting time (is:untimed)." in said(1)
    assert "Do not rely on this: 2 open studies have no waiting time (is:untimed)." in said(2)


def test_its_age_is_a_question_and_not_by_colour_alone() -> None:
    context = RowContext(now=NOW)
    placed = place(("priority", "age", "description"), 80).columns
    for created in (None, -1.0, NOW + 9 * 86400):
        row = row_line(UNTIMED._replace(created_at=created), placed, 80, context)
        assert [role for text, role in row if text.strip() == "?"] == [Role.WARNING]
        closed = UNTIMED._replace(created_at=created, status="complete")
        assert not any(role is Role.WARNING for _, role in row_line(closed, placed, 80, context))


def test_the_detail_says_that_it_may_be_overdue() -> None:
    context = RowContext(now=NOW)
    for created in (None, -1.0, NOW + 9 * 86400):
        study = UNTIMED._replace(created_at=created)
        assert text_of(deadline(study, context)) == "no waiting time: may be overdue"
        assert deadline(study._replace(is_cancelled=True), context) == ()


@pytest.mark.parametrize("seconds", [-62135640000.0, -62135596800.0, 253402343999.0, 1e300])
def test_a_time_that_no_calendar_holds_is_unknown_in_the_detail(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    for zone in ("UTC", "America/New_York", "Asia/Tokyo"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        try:
            for said in (exact_time(seconds), near_time(seconds, NOW)):
                assert said == "unknown" or said.startswith(("1-", "0001", "9999"))
        finally:
            monkeypatch.undo()
            time.tzset()


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_the_whole_screen_speaks_of_them(
    emulator: EmbeddedEmulator, size: tuple[int, int]
) -> None:
    emulator.switch("untimed", "0.1")
    found = untimed(emulator)
    assert found
    async with worklist(emulator, size=size) as driver:
        overdue = overdue_of(driver)
        await driver.until(lambda: f"Overdue {overdue} +{len(found)}?" in driver.lines[1])
        assert f"{overdue} overdue +{len(found)}?" in driver.lines[0] or size[0] < 120
        assert "without a time" not in driver.lines[0]
        await driver.press("4")
        await driver.until(lambda: f" shown, {len(found)} without a time" in driver.lines[0])
        await driver.press("5")
        await driver.type_filter("is:untimed")
        await driver.until(lambda: f"{len(found)} of " in driver.lines[0])
        await driver.press("enter")
        await driver.until(lambda: not driver.screen.filter_bar.is_typing)
        shown = driver.ids
        assert set(shown) == {each["studyId"] for each in found}
        await driver.go_to(shown[0])
        await driver.sees("no waiting time: may be overdue")
        await driver.press("T")
        await driver.sees("Hand-off of test")
        for _ in range(60):
            if "No waiting time: " in driver.text:
                break
            await driver.press("down")
        assert f"No waiting time: {len(found)}" in driver.text


def overdue_of(driver: Driver) -> int:
    """Return how many open studies are overdue."""
    return driver.controller.board.load.overdue


async def test_a_filter_on_top_counts_only_what_it_would_leave(emulator: EmbeddedEmulator) -> None:
    emulator.switch("untimed", "0.3")
    mine = [each for each in untimed(emulator) if each["severity"] == "high"]
    assert 0 < len(mine) < len(untimed(emulator))
    async with worklist(emulator, view="Overdue", filter_text="severity:high") as driver:
        await driver.until(lambda: f" shown, {len(mine)} without a time" in driver.lines[0])
        await driver.press("escape")
        await driver.until(
            lambda: f" shown, {len(untimed(emulator))} without a time" in driver.lines[0]
        )


async def test_it_is_said_of_worklists_of_ones_own_that_ask_how_long(
    emulator: EmbeddedEmulator,
) -> None:
    emulator.switch("untimed", "1")
    late = WorklistSetting(name="Late", filter="age:>2h is:open")
    plain = WorklistSetting(name="Plain", filter="is:open")
    async with worklist(emulator, size=(200, 50), own_worklists=(late, plain)) as driver:
        number = len(open_studies(emulator))
        await driver.until(lambda: f"Late 0 +{number}?" in driver.lines[1])
        assert f"Plain {number}?" not in driver.lines[1]
        await driver.press("4")
        await driver.sees(f"Do not rely on this: {number} open studies have no waiting time")


async def test_it_comes_and_goes_with_what_the_server_says(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        assert "?" not in driver.lines[0]
        emulator.switch("untimed", "0.1")
        await driver.press("r")
        await driver.until(lambda: f" +{len(untimed(emulator))}?" in driver.lines[0])
        emulator.switch("untimed", "0")
        await driver.press("r")
        await driver.until(lambda: "?" not in driver.lines[0])


async def test_a_time_ahead_of_our_clock_counts_once_the_clock_comes_near(
    emulator: EmbeddedEmulator,
) -> None:
    emulator.clock.advance(3 * 86400)
    study_id = add_study(emulator, "CT of the day after the day after tomorrow")
    clock = ManualClock(time.time() + 2 * 86400 - 60)
    async with worklist(emulator, clock=clock) as driver:
        await driver.until(lambda: " +1?" in driver.lines[0])
        assert driver.ids[0] == study_id
        # What is under the cursor would stay where it is.
        await driver.press("j")
        clock.advance(120)
        await driver.press("r")
        await driver.until(lambda: "+1?" not in driver.lines[0])
        await driver.until(lambda: driver.ids[0] != study_id)


async def test_a_time_in_the_metadata_will_do(emulator: EmbeddedEmulator) -> None:
    emulator.switch("untimed", "1")
    with_key = [each for each in open_studies(emulator) if "examEnd" in each["metadata"]]
    without = len(open_studies(emulator)) - len(with_key)
    assert with_key
    rules = Config(thresholds=Thresholds(clock_key="examEnd"))
    async with worklist(emulator, config=rules) as driver:
        expected = f" +{without}?" if without else "overdue "
        await driver.until(lambda: expected in driver.lines[0])


async def test_next_takes_it_before_all_others_of_its_priority(emulator: EmbeddedEmulator) -> None:
    for each in open_studies(emulator, severity="stat"):
        emulator.cancel(each["studyId"])
    emulator.switch("untimed", "0.2")
    free = [each for each in untimed(emulator) if not each["assignedTo"]]
    highest = [each for each in free if each["severity"] == "high"] or free
    assert highest
    async with worklist(emulator, config=Config(next=NextRule.POOL)) as driver:
        await driver.press("n")
        await driver.until(
            lambda: any(emulator.study(each["studyId"])["assignedTo"] for each in highest),
            "the claim of a study without a time",
        )


async def test_the_palette_says_it_beside_the_count_of_a_worklist(
    emulator: EmbeddedEmulator,
) -> None:
    emulator.switch("untimed", "1")
    async with worklist(emulator) as driver:
        await driver.press("ctrl+p")
        await driver.sees("type to search")
        await driver.type("overdue")
        await driver.sees("Worklist: Overdue")
        (row,) = (each for each in driver.lines if "Worklist: Overdue" in each)
        assert f"0 +{len(open_studies(emulator))}?" in row
