"""One walk over a list of studies: in turn with others, ahead of itself, patient if asked to."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, nullcontext
from typing import NamedTuple

from avara_tui.api import routes
from avara_tui.api.errors import AvaraError
from avara_tui.api.flow import Flow
from avara_tui.api.lead import FIRST_OF_ALL
from avara_tui.api.page_size import PageSize
from avara_tui.api.pages import StudyPage
from avara_tui.api.paging import Fetched, Memory, Seen, insist, walk
from avara_tui.api.parse import Listing
from avara_tui.api.prefetch import Prefetch
from avara_tui.clock import Clock
from avara_tui.study import Study


class WalkOptions(NamedTuple):
    """How a list is to be walked, as :meth:`avara_tui.api.client.AvaraClient.walk_studies` says."""

    limit: int
    urgency: int | None
    ahead: int
    pages: int | None
    first: int | None
    known: Callable[[str], Study | None]
    memory: Memory[Study] | None
    goes_on: Callable[[AvaraError], Awaitable[bool]] | None


class WalkSource(NamedTuple):
    """What a walk needs of the client."""

    ask: Callable[[str | None, int], Awaitable[Listing[Study]]]
    """Returns the page at a cursor, of so many rows at most."""
    size: PageSize
    """How many rows the server gives at most."""
    flow: Flow
    is_slowed: Callable[[], bool]
    """Whether the server has wanted fewer requests."""
    page: Callable[[Listing[Study]], StudyPage]
    """Returns what of a page fits the filter."""


async def walk_pages(
    options: WalkOptions, source: WalkSource, clock: Clock
) -> AsyncGenerator[StudyPage, None]:
    """Yield the pages of a walk."""
    urgency, flow = options.urgency, source.flow
    steps = _Steps(options, source)
    try:
        with nullcontext() if urgency is None else flow.walk(urgency):
            async with aclosing(walk(steps.fetch, routes.LIST_STUDIES)) as found:
                async for page in found:
                    began = clock.monotonic()
                    yield page
                    flow.note_taking_in(clock.monotonic() - began)
    finally:
        await steps.prefetch.aclose()


class _Asking:
    """Asks for pages, each of its size and in its turn."""

    def __init__(self, options: WalkOptions, source: WalkSource) -> None:
        self._options = options
        self._source = source

    def first_rows(self) -> int:
        """Return the size of the first page: it stays apart where all pages are smaller."""
        first, limit = self._options.first, self._options.limit
        rows = self._source.size.rows(limit)
        return rows if first is None else max(first * rows // limit, 1)

    async def ask(self, cursor: str | None) -> Listing[Study]:
        """Return the page at ``cursor``."""
        return await insist(lambda: self._ask_once(cursor), self._options.goes_on)

    async def _ask_once(self, cursor: str | None) -> Listing[Study]:
        size = self.first_rows() if cursor is None else self._options.limit
        if self._options.urgency is None:
            return await self._source.ask(cursor, size)
        async with self._source.flow.turn(self._options.urgency):
            return await self._source.ask(cursor, size)


class _Steps:
    """Fetches page after page, and takes out what came before.

    Nothing that it holds holds it: what a long walk remembers goes with it at once, and not only
    when the garbage collector has its turn, which while studies load is seldom.
    """

    def __init__(self, options: WalkOptions, source: WalkSource) -> None:
        self._known = options.known
        self._page = source.page
        self._leads = options.urgency == FIRST_OF_ALL and not options.ahead
        self._seen: Memory[Study] = options.memory or Seen(lambda study: study.study_id)
        asking = _Asking(options, source)
        self.prefetch = Prefetch(
            asking.ask,
            first=asking.first_rows,
            step=lambda: source.size.rows(options.limit),
            most=options.ahead,
            pages=options.pages,
            may=lambda: not source.is_slowed(),
        )

    async def fetch(self, cursor: str | None) -> Fetched[StudyPage, Study]:
        """Return the page at ``cursor``, without the studies that have come before as they are."""
        listing = await self.prefetch.fetch(cursor)
        if self._leads:
            # Still one behind the other; but none waits until the one before is taken in.
            self.prefetch.follow(listing.next_cursor)
        if cursor is None:
            self._seen.start()
        held = ((self._known(study.study_id), study) for study in listing.rows)
        fresh = self._seen.add([one if one == study else study for one, study in held])
        page = self._page(listing.of(fresh.nouns, listing.unreadable))
        page = page._replace(served=fresh.served, repeats=fresh.repeats, is_first=cursor is None)
        return Fetched(page, listing, bool(fresh.nouns))
