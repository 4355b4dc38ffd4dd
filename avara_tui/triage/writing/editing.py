"""Writing to one study, guarded: read afresh, merge, write, and compare the answer.

A write that has to wait, or to be sent again, begins afresh: the client reads the study, and what
was done to it meanwhile is brought together with the edit as at the first reading.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from avara_tui.api.errors import AvaraError, Outcome
from avara_tui.study import UNREADABLE, Study
from avara_tui.study_requests import StudyChanges
from avara_tui.triage.source import Source
from avara_tui.triage.writing.ending import Ending, ending_of
from avara_tui.triage.writing.guards import CancelGuard, EditGuard
from avara_tui.triage.writing.history import Entry, History, StudyChange
from avara_tui.triage.writing.late_readings import LateReadings
from avara_tui.triage.writing.under_way import Fields, UnderWay
from avara_tui.worklist.merge import Draft, FieldChange, FieldConflict, told_value

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient


class Result(NamedTuple):
    """The end of an attempt to write to a study."""

    ending: Ending
    study: Study | None = None
    """The study as the server has it, where it was read."""
    conflicts: tuple[FieldConflict, ...] = ()
    error: AvaraError | None = None

    @property
    def is_good(self) -> bool:
        """Whether the study is as the person wanted it."""
        return self.ending in {Ending.DONE, Ending.NOTHING_TO_DO}


class Editor:
    """Writes to studies, one study and one intention a call, and keeps the history of it.

    Two writes to the same study wait for each other; those to different ones do not. Nothing here
    raises for what the server does.
    """

    def __init__(self, source: Source, history: History) -> None:
        self._source = source
        self.history = history
        self.late = LateReadings()
        self.under_way = UnderWay()
        """What was asked for and is not confirmed yet."""
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    async def save(
        self,
        study_id: str,
        base: Draft,
        mine: Draft,
        *,
        entry: Entry | None = None,
        only_if: Callable[[Study], bool] | None = None,
    ) -> Result:
        """Bring the fields that differ between ``base`` and ``mine`` to the server.

        The study is read first, and again after every wait. A field that somebody else changed
        meanwhile to something else is a conflict, and nothing is written; nor is it if
        ``only_if`` does not hold for the study as it is by now. ``entry`` is what the write
        belongs to; without one it is an entry of its own.
        """
        entry = entry or self.history.begin("save")
        guard = EditGuard(base, mine, only_if)
        with self.under_way.writing(study_id, guard.fields):
            async with self._turn(study_id):
                return await self._save(study_id, guard, entry)

    async def _save(self, study_id: str, guard: EditGuard, entry: Entry) -> Result:
        client = self._source.client
        if client is None:
            return self._ended(entry, study_id, guard.fields, Result(Ending.FAILED))

        def revise(theirs: Study) -> StudyChanges | None:
            """Say what is to be written after a wait, and note it if it is not as it was."""
            noted = guard.fields
            self._source.merge([theirs])
            revised = guard.changes(theirs)
            if revised is not None and guard.fields != noted:
                # What was noted so far has not been written, and will not be.
                self.history.end(entry, StudyChange(study_id, noted, Ending.FAILED))
                self.history.intend(entry, study_id, guard.fields)
            return revised

        try:
            study = await self.late.read(client, study_id)
            self._source.merge([study])
            changes = guard.changes(study)
            if changes is not None:
                with self.history.attempt(entry, study_id, guard.fields):
                    study = await client.update(study_id, changes, base=study, revise=revise)
        except AvaraError as error:
            result = self._failure(study_id, error)
            if error.outcome is Outcome.CONFLICT:
                result = await self._sided(client, study_id, guard.fields, error)
            return self._ended(entry, study_id, guard.fields, result)
        if guard.ending is not None:
            result = Result(guard.ending, study, guard.conflicts)
            return self._ended(entry, study_id, guard.fields, result)
        self._source.merge([study])
        self.late.note(study, guard.fields)
        # Only what was written counts: the other fields may have been changed by anybody.
        result = Result(_ending_of(study, guard.fields), study)
        return self._ended(entry, study_id, guard.fields, result)

    async def _sided(
        self, client: "AvaraClient", study_id: str, fields: Fields, error: AvaraError
    ) -> Result:
        """Return how a write ended after which the study was neither as wanted nor as before.

        Somebody else wrote at the same time. What they did to other fields than ``fields`` does
        not matter; what they did to these is a conflict.
        """
        try:
            study = await client.retrieve(study_id)
        except AvaraError:
            return Result(Ending.UNKNOWN, error=error)
        self._source.merge([study])
        now = {each.field: told_value(study, each.field) for each in fields}
        if all(now[each.field] == each.new for each in fields):
            return Result(Ending.DONE, study)
        clashes = tuple(
            FieldConflict(each.field, each.old, each.new, now[each.field])
            for each in fields
            if now[each.field] not in (each.old, each.new, UNREADABLE)
        )
        ending = Ending.CONFLICT if clashes else Ending.UNKNOWN
        return Result(ending, study, clashes, None if clashes else error)

    async def cancel(
        self, study_id: str, *, seen: Study | None = None, entry: Entry | None = None
    ) -> Result:
        """Cancel a study, unless it has become one that nobody wanted cancelled.

        ``seen`` is the study as the person was asked about it. If somebody else has changed its
        severity, its status or its assignee since, that is a conflict, and it is left alone.
        """
        entry = entry or self.history.begin("cancel")
        return await self._set_cancelled(study_id, entry, CancelGuard(seen, wanted=True))

    async def uncancel(
        self, study_id: str, *, seen: Study | None = None, entry: Entry | None = None
    ) -> Result:
        """Restore a cancelled study, whatever else has become of it since it was ``seen``."""
        entry = entry or self.history.begin("uncancel")
        return await self._set_cancelled(study_id, entry, CancelGuard(seen, wanted=False))

    async def _set_cancelled(self, study_id: str, entry: Entry, guard: CancelGuard) -> Result:
        with self.under_way.writing(study_id, guard.fields):
            async with self._turn(study_id):
                return await self._write_cancelled(study_id, entry, guard)

    async def _write_cancelled(self, study_id: str, entry: Entry, guard: CancelGuard) -> Result:
        client = self._source.client
        if client is None:
            return self._ended(entry, study_id, guard.fields, Result(Ending.FAILED))

        def may(theirs: Study) -> bool:
            self._source.merge([theirs])
            return guard.may(theirs)

        try:
            study = await self.late.read(client, study_id)
            if may(study):
                write = client.cancel if guard.wanted else client.uncancel
                with self.history.attempt(entry, study_id, guard.fields):
                    study = await write(study_id, may=may)
        except AvaraError as error:
            return self._ended(entry, study_id, guard.fields, self._failure(study_id, error))
        if guard.ending is not None:
            result = Result(guard.ending, study, guard.conflicts)
            return self._ended(entry, study_id, guard.fields, result)
        self._source.merge([study])
        self.late.note(study, guard.fields)
        if "is_cancelled" in study.unreadable:
            result = Result(Ending.UNKNOWN, study)
        else:
            is_so = study.is_cancelled is guard.wanted
            result = Result(Ending.DONE if is_so else Ending.DIFFERENT, study)
        return self._ended(entry, study_id, guard.fields, result)

    def _ended(
        self, entry: Entry, study_id: str, fields: tuple[FieldChange, ...], result: Result
    ) -> Result:
        kind = None if result.error is None else result.error.kind
        self.history.end(entry, StudyChange(study_id, fields, result.ending, kind))
        return result

    def _failure(self, study_id: str, error: AvaraError) -> Result:
        ending = ending_of(error)
        if ending is Ending.GONE:
            self._source.forget(study_id)
        return Result(ending, error=error)

    @asynccontextmanager
    async def _turn(self, study_id: str) -> AsyncIterator[None]:
        """Wait for the writes to the same study that were asked for before."""
        lock, users = self._locks.get(study_id, (asyncio.Lock(), 0))
        self._locks[study_id] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            users = self._locks[study_id][1] - 1
            self._locks[study_id] = (lock, users)
            if not users:
                del self._locks[study_id]


def _ending_of(study: Study, fields: Fields) -> Ending:
    """Return how a write of ``fields`` ended that the server answered with ``study``."""
    now = {each.field: told_value(study, each.field) for each in fields}
    if all(now[each.field] == each.new for each in fields):
        return Ending.DONE
    return Ending.UNKNOWN if UNREADABLE in now.values() else Ending.DIFFERENT
