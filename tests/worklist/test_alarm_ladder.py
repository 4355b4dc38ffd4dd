"""The alarm's ladder: every rung rings once, when its time comes, and never for one's own doing."""

from typing import Any

import pytest

from avara_tui.study import UserRef
from avara_tui.worklist.clocks import DAY, HOUR, MINUTE, Thresholds
from avara_tui.worklist.limit_rules import limit_rules
from avara_tui.worklist.limits import Limit, LimitRule
from avara_tui.worklist.rungs import ONLY_ARRIVALS, Cause, Ladder, Loss
from avara_tui.worklist.studies import ChangeSet, StudySet
from worklist.alarm_desk import ALLOWED, DUE, EVERY, Desk, stat
from worklist.making import CITY, LAKESIDE, ME, NOW, OKAFOR, SMITH, study, study_id

# No reader.


def test_a_study_that_loses_its_reader_rings_though_it_was_noticed() -> None:
    desk = Desk(stat(1, assignee=OKAFOR))
    assert desk.read(stat(1)) == [(1, Cause.FREED)]
    assert not desk.alarm(1).was_mine
    desk.notice(1)
    assert desk.read(stat(1, description="x")) == []
    desk.read(stat(1, assignee=OKAFOR))
    assert desk.read(stat(1)) == [(1, Cause.FREED)], "it happened again"


def test_it_is_taken_back_when_somebody_has_the_study() -> None:
    desk = Desk(stat(1, assignee=OKAFOR))
    desk.read(stat(1))
    desk.read(stat(1, assignee=OKAFOR))
    assert desk.waiting == []


def test_one_that_was_mine_rings_as_without_a_reader_and_says_so() -> None:
    desk = Desk(stat(1, assignee=SMITH))
    assert desk.read(stat(1)) == [(1, Cause.FREED)]
    assert desk.alarm(1).was_mine


@pytest.mark.parametrize("fields", [{"severity": "high"}, {"status": "complete"}])
def test_what_does_not_ring_needs_no_reader(fields: dict[str, str]) -> None:
    desk = Desk(stat(1, assignee=OKAFOR, **fields))
    assert desk.read(stat(1, **fields)) == []


# Unclaimed.


def test_what_nobody_takes_rings_again_after_the_time_allowed_noticed_or_not() -> None:
    desk = Desk()
    assert desk.read(stat(1), stat(2)) == [(1, Cause.NEW), (2, Cause.NEW)]
    desk.notice(1)
    assert desk.after(ALLOWED - 1) == []
    assert desk.after(1) == [(1, Cause.UNCLAIMED), (2, Cause.UNCLAIMED)]
    assert desk.waiting == [(1, Cause.UNCLAIMED), (2, Cause.UNCLAIMED)]
    desk.notice(1)
    assert desk.after(ALLOWED) == []


def test_whoever_takes_it_in_time_ends_that_and_a_new_wait_begins_when_it_is_freed() -> None:
    desk = Desk()
    desk.read(stat(1))
    desk.after(ALLOWED - 1)
    desk.read(stat(1, assignee=OKAFOR))
    assert desk.after(2 * ALLOWED) == []
    assert desk.read(stat(1)) == [(1, Cause.FREED)]
    assert desk.after(ALLOWED - 1) == []
    assert desk.after(1) == [(1, Cause.UNCLAIMED)]


def test_a_reading_brings_what_has_come_due_as_a_tick_does() -> None:
    desk = Desk(stat(1))
    desk.now += ALLOWED
    assert desk.read(study(9)) == [(1, Cause.UNCLAIMED)]


# Overdue.


def test_a_deadline_that_passes_rings_once_and_once_more_at_twice_the_time() -> None:
    desk = Desk(stat(1, assignee=OKAFOR))
    assert desk.after(DUE - 1) == []
    assert desk.after(1) == [(1, Cause.OVERDUE)]
    assert desk.after(60) == []
    desk.notice(1)
    assert desk.after(DUE - 61) == []
    assert desk.after(1) == [(1, Cause.TWICE_OVERDUE)]
    assert desk.after(DAY) == []


