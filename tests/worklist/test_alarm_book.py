"""The STAT alarm: each study once, none lost, and nothing that is not worth an interruption."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avara_tui.study import Study
from avara_tui.worklist.alarm import AlarmBook
from avara_tui.worklist.alarm_rule import rule_problem
from avara_tui.worklist.clocks import HOUR
from avara_tui.worklist.merge import FieldChange
from avara_tui.worklist.query import parse
from avara_tui.worklist.rungs import ONLY_ARRIVALS, Alarm, Cause, Ladder
from avara_tui.worklist.studies import StudySet
from worklist.making import NOW, OKAFOR, SMITH, context, study, study_id


class Watching:
    """A book of alarms and the studies it is told of."""

    def __init__(
        self,
        rule: str = "severity:stat",
        ladder: Ladder = ONLY_ARRIVALS,
        *,
        me: str | None = SMITH.user_id,
    ) -> None:
        self.studies = StudySet()
        self.book = AlarmBook(parse(rule), ladder)
        self.now = NOW
        self.me = me

    def read(self, *studies: Study) -> list[tuple[str, Cause]]:
        """Take in what a refresh has read; return the alarms it raises."""
        self.now += 1
        change = self.studies.merge(studies)
        return [(each.study_id, each.cause) for each in self._take(change)]

    def lose(self, number: int) -> list[tuple[str, Cause]]:
        change = self.studies.discard(study_id(number))
        return [(each.study_id, each.cause) for each in self._take(change)]

    def begin(self, *severities: str, others: bool = True) -> None:
        read = set(severities or ("stat", "high", "normal"))
        self.book.watch(read, self._context(), others=others)

    def _take(self, change: Any) -> list[Alarm]:
        return self.book.update(change, self.studies, self._context())

    def _context(self) -> Any:
        return context(self.now, me=self.me)

    @property
    def pending(self) -> list[str]:
        return [each.study_id for each in self.book.pending]


def stat(number: int, **fields: Any) -> Study:
    return study(number, **{"severity": "stat", "age": 0.0, **fields})


def watching(*there: Study, rule: str = "severity:stat") -> Watching:
    seen = Watching(rule)
    seen.read(*there)
    seen.begin()
    return seen


def test_what_is_there_at_the_start_is_one_summary_and_no_alarm() -> None:
    seen = Watching()
    assert seen.read(stat(1), stat(2), study(3)) == []
    assert seen.book.at_start == ()
    seen.begin("stat")
    assert sorted(seen.book.at_start) == [study_id(1), study_id(2)]
    assert seen.pending == []
    seen.book.start.notice()
    assert seen.book.at_start == ()


def test_a_new_stat_study_raises_one_alarm_until_it_is_noticed() -> None:
    seen = watching()
    assert seen.read(stat(1)) == [(study_id(1), Cause.NEW)]
    assert seen.read(stat(1)) == []
    assert seen.read(stat(1, description="CT Chest", updated=0.0)) == []
    assert seen.pending == [study_id(1)]
    seen.book.acknowledge(study_id(1))
    assert seen.pending == []
    assert seen.read(stat(1, description="CT Abdomen", updated=-1.0)) == []


def test_an_old_study_that_turns_stat_raises_the_alarm_known_or_not() -> None:
    seen = watching(study(1))
    assert seen.read(stat(1, age=HOUR, updated=0.0), stat(2, age=9 * HOUR)) == [
        (study_id(2), Cause.TURNED),
        (study_id(1), Cause.TURNED),
    ]


def test_several_at_once_are_raised_the_longest_waiting_first() -> None:
    seen = watching()
    seen.read(stat(1, age=10.0), stat(2, age=30.0), stat(3, age=20.0), stat(4, created_at=None))
    assert seen.pending == [study_id(4), study_id(2), study_id(3), study_id(1)]


def test_a_stat_study_reassigned_to_me_raises_the_alarm_and_to_others_does_not() -> None:
    seen = watching(stat(1, assignee=OKAFOR), stat(2))
    assert seen.read(stat(2, assignee=OKAFOR, updated=0.0)) == []
    assert seen.read(stat(1, assignee=SMITH, updated=0.0)) == [(study_id(1), Cause.MINE)]
    seen.book.acknowledge(study_id(1))
    assert seen.read(stat(1, assignee=SMITH, updated=-1.0, description="x")) == []


def test_a_second_reason_keeps_the_one_banner_of_a_study() -> None:
    seen = watching()
    seen.read(stat(1, assignee=OKAFOR, updated=5.0))
    assert seen.read(stat(1, assignee=SMITH, updated=0.0)) == []
    assert [(each.study_id, each.cause) for each in seen.book.pending] == [
        (study_id(1), Cause.MINE)
    ]


@pytest.mark.parametrize(
    "fields", [{"status": "complete"}, {"is_cancelled": True}, {"severity": "high"}]
)
def test_an_alarm_goes_when_nobody_waits_any_more_and_comes_back_with_the_need(
    fields: dict[str, Any],
) -> None:
    seen = watching()
    seen.read(stat(1, updated=9.0))
    seen.read(stat(1, updated=8.0, **fields))
    assert seen.pending == []
    assert seen.read(stat(1, updated=7.0)) == [(study_id(1), Cause.TURNED)]


def test_a_study_that_is_lost_and_read_again_is_the_same_study() -> None:
    seen = watching(stat(3))
    seen.read(stat(1), stat(2))
    seen.book.acknowledge(study_id(1))
    for number in (1, 2, 3):
        assert seen.lose(number) == []
    assert seen.pending == [study_id(2)]
    assert seen.read(stat(1), stat(2), stat(3)) == []
    assert seen.pending == [study_id(2)]


def test_no_alarm_is_raised_for_a_severity_that_was_not_read_whole() -> None:
    seen = Watching("severity:stat,high")
    seen.begin("stat")
    assert seen.read(study(1, severity="high")) == []
    assert seen.read(stat(2)) == [(study_id(2), Cause.NEW)]
    seen.begin("high")
    assert list(seen.book.at_start) == [study_id(1)]
    assert seen.read(stat(1, updated=0.0)) == [(study_id(1), Cause.TURNED)]
    assert list(seen.book.at_start) == [study_id(1)]


def test_the_rule_says_which_studies_raise_the_alarm() -> None:
    seen = watching(rule="severity:stat -customer:lakeside assignee:me,none")
    assert seen.read(stat(1, assignee=OKAFOR)) == []
    assert seen.read(stat(1, assignee=None, updated=0.0)) == [(study_id(1), Cause.TURNED)]


def test_what_the_person_does_is_no_news_to_the_person() -> None:
    seen = watching(study(1), stat(2))
    seen.book.own.begin(1, study_id(1), [FieldChange("severity", "normal", "stat")])
    seen.book.own.begin(2, study_id(2), [FieldChange("assigned_to", None, SMITH.user_id)])
    assert seen.read(stat(1, updated=0.0), stat(2, assignee=SMITH, updated=0.0)) == []
    seen.book.own.end(1, study_id(1), seen.now, is_done=True)
    seen.read(study(1, updated=-1.0))
    assert seen.read(stat(1, updated=-2.0)) == [(study_id(1), Cause.TURNED)]


def test_a_severity_that_nobody_knows_raises_the_alarm_if_the_rule_holds() -> None:
    seen = watching(rule="-severity:normal,high")
    assert seen.read(study(1, severity="critical")) == [(study_id(1), Cause.TURNED)]


@pytest.mark.parametrize(
    "rule",
    ["age:>30m", "is:overdue", "is:untimed", "is:cancelled", "is:new", "is:changed", "-is:marked"],
)
def test_a_rule_that_can_raise_no_alarm_is_refused(rule: str) -> None:
    assert rule_problem(parse(f"severity:stat {rule}"))


@pytest.mark.parametrize("rule", ["", "severity:stat,high ct", "is:open meta.modality:mr"])
def test_other_rules_will_do(rule: str) -> None:
    assert rule_problem(parse(rule)) is None


_SEVERITIES = st.sampled_from(("stat", "stat", "high", "normal"))
_events = st.lists(
    st.tuples(
        st.sampled_from(("read", "read", "read", "stale", "lose", "notice")),
        st.integers(0, 5),
        _SEVERITIES,
        st.sampled_from(("incomplete", "incomplete", "complete")),
        st.sampled_from((None, SMITH, OKAFOR)),
    ),
    max_size=40,
)


@settings(max_examples=300)
@given(_events)
def test_whatever_happens_each_episode_raises_one_alarm_and_none_is_lost(events: Any) -> None:
    """A plain model says what must wait: an urgent, open study since somebody last noticed.

    That it is mine waits only for as long as it is.
    """
    seen = watching()
    truth: dict[int, Study] = {}
    arrived: set[int] = set()
    given: set[int] = set()
    for step, (event, number, severity, status, assignee) in enumerate(events):
        before = truth.get(number)
        if event == "read":
            now = study(
                number, severity=severity, status=status, assignee=assignee, updated=-float(step)
            )
            was_urgent = before is not None and _urgent(before)
            is_new_to_me = _urgent(now) and _mine(now) and not (was_urgent and _mine(before))
            should_raise = _urgent(now) and (not was_urgent or is_new_to_me)
            raised = seen.read(now)
            assert bool(raised) is (should_raise and number not in arrived | given)
            if should_raise:
                (given if was_urgent else arrived).add(number)
            if not _urgent(now):
                arrived.discard(number)
            if not _urgent(now) or not _mine(now):
                given.discard(number)
            truth[number] = now
        elif event == "stale" and before is not None:
            # An answer that is older than what is known changes nothing.
            assert seen.read(before._replace(severity="normal", updated_at=NOW - HOUR)) == []
        elif event == "lose" and before is not None:
            assert seen.lose(number) == []
            assert seen.read(before) == []
        elif event == "notice":
            seen.book.acknowledge(study_id(number))
            arrived.discard(number)
            given.discard(number)
        assert set(seen.pending) == {study_id(each) for each in arrived | given}


def _urgent(study: Study) -> bool:
    return study.severity == "stat" and study.status != "complete"


def _mine(study: Study | None) -> bool:
    return study is not None and study.assignee == SMITH


@pytest.mark.parametrize("kind", [{"severity": "critical"}, {"status": "in_review"}])
def test_studies_of_unknown_kind_that_are_read_late_still_belong_to_the_start(
    kind: dict[str, str],
) -> None:
    seen = Watching("-severity:normal")
    seen.read(stat(1))
    seen.begin(others=False)
    assert list(seen.book.at_start) == [study_id(1)]
    seen.book.start.notice()
    assert seen.read(stat(2, **kind)) == []
    seen.begin()
    assert list(seen.book.at_start) == [study_id(2)]
    seen.book.start.notice()
    seen.begin()
    assert seen.book.at_start == ()
    assert seen.read(stat(2, **kind, description="seen again")) == []
    assert seen.read(stat(3, **kind)) == [(study_id(3), Cause.NEW)]
