"""Claiming a study, and taking the next one: the API has no lock, so a claim is checked."""

import asyncio
from collections.abc import Callable, Iterable
from enum import Enum, auto
from typing import Final, NamedTuple

from avara_tui.api.errors import AvaraError
from avara_tui.study import Study, UserRef
from avara_tui.triage.source import Source
from avara_tui.triage.writing.editing import Editor, Result
from avara_tui.triage.writing.ending import Ending, ending_of
from avara_tui.worklist.clocks import is_open
from avara_tui.worklist.merge import assignment

SETTLING: Final = 0.5
"""Seconds after a write in which a claim that was under way at the same time arrives."""
MOST_TRIES: Final = 20
"""Studies that are tried to be claimed before giving up on a worklist that others empty."""


class ClaimStanding(Enum):
    """How a claim ended."""

    YOURS = auto()
    """The study is assigned to the person, as read after the write."""
    YOURS_ALREADY = auto()
    """It was assigned to the person before; nothing was written."""
    HELD = auto()
    """Somebody else has it; nothing was written."""
    TAKEN = auto()
    """Somebody else claimed it at the same time, and the server kept their claim."""
    CLOSED = auto()
    """It is complete or cancelled by now; nothing was written."""
    FAILED = auto()
    """Something else went wrong: the result says what."""


class Claim(NamedTuple):
    """The end of an attempt to claim a study."""

    standing: ClaimStanding
    study_id: str
    result: Result
    is_verified: bool = False
    """Whether the study was read again after the write."""

    @property
    def holder(self) -> UserRef | None:
        """Who has the study, as far as it was read."""
        return None if self.result.study is None else self.result.study.assignee

    @property
    def is_mine(self) -> bool:
        """Whether the study is the person's."""
        return self.standing in {ClaimStanding.YOURS, ClaimStanding.YOURS_ALREADY}


class Claimer:
    """Claims studies for the person at the keys, and believes it only after a second look."""

    def __init__(self, source: Source, editor: Editor, *, settling: float = 0.0) -> None:
        """``settling`` is how many seconds a claim waits before the second look.

        Who watches the study afterwards needs none; for who does not, it is the only look.
        """
        self._source = source
        self._editor = editor
        self._settling = settling

    async def claim(
        self,
        study_id: str,
        me: str,
        *,
        holder: str | None = None,
        action: str = "claim",
        only_open: bool = False,
    ) -> Claim:
        """Assign a study to ``me``, if nobody has it or ``holder`` still does.

        With ``only_open``, a study that is complete or cancelled by now is left alone.
        """
        base, mine = assignment(holder, me)
        result = await self._editor.save(
            study_id,
            base,
            mine,
            entry=self._editor.history.begin(action),
            only_if=is_open if only_open else None,
        )
        match result.ending:
            case Ending.DONE:
                return await self._verified(study_id, me, result)
            case Ending.NOTHING_TO_DO:
                return Claim(ClaimStanding.YOURS_ALREADY, study_id, result, is_verified=True)
            case Ending.CONFLICT if only_open and result.study and not is_open(result.study):
                return Claim(ClaimStanding.CLOSED, study_id, result)
            case Ending.CONFLICT if result.study is not None and result.study.assignee:
                return Claim(ClaimStanding.HELD, study_id, result)
            case _:
                return Claim(ClaimStanding.FAILED, study_id, result)

    async def next(
        self,
        candidates: Callable[[], Iterable[Study]],
        me: str,
        trying: Callable[[Study], object] = lambda _: None,
    ) -> Claim | None:
        """Claim the first of ``candidates`` that is to be had; None if none is.

        They are asked for anew after each that somebody else was quicker with. ``trying`` is told
        of each before anything is written to it. One that is ``me``'s is looked at again, and
        nothing is written to it.
        """
        tried: set[str] = set()
        while len(tried) < MOST_TRIES:
            study = next((each for each in candidates() if each.study_id not in tried), None)
            if study is None:
                return None
            tried.add(study.study_id)
            trying(study)
            claim = await self._next(study, me)
            is_gone = claim.result.ending is Ending.GONE
            if claim.is_mine or (claim.standing is ClaimStanding.FAILED and not is_gone):
                return claim
        return None

    async def _next(self, study: Study, me: str) -> Claim:
        study_id = study.study_id
        if study.assignee is not None and study.assignee.user_id == me:
            found = await self._looked_at(study_id)
            if found.study is None:
                return Claim(ClaimStanding.FAILED, study_id, found)
            if not is_open(found.study):
                return Claim(ClaimStanding.CLOSED, study_id, found)
            if found.study.assignee is not None:
                is_mine = found.study.assignee.user_id == me
                standing = ClaimStanding.YOURS_ALREADY if is_mine else ClaimStanding.HELD
                return Claim(standing, study_id, found, is_verified=True)
        return await self.claim(study_id, me, action="next", only_open=True)

    async def _looked_at(self, study_id: str) -> Result:
        """Read a study as it is now; nothing is written."""
        client = self._source.client
        if client is None:
            return Result(Ending.FAILED)
        try:
            study = await self._editor.late.read(client, study_id)
        except AvaraError as error:
            ending = ending_of(error)
            if ending is Ending.GONE:
                self._source.forget(study_id)
            return Result(ending, error=error)
        self._source.merge([study])
        return Result(Ending.NOTHING_TO_DO, study)

    async def _verified(self, study_id: str, me: str, result: Result) -> Claim:
        """Read the study again: of two who claim at once, the server keeps the last one's."""
        client, late = self._source.client, self._editor.late
        if self._settling:
            await asyncio.sleep(self._settling)
        try:
            study = None if client is None else await late.read(client, study_id)
        except AvaraError:
            study = None
        if study is None or late.is_late(study):
            return Claim(ClaimStanding.YOURS, study_id, result)
        self._source.merge([study])
        is_mine = study.assignee is not None and study.assignee.user_id == me
        return Claim(
            ClaimStanding.YOURS if is_mine else ClaimStanding.TAKEN,
            study_id,
            Result(Ending.DONE, study),
            is_verified=True,
        )
