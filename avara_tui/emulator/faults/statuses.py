"""Faults that are honest HTTP: error statuses and redirects, before or after the write."""

import json
from email.utils import formatdate
from http import HTTPStatus
from typing import Final

from avara_tui.emulator.faults.struck import Strike, Struck, done, undone

_LATER_SECONDS: Final = 30.0


def _error(status: HTTPStatus) -> Strike:
    async def strike(struck: Struck) -> None:
        await _answer(struck, status)

    return strike


def _error_after_write(status: HTTPStatus) -> Strike:
    async def strike(struck: Struck) -> None:
        await struck.serve()
        await _answer(struck, status)

    return strike


def _redirect(status: HTTPStatus) -> Strike:
    async def strike(struck: Struck) -> None:
        target = struck.world.redirect_to + struck.scope["raw_path"].decode("ascii")
        await _answer(struck, status, {"location": target})

    return strike


def _limited(retry_after: str) -> Strike:
    async def strike(struck: Struck) -> None:
        await _answer(struck, HTTPStatus.TOO_MANY_REQUESTS, {"retry-after": retry_after})

    return strike


async def _limited_until(struck: Struck) -> None:
    until = formatdate(struck.world.clock.now_ms() / 1000 + _LATER_SECONDS, usegmt=True)
    await _answer(struck, HTTPStatus.TOO_MANY_REQUESTS, {"retry-after": until})


async def _answer(
    struck: Struck, status: HTTPStatus, headers: dict[str, str] | None = None
) -> None:
    body = {"error": status.name.lower(), "message": f"An ordered fault: {status.phrase}."}
    pairs = {"content-type": "application/json", **(headers or {})}
    encoded = [(name.encode(), value.encode()) for name, value in pairs.items()]
    await struck.answer(status, encoded, json.dumps(body).encode())


_CLIENT_ERRORS: Final = (400, 401, 403, 404, 408, 409, 422)
_SERVER_ERRORS: Final = (500, 502, 503, 504)
_REDIRECTS: Final = (301, 302, 303, 307, 308)

KINDS: Final = {
    **{
        f"status-{code}": undone(
            f"{code} {HTTPStatus(code).phrase}; nothing is done", _error(HTTPStatus(code))
        )
        for code in (*_CLIENT_ERRORS, *_SERVER_ERRORS)
    },
    **{
        f"status-{code}-after-write": done(
            f"{code} {HTTPStatus(code).phrase}, though it was done",
            _error_after_write(HTTPStatus(code)),
        )
        for code in (408, *_SERVER_ERRORS)
    },
    **{
        f"redirect-{code}": undone(
            f"{code} to another host; nothing is done", _redirect(HTTPStatus(code))
        )
        for code in _REDIRECTS
    },
    "rate-limit-short": undone("429, Retry-After: 1", _limited("1")),
    "rate-limit-long": undone("429, Retry-After: 3600", _limited("3600")),
    "rate-limit-date": undone("429, Retry-After: a date 30 s from now", _limited_until),
    "rate-limit-nonsense": undone("429, Retry-After: soon", _limited("soon")),
}
