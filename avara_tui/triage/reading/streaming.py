"""Handing out everything that a filter matches as it comes, however much there is.

Nothing is held but what tells that a study was handed out: a list of any length fits into memory.
So the studies come in the server's order, and each as it was when it was read first.
"""

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from typing import TYPE_CHECKING

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.api.traces import Trace, trace_of
from avara_tui.study import Study
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.reading.census import Census
from avara_tui.triage.reading.certainty import MOST_WALKS, SURE
from avara_tui.triage.reading.once import Completeness
from avara_tui.triage.reading.patient import Patience, patient_walk
from avara_tui.triage.reading.plan import Plan, plan_for
from avara_tui.triage.reading.sure_reading import end_walk
from avara_tui.triage.reading.walks import AHEAD
from avara_tui.worklist.query import Query, QueryContext

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient


class Stream:
    """The studies that one query matches, for one reader."""

    def __init__(
        self,
        client: "AvaraClient",
        query: Query,
        context: Callable[[], QueryContext],
        patience: Patience,
    ) -> None:
        """``context`` is asked at every page what the query needs to know by then."""
        self._client = client
        self._query = query
        self._context = context
        self._patience = patience
        self._told: set[Trace] = set()
        self._unsure = query.unsure()
        self.unsure: set[Trace] = set()
        """Those that may match besides, because nobody knows how long they have waited."""
        self.completeness = Completeness()
        """What may be missing from what was handed out; it is known at the end."""

    async def batches(self) -> AsyncGenerator[list[Study], None]:
        """Yield the studies that match, each once, a page's at a time. Nothing is raised."""
        plan = plan_for(self._query, self._context().me)
        async with aclosing(self._walked(plan)) as pages:
            async for page in pages:
                if batch := self._untold(page):
                    yield batch

    def _untold(self, studies: Iterable[Study]) -> list[Study]:
        """Return those of ``studies`` that match and were not handed out before."""
        context = self._context()
        matches = self._query.matcher(context)
        may_match = None if self._unsure is None else self._unsure.matcher(context)
        batch = []
        for study in studies:
            trace = trace_of(study.study_id)
            if trace in self._told:
                continue
            if matches(study):
                self._told.add(trace)
                batch.append(study)
            elif may_match is not None and may_match(study):
                self.unsure.add(trace)
        return batch

    async def _walked(self, plan: Plan) -> AsyncGenerator[list[Study], None]:
        """Yield what the pages of every request bring that is new, until nothing can be missing.

        A study that is cancelled or restored meanwhile moves from one list to another; the second
        walks come after all first ones, so that it is not passed over by both.
        """
        readings = [_ListReading(each) for each in plan.requests]
        for reading in readings:
            async for studies in self._walk(plan, readings, reading, AHEAD):
                yield studies
        for reading in readings:
            while not reading.is_over and self.completeness.may_go_on:
                async for studies in self._walk(plan, readings, reading, 0):
                    yield studies
        self.completeness.missing = sum(each.verdict.missing for each in readings)

    async def _walk(
        self, plan: Plan, readings: "list[_ListReading]", reading: "_ListReading", ahead: int
    ) -> AsyncGenerator[list[Study], None]:
        if not self.completeness.may_go_on:
            return
        census = reading.census
        found = patient_walk(
            self._client,
            reading.request,
            self._patience,
            first=census.first_page,
            ahead=ahead,
            memory=census,
            lean=True,
        )
        try:
            async with aclosing(found) as pages:
                async for page in pages:
                    self.completeness.has_begun = True
                    new = census.page(page)
                    reading.unreadable = max(reading.unreadable, census.unreadable)
                    self.completeness.unreadable = _unreadable(plan, readings)
                    yield new
            reading.verdict = await end_walk(census, self._look_up)
            reading.is_over = reading.verdict.is_sure or census.walks >= MOST_WALKS
        except AvaraError as error:
            self.completeness.problems.append(error)
            reading.is_over = True

    async def _look_up(self, study_id: str) -> Study | None:
        try:
            return await self._patience.ask(lambda: self._client.retrieve(study_id))
        except AvaraError as error:
            if error.kind is not ErrorKind.NOT_FOUND:
                raise
            return None


class _ListReading:
    """How far the reading of one list has come."""

    def __init__(self, request: StudyFilter) -> None:
        self.request = request
        self.census = Census(request)
        self.verdict = SURE
        self.unreadable = 0
        self.is_over = False


def _unreadable(plan: Plan, readings: Iterable[_ListReading]) -> int:
    """Return how many studies could not be understood; the rest lists those of the first too."""
    counted = {each.request: each.unreadable for each in readings}
    first, rest = (sum(counted[each] for each in part) for part in (plan.first, plan.rest))
    return max(first, rest)
