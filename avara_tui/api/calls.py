"""One call from its start to its end: the gate, the tries and the deadline."""

import asyncio
import logging
import math
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar

from avara_tui.api import retry
from avara_tui.api.budget import Budget
from avara_tui.api.errors import ErrorKind, Outcome
from avara_tui.api.gate import Gate
from avara_tui.api.transport import Transport
from avara_tui.api.verdict import judge
from avara_tui.api.wire import NOT_CONNECTED, Departure, Effect, Problem, Request
from avara_tui.clock import Clock

_log = logging.getLogger("avara_tui.api")

Value = TypeVar("Value")
Found = TypeVar("Found")
Parse = Callable[[bytes], Value | None]
Recheck = Callable[[Budget], Awaitable[Request | Found | Problem]]
"""Looks, in one request that waits for nothing, at what a write rests on; returns the request that
is to be sent by now, or how the call ends instead."""

_SHARE_OF_A_TRY: Final = 0.6
"""The part of the time left that a read's try may take, so that another can follow."""
_LEAST_TRY: Final = 0.05
"""Seconds below which another try is not worth its while."""
_CURRENT: Final = 1.0
"""Seconds after which what was read is too old to write upon, unless reading it took longer."""


class Calls:
    """Makes calls over one transport, each within ``deadline`` seconds."""

    def __init__(self, transport: Transport, gate: Gate, deadline: float, clock: Clock) -> None:
        self._transport = transport
        self._gate = gate
        self._deadline = deadline
        self._clock = clock

    async def read(self, request: Request, parse: Parse[Value]) -> Value:
        """Return what ``request`` reads. Raises :class:`AvaraError`."""
        return await self.run(
            request, Outcome.NOTHING, lambda budget: self.attempt_read(request, parse, budget)
        )

    async def ask_once(self, request: Request, parse: Parse[Value]) -> Value:
        """Return what ``request`` brings; it is repeated only if it provably did nothing."""
        return await self.run(
            request, Outcome.NOTHING, lambda budget: self._attempt_once(request, parse, budget)
        )

    async def run(
        self,
        request: Request,
        outcome: Outcome,
        work: Callable[[Budget], Awaitable[Value | Problem]],
    ) -> Value:
        """Return what ``work`` returns, if the gate lets it begin.

        ``outcome`` is that of a call that was never begun, or that ended in a problem which says
        nothing of its own about it. Raises :class:`AvaraError`, outside of any other exception.
        """
        result: Value | Problem | None = self._gate.refusal()
        if result is None:
            began = self._clock.monotonic()
            result = await _guarded(request, outcome, work(Budget(self._deadline)))
            self._gate.note_end(result if isinstance(result, Problem) else None, began)
        if isinstance(result, Problem):
            raise result.error(request, outcome)
        return result

    async def attempt_read(
        self, request: Request, parse: Parse[Value], budget: Budget
    ) -> Value | Problem:
        """Send ``request`` up to three times while ``budget`` lasts.

        A refusal that says when to come back is not counted: the server has done no work for it.
        """
        attempt = 1
        while True:
            share = 1.0 if attempt == retry.TRIES else _SHARE_OF_A_TRY
            result = await self._exchange(request, parse, budget, share)
            if not isinstance(result, Problem) or not retry.may_pass(result):
                return result
            if attempt >= retry.TRIES or not await self._wait(attempt, result, budget):
                return result
            attempt += not retry.is_invited(result)

    async def look(self, request: Request, parse: Parse[Value], budget: Budget) -> Value | Problem:
        """Read once, without waiting for a turn, on behalf of a write that has not been sent."""
        result = await self._send(request, parse, budget, _SHARE_OF_A_TRY)
        return result._replace(effect=Effect.NONE) if isinstance(result, Problem) else result

    async def attempt_write(
        self,
        request: Request,
        parse: Parse[Value],
        budget: Budget,
        recheck: Recheck[Found],
        *,
        was_read: bool = True,
    ) -> Value | Found | Problem:
        """Send a write until it is taken, up to three times, and only while it did nothing.

        It goes out at once or not at all: what it rests on ``was_read`` just before. After any
        wait, whether for the server's pause, for the next try or for a connection, there is a
        ``recheck``, and nothing but that lies between it and the write.
        """
        attempt, heeded, may_connect = 1, -math.inf, False
        ready: Request | None = request
        departure = Departure(_CURRENT, may_connect) if was_read else None
        loop = asyncio.get_running_loop()
        self._gate.follow()
        while True:
            result: Request | Value | Found | Problem
            if ready is None or self._gate.has_paused_since(heeded):
                heeded = self._gate.pause_ends
                paused = await self._turn(budget, requests=2)
                began = loop.time()
                result = await recheck(budget) if paused is None else paused
                if isinstance(result, Request):
                    ready = result
                    departure = Departure(max(_CURRENT, loop.time() - began), may_connect)
                    continue
            else:
                result = await self._follow(ready, parse, budget, departure)
                if result is NOT_CONNECTED:
                    # A server that closes every connection is not to be rechecked for ever.
                    ready, may_connect = None, True
                    continue
            if not await self._is_to_be_repeated(result, attempt, budget):
                return result
            attempt += not (isinstance(result, Problem) and retry.is_invited(result))
            ready = None

    async def _attempt_once(
        self, request: Request, parse: Parse[Value], budget: Budget
    ) -> Value | Problem:
        attempt = 1
        while True:
            result = await self._exchange(request, parse, budget)
            if not await self._is_to_be_repeated(result, attempt, budget):
                return result
            attempt += not (isinstance(result, Problem) and retry.is_invited(result))

    async def _is_to_be_repeated(self, result: object, attempt: int, budget: Budget) -> bool:
        """Whether a write has to be sent again, and may be; the pause before it is over then."""
        if not isinstance(result, Problem) or not retry.is_safe_to_send_again(result):
            return False
        return attempt < retry.TRIES and await self._wait(attempt, result, budget)

    async def _exchange(
        self, request: Request, parse: Parse[Value], budget: Budget, share: float = 1.0
    ) -> Value | Problem:
        """Send ``request`` once, not before the server wants to hear from anybody again.

        It may take ``share`` (0 to 1) of what is left of ``budget``.
        """
        paused = await self._turn(budget)
        return await self._send(request, parse, budget, share) if paused is None else paused

    async def _turn(self, budget: Budget, requests: int = 1) -> Problem | None:
        """Wait until ``requests`` may be sent; return why not, if ``budget`` ends before."""
        wait = self._gate.take_turn(requests)
        if self._gate.pause_left > retry.LONGEST_WAIT or wait + _LEAST_TRY > budget.left:
            if not wait:
                return Problem(ErrorKind.TIMEOUT, Effect.NONE)
            return Problem(ErrorKind.PAUSED, Effect.NONE, retry_after=wait)
        if wait:
            await asyncio.sleep(wait)
        return None

    async def _send(
        self, request: Request, parse: Parse[Value], budget: Budget, share: float
    ) -> Value | Problem:
        answer = await self._transport.exchange(request, budget.left * share)
        return self._noted(judge(answer, parse))

    async def _follow(
        self, request: Request, parse: Parse[Value], budget: Budget, departure: Departure | None
    ) -> Value | Problem:
        """Send a write right behind the read before it, whosever turn it is."""
        if budget.left < _LEAST_TRY:
            return Problem(ErrorKind.TIMEOUT, Effect.NONE)
        answer = await self._transport.exchange(request, budget.left, departure)
        return self._noted(judge(answer, parse))

    def _noted(self, result: Value | Problem) -> Value | Problem:
        self._gate.note_answer(result if isinstance(result, Problem) else None)
        return result

    async def _wait(self, attempt: int, problem: Problem, budget: Budget) -> bool:
        """Wait before try number ``attempt + 1``; return False at once if a person must be told."""
        pause = retry.pause_before(attempt, problem)
        if pause > retry.LONGEST_WAIT or pause + _LEAST_TRY > budget.left:
            return False
        await asyncio.sleep(pause)
        return True


async def _guarded(
    request: Request, outcome: Outcome, work: Awaitable[Value | Problem]
) -> Value | Problem:
    """Return what ``work`` returns; a mistake of our own is a problem like others.

    The log gets its type and place, which say nothing of what was being read or written.
    """
    try:
        return await work
    except Exception as error:  # noqa: BLE001 - no foreign exception passes this border
        frames = traceback.extract_tb(error.__traceback__)
        name, line = Path(frames[-1].filename).name, frames[-1].lineno
        _log.error("%s: %s at %s:%s", request.operation, type(error).__name__, name, line)
    return Problem(
        ErrorKind.UNREADABLE,
        Effect.PENDING,
        reason="this program stumbled over the answer; please report it with the log",
        outcome=Outcome.NOTHING if outcome is Outcome.NOTHING else Outcome.UNKNOWN,
    )
