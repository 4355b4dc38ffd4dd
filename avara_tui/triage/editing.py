"""Writing to one study, guarded: read afresh, merge, write, and compare the answer."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.study import Study
from avara_tui.worklist.merge import Draft, FieldConflict, merge

if TYPE_CHECKING:
    from avara_tui.triage.session import TriageSession


class Ending(Enum):
    """How an attempt to write ended."""

    DONE = auto()
    NOTHING_TO_DO = auto()
    """The study already was as wanted."""
    CONFLICT = auto()
    """Somebody changed the same field to something else; nothing was written."""
    GONE = auto()
    """The server does not know the study any more; nothing was written."""
    FAILED = auto()
    """Nothing was written."""
    UNKNOWN = auto()
    """The server may or may not have taken the change."""
    DIFFERENT = auto()
    """The server accepted the change and answered with something else."""


@dataclass(frozen=True, slots=True)
class Result:
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


_ENDINGS: Final = {
    Outcome.APPLIED: Ending.DONE,
    Outcome.CONFLICT: Ending.CONFLICT,
    Outcome.UNKNOWN: Ending.UNKNOWN,
}


class Editor:
    """Writes to studies of a session, one study and one intention a call."""

    def __init__(self, session: "TriageSession") -> None:
        self._session = session

    async def save(self, study_id: str, base: Draft, mine: Draft) -> Result:
        """Bring the fields that differ between ``base`` and ``mine`` to the server.

        The study is read first. A field that somebody else changed meanwhile to something else
        is a conflict, and nothing is written. Never raises for what the server does.
        """
        client = self._session.client
        if client is None:
            return Result(Ending.FAILED)
        try:
            theirs = await client.retrieve(study_id)
            self._session.merge([theirs])
            merged = merge(base, mine, Draft.of(theirs))
            if merged.conflicts:
                return Result(Ending.CONFLICT, theirs, merged.conflicts)
            if merged.is_empty:
                return Result(Ending.NOTHING_TO_DO, theirs)
            study = await client.update(study_id, merged.changes, base=theirs)
        except AvaraError as error:
            return self._failed(study_id, error)
        self._session.merge([study])
        wanted = merged.result == Draft.of(study)
        return Result(Ending.DONE if wanted else Ending.DIFFERENT, study)

    async def cancel(self, study_id: str) -> Result:
        """Cancel a study."""
        return await self._set_cancelled(study_id, wanted=True)

    async def uncancel(self, study_id: str) -> Result:
        """Restore a cancelled study."""
        return await self._set_cancelled(study_id, wanted=False)

    async def _set_cancelled(self, study_id: str, *, wanted: bool) -> Result:
        client = self._session.client
        if client is None:
            return Result(Ending.FAILED)
        try:
            study = await client.retrieve(study_id)
            self._session.merge([study])
            if study.is_cancelled is wanted:
                return Result(Ending.NOTHING_TO_DO, study)
            study = await (client.cancel if wanted else client.uncancel)(study_id)
        except AvaraError as error:
            return self._failed(study_id, error)
        self._session.merge([study])
        return Result(Ending.DONE if study.is_cancelled is wanted else Ending.DIFFERENT, study)

    def _failed(self, study_id: str, error: AvaraError) -> Result:
        if error.kind is ErrorKind.NOT_FOUND:
            self._session.forget(study_id)
            return Result(Ending.GONE, error=error)
        return Result(_ENDINGS.get(error.outcome, Ending.FAILED), error=error)
