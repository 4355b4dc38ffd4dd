"""Watches over another profile's open STAT studies: a number and since when, and never a text.

Every look is one page of the server's list, with a client that can do nothing else. What a study
says is let go of with the page; of its id a number is kept, that tells a new one from the others in
this process alone.
"""

import asyncio
import contextlib
import random
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum, auto
from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.clock import Clock
from avara_tui.config import ConfigError, Profile, SettingsError
from avara_tui.study import STAT, touched_at
from avara_tui.triage.access.connection import Connection, ConnectionProblem, ProblemKind
from avara_tui.triage.process.background import in_daemon_thread
from avara_tui.triage.reading.backoff import pause_after
from avara_tui.triage.reading.lanes import OPEN_STAT
from avara_tui.triage.reading.session import STOP_LIMIT, any_of

if TYPE_CHECKING:
    from avara_tui.api.listing_only import StudyLister
    from avara_tui.api.pages import StudyPage

MISSED: Final = 2.5
"""Intervals without a count after which it is not known any more, though nothing has failed."""
NOTHING_UNSEEN: Final[Mapping[str, float]] = MappingProxyType({})
_GIVE_UP: Final = frozenset({ErrorKind.UNAUTHORIZED, ErrorKind.FORBIDDEN, ErrorKind.SETUP})


class Found(NamedTuple):
    """The way to a profile's server, and the settings that it was found by."""

    connection: Connection
    profile: Profile


class Trouble(Enum):
    """Why a profile cannot be watched at this moment."""

    UNREAD = auto()
    """The server did not answer as it should, or not in time."""
    NO_KEY = auto()
    """No key is to be had without asking a person."""
    REFUSED = auto()
    """The server does not take the key."""
    SETTINGS = auto()
    """The settings do not lead to a server."""


class ProfileCount(NamedTuple):
    """How many open STAT studies another profile has, and how far that may be believed."""

    name: str
    open: int | None = None
    """None while nobody knows."""
    is_sure: bool = True
    """Whether there are no more: the server's list ended with the page that was read."""
    new: int = 0
    """How many of them came since the person last looked."""
    new_at: float | None = None
    """When the oldest of the new ones was first seen, in seconds since the epoch."""
    silent: float = 0.0
    """For how many seconds nothing has been known."""
    trouble: Trouble | None = None
    sentence: str = ""
    """What is wrong, for a person."""
    remedy: str = ""
    """What to do about it; empty where it may pass by itself."""


class Listening(NamedTuple):
    """Whom to tell. Every call comes on the event loop that the watch runs on."""

    changed: Callable[[], None]
    """There is something else to show."""
    arrived: Callable[[], None]
    """A STAT study is there that was not there before. Comes after :attr:`changed`."""


