"""The way in to the API: the key, and the rate at which requests are let in."""

import hmac
import math
from collections import deque
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from avara_tui.emulator.answers import error_response
from avara_tui.emulator.refusal import Refusal
from avara_tui.emulator.world import World


class Gate:
    """Lets requests with the right key through to ``app``; the viewer's pages have tokens."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world
        self._admitted: deque[float] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        if not scope["path"].startswith("/study/"):
            try:
                self._check_key(Headers(scope=scope))
                if "recorded" in scope:
                    self._check_rate(scope["recorded"].at)
            except Refusal as refusal:
                response = error_response(refusal, self._world.behaviour)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _check_key(self, headers: Headers) -> None:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise _unauthorised("Send the API key as: Authorization: Bearer sk_live_...")
        if not hmac.compare_digest(key.strip().encode(), self._world.settings.api_key.encode()):
            raise _unauthorised("The API key is not valid.")

    def _check_rate(self, now: float) -> None:
        rate = self._world.behaviour.rate_limit
        if not rate:
            return
        # At most ``most`` requests in any ``window`` seconds.
        most = max(1, math.floor(rate))
        window = most / rate
        while self._admitted and now - self._admitted[0] >= window:
            self._admitted.popleft()
        if len(self._admitted) >= most:
            wait = math.ceil(window - (now - self._admitted[0]))
            is_told = self._world.behaviour.retry_after == "told"
            raise Refusal(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"At most {rate:g} requests a second. Try again in {wait} s.",
                {"Retry-After": str(wait)} if is_told else {},
            )
        self._admitted.append(now)


def _unauthorised(message: str) -> Refusal:
    return Refusal(HTTPStatus.UNAUTHORIZED, message, {"WWW-Authenticate": "Bearer"})
