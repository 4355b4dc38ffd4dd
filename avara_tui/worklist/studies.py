"""The set of studies that is known, and what every new reading of the server changes in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final, Protocol, Self

from avara_tui.study import UNREADABLE, CustomerRef, Study, UserRef, is_older
from avara_tui.worklist.field_prints import is_print_of, print_of
from avara_tui.worklist.query.folding import forget_forms
from avara_tui.worklist.timeline import Moment, Timeline, Turn

_ROUNDING: Final = 1.0
"""Seconds by which times are looked at too early and too late, for sums that were rounded."""
_STEP: Final = 1000
"""Studies whose prints are taken at once: some milliseconds' work."""
MISSES: Final = 2
"""Walks in a row that a study must be missing from before it is let go of."""


@dataclass(slots=True)
class ChangeSet:
    """The ids of the studies that came, changed and went. Falsy when there are none.

    No id is in two of the sets. That a study is held no more says nothing about the server: only
    what is :attr:`gone` is not there.
    """

    added: set[str] = field(default_factory=set)
    """Held from now on, and never held before."""
    changed: set[str] = field(default_factory=set)
    """Not as they were when they were last read, whether they were held all the time or not."""
    returned: set[str] = field(default_factory=set)
    """Held again after they were let go of, and as they were then."""
    dropped: set[str] = field(default_factory=set)
    """Let go of for a reason of our own: a lock, the load limit, or no word of them."""
    gone: set[str] = field(default_factory=set)
    """Not on the server any more: it says so itself."""

    @property
    def read(self) -> set[str]:
        """The studies that are held and have been read."""
        return self.added | self.changed | self.returned

    @property
    def removed(self) -> set[str]:
        """The studies that are not held any more, for whatever reason."""
        return self.dropped | self.gone

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.returned or self.dropped or self.gone)

    def __ior__(self, other: "ChangeSet") -> Self:
        """Add what happened after: a study that was gone and came back has changed."""
        back, passing = self.removed & other.added, self.added & other.removed
        later = other.changed | other.returned | other.removed
        self.changed = (self.changed - later) | (other.changed - self.added) | back
        self.returned = (self.returned - later) | (other.returned - self.changed - self.added)
        self.dropped = (self.dropped - other.read - other.gone) | (other.dropped - passing)
        self.gone = (self.gone - other.read) | (other.gone - passing)
        self.added = (self.added - passing) | (other.added - back)
        return self


class Watcher(Protocol):
    """Who is told of each study that changes or goes, while both versions are at hand."""

    def replaced(self, old: Study, new: Study) -> None:
        """Take note that a held study was read and is another than before."""
        ...

    def came_back(self, former: bytes, study: Study) -> None:
        """Take note that a study is held again and is not as its print ``former`` has it."""
        ...

    def gone(self, study_id: str, last: Study | None) -> None:
        """Take note that the server does not know a study any more; ``last`` where it was held."""
        ...

    def cleared(self) -> None:
        """Forget every text of a study: all were let go of."""
        ...


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
        self._forgotten: dict[str, bytes] = {}
        self._watcher: Watcher | None = None
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

    @property
    def forgotten(self) -> AbstractSet[str]:
        """The studies that were let go of, and may well be on the server still.

        Of each there is the id and a print, which tells in which fields it has changed when it is
        read again. No text of a study can be had from that.
        """
        return self._forgotten.keys()

    def watch(self, watcher: Watcher) -> None:
        """Tell ``watcher`` of what changes and goes. What does not costs nothing."""
        self._watcher = watcher

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
                self._note_arrival(study, change)
            elif known == study:
                self._studies[study_id] = study
                continue
            elif not _says_more(study, known, is_overtaken=is_overtaken):
                continue
            elif study_id not in change.added:
                change.returned.discard(study_id)
                change.changed.add(study_id)
                if self._watcher is not None:
                    self._watcher.replaced(known, study)
            self._studies[study_id] = study
            self._learn_from(study)
            taken.append(study)
        for timeline in self._timelines.values():
            timeline.add(taken)
        return change

    def _note_arrival(self, study: Study, change: ChangeSet) -> None:
        """Tell a study that was never held from one that was let go of."""
        former = self._forgotten.pop(study.study_id, None)
        if former is None:
            change.added.add(study.study_id)
        elif is_print_of(former, study):
            change.returned.add(study.study_id)
        else:
            change.changed.add(study.study_id)
            if self._watcher is not None:
                self._watcher.came_back(former, study)

    def discard(self, study_id: str) -> ChangeSet:
        """Drop a study that the server says does not exist, held or let go of."""
        change = ChangeSet()
        was_forgotten = self._forgotten.pop(study_id, None) is not None
        last = self._let_go(study_id)
        if last is not None or was_forgotten:
            change.gone.add(study_id)
            if self._watcher is not None:
                self._watcher.gone(study_id, last)
        return change

    def drop(self, study_id: str) -> ChangeSet:
        """Let go of a study that may well be on the server still."""
        change = ChangeSet()
        study = self._let_go(study_id)
        if study is not None:
            self._forgotten[study_id] = print_of(study)
            change.dropped.add(study_id)
        return change

    def _let_go(self, study_id: str) -> Study | None:
        self._read_at.pop(study_id, None)
        self._misses.pop(study_id, None)
        return self._studies.pop(study_id, None)

    def take_prints(self) -> Iterator[None]:
        """Do the slow part of :meth:`clear` in steps, between which others may run.

        No study may be taken in from here on until it is called.
        """
        for number, study in enumerate(list(self._studies.values())):
            self._forgotten[study.study_id] = print_of(study)
            if number % _STEP == 0:
                yield

    def clear(self) -> ChangeSet:
        """Let go of every study, and forget everybody and everything that was seen on them."""
        change = ChangeSet(dropped=set(self._studies))
        for study_id in change.dropped - self._forgotten.keys():
            self._forgotten[study_id] = print_of(self._studies[study_id])
        forget_forms()
        if self._watcher is not None:
            self._watcher.cleared()
        for each in (self._studies, self._read_at, self._misses):
            each.clear()
        for learned in (self._people, self._customers, self._metadata_keys, self._timelines):
            learned.clear()
        return change

    def ask_no_more(self, study_id: str) -> None:
        """Take it that nobody will say what has become of a study that was let go of."""
        self._forgotten.pop(study_id, None)

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
        """Settle a walk that reached its end: what two walks in a row miss is let go of."""
        change = ChangeSet()
        for study_id in self.missing(is_expected, seen, started):
            misses = self._misses.get(study_id, 0) + 1
            self._misses[study_id] = misses
            if misses >= MISSES:
                change |= self.drop(study_id)
        return change

    def forget_timelines(self) -> None:
        """Forget when anything changes for studies: other rules count, and other moments."""
        self._timelines.clear()

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
            if person is not None and (person.email or person.last_name or person.first_name):
                self._people[person.user_id] = person
            elif person is not None and person.user_id != UNREADABLE:
                # An id that came alone must not take a person's name away.
                self._people.setdefault(person.user_id, person)
        customer = study.customer
        if customer is not None and customer.name:
            self._customers[customer.customer_id] = customer
        elif customer is not None and customer.customer_id != UNREADABLE:
            self._customers.setdefault(customer.customer_id, customer)
        for key in study.metadata:
            self._metadata_keys[key] = None


def _says_more(study: Study, known: Study, *, is_overtaken: bool) -> bool:
    """Whether ``study`` is to replace ``known``; one that was overtaken must be newer for that."""
    return is_older(known, study) if is_overtaken else not is_older(study, known)
