"""HTTP by httpx: the only module that uses it.

It speaks to httpx's transport rather than to its client, because the client follows ``.netrc``
(which would replace the API key), keeps cookies, and logs whole URLs with what was searched for.
"""

import asyncio
import contextlib
import errno
import logging
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from typing import Final

from avara_tui.api import retry
from avara_tui.api.endpoint import Endpoint, setup_error
from avara_tui.api.errors import ErrorKind
from avara_tui.api.http_library import httpx
from avara_tui.api.request_base import LARGEST_BODY, RequestBase
from avara_tui.api.routes import LIST_STUDIES
from avara_tui.api.skew import ServerClock
from avara_tui.api.tls import proxy_url
from avara_tui.api.wire import NOT_CONNECTED, Answer, Departure, Effect, Problem, Request
from avara_tui.clock import Clock

# httpcore writes response headers to its debugging log, Location with its token among them.
logging.getLogger("httpcore").setLevel(logging.WARNING)

_CONNECT_TIMEOUT: Final = 5.0
_CONNECTIONS: Final = 20
"""Exchanges that may be under way at once. The rest wait here rather than in httpx's own queue,
where those that give up waiting would take their place in it with them for good."""
_LIMITS: Final = httpx.Limits(
    max_connections=None,
    max_keepalive_connections=_CONNECTIONS,
    # Shorter than the five seconds after which many servers hang up, so that a request does not
    # run into a connection that is just being closed.
    keepalive_expiry=4.0,
)


class _Pool:
    """A set of connections, closed when it is retired and the last exchange on it has ended."""

    def __init__(self, context: ssl.SSLContext, proxy: httpx.Proxy | None) -> None:
        self.http = httpx.AsyncHTTPTransport(
            verify=context, trust_env=False, limits=_LIMITS, proxy=proxy
        )
        self._turns = asyncio.Semaphore(_CONNECTIONS)
        self._in_use = 0
        self._is_retired = False

    @property
    def is_full(self) -> bool:
        """Whether one more exchange would have to wait for its turn."""
        return self._turns.locked()

    @contextlib.asynccontextmanager
    async def use(self) -> AsyncIterator[httpx.AsyncHTTPTransport]:
        self._in_use += 1
        try:
            async with self._turns:
                yield self.http
        finally:
            self._in_use -= 1
            await self._close_if_done()

    async def retire(self) -> None:
        self._is_retired = True
        await self._close_if_done()

    async def _close_if_done(self) -> None:
        if self._is_retired and not self._in_use:
            with contextlib.suppress(Exception):
                await self.http.aclose()


class Http:
    """Sends requests on one way. Never raises for what the network does."""

    def __init__(self, base: RequestBase, clock: Clock, server_clock: ServerClock) -> None:
        """Prepare for exchanges. Raises :class:`AvaraError` of kind SETUP."""
        self._base = base
        self._clock = clock
        self._server_clock = server_clock
        self._proxy = _proxy(base.endpoint)
        self._url = httpx.URL(base.endpoint.origin)
        self._headers = httpx.Headers(base.headers)
        self._pool = self._new_pool()

    def _new_pool(self) -> _Pool:
        return _Pool(self._base.context, self._proxy)

    async def renew(self) -> None:
        """Use other connections from here on."""
        old, self._pool = self._pool, self._new_pool()
        await old.retire()

    async def aclose(self) -> None:
        """Close all connections as soon as nothing uses them."""
        await self._pool.retire()

    async def exchange(
        self, request: Request, seconds: float, departure: Departure | None = None
    ) -> Answer | Problem:
        """Send ``request`` and return its answer, or why none came within ``seconds``.

        A write with a ``departure`` that cannot leave like that does not leave.
        """
        if departure is not None and not departure.may_connect and self._pool.is_full:
            return NOT_CONNECTED
        progress = _Progress(has_left=request.method == "GET", departure=departure)
        try:
            async with asyncio.timeout(seconds), self._pool.use() as http:
                started = time.perf_counter()
                sent = self._request(request, seconds, progress)
                response = await http.handle_async_request(sent)
                try:
                    duration = time.perf_counter() - started
                    self._note(request, response, duration)
                    body = await _read(response)
                finally:
                    await response.aclose()
        except TimeoutError:
            return Problem(ErrorKind.TIMEOUT, progress.effect(Effect.PENDING))
        except _HeldBackError as held:
            return held.problem
        except Exception as error:  # noqa: BLE001 - no foreign exception passes this border
            return _explain(error, progress)
        if body is None:
            return Problem(ErrorKind.UNREADABLE, Effect.FINISHED, response.status_code)
        wait = _retry_after(response, self._clock)
        return Answer(response.status_code, body, wait)

    def _note(self, request: Request, response: httpx.Response, seconds: float) -> None:
        self._server_clock.note(response.headers.get("date"), seconds)
        # A refusal, or a single study, is sooner at hand than a page.
        if request.operation == LIST_STUDIES and response.status_code < 400:
            self._server_clock.note_page(seconds)

    def _request(self, request: Request, seconds: float, progress: "_Progress") -> httpx.Request:
        target = self._base.target(request)
        headers = self._headers
        if request.body is not None:
            headers = headers.copy()
            headers["Content-Type"] = "application/json"
        connect = min(seconds, _CONNECT_TIMEOUT)
        return httpx.Request(
            request.method,
            self._url.copy_with(raw_path=target.encode("ascii")),
            headers=headers,
            content=request.body,
            extensions={
                "timeout": {"connect": connect, "pool": None, "read": None, "write": None},
            }
            | ({} if progress.has_left else {"trace": progress.trace}),
        )


