"""A shift at the worklist: connects, loads every lane, keeps it fresh, and says how sure it is."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.clock import Clock
from avara_tui.config import Config, Refresh
from avara_tui.study import STAT, Customer, Study, User
from avara_tui.triage.access.connection import Connection, ConnectionProblem
from avara_tui.triage.process.background import in_daemon_thread
from avara_tui.triage.process.memory import paused_collector
from avara_tui.triage.reading.backoff import LONGEST_PAUSE, pause_after
from avara_tui.triage.reading.health import Health, assess
from avara_tui.triage.reading.lanes import LaneState, lanes_of
from avara_tui.triage.reading.people import learn_people
from avara_tui.triage.reading.walks import Walker
from avara_tui.worklist.studies import ChangeSet, StudySet

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient
    from avara_tui.api.early import EarlyAnswer

STOP_LIMIT: Final = 0.5
"""Seconds that closing may take: a person who leaves does not wait for a server."""
HEAD_START: Final = 0.05
"""Seconds that other lanes leave the open STAT studies alone at the start. Their first page is what
people wait for, and near servers send it within that time."""
_GIVE_UP: Final = frozenset({ErrorKind.UNAUTHORIZED, ErrorKind.FORBIDDEN, ErrorKind.SETUP})


class Listener(NamedTuple):
    """Whom to tell. Every call comes on the event loop that the session runs on."""

    changed: Callable[[ChangeSet], None]
    """Studies came, changed or went."""
    health_changed: Callable[[], None]
    """What may be believed of the data has changed."""
    news: Callable[[ChangeSet], None] | None = None
    """The lanes brought a change. Comes before :attr:`changed`, which is told of it as well."""
    me_changed: Callable[[], None] = lambda: None
    """Somebody else sits at the keys, as far as :attr:`TriageSession.me` knows."""


def open_client(connection: Connection, early: "EarlyAnswer | None" = None) -> "AvaraClient":
    """Return a client for ``connection``; importing it takes long, so call it in a thread."""
    from avara_tui.api.client import AvaraClient  # noqa: PLC0415 - heavy, and not needed to paint

    return AvaraClient(
        connection.base_url, connection.api_key, ca_file=connection.ca_file, early=early
    )


async def any_of(*events: asyncio.Event, seconds: float) -> None:
    """Wait until one of ``events`` is set, but no longer than ``seconds``."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


