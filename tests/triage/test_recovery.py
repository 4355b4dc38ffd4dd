"""A server that was away, or was replaced, is read whole again soon after it answers again."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest

from avara_tui.api import retry
from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.api.gate import PROBE_INTERVAL
from avara_tui.config import Alarm, Refresh
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.alarms import AlarmWatch, WatchState
from avara_tui.triage.reading.backoff import LONGEST_PAUSE, pause_after
from avara_tui.triage.reading.session import Listener, TriageSession
from avara_tui.triage.reading.stat_count import StatCount, StatWatch
from avara_tui.worklist.clocks import Thresholds
from avara_tui.worklist.query import QueryContext
from studies import is_open
from triage.simulated import CONNECTION, START, Json, LoopClock, StumblingServer, simulated, use

FAULTY = 0.2
"""The share of answers that are faulty."""
RUNS = 200
SOON = 45.0
"""Seconds after which the watch is on again once the server answers again: the pause of a server
that is left alone, with its jitter, and the reading."""


@pytest.fixture(scope="module")
def wards() -> tuple[list[Json], list[Json]]:
    """The studies of two servers, of which neither has any of the other's."""
    found = []
    for seed in (1, 2):
        with EmbeddedEmulator(studies=200, seed=seed) as emulator:
            found.append(emulator.studies())
    return found[0], found[1]


class Shift:
    """A session and its alarm watch."""

    def __init__(self) -> None:
        self.session = TriageSession(
            lambda: CONNECTION,
            Listener(lambda _: None, self._health_changed),
            LoopClock(),
            refresh=Refresh(),
            load_limit=20_000,
        )
        self.alarms = AlarmWatch(
            Alarm(), LoopClock(), lambda: self.session.lanes, lambda _: None, lambda: None
        )

    def _health_changed(self) -> None:
        self.alarms.lanes_changed(QueryContext(None, LoopClock().now(), Thresholds()))

    @property
    def state(self) -> WatchState:
        task = self.session._task
        assert task is not None
        assert not task.done(), "the session ended by itself"
        return self.alarms.watch(self.session.health).state

    @property
    def stat_read_at(self) -> float:
        """When open STAT studies were last read whole, in seconds of the loop."""
        return (self.session.lanes[0].completed_at or 0.0) - START


@asynccontextmanager
async def shift() -> AsyncIterator[Shift]:
    at_work = Shift()
    task = asyncio.create_task(at_work.session.run())
    try:
        yield at_work
    finally:
        await at_work.session.stop()
        await asyncio.wait({task})


class Recovery(NamedTuple):
    """How a shift went on after its server had been replaced."""

    seconds: float
    """From the first moment at which the new server could answer until the watch was on again."""
    interrupted: float
    """Seconds of the two minutes after that in which the watch was interrupted."""
    probes_due: float
    """How often a server that is left alone may be asked while it is down."""
    probed: float
    """How often it was asked, where a call sends up to three requests."""


async def until_on(at_work: Shift, since: float) -> float:
    """Return after how many seconds ``since`` then the watch is on again."""
    while at_work.stat_read_at < since or at_work.state is not WatchState.ON:
        assert now() - since < 600.0, "never on again"
        await asyncio.sleep(0.1)
    return now() - since


def now() -> float:
    """Return the seconds that have passed in the simulation."""
    return asyncio.get_running_loop().time()


async def recovered(seed: int, old: list[Json], new: list[Json]) -> Recovery:
    draw = random.Random(seed)
    random.seed(seed)
    server = StumblingServer(old, draw, FAULTY)
    with pytest.MonkeyPatch.context() as patch:
        use(server, patch)
        async with shift() as at_work:
            await asyncio.sleep(draw.uniform(60.0, 300.0))
            server.is_down = True
            seconds = draw.choice((draw.uniform(0.0, 20.0), draw.uniform(20.0, 1200.0)))
            await asyncio.sleep(min(seconds, 60.0))
            asked, left = len(server.asked), max(seconds - 60.0, 0.0)
            await asyncio.sleep(left)
            probed = (len(server.asked) - asked) / retry.TRIES
            server.replace(new)
            server.is_down = False
            took = await until_on(at_work, now())
            interrupted = 0.0
            for _ in range(120):
                await asyncio.sleep(1.0)
                interrupted += at_work.state is not WatchState.ON
    return Recovery(took, interrupted, left / PROBE_INTERVAL + 1, probed)


