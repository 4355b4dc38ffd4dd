"""How many rows a page is asked for, where a server takes fewer than the contract allows.

A server, an older one or a proxy may refuse ``limit=100``. A refusal does not say what was wrong,
so that only a smaller page which is then answered shows that it was the size.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from avara_tui.api.budget import Budget
from avara_tui.api.calls import Calls, Parse
from avara_tui.api.errors import Outcome
from avara_tui.api.wire import Problem, Request

Value = TypeVar("Value")
PageOf = Callable[[str | None, int | None], Request]
"""Returns the request for a page, from its cursor and its size; None leaves that to the server."""

SMALLER: Final = (50, 25, 20)
"""The sizes that are tried, in this order, where one was refused."""
UNNAMED: Final = 20
"""The rows of a page for which no limit was named, as documented."""

_REFUSALS: Final = frozenset({400, 422})


class PageSize:
    """The size of the pages of one list. What a server takes is found out once."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._most: int | None = None
        self._is_named = True
        self._answered = 0

    def rows(self, limit: int) -> int:
        """Return how many rows a page has that is asked for with ``limit``, as far as is known."""
        return limit if self._most is None else min(limit, self._most)

    async def read(
        self, page_of: PageOf, parse: Parse[Value], cursor: str | None, limit: int
    ) -> Value:
        """Return the page at ``cursor``, of ``limit`` rows or as many as the server takes.

        Where it refuses a first page, or one larger than any before, smaller ones are tried; if all
        are refused, the error is the first one. Raises :class:`AvaraError`.
        """
        rows, is_named = self.rows(limit), self._is_named
        request = page_of(cursor, rows if is_named else None)

        async def work(budget: Budget) -> Value | Problem:
            result = await self._calls.attempt_read(request, parse, budget)
            if not isinstance(result, Problem):
                self._answered = max(self._answered, rows)
            elif (
                is_named and _may_be_the_size(result) and (cursor is None or rows > self._answered)
            ):
                page = await self._smaller(partial(page_of, cursor), parse, rows, budget)
                return result if page is None else page
            return result

        return await self._calls.run(request, Outcome.NOTHING, work)

    async def _smaller(
        self,
        page_of: Callable[[int | None], Request],
        parse: Parse[Value],
        refused: int,
        budget: Budget,
    ) -> Value | None:
        """Return a page of fewer than ``refused`` rows; None if there is none to be had.

        Last a page is asked for without any size, which brings more where few were wanted.
        """
        # Another walk may have found out meanwhile that no size is taken.
        sizes = [each for each in SMALLER if each < refused] if self._is_named else []
        for rows in (*sizes, None):
            page = await self._calls.attempt_read(page_of(rows), parse, budget)
            if not isinstance(page, Problem):
                self._most, self._is_named = rows or UNNAMED, rows is not None
                self._answered = max(self._answered, self._most)
                return page
            if not _may_be_the_size(page):
                break
        return None


def _may_be_the_size(problem: Problem) -> bool:
    return problem.status in _REFUSALS
