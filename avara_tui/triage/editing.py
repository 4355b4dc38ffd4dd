"""Writing to one study, guarded: read afresh, merge, write, and compare the answer."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from avara_tui.api.errors import AvaraError, Outcome
from avara_tui.study import Study
from avara_tui.triage.ending import Ending, ending_of
from avara_tui.triage.history import CANCELLED, NO, YES, Entry, History, StudyChange
from avara_tui.triage.under_way import Fields, UnderWay
from avara_tui.worklist.merge import (
    Draft,
    FieldChange,
    FieldConflict,
    differences,
    merge,
    value_of,
)

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient


class Source(Protocol):
    """Where studies come from and what is read of them goes to, such as a session."""

    @property
    def client(self) -> "AvaraClient | None":
        """The way to the server; None as long as there is none."""
        ...

    def merge(self, studies: Iterable[Study]) -> None:
        """Take in studies as they were read."""
        ...

    def forget(self, study_id: str) -> None:
        """Drop a study that the server says does not exist."""
        ...


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

        The study is read first. A field that somebody else changed meanwhile to something else
        is a conflict, and nothing is written; nor is it if ``only_if`` does not hold for the
        study as it is by now. ``entry`` is what the write belongs to; without one it is an entry
        of its own.
        """
        entry = entry or self.history.begin("save")
        intended = differences(base, mine)
        with self.under_way.writing(study_id, intended):
            async with self._turn(study_id):
                return await self._save(study_id, base, mine, entry, only_if)

    async def _save(
        self,
        study_id: str,
        base: Draft,
        mine: Draft,
        entry: Entry,
        only_if: Callable[[Study], bool] | None,
    ) -> Result:
        intended = differences(base, mine)
        client = self._source.client
        if client is None:
            return self._ended(entry, study_id, intended, Result(Ending.FAILED))
        try:
            theirs = await client.retrieve(study_id)
            self._source.merge([theirs])
            merged = merge(base, mine, Draft.of(theirs))
            if only_if is not None and not only_if(theirs):
                return self._ended(entry, study_id, intended, Result(Ending.CONFLICT, theirs))
            if merged.conflicts or merged.is_empty:
                ending = Ending.CONFLICT if merged.conflicts else Ending.NOTHING_TO_DO
                result = Result(ending, theirs, merged.conflicts)
                return self._ended(entry, study_id, intended, result)
            intended = differences(merged.theirs, merged.result)
            with self.history.attempt(entry, study_id, intended):
                study = await client.update(study_id, merged.changes, base=theirs)
        except AvaraError as error:
            result = self._failure(study_id, error)
            if error.outcome is Outcome.CONFLICT:
                result = await self._sided(client, study_id, intended, error)
            return self._ended(entry, study_id, intended, result)
        self._source.merge([study])
        # Only what was written counts: the other fields may have been changed by anybody.
        after = Draft.of(study)
        is_so = all(value_of(after, each.field) == each.new for each in intended)
        result = Result(Ending.DONE if is_so else Ending.DIFFERENT, study)
        return self._ended(entry, study_id, intended, result)

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
        now = {each.field: value_of(Draft.of(study), each.field) for each in fields}
        if all(now[each.field] == each.new for each in fields):
            return Result(Ending.DONE, study)
        clashes = tuple(
            FieldConflict(each.field, each.old, each.new, now[each.field])
            for each in fields
            if now[each.field] not in (each.old, each.new)
        )
        ending = Ending.CONFLICT if clashes else Ending.UNKNOWN
        return Result(ending, study, clashes, None if clashes else error)

    async def cancel(self, study_id: str, *, entry: Entry | None = None) -> Result:
        """Cancel a study."""
        entry = entry or self.history.begin("cancel")
        return await self._set_cancelled(study_id, entry, wanted=True)

    async def uncancel(self, study_id: str, *, entry: Entry | None = None) -> Result:
        """Restore a cancelled study."""
        entry = entry or self.history.begin("uncancel")
        return await self._set_cancelled(study_id, entry, wanted=False)

    async def _set_cancelled(self, study_id: str, entry: Entry, *, wanted: bool) -> Result:
        old, new = (NO, YES) if wanted else (YES, NO)
        fields = (FieldChange(CANCELLED, old, new),)
        with self.under_way.writing(study_id, fields):
            async with self._turn(study_id):
                return await self._write_cancelled(study_id, entry, fields, wanted=wanted)

    async def _write_cancelled(
        self, study_id: str, entry: Entry, fields: tuple[FieldChange, ...], *, wanted: bool
    ) -> Result:
        client = self._source.client
        if client is None:
            return self._ended(entry, study_id, fields, Result(Ending.FAILED))
        try:
            study = await client.retrieve(study_id)
            self._source.merge([study])
            if study.is_cancelled is wanted:
                result = Result(Ending.NOTHING_TO_DO, study)
                return self._ended(entry, study_id, fields, result)
            with self.history.attempt(entry, study_id, fields):
                study = await (client.cancel if wanted else client.uncancel)(study_id)
        except AvaraError as error:
            return self._ended(entry, study_id, fields, self._failure(study_id, error))
        self._source.merge([study])
        is_so = study.is_cancelled is wanted
        result = Result(Ending.DONE if is_so else Ending.DIFFERENT, study)
        return self._ended(entry, study_id, fields, result)

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
