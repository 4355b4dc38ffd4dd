"""One call from its start to its end: the gate, the tries and the deadline."""

import asyncio
import logging
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
from avara_tui.api.wire import Effect, Problem, Request
from avara_tui.clock import Clock

_log = logging.getLogger("avara_tui.api")

Value = TypeVar("Value")
Parse = Callable[[bytes], Value | None]

_SHARE_OF_A_TRY: Final = 0.6
"""The part of the time left that a read's try may take, so that another can follow."""
_LEAST_TRY: Final = 0.05
"""Seconds below which another try is not worth its while."""


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
            request, Outcome.NOTHING, lambda budget: self.attempt_write(request, parse, budget)
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

    async def attempt_write(
        self,
        request: Request,
        parse: Parse[Value],
        budget: Budget,
        obstacle: Callable[[Budget], Awaitable[Problem | None]] | None = None,
    ) -> Value | Problem:
        """Send a write until it is taken, up to three times, and only while it did nothing.

        ``obstacle`` is asked before every repetition, and may forbid it.
        """
        attempt = 1
        while True:
            result = await self._exchange(request, parse, budget)
            if not isinstance(result, Problem) or not retry.is_safe_to_send_again(result):
                return result
            if attempt >= retry.TRIES or not await self._wait(attempt, result, budget):
                return result
            in_the_way = None if obstacle is None else await obstacle(budget)
            if in_the_way is not None:
                return in_the_way
            attempt += not retry.is_invited(result)

    async def _exchange(
        self, request: Request, parse: Parse[Value], budget: Budget, share: float = 1.0
    ) -> Value | Problem:
        """Send ``request`` once, not before the server wants to hear from anybody again.

        It may take ``share`` (0 to 1) of what is left of ``budget``.
        """
        wait = self._gate.take_turn()
        if self._gate.pause_left > retry.LONGEST_WAIT or wait + _LEAST_TRY > budget.left:
            if not wait:
                return Problem(ErrorKind.TIMEOUT, Effect.NONE)
            return Problem(ErrorKind.PAUSED, Effect.NONE, retry_after=wait)
        if wait:
            await asyncio.sleep(wait)
        result = judge(await self._transport.exchange(request, budget.left * share), parse)
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
