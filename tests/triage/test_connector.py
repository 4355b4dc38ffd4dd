"""The connector: what is asked for while the screen gets ready is asked for once, and used."""

import asyncio

import pytest

from avara_tui.clock import SystemClock
from avara_tui.config import Refresh
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.access.connection import Connection, ConnectionProblem, ProblemKind
from avara_tui.triage.reading.connector import Connector
from avara_tui.triage.reading.lanes import OPEN_STAT
from avara_tui.triage.reading.session import Listener, TriageSession
from triage.test_session import until

STAT_PAGE = "severity=stat"


class Keys:
    """A place where a key is looked for, which counts how often."""

    def __init__(self, *found: Connection | Exception) -> None:
        self._found = list(found)
        self.asked = 0

    def __call__(self) -> Connection:
        self.asked += 1
        found = self._found.pop(0) if len(self._found) > 1 else self._found[0]
        if isinstance(found, Exception):
            raise found
        return found


def connection(emulator: EmbeddedEmulator) -> Connection:
    return Connection(emulator.base_url, emulator.api_key, "the test")


async def test_a_session_uses_what_was_asked_for_when_knocking(emulator: EmbeddedEmulator) -> None:
    keys = Keys(connection(emulator))
    connector = Connector(keys)
    connector.start_early()
    session = TriageSession(
        connector,
        Listener(lambda _: None, lambda: None),
        SystemClock(),
        refresh=Refresh(),
        load_limit=20_000,
        take_early=connector.take_early,
    )
    task = asyncio.create_task(session.run())
    try:
        await until(lambda: session.health.is_complete)
        stat = [each for each in emulator.requests if STAT_PAGE in each.query]
        assert len(stat) == 1
        assert session.lanes[0].lane.query == OPEN_STAT
        assert session.lanes[0].total
        assert keys.asked == 1
    finally:
        await session.stop()
        await asyncio.wait({task})


async def test_what_is_in_the_way_is_told_once_and_then_the_key_is_looked_for_anew(
    emulator: EmbeddedEmulator,
) -> None:
    problem = ConnectionProblem("No key.", remedy="Store one.", kind=ProblemKind.NO_KEY)
    keys = Keys(problem, connection(emulator))
    connector = Connector(keys)
    connector.start_early()
    with pytest.raises(ConnectionProblem):
        await asyncio.to_thread(connector)
    assert connector.take_early() is None
    assert (await asyncio.to_thread(connector)).api_key == emulator.api_key
    assert keys.asked == 2


async def test_an_address_that_no_key_may_be_sent_to_is_told_by_the_client(
    emulator: EmbeddedEmulator,
) -> None:
    where = connection(emulator)._replace(base_url="http://elsewhere.example")
    connector = Connector(Keys(where))
    connector.start_early()
    assert await asyncio.to_thread(connector) == where
    assert connector.take_early() is None


async def test_what_was_asked_for_is_given_out_once(emulator: EmbeddedEmulator) -> None:
    connector = Connector(Keys(connection(emulator)))
    connector.start_early()
    await asyncio.to_thread(connector)
    assert connector.take_early() is not None
    assert connector.take_early() is None


async def test_a_key_that_is_tried_leaves_no_answer_of_before(emulator: EmbeddedEmulator) -> None:
    connector = Connector(Keys(connection(emulator)))
    connector.start_early()
    await asyncio.to_thread(connector)
    connector.try_key()
    assert connector.take_early() is None


async def test_a_session_that_forgets_all_forgets_what_was_asked_for_early(
    emulator: EmbeddedEmulator,
) -> None:
    connector = Connector(Keys(connection(emulator)))
    connector.start_early()
    await asyncio.to_thread(connector)
    session = TriageSession(
        connector,
        Listener(lambda _: None, lambda: None),
        SystemClock(),
        refresh=Refresh(),
        load_limit=20_000,
        take_early=connector.take_early,
    )
    await session.forget_all()
    assert connector.take_early() is None
