"""What has changed since somebody last looked: which study, which field, from what to what, when.

It grows with what changes, never with what is read, and never beyond :data:`MOST`.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, auto
from typing import Final, NamedTuple

from avara_tui.clock import Clock
from avara_tui.study import Study
from avara_tui.worklist.field_prints import METADATA, OTHER, changed_fields, fields_since
from avara_tui.worklist.merge import METADATA_PREFIX, FieldChange

MOST: Final = 2000
"""Changes that are kept; the oldest beyond these are only counted."""
_MOST_OWN: Final = 1000
"""Own values that are waited for at once."""
_MOST_LOCKS: Final = 50


class Kind(Enum):
    """What happened to a study."""

    FIELD = auto()
    """A field or a metadata pair has another value."""
    NEW = auto()
    """It was not there before."""
    DELETED = auto()
    """The server says that it does not exist."""
    UNLISTED = auto()
    """The server lists it no more, and has not said why."""


class Since(Enum):
    """What divides the changes from those before."""

    BEGAN = auto()
    LOOKED = auto()
    LOCKED = auto()
    AWAY = auto()
    """The server did not answer, or not us."""


class Outage(NamedTuple):
    """A time in which the server was away, in seconds since the epoch."""

    start: float
    end: float | None = None
    """None while it lasts."""


class Change(NamedTuple):
    """One thing that has changed about one study."""

    study_id: str
    kind: Kind
    field: str = ""
    old: str | None = None
    new: str | None = None
    """The values, as in :class:`avara_tui.worklist.merge.FieldChange`."""
    has_old: bool = False
    """Whether it is known what it was before."""
    has_new: bool = False
    """Whether it is known what it became."""
    is_mine: bool = False
    """Whether the person at the keys did it. Who else does what, the server does not tell."""
    in_outage: int | None = None
    """The number of the outage after which it was seen."""
    last: Study | None = None
    """What the study was like when it went."""
    number: int = 0
    """Grows with every change of a session."""
    at: float = 0.0
    """When it was seen, in seconds since the epoch: the server may have had it for a while."""


class Group(NamedTuple):
    """What has changed about one study, the newest first."""

    study_id: str
    changes: tuple[Change, ...]


class Section(NamedTuple):
    """The changes since some moment, in seconds since the epoch, the newest study first."""

    since: Since
    start: float
    end: float | None
    """When an outage was over; None for one that lasts, and for everything else."""
    groups: tuple[Group, ...]


class Changes(NamedTuple):
    """All that has changed since the last look, as it was at one moment."""

    sections: tuple[Section, ...]
    since: Since
    """Whether somebody has looked before, or the session began then."""
    start: float
    """When that was, in seconds since the epoch."""
    at: float
    total: int
    earlier: int
    """How many changes before these were too many to be kept."""
    last_number: int


class _Mark(NamedTuple):
    """What divides changes, and when it was."""

    number: int
    """That of the last change before it; for an outage, its own."""
    at: float
    since: Since


class ChangeRecord:
    """Keeps what has changed. It is told of studies by those who read and write them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changes: deque[Change] = deque()
        self._number = 0
        self._earlier = 0
        self._begin = _Mark(0, clock.now(), Since.BEGAN)
        self._locks: deque[_Mark] = deque(maxlen=_MOST_LOCKS)
        self._outages: dict[int, Outage] = {}
        self._last_outage = 0
        self._catches_up = False
        self._own: dict[int, None] = {}

    # What reading brings.

    def replaced(self, old: Study, new: Study) -> None:
        """Take note of what differs between two versions of a study."""
        for each in changed_fields(old, new):
            has_values = (each.old, each.new) != (None, None)
            self._keep_field(new, each, has_old=has_values, has_new=has_values)

    def came_back(self, former: bytes, study: Study) -> None:
        """Take note of what differs from a version of which there is only a print."""
        for each in fields_since(former, study):
            has_new = each.new is not None or each.field not in {METADATA, OTHER}
            self._keep_field(study, each, has_old=False, has_new=has_new)

    def arrived(self, studies: Iterable[Study]) -> None:
        """Take note of studies that were not there before."""
        for each in studies:
            self._keep(Change(each.study_id, Kind.NEW, in_outage=self._outage_of(each)))

    def gone(self, study_id: str, last: Study | None) -> None:
        """Take note of a study that the server does not know any more."""
        outage = self._outage_of(None)
        self._keep(Change(study_id, Kind.DELETED, in_outage=outage, last=last))

    def unlisted(self, study_ids: Iterable[str]) -> None:
        """Take note of studies that the server lists no more without a word."""
        for each in sorted(study_ids):
            self._keep(Change(each, Kind.UNLISTED, in_outage=self._outage_of(None)))

    def cleared(self) -> None:
        """Keep of every change which study and which field it was, and no text of any study."""
        self._changes = deque(map(_without_texts, self._changes))

    # What the person does.

    def created(self, study_id: str) -> None:
        """Take note of a study that the person has created, whether it was seen before or not."""
        others = (each for each in self._changes if each[:2] != (study_id, Kind.NEW))
        self._changes = deque(others)
        self._keep(Change(study_id, Kind.NEW, is_mine=True))

    def intend(self, study_id: str, fields: Iterable[FieldChange]) -> None:
        """Take note of what the person is about to write: seen, it will be theirs."""
        for each in fields:
            self._own[_token(study_id, each)] = None
        while len(self._own) > _MOST_OWN:
            del self._own[next(iter(self._own))]

    def settle(self, study_id: str, fields: Iterable[FieldChange]) -> None:
        """Take note that what was intended has been seen, or will not come."""
        for each in fields:
            self._own.pop(_token(study_id, each), None)

    # What divides the changes.

    def note_lock(self) -> None:
        """Take note that the person locked the worklist, now."""
        self._number += 1
        self._locks.append(_Mark(self._number, self._clock.now(), Since.LOCKED))

    def server_away(self, since: float) -> None:
        """Take note that the server has been away since a moment. Told again, it goes on."""
        if not self.is_away:
            self._last_outage += 1
            self._outages[self._last_outage] = Outage(since)
            self._catches_up = True

    def server_back(self) -> None:
        """Take note that the server answers again. Told again, it stays as it was."""
        if self.is_away:
            self._outages[self._last_outage] = self._outage._replace(end=self._clock.now())

    def caught_up(self) -> None:
        """Take note that all has been read again: what is seen from here on is new."""
        if not self.is_away:
            self._catches_up = False

    @property
    def back_since(self) -> float | None:
        """When the server came back, if what it has was not all read again since."""
        return self._outage.end if self._catches_up else None

    @property
    def _outage(self) -> Outage:
        return self._outages[self._last_outage]

    @property
    def is_away(self) -> bool:
        """Whether the server is away."""
        return self._catches_up and self._outage.end is None

    def _outage_of(self, study: Study | None) -> int | None:
        """Return in which outage a change came that is seen now, as far as can be told."""
        if not self._catches_up:
            return None
        end = self._outage.end
        changed_at = None if study is None else study.updated_at
        is_later = end is not None and changed_at is not None and changed_at > end
        return None if is_later else self._last_outage

    # Looking.

    def since_last_look(self) -> Changes:
        """Return what has changed since the last look."""
        sections: dict[_Mark, dict[str, list[Change]]] = {}
        for each in reversed(self._changes):
            groups = sections.setdefault(self._mark_of(each), {})
            groups.setdefault(each.study_id, []).append(each)
        return Changes(
            tuple(self._section(mark, groups) for mark, groups in sections.items()),
            since=self._begin.since,
            start=self._begin.at,
            at=self._clock.now(),
            total=len(self._changes),
            earlier=self._earlier,
            last_number=self._number,
        )

    def looked(self, at: Changes) -> None:
        """Take everything in ``at`` as seen: what came after it stays."""
        if at.last_number < self._begin.number:
            return
        self._begin = _Mark(at.last_number, at.at, Since.LOOKED)
        # What was seen may have had to go since.
        self._earlier = max(self._earlier - at.earlier - at.total, 0)
        for each in (self._changes, self._locks):
            while each and each[0].number <= at.last_number:
                each.popleft()
        used = {each.in_outage for each in self._changes} | {self._last_outage}
        self._outages = {number: each for number, each in self._outages.items() if number in used}

    def _mark_of(self, change: Change) -> _Mark:
        if change.in_outage is not None:
            start = self._outages[change.in_outage].start
            return _Mark(change.in_outage, start, Since.AWAY)
        locks = (each for each in reversed(self._locks) if each.number < change.number)
        return next(locks, self._begin)

    def _section(self, mark: _Mark, groups: Mapping[str, Sequence[Change]]) -> Section:
        end = self._outages[mark.number].end if mark.since is Since.AWAY else None
        told = tuple(Group(study_id, tuple(each)) for study_id, each in groups.items())
        return Section(mark.since, mark.at, end, told)

    # Keeping.

    def _keep_field(
        self, study: Study, change: FieldChange, *, has_old: bool, has_new: bool
    ) -> None:
        is_mine = _token(study.study_id, change) in self._own
        self.settle(study.study_id, (change,))
        self._keep(
            Change(
                study.study_id,
                Kind.FIELD,
                *change,
                has_old=has_old,
                has_new=has_new,
                is_mine=is_mine,
                in_outage=None if is_mine else self._outage_of(study),
            )
        )

    def _keep(self, change: Change) -> None:
        self._number += 1
        self._changes.append(change._replace(number=self._number, at=self._clock.now()))
        if len(self._changes) > MOST:
            self._changes.popleft()
            self._earlier += 1


def _token(study_id: str, change: FieldChange) -> int:
    """Return what is remembered of an own value: no text can be had from it."""
    return hash((study_id, change.field, change.new))


def _without_texts(change: Change) -> Change:
    field = METADATA if change.field.startswith(METADATA_PREFIX) else change.field
    return change._replace(field=field, old=None, new=None, has_old=False, has_new=False, last=None)
