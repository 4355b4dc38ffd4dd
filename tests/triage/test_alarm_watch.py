"""The alarm watch and the person's own writes: however one ends, it is no news to the person."""

from collections.abc import Sequence

import pytest

from avara_tui.clock import ManualClock
from avara_tui.config import Alarm as Settings
from avara_tui.study import STAT, Study
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.alarms import AlarmWatch
from avara_tui.triage.reading.lanes import Lane, LaneState
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import Entry, History, StudyChange, name_of_new
from avara_tui.worklist.clocks import MINUTE
from avara_tui.worklist.merge import FieldChange
from avara_tui.worklist.rungs import Alarm, Cause
from avara_tui.worklist.studies import StudySet
from worklist.making import ME, NOW, OKAFOR, SMITH, context, study, study_id

CLAIM = (FieldChange("assigned_to", None, ME),)


class Watching:
    """A watch that has begun, with a history and the studies that it is told of."""

    def __init__(self, *there: Study, settings: Settings | None = None) -> None:
        self.clock = ManualClock(NOW)
        self.studies = StudySet()
        self.rung: list[Cause] = []
        self.bells = 0
        lane = Lane("STAT", StudyFilter(severity=STAT), 10.0, is_open=True, urgency=0)
        state = LaneState(lane, completed_at=NOW)
        state.certainty.is_beginning = False
        self.watch = AlarmWatch(
            settings or Settings(), self.clock, lambda: [state], self._rang, lambda: ME
        )
        self.history = History(self.clock)
        self.history.subscribe(self.watch)
        self.read(*there)
        self.watch.lanes_changed(context(NOW))

    def _rang(self, alarms: Sequence[Alarm]) -> None:
        self.rung += [each.cause for each in alarms]
        self.bells += 1

    def read(self, *studies: Study) -> list[Cause]:
        """Read studies as they are by now; return what rings."""
        self.clock.advance(1)
        change = self.studies.merge(e._replace(updated_at=self.clock.now()) for e in studies)
        self.watch.changed(change, self.studies, context(self.clock.now()))
        return self._taken()

    def after(self, seconds: float) -> list[Cause]:
        self.clock.advance(seconds)
        self.watch.tick(self.studies, context(self.clock.now()))
        return self._taken()

    def _taken(self) -> list[Cause]:
        rung, self.rung = self.rung, []
        return rung

    def begin(self, name: str, fields: tuple[FieldChange, ...]) -> Entry:
        entry = self.history.begin("save")
        self.history.intend(entry, name, fields)
        return entry


def stat(number: int = 1, **fields: object) -> Study:
    return study(number, severity="stat", age=0.0, **fields)


def test_a_study_that_i_create_is_no_alarm_whoever_reads_it_first() -> None:
    seen = Watching()
    fields = (FieldChange("severity", None, "stat"), FieldChange("description", None, "x"))
    entry = seen.begin(name_of_new(stat().uid), fields)
    assert seen.read(stat(2)) == [Cause.NEW], "another one"
    assert seen.read(stat()) == []
    name = name_of_new(stat().uid)
    seen.history.end(entry, StudyChange(study_id(1), fields, Ending.DONE, was=name))
    assert seen.after(5 * MINUTE) == [Cause.UNCLAIMED, Cause.UNCLAIMED]


def test_one_whose_creation_nobody_knows_the_outcome_of_is_no_alarm_later() -> None:
    seen = Watching()
    fields = (FieldChange("severity", None, "stat"),)
    entry = seen.begin(name_of_new(stat().uid), fields)
    change = StudyChange(name_of_new(stat().uid), fields, Ending.UNKNOWN)
    seen.history.end(entry, change)
    assert seen.after(60) == []
    assert seen.read(stat()) == []


def test_a_write_of_unknown_outcome_is_mine_when_it_comes_into_sight_after_all() -> None:
    seen = Watching(stat())
    entry = seen.begin(study_id(1), CLAIM)
    change = StudyChange(study_id(1), CLAIM, Ending.UNKNOWN)
    seen.history.end(entry, change)
    assert seen.after(30) == []
    assert seen.read(stat(assignee=SMITH)) == []
    seen.history.resolve(entry, change._replace(ending=Ending.DONE))
    assert seen.read(stat()) == [Cause.FREED]


@pytest.mark.parametrize("ending", [Ending.FAILED, Ending.CONFLICT, Ending.NOTHING_TO_DO])
def test_a_write_that_wrote_nothing_hides_nothing(ending: Ending) -> None:
    seen = Watching(stat(assignee=OKAFOR))
    entry = seen.begin(study_id(1), CLAIM)
    seen.history.end(entry, StudyChange(study_id(1), CLAIM, ending))
    assert seen.read(stat(assignee=SMITH)) == [Cause.MINE]


def test_forty_that_hang_at_once_are_one_bell() -> None:
    seen = Watching(*[stat(number) for number in range(40)])
    assert len(seen.after(5 * MINUTE)) == 40
    assert seen.bells == 1
    assert seen.watch.acknowledge_all() == 40


def test_what_was_noticed_rests_until_another_rung() -> None:
    seen = Watching()
    seen.read(stat())
    assert seen.watch.rings_anew()
    seen.watch.acknowledge()
    seen.after(60)
    assert not seen.watch.rings_now()
    assert seen.after(5 * MINUTE) == [Cause.UNCLAIMED]
    assert seen.watch.rings_now()


def test_settings_count_at_once_and_rings_what_they_make_due() -> None:
    seen = Watching(stat(), settings=Settings(unclaimed_minutes=60, overdue=False))
    assert seen.after(10 * MINUTE) == []
    seen.watch.take_settings(Settings(unclaimed_minutes=10, overdue=False))
    assert seen.after(0) == [Cause.UNCLAIMED]


def test_the_alarm_that_was_shown_is_the_one_that_is_noticed() -> None:
    seen = Watching(stat(2, assignee=OKAFOR))
    seen.read(stat(1))
    seen.read(stat(2))
    assert seen.watch.book.pending[0].study_id == study_id(2)
    noticed = seen.watch.acknowledge(study_id(1))
    assert noticed is not None
    assert noticed.study_id == study_id(1)
