"""Doing the same to many studies: which of them need it, a guarded write each, and its end.

There is no transaction on the server: every study ends by itself, and all of them are one entry
of the history, so that undo takes back all of it.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from avara_tui.api.errors import AvaraError
from avara_tui.study import METADATA_MAX_PAIRS, UNREADABLE, Study
from avara_tui.triage.source import Source
from avara_tui.triage.writing.editing import Editor, Result
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import CANCELLED, Entry
from avara_tui.worklist.merge import METADATA_PREFIX, Draft, told_value, value_of, with_values

AT_ONCE: Final = 4
"""Studies that are written to at the same time; the client slows down where the server asks."""


class Obstacle(Enum):
    """Why a study is left out from the start."""

    ALREADY = auto()
    """It is as wanted."""
    CANCELLED = auto()
    """It is cancelled, and has to be restored first."""
    HELD = auto()
    """Somebody else has it."""
    FULL = auto()
    """It has as many metadata pairs as a study can have."""
    UNREADABLE = auto()
    """What is to be changed could not be read, and nobody has seen what would be overwritten."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done to each study."""

    action: str
    """The id of the action, for the history."""
    values: Mapping[str, str | None] = field(default_factory=dict)
    """The fields and metadata pairs to set, as :func:`with_values` takes them."""
    cancelled: bool | None = None
    """Whether the studies are to be cancelled; None leaves that as it is."""
    is_claim: bool = False
    """Whether what somebody else has is left alone, and each write is looked at once more."""

    def obstacle(self, study: Study) -> Obstacle | None:
        """Return why nothing is to be done to ``study``, or None if something is."""
        if self.cancelled is not None:
            is_so = study.is_cancelled is self.cancelled and "is_cancelled" not in study.unreadable
            return Obstacle.ALREADY if is_so else None
        if any(told_value(study, name) == UNREADABLE for name in self.values):
            return Obstacle.UNREADABLE
        draft = Draft.of(study)
        if all(value_of(draft, name) == value for name, value in self.values.items()):
            return Obstacle.ALREADY
        if "status" in self.values and study.is_cancelled:
            return Obstacle.CANCELLED
        if self.is_claim and study.assignee is not None:
            return Obstacle.HELD
        has_room = len(with_values(draft, self.values).metadata) <= METADATA_MAX_PAIRS
        return None if has_room or not self._adds_pairs else Obstacle.FULL

    @property
    def _adds_pairs(self) -> bool:
        return any(
            name.startswith(METADATA_PREFIX) and value is not None
            for name, value in self.values.items()
        )


class Phase(Enum):
    """How far a study of a run is."""

    WAITING = auto()
    UNDER_WAY = auto()
    ENDED = auto()
    NOT_SENT = auto()
    """The person stopped before its turn came."""


@dataclass(slots=True, eq=False)
class Row:
    """One study of a run."""

    study: Study
    """The study as the person saw it when they said yes."""
    phase: Phase = Phase.WAITING
    result: Result | None = None
    """How the last attempt ended."""

    @property
    def is_good(self) -> bool:
        """Whether the study is as wanted."""
        return self.result is not None and self.result.is_good

    @property
    def is_conflict(self) -> bool:
        """Whether somebody else changed the same thing meanwhile."""
        return self.result is not None and self.result.ending is Ending.CONFLICT

    @property
    def can_be_retried(self) -> bool:
        """Whether trying again makes sense and overwrites nobody."""
        is_over = self.phase in {Phase.ENDED, Phase.NOT_SENT}
        is_gone = self.result is not None and self.result.ending is Ending.GONE
        return is_over and not (self.is_good or self.is_conflict or is_gone)


