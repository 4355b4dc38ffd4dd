"""The order of the worklist: the triage order, or columns that the person chose."""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from avara_tui.study import COMPLETE, HIGH, NORMAL, STAT, Study
from avara_tui.worklist.clocks import (
    EARLIEST,
    FUTURE,
    Thresholds,
    due_moment,
    turns_overdue,
    turns_usable,
    waiting_since,
)
from avara_tui.worklist.timeline import Turn, created, updated

Key: TypeAlias = tuple[Any, ...]
"""Sorts studies; no two have the same, because a study's id is its last part."""

METADATA_PREFIX: Final = "meta."
_LAST: Final = float("inf")


class Band(IntEnum):
    """The triage order's bands, the most urgent first."""

    STAT = 0
    UNKNOWN = 1
    """A severity that we do not know may be the most urgent of all: it must not be missed."""
    WAITED_TOO_LONG = 2
    """Past the site's maximum wait, so that a stream of urgent studies starves nobody.

    So may those be of which nobody knows how long they wait: they stand here before all others.
    """
    HIGH_OVERDUE = 3
    OVERDUE = 4
    HIGH = 5
    ROUTINE = 6
    CLOSED = 7
    """Complete or cancelled, whatever the severity: nobody waits for it."""

    @property
    def first_key(self) -> float:
        """Where the band begins, as the first part of a key of the triage order."""
        return self * _BAND


class SortKey(NamedTuple):
    """A column to sort by; ``meta.KEY`` names a metadata key."""

    column: str
    descending: bool = False


class Order(NamedTuple):
    """How to sort: by ``keys``, the first being the most important; without any, by triage.

    Studies that lack what a column shows come last, whichever way it is sorted. Those that are
    alike in all columns come the oldest first.
    """

    keys: tuple[SortKey, ...] = ()
    by_deadline: bool = False
    """Whether triage goes by deadline within a band; without it, as the site's rules say."""

    @property
    def is_triage(self) -> bool:
        """Whether this is the triage order, in which time alone moves studies."""
        return not self.keys

    def by(self, column: str) -> "Order":
        """Return the order by ``column`` alone; turned round if it is that already."""
        if [key.column for key in self.keys] == [column]:
            return self.also_by(column)
        return Order((_first(column),))

    def also_by(self, column: str) -> "Order":
        """Return this order with ``column`` as its last key; turned round where it has it."""
        if column not in [key.column for key in self.keys]:
            return Order((*self.keys, _first(column)))
        turned = (
            key._replace(descending=not key.descending) if key.column == column else key
            for key in self.keys
        )
        return Order(tuple(turned))

    def without(self, column: str) -> "Order":
        """Return this order without ``column``."""
        return Order(tuple(key for key in self.keys if key.column != column))

    def key(self, now: float, thresholds: Thresholds) -> Callable[[Study], Key]:
        """Return what sorts studies at the time ``now``."""
        if self.is_triage:
            return _triage_key(now, thresholds, by_deadline=self.by_deadline)
        parts = [_part(column, thresholds, descending=down) for column, down in self.keys]
        return lambda study: (*[part(study) for part in parts], _created(study), study.study_id)

    def sort(
        self, studies: Iterable[Study], keys: Mapping[str, Key], thresholds: Thresholds
    ) -> list[Key]:
        """Return ``keys`` of ``studies`` in order; ``keys`` are those of :meth:`key`, by id."""
        if not any(down and column not in _NUMBERS for column, down in self.keys):
            found = [keys[study.study_id] for study in studies]
            # Alone, the first parts are compared in half the time, and mostly settle it.
            found.sort(key=_first_part)
            found.sort()
            return found
        # A pass for every column, the least important first, compares only built-in types, which
        # is several times as fast as comparing what turns them round.
        ordered = sorted(studies, key=lambda study: (_created(study), study.study_id))
        for column, down in reversed(self.keys):
            if down and column not in _NUMBERS:
                ordered.sort(key=_from_its_end(column, thresholds), reverse=True)
            else:
                ordered.sort(key=_part(column, thresholds, descending=down))
        return [keys[study.study_id] for study in ordered]

    def turns(self, thresholds: Thresholds) -> set[Turn]:
        """Return when time alone gives studies another key."""
        if not self.is_triage:
            return set()
        since = waiting_since(thresholds.clock_key)
        late = Turn(since, thresholds.max_wait)
        return {*turns_overdue(thresholds), *turns_usable(thresholds), late}


