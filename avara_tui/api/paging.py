"""Walking a list to its end, over a server that may lose its place."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.api.parse import Listing
from avara_tui.study import Study, is_older

STANDSTILL: Final = 50
"""Pages in a row without anything new, after which a walk is given up."""

PageT = TypeVar("PageT")
Noun = TypeVar("Noun")
Answer = TypeVar("Answer")

_LOST_CURSOR: Final = frozenset({ErrorKind.INVALID, ErrorKind.NOT_FOUND})


class Fetched(NamedTuple, Generic[PageT, Noun]):
    """A page, and what a walk needs to know of it."""

    page: PageT
    listing: Listing[Noun]
    is_new: bool
    """Whether it holds anything that the walk had not brought yet."""


async def insist(
    ask: Callable[[], Awaitable[Answer]],
    goes_on: Callable[[AvaraError], Awaitable[bool]] | None,
) -> Answer:
    """Return what ``ask`` brings; as long as it fails and ``goes_on`` says so, ask again."""
    while True:
        try:
            return await ask()
        except AvaraError as error:
            problem = error
        if goes_on is None or not await goes_on(problem):
            raise problem


async def walk(
    fetch: Callable[[str | None], Awaitable[Fetched[PageT, Noun]]], operation: str
) -> AsyncGenerator[PageT, None]:
    """Yield pages from the first to the last.

    A cursor that the server does not know any more starts the walk over, once. Where the server
    goes round in circles or stops short of its own end, every page is yielded first and then an
    :class:`AvaraError` of kind UNREADABLE raised: a list that may lack a study must not pass for
    whole.
    """
    cursor: str | None = None
    used: set[str] = set()
    may_restart, standstill = True, 0
    while True:
        lost: AvaraError | None = None
        try:
            fetched = await fetch(cursor)
        except AvaraError as error:
            lost = error
        if lost is not None:
            if cursor is None or not may_restart or lost.kind not in _LOST_CURSOR:
                raise lost
            cursor, may_restart = None, False
            used.clear()
            continue
        yield fetched.page
        listing = fetched.listing
        if listing.is_cut_off:
            raise _incomplete(operation)
        if listing.next_cursor is None:
            return
        if listing.next_cursor in used:
            if listing.has_more is None and listing.is_empty:
                return
            raise _incomplete(operation)
        standstill = 0 if fetched.is_new else standstill + 1
        if standstill >= STANDSTILL:
            raise _incomplete(operation)
        cursor = listing.next_cursor
        used.add(cursor)


class Fresh(NamedTuple, Generic[Noun]):
    """What of a page a walk had not brought yet."""

    nouns: list[Noun]
    """Those that say anything new, each once."""
    served: int
    """How many the page had, each counted once."""
    repeats: int
    """How many of them former pages had, just as they were."""


class Memory(Protocol[Noun]):
    """What a walk remembers of what it has brought."""

    def start(self) -> None:
        """Take it that the list begins, or begins again: nothing has come so far."""
        ...

    def add(self, nouns: list[Noun], /) -> Fresh[Noun]:
        """Return what the rows of a page bring, and remember it."""
        ...


class Seen(Generic[Noun]):
    """What a walk has brought, for a list that moves while it is walked, or has no order."""

    def __init__(self, key: Callable[[Noun], str]) -> None:
        self._key = key
        self._seen: dict[str, Noun] = {}
        self._passed: set[str] = set()

    def start(self) -> None:
        """Take it that the list begins again: nothing that comes from here on is a repeat of
        what came before."""
        self._passed.clear()

    def add(self, nouns: list[Noun]) -> Fresh[Noun]:
        """Return what the ``nouns`` of a page bring, and remember it.

        The same thing comes again when the list moved under the walk; the later reading counts,
        unless it is an older version. It comes again as it was also where the server's order
        leaves open which of two comes first, and then the other may never come.
        """
        fresh: dict[str, Noun] = {}
        here: set[str] = set()
        repeats = 0
        for noun in nouns:
            key = self._key(noun)
            known = self._seen.get(key)
            if known is not None and known == noun:
                repeats += key in self._passed and key not in here
            elif known is None or not _is_older(noun, known):
                self._seen[key] = fresh[key] = noun
            here.add(key)
        self._passed |= here
        return Fresh(list(fresh.values()), len(here), repeats)


def _is_older(noun: object, known: object) -> bool:
    return isinstance(noun, Study) and isinstance(known, Study) and is_older(noun, known)


def _incomplete(operation: str) -> AvaraError:
    return AvaraError(
        ErrorKind.UNREADABLE,
        operation,
        reason="the server lost its place in the list, so that some of it may be missing",
    )
