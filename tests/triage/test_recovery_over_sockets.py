"""A server that is replaced on its port by one with other data and faults, over real sockets."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from avara_tui.clock import SystemClock
from avara_tui.config import Alarm, Refresh
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.alarms import AlarmWatch, WatchState
from avara_tui.triage.reading.session import Listener, TriageSession
from avara_tui.worklist.clocks import Thresholds
from avara_tui.worklist.query import QueryContext

KEY = "sk_live_" + "0" * 32
FAULTS = {
    "status-503": 0.04,
    "status-502": 0.02,
    "reset-in-body": 0.03,
    "close-before-answer": 0.02,
    "stall-before-answer": 0.02,
    "truncated-json": 0.03,
    "expired-cursor": 0.02,
    "rate-limit-short": 0.02,
}
"""Together every fifth answer."""
AWAY = 6.0
"""Seconds without a server: enough for it to be left alone."""
SOON = 60.0
"""Seconds after which the watch is on again; a busy machine adds to the promised 45."""


@asynccontextmanager
async def serving(port: int, *options: str) -> AsyncIterator[int]:
    """Run an emulator of its own process on ``port``; give the port, and kill it in the end."""
    command = [sys.executable, "-m", "avara_tui", "emulator", "--api-key", KEY]
    command += ["--port", str(port), *options]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        announced = json.loads(await process.stdout.readline())
        yield int(announced["base_url"].rpartition(":")[2])
    finally:
        process.kill()
        await process.wait()


async def seconds_until_on(seed: int) -> float:
    """Return after how many seconds a server that was replaced is watched again."""
    clock = SystemClock()

    def follow() -> None:
        alarms.lanes_changed(QueryContext(None, clock.now(), Thresholds()))

    session = TriageSession(
        lambda: Connection(f"http://127.0.0.1:{port}", KEY, "the test"),
        Listener(lambda _: None, follow),
        clock,
        refresh=Refresh(),
        load_limit=20_000,
    )
    alarms = AlarmWatch(Alarm(), clock, lambda: session.lanes, lambda _: None, lambda: None)

    def is_on(since: float) -> bool:
        read_at = session.lanes[0].completed_at or 0.0
        return read_at > since and alarms.watch(session.health).state is WatchState.ON

    async def until_on(since: float) -> None:
        async with asyncio.timeout(120):
            while not is_on(since):  # noqa: ASYNC110 - time makes it true as well
                await asyncio.sleep(0.05)

    faults = [part for kind, rate in FAULTS.items() for part in ("--fault", f"{kind}={rate}")]
    busy = ("--studies", "300", "--arrivals", "60")
    async with serving(0, *busy, "--seed", str(seed)) as port:
        task = asyncio.create_task(session.run())
        await until_on(0.0)
    try:
        await asyncio.sleep(AWAY)
        async with serving(port, *busy, "--seed", str(seed + 1000), *faults):
            back, started = time.time(), time.monotonic()
            await until_on(back)
            return time.monotonic() - started
    finally:
        await session.stop()
        await asyncio.wait({task})


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_server_that_was_replaced_on_its_port_is_soon_watched_again() -> None:
    assert sum(FAULTS.values()) == pytest.approx(0.2)
    assert await seconds_until_on(1) <= SOON
