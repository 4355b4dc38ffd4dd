"""Handing out everything that a filter matches as it comes, however much there is.

Nothing is held but what tells that a study was handed out: a list of any length fits into memory.
So the studies come in the server's order, and each as it was when it was read first.
"""

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING

from avara_tui.api.errors import AvaraError
from avara_tui.api.traces import Trace, trace_of
from avara_tui.study import Study
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.patient import Patience, patient_walk
from avara_tui.triage.plan import Plan, plan_for
from avara_tui.triage.reading import Completeness
from avara_tui.triage.walks import AHEAD
from avara_tui.worklist.query import Query, QueryContext

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient
    from avara_tui.api.pages import StudyPage


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
        matches = self._query.matcher(self._context())
        batch = []
        for study in studies:
            trace = trace_of(study.study_id)
            if trace not in self._told and matches(study):
                self._told.add(trace)
                batch.append(study)
        return batch

    async def _walked(self, plan: Plan) -> AsyncGenerator[list[Study], None]:
        """Yield the pages of every request, and then once more those of which there were several.

        A list that changes while it is read page by page loses rows from one page to the next, and
        a study that is cancelled or restored meanwhile moves from one list to another.
        """
        unreadable = dict.fromkeys(plan.requests, 0)
        again: list[StudyFilter] = []
        for requests, ahead in ((plan.requests, AHEAD), (again, 0)):
            for request in requests:
                if not self.completeness.may_go_on:
                    return
                number = bad = 0
                async with aclosing(self._walk(request, ahead)) as pages:
                    async for page in pages:
                        number, bad = number + 1, bad + page.unreadable
                        unreadable[request] = max(unreadable[request], bad)
                        self.completeness.unreadable = _unreadable(plan, unreadable)
                        yield page.studies
                if number > 1 and requests is not again:
                    again.append(request)

    async def _walk(self, request: StudyFilter, ahead: int) -> AsyncGenerator["StudyPage", None]:
        found = patient_walk(self._client, request, self._patience, ahead=ahead, lean=True)
        try:
            async with aclosing(found) as pages:
                async for page in pages:
                    self.completeness.has_begun = True
                    yield page
        except AvaraError as error:
            self.completeness.problems.append(error)


def _unreadable(plan: Plan, counted: Mapping[StudyFilter, int]) -> int:
    """Return how many studies could not be understood; the rest lists those of the first too."""
    first, rest = (sum(counted[each] for each in part) for part in (plan.first, plan.rest))
    return max(first, rest)
