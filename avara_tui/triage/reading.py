"""Reading, once, everything that a filter can match, and knowing whether it was everything."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.study import STAT, Study
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.patient import Patience, patient_walk
from avara_tui.triage.plan import plan_for
from avara_tui.triage.walks import AHEAD
from avara_tui.worklist.clocks import Thresholds
from avara_tui.worklist.query import Query, QueryContext
from avara_tui.worklist.studies import StudySet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from avara_tui.api.client import AvaraClient
    from avara_tui.api.pages import StudyPage

MOST_AT_ONCE: Final = 4
"""Requests under way side by side."""
LOOK_UPS: Final = 25
"""Studies that one walk listed and the next did not, and that are looked up one by one."""
WORTH_GOING_ON: Final = frozenset({ErrorKind.UNREADABLE, ErrorKind.INVALID, ErrorKind.NOT_FOUND})
"""Errors after which another list may well be read: the server is there, and takes the key."""


@dataclass(slots=True)
class Completeness:
    """What may be missing from what was read."""

    problems: list[AvaraError] = field(default_factory=list)
    """What stopped a walk before its end."""
    unreadable: int = 0
    """Studies that the server sent and that could not be understood."""
    is_cut_off: bool = False
    """Whether the limit was reached before the end."""
    has_begun: bool = False
    """Whether anything was answered at all."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing can be missing."""
        return not self.problems and not self.unreadable and not self.is_cut_off

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
                await self._walk_twice(request, is_rest=is_rest)
                if reading.is_cut_off and request.severity is None and not request.is_cancelled:
                    await self._walk_once(request._replace(severity=STAT), lean=is_rest)
            except AvaraError as error:
                reading.problems.append(error)

    async def _walk_twice(self, request: StudyFilter, *, is_rest: bool) -> None:
        """Read all that fits ``request``; twice where it takes several pages.

        A list that changes while it is read page by page loses rows from one page to the next. What
        the first walk listed and the second did not is looked up.
        """
        reading = self._reading
        # What comes out of turn may miss a study that moves meanwhile; the second walk does not.
        ahead = AHEAD if is_rest else 0
        pages = await self._walk_once(request, limit=self._limit, lean=is_rest, ahead=ahead)
        if len(pages) <= 1 or reading.is_cut_off:
            return
        again = await self._walk_once(request, lean=is_rest)
        reading.unreadable -= min(_unreadable(pages), _unreadable(again))
        unlisted = _ids(pages) - _ids(again)
        for study_id in sorted(unlisted)[:LOOK_UPS]:
            await self._look_up(study_id)

    async def _look_up(self, study_id: str) -> None:
        """Read a study that was listed, and is no more: moved on, or gone?"""
        studies = self._reading.studies
        try:
            studies.merge([await self._patience.ask(lambda: self._client.retrieve(study_id))])
        except AvaraError as error:
            if error.kind is not ErrorKind.NOT_FOUND:
                raise
            studies.discard(study_id)

    async def _walk_once(
        self,
        request: StudyFilter,
        *,
        limit: int | None = None,
        lean: bool = False,
        ahead: int = 0,
    ) -> "list[StudyPage]":
        """Return the pages of a walk, with the studies that are held of each."""
        reading, pages = self._reading, []
        found = patient_walk(self._client, request, self._patience, ahead=ahead, lean=lean)
        async with aclosing(found) as walk:
            async for page in walk:
                held = [each for each in page.studies if self._is_held(each)]
                pages.append(page._replace(studies=held))
                reading.has_begun = True
                reading.unreadable += page.unreadable
                reading.studies.merge(held)
                if limit is not None and page.cursor and len(reading.studies) > limit:
                    reading.is_cut_off = True
                    break
        return pages

    def _is_held(self, study: Study) -> bool:
        """Whether a study can match, or is held from when it could: then it has changed."""
        return self._is_wanted(study) or study.study_id in self._reading.studies


def _unreadable(pages: "Sequence[StudyPage]") -> int:
    return sum(page.unreadable for page in pages)


def _ids(pages: "Iterable[StudyPage]") -> set[str]:
    return {study.study_id for page in pages for study in page.studies}
