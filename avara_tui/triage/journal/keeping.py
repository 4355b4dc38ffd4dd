"""The journal: who changed or opened which study, when, and how it ended, in a lasting file.

It holds no description, no metadata, no person's name but the operating system's user, no key, no
link and no token: of what was changed, only severity, status, assignee id and cancellation are
told; of what was opened, only in which way.

A program from before there were openings passes over the lines that tell of them: their events are
none that it knows, and it needs of a line no more than that it is in its place.
"""

import os
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from avara_tui.clock import Clock
from avara_tui.identifiers import is_user_id
from avara_tui.study import SEVERITIES, STATUSES
from avara_tui.triage.journal.chain import ChainFile
from avara_tui.triage.opener.openings import Opening, Openings, Way
from avara_tui.triage.person import Person
from avara_tui.triage.writing.history import CANCELLED, NO, YES, Entry, History, StudyChange
from avara_tui.worklist.merge import METADATA_PREFIX, FieldChange

INTENDED: Final = "intended"
ENDED: Final = "ended"
OPENING: Final = "opening"
OPENED: Final = "opened"
LOST: Final = "lost"
"""The event of a line that says how many lines could not be written before it."""
OPEN: Final = "open"
"""The action of an opening, whichever key or command led to it."""
MOST_WAITING: Final = 2_000
"""Lines that are held while the file cannot be written; the oldest beyond these are lost."""
OTHER: Final = "(other)"
"""Stands for a value that is none of those that the API documents: it may say anything."""
_LONGEST_ID: Final = 100
_METADATA: Final = "metadata"


class Journal:
    """A watcher of the history and the openings that writes down every attempt, before and after.

    It never raises: what cannot be written is held and tried again with the next line, and
    :attr:`problem` says why.
    """

    def __init__(
        self,
        path: Path,
        person: Callable[[], Person],
        clock: Clock,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """``changed`` is called when :attr:`problem` has changed."""
        self.problem: str | None = None
        """Why the journal cannot be written at this moment; None if it can."""
        self._file = ChainFile(path)
        self._person = person
        self._clock = clock
        self._changed = changed
        self._user = _os_user()
        self._run = os.urandom(8).hex()
        self._attempts = 0
        self._attempt_of: dict[tuple[int, str], int] = {}
        """The last attempt of each entry on each study: a later word on it is about that one."""
        self._attempt_of_opening: dict[int, int] = {}
        self._waiting: deque[dict[str, Any]] = deque()
        self._lost = 0

    @property
    def path(self) -> Path:
        """The file."""
        return self._file.path

    @property
    def waiting(self) -> int:
        """How many lines could not be written yet."""
        return len(self._waiting)

    def intended(self, entry: Entry, change: StudyChange) -> None:
        """Write down that a change is about to be sent."""
        attempt = self._next_attempt()
        self._attempt_of[entry.number, change.study_id] = attempt
        self._note(INTENDED, attempt, entry, change)

    def ended(self, entry: Entry, change: StudyChange) -> None:
        """Write down how an attempt ended."""
        attempt = self._attempt_of.get((entry.number, change.was or change.study_id))
        attempt = attempt or self._next_attempt()
        self._attempt_of[entry.number, change.study_id] = attempt
        self._note(ENDED, attempt, entry, change)

    def opening(self, opening: Opening) -> None:
        """Write down that a study is about to be opened."""
        attempt = self._attempt_of_opening[opening.number] = self._next_attempt()
        self._append(self._opening(OPENING, attempt, opening))

    def opened(self, opening: Opening, way: Way | None) -> None:
        """Write down how an opening ended, or in which way more its link was given."""
        attempt = self._attempt_of_opening.get(opening.number) or self._next_attempt()
        content = self._opening(OPENED, attempt, opening)
        if way is not None:
            content["how"] = way.value
        if opening.end is not None:
            content["outcome"] = opening.end.value
        if opening.error is not None:
            content["error"] = opening.error.value
        self._append(content)

    def _opening(self, event: str, attempt: int, opening: Opening) -> dict[str, Any]:
        return {
            **self._head(event, attempt),
            "action": OPEN,
            "studyId": opening.study_id[:_LONGEST_ID],
        }

    def close(self) -> None:
        """Write what waits, and bring it all to the disk."""
        if self._waiting:
            self._write()
        self._file.close()

    def _next_attempt(self) -> int:
        self._attempts += 1
        return self._attempts

    def _note(self, event: str, attempt: int, entry: Entry, change: StudyChange) -> None:
        content = self._head(event, attempt)
        content |= {"entry": entry.number, "action": entry.action}
        if entry.undoes is not None:
            content["undoes"] = entry.undoes
        content["studyId"] = change.study_id[:_LONGEST_ID]
        content["fields"] = told(change.fields)
        if change.ending is not None:
            content["outcome"] = change.ending.value
        if change.error is not None:
            content["error"] = change.error.value
        self._append(content)

    def _head(self, event: str, attempt: int) -> dict[str, Any]:
        """Return what a line says first: what it is, when it was, and who did it."""
        person = self._person()
        return {
            "event": event,
            "at": _instant(self._clock.now()),
            "user": self._user,
            "profile": person.profile,
            "me": person.me,
            "run": self._run,
            "attempt": attempt,
        }

    def _append(self, content: dict[str, Any]) -> None:
        self._waiting.append(content)
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self._lost += 1
        self._write()

    def _write(self) -> None:
        lost = [{"event": LOST, "lines": self._lost}] if self._lost else []
        try:
            self._file.append([*lost, *self._waiting])
        except OSError as error:
            self._set_problem(error.strerror or str(error))
            return
        self._waiting.clear()
        self._lost = 0
        self._set_problem(None)

    def _set_problem(self, problem: str | None) -> None:
        if problem != self.problem:
            self.problem = problem
            self._changed()


def keep_journal(
    path: Path | None,
    history: History,
    openings: Openings,
    *,
    person: Callable[[], Person],
    clock: Clock,
    changed: Callable[[], None],
) -> Journal | None:
    """Keep a journal of ``history`` and ``openings`` at ``path``; none without a path."""
    if path is None:
        return None
    journal = Journal(path, person, clock, changed)
    history.subscribe(journal)
    openings.subscribe(journal)
    return journal


def told(fields: tuple[FieldChange, ...]) -> list[dict[str, Any]]:
    """Return what the journal says of changed fields: names, and values only where they are safe.

    A metadata key is text that a person typed: only how many pairs were changed is told.
    """
    safe: list[dict[str, Any]] = []
    pairs = 0
    for name, old, new in fields:
        if name.startswith(METADATA_PREFIX):
            pairs += 1
        elif name in _SAFE:
            safe.append({"field": name, "old": _safe(name, old), "new": _safe(name, new)})
        else:
            safe.append({"field": name})
    if pairs:
        safe.append({"field": _METADATA, "pairs": pairs})
    return safe


_SAFE: Final[dict[str, Callable[[str], bool]]] = {
    "severity": SEVERITIES.__contains__,
    "status": STATUSES.__contains__,
    "assigned_to": is_user_id,
    CANCELLED: (YES, NO).__contains__,
}
"""The fields whose values are told, and what those values may be."""


def _safe(name: str, value: str | None) -> str | None:
    return value if value is None or _SAFE[name](value) else OTHER


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _os_user() -> str:
    """Return the user that the operating system knows, which no variable can change."""
    import pwd  # noqa: PLC0415 - there is none on Windows

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid {os.geteuid()}"
