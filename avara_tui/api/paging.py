"""Walking a list to its end, over a server that may lose its place."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final, Generic, NamedTuple, TypeVar

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.api.parse import Listing
from avara_tui.study import Study

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


class Seen(Generic[Noun]):
    """What a walk has brought, for a list that moves while it is walked."""

    def __init__(self, key: Callable[[Noun], str]) -> None:
        self._key = key
        self._seen: dict[str, Noun] = {}

    def fresh(self, nouns: list[Noun]) -> list[Noun]:
        """Return those that say anything new, each once, and remember them.

        The same thing comes again when the list moved under the walk. The later reading counts,
        unless it is an older version.
        """
        fresh: dict[str, Noun] = {}
        for noun in nouns:
            key = self._key(noun)
            known = self._seen.get(key)
            if known is not None and (known == noun or _is_older(noun, known)):
                continue
            self._seen[key] = fresh[key] = noun
        return list(fresh.values())


def _is_older(noun: object, known: object) -> bool:
    return (
        isinstance(noun, Study)
        and isinstance(known, Study)
        and noun.updated_at is not None
        and known.updated_at is not None
        and noun.updated_at < known.updated_at
    )


def _incomplete(operation: str) -> AvaraError:
    return AvaraError(
        ErrorKind.UNREADABLE,
        operation,
        reason="the server lost its place in the list, so that some of it may be missing",
    )
