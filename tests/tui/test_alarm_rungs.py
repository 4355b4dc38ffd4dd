"""The alarm's ladder on the screen: its lines, its bell, and what a lock leaves of it."""

import time

import pytest

from avara_tui.clock import ManualClock
from avara_tui.config import Alarm, Config, Refresh
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import UserRef
from avara_tui.tui.lines import as_plain, width_of
from avara_tui.tui.presentation.alarm_lines import alarm_line, rest_line, start_line
from avara_tui.tui.screens.locked import LockedScreen
from avara_tui.tui.screens.worklist import WorklistScreen
from avara_tui.worklist.rungs import Alarm as Raised
from avara_tui.worklist.rungs import Cause, Loss
from studies import add_study, open_studies, open_study
from tui.banner import BELL, at_work, banner, start_waits
from tui.driver import Driver, worklist
from worklist.making import OKAFOR, study

OFTEN = Config(refresh=Refresh(stat=0.2, high=0.3, normal=0.3, closed=1), lock_minutes=60)


def colleague(emulator: EmbeddedEmulator) -> str:
    """Return the user id of somebody else."""
    people = {each["assignedTo"]["userId"] for each in emulator.studies() if each["assignedTo"]}
    return str(min(people - {DEMO_USER_ID}))


def pass_time(driver: Driver, clock: ManualClock, seconds: float) -> None:
    """Let time pass in which somebody is at the keys now and then."""
    clock.advance(seconds)
    driver.app.last_input = clock.now()
    driver.controller.tick()


