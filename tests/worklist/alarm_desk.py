"""A book of alarms at work, for tests of what rings when: a clock by hand, and studies read."""

from typing import Any

from avara_tui.study import Study
from avara_tui.worklist.alarm import AlarmBook
from avara_tui.worklist.merge import FieldChange
from avara_tui.worklist.query import QueryContext, parse
from avara_tui.worklist.query.terms import CANCELLED
from avara_tui.worklist.rungs import Alarm, Cause, Ladder
from avara_tui.worklist.studies import ChangeSet, StudySet
from worklist.making import LIMITS, ME, NOW, study, study_id

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
        self.book = AlarmBook(parse(rule), ladder, value_on=value_on)
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
        return told(self.book.update(change, self.studies, self.context))

    def after(self, seconds: float) -> list[tuple[int, Cause]]:
        """Let time pass, and the clock tick once; return what rings."""
        self.now += seconds
        return told(self.book.tick(self.studies, self.context))

    def notice(self, number: int) -> None:
        self.book.acknowledge(study_id(number))

    @property
    def waiting(self) -> list[tuple[int, Cause]]:
        return told(self.book.pending)

    def alarm(self, number: int) -> Alarm:
        return next(each for each in self.book.pending if each.study_id == study_id(number))

    def write(self, number: int, field: str, old: str | None, new: str | None) -> None:
        self.book.own.begin(number, study_id(number), [FieldChange(field, old, new)])

    def written(self, number: int, *, is_done: bool | None = True) -> None:
        self.book.own.end(number, study_id(number), self.now, is_done=is_done)


def told(alarms: Any) -> list[tuple[int, Cause]]:
    return [(int(each.study_id[4:], 16), each.cause) for each in alarms]


def value_on(study: Study, field: str) -> str | None:
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
