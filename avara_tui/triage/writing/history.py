"""What was done in this session: every attempt to write, with what it changed and how it ended.

It is held in memory only. A journal that outlives the program subscribes to it.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.clock import Clock
from avara_tui.triage.writing.ending import Ending
from avara_tui.worklist.merge import FieldChange

CANCELLED: Final = "cancelled"
"""The field of a change that cancels or restores: it goes from ``YES`` to ``NO`` or back."""
NEW: Final = "new:"
"""What the name of a study begins with that is being created and has no id yet."""
YES: Final = "yes"
NO: Final = "no"
MOST_ENTRIES: Final = 500
"""The oldest entries beyond these are forgotten: a shift's worth stays."""


def name_of_new(uid: str) -> str:
    """Return what a study that is being created is called before the server has given it an id."""
    return f"{NEW}{hashlib.sha256(uid.encode()).hexdigest()}"


class StudyChange(NamedTuple):
    """One attempt to change one study: what undo reverses."""

    study_id: str
    """The study; one that is being created has no id yet, and ``NEW`` with a hash of its UID."""
    fields: tuple[FieldChange, ...]
    """What was to change: each field with its value before and the value wanted."""
    ending: Ending | None = None
    """How the attempt ended; None while it is under way."""
    error: ErrorKind | None = None
    """What went wrong, where something did."""
    is_undone: bool = False
    was: str | None = None
    """What a study that was created had for an id before the server gave it one."""

    @property
    def has_id(self) -> bool:
        """Whether the study is one that the server knows by its id."""
        return not self.study_id.startswith(NEW)

    @property
    def can_be_undone(self) -> bool:
        """Whether there may be something on the server to take back.

        Nothing removes a study: undoing its creation cancels it, once it is known to be there.
        """
        is_real = self.ending is not None and self.ending.may_have_changed
        return is_real and self.has_id and not self.is_undone and bool(self.fields)


@dataclass(slots=True, eq=False)
class Entry:
    """One thing that the person did: to one study, or to many at once."""

    number: int
    """Counts from 1 in every session."""
    action: str
    """The id of the action, such as ``severity``, ``claim`` or ``undo``."""
    at: float
    """When it was begun, in seconds since the epoch."""
    undoes: int | None = None
    """The number of the entry that this one takes back."""
    _changes: dict[str, StudyChange] = field(default_factory=dict)

    @property
    def changes(self) -> tuple[StudyChange, ...]:
        """What it changed, a change a study, in the order of the attempts."""
        return tuple(self._changes.values())

    def change(self, study_id: str) -> StudyChange | None:
        """Return what it changed on a study, or None."""
        return self._changes.get(study_id)

    def put(self, change: StudyChange) -> None:
        """Let ``change`` stand for what it changed on its study, whatever stood there before."""
        if change.was is not None:
            self._changes.pop(change.was, None)
        self._changes[change.study_id] = change

    @property
    def can_be_undone(self) -> bool:
        """Whether any of it can be taken back. What was taken back once is not put back."""
        return self.undoes is None and any(each.can_be_undone for each in self.changes)


class Watcher(Protocol):
    """Whom to tell of writes: a journal, a ledger. It must not raise."""

    def intended(self, entry: Entry, change: StudyChange) -> None:
        """Take note that ``change`` is about to be sent; its ending is None.

        Called before the request leaves, so that what was under way when the program died is
        known. Not called for an attempt that sends nothing.
        """
        ...

    def ended(self, entry: Entry, change: StudyChange) -> None:
        """Take note of how an attempt ended, also one that sent nothing."""
        ...


class History:
    """The entries of this session, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: list[Entry] = []
        self._watchers: list[Watcher] = []
        self._count = 0
        self.revision = 0
        """Grows with everything that is noted."""

    @property
    def entries(self) -> Sequence[Entry]:
        """What was done, oldest first. An entry grows while its writes are under way."""
        return self._entries

    def subscribe(self, watcher: Watcher) -> Callable[[], None]:
        """Tell ``watcher`` of every write from here on; return what ends that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def begin(self, action: str, *, undoes: int | None = None) -> Entry:
        """Return a new entry for one thing that the person does, to one study or to many.

        It is listed once a write belongs to it.
        """
        self._count += 1
        return Entry(self._count, action, self._clock.now(), undoes)

    def intend(self, entry: Entry, study_id: str, fields: tuple[FieldChange, ...]) -> None:
        """Take note that a write is about to be sent."""
        change = StudyChange(study_id, fields)
        self._put(entry, change)
        for watcher in tuple(self._watchers):
            watcher.intended(entry, change)

    def end(self, entry: Entry, change: StudyChange) -> StudyChange:
        """Take note of how an attempt ended; return what the history then has of it.

        An attempt that is repeated stays one change. What the first may have changed is not
        undone by a second that wrote nothing: if that found the study as wanted, the first is now
        known to have been done, and otherwise it stays as it was.
        """
        before = entry.change(change.study_id)
        if before is not None and before.ending is not None and before.ending.may_have_changed:
            if change.ending is Ending.NOTHING_TO_DO:
                change = before._replace(ending=Ending.DONE, error=None)
            elif change.ending in {Ending.FAILED, Ending.CONFLICT}:
                change = before
        return self.resolve(entry, change)

    def resolve(self, entry: Entry, change: StudyChange) -> StudyChange:
        """Take note of how an attempt is known to have ended, whatever was thought before."""
        self._put(entry, change)
        for watcher in tuple(self._watchers):
            watcher.ended(entry, change)
        return change

    @contextmanager
    def attempt(
        self, entry: Entry, study_id: str, fields: tuple[FieldChange, ...]
    ) -> Iterator[None]:
        """Around a write: one that is cut off half-way is kept as not known.

        How it ended otherwise, also with an :class:`AvaraError`, is for the caller to say.
        """
        self.intend(entry, study_id, fields)
        try:
            yield
        except AvaraError:
            raise
        except BaseException:
            change = entry.change(study_id)
            if change is not None and change.ending is None:
                self.end(entry, change._replace(ending=Ending.UNKNOWN))
            raise

    def mark_undone(self, entry: Entry, study_id: str) -> None:
        """Take note that a change of ``entry`` was taken back."""
        change = entry.change(study_id)
        if change is not None:
            self._put(entry, change._replace(is_undone=True))

    def last_undoable(self) -> Entry | None:
        """Return what undo takes back next, or None if there is nothing."""
        return next((each for each in reversed(self._entries) if each.can_be_undone), None)

    def _put(self, entry: Entry, change: StudyChange) -> None:
        if entry not in self._entries:
            self._entries.append(entry)
            del self._entries[:-MOST_ENTRIES]
        entry.put(change)
        self.revision += 1