async def test_a_study_rings_again_as_it_waits_and_the_rest_is_one_line_and_one_bell(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    clock = ManualClock(time.time())
    async with worklist(emulator, config=OFTEN, clock=clock) as driver:
        await at_work(driver)
        for number in range(5):
            add_study(emulator, f"CT Head {number}")
        await driver.until(lambda: "1 of 5" in banner(driver))
        await driver.until(lambda: "3 more ring: 3 new" in banner(driver))
        await driver.press("ampersand")
        await driver.until(lambda: not banner(driver))
        before = len(written)
        pass_time(driver, clock, 301)
        await driver.until(lambda: "UNCLAIMED STAT" in banner(driver))
        assert written[before:] == [BELL]
        assert driver.screen.alarm_banner.size.height <= 3
        cursor = driver.screen.table.cursor_id
        pass_time(driver, clock, 1)
        assert driver.screen.table.cursor_id == cursor
        assert written[before:] == [BELL]


async def test_what_loses_its_reader_rings_and_the_key_goes_to_the_line_that_stands_first(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    one = open_study(emulator, severity="stat", assignee=None)["studyId"]
    emulator.change(one, assignedTo=colleague(emulator))
    async with worklist(emulator, config=OFTEN) as driver:
        await at_work(driver)
        add_study(emulator, "CT Head, arrived")
        await driver.until(lambda: "NEW STAT" in banner(driver))
        emulator.change(one, assignedTo=None)
        await driver.until(lambda: "NO READER STAT" in banner(driver))
        await driver.until(lambda: "NEW STAT" in banner(driver), "a line each")
        assert banner(driver).index("NO READER") < banner(driver).index("NEW STAT")
        await driver.press("exclamation_mark")
        await driver.until(lambda: driver.screen.table.cursor_id == one)
        assert written == [BELL, BELL]


async def test_what_others_do_to_mine_is_told_from_behind_a_lock_without_a_word_of_it(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    mine = open_study(emulator, severity="normal", assignee=None)["studyId"]
    emulator.change(mine, assignedTo=DEMO_USER_ID, studyDescription="Zebra neck")
    async with worklist(emulator, config=OFTEN) as driver:
        await at_work(driver)
        await driver.press("L")
        await driver.until(lambda: isinstance(driver.app.screen, LockedScreen), "locked")
        await driver.sees("open STAT stud")
        emulator.change(mine, assignedTo=colleague(emulator))
        await driver.until(lambda: written == [BELL], "the bell")
        await driver.until(lambda: len(driver.alarm_book.pending) == 1)
        assert "Zebra" not in driver.text
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, WorklistScreen), "unlocked")
        await driver.until(lambda: "LOST RTN" in banner(driver))
        await driver.until(lambda: "Zebra" in banner(driver))
        assert written == [BELL]


async def test_what_i_do_myself_on_the_screen_is_no_alarm(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    urgent = open_study(emulator, severity="stat", assignee=None)["studyId"]
    async with worklist(emulator, config=OFTEN) as driver:
        await at_work(driver)
        await driver.go_to(urgent)
        await driver.press("m")
        await driver.until(lambda: emulator.study(urgent)["assignedTo"] is not None)
        await driver.press("A")
        await driver.sees("Take this study from")
        await driver.press("y")
        await driver.until(lambda: emulator.study(urgent)["assignedTo"] is None)
        await driver.press("z")
        await driver.until(lambda: emulator.study(urgent)["assignedTo"] is not None)
        await driver.press("v")
        await driver.until(lambda: emulator.study(urgent)["studyViewerStatus"] == "complete")
        await driver.press("z")
        await driver.until(lambda: emulator.study(urgent)["studyViewerStatus"] == "incomplete")
        await driver.until(lambda: driver.study(urgent).status == "incomplete")
        add_study(emulator, "CT Head, arrived")
        await driver.until(lambda: "NEW STAT" in banner(driver))
        assert "1 of" not in banner(driver)
        assert written == [BELL]


async def test_a_rung_can_be_switched_off(emulator: EmbeddedEmulator, written: list[str]) -> None:
    clock = ManualClock(time.time())
    config = OFTEN.with_values(alarm=Alarm(unclaimed=False))
    async with worklist(emulator, config=config, clock=clock) as driver:
        await at_work(driver)
        add_study(emulator, "CT Head, arrived")
        await driver.until(lambda: "NEW STAT" in banner(driver))
        await driver.press("exclamation_mark")
        before = len(written)
        pass_time(driver, clock, 301)
        assert written[before:] == []


async def test_the_start_counts_down(emulator: EmbeddedEmulator) -> None:
    stats = open_studies(emulator, severity="stat")
    async with worklist(emulator, config=OFTEN, size=(200, 50)) as driver:
        await driver.until(lambda: f"▲ STAT {len(stats)} " in driver.lines[0])
        emulator.change(stats[0]["studyId"], studyViewerStatus="complete")
        await driver.until(lambda: f"▲ STAT {len(stats) - 1} " in driver.lines[0])
        assert start_waits(driver)


# The lines.

ONE = study(1, severity="stat", assignee=OKAFOR, description="CT Head without contrast")
LINES: list[tuple[Raised, str]] = [
    (Raised(ONE.study_id, Cause.FREED, 0.0), "NO READER STAT"),
    (Raised(ONE.study_id, Cause.UNCLAIMED, 0.0), "UNCLAIMED STAT"),
    (Raised(ONE.study_id, Cause.OVERDUE, 0.0), "OVERDUE STAT"),
    (Raised(ONE.study_id, Cause.OVERDUE, 0.0, is_timed=False), "OVERDUE? STAT"),
    (Raised(ONE.study_id, Cause.TWICE_OVERDUE, 0.0), "OVERDUE 2x STAT"),
    (Raised(ONE.study_id, Cause.TURNED, 0.0, is_late=True), "NOW STAT overdue"),
    (Raised(ONE.study_id, Cause.LOST, 0.0, loss=Loss.REASSIGNED), "LOST STAT to Okafor A"),
    (Raised(ONE.study_id, Cause.LOST, 0.0, loss=Loss.COMPLETED), "LOST STAT completed"),
    (Raised(ONE.study_id, Cause.LOST, 0.0, loss=Loss.CANCELLED), "LOST STAT cancelled"),
    (Raised(ONE.study_id, Cause.LOST, 0.0, loss=Loss.LOWERED), "LOST STAT lowered"),
    (Raised(ONE.study_id, Cause.LOST, 0.0, loss=Loss.UNASSIGNED), "LOST STAT to nobody"),
    (Raised(ONE.study_id, Cause.LOST, 0.0, loss=Loss.GONE), "LOST STAT gone"),
]


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize(("raised", "said"), LINES)
def test_every_rung_has_its_own_words_in_every_width(raised: Raised, said: str, width: int) -> None:
    shown = alarm_line(raised, ONE, "! 1 of 12", width, masked=False)
    (text,) = as_plain([shown])
    assert said in text
    assert "CT" in text
    assert ONE.study_id[-6:] in text
    assert width_of(shown) == width


def test_masked_a_lost_study_does_not_say_who_has_it() -> None:
    lost = Raised(ONE.study_id, Cause.LOST, 0.0, loss=Loss.REASSIGNED)
    (text,) = as_plain([alarm_line(lost, ONE, "", 120, masked=True)])
    assert "Okafor" not in text


def test_what_has_no_line_is_counted_by_what_it_is() -> None:
    causes = [Cause.OVERDUE] * 2 + [Cause.TWICE_OVERDUE] + [Cause.FREED] * 4
    alarms = [Raised(str(number), cause, 0.0) for number, cause in enumerate(causes)]
    (text,) = as_plain([rest_line(alarms, "& all seen", 80)])
    assert "7 more ring: 3 overdue, 4 without a reader" in text
    (text,) = as_plain([rest_line(alarms[:1], "& all seen", 60)])
    assert "1 more rings: 1 overdue" in text


def test_the_summary_of_the_start_keeps_its_numbers_where_there_is_little_room() -> None:
    person = UserRef("usr_" + "f" * 32, "x@example.org")
    studies = [study(number, severity="stat", assignee=person) for number in range(4)]
    for width, said in (
        (120, "4 of the 11 STAT that were open at the start"),
        (60, "4 of 11 STAT"),
    ):
        content = start_line(studies, None, "! seen", width, count=11, late=2)
        (text,) = as_plain([content])
        assert said in text
        assert "2 overdue" in text
