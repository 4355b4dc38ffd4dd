"""What the network's own exceptions mean, and what they say about a write."""

import ssl

import pytest

from avara_tui.api.errors import ErrorKind
from avara_tui.api.http_exchange import _explain, _Progress
from avara_tui.api.http_library import httpx
from avara_tui.api.wire import Effect, Problem

BROKEN = "the connection was lost before the answer was complete"
CERTIFICATE = (
    "the server's certificate is not one that this machine trusts; if your network has an "
    "authority of its own, name its file in the ca_file setting"
)


def connect_error(cause: Exception) -> httpx.ConnectError:
    error = httpx.ConnectError("")
    error.__cause__ = cause
    return error


def nested(cause: Exception) -> httpx.ConnectError:
    outer = OSError()
    outer.__context__ = cause
    return connect_error(outer)


@pytest.mark.parametrize(
    ("error", "kind", "effect", "reason"),
    [
        (httpx.ConnectTimeout(""), ErrorKind.TIMEOUT, Effect.NONE, None),
        (httpx.PoolTimeout(""), ErrorKind.TIMEOUT, Effect.PENDING, None),
        (httpx.ReadTimeout(""), ErrorKind.TIMEOUT, Effect.PENDING, None),
        (httpx.DecodingError(""), ErrorKind.UNREADABLE, Effect.FINISHED, None),
        (httpx.LocalProtocolError(""), ErrorKind.SETUP, Effect.LOST, None),
        (httpx.UnsupportedProtocol(""), ErrorKind.SETUP, Effect.LOST, None),
        (httpx.InvalidURL(""), ErrorKind.SETUP, Effect.LOST, None),
        (httpx.ReadError(""), ErrorKind.UNREACHABLE, Effect.LOST, BROKEN),
        (httpx.WriteError(""), ErrorKind.UNREACHABLE, Effect.LOST, BROKEN),
        (httpx.CloseError(""), ErrorKind.UNREACHABLE, Effect.LOST, BROKEN),
        (ConnectionResetError(), ErrorKind.UNREACHABLE, Effect.LOST, BROKEN),
        (
            httpx.RemoteProtocolError("Server disconnected without sending a response."),
            ErrorKind.UNREACHABLE,
            Effect.LOST,
            BROKEN,
        ),
        (
            httpx.RemoteProtocolError("peer closed connection without sending complete body"),
            ErrorKind.UNREACHABLE,
            Effect.LOST,
            BROKEN,
        ),
        (httpx.RemoteProtocolError("illegal"), ErrorKind.UNREADABLE, Effect.LOST, None),
        (KeyError("x"), ErrorKind.UNREADABLE, Effect.LOST, None),
        (
            httpx.ProxyError("407"),
            ErrorKind.UNREACHABLE,
            Effect.NONE,
            "the proxy did not let the request through",
        ),
        (httpx.ConnectError(""), ErrorKind.UNREACHABLE, Effect.NONE, None),
        (connect_error(OSError()), ErrorKind.UNREACHABLE, Effect.NONE, None),
        (
            connect_error(ssl.SSLError()),
            ErrorKind.UNREACHABLE,
            Effect.NONE,
            "the server does not speak TLS as it should",
        ),
        (connect_error(ssl.SSLCertVerificationError()), ErrorKind.SETUP, Effect.NONE, CERTIFICATE),
        (nested(ssl.SSLCertVerificationError()), ErrorKind.SETUP, Effect.NONE, CERTIFICATE),
    ],
)
def test_exceptions(error: Exception, kind: ErrorKind, effect: Effect, reason: str | None) -> None:
    assert _explain(error, _Progress(has_left=True)) == Problem(kind, effect, reason=reason)
    unsent = _explain(error, _Progress(has_left=False))
    assert unsent.kind is kind
    assert unsent.reason == (None if reason == BROKEN else reason)
    assert unsent.effect is Effect.NONE
