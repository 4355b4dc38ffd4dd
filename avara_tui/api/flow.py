"""How many pages may be under way at once, and whose turn is next: the one place that decides.

Reading a worklist takes hundreds of requests. This lets as many of them go side by side as the
server answers easily, the most urgent first, and fewer as soon as it refuses or takes its time.
What a person does to a single study does not wait here.
"""

import asyncio
import heapq
import itertools
import math
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.api.gate import Gate
from avara_tui.api.lead import FIRST_OF_ALL, Lead
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

    def __init__(
        self, gate: Gate, clock: Clock, quickest: Callable[[], float] = lambda: math.inf
    ) -> None:
        """``quickest`` returns how many seconds a page takes to come at least, inf if unknown."""
        self._gate = gate
        self._clock = clock
        self._window = FIRST
        self._quickest = quickest
        self._lead = Lead(clock)
        self._under_way = 0
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        """Those who wait for a turn, but for the walk that goes first."""
        self._first: deque[asyncio.Future[None]] = deque()
        self._numbers = itertools.count()
        self._next: asyncio.Handle | None = None
        self._best = math.inf
        self._cut_at = -math.inf
        self._refusals = gate.refusals

    @property
    def window(self) -> int:
        """How many may be under way at once."""
        return int(self._window)

    @contextmanager
    def walk(self, urgency: int) -> Iterator[None]:
        """Tell of a walk while the block runs; others hold back for the most urgent one."""
        if urgency != FIRST_OF_ALL:
            yield
            return
        try:
            with self._lead.walk():
                yield
        finally:
            self._look_soon()

    def note_taking_in(self, seconds: float) -> None:
        """Take note of how long it took to take in a page that had come."""
        self._lead.note_taking_in(seconds)

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
            self._end_turn(urgency)

    async def _wait(self, urgency: int) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if urgency == FIRST_OF_ALL:
            self._first.append(future)
        else:
            heapq.heappush(self._waiting, (urgency, next(self._numbers), future))
        self._look_soon()
        try:
            await future
        except asyncio.CancelledError:
            if not future.cancelled():
                self._end_turn(urgency)
            raise

    def _end_turn(self, urgency: int) -> None:
        self._under_way -= 1
        if urgency == FIRST_OF_ALL:
            self._lead.end_page()
        self._look_soon()

    def _look_soon(self) -> None:
        """Give out turns once whoever runs at this moment had the chance to ask for another."""
        if self._next is not None:
            self._next.cancel()
        self._next = asyncio.get_running_loop().call_soon(self._give)

    def _give(self) -> None:
        loop = asyncio.get_running_loop()
        self._next = None
        while self._under_way < self.window:
            chosen = self._choose()
            if chosen is None:
                return
            is_first, wait = chosen
            # A long pause is for the call to tell, not for us to sit out.
            if self._gate.wait <= LONGEST_WAIT:
                wait = max(wait, self._gate.wait)
            if wait > 0:
                self._next = loop.call_later(wait, self._give)
                return
            self._hand_out(is_first=is_first)
            if self._gate.pace:
                # Only when it has been taken is it known when the next one may go.
                self._next = loop.call_soon(self._give)
                return

    def _choose(self) -> tuple[bool, float] | None:
        """Return whether the walk that goes first is next, and the seconds until the turn.

        None if nobody can have one before another ends.
        """
        while self._first and self._first[0].done():
            self._first.popleft()
        while self._waiting and self._waiting[0][-1].done():
            heapq.heappop(self._waiting)
        others = self._under_way - self._lead.under_way
        # A place is left to the walk that goes first, so that it need not wait for others to end.
        may_others = bool(self._waiting) and (
            not self._lead.is_taken or others < max(self.window - 1, 1)
        )
        if self._first and not (may_others and self._lead.is_others_turn):
            return True, 0.0
        return (False, self._lead.wait(self._quickest())) if may_others else None

    def _hand_out(self, *, is_first: bool) -> None:
        self._under_way += 1
        if is_first:
            self._lead.begin_page()
            self._first.popleft().set_result(None)
        else:
            self._lead.begin_other()
            heapq.heappop(self._waiting)[-1].set_result(None)

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
