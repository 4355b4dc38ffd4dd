"""Which studies raise the STAT alarm: each once, and none is forgotten before it is noticed.

Only ids and what the rule needs are kept, and they outlive the set of studies: a study that is
lost from it and read again, after a refresh or a lock, is the same study and raises no alarm anew.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Final, NamedTuple

from avara_tui.study import SEVERITIES, STATUSES, Study
from avara_tui.worklist.clocks import MINUTE, is_open
from avara_tui.worklist.query import Query, QueryContext, parse
from avara_tui.worklist.studies import ChangeSet, StudySet

DEFAULT_RULE: Final = parse("severity:stat")
SKEW: Final = 2 * MINUTE
"""Seconds by which the server's clock and ours may differ before a new study is called an old one.
"""
_RANKS: Final = {severity: rank for rank, severity in enumerate(SEVERITIES)}
_LOST_STATES: Final = frozenset({"new", "marked", "aside"})


class Cause(Enum):
    """What made a study raise the alarm."""

    NEW = "new"
    TURNED = "turned"
    """It was there before and has become as urgent as it is now, or is open again."""
    MINE = "mine"
    """It was urgent before and has been assigned to the person at the keys."""


class Alarm(NamedTuple):
    """One study that asks for attention."""

    study_id: str
    cause: Cause
    raised_at: float
    """In seconds since the epoch."""


class _Standing(NamedTuple):
    """What was known of a study that the rule holds for."""

    rank: int
    is_mine: bool
    is_known: bool
    """Whether the study's severity and status are ones that we know."""


def rule_problem(rule: Query) -> str | None:
    """Return why ``rule`` cannot say which studies raise the alarm, or None if it can."""
    if rule.is_timed:
        return "says something of time; the alarm is raised by what happens to a study"
    if rule.speaks_of_cancelled:
        return "asks for cancelled studies, which nobody waits for"
    if any(each.field == "is" and _LOST_STATES & set(each.values) for each in rule.terms):
        return "asks for what only this screen knows of a study"
    return None


