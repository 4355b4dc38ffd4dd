"""Which of the changes that are read are the person's own, however the write of them ended."""

import pytest

from avara_tui.clock import ManualClock
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import History, StudyChange, name_of_new
from avara_tui.triage.writing.own_changes import OwnChanges
from avara_tui.worklist.changes import ChangeRecord, Kind
from avara_tui.worklist.merge import FieldChange
from avara_tui.worklist.studies import StudySet
from worklist.making import NOW, study, study_id

RAISED = (FieldChange("severity", "normal", "high"),)


class Own:
    """A record, a history that tells it what is written, and one study."""

    def __init__(self) -> None:
        clock = ManualClock(NOW)
        self.record, self.studies = ChangeRecord(clock), StudySet()
        self.studies.merge([study(1)])
        self.studies.watch(self.record)
        self.history = History(clock)
        self.history.subscribe(OwnChanges(self.record, self.studies))

    def told(self) -> list[tuple[Kind, bool]]:
        sections = self.record.since_last_look().sections
        changes = [one for each in sections for group in each.groups for one in group.changes]
        return [(each.kind, each.is_mine) for each in changes]

    def read(self) -> None:
        self.studies.merge([study(1, severity="high", updated=0)])


@pytest.mark.parametrize("ending", [None, *Ending])
@pytest.mark.parametrize("locks", [False, True])
def test_what_is_read_later_is_mine_if_it_may_have_come_of_my_write(
    ending: Ending | None, *, locks: bool
) -> None:
    own = Own()
    entry = own.history.begin("severity")
    own.history.intend(entry, study_id(1), RAISED)
    if locks:
        own.studies.clear()
    if ending is not None:
        own.history.end(entry, StudyChange(study_id(1), RAISED, ending))
    own.read()
    # A write that was answered was read with its answer, unless nothing could be held by then.
    may_be = {Ending.DONE, Ending.UNKNOWN, Ending.DIFFERENT} if locks else {Ending.UNKNOWN}
    assert own.told() == [(Kind.FIELD, ending is None or ending in may_be)]


@pytest.mark.parametrize("ending", Ending)
def test_what_was_read_before_the_answer_is_mine_once(ending: Ending) -> None:
    own = Own()
    entry = own.history.begin("severity")
    own.history.intend(entry, study_id(1), RAISED)
    own.read()
    own.history.end(entry, StudyChange(study_id(1), RAISED, ending))
    own.studies.merge([study(1, updated=-1)])
    own.studies.merge([study(1, severity="high", updated=-2)])
    assert sorted(mine for _, mine in own.told()) == [False, False, True]


def test_a_study_that_i_created_is_mine() -> None:
    own = Own()
    entry, name = own.history.begin("create"), name_of_new("1.2.3")
    own.history.intend(entry, name, RAISED)
    own.studies.merge([study(2, severity="high")])
    done = StudyChange(study_id(2), RAISED, Ending.DONE, was=name)
    own.history.end(entry, done)
    assert own.told() == [(Kind.NEW, True)]
