"""Taking in pages one at a time, the most urgent lane's first, with room for the keys between."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from avara_tui.clock import Clock

MOST_REST: Final = 0.05
"""Seconds to leave to the keys after a page, at most: as long as the page took."""


class Intake:
    """A lock that goes to the most urgent of those who wait for it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._is_taken = False
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    @asynccontextmanager
    async def turn(self, urgency: int) -> AsyncIterator[None]:
        """Hold the lock while the block runs, and then for as long again."""
        await self._wait(urgency)
        try:
            began = self._clock.monotonic()
            yield
            await asyncio.sleep(min(self._clock.monotonic() - began, MOST_REST))
        finally:
            self._pass_on()

    async def _wait(self, urgency: int) -> None:
        if not self._is_taken:
            self._is_taken = True
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (urgency, next(self._numbers), future))
        try:
            await future
        except asyncio.CancelledError:
            if not future.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            *_, future = heapq.heappop(self._waiting)
            if not future.done():
                future.set_result(None)
                return
        self._is_taken = False