def _first(column: str) -> SortKey:
    """Return how a column is sorted by when nobody says which way: the latest change first."""
    return SortKey(column, descending=column == "updated")


TRIAGE: Final = Order()
DEADLINE: Final = Order(by_deadline=True)
NEWEST: Final = Order((SortKey("updated", descending=True),))


def band(study: Study, now: float, thresholds: Thresholds) -> Band:
    """Return the band of the triage order that a study is in."""
    return band_of(TRIAGE.key(now, thresholds)(study))


def band_of(key: Key) -> Band:
    """Return the band that a key of the triage order stands in."""
    place: float = key[0]
    return Band(int(place // _BAND))


_BAND: Final = 2.0**35
"""From one band to the next, in seconds: a thousand years, which leaves 30 microseconds to tell."""
_UNTIMED: Final = 2.0
"""Seconds at the beginning of a band that are for studies without a usable time."""
_FIRST: Final = {each: each * _BAND + _UNTIMED for each in Band}


def _triage_key(now: float, thresholds: Thresholds, *, by_deadline: bool) -> Callable[[Study], Key]:
    """Return what sorts by triage: the band, then the oldest first, then the study id.

    By deadline, what is due first goes first in a band, and not the oldest. Band and age are one
    number, because that sorts twice as fast as two; and all is said in one place, because a large
    worklist asks a hundred thousand times.
    """
    by_deadline = by_deadline or thresholds.by_deadline
    if by_deadline or thresholds.rules:
        return _ruled_key(now, thresholds, by_deadline=by_deadline)
    stat, unknown, too_long, high_overdue, overdue, high, routine, closed = _FIRST.values()
    waits_since = waiting_since(thresholds.clock_key)
    high_due, routine_due = thresholds.high.due, thresholds.routine.due
    max_wait, earliest, latest = thresholds.max_wait, EARLIEST, now + FUTURE

    def key(study: Study) -> Key:
        severity = study.severity
        since = study.created_at if waits_since is created else waits_since(study)
        if since is None or since < earliest or since > latest:
            return (_untimed_place(study), study.study_id)
        if study.is_cancelled or study.status == COMPLETE:
            place = closed
        elif severity == STAT:
            place = stat
        elif severity not in (NORMAL, HIGH):
            place = unknown
        elif now >= since + max_wait:
            place = too_long
        elif severity == NORMAL:
            place = overdue if now >= since + routine_due else routine
        else:
            place = high_overdue if now >= since + high_due else high
        return (place + since, study.study_id)

    return key


def _ruled_key(now: float, thresholds: Thresholds, *, by_deadline: bool) -> Callable[[Study], Key]:
    """Return what sorts by triage where the limit of each study has to be known.

    What is closed has no deadline, and goes by age.
    """
    waits_since, limit = waiting_since(thresholds.clock_key), thresholds.limit
    max_wait, latest = thresholds.max_wait, now + FUTURE

    def key(study: Study) -> Key:
        since = waits_since(study)
        if since is None or since < EARLIEST or since > latest:
            return (_untimed_place(study), study.study_id)
        due = since + limit(study).due
        found = _band(study, is_late=now >= due, waits_too_long=now >= since + max_wait)
        goes_by = due if by_deadline and found is not Band.CLOSED else since
        return (_FIRST[found] + goes_by, study.study_id)

    return key


def _band(study: Study, *, is_late: bool, waits_too_long: bool) -> Band:
    """Return the band of a study of which it is known how long it waits."""
    if study.is_cancelled or study.status == COMPLETE:
        return Band.CLOSED
    if study.severity == STAT:
        return Band.STAT
    if study.severity not in (NORMAL, HIGH):
        return Band.UNKNOWN
    if waits_too_long:
        return Band.WAITED_TOO_LONG
    if study.severity == HIGH:
        return Band.HIGH_OVERDUE if is_late else Band.HIGH
    return Band.OVERDUE if is_late else Band.ROUTINE


def _untimed_place(study: Study) -> float:
    """Return the place of a study of which nobody knows how long it waits.

    An open one stands where the longest waiting one of its priority would; high before routine,
    also where no study has a time.
    """
    if study.is_cancelled or study.status == COMPLETE:
        return Band.CLOSED * _BAND + _YOUNGEST
    if study.severity == STAT:
        return Band.STAT * _BAND
    if study.severity in (NORMAL, HIGH):
        return Band.WAITED_TOO_LONG * _BAND + (study.severity == NORMAL)
    return Band.UNKNOWN * _BAND


_first_part: Final = itemgetter(0)


class _Descending:
    """Turns the order of what it holds round, whatever that is."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:  # noqa: ANN401 - whatever a column sorts by
        self.value = value

    def __lt__(self, other: "_Descending") -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Descending) and bool(self.value == other.value)

    def __hash__(self) -> int:
        return hash(self.value)


def _created(study: Study) -> float:
    return _LAST if study.created_at is None else study.created_at


_YOUNGEST: Final = _BAND - 1.0
_RANKS: Final = {STAT: 0, HIGH: 2, NORMAL: 3}


_DIGITS: Final = re.compile(r"([0-9]+)")

Value: TypeAlias = Callable[[Study], Any]
"""What a column sorts a study by; None where the study lacks it."""


def _assignee(study: Study) -> tuple[str, ...]:
    person = study.assignee
    if person is None:
        # Nobody's studies stand together, before everybody's.
        return ()
    names = (person.last_name, person.first_name, person.email)
    return tuple(name.casefold() for name in names if name) or (person.user_id,)


def _natural(text: str) -> list[Any]:
    """Return ``text`` in parts that put ``A9`` before ``A10``: the longer number is the greater."""
    parts: list[Any] = _DIGITS.split(text.casefold())
    parts[1::2] = [(len(digits), digits) for digits in (part.lstrip("0") for part in parts[1::2])]
    return parts


_VALUES: Final[dict[str, Value]] = {
    "priority": lambda study: _RANKS.get(study.severity, 1),
    "created": created,
    "updated": updated,
    "description": lambda study: study.description.casefold(),
    "assignee": _assignee,
    "status": lambda study: (study.is_cancelled, study.status),
    "customer": lambda study: study.customer.name.casefold() if study.customer else None,
    "uid": lambda study: _natural(study.uid),
    "id": lambda study: study.study_id,
}
_NUMBERS: Final = frozenset({"priority", "age", "due", "created", "updated"})
_NEVER_LACKING: Final = frozenset({"description", "assignee", "status", "uid", "id"})


def _value(column: str, thresholds: Thresholds) -> Value:
    if column == "age":
        return waiting_since(thresholds.clock_key)
    if column == "due":
        return due_moment(thresholds)
    return _VALUES.get(column) or _metadata(column.removeprefix(METADATA_PREFIX))


def _metadata(key: str) -> Value:
    def value(study: Study) -> list[Any] | None:
        text = study.metadata.get(key)
        return None if text is None else _natural(text)

    return value


def _part(column: str, thresholds: Thresholds, *, descending: bool) -> Value:
    """Return the part of a key that sorts by ``column``, the studies that lack it last."""
    value = _value(column, thresholds)
    if column in _NUMBERS:
        sign = -1.0 if descending else 1.0
        return lambda study: _LAST if (found := value(study)) is None else sign * found
    if column in _NEVER_LACKING:
        return (lambda study: _Descending(value(study))) if descending else value
    turned = _Descending if descending else _as_it_is
    return lambda study: (True,) if (found := value(study)) is None else (False, turned(found))


def _from_its_end(column: str, thresholds: Thresholds) -> Value:
    """Return what sorts by ``column`` from its end on, the studies that lack it last."""
    value = _value(column, thresholds)
    if column in _NEVER_LACKING:
        return value
    return lambda study: (False,) if (found := value(study)) is None else (True, found)


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - whatever a column sorts by
    return value