class AlarmBook:
    """The alarms that nobody has taken notice of, and what it takes to raise none twice."""

    def __init__(self, rule: Query = DEFAULT_RULE) -> None:
        self._rule = rule
        self._standing: dict[str, _Standing] = {}
        self._pending: dict[str, Alarm] = {}
        self._watched: set[str] = set()
        self._watches_others = False
        self._watched_since = 0.0
        self._expected: dict[str, frozenset[Cause]] = {}
        self._at_start: dict[str, None] | None = None
        self._gone: set[str] = set()

    @property
    def pending(self) -> Sequence[Alarm]:
        """The alarms that wait to be noticed, the oldest first."""
        return tuple(self._pending.values())

    @property
    def gone(self) -> AbstractSet[str]:
        """The studies with an alarm of which the server says that they do not exist."""
        return self._gone

    @property
    def followed(self) -> Sequence[str]:
        """The studies that the rule held for when they were last read, those with alarms first."""
        return tuple({**self._pending, **self._standing})

    @property
    def at_start(self) -> Sequence[str]:
        """The studies that the rule held for when the watch began, until that is noticed."""
        return tuple(self._at_start or ())

    @property
    def is_watching(self) -> bool:
        """Whether all that the rule can hold for has been read once."""
        return self._at_start is not None

    def severities(self, me: str | None) -> frozenset[str]:
        """Return the severities that have to be read for the rule to miss nothing."""
        asked = self._rule.server_filters(me)
        if any(each.severity is None for each in asked):
            return frozenset(SEVERITIES)
        return frozenset(each.severity for each in asked if each.severity is not None)

    def watch(self, read: AbstractSet[str], context: QueryContext, *, others: bool) -> None:
        """Raise alarms for the severities ``read`` from here on: all there is of them is known.

        ``others`` is whether studies of severities and statuses that we do not know have been read
        as well. What is there of them by then has its place among what was urgent at the start.
        """
        if not self._watched:
            self._watched_since = context.now
        self._watched |= read
        if self._at_start is None and self.severities(context.me) <= self._watched:
            self._at_start = self._unnoticed(are_known=True)
        if others and not self._watches_others and self._at_start is not None:
            self._watches_others = True
            self._at_start |= self._unnoticed(are_known=False)

    def _unnoticed(self, *, are_known: bool) -> dict[str, None]:
        """Return the studies that the rule holds for and that have raised no alarm."""
        return {
            study_id: None
            for study_id, standing in self._standing.items()
            if standing.is_known is are_known and study_id not in self._pending
        }

    def update(self, change: ChangeSet, studies: StudySet, context: QueryContext) -> list[Alarm]:
        """Take in a change of the studies; return the alarms that it raises.

        A study that is not held any more keeps its alarm, even one that the server says is gone:
        that may be a mistake, and somebody has heard the bell.
        """
        self._gone = (self._gone | (change.gone & self._pending.keys())) - change.read
        matches = self._rule.matcher(context)
        raised: list[Alarm] = []
        touched = map(studies.get, change.read)
        for study in sorted(filter(None, touched), key=_longest_waiting):
            study_id = study.study_id
            if not (is_open(study) and matches(study)):
                self._withdraw(study_id)
                continue
            was, now = self._standing.get(study_id), _standing(study, context.me)
            self._standing[study_id] = now
            cause = self._cause(study, was, now, is_new=study_id in change.added)
            if cause is None or not self._is_watched(study, is_new=study_id in change.added):
                continue
            if cause in self._expected.get(study_id, ()):
                continue
            if study_id not in self._pending:
                raised.append(Alarm(study_id, cause, context.now))
                self._pending[study_id] = raised[-1]
                self._forget_start(study_id)
            else:
                self._pending[study_id] = self._pending[study_id]._replace(cause=cause)
        return raised

    def expect(self, study_id: str, causes: Iterable[Cause]) -> None:
        """Raise no alarm for what the person at the keys is doing to a study."""
        self._expected[study_id] = frozenset(causes)

    def unexpect(self, study_id: str) -> None:
        """Raise alarms for a study again: what was done to it has ended."""
        self._expected.pop(study_id, None)

    def acknowledge(self, study_id: str) -> None:
        """Take it that a study's alarm has been noticed."""
        self._pending.pop(study_id, None)
        self._gone.discard(study_id)

    def acknowledge_start(self) -> None:
        """Take it that what was urgent at the start has been noticed."""
        if self._at_start is not None:
            self._at_start = {}

    def _is_watched(self, study: Study, *, is_new: bool) -> bool:
        if _is_known(study):
            return study.severity in self._watched
        if self._watches_others or not self._watched or "severity" not in study.unreadable:
            return self._watches_others
        # Any list may bring it, and its time tells what is new from what was there at the start.
        created = study.created_at
        return not is_new or (created is not None and created >= self._watched_since - SKEW)

    def _cause(
        self, study: Study, was: _Standing | None, now: _Standing, *, is_new: bool
    ) -> Cause | None:
        if was is None:
            created = study.created_at
            is_young = created is None or created >= self._watched_since - SKEW
            return Cause.NEW if is_new and is_young else Cause.TURNED
        if now.rank < was.rank:
            return Cause.TURNED
        return Cause.MINE if now.is_mine and not was.is_mine else None

    def _withdraw(self, study_id: str) -> None:
        """Take an alarm back: nobody waits for the study any more, or it is not urgent."""
        self._standing.pop(study_id, None)
        self._pending.pop(study_id, None)
        self._forget_start(study_id)

    def _forget_start(self, study_id: str) -> None:
        if self._at_start is not None:
            self._at_start.pop(study_id, None)


def _longest_waiting(study: Study) -> tuple[float, str]:
    created = study.created_at
    # One without a time may have waited longest.
    return (float("-inf") if created is None else created, study.study_id)


def _is_known(study: Study) -> bool:
    return study.told_severity in _RANKS and study.status in STATUSES


def _standing(study: Study, me: str | None) -> _Standing:
    is_mine = me is not None and study.assignee is not None and study.assignee.user_id == me
    # A severity that we do not know may be the most urgent of all.
    return _Standing(_RANKS.get(study.severity, 0), is_mine, _is_known(study))
