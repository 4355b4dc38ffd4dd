"""Reading, once, everything that a filter can match, and knowing whether it was everything."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.study import STAT, Study
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.reading.census import Census
from avara_tui.triage.reading.patient import Patience, patient_walk
from avara_tui.triage.reading.plan import plan_for
from avara_tui.triage.reading.sure_reading import Outcome, read_surely
from avara_tui.triage.reading.walks import AHEAD
from avara_tui.worklist.clocks import Thresholds
from avara_tui.worklist.query import Query, QueryContext
from avara_tui.worklist.studies import StudySet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from avara_tui.api.client import AvaraClient
    from avara_tui.api.pages import StudyPage

MOST_AT_ONCE: Final = 4
"""Requests under way side by side."""
WORTH_GOING_ON: Final = frozenset({ErrorKind.UNREADABLE, ErrorKind.INVALID, ErrorKind.NOT_FOUND})
"""Errors after which another list may well be read: the server is there, and takes the key."""


@dataclass(slots=True)
class Completeness:
    """What may be missing from what was read."""

    problems: list[AvaraError] = field(default_factory=list)
    """What stopped a walk before its end."""
    unreadable: int = 0
    """Studies that the server sent and that could not be understood."""
    missing: int = 0
    """Studies that may be missing at most, because the server's list loses some."""
    has_every_stat: bool = False
    """Whether none of them is STAT: the STAT ones have been read by themselves."""
    is_cut_off: bool = False
    """Whether the limit was reached before the end."""
    has_begun: bool = False
    """Whether anything was answered at all."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing can be missing."""
        sent_less = self.unreadable or self.missing
        return not self.problems and not sent_less and not self.is_cut_off

    @property
    def may_go_on(self) -> bool:
        """Whether what stopped a walk does not stop all others too."""
        return all(each.kind in WORTH_GOING_ON for each in self.problems)


@dataclass(slots=True)
class Reading(Completeness):
    """What was read, and what may be missing from it."""

    studies: StudySet = field(default_factory=StudySet)


async def read_matching(
    client: "AvaraClient",
    query: Query,
    me: str | None,
    *,
    limit: int | None,
    patience: Patience,
    studies: StudySet | None = None,
) -> Reading:
    """Return every study that ``query`` can match, and others; ``me`` is the person at the keys.

    They are put into ``studies``, where that is given. Where more than ``limit`` studies come, the
    rest is left out, but for open STAT ones. What the server does is never raised: it is in the
    answer.
    """
    reading = Reading(studies=StudySet() if studies is None else studies)
    await _Reader(client, query, me, reading, limit=limit, patience=patience).read()
    return reading


def worth_holding(query: Query, me: str | None) -> Callable[[Study], bool]:
    """Return whether a study can match ``query`` as it is, at whatever time."""
    return query.without_time().matcher(QueryContext(me=me, now=0.0, thresholds=Thresholds()))


class _Reader:
    """Reads what one query can match."""

    def __init__(
        self,
        client: "AvaraClient",
        query: Query,
        me: str | None,
        reading: Reading,
        *,
        limit: int | None,
        patience: Patience,
    ) -> None:
        self._client = client
        self._named = query.named
        self._plan = plan_for(query, me)
        self._is_wanted = worth_holding(query, me)
        self._reading = reading
        self._limit = limit
        self._patience = patience
        self._has_lost = False
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)

    async def read(self) -> None:
        if self._named is not None:
            field_name, values = self._named
            await asyncio.gather(*(self._look(field_name, value) for value in values))
            return
        reading = self._reading
        await asyncio.gather(*(self._walk(each) for each in self._plan.first))
        if not reading.may_go_on:
            return
        # The rest lists what the first did too, and what could not be understood among it.
        unreadable, reading.unreadable = reading.unreadable, 0
        await asyncio.gather(*(self._walk(each, is_rest=True) for each in self._plan.rest))
        reading.unreadable = max(unreadable, reading.unreadable)
        if reading.missing and reading.may_go_on:
            await self._make_sure_of_stat()

    async def _look(self, field_name: str, value: str) -> None:
        client = self._client
        read = client.retrieve_by_uid if field_name == "uid" else client.retrieve
        async with self._slots:
            try:
                study = await self._patience.ask(lambda: read(value))
            except AvaraError as error:
                if error.kind is not ErrorKind.NOT_FOUND:
                    self._reading.problems.append(error)
                    return
            else:
                self._reading.studies.merge([study])
            self._reading.has_begun = True

    async def _walk(self, request: StudyFilter, *, is_rest: bool = False) -> None:
        reading = self._reading
        async with self._slots:
            try:
                outcome = await self._read(request, limit=self._limit, is_rest=is_rest)
                if outcome.is_cut_off and request.severity is None and not request.is_cancelled:
                    outcome = await self._read(request._replace(severity=STAT), is_rest=is_rest)
                reading.missing += outcome.missing
            except AvaraError as error:
                reading.problems.append(error)

    async def _make_sure_of_stat(self) -> None:
        """Read the STAT studies of every list by themselves: a short list loses fewer, or none."""
        reading, missing = self._reading, 0
        # Rows that cannot be understood are counted already.
        unreadable = reading.unreadable
        try:
            for request in self._plan.requests:
                if request.severity in {None, STAT}:
                    missing += (await self._read(request._replace(severity=STAT))).missing
        except AvaraError as error:
            reading.problems.append(error)
            return
        finally:
            reading.unreadable = unreadable
        reading.has_every_stat = not missing

    async def _read(
        self, request: StudyFilter, *, limit: int | None = None, is_rest: bool = False
    ) -> Outcome:
        """Read all that fits ``request``, but no more than ``limit`` studies if they are so many.

        The search for the rest is one walk, as long as no list has shown that the server loses any.
        """
        reading, census = self._reading, Census(request)

        def accept(page: "StudyPage", _new: "Sequence[Study]") -> bool:
            reading.has_begun = True
            reading.studies.merge(each for each in page.studies if self._is_held(each))
            is_full = limit is not None and len(reading.studies) > limit
            return not (is_full and page.cursor is not None and not census.walks)

        def walk(first: int) -> "AsyncIterator[StudyPage]":
            # What comes out of turn may miss a study that moves meanwhile; a second walk does not.
            ahead = AHEAD if is_rest and not census.walks else 0
            return patient_walk(
                self._client,
                request,
                self._patience,
                first=first,
                ahead=ahead,
                memory=census,
                lean=is_rest,
            )

        is_once = is_rest and not self._has_lost
        try:
            outcome = await read_surely(census, walk, self._look_up, accept, is_once=is_once)
        except AvaraError:
            reading.unreadable += census.unreadable
            raise
        self._has_lost = self._has_lost or outcome.has_lost
        reading.unreadable += outcome.unreadable
        reading.is_cut_off = reading.is_cut_off or outcome.is_cut_off
        return outcome

    async def _look_up(self, study_id: str) -> Study | None:
        """Return a study that was listed, and is no more, as it is by now; None if it is gone."""
        studies = self._reading.studies
        try:
            study = await self._patience.ask(lambda: self._client.retrieve(study_id))
        except AvaraError as error:
            if error.kind is not ErrorKind.NOT_FOUND:
                raise
            studies.discard(study_id)
            return None
        studies.merge([study] if self._is_held(study) else [])
        return study

    def _is_held(self, study: Study) -> bool:
        """Whether a study can match, or is held from when it could: then it has changed."""
        return self._is_wanted(study) or study.study_id in self._reading.studies
