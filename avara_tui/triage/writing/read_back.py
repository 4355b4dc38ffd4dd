"""Reading back what was written, a few moments later and without holding up anybody."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.study import Study
from avara_tui.triage.source import Source
from avara_tui.triage.writing.history import Entry, History, StudyChange
from avara_tui.triage.writing.ledger import Ledger

READ_BACK_AFTER: Final = (0.5, 1.5, 4.5)
"""Seconds after a write at which the study is read back."""
AT_ONCE: Final = 2
"""Studies that are read back at the same time: the person's own requests go before."""
KEEP_ASKING: Final = (4.0, 8.0, 15.0, 30.0, *[60.0] * 9)
"""Seconds between further tries, where nobody knows whether a write was made."""


class ReadBack:
    """Reads every study that was written to again, and shows it to the ledger."""

    def __init__(
        self,
        source: Source,
        history: History,
        ledger: Ledger,
        *,
        moments: Sequence[float] = READ_BACK_AFTER,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """``pause`` waits for a number of seconds."""
        self._source = source
        self._ledger = ledger
        self._moments = moments
        self._pause = pause
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(AT_ONCE)
        self._held: set[str] | None = None
        history.subscribe(self)

    @property
    def pending(self) -> int:
        """How many studies are still to be read back."""
        return len(self._tasks)

    def intended(self, entry: Entry, change: StudyChange) -> None:  # noqa: ARG002 - as asked
        """Stop reading a study that is about to be written to again."""
        task = self._tasks.pop(change.study_id, None)
        if task is not None:
            task.cancel()

    def ended(self, entry: Entry, change: StudyChange) -> None:  # noqa: ARG002 - as asked
        """Read a study that may have changed, and go on with one that was not written to."""
        study_id = change.study_id
        if change.ending is None or study_id in self._tasks or not change.has_id:
            return
        if change.ending.may_have_changed or study_id in self._ledger.unsure:
            self._begin(study_id)

    def _begin(self, study_id: str) -> None:
        if self._held is not None:
            self._held.add(study_id)
            return
        task = asyncio.create_task(self._follow(study_id), name="read back")
        self._tasks[study_id] = task
        task.add_done_callback(lambda _: self._ended(study_id, task))

    async def hold(self) -> None:
        """Read nothing until :meth:`resume`."""
        self._held = set(self._tasks)
        await self.stop()

    def resume(self) -> None:
        """Read what was still to be read, and what nobody knows whether it was written."""
        held, self._held = self._held or set(), None
        for study_id in sorted(held | self._ledger.unsure):
            if study_id not in self._tasks:
                self._begin(study_id)

    async def stop(self) -> None:
        """Read no more."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def done(self) -> None:
        """Wait until everything has been read back that is to be."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    def _ended(self, study_id: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(study_id) is task:
            del self._tasks[study_id]

    async def _follow(self, study_id: str) -> None:
        passed, study = 0.0, None
        for moment in self._moments:
            await self._pause(moment - passed)
            passed = moment
            study = await self._read(study_id)
        for wait in KEEP_ASKING:
            if study is not None or study_id not in self._ledger.unsure:
                break
            await self._pause(wait)
            study = await self._read(study_id)
        if study is not None:
            self._ledger.conclude(study)

    async def _read(self, study_id: str) -> Study | None:
        """Return the study as it is now; None if nobody can say."""
        client = self._source.client
        if client is None:
            return None
        try:
            async with self._room:
                study = await client.retrieve(study_id)
        except AvaraError as error:
            if error.kind is ErrorKind.NOT_FOUND:
                self._source.forget(study_id)
                self._ledger.gone(study_id)
            return None
        self._source.merge([study])
        self._ledger.look(study)
        return study
