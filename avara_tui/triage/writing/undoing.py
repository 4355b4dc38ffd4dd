"""Taking back what was done, the way it was done: read afresh, merge, write, compare."""

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple

from avara_tui.triage.writing.editing import Editor, Result
from avara_tui.triage.writing.history import CANCELLED, NO, Entry, StudyChange
from avara_tui.worklist.merge import reversal

AT_ONCE: Final = 4
"""Studies that are written to at the same time."""


class Undone(NamedTuple):
    """What became of taking back the change of one study."""

    change: StudyChange
    result: Result


class Undoer:
    """Takes back entries of the history."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._busy: set[int] = set()
        self.waiting: set[tuple[str, str]] = set()
        """The ids of the studies whose turn to be taken back has not come, each with a field."""

    def last(self) -> Entry | None:
        """Return what to take back next: the last that can be and is not being taken back."""
        for entry in reversed(self._editor.history.entries):
            if entry.can_be_undone and entry.number not in self._busy:
                return entry
        return None

    async def undo(
        self, entry: Entry, progress: Callable[[int, int], None] = lambda _done, _all: None
    ) -> list[Undone]:
        """Take back everything in ``entry`` that can be; return what became of each study.

        A field that somebody has changed since is left as it is, and so is the rest of its study.
        ``progress`` is told how many studies of how many are through.
        """
        history = self._editor.history
        changes = [each for each in entry.changes if each.can_be_undone]
        mine = history.begin("undo", undoes=entry.number)
        room, ended = asyncio.Semaphore(AT_ONCE), 0

        async def take_back(change: StudyChange) -> Undone:
            nonlocal ended
            async with room:
                self.waiting -= _fields(change)
                result = await self._take_back(change, mine)
            if result.is_good:
                history.mark_undone(entry, change.study_id)
            ended += 1
            progress(ended, len(changes))
            return Undone(change, result)

        self._busy.add(entry.number)
        self.waiting |= {field for change in changes for field in _fields(change)}
        try:
            return list(await asyncio.gather(*map(take_back, reversed(changes))))
        finally:
            self._busy.discard(entry.number)
            self.waiting -= {field for change in changes for field in _fields(change)}

    async def _take_back(self, change: StudyChange, entry: Entry) -> Result:
        if change.was is not None:
            # Nothing removes a study that was created: cancelled is the nearest there is.
            return await self._editor.cancel(change.study_id, entry=entry)
        cancelled = next((each for each in change.fields if each.field == CANCELLED), None)
        if cancelled is None:
            base, mine = reversal(change.fields)
            return await self._editor.save(change.study_id, base, mine, entry=entry)
        write = self._editor.uncancel if cancelled.old == NO else self._editor.cancel
        return await write(change.study_id, entry=entry)


def _fields(change: StudyChange) -> set[tuple[str, str]]:
    return {(change.study_id, each.field) for each in change.fields}
