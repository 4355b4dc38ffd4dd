"""What other walks may ask for while one goes first.

The walk that goes first asks for its pages one behind the other, so that others can use the time in
which it waits for an answer. But every page of theirs costs computing, here and there, that a page
of the first walk then waits for. So for each of its pages they get one, and as many more as can be
taken in while its answer is on its way: on a near server none, on a far one all that there are.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from avara_tui.clock import Clock

FIRST_OF_ALL: Final = 0
"""The urgency of the walk that goes first."""
LEAST_TAKING_IN: Final = 0.01
"""Seconds that it takes to take in a page, at least."""
LONGEST_RUN: Final = 4
"""Pages of the first walk that may be asked for in a row while others wait: the next is theirs."""
PATIENCE: Final = 0.2
"""Seconds without a sign of the first walk after which others hold back no longer."""

_FORGETTING: Final = 1.02
"""By how much the quickest page slows with every other, so that a quick moment is forgotten."""


class Lead:
    """Counts the pages of the walk that goes first, and those of others beside it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._walks = 0
        self._sign_at = -math.inf
        self._beside = 0
        self._run = 0
        self._taking_in = math.inf
        self.under_way = 0
        """Pages of the first walk that were asked for and have not come."""

    @contextmanager
    def walk(self) -> Iterator[None]:
        """Go first while the block runs."""
        self._walks += 1
        self._beside = self._run = 0
        self._sign_at = self._clock.monotonic()
        try:
            yield
        finally:
            self._walks -= 1

    @property
    def is_taken(self) -> bool:
        """Whether there is a walk that goes first."""
        return self._walks > 0

    @property
    def is_others_turn(self) -> bool:
        """Whether the first walk has had so many pages in a row that it waits for one of others."""
        return self._run >= LONGEST_RUN

    def wait(self, quickest: float) -> float:
        """Return the seconds for which others hold back; 0 if they do not.

        ``quickest`` is how many seconds a page takes to come at least, infinite if unknown.
        """
        more = quickest / max(self._taking_in, LEAST_TAKING_IN)
        most = 1 + (int(more) if math.isfinite(more) else 0)
        if not self.is_taken or self._beside < most:
            return 0.0
        return max(self._sign_at + PATIENCE - self._clock.monotonic(), 0.0)

    def note_taking_in(self, seconds: float) -> None:
        """Take note of how long it took to take in a page, of whatever walk."""
        self._taking_in = min(seconds, self._taking_in * _FORGETTING)

    def begin_page(self) -> None:
        """Take note that a page of the first walk is asked for."""
        self.under_way += 1
        self._beside = 0
        self._run += 1
        self._sign_at = self._clock.monotonic()

    def end_page(self) -> None:
        """Take note that it has come, or will not."""
        self.under_way -= 1
        self._sign_at = self._clock.monotonic()

    def begin_other(self) -> None:
        """Take note that a page of another walk is asked for."""
        self._beside += 1
        self._run = 0
