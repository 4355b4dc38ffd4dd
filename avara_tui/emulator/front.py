"""What every request passes before it is looked at: recording, latency, the size limit."""

import asyncio
import time
from contextlib import suppress
from email.utils import formatdate
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from avara_tui.emulator.answers import error_response
from avara_tui.emulator.operations import CONTROL_PREFIX, operation_of
from avara_tui.emulator.recorder import RecordedRequest
from avara_tui.emulator.refusal import Refusal
from avara_tui.emulator.world import World

_MAX_BODY: Final = 1_048_576


class Front:
    """Records each request, waits the latency, and stamps answers with the emulator's time."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        # Only the end of the server cancels a request. The connection is lost by then, and to
        # uvicorn a cancellation that comes through is an error to report.
        with suppress(asyncio.CancelledError):
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await _read_body(receive)
        except ClientDisconnect:
            return
        request = _record(scope, body or b"")
        if not scope["path"].startswith(CONTROL_PREFIX):
            self._world.recorder.add(request)
            scope["recorded"] = request
            if self._world.settings.latency_ms:
                await asyncio.sleep(self._world.settings.latency_ms / 1000)

        async def send_stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                request.status = int(message["status"])
                message = {**message, "headers": [*message["headers"], self._date()]}
            await send(message)

        if body is None:
            refusal = Refusal(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A body has at most {_MAX_BODY} bytes."
            )
            refused = error_response(refusal, self._world.behaviour)
            await refused(scope, receive, send_stamped)
            return
        await self._app(scope, _replay(body, receive), send_stamped)

    def _date(self) -> tuple[bytes, bytes]:
        # A client may take the clock skew from this: it must be the time of the studies' ages.
        return b"date", formatdate(self._world.clock.now_ms() / 1000, usegmt=True).encode()


def _record(scope: Scope, body: bytes) -> RecordedRequest:
    headers = dict(Headers(scope=scope))
    headers.pop("authorization", None)
    return RecordedRequest(
        operation=operation_of(scope["method"], scope["path"]),
        method=scope["method"],
        path=scope["raw_path"].decode("ascii"),
        query=scope["query_string"].decode("ascii"),
        body=body,
        headers=headers,
        at=time.monotonic(),
    )


async def _read_body(receive: Receive) -> bytes | None:
    """Return the request's body, or None if it is too large; what is too much is not kept."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        body += message["body"]
        if len(body) > _MAX_BODY:
            return None
        if not message["more_body"]:
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that gives ``body`` once more and then whatever comes next."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
