"""One exchange after the other with one server, whatever carries them."""

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from avara_tui.api.early import EarlyAnswer
from avara_tui.api.errors import ErrorKind
from avara_tui.api.request_base import RequestBase
from avara_tui.api.skew import JumpDetector, ServerClock
from avara_tui.api.tls import proxy_url
from avara_tui.api.wire import Answer, Departure, Effect, Problem, Request
from avara_tui.clock import Clock

if TYPE_CHECKING:
    from avara_tui.api.http_exchange import Http

_log = logging.getLogger("avara_tui.api")


class Transport:
    """Sends requests on one way. Never raises for what the network does.

    What speaks HTTP takes long to import. The first exchange that needs it waits for that, and one
    whose answer was asked for early does not.
    """

    def __init__(self, base: RequestBase, clock: Clock, early: EarlyAnswer | None = None) -> None:
        """Prepare for exchanges; ``early`` is used for the request that it answers.

        Raises :class:`AvaraError` of kind SETUP.
        """
        self._base = base
        self._clock = clock
        self._early = early
        self._jumps = JumpDetector(clock)
        self._is_closed = False
        self.server_clock = ServerClock(clock)
        # A proxy that cannot be used is told at once.
        self._http = self._new_http() if proxy_url(base.endpoint) else None

    async def aclose(self) -> None:
        """Close all connections as soon as nothing uses them."""
        self._is_closed = True
        self._early = None
        if self._http is not None:
            await self._http.aclose()

    async def exchange(
        self, request: Request, seconds: float, departure: Departure | None = None
    ) -> Answer | Problem:
        """Send ``request`` and return its answer, or why none came within ``seconds``.

        A write with a ``departure`` that cannot leave like that does not leave.
        """
        started = time.perf_counter()
        result = await self._ask_early(request, seconds)
        if result is None and (http := await self._settled_http()) is not None:
            passed = time.perf_counter() - started
            if departure is not None:
                departure = departure._replace(within=departure.within - passed)
            result = await http.exchange(request, seconds - passed, departure)
        if result is None:
            return Problem(ErrorKind.SETUP, Effect.NONE, reason="the connection has been closed")
        _log.info(
            "%s %s %s %.0f ms",
            request.method,
            request.route,
            result.status if isinstance(result, Answer) else result.kind.value,
            (time.perf_counter() - started) * 1000,
        )
        return result

    async def _ask_early(self, request: Request, seconds: float) -> Answer | Problem | None:
        """Return what was asked for early if it is this, or None if it has to be asked for."""
        early = self._early
        if early is None or early.request != request:
            return None
        self._early = None
        return await early.answer(seconds, self.server_clock)

    async def _settled_http(self) -> "Http | None":
        """Return what speaks HTTP, with connections that the network still knows.

        None once this is closed.
        """
        if self._http is None and not self._is_closed:
            await asyncio.to_thread(_load)
        if self._is_closed:
            return None
        if self._http is None:
            self._http = self._new_http()
        if self._jumps.jumped():
            await self._http.renew()
        return self._http

    def _new_http(self) -> "Http":
        return _load()(self._base, self._clock, self.server_clock)


def _load() -> "type[Http]":
    from avara_tui.api.http_exchange import Http  # noqa: PLC0415 - see Transport

    return Http