class ProfileWatch:
    """Counts the open STAT studies of one profile again and again, for as long as it runs.

    It can be run again by somebody else: what was counted, what is new and the key that was found
    stay.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        *,
        found: Found | None = None,
        known: AbstractSet[str] | None = None,
        unseen: Mapping[str, float] = NOTHING_UNSEEN,
    ) -> None:
        """``found`` is the way to the server, where it is known: nobody is asked for the key then.

        ``known`` are the ids of studies that are no news; None for those of the first count.
        ``unseen`` are those that somebody still has to notice, and when each came.
        """
        self.name = name
        self.found = found
        self._clock = clock
        self._known = None if known is None else {hash(each) for each in known}
        self._was_whole = True
        self._newest = -inf
        self._open: int | None = None
        self._new = {hash(each): unseen[each] for each in unseen}
        self._read_at: float | None = None
        self._began_at = clock.now()
        self._problem: Exception | None = None
        self._again = asyncio.Event()
        self._looking: asyncio.Task[Found] | None = None
        self._task: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<ProfileWatch {self.name}>"

    def count(self, interval: float) -> ProfileCount:
        """Return what is known at this moment, where ``interval`` seconds lie between two looks."""
        silent = max(self._clock.now() - (self._read_at or self._began_at), 0.0)
        trouble = _trouble(self._problem)
        if trouble is None and silent > MISSED * interval:
            trouble = Trouble.UNREAD
        return ProfileCount(
            self.name,
            self._open,
            self._was_whole,
            len(self._new),
            min(self._new.values(), default=None),
            silent,
            trouble,
            "" if self._problem is None else str(self._problem),
            getattr(self._problem, "remedy", ""),
        )

    @property
    def good_way(self) -> Found | None:
        """The way to the server, unless there is none or the server did not take the key."""
        return self.found if _trouble(self._problem) in {None, Trouble.UNREAD} else None

    @property
    def is_looking(self) -> bool:
        """Whether the key is being looked for."""
        return self._looking is not None

    async def search(self) -> Found | None:
        """Return what the search under way finds, or raise what it raises; None without one."""
        return None if self._looking is None else await asyncio.shield(self._looking)

    def take_as_seen(self, until: float = inf) -> int:
        """Take as seen what came ``until`` then, by the clock; return how many that were.

        What came while a person was asked about the others is news still.
        """
        before = len(self._new)
        self._new = {each: at for each, at in self._new.items() if at > until}
        return before - len(self._new)

    def ask_again(self) -> None:
        """Look at once, also after a refusal or without a key: a person asks for it."""
        self._again.set()
        self._again = asyncio.Event()

    # Counting.

    async def run(
        self,
        find: Callable[[], Found],
        interval: Callable[[], float],
        listening: Listening,
        turn: asyncio.Lock,
    ) -> None:
        """Count until cancelled; problems are told, never raised.

        ``find`` returns the way to the server. It may block, is called in a thread, once and then
        only when a person asks again, and in ``turn`` with other watches: two that ask a person for
        something must not ask at once. ``interval`` returns the seconds between two looks.
        """
        await self._take_turn()
        while True:
            again = self._again
            lister = await self._lister(find, turn)
            if lister is not None:
                try:
                    await self._count_with(lister, interval, listening)
                finally:
                    with contextlib.suppress(AvaraError):
                        await lister.aclose()
                # A key that was refused may have been replaced: it is looked for anew.
                self.found = None
            else:
                listening.changed()
                await again.wait()

    async def stop(self) -> None:
        """End :meth:`run` and wait until its connections are closed."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=STOP_LIMIT)

    async def _take_turn(self) -> None:
        """Let whoever ran it before come to its end."""
        before, self._task = self._task, asyncio.current_task()
        if before is not None and not before.done():
            before.cancel()
            await asyncio.wait({before}, timeout=STOP_LIMIT)

    async def _lister(self, find: Callable[[], Found], turn: asyncio.Lock) -> "StudyLister | None":
        """Return a client for the server, or None if there is no way to it."""
        try:
            if self.found is None:
                async with turn:
                    self.found = await self._look_for(find)
            connection = self.found.connection
            return await in_daemon_thread(lambda: open_lister(connection))
        except (ConnectionProblem, ConfigError, SettingsError, AvaraError) as problem:
            self._problem = problem
        return None

    async def _look_for(self, find: Callable[[], Found]) -> Found:
        """Return the way to the server. A search that was begun and not waited for goes on."""
        if self._looking is None:
            self._looking = asyncio.ensure_future(in_daemon_thread(find))
            self._looking.add_done_callback(lambda each: each.cancelled() or each.exception())
        looking = self._looking
        try:
            return await asyncio.shield(looking)
        finally:
            if looking.done():
                self._looking = None

    async def _count_with(
        self, lister: "StudyLister", interval: Callable[[], float], listening: Listening
    ) -> None:
        """Count at every interval. Returns when a person asks again after the key was refused."""
        failures = 0
        while True:
            again = self._again
            try:
                # Under no name of its own: a page is not held until the next one comes.
                has_arrived = self._take(await lister.first_page(OPEN_STAT))
            except AvaraError as error:
                self._problem = error
                listening.changed()
                if error.kind in _GIVE_UP:
                    await again.wait()
                    return
                failures += 1
                pause = max(pause_after(error, failures, interval()), interval())
            else:
                failures, self._problem = 0, None
                listening.changed()
                if has_arrived:
                    listening.arrived()
                pause = interval() * random.uniform(0.9, 1.1)  # noqa: S311 - spreads requests
            await any_of(again, seconds=pause)

    def _take(self, page: "StudyPage") -> bool:
        """Take in what was listed; return whether any of it is new."""
        # Of one whose severity cannot be read, the server says that this is it.
        found = {
            hash(each.study_id): touched_at(each)
            for each in page.studies
            if each.severity == STAT or "severity" in each.unreadable
        }
        now = self._clock.now()
        arrived = [each for each in found if self._is_new(each, found[each])]
        is_whole = page.cursor is None and not page.is_cut_off and not page.unreadable
        if is_whole:
            self._known = set(found)
            # Somebody there has read it meanwhile.
            self._new = {each: at for each, at in self._new.items() if each in found}
        else:
            self._known = (self._known or set()) | set(found)
        self._new.update(dict.fromkeys(arrived, now))
        self._newest = max([self._newest, *found.values()])
        self._open, self._was_whole, self._read_at = len(found), is_whole, now
        return bool(arrived)

    def _is_new(self, number: int, touched: float) -> bool:
        """Whether a study that is listed was not there before.

        Where not all were listed, one that nobody knows may have come up from another page: it is
        new if it was touched after all that were seen, or if nobody can tell.
        """
        if self._known is None or number in self._known:
            return False
        return self._was_whole or touched > self._newest or touched == -inf


def _trouble(problem: Exception | None) -> Trouble | None:
    match problem:
        case None:
            return None
        case ConnectionProblem():
            is_key = problem.kind is not ProblemKind.SETTINGS
            return Trouble.NO_KEY if is_key else Trouble.SETTINGS
        case AvaraError(kind=ErrorKind.UNAUTHORIZED | ErrorKind.FORBIDDEN):
            return Trouble.REFUSED
        case AvaraError(kind=ErrorKind.SETUP) | ConfigError() | SettingsError():
            return Trouble.SETTINGS
        case _:
            return Trouble.UNREAD


def open_lister(connection: Connection) -> "StudyLister":
    """Return a client for ``connection``; importing it takes long, so call it in a thread."""
    from avara_tui.api.listing_only import StudyLister  # noqa: PLC0415 - heavy, and seldom needed

    return StudyLister(connection.base_url, connection.api_key, ca_file=connection.ca_file)
