"""How many pages may be under way at once, and whose turn is next: the one place that decides.

Reading a worklist takes hundreds of requests. This lets as many of them go side by side as the
server answers easily, the most urgent first, and fewer as soon as it refuses or takes its time.
What a person does to a single study does not wait here.
"""

import asyncio
import heapq
import itertools
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.api.gate import Gate
from avara_tui.api.retry import LONGEST_WAIT
from avara_tui.clock import Clock

FIRST: Final = 4.0
"""Pages under way at once to begin with."""
MOST: Final = 8.0
"""More would come in faster than they can be shown, and hold up the keys."""

_REFUSED: Final = 0.5
_SLOW: Final = 0.75
_SLOW_FACTOR: Final = 3.0
"""How many times as long as the best an answer must take to be slow."""
_SLOW_LEAST: Final = 0.25
"""Seconds beyond that: on a fast line everything is a multiple of nearly nothing."""
_FORGETTING: Final = 1.02
"""By how much the best time grows with every answer, so that an old network is forgotten."""
_STRAINED: Final = frozenset(
    {ErrorKind.RATE_LIMITED, ErrorKind.TIMEOUT, ErrorKind.SERVER, ErrorKind.UNREACHABLE}
)


class Flow:
    """Gives out turns. The window grows by one a round of answers and shrinks by a part of itself.

    A cut counts once for all that was under way when it was made.
    """

    def __init__(self, gate: Gate, clock: Clock) -> None:
        self._gate = gate
        self._clock = clock
        self._window = FIRST
        self._under_way = 0
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._next: asyncio.Handle | None = None
        self._best = math.inf
        self._cut_at = -math.inf
        self._refusals = gate.refusals

    @property
    def window(self) -> int:
        """How many may be under way at once."""
        return int(self._window)

    @asynccontextmanager
    async def turn(self, urgency: int) -> AsyncIterator[None]:
        """Wait for a turn, and hold it while the block runs; the least ``urgency`` goes first."""
        await self._wait(urgency)
        began = self._clock.monotonic()
        try:
            yield
        except AvaraError as error:
            if error.kind in _STRAINED:
                self._cut(_REFUSED, began)
            raise
        else:
            self._note(began)
        finally:
            self._end_turn()

    async def _wait(self, urgency: int) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (urgency, next(self._numbers), future))
        self._look_soon()
        try:
            await future
        except asyncio.CancelledError:
            if not future.cancelled():
                self._end_turn()
            raise

    def _end_turn(self) -> None:
        self._under_way -= 1
        self._look_soon()

    def _look_soon(self) -> None:
        """Give out turns once whoever runs at this moment had the chance to ask for another."""
        if self._next is None:
            self._next = asyncio.get_running_loop().call_soon(self._give)

    def _give(self) -> None:
        loop = asyncio.get_running_loop()
        self._next = None
        while self._waiting and self._under_way < self.window:
            wait = self._gate.wait
            # A long pause is for the call to tell, not for us to sit out.
            if 0 < wait <= LONGEST_WAIT:
                self._next = loop.call_later(wait, self._give)
                return
            _urgency, _number, future = heapq.heappop(self._waiting)
            if future.done():
                continue
            self._under_way += 1
            future.set_result(None)
            if self._gate.pace:
                # Only when it has been taken is it known when the next one may go.
                self._next = loop.call_soon(self._give)
                return

    def _note(self, began: float) -> None:
        """Take note of an answer."""
        seconds = self._clock.monotonic() - began
        self._best = min(seconds, self._best * _FORGETTING)
        refusals, self._refusals = self._refusals, self._gate.refusals
        if self._refusals != refusals:
            self._cut(_REFUSED, began)
        elif seconds > self._best * _SLOW_FACTOR + _SLOW_LEAST:
            self._cut(_SLOW, began)
        elif began >= self._cut_at:
            self._window = min(self._window + 1 / self._window, MOST)

    def _cut(self, share: float, began: float) -> None:
        if began >= self._cut_at:
            self._cut_at = self._clock.monotonic()
            self._window = max(self._window * share, 1.0)
