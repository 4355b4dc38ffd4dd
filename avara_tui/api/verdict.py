"""What a response means: a value, or a problem."""

from collections.abc import Callable
from typing import Final, TypeVar

from avara_tui.api.errors import ErrorKind
from avara_tui.api.server_words import server_message
from avara_tui.api.wire import Answer, Effect, Problem

Value = TypeVar("Value")

_REFUSALS: Final = {
    401: ErrorKind.UNAUTHORIZED,
    403: ErrorKind.FORBIDDEN,
    404: ErrorKind.NOT_FOUND,
    409: ErrorKind.CONFLICT,
    410: ErrorKind.NOT_FOUND,
    429: ErrorKind.RATE_LIMITED,
}
_GATEWAY_TIMEOUT: Final = 504


def judge(result: Answer | Problem, parse: Callable[[bytes], Value | None]) -> Value | Problem:
    """Return the value that ``result`` carries, or the problem that it is.

    ``parse`` returns None for a body that is no such value.
    """
    if isinstance(result, Problem):
        return result
    status = result.status
    if 200 <= status < 300:
        value = parse(result.body)
        if value is None:
            return Problem(ErrorKind.UNREADABLE, Effect.FINISHED, status)
        return value
    if 300 <= status < 400:
        # 307 and 308 say that the request is still to be made; after the others it may be done.
        effect = Effect.NONE if status in {307, 308} else Effect.FINISHED
        return Problem(ErrorKind.REDIRECTED, effect, status)
    if status == 408:
        return Problem(ErrorKind.TIMEOUT, Effect.FINISHED, status, result.retry_after)
    if 400 <= status < 500:
        return Problem(
            _REFUSALS.get(status, ErrorKind.INVALID),
            Effect.NONE,
            status,
            result.retry_after,
            server_message=server_message(result.body),
        )
    if status >= 500:
        # A gateway that gave up knows nothing of what happens behind it.
        effect = Effect.PENDING if status == _GATEWAY_TIMEOUT else Effect.FINISHED
        return Problem(ErrorKind.SERVER, effect, status, result.retry_after)
    return Problem(ErrorKind.UNREADABLE, Effect.FINISHED, status)