def test_what_is_late_when_it_comes_is_told_with_that_and_rings_at_twice_the_time_only() -> None:
    desk = Desk(study(1, age=DUE + 60, assignee=OKAFOR))
    turned = study(1, severity="stat", age=DUE + 60, assignee=OKAFOR)
    assert desk.read(turned) == [(1, Cause.TURNED)]
    assert desk.alarm(1).is_late
    assert desk.after(DUE - 61) == []
    assert desk.after(1) == [(1, Cause.TWICE_OVERDUE)]


def test_one_of_unknown_age_is_overdue_by_when_it_was_first_seen_and_says_so() -> None:
    desk = Desk()
    desk.read(stat(1, created_at=None, assignee=OKAFOR))
    desk.notice(1)
    assert desk.after(DUE - 1) == []
    assert desk.after(1) == [(1, Cause.OVERDUE)]
    assert not desk.alarm(1).is_timed


def test_a_deadline_that_is_moved_is_another_deadline() -> None:
    desk = Desk(stat(1, assignee=OKAFOR))
    assert desk.after(DUE) == [(1, Cause.OVERDUE)]
    desk.rules = desk.rules._replace(stat=Limit(0.0, DUE + HOUR))
    assert desk.after(1) == []
    assert desk.waiting == []
    assert desk.after(HOUR) == [(1, Cause.OVERDUE)]


def test_the_sites_own_clock_counts_and_may_be_chosen_while_it_runs() -> None:
    ended = "2023-11-14T21:00:00Z"  # An hour and some minutes before NOW.
    desk = Desk(stat(1, assignee=OKAFOR, metadata={"exam end": ended}))
    assert desk.after(1) == []
    desk.rules = Thresholds(*desk.rules[:4], clock_key="exam end")
    assert desk.after(1) == [(1, Cause.TWICE_OVERDUE)]


# Rules that give some studies limits of their own.


def soon_at_lakeside(minutes: float, text: str = "customer:lakeside") -> Thresholds:
    rule = LimitRule(text, "Lakeside", stat=Limit(0.0, minutes * MINUTE))
    return Desk().rules._replace(rules=limit_rules([rule]))


def test_the_deadline_that_rings_is_that_of_the_studys_rule() -> None:
    desk = Desk()
    desk.rules = soon_at_lakeside(10)
    desk.read(stat(1, assignee=OKAFOR, customer=LAKESIDE), stat(2, assignee=OKAFOR))
    assert desk.after(10 * MINUTE - 1) == []
    assert desk.after(1) == [(1, Cause.OVERDUE)]
    assert desk.after(10 * MINUTE) == [(1, Cause.TWICE_OVERDUE)]
    assert desk.after(DUE - 20 * MINUTE) == [(2, Cause.OVERDUE)]


def test_a_rule_that_comes_while_studies_wait_counts_at_once_and_so_does_its_end() -> None:
    desk = Desk(stat(1, assignee=OKAFOR, customer=LAKESIDE), stat(2, assignee=OKAFOR))
    assert desk.after(12 * MINUTE) == []
    site, desk.rules = desk.rules, soon_at_lakeside(10)
    assert desk.after(1) == [(1, Cause.OVERDUE)]
    desk.rules = site
    assert desk.after(1) == []
    assert desk.waiting == []
    assert desk.after(DUE) == [(1, Cause.OVERDUE), (2, Cause.OVERDUE)]


def test_a_study_that_comes_under_another_rule_is_held_to_that() -> None:
    desk = Desk()
    desk.rules = soon_at_lakeside(10)
    desk.read(stat(1, assignee=OKAFOR, customer=LAKESIDE))
    desk.read(stat(1, assignee=OKAFOR, customer=CITY))
    assert desk.after(DUE - 1) == []
    assert desk.after(1) == [(1, Cause.OVERDUE)]