class _HeldBackError(Exception):
    """A write did not leave, for what has come between it and what it rests on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


class _Progress:
    """Whether any byte of a request can have left this machine.

    Only writes need to know, and watching costs time: a read starts with ``has_left``. A write
    that has a ``departure`` is held back if it cannot leave like that.
    """

    __slots__ = ("_departure", "_started", "has_left")

    def __init__(self, *, has_left: bool, departure: Departure | None = None) -> None:
        self.has_left = has_left
        self._departure = departure
        self._started = time.perf_counter()

    async def trace(self, event: str, _info: Mapping[str, object]) -> None:
        departure = self._departure
        if event.endswith("send_request_headers.started"):
            if departure and time.perf_counter() - self._started > departure.within:
                raise _HeldBackError(Problem(ErrorKind.TIMEOUT, Effect.NONE))
            self.has_left = True
        elif event.endswith("connect_tcp.started") and departure and not departure.may_connect:
            raise _HeldBackError(NOT_CONNECTED)

    def effect(self, otherwise: Effect) -> Effect:
        return otherwise if self.has_left else Effect.NONE


async def _read(response: httpx.Response) -> bytes | None:
    """Return the body, unpacked, or None if it is too large to be an answer.

    Of a refusal the status says enough: a body that does not come through whole is left out.
    """
    chunks, size = [], 0
    try:
        async for chunk in response.aiter_bytes():
            chunks.append(chunk)
            size += len(chunk)
            if size > LARGEST_BODY:
                return None if response.status_code < 300 else b""
    except httpx.HTTPError:
        if response.status_code < 300:
            raise
        return b""
    return b"".join(chunks)


def _retry_after(response: httpx.Response, clock: Clock) -> float | None:
    if response.status_code < 400:
        return None
    return retry.retry_after(response.headers, clock.now())


def _proxy(endpoint: Endpoint) -> httpx.Proxy | None:
    url = proxy_url(endpoint)
    problem = None
    try:
        if url is not None:
            proxy = httpx.Proxy(url)
            if proxy.url.scheme in {"http", "https"}:
                return proxy
            problem = "of a kind that is not supported; it must be http:// or https://"
    except (ValueError, httpx.InvalidURL):
        problem = "not a web address"
    if problem is not None:
        raise setup_error(f"the proxy that HTTPS_PROXY or ALL_PROXY names is {problem}")
    return None


_EXPLANATIONS: Final = (
    (httpx.ConnectTimeout, ErrorKind.TIMEOUT, Effect.NONE),
    (httpx.TimeoutException, ErrorKind.TIMEOUT, Effect.PENDING),
    (httpx.DecodingError, ErrorKind.UNREADABLE, Effect.FINISHED),
    (httpx.LocalProtocolError, ErrorKind.SETUP, Effect.LOST),
    (httpx.UnsupportedProtocol, ErrorKind.SETUP, Effect.LOST),
    (httpx.InvalidURL, ErrorKind.SETUP, Effect.LOST),
    (httpx.TransportError, ErrorKind.UNREACHABLE, Effect.LOST),
    (OSError, ErrorKind.UNREACHABLE, Effect.LOST),
    (Exception, ErrorKind.UNREADABLE, Effect.LOST),
)


def _explain(error: Exception, progress: _Progress) -> Problem:
    if isinstance(error, httpx.ConnectError):
        return _explain_connect_error(error)
    if isinstance(error, httpx.ProxyError):
        reason = "the proxy did not let the request through"
        return Problem(ErrorKind.UNREACHABLE, Effect.NONE, reason=reason)
    if isinstance(error, httpx.RemoteProtocolError) and not _is_disconnect(error):
        return Problem(ErrorKind.UNREADABLE, progress.effect(Effect.LOST))
    kind, effect = next(
        (kind, effect) for expected, kind, effect in _EXPLANATIONS if isinstance(error, expected)
    )
    is_broken = kind is ErrorKind.UNREACHABLE and progress.has_left
    return Problem(kind, progress.effect(effect), reason=_BROKEN if is_broken else None)


_BROKEN: Final = "the connection was lost before the answer was complete"


def _is_disconnect(error: httpx.RemoteProtocolError) -> bool:
    """Whether the peer hung up, rather than said something that is not HTTP."""
    text = str(error)
    return text.startswith(("Server disconnected", "peer closed connection"))


def _explain_connect_error(error: httpx.ConnectError) -> Problem:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Problem(
                ErrorKind.SETUP,
                Effect.NONE,
                reason="the server's certificate is not one that this machine trusts; if your "
                "network has an authority of its own, name its file in the ca_file setting",
            )
        if isinstance(cause, ssl.SSLError):
            return Problem(
                ErrorKind.UNREACHABLE,
                Effect.NONE,
                reason="the server does not speak TLS as it should",
            )
        if isinstance(cause, OSError) and cause.errno in {errno.EMFILE, errno.ENFILE}:
            return Problem(
                ErrorKind.UNREACHABLE,
                Effect.NONE,
                reason="there is no file descriptor left for a connection; end some programs, or "
                "raise the limit with ulimit -n and start again",
            )
        cause = cause.__cause__ or cause.__context__
    return Problem(ErrorKind.UNREACHABLE, Effect.NONE)
