"""The Avara Viewer API as typed calls that end in time, with a value or an honest error."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from functools import partial
from types import TracebackType
from typing import Self

from avara_tui.api import routes
from avara_tui.api.calls import Calls
from avara_tui.api.checks import (
    require_identifier,
    require_sendable_changes,
    require_sendable_study,
)
from avara_tui.api.early import EarlyAnswer
from avara_tui.api.endpoint import why_not_open
from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.api.flow import Flow
from avara_tui.api.gate import Gate
from avara_tui.api.page_size import PageSize
from avara_tui.api.pages import CustomerPage, StudyPage, UserPage
from avara_tui.api.paging import Fetched, Memory, Seen, walk
from avara_tui.api.parse import Listing, Parser, viewer_link
from avara_tui.api.request_base import RequestBase
from avara_tui.api.selection import select
from avara_tui.api.study_walk import WalkOptions, WalkSource, walk_pages
from avara_tui.api.transport import Transport
from avara_tui.api.wire import Effect, Problem
from avara_tui.api.writes import Revise, Writes
from avara_tui.clock import Clock, SystemClock
from avara_tui.study import Customer, Study, User
from avara_tui.study_requests import NewStudy, StudyChanges, StudyFilter

_EVERYTHING = StudyFilter()


class AvaraClient:
    """The API of one server, spoken with one key.

    Every call ends within ``deadline`` seconds, either with a value or with an
    :class:`~avara_tui.api.errors.AvaraError`; no other exception comes out, except for
    cancellation. Reads are tried up to three times; writes are sent again only where they provably
    did nothing. The calls may run side by side. The proxies that the environment names are used
    for https; ``.netrc``, cookies and redirects are not.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        deadline: float = 10.0,
        ca_file: str | None = None,
        clock: Clock | None = None,
        early: EarlyAnswer | None = None,
    ) -> None:
        """Prepare for calls; nothing is sent yet. Raises AvaraError of kind SETUP.

        ``ca_file`` is a PEM file with the only certificate authorities to trust. ``early`` answers
        a request that was sent before, to this server with this key.
        """
        clock = clock or SystemClock()
        self._clock = clock
        base = early.base if early is not None else RequestBase(base_url, api_key, ca_file)
        self._endpoint = base.endpoint
        self._transport = Transport(base, clock, early)
        self._gate = Gate(clock)
        server_clock = self._transport.server_clock
        self._flow = Flow(self._gate, clock, lambda: server_clock.quickest)
        self._calls = Calls(self._transport, self._gate, deadline, clock)
        self._parser = Parser()
        self._writes = Writes(self._calls, self._parser)
        self._study_pages = PageSize(self._calls)
        self._user_pages = PageSize(self._calls)
        self._customer_pages = PageSize(self._calls)

    def __repr__(self) -> str:
        return f"<AvaraClient {self._endpoint.origin}{self._endpoint.prefix}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections once the calls on them have ended. Later calls fail with SETUP."""
        await self._transport.aclose()

    @property
    def clock_skew(self) -> float | None:
        """Seconds that the server's clock is ahead of ours, to about a second, if known."""
        return self._transport.server_clock.skew

    @property
    def pace(self) -> float:
        """Seconds that two requests are kept apart; 0 unless the server has wanted fewer."""
        return self._gate.pace

    def resume(self) -> None:
        """Let calls through again after a refused key, a pause or failures: a person asks for it.

        Without this, one call is let through every 30 seconds, or when the server's pause ends.
        """
        self._gate.open()

    def when_back(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever a server that was left alone after failures answers again."""
        self._gate.when_back = listener

    async def list_studies(
        self, query: StudyFilter = _EVERYTHING, *, cursor: str | None = None, limit: int = 100
    ) -> StudyPage:
        """Return one page of at most ``limit`` (1 to 100) studies that fit ``query``."""
        return self._study_page(await self._list_studies(query, cursor, limit), query)

    def walk_studies(
        self,
        query: StudyFilter = _EVERYTHING,
        *,
        limit: int = 100,
        urgency: int | None = None,
        ahead: int = 0,
        pages: int | None = None,
        first: int | None = None,
        known: Callable[[str], Study | None] = lambda _: None,
        memory: Memory[Study] | None = None,
        lean: bool = False,
        goes_on: Callable[[AvaraError], Awaitable[bool]] | None = None,
    ) -> AsyncGenerator[StudyPage, None]:
        """Yield the pages of the studies that fit ``query``, each study once unless it changed.

        The first page has at most ``first`` studies, where that is given: all pages then end
        elsewhere in the list. With an ``urgency`` the pages wait for their turn among those of
        other walks, the least first. Up to ``ahead`` pages are asked for early where the server's
        cursors allow it, but none beyond ``pages``, as far as that is known. A study equal to the
        one that is ``known`` by its id is that one, so that none is in memory twice. What the
        walk has brought it remembers in ``memory``, where that is given, and then holds on to no
        study itself; it is ``lean`` if nobody else does either. A page that fails is asked for
        again from the same cursor as long as ``goes_on``, which is told why and may take its time,
        says so. Raises AvaraError of kind UNREADABLE at the end if the list may not be whole.
        """
        options = WalkOptions(limit, urgency, ahead, pages, first, known, memory, goes_on)
        source = WalkSource(
            partial(self._list_studies, query),
            self._study_pages,
            self._flow,
            lambda: self._gate.pace > 0,
            lambda listing: self._study_page(listing, query, is_kept=not lean),
        )
        return walk_pages(options, source, self._clock)

    async def retrieve(self, study_id: str) -> Study:
        """Return the study with ``study_id``."""
        request = routes.retrieve_study(study_id)
        require_identifier(request, study_id, Outcome.NOTHING)
        return await self._calls.read(
            request, lambda body: self._parser.study_with_id(body, study_id)
        )

    async def retrieve_by_uid(self, uid: str) -> Study:
        """Return the study with the DICOM Study Instance UID ``uid``."""
        request = routes.retrieve_study_by_uid(uid)
        require_identifier(request, uid, Outcome.NOTHING)
        return await self._calls.read(request, lambda body: self._parser.study_with_uid(body, uid))

    async def create(self, new: NewStudy) -> Study:
        """Create a study and return it; CONFLICT if there is one with its UID already."""
        require_sendable_study(routes.create_study(new), new)
        return await self._writes.create(new)

    async def update(
        self,
        study_id: str,
        changes: StudyChanges,
        *,
        base: Study | None = None,
        revise: Revise | None = None,
    ) -> Study:
        """Change a study and return it as the server then has it.

        ``base`` is the study as it was read just before. Without it the study is read first, which
        takes one request more. A write that has to wait, or to be sent again, is preceded by
        another read, and ``revise`` then returns what is to be changed on the study as it is by
        now; if None, nothing is sent and that study is returned. Without ``revise`` the changes
        stay the same, and the call ends with CONFLICT if somebody else has changed any of it.
        """
        request = routes.update_study(study_id, changes)
        require_identifier(request, study_id, Outcome.NOT_APPLIED)
        require_sendable_changes(request, changes)
        if changes == StudyChanges():
            return await self.retrieve(study_id)
        return await self._writes.update(study_id, changes, base, revise)

    async def cancel(self, study_id: str, *, may: Callable[[Study], bool] | None = None) -> Study:
        """Cancel a study and return it as the server then has it.

        If that has to wait, or to be sent again, the study is read before. One of which ``may``
        does not hold by then is returned as it is; without ``may``, one that is cancelled already.
        Who gives ``may`` has read the study just before.
        """
        require_identifier(routes.cancel_study(study_id), study_id, Outcome.NOT_APPLIED)
        return await self._writes.set_cancelled(study_id, wanted=True, may=may)

    async def uncancel(self, study_id: str, *, may: Callable[[Study], bool] | None = None) -> Study:
        """Restore a cancelled study, and return it, as :meth:`cancel` does."""
        require_identifier(routes.uncancel_study(study_id), study_id, Outcome.NOT_APPLIED)
        return await self._writes.set_cancelled(study_id, wanted=False, may=may)

    async def reroute_url(self, study_id: str) -> str:
        """Return a URL that opens a study in the viewer.

        It carries a token: open it once, and neither keep nor show nor log it. Because every
        request makes such a token, none is repeated unless the first provably made none.
        """
        request = routes.reroute_url(study_id)
        require_identifier(request, study_id, Outcome.NOTHING)
        url = await self._calls.ask_once(request, viewer_link)
        problem = why_not_open(url, self._endpoint)
        if problem is not None:
            refused = Problem(
                ErrorKind.UNREADABLE,
                Effect.FINISHED,
                reason=f"the server's link is refused: {problem}",
            )
            raise refused.error(request, Outcome.NOTHING)
        return url

    async def list_users(self, *, cursor: str | None = None, limit: int = 100) -> UserPage:
        """Return one page of at most ``limit`` (1 to 100) users."""
        return _user_page(await self._list_users(cursor, limit))

    async def walk_users(self, *, limit: int = 100) -> AsyncIterator[UserPage]:
        """Yield the pages of all users, each user once unless it changed."""
        seen: Seen[User] = Seen(lambda user: user.user_id)

        async def fetch(cursor: str | None) -> Fetched[UserPage, User]:
            listing = await self._list_users(cursor, limit)
            page = _user_page(listing)
            fresh = seen.add(page.users).nouns
            return Fetched(page._replace(users=fresh), listing, bool(fresh))

        async for page in walk(fetch, routes.LIST_USERS):
            yield page

    async def retrieve_user(self, user_id: str) -> User:
        """Return the user with ``user_id``."""
        request = routes.retrieve_user(user_id)
        require_identifier(request, user_id, Outcome.NOTHING)

        def parse(body: bytes) -> User | None:
            user = self._parser.user(body)
            return user if user is not None and user.user_id == user_id else None

        return await self._calls.read(request, parse)

    async def list_customers(self, *, cursor: str | None = None, limit: int = 100) -> CustomerPage:
        """Return one page of at most ``limit`` (1 to 100) Express customers."""
        return _customer_page(await self._list_customers(cursor, limit))

    async def walk_customers(self, *, limit: int = 100) -> AsyncIterator[CustomerPage]:
        """Yield the pages of all Express customers, each once unless it changed."""
        seen: Seen[Customer] = Seen(lambda customer: customer.customer_id)

        async def fetch(cursor: str | None) -> Fetched[CustomerPage, Customer]:
            listing = await self._list_customers(cursor, limit)
            page = _customer_page(listing)
            fresh = seen.add(page.customers).nouns
            return Fetched(page._replace(customers=fresh), listing, bool(fresh))

        async for page in walk(fetch, routes.LIST_CUSTOMERS):
            yield page

    async def _list_studies(
        self, query: StudyFilter, cursor: str | None, limit: int
    ) -> Listing[Study]:
        request = partial(routes.list_studies, query)
        return await self._study_pages.read(request, self._parser.studies, cursor, limit)

    def _study_page(
        self, listing: Listing[Study], query: StudyFilter, *, is_kept: bool = True
    ) -> StudyPage:
        studies, ignored = select(listing.rows, query)
        if is_kept:
            self._parser.share_metadata(studies)
        return StudyPage(
            studies, listing.next_cursor, listing.unreadable, ignored, listing.is_cut_off
        )

    async def _list_users(self, cursor: str | None, limit: int) -> Listing[User]:
        return await self._user_pages.read(routes.list_users, self._parser.users, cursor, limit)

    async def _list_customers(self, cursor: str | None, limit: int) -> Listing[Customer]:
        return await self._customer_pages.read(
            routes.list_customers, self._parser.customers, cursor, limit
        )


def _user_page(listing: Listing[User]) -> UserPage:
    return UserPage(listing.rows, listing.next_cursor, listing.unreadable, listing.is_cut_off)


def _customer_page(listing: Listing[Customer]) -> CustomerPage:
    return CustomerPage(listing.rows, listing.next_cursor, listing.unreadable, listing.is_cut_off)
