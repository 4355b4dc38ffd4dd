"""A request that a fault strikes, and the means to strike it with."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import Final, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from avara_tui.emulator.world import World

Headers = Sequence[tuple[bytes, bytes]]

RefuseConnections = Callable[[], Awaitable[None]]
"""Closes the door to new connections for a second."""

# Closing a socket that lingers for zero seconds sends RST instead of FIN.
_NO_LINGER: Final = struct.pack("ii", 1, 0)


class Answer(NamedTuple):
    """What the API answered, before the fault changed it."""

    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Struck:
    """One request in the hands of a fault.

    Either it is answered through :attr:`send`, or bytes are written past the HTTP server and the
    connection is ended here: :meth:`reset`, :meth:`close` or :meth:`hold`.
    """

    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send
    world: World
    refuse_connections: RefuseConnections

    @property
    def transport(self) -> asyncio.Transport:
        """The connection itself."""
        transport: asyncio.Transport = self.scope["state"]["transport"]
        return transport

    async def serve(self) -> Answer:
        """Let the API do what was asked, a write included, and keep its answer back."""
        status, headers, body = 0, [], bytearray()

        async def keep(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message["headers"])
            else:
                body.extend(message.get("body", b""))

        await self.app(self.scope, self.receive, keep)
        return Answer(status, headers, bytes(body))

    async def answer(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer in proper HTTP; a Content-Length among ``headers`` is made right."""
        proper = [pair for pair in headers if pair[0].lower() != b"content-length"]
        if status != HTTPStatus.NO_CONTENT:
            proper.append((b"content-length", str(len(body)).encode()))
        await self.send({"type": "http.response.start", "status": status, "headers": proper})
        await self.send({"type": "http.response.body", "body": body})

    def head(self, answer: Answer, *, length: int | None = None) -> bytes:
        """Return the bytes before the body: ``length`` is what they say of the body's length."""
        phrase = HTTPStatus(answer.status).phrase
        lines = [f"HTTP/1.1 {answer.status} {phrase}".encode()]
        lines += [
            name + b": " + value for name, value in answer.headers if name != b"content-length"
        ]
        lines.append(f"date: {formatdate(self.world.clock.now_ms() / 1000, usegmt=True)}".encode())
        if length is not None:
            lines.append(f"content-length: {length}".encode())
        return b"\r\n".join([*lines, b"", b""])

    async def write(self, data: bytes) -> None:
        """Put ``data`` on the wire and wait until it is there."""
        self.transport.write(data)
        while self.transport.get_write_buffer_size() and not self.transport.is_closing():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.001)

    async def reset(self) -> None:
        """End the connection with RST."""
        connection: socket.socket = self.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()
        await self.hold()

    async def close(self) -> None:
        """End the connection with FIN."""
        self.transport.close()
        await self.hold()

    async def hold(self) -> None:
        """Do nothing more until the connection has ended."""
        while (await self.receive())["type"] != "http.disconnect":
            pass


Strike = Callable[[Struck], Awaitable[None]]


Strikes = Callable[[str, str], bool]
"""Tells whether a request can be struck, from its operation and its query."""


class Kind(NamedTuple):
    """A kind of fault."""

    summary: str
    """What happens, for a person."""
    is_applied: bool
    """Whether a write that is struck has been applied all the same."""
    strike: Strike
    strikes: Strikes


def _every_request(_operation: str, _query: str) -> bool:
    return True


def done(summary: str, strike: Strike, strikes: Strikes = _every_request) -> Kind:
    """Return a kind of fault that strikes when what was asked for has been done."""
    return Kind(summary, is_applied=True, strike=strike, strikes=strikes)


def undone(summary: str, strike: Strike, strikes: Strikes = _every_request) -> Kind:
    """Return a kind of fault that lets nothing be done."""
    return Kind(summary, is_applied=False, strike=strike, strikes=strikes)
