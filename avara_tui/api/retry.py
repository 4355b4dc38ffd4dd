"""When to ask again, and when to let the server be."""

import random
from collections.abc import Mapping
from typing import Final

from avara_tui.api.errors import ErrorKind
from avara_tui.api.times import parse_http_date
from avara_tui.api.wire import Effect, Problem

TRIES: Final = 3
"""Requests that one call may send for one purpose."""
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 2.0
_LEAST_INVITATION: Final = 0.1
"""Seconds; a server that wants to be asked again at once is not to be asked for ever."""
LONGEST_WAIT: Final = 3.0
"""Seconds that a call waits in silence; longer pauses are told, so that a person can decide."""
LONGEST_RETRY_AFTER: Final = 86_400.0
"""Seconds; a server that asks for more is taken to mean a day."""

_PASSING: Final = frozenset(
    {
        ErrorKind.UNREACHABLE,
        ErrorKind.TIMEOUT,
        ErrorKind.RATE_LIMITED,
        ErrorKind.SERVER,
        ErrorKind.UNREADABLE,
    }
)


def may_pass(problem: Problem) -> bool:
    """Whether the same request may do better in a moment."""
    return problem.kind in _PASSING


def is_safe_to_send_again(problem: Problem) -> bool:
    """Whether a write provably did nothing, for a reason that may pass."""
    return problem.effect is Effect.NONE and may_pass(problem)


def is_invited(problem: Problem) -> bool:
    """Whether the server refused for being too busy, and said when to come back."""
    wait = problem.retry_after or 0.0
    return problem.kind is ErrorKind.RATE_LIMITED and wait >= _LEAST_INVITATION


def pause_before(attempt: int, problem: Problem) -> float:
    """Return the seconds to wait after ``problem``, which try number ``attempt`` met (from 1 on).

    Full jitter, anything from nothing to a bound that doubles, so that the workstations of a
    department do not come back all at once; but not before the server wants it.
    """
    bound = min(_FIRST_PAUSE * 2.0 ** (attempt - 1), _LONGEST_PAUSE)
    jitter = random.uniform(0.0, bound)  # noqa: S311 - spreads requests, guards nothing
    return max(jitter, spread(problem.retry_after or 0.0))


def spread(pause: float) -> float:
    """Return ``pause`` and up to a quarter more, for the same reason."""
    return pause * random.uniform(1.0, 1.25)  # noqa: S311 - spreads requests, guards nothing


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that a response asks to wait, or None if it does not say.

    ``Retry-After-Ms`` comes first, then ``Retry-After`` in seconds or as a date (RFC 9110 section
    10.2.3). A date is held against the response's own ``Date`` where it has one, so that a wrong
    clock on either side does no harm, else against ``now``, in seconds since the epoch.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return _bounded(milliseconds / 1000)
    value = headers.get("retry-after")
    if value is None:
        return None
    seconds = _number(value)
    if seconds is None:
        until = parse_http_date(value)
        if until is None:
            return None
        sent = parse_http_date(headers.get("date", ""))
        seconds = until - (now if sent is None else sent)
    return _bounded(seconds)


def _number(text: str | None) -> float | None:
    if text is None or not text.strip().replace(".", "", 1).isdecimal():
        return None
    return float(text)


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)
