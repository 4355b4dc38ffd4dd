"""A web server that says byte by byte what a test wants it to, on a real socket."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from avara_tui.api.client import AvaraClient
from avara_tui.clock import Clock

KEY = "sk_live_0123456789abcdef0123456789abcdef"


@dataclass
class Received:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Reply(Protocol):
    """Something to do with the connection once a request has come; True keeps it open."""

    async def send(self, writer: asyncio.StreamWriter) -> bool: ...


@dataclass
class Response:
    """A whole HTTP response."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, writer: asyncio.StreamWriter) -> bool:
        head = f"HTTP/1.1 {self.status} Reason\r\ncontent-length: {len(self.body)}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        writer.write(head.encode() + b"\r\n" + self.body)
        await writer.drain()
        return True


@dataclass
class Raw:
    """Bytes as they stand, then the end of the connection."""

    data: bytes

    async def send(self, writer: asyncio.StreamWriter) -> bool:
        writer.write(self.data)
        await writer.drain()
        return False


class Reset:
    """A connection that breaks off with a reset."""

    async def send(self, writer: asyncio.StreamWriter) -> bool:
        writer.transport.abort()
        return False


@dataclass
class Stall:
    """Some bytes, then silence until the client gives up."""

    data: bytes = b""

    async def send(self, writer: asyncio.StreamWriter) -> bool:
        writer.write(self.data)
        await writer.drain()
        await asyncio.Event().wait()
        return False


@dataclass
class Drip:
    """A body that comes one byte at a time, for ever."""

    interval: float = 0.01

    async def send(self, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(self.interval)


def reply(value: object, status: int = 200, **headers: str) -> Response:
    """Return a JSON response; underscores in header names stand for hyphens."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(
        status, json.dumps(value).encode(), {"content-type": "application/json"} | named
    )


Handler = Callable[[Received], Reply | Awaitable[Reply]]


class RawServer:
    """Answers every request with what the handler returns, and remembers the requests."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.received: list[Received] = []
        self.connections = 0
        self.base_url = ""
        self._tasks: set[asyncio.Task[None]] = set()

    def count(self, method: str) -> int:
        return sum(received.method == method for received in self.received)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while await self._serve_one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        pairs = (line.split(": ", 1) for line in lines if line)
        headers = {name.lower(): value for name, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        received = Received(method, target, headers, body)
        self.received.append(received)
        answer = self.handler(received)
        if isinstance(answer, Awaitable):
            answer = await answer
        return await answer.send(writer)

    @contextlib.asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator["RawServer"]:
        server = await asyncio.start_server(self._connected, "127.0.0.1", port)
        self.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def talking(
    handler: Handler, *, deadline: float = 10.0, clock: Clock | None = None
) -> AsyncIterator[tuple[RawServer, AvaraClient]]:
    """Run a server that answers with ``handler``, and a client that asks it."""
    async with (
        RawServer(handler).running() as server,
        AvaraClient(server.base_url, KEY, deadline=deadline, clock=clock) as client,
    ):
        yield server, client


def script(replies: Iterable[Reply]) -> Handler:
    """Return a handler that gives ``replies`` one after the other, the last for ever."""
    waiting = list(replies)

    def handle(_received: Received) -> Reply:
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return handle


STUDY_ID = "stu_1234567890abcdef1234567890abcdef"
UID = "1.2.840.113619.2.55.3.604688119.868.1234567890.123"


def study_json(**changes: object) -> dict[str, Any]:
    """Return the study of the published examples, changed as asked."""
    return {
        "studyId": STUDY_ID,
        "studyInstanceUid": UID,
        "studyDescription": "CT Chest/Abdomen/Pelvis",
        "severity": "high",
        "studyViewerStatus": "incomplete",
        "isCancelled": False,
        "cancelledAt": None,
        "createdAt": "2024-03-15T10:30:00Z",
        "updatedAt": "2024-03-15T14:20:00Z",
        "assignedTo": {
            "userId": "usr_1234567890abcdef1234567890abcdef",
            "email": "dr.smith@radiology.com",
            "firstName": "John",
            "lastName": "Smith",
            "middleName": "Robert",
            "suffix1": "MD",
            "suffix2": "FACR",
        },
        "createdByUser": None,
        "createdByApiKey": {
            "apiKeyId": "550e8400-e29b-41d4-a716-446655440000",
            "description": "Production API Key",
            "isViewerEnabled": True,
        },
        "expressCustomer": {
            "expressCustomerId": "cus_1234567890abcdef1234567890abcdef",
            "expressCustomerName": "City Medical",
        },
        "metadata": {"department": "radiology", "priority": "urgent"},
    } | changes
