"""When to try again after the server has failed: soon at first, and then less and less often."""

import random
from typing import Final

from avara_tui.api.errors import AvaraError, ErrorKind

LONGEST_PAUSE: Final = 30.0
"""Seconds between two attempts at most, unless the server wants more: as long as it is left alone
after failures, so that nobody sleeps on when it is back."""
_DOUBLINGS: Final = 10
_LEAST: Final = 0.5


def pause_after(problem: AvaraError, failures: int, longest: float = LONGEST_PAUSE) -> float:
    """Return the seconds to wait after ``failures`` in a row, of which ``problem`` is the last.

    An attempt that was held back on this machine says nothing new about the server: it is made
    when it may be, and not before.
    """
    asked = problem.retry_after or 0.0
    if problem.kind is ErrorKind.PAUSED:
        return max(asked, _LEAST) * random.uniform(1.0, 1.1)  # noqa: S311 - spreads requests
    pause = min(2.0 ** min(failures, _DOUBLINGS), longest)
    return max(pause * random.uniform(0.9, 1.1), asked)  # noqa: S311 - spreads requests
