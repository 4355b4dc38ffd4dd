"""Waits that take no time, and somebody else who acts in the middle of one of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from avara_tui.api import calls
from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import ErrorKind
from avara_tui.api.wire import Effect, Problem
from avara_tui.clock import ManualClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from triage.making import Workplace

WRITES: Final = ("studies.update", "studies.cancel", "studies.uncancel")
NOW: Final = 1_700_000_000.0


class Waits:
    """Stands for asyncio in the module that waits: its pauses move the clock and tell of it."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.count = 0
        """How many waits have begun."""
        self.meanwhile: Callable[[], None] = lambda: None
        """What happens in the middle of every wait."""

    async def sleep(self, seconds: float) -> None:
        self.count += 1
        self.clock.advance(seconds)
        self.meanwhile()
        await asyncio.sleep(0)

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)


@asynccontextmanager
async def hurried(
    emulator: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Workplace, Waits]]:
    """Give a person's program in which no wait takes time."""
    clock = ManualClock(NOW)
    waits = Waits(clock)
    monkeypatch.setattr(calls, "asyncio", waits)
    async with AvaraClient(emulator.base_url, emulator.api_key, clock=clock) as client:
        work = Workplace(client)
        try:
            yield work, waits
        finally:
            await work.read_back.stop()


class Delay:
    """What makes a write wait, and in which of its waits somebody else acts."""

    def __init__(self, emulator: EmbeddedEmulator, work: Workplace, waits: Waits) -> None:
        self.emulator = emulator
        self.work = work
        self.waits = waits
        self.has_acted = False
        self.act: Callable[[], object] = lambda: None
        self._seen = 0

    def begin(self, kind: str) -> None:
        """Let the next write wait. The study has just been read for it."""
        turned_away, _, times = kind.partition(" x ")
        self._in_wait(1)
        match turned_away:
            case "rate-limit-nonsense" | "rate-limit-short":
                count, _, acts_in = (times or "1 in 1").partition(" in ")
                for operation in WRITES:
                    self.emulator.arm(turned_away, int(count), operation)
                self._in_wait(int(acts_in))
            case "paused by another's refusal":
                pause_by_another(self.work.client)
            case "connections refused":
                self.emulator.refuse_connections()
                self._in_wait(1, self.emulator.accept_connections)
            case "a new connection":
                self._before_the_write()
            case _:
                raise AssertionError(kind)

    def _in_wait(self, number: int, also: Callable[[], None] = lambda: None) -> None:
        begun = self.waits.count

        def meanwhile() -> None:
            if self.waits.count - begun == number and not self.has_acted:
                also()
                self._act()

        self.waits.meanwhile = meanwhile

    def _before_the_write(self) -> None:
        transport = self.work.client._transport
        exchange = transport.exchange
        assert transport._http is not None
        http = transport._http

        async def late(request: Any, *rest: Any) -> Any:
            if request.method != "GET" and not self.has_acted:
                # The connections that stood are gone: this one is to be set up.
                await http.renew()
                self._act()
            return await exchange(request, *rest)

        transport.exchange = late  # type: ignore[method-assign, assignment]

    def _act(self) -> None:
        self.has_acted = True
        self.act()


def pause_by_another(client: AvaraClient) -> None:
    """Let the server refuse another request of the same program, and say when to come back."""
    problem = Problem(ErrorKind.RATE_LIMITED, Effect.NONE, 429, retry_after=0.4)
    client._gate.note_answer(problem)


def after_the_next_read(work: Workplace, begin: Callable[[], None]) -> None:
    """Call ``begin`` as soon as a study has been read for a write."""
    client = work.client
    retrieve = client.retrieve

    async def reading(study_id: str) -> Any:
        study = await retrieve(study_id)
        client.retrieve = retrieve  # type: ignore[method-assign]
        begin()
        return study

    client.retrieve = reading  # type: ignore[method-assign]