def test_behind_a_lock_the_rule_of_each_study_goes_on_counting_as_it_is_by_then() -> None:
    desk = Desk(stat(1, assignee=OKAFOR, customer=LAKESIDE), stat(2, assignee=OKAFOR))
    desk.rules = soon_at_lakeside(10)
    assert desk.after(0) == []
    desk.take(desk.studies.clear())
    assert desk.after(10 * MINUTE - 1) == []
    # No text of a study is there to match it with; the same rule with another limit is known.
    desk.rules = soon_at_lakeside(20)
    assert desk.after(1) == []
    assert desk.after(10 * MINUTE) == [(1, Cause.OVERDUE)]
    desk.rules = soon_at_lakeside(5, "customer:nobody")
    assert desk.after(0) == []
    assert desk.waiting == []
    assert desk.after(10 * MINUTE) == [(1, Cause.OVERDUE), (2, Cause.OVERDUE)]


@pytest.mark.parametrize("back", [1.0, MINUTE, HOUR])
def test_a_clock_that_is_set_back_neither_skips_nor_doubles(back: float) -> None:
    desk = Desk(stat(1, assignee=OKAFOR), stat(2, created_at=None))
    assert desk.after(DUE) == [(1, Cause.OVERDUE), (2, Cause.UNCLAIMED), (2, Cause.OVERDUE)]
    desk.read(stat(3, created_at=NOW + DUE))
    desk.now -= back
    assert desk.after(0) == []
    assert desk.after(ALLOWED - 1) == []
    assert desk.after(1) == [(3, Cause.UNCLAIMED)]


def test_what_a_suspended_machine_slept_through_rings_once_when_it_wakes() -> None:
    desk = Desk(stat(1), stat(2, assignee=OKAFOR))
    woken = desk.after(9 * HOUR)
    assert woken == [(1, Cause.UNCLAIMED), (1, Cause.TWICE_OVERDUE), (2, Cause.TWICE_OVERDUE)]
    assert desk.after(HOUR) == []


def test_no_deadline_counts_for_a_study_that_is_gone() -> None:
    desk = Desk(stat(1, assignee=OKAFOR))
    desk.take(desk.studies.discard(study_id(1)))
    assert desk.after(DAY) == []
    assert desk.read(stat(1, assignee=OKAFOR)) == [(1, Cause.TWICE_OVERDUE)]


# Lost.

LOSSES: list[tuple[dict[str, Any], Loss]] = [
    ({"status": "complete"}, Loss.COMPLETED),
    ({"is_cancelled": True}, Loss.CANCELLED),
    ({"assignee": OKAFOR}, Loss.REASSIGNED),
    ({"assignee": None}, Loss.UNASSIGNED),
]


@pytest.mark.parametrize("severity", ["high", "normal"])
@pytest.mark.parametrize(("fields", "loss"), LOSSES)
def test_what_somebody_does_to_my_study_is_told(
    fields: dict[str, Any], loss: Loss, severity: str
) -> None:
    mine = study(1, severity=severity, assignee=SMITH)
    desk = Desk(mine)
    lost = mine._replace(**fields)
    assert desk.read(lost) == [(1, Cause.LOST)]
    assert desk.alarm(1).loss is loss
    assert desk.read(lost._replace(description="x")) == []
    desk.read(mine)
    assert desk.waiting == [], "it is mine again"


def test_a_study_of_mine_that_is_lowered_is_told_though_it_rings_no_more() -> None:
    desk = Desk(stat(1, assignee=SMITH))
    assert desk.read(stat(1, assignee=SMITH, severity="high")) == [(1, Cause.LOST)]
    assert desk.alarm(1).loss is Loss.LOWERED


def test_a_study_of_mine_that_the_server_does_not_know_any_more_is_told() -> None:
    desk = Desk(study(1, assignee=SMITH))
    assert desk.take(desk.studies.discard(study_id(1))) == [(1, Cause.LOST)]
    assert desk.alarm(1).loss is Loss.GONE


def test_what_is_mine_is_known_however_late_it_is_known_who_i_am() -> None:
    desk = Desk()
    desk.me = None
    desk.read(study(1, assignee=SMITH), stat(2, assignee=SMITH))
    desk.me = ME
    assert desk.read(stat(2, assignee=SMITH, description="x")) == []
    assert desk.read(study(1, assignee=OKAFOR)) == [(1, Cause.LOST)]


# Order, switches, the start, and old copies.


