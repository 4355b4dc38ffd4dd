"""The alarm's ladder: every rung rings once, when its time comes, and never for one's own doing."""

from typing import Any, NamedTuple

import pytest

from avara_tui.study import Study, UserRef
from avara_tui.worklist.alarm import AlarmBook
from avara_tui.worklist.clocks import DAY, HOUR, MINUTE, Limit, Thresholds
from avara_tui.worklist.merge import FieldChange
from avara_tui.worklist.own_doing import REMEMBERED
from avara_tui.worklist.query import QueryContext, parse
from avara_tui.worklist.query.terms import CANCELLED
from avara_tui.worklist.rungs import ONLY_ARRIVALS, Alarm, Cause, Ladder, Loss
from avara_tui.worklist.studies import ChangeSet, StudySet
from worklist.making import LIMITS, ME, NOW, OKAFOR, SMITH, study, study_id

DUE = LIMITS.stat.due
EVERY = Ladder()
ALLOWED = EVERY.unclaimed_after


class Desk:
    """A book that watches from NOW on, and a clock by hand."""

    def __init__(self, *there: Study, rule: str = "severity:stat", ladder: Ladder = EVERY) -> None:
        self.now = NOW
        self.rules = LIMITS
        self.me: str | None = ME
        self.studies = StudySet()
        self.book = AlarmBook(parse(rule), ladder, value_on=_value_on)
        self.read(*there)
        self.book.watch({"stat", "high", "normal"}, self.context, others=True)

    @property
    def context(self) -> QueryContext:
        return QueryContext(self.me, self.now, self.rules)

    def read(self, *studies: Study) -> list[tuple[int, Cause]]:
        """Read studies as they are by now; return what rings."""
        by_now = [each._replace(updated_at=self.now) for each in studies]
        return self.take(self.studies.merge(by_now))

    def take(self, change: ChangeSet) -> list[tuple[int, Cause]]:
        return _told(self.book.update(change, self.studies, self.context))

    def after(self, seconds: float) -> list[tuple[int, Cause]]:
        """Let time pass, and the clock tick once; return what rings."""
        self.now += seconds
        return _told(self.book.tick(self.studies, self.context))

    def notice(self, number: int) -> None:
        self.book.acknowledge(study_id(number))

    @property
    def waiting(self) -> list[tuple[int, Cause]]:
        return _told(self.book.pending)

    def alarm(self, number: int) -> Alarm:
        return next(each for each in self.book.pending if each.study_id == study_id(number))

    def write(self, number: int, field: str, old: str | None, new: str | None) -> None:
        self.book.own.begin(number, study_id(number), [FieldChange(field, old, new)])

    def written(self, number: int, *, is_done: bool | None = True) -> None:
        self.book.own.end(number, study_id(number), self.now, is_done=is_done)


def _told(alarms: Any) -> list[tuple[int, Cause]]:
    return [(int(each.study_id[4:], 16), each.cause) for each in alarms]


def _value_on(study: Study, field: str) -> str | None:
    values = {
        "severity": study.severity,
        "status": study.status,
        CANCELLED: "yes" if study.is_cancelled else "no",
        "assigned_to": None if study.assignee is None else study.assignee.user_id,
        "description": study.description,
    }
    return values[field]


def stat(number: int, **fields: Any) -> Study:
    return study(number, **{"severity": "stat", "age": 0.0, **fields})


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


# What I do myself.


class Own(NamedTuple):
    """One thing that I do to a study."""

    before: Study
    field: str
    old: str | None
    new: str | None
    after: Study


MY_DOING: list[Own] = [
    Own(stat(1, assignee=SMITH), "assigned_to", ME, None, stat(1)),
    Own(stat(1, assignee=OKAFOR), "assigned_to", OKAFOR.user_id, None, stat(1)),
    Own(stat(1), "assigned_to", None, ME, stat(1, assignee=SMITH)),
    Own(stat(1, assignee=SMITH), "assigned_to", ME, OKAFOR.user_id, stat(1, assignee=OKAFOR)),
    Own(
        study(1, assignee=SMITH),
        "status",
        "incomplete",
        "complete",
        study(1, assignee=SMITH, status="complete"),
    ),
    Own(
        study(1, assignee=SMITH),
        CANCELLED,
        "no",
        "yes",
        study(1, assignee=SMITH, is_cancelled=True),
    ),
    Own(
        stat(1, assignee=SMITH),
        "severity",
        "stat",
        "high",
        stat(1, assignee=SMITH, severity="high"),
    ),
    Own(study(1), "severity", "normal", "stat", study(1, severity="stat")),
    Own(
        stat(1, status="complete"),
        "status",
        "complete",
        "incomplete",
        stat(1),
    ),
]