class TriageSession:
    """The studies of one profile, loaded and kept fresh for as long as :meth:`run` runs."""

    takes: ClassVar[tuple[str, ...]] = ("refresh",)

    def __init__(
        self,
        connect: Callable[[], Connection],
        listener: Listener,
        clock: Clock,
        *,
        refresh: Refresh,
        load_limit: int,
        take_early: "Callable[[], EarlyAnswer | None]" = lambda: None,
    ) -> None:
        """``take_early`` returns what was asked for before, with the connection, if anything."""
        self.studies = StudySet()
        self.lanes = [LaneState(lane) for lane in lanes_of(refresh)]
        self.connection: Connection | None = None
        self.client: AvaraClient | None = None
        self.users: dict[str, User] = {}
        self.customers: dict[str, Customer] = {}
        self.paused = False
        self._me: str | None = None
        self._watched: AbstractSet[str] = {STAT}
        self._connect = connect
        self._take_early = take_early
        self._listener = listener
        self._clock = clock
        self._load_limit = load_limit
        self._walker = self._new_walker()
        self._refreshing = asyncio.Lock()
        self._problem: ConnectionProblem | None = None
        self._wake = asyncio.Event()
        self._stir = asyncio.Event()
        self._asked = 0
        self._is_closed = False
        self._calm = contextlib.ExitStack()
        self._unread = {state.lane.name for state in self.lanes}
        self._has_begun = asyncio.Event()
        self._renewed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def _new_walker(self) -> Walker:
        return Walker(
            self.studies,
            self.lanes,
            self._clock,
            load_limit=self._load_limit,
            notify=self._notify,
            notify_news=self._notify_news,
            notify_health=self._listener.health_changed,
        )

    @property
    def me(self) -> str | None:
        """The user id of the person at the keys: as the person or else the profile says.

        It stays when everything else is let go of, until the next connection.
        """
        return self._me

    def say_who(self, user_id: str | None) -> None:
        """Say who sits at the keys, until the next connection."""
        if user_id != self._me:
            self._me = user_id
            self._listener.me_changed()

    def watch(self, severities: AbstractSet[str]) -> None:
        """Read the open studies of these severities even while refreshing is paused."""
        self._watched = severities

    @property
    def health(self) -> Health:
        """What may be believed of the studies at this moment."""
        return assess(
            self.lanes,
            now=self._clock.now(),
            loaded=len(self.studies),
            paused=self.paused,
            problem=self._problem,
        )

    async def run(self) -> None:
        """Connect, load and refresh until cancelled. Problems are told, never raised."""
        self._task = asyncio.current_task()
        self.reopen()
        while True:
            await self._read(await self._connected())
            self._begin_anew()
            self._listener.health_changed()

    async def _read(self, client: "AvaraClient") -> None:
        """Load and refresh until another key is to be used."""
        client.when_back(self._server_is_back)
        self._calm.enter_context(paused_collector())
        try:
            async with asyncio.TaskGroup() as tasks:
                reading = [
                    *(tasks.create_task(self._keep_fresh(each, client)) for each in self.lanes),
                    tasks.create_task(self._learn_people(client)),
                ]
                await self._renewed.wait()
                for each in reading:
                    each.cancel()
        finally:
            self._calm.close()
            with contextlib.suppress(AvaraError):
                await client.aclose()

    def renew(self) -> None:
        """Look for the key anew, and read everything again; until then, what was read stays."""
        self._renewed.set()
        self.refresh()

    async def _connected(self) -> "AvaraClient":
        """Return a client once there is a key and a server to ask; a person can try again."""
        while True:
            self._renewed.clear()
            try:
                connection = await in_daemon_thread(self._connect)
                early = self._take_early()
                client = await in_daemon_thread(lambda: open_client(connection, early))  # noqa: B023
            except ConnectionProblem as problem:
                self._problem = problem
            except AvaraError as error:
                self.lanes[0].problem = error
            else:
                self.connection, self.client = connection, client
                self._problem = self.lanes[0].problem = None
                self.say_who(connection.me)
                return client
            self._listener.health_changed()
            if not self._renewed.is_set():
                await self._wake.wait()

    async def stop(self) -> None:
        """End :meth:`run` and wait until its connections are closed."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=STOP_LIMIT)

    async def forget_all(self) -> None:
        """End :meth:`run` and let go of studies, people, client and key; it can be run again.

        Until then no study is taken in, whoever still brings one. Of those that were held their
        ids and fingerprints are kept: read again, they are no news unless they have changed.
        """
        self._is_closed = True
        await self.stop()
        # What was asked for early holds studies too.
        self._take_early()
        self._problem = None
        self._begin_anew()
        self.users.clear()
        self.customers.clear()
        for _ in self.studies.take_fingerprints():
            await asyncio.sleep(0)
        self._notify(self.studies.clear())
        self._listener.health_changed()

    def _begin_anew(self) -> None:
        """Let go of client and key, and of how far everything was read."""
        self.connection = self.client = None
        self.lanes = [state.forgotten() for state in self.lanes]
        self._walker = self._new_walker()
        self._unread = {state.lane.name for state in self.lanes}

    def reopen(self) -> None:
        """Take in studies again after :meth:`forget_all`."""
        self._is_closed = False

    def refresh(self) -> None:
        """Read every lane whole and at once, also after a refusal and in a pause."""
        if self.client is not None:
            self.client.resume()
        self._asked += 1
        self._wake.set()
        self._wake = asyncio.Event()
        self._stir_lanes()

    def _server_is_back(self) -> None:
        """Read again at once what could not be read: nobody sleeps on because of old failures."""
        for state in self.lanes:
            state.failures = min(state.failures, 1)
        self._stir_lanes()

    def _stir_lanes(self) -> None:
        self._stir.set()
        self._stir = asyncio.Event()

    def pause(self, *, paused: bool) -> None:
        """Stop or resume refreshing all but what is watched; what is shown stays, and ages."""
        self.paused = paused
        if not paused:
            self.refresh()
        self._listener.health_changed()

    def take_settings(self, config: Config) -> None:
        """Read the lanes as often as ``config`` says, each from its next reading on."""
        for state, lane in zip(self.lanes, lanes_of(config.refresh), strict=True):
            state.lane = lane

    def merge(self, studies: Iterable[Study]) -> None:
        """Take in studies read by somebody else than the lanes, such as the answer to an edit."""
        if not self._is_closed:
            self._notify(self._walker.note(self.studies.merge(studies)))

    def forget(self, study_id: str) -> None:
        """Drop a study that the server says does not exist."""
        self._notify(self._walker.note(self.studies.discard(study_id)))

    def _notify(self, change: ChangeSet) -> None:
        if change:
            self._listener.changed(change)
            self._has_begun.set()

    def _notify_news(self, change: ChangeSet) -> None:
        """Tell of what a lane brought, which is not of the person's own doing."""
        if self._listener.news is not None:
            self._listener.news(change)
        self._notify(change)

    async def _keep_fresh(self, state: LaneState, client: "AvaraClient") -> None:
        served = self._asked
        if not state.lane.is_vital:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HEAD_START):
                    await self._has_begun.wait()
        while True:
            wake, stir, asked = self._wake, self._stir, self._asked > served
            served = self._asked
            is_watched = state.lane.is_open and state.lane.query.severity in self._watched
            is_wanted = state.completed_at is None or state.wants_walk
            if asked or not self.paused or is_watched or is_wanted:
                async with self._turn(state):
                    is_due = state.wants_walk or state.is_due(self._clock.now())
                    whole = asked or is_watched or is_due
                    await self._walker.read(state, client, whole=whole)
            self._has_begun.set()
            self._unread.discard(state.lane.name)
            if not self._unread:
                self._calm.close()
            await self._wait(state, wake, stir)

    def _turn(self, state: LaneState) -> contextlib.AbstractAsyncContextManager[object]:
        """Return what to hold while a lane is read: one at a time, but first and STAT ones.

        Nor does any wait for the slow search for the rest.
        """
        if state.lane.is_vital or state.lane.is_rest or state.completed_at is None:
            return contextlib.nullcontext()
        return self._refreshing

    async def _wait(self, state: LaneState, wake: asyncio.Event, stir: asyncio.Event) -> None:
        """Wait for the lane's next turn; a refused key waits for the person.

        ``wake`` and ``stir`` are from before the walk: a person who asked during it has not been
        served by it. A lane that could not be read goes on as soon as the server is back, and one
        of which it is not sure whether anything is missing goes on at once.
        """
        if state.problem is not None and state.problem.kind in _GIVE_UP:
            await wake.wait()
            return
        interval = state.lane.interval
        if state.problem is not None:
            longest = min(interval, LONGEST_PAUSE) if state.lane.is_vital else LONGEST_PAUSE
            await any_of(stir, seconds=pause_after(state.problem, state.failures, longest))
        elif not state.wants_walk:
            pause = interval * random.uniform(0.9, 1.1)  # noqa: S311 - spreads requests
            await any_of(wake, state.certainty.doubted, seconds=pause)

    async def _learn_people(self, client: "AvaraClient") -> None:
        await self._has_begun.wait()
        await learn_people(client, self.users, self.customers)
