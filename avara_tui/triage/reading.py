"""Reading, once, everything that a filter can match, and knowing whether it was everything."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.study import INCOMPLETE, STAT, Study
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.census import Census
from avara_tui.triage.sure_reading import Outcome, read_surely
from avara_tui.worklist.query import Query
from avara_tui.worklist.studies import StudySet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from avara_tui.api.client import AvaraClient
    from avara_tui.api.pages import StudyPage

MOST_AT_ONCE: Final = 4
"""Requests under way side by side."""
_ONLY_OPEN: Final = frozenset({"open", "overdue"})


@dataclass(slots=True)
class Reading:
    """What was read, and what may be missing from it."""

    studies: StudySet = field(default_factory=StudySet)
    problems: list[AvaraError] = field(default_factory=list)
    """What stopped a walk before its end."""
    unreadable: int = 0
    """Studies that the server sent and that could not be understood."""
    missing: int = 0
    """Studies that may be missing at most, because the server's list loses some."""
    is_cut_off: bool = False
    """Whether the limit was reached before the end."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing can be missing."""
        sent_less = self.unreadable or self.missing
        return not self.problems and not sent_less and not self.is_cut_off


async def read_matching(
    client: "AvaraClient",
    query: Query,
    me: str | None,
    *,
    limit: int,
    studies: StudySet | None = None,
) -> Reading:
    """Return every study that ``query`` can match, and others; ``me`` is the person at the keys.

    They are put into ``studies``, where that is given. Where more than ``limit`` studies come, the
    rest is left out, but for open STAT ones. What the server does is never raised: it is in the
    answer.
    """
    reading = Reading(StudySet() if studies is None else studies)
    slots = asyncio.Semaphore(MOST_AT_ONCE)
    named = query.named
    if named is not None:
        field_name, values = named
        looks = [_look(client, field_name, value, reading, slots) for value in values]
        await asyncio.gather(*looks)
        return reading
    walks = [_walk(client, each, reading, slots, limit) for each in requests_for(query, me)]
    await asyncio.gather(*walks)
    return reading


def requests_for(query: Query, me: str | None) -> tuple[StudyFilter, ...]:
    """Return what to ask the server for so that the answers hold what ``query`` can match.

    Where only open studies match, only incomplete ones are asked for: an archive is many times
    larger than the work at hand.
    """
    requests = query.server_filters(me)
    if not any(
        term.field == "is" and not term.negated and _ONLY_OPEN.issuperset(term.values)
        for term in query.terms
    ):
        return requests
    return tuple(dict.fromkeys(_incomplete(each) for each in requests if _may_be_open(each)))


def _may_be_open(request: StudyFilter) -> bool:
    return request.status in {None, INCOMPLETE} and not request.is_cancelled


def _incomplete(request: StudyFilter) -> StudyFilter:
    return request._replace(status=INCOMPLETE)


async def _look(
    client: "AvaraClient", field_name: str, value: str, reading: Reading, slots: asyncio.Semaphore
) -> None:
    read = client.retrieve_by_uid if field_name == "uid" else client.retrieve
    async with slots:
        try:
            reading.studies.merge([await read(value)])
        except AvaraError as error:
            if error.kind is not ErrorKind.NOT_FOUND:
                reading.problems.append(error)


async def _walk(
    client: "AvaraClient",
    request: StudyFilter,
    reading: Reading,
    slots: asyncio.Semaphore,
    limit: int,
) -> None:
    async with slots:
        try:
            outcome = await _read(client, request, reading, limit)
            if outcome.is_cut_off and request.severity is None and not request.is_cancelled:
                await _read(client, request._replace(severity=STAT), reading)
        except AvaraError as error:
            reading.problems.append(error)


async def _read(
    client: "AvaraClient", request: StudyFilter, reading: Reading, limit: int | None = None
) -> Outcome:
    """Read all that fits ``request``, but no more than ``limit`` studies if they are so many."""
    census = Census(request)

    def take(page: "StudyPage", _new: "Sequence[Study]") -> bool:
        reading.studies.merge(page.studies)
        is_full = limit is not None and len(reading.studies) >= limit
        return not (is_full and page.cursor is not None and not census.walks)

    async def look_up(study_id: str) -> Study | None:
        try:
            study = await client.retrieve(study_id)
        except AvaraError as error:
            if error.kind is not ErrorKind.NOT_FOUND:
                raise
            reading.studies.discard(study_id)
            return None
        reading.studies.merge([study])
        return study

    def walk(first: int) -> "AsyncIterator[StudyPage]":
        return client.walk_studies(request, first=first)

    try:
        outcome = await read_surely(census, walk, look_up, take)
    except AvaraError:
        reading.unreadable += census.unreadable
        raise
    reading.unreadable += outcome.unreadable
    reading.missing += outcome.missing
    reading.is_cut_off = reading.is_cut_off or outcome.is_cut_off
    return outcome
