"""Time, as a part that a test can replace."""

import time
from typing import Protocol


class Clock(Protocol):
    """Where the program takes its time from."""

    def now(self) -> float:
        """Return wall-clock time in seconds since 1970-01-01T00:00:00Z."""
        ...

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start that never run backwards."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Return wall-clock time in seconds since 1970-01-01T00:00:00Z."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start that never run backwards."""
        return time.monotonic()


class ManualClock:
    """A clock that moves only when told to: for tests and for reproducible pictures."""

    def __init__(self, now: float) -> None:
        self._now = now
        self._monotonic = 0.0

    def now(self) -> float:
        """Return the wall-clock time last set, in seconds since the epoch."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds by which the clock was advanced."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move both clocks on by ``seconds``."""
        self._now += seconds
        self._monotonic += seconds