def test_the_alarms_stand_by_rung_and_within_one_the_longest_waiting_first() -> None:
    desk = Desk(
        stat(1, age=DUE - 400, assignee=OKAFOR),
        stat(2, age=2 * DUE - 400, assignee=OKAFOR),
        stat(3, assignee=OKAFOR),
        study(4, assignee=SMITH),
        stat(5, age=60.0),
    )
    desk.after(401)
    desk.read(stat(3), study(4, assignee=OKAFOR), stat(6, age=-401.0), stat(7, age=-390.0))
    assert desk.waiting == [
        (2, Cause.TWICE_OVERDUE),
        (1, Cause.OVERDUE),
        (3, Cause.FREED),
        (5, Cause.UNCLAIMED),
        (7, Cause.NEW),
        (6, Cause.NEW),
        (4, Cause.LOST),
    ]


SWITCHES = [
    ("no_reader", Cause.FREED),
    ("unclaimed", Cause.UNCLAIMED),
    ("overdue", Cause.OVERDUE),
    ("lost", Cause.LOST),
]


@pytest.mark.parametrize(("switch", "cause"), SWITCHES)
def test_every_rung_has_its_own_switch(switch: str, cause: Cause) -> None:
    found: dict[bool, set[Cause]] = {}
    for is_on in (True, False):
        ladder = EVERY._replace(**{switch: is_on})
        desk = Desk(stat(1, assignee=OKAFOR), study(2, assignee=SMITH), stat(3), ladder=ladder)
        rung = desk.read(stat(1), study(2, assignee=OKAFOR)) + desk.after(DUE)
        found[is_on] = {each for _, each in rung}
    assert found[True] - found[False] == {cause}
    assert found[False] < found[True]


def test_without_no_reader_a_study_of_mine_that_is_freed_is_still_lost() -> None:
    desk = Desk(stat(1, assignee=SMITH), ladder=Ladder(no_reader=False))
    assert desk.read(stat(1)) == [(1, Cause.LOST)]


def test_a_rung_that_is_switched_on_again_rings_for_what_has_come_due_meanwhile() -> None:
    desk = Desk(stat(1), ladder=ONLY_ARRIVALS)
    assert desk.after(DUE) == []
    desk.book.climb(EVERY)
    assert desk.after(0) == [(1, Cause.UNCLAIMED), (1, Cause.OVERDUE)]


def test_the_start_counts_down_and_what_was_late_by_then_rings_at_twice_its_time_only() -> None:
    late = [stat(number, age=DUE + 60, assignee=OKAFOR) for number in range(1, 41)]
    desk = Desk(*late)
    assert desk.after(0) == []
    assert (len(desk.book.at_start), desk.book.start.count) == (40, 40)
    done = [each._replace(status="complete") for each in late[:29]]
    desk.read(*done)
    assert (len(desk.book.at_start), desk.book.start.count) == (11, 40)
    rung = desk.after(DUE)
    assert {cause for _, cause in rung} == {Cause.TWICE_OVERDUE}
    assert len(rung) == 11
    assert len(desk.book.at_start) == 11, "they are open still"


def test_an_older_copy_of_a_study_says_nothing_even_behind_a_lock() -> None:
    desk = Desk(stat(1), study(2, assignee=SMITH))
    desk.write(1, "assigned_to", None, ME)
    desk.now += 10
    desk.read(stat(1, assignee=SMITH))
    desk.written(1)
    desk.take(desk.studies.clear())
    behind = StudySet()
    behind.merge([stat(1, updated=-5.0)])
    change = ChangeSet(changed={study_id(1)})
    assert desk.book.update(change, behind, desk.context) == []


def test_what_is_followed_are_the_urgent_ones_and_my_own() -> None:
    desk = Desk(stat(1), study(2, assignee=SMITH), study(3), study(4, assignee=OKAFOR))
    assert list(desk.book.followed) == [study_id(1), study_id(2)]


def test_somebody_of_whom_nothing_can_be_read_is_somebody() -> None:
    nobody_knows = UserRef("? unreadable", "")
    desk = Desk(stat(1, assignee=nobody_knows))
    assert desk.after(ALLOWED) == []