@pytest.mark.parametrize("ending", [True, None])
@pytest.mark.parametrize("when", ["between", "late"])
@pytest.mark.parametrize("own", MY_DOING)
def test_what_i_do_is_no_news_to_me_whichever_reading_shows_it(
    own: Own, when: str, ending: bool | None
) -> None:
    desk = Desk(own.before)
    desk.write(1, own.field, own.old, own.new)
    if when == "late":
        desk.written(1, is_done=ending)
        assert desk.after(60) == []
        assert desk.read(own.before._replace(description="x")) == [], "from before"
    else:
        assert desk.read(own.after) == []
        desk.written(1, is_done=ending)
    assert desk.read(own.after) == []


@pytest.mark.parametrize("own", MY_DOING)
def test_a_write_that_was_not_made_leaves_the_same_of_others_news(own: Own) -> None:
    desk = Desk(own.before)
    desk.write(1, own.field, own.old, own.new)
    desk.written(1, is_done=False)
    assert len(desk.read(own.after)) == 1


def test_others_undo_of_what_i_did_is_news() -> None:
    desk = Desk(stat(1))
    desk.write(1, "assigned_to", None, ME)
    desk.read(stat(1, assignee=SMITH))
    desk.written(1)
    assert desk.read(stat(1)) == [(1, Cause.FREED)]
    assert desk.read(stat(1, assignee=SMITH)) == [(1, Cause.MINE)]


def test_what_another_does_to_another_field_meanwhile_is_news() -> None:
    desk = Desk(study(1))
    desk.write(1, "assigned_to", None, ME)
    assert desk.read(study(1, severity="stat", assignee=SMITH)) == [(1, Cause.TURNED)]


def test_somebody_who_was_quicker_than_any_reading_ends_the_waiting_for_mine() -> None:
    desk = Desk(stat(1))
    desk.write(1, "assigned_to", None, ME)
    desk.written(1)
    assert desk.read(stat(1, assignee=OKAFOR)) == []
    assert desk.read(stat(1, assignee=SMITH)) == [(1, Cause.MINE)]


def test_two_writes_at_once_do_not_silence_or_free_each_other() -> None:
    desk = Desk(study(1))
    desk.book.own.begin(1, study_id(1), [FieldChange("severity", "normal", "stat")])
    desk.book.own.begin(2, study_id(1), [FieldChange("assigned_to", None, ME)])
    desk.book.own.end(2, study_id(1), desk.now, is_done=False)
    assert desk.read(study(1, severity="stat")) == []


def test_what_i_did_before_i_did_otherwise_is_not_waited_for() -> None:
    desk = Desk(stat(1))
    for number, (old, new) in enumerate(((None, ME), (ME, OKAFOR.user_id)), start=1):
        change = FieldChange("assigned_to", old, new)
        desk.book.own.begin(number, study_id(1), [change])
        desk.book.own.end(number, study_id(1), desk.now, is_done=True)
    assert desk.read(stat(1, assignee=OKAFOR)) == []
    assert desk.read(stat(1, assignee=SMITH)) == [(1, Cause.MINE)]


def test_what_never_came_into_sight_is_waited_for_ten_minutes_and_no_longer() -> None:
    desk = Desk(stat(1))
    desk.write(1, "assigned_to", None, ME)
    desk.written(1, is_done=None)
    desk.now += REMEMBERED
    desk.book.own.expire(desk.now)
    desk.after(0)
    assert desk.read(stat(1, assignee=SMITH)) == [(1, Cause.MINE)]


def test_what_i_give_back_is_not_told_and_hangs_all_the_same() -> None:
    desk = Desk(stat(1, assignee=SMITH))
    desk.write(1, "assigned_to", ME, None)
    assert desk.read(stat(1)) == []
    assert desk.after(ALLOWED) == [(1, Cause.UNCLAIMED)]


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
