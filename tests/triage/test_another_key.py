"""Another key during a session: it is used at once, and what was read before stays meanwhile."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

from avara_tui.clock import SystemClock
from avara_tui.config import Refresh
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.access.connection import Connection, ConnectionProblem, ProblemKind
from avara_tui.triage.reading.health import State
from avara_tui.triage.reading.session import Listener, TriageSession
from avara_tui.worklist.studies import ChangeSet
from triage.test_connector import Keys, connection
from triage.test_session import ids, until
from worklist.making import ME

EMULATED_STUDIES = 30

NO_KEY = ConnectionProblem("No API key.", remedy="Store one.", kind=ProblemKind.NO_KEY)


def wrong(emulator: EmbeddedEmulator) -> Connection:
    return connection(emulator)._replace(api_key="sk_live_" + "0" * 32)


def wants_key(session: TriageSession) -> bool:
    """Whether the session cannot go on without another key."""
    return session.health.wants_key


def who(session: TriageSession) -> str | None:
    """Return who sits at the keys."""
    return session.me


class Told:
    """What the session has told."""

    def __init__(self) -> None:
        self.news: set[str] = set()


@asynccontextmanager
async def running(
    connect: Callable[[], Connection], told: Told | None = None
) -> AsyncIterator[TriageSession]:
    told = told or Told()

    def news(change: ChangeSet) -> None:
        told.news |= change.added

    session = TriageSession(
        connect,
        Listener(lambda _: None, lambda: None, news),
        SystemClock(),
        refresh=Refresh(),
        load_limit=20_000,
    )
    task = asyncio.create_task(session.run())
    try:
        yield session
    finally:
        await session.stop()
        await asyncio.wait({task})


async def whole(session: TriageSession) -> None:
    await until(lambda: session.health.is_complete and session.health.state is State.LIVE)


async def test_a_key_is_looked_for_once_when_it_is_there(emulator: EmbeddedEmulator) -> None:
    keys = Keys(NO_KEY, connection(emulator))
    async with running(keys) as session:
        await until(lambda: session.health.state is State.UNCONNECTED)
        assert wants_key(session)
        session.renew()
        await whole(session)
        assert not wants_key(session)
        assert keys.asked == 2


async def test_a_refused_key_gives_way_to_another(emulator: EmbeddedEmulator) -> None:
    keys = Keys(wrong(emulator), wrong(emulator), connection(emulator))
    async with running(keys) as session:
        for asked in (1, 2):
            await until(
                lambda asked=asked: (  # type: ignore[misc]
                    keys.asked == asked and session.health.state is State.REFUSED
                )
            )
            assert wants_key(session)
            session.renew()
        await whole(session)
        assert {each.study_id for each in session.studies} == ids(emulator)


async def test_what_was_read_stays_and_only_what_came_meanwhile_is_news(
    emulator: EmbeddedEmulator,
) -> None:
    told = Told()
    keys = Keys(connection(emulator)._replace(me=ME), NO_KEY, connection(emulator))
    async with running(keys, told) as session:
        await whole(session)
        before = ids(emulator)
        session.renew()
        await until(lambda: session.health.state is State.UNCONNECTED)
        assert session.client is None
        assert {each.study_id for each in session.studies} == before
        gone = next(iter(before))
        emulator.delete(gone)
        new = str(
            emulator.create(studyDescription="CT", severity="high", studyInstanceUid="1.2.9")[
                "studyId"
            ]
        )
        assert who(session) == ME
        session.renew()
        await whole(session)
        # Whoever has another key may be somebody else.
        assert who(session) is None
        assert {each.study_id for each in session.studies} == ids(emulator)
        assert told.news == {new}


async def test_a_key_that_is_given_while_the_one_before_is_looked_for_is_not_lost(
    emulator: EmbeddedEmulator,
) -> None:
    """Whatever comes of the search that is under way: it was for the key before."""
    for former in (NO_KEY, wrong(emulator)):
        goes_on, asked = threading.Event(), threading.Event()
        found = iter((former, connection(emulator)))

        def connect(
            found: Iterator[Connection | ConnectionProblem] = found,
            goes_on: threading.Event = goes_on,
            asked: threading.Event = asked,
        ) -> Connection:
            answer = next(found)
            asked.set()
            goes_on.wait(20)
            if isinstance(answer, Exception):
                raise answer
            return answer

        async with running(connect) as session:
            await until(asked.is_set)
            session.renew()
            goes_on.set()
            await whole(session)


async def test_after_the_end_another_key_does_nothing(emulator: EmbeddedEmulator) -> None:
    keys = Keys(connection(emulator))
    async with running(keys) as session:
        await whole(session)
        await session.forget_all()
        session.renew()
        await asyncio.sleep(0)
        assert (keys.asked, len(session.studies)) == (1, 0)
        # Behind a lock a key may be stored still; unlocking looks for it.
        again = asyncio.create_task(session.run())
        await whole(session)
        assert keys.asked == 2
        await session.stop()
        await asyncio.wait({again})
