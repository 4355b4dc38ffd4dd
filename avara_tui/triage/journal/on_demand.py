"""The journal of a program that may never write: it is made at the first write or opening."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from avara_tui.clock import Clock
from avara_tui.triage.opener.openings import Opening, Openings, Way
from avara_tui.triage.person import Person
from avara_tui.triage.writing.history import Entry, History, StudyChange

if TYPE_CHECKING:
    from avara_tui.triage.journal.keeping import Journal


class JournalOnDemand:
    """A watcher of history and openings that makes a journal when there is something to tell it."""

    def __init__(
        self,
        path: Path | None,
        history: History,
        openings: Openings,
        *,
        person: Callable[[], Person],
        clock: Clock,
        changed: Callable[[], None],
    ) -> None:
        """Without a ``path``, no journal is kept. ``changed`` is called for another problem."""
        self._path = path
        self._person = person
        self._clock = clock
        self._changed = changed
        self._journal: Journal | None = None
        if path is not None:
            history.subscribe(self)
            openings.subscribe(self)

    @property
    def problem(self) -> str | None:
        """Why the journal cannot be written at this moment; None if it can."""
        return None if self._journal is None else self._journal.problem

    def intended(self, entry: Entry, change: StudyChange) -> None:
        """Write down that a change is about to be sent."""
        if (journal := self._open()) is not None:
            journal.intended(entry, change)

    def ended(self, entry: Entry, change: StudyChange) -> None:
        """Write down how an attempt ended."""
        if (journal := self._open()) is not None:
            journal.ended(entry, change)

    def opening(self, opening: Opening) -> None:
        """Write down that a study is about to be opened."""
        if (journal := self._open()) is not None:
            journal.opening(opening)

    def opened(self, opening: Opening, way: Way | None) -> None:
        """Write down how an opening ended."""
        if (journal := self._open()) is not None:
            journal.opened(opening, way)

    def close(self) -> None:
        """Bring what was written to the disk."""
        if self._journal is not None:
            self._journal.close()

    def _open(self) -> "Journal | None":
        if self._journal is None and self._path is not None:
            from avara_tui.triage.journal.keeping import Journal  # noqa: PLC0415 - not at the start

            self._journal = Journal(self._path, self._person, self._clock, self._changed)
        return self._journal