@dataclass(slots=True)
class BulkRun:
    """A job on its way through many studies."""

    editor: Editor
    source: Source
    job: Job
    rows: Sequence[Row]
    is_running: bool = False
    entry: Entry | None = None
    """What all the writes belong to in the history, once there was one."""
    _is_stopped: bool = field(default=False, init=False)
    _changed: Callable[[Row], None] | None = field(default=None, init=False)

    @classmethod
    def of(cls, editor: Editor, source: Source, job: Job, studies: Iterable[Study]) -> "BulkRun":
        """Return a run over those of ``studies`` that the job has something to do to."""
        wanted = [Row(each) for each in studies if job.obstacle(each) is None]
        return cls(editor, source, job, wanted)

    @property
    def ended(self) -> int:
        """How many studies are through."""
        return sum(row.phase in {Phase.ENDED, Phase.NOT_SENT} for row in self.rows)

    def tell(self, changed: Callable[[Row], None] | None) -> None:
        """Tell ``changed`` of every row that moves on from here on; None tells nobody."""
        self._changed = changed

    def stop(self) -> None:
        """Begin no further study; what is under way comes to its end."""
        self._is_stopped = True

    @property
    def is_stopped(self) -> bool:
        """Whether the person has stopped it."""
        return self._is_stopped

    @property
    def not_done(self) -> Iterator[tuple[str, str]]:
        """The ids of the studies that are not as wanted, each with a field."""
        fields = [CANCELLED] if self.job.cancelled is not None else list(self.job.values)
        for row in self.rows:
            if row.result is None or not (row.is_good or row.result.ending.may_have_changed):
                yield from ((row.study.study_id, field) for field in fields)

    async def run(self) -> None:
        """Do the job to every study that it has not been tried on."""
        await self._go_through([row for row in self.rows if row.phase is Phase.WAITING])

    async def retry(self) -> None:
        """Try again where it failed, was not sent, or is not known."""
        await self._go_through([row for row in self.rows if row.can_be_retried])

    async def overwrite(self) -> None:
        """Do it also where somebody else changed the same thing: the person has seen theirs."""
        conflicts = [row for row in self.rows if row.is_conflict]
        for row in conflicts:
            if row.result is not None and row.result.study is not None:
                row.study = row.result.study
        await self._go_through(conflicts)

    async def _go_through(self, rows: Sequence[Row]) -> None:
        self.entry = self.entry or self.editor.history.begin(self.job.action)
        entry = self.entry
        self._is_stopped, self.is_running = False, True
        for row in rows:
            self._move(row, Phase.WAITING)
        turn = iter(rows)

        async def work() -> None:
            for row in turn:
                if self._is_stopped:
                    self._move(row, Phase.NOT_SENT)
                    continue
                self._move(row, Phase.UNDER_WAY)
                row.result = _beside(row.result, await self._write(row.study, entry))
                self._move(row, Phase.ENDED)

        try:
            await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        finally:
            self.is_running = False

    def _move(self, row: Row, phase: Phase) -> None:
        row.phase = phase
        if self._changed is not None:
            self._changed(row)

    async def _write(self, study: Study, entry: Entry) -> Result:
        if self.job.cancelled is not None:
            write = self.editor.cancel if self.job.cancelled else self.editor.uncancel
            return await write(study.study_id, seen=study, entry=entry)
        base = Draft.of(study)
        mine = with_values(base, self.job.values)
        result = await self.editor.save(study.study_id, base, mine, entry=entry)
        if self.job.is_claim and result.ending is Ending.DONE:
            return await self._looked_at_again(study.study_id, result)
        return result

    async def _looked_at_again(self, study_id: str, result: Result) -> Result:
        """Return how a claim stands after a second look: the server keeps the last one's."""
        client, late = self.source.client, self.editor.late
        try:
            study = None if client is None else await late.read(client, study_id)
        except AvaraError:
            return result
        if study is None or late.is_late(study):
            return result
        self.source.merge([study])
        is_so = Draft.of(study).assigned_to == self.job.values.get("assigned_to")
        return Result(Ending.DONE if is_so else Ending.DIFFERENT, study)


def _beside(before: Result | None, now: Result) -> Result:
    """Return how a study stands after a further attempt.

    One that wrote nothing says nothing of an earlier one that may have.
    """
    is_unsure = before is not None and before.ending is Ending.UNKNOWN
    if is_unsure and now.ending is Ending.FAILED:
        return now._replace(ending=Ending.UNKNOWN)
    return now