def check(found: Sequence[Recovery]) -> None:
    assert max(each.seconds for each in found) <= SOON
    assert max(each.interrupted for each in found) <= 20.0
    assert sum(each.interrupted for each in found) / len(found) <= 3.0
    assert all(each.probed <= each.probes_due for each in found)


def test_a_server_that_was_replaced_is_soon_watched_again(
    wards: tuple[list[Json], list[Json]],
) -> None:
    check([simulated(recovered(seed, *wards)) for seed in range(RUNS, RUNS + 10)])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_server_that_was_replaced_is_soon_watched_again_in_two_hundred_runs(
    wards: tuple[list[Json], list[Json]],
) -> None:
    check([simulated(recovered(seed, *wards)) for seed in range(RUNS)])


async def counted_again(seed: int, old: list[Json], new: list[Json]) -> tuple[float, int]:
    """Return how long it takes until STAT is counted again, and whether the count is right."""
    draw = random.Random(seed)
    random.seed(seed)
    server = StumblingServer(old, draw, FAULTY)
    with pytest.MonkeyPatch.context() as patch:
        use(server, patch)
        counts = [StatCount()]
        watch = StatWatch(
            CONNECTION,
            None,
            LoopClock(),
            interval=lambda: 10.0,
            severities=lambda: {"stat", "high"},
            follows=lambda: [each["studyId"] for each in old],
            look=lambda _: None,
            notify=counts.append,
        )
        task = asyncio.create_task(watch.run())
        await asyncio.sleep(60.0)
        server.is_down = True
        await asyncio.sleep(draw.choice((draw.uniform(0.0, 20.0), draw.uniform(20.0, 1200.0))))
        server.replace(new)
        server.is_down = False
        back = now()
        while counts[-1].problem is not None or (counts[-1].read_at or 0.0) < START + back:
            assert not task.done()
            assert now() - back < 600.0, "never counted again"
            await asyncio.sleep(0.1)
        took = now() - back
        task.cancel()
        await asyncio.wait({task})
    expected = sum(each["severity"] == "stat" and is_open(each) for each in new)
    return took, (counts[-1].open or 0) - expected


def test_a_server_that_was_replaced_behind_a_lock_is_soon_counted_again(
    wards: tuple[list[Json], list[Json]],
) -> None:
    found = [simulated(counted_again(seed, *wards)) for seed in range(RUNS)]
    assert max(seconds for seconds, _ in found) <= SOON
    assert {error for _, error in found} == {0}


async def outlasts(hours: float, studies: list[Json]) -> None:
    server = StumblingServer(studies, random.Random(1))
    with pytest.MonkeyPatch.context() as patch:
        use(server, patch)
        async with shift() as at_work:
            await asyncio.sleep(10.0)
            server.is_down = True
            await asyncio.sleep(hours * 3600.0)
            assert at_work.state is WatchState.INTERRUPTED
            server.is_down = False
            assert await until_on(at_work, now()) <= SOON


def test_a_session_outlasts_a_night_without_a_server(
    wards: tuple[list[Json], list[Json]],
) -> None:
    simulated(outlasts(20.0, wards[0][:20]))


@pytest.mark.parametrize("failures", [1, 5, 1024, 100_000])
def test_a_pause_grows_to_its_bound_and_no_further(failures: int) -> None:
    error = AvaraError(ErrorKind.SERVER, "list studies")
    pauses = [pause_after(error, failures) for _ in range(100)]
    wanted = min(2.0**failures if failures < 10 else LONGEST_PAUSE, LONGEST_PAUSE)
    assert 0.9 * wanted <= min(pauses) < max(pauses) <= 1.1 * wanted


def test_who_was_held_back_tries_when_it_may_and_not_before() -> None:
    error = AvaraError(ErrorKind.PAUSED, "list studies", retry_after=12.0)
    pauses = [pause_after(error, 1024) for _ in range(100)]
    assert 12.0 <= min(pauses) < max(pauses) <= 13.2


def test_what_the_server_asks_for_counts_more_than_any_bound() -> None:
    error = AvaraError(ErrorKind.RATE_LIMITED, "list studies", retry_after=300.0)
    assert pause_after(error, 1, 10.0) == 300.0
