"""A client that can list studies and nothing else: for a server that is only looked at."""

from functools import partial

from avara_tui.api import routes
from avara_tui.api.calls import Calls
from avara_tui.api.gate import Gate
from avara_tui.api.page_size import PageSize
from avara_tui.api.pages import StudyPage
from avara_tui.api.parse import Parser
from avara_tui.api.request_base import RequestBase
from avara_tui.api.selection import select
from avara_tui.api.transport import Transport
from avara_tui.clock import Clock, SystemClock
from avara_tui.study_requests import StudyFilter


class StudyLister:
    """The first page of a list, from one server with one key, within ``deadline`` seconds.

    It has connections and patience of its own: what goes wrong on it holds up no other client. No
    part of it can write. Calls end as those of :class:`avara_tui.api.client.AvaraClient` do.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        deadline: float = 10.0,
        ca_file: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Prepare for calls; nothing is sent yet. Raises AvaraError of kind SETUP."""
        clock = clock or SystemClock()
        base = RequestBase(base_url, api_key, ca_file)
        self._endpoint = base.endpoint
        self._transport = Transport(base, clock)
        self._parser = Parser()
        self._pages = PageSize(Calls(self._transport, Gate(clock), deadline, clock))

    def __repr__(self) -> str:
        return f"<StudyLister {self._endpoint.origin}{self._endpoint.prefix}>"

    async def aclose(self) -> None:
        """Close the connections once the calls on them have ended."""
        await self._transport.aclose()

    async def first_page(self, query: StudyFilter, limit: int = routes.LARGEST_PAGE) -> StudyPage:
        """Return the first page, of at most ``limit`` (1 to 100) studies that fit ``query``."""
        request = partial(routes.list_studies, query)
        listing = await self._pages.read(request, self._parser.studies, None, limit)
        studies, ignored = select(listing.rows, query)
        return StudyPage(
            studies, listing.next_cursor, listing.unreadable, ignored, listing.is_cut_off
        )
