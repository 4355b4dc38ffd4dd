"""The set of studies that is known, and what every new reading of the server changes in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final, Self

from avara_tui.study import CustomerRef, Study, UserRef
from avara_tui.worklist.query.folding import forget_forms
from avara_tui.worklist.timeline import Moment, Timeline, Turn

_ROUNDING: Final = 1.0
"""Seconds by which times are looked at too early and too late, for sums that were rounded."""
MISSES: Final = 2
"""Walks in a row that a study must be missing from before it is taken for gone."""


@dataclass(slots=True)
class ChangeSet:
    """The ids of the studies that came, changed and went. Falsy when there are none.

    No id is in two of the sets.
    """

    added: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def __ior__(self, other: "ChangeSet") -> Self:
        """Add what happened after: a study that went and came back has changed."""
        back, passing = self.removed & other.added, self.added & other.removed
        self.added |= other.added
        self.added -= back | passing
        self.changed |= other.changed | back
        self.changed -= self.added | other.removed
        self.removed |= other.removed
        self.removed -= back | passing
        return self


class StudySet:
    """Studies by id. Lists that move while they are read lose rows: one absence proves nothing."""

    def __init__(self) -> None:
        self._studies: dict[str, Study] = {}
        self._read_at: dict[str, int] = {}
        self._misses: dict[str, int] = {}
        self._people: dict[str, UserRef] = {}
        self._customers: dict[str, CustomerRef] = {}
        self._metadata_keys: dict[str, None] = {}
        self._timelines: dict[Moment, Timeline] = {}
        self.revision = 0
        """Grows with every merge: tells what was read since from what was read before."""

    def __len__(self) -> int:
        return len(self._studies)

    def __iter__(self) -> Iterator[Study]:
        return iter(self._studies.values())

    def __contains__(self, study_id: str) -> bool:
        return study_id in self._studies

    def get(self, study_id: str) -> Study | None:
        """Return a study as it was last read, or None."""
        return self._studies.get(study_id)

    def people(self) -> Mapping[str, UserRef]:
        """Return the people seen on studies, by user id."""
        return self._people

    def customers(self) -> Mapping[str, CustomerRef]:
        """Return the customers seen on studies, by customer id."""
        return self._customers

    def metadata_keys(self) -> AbstractSet[str]:
        """Return the metadata keys seen on studies, in the order in which they were first seen."""
        return self._metadata_keys.keys()

    def merge(self, studies: Iterable[Study], *, asked_at: int | None = None) -> ChangeSet:
        """Take in studies that were read. An older version never replaces a newer one.

        ``asked_at`` is the :attr:`revision` when the server was asked. What was read of a study
        since then, such as the answer to a write, stands against an answer that is no newer: it
        may have been on its way for long.
        """
        self.revision += 1
        change = ChangeSet()
        taken: list[Study] = []
        for study in studies:
            study_id = study.study_id
            known = self._studies.get(study_id)
            is_overtaken = asked_at is not None and asked_at < self._read_at.get(study_id, 0)
            self._read_at[study_id] = self.revision
            self._misses.pop(study_id, None)
            if known is None:
                change.added.add(study_id)
            elif known == study:
                self._studies[study_id] = study
                continue
            elif not _says_more(study, known, is_overtaken=is_overtaken):
                continue
            elif study_id not in change.added:
                change.changed.add(study_id)
            self._studies[study_id] = study
            self._learn_from(study)
            taken.append(study)
        for timeline in self._timelines.values():
            timeline.add(taken)
        return change

    def discard(self, study_id: str) -> ChangeSet:
        """Drop a study that the server says does not exist."""
        change = ChangeSet()
        if self._studies.pop(study_id, None) is not None:
            self._read_at.pop(study_id, None)
            self._misses.pop(study_id, None)
            change.removed.add(study_id)
        return change

    def clear(self) -> ChangeSet:
        """Forget every study, and everybody and everything that was seen on them."""
        change = ChangeSet(removed=set(self._studies))
        forget_forms()
        for each in (self._studies, self._read_at, self._misses):
            each.clear()
        for learned in (self._people, self._customers, self._metadata_keys, self._timelines):
            learned.clear()
        return change

    def missing(
        self, is_expected: Callable[[Study], bool], seen: AbstractSet[str], started: int
    ) -> set[str]:
        """Return the studies that a whole walk should have seen, by what is known, and did not.

        ``started`` is the :attr:`revision` when the walk began: what was read since, by anybody,
        is no longer missing.
        """
        read_at = self._read_at
        return {
            study_id
            for study_id, study in self._studies.items()
            if is_expected(study) and study_id not in seen and read_at.get(study_id, 0) <= started
        }

    def finish_walk(
        self, is_expected: Callable[[Study], bool], seen: AbstractSet[str], started: int
    ) -> ChangeSet:
        """Settle a walk that reached its end: what two walks in a row miss is gone."""
        change = ChangeSet()
        for study_id in self.missing(is_expected, seen, started):
            misses = self._misses.get(study_id, 0) + 1
            self._misses[study_id] = misses
            if misses >= MISSES:
                change |= self.discard(study_id)
        return change

    def forget_readings(self) -> None:
        """Forget when each study was read: no walk is under way to hold it against."""
        self._read_at.clear()

    def turned(self, turns: Iterable[Turn], start: float, end: float) -> set[str]:
        """Return the studies for which one of ``turns`` came between two times, in any order.

        There may be others among them, for which nothing changed.
        """
        if start == end:
            return set()
        start, end = min(start, end) - _ROUNDING, max(start, end) + _ROUNDING
        found: set[str] = set()
        for moment, after in turns:
            found |= self._timeline(moment).between(start - after, end - after)
        return found

    def _timeline(self, moment: Moment) -> Timeline:
        timeline = self._timelines.get(moment)
        if timeline is None or timeline.is_worn(len(self)):
            timeline = self._timelines[moment] = Timeline(moment, self)
        return timeline

    def _learn_from(self, study: Study) -> None:
        for person in (study.assignee, study.created_by_user):
            if person is not None:
                self._people[person.user_id] = person
        if study.customer is not None:
            self._customers[study.customer.customer_id] = study.customer
        for key in study.metadata:
            self._metadata_keys[key] = None


def _says_more(study: Study, known: Study, *, is_overtaken: bool) -> bool:
    """Whether ``study`` is to replace ``known``; one that was overtaken must be newer for that."""
    return _is_older(known, study) if is_overtaken else not _is_older(study, known)


def _is_older(study: Study, known: Study) -> bool:
    if study.updated_at is None or known.updated_at is None:
        return False
    return study.updated_at < known.updated_at
