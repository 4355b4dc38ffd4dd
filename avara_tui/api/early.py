"""A read that is sent before the HTTP library is there, by the standard library's own client.

What people wait for first is one page. Whatever is not plainly an answer to it is dropped, and the
request is sent again in the usual way: it changes nothing on the server.
"""

import asyncio
import http.client
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from time import perf_counter
from typing import Final, NamedTuple

from avara_tui.api import retry
from avara_tui.api.errors import ErrorKind
from avara_tui.api.request_base import LARGEST_BODY, RequestBase
from avara_tui.api.skew import ServerClock
from avara_tui.api.tls import proxy_url
from avara_tui.api.wire import Answer, Effect, Problem, Request
from avara_tui.clock import Clock

_TIMEOUT: Final = 5.0
"""Seconds without a byte after which nobody waits any longer."""


class _Heard(NamedTuple):
    answer: Answer
    date: str | None
    seconds: float


class EarlyAnswer:
    """The answer to ``request``, under way from the moment that :meth:`fetch` is called."""

    def __init__(self, base: RequestBase, request: Request, clock: Clock) -> None:
        self.base = base
        self.request = request
        self._clock = clock
        self._heard: Future[_Heard | None] = Future()

    def fetch(self) -> None:
        """Ask the server, and block until it has answered or failed to."""
        try:
            heard = self._ask()
        except (OSError, http.client.HTTPException, ValueError):
            heard = None
        with suppress(InvalidStateError):
            self._heard.set_result(heard)

    async def answer(self, seconds: float, server_clock: ServerClock) -> Answer | Problem | None:
        """Return the answer, or why there was none within ``seconds``; None if it is no use."""
        try:
            async with asyncio.timeout(seconds):
                heard = await asyncio.wrap_future(self._heard)
        except TimeoutError:
            return Problem(ErrorKind.TIMEOUT, Effect.PENDING)
        if heard is None:
            return None
        server_clock.note(heard.date, heard.seconds)
        if heard.answer.status < 400:
            server_clock.note_page(heard.seconds)
        return heard.answer

    def _ask(self) -> _Heard | None:
        endpoint = self.base.endpoint
        if proxy_url(endpoint) is not None:
            return None
        place = self.base.headers["Host"]
        connection: http.client.HTTPConnection
        if endpoint.is_tls:
            connection = http.client.HTTPSConnection(
                place, timeout=_TIMEOUT, context=self.base.context
            )
        else:
            connection = http.client.HTTPConnection(place, timeout=_TIMEOUT)
        started = perf_counter()
        try:
            headers = self.base.headers | {"Accept-Encoding": "identity", "Connection": "close"}
            connection.request("GET", self.base.target(self.request), headers=headers)
            response = connection.getresponse()
            seconds = perf_counter() - started
            body = response.read(LARGEST_BODY + 1)
        finally:
            connection.close()
        told = {name.lower(): value for name, value in response.getheaders()}
        is_packed = told.get("content-encoding", "identity") != "identity"
        if is_packed or len(body) > LARGEST_BODY or not response.isclosed():
            return None
        wait = None
        if response.status >= 400:
            wait = retry.retry_after(told, self._clock.now())
        return _Heard(Answer(response.status, body, wait), told.get("date"), seconds)
