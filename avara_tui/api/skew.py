"""Two clocks held against each other: the server's and ours, and our own two."""

import math
from typing import Final

from avara_tui.api.times import parse_http_date
from avara_tui.clock import Clock

JUMP: Final = 30.0
"""Seconds that wall and monotonic clock may drift apart between two requests."""

_FORGETTING: Final = 1.02
"""By how much the quickest page slows with every other, so that an old network is forgotten."""


class ServerClock:
    """How far the server's clock is ahead of ours, and how soon it sends a list's page."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = ""
        self.skew: float | None = None
        """Seconds that the server is ahead; None until a response told. Good to a second."""

        self.quickest = math.inf
        """Seconds that a page takes to come at least, as of late; infinite until one came."""

    def note(self, date: str | None, duration: float) -> None:
        """Take note of a response's ``Date``, which came ``duration`` seconds after asking."""
        if date is None or date == self._last:
            return
        server = parse_http_date(date)
        if server is None:
            return
        self._last = date
        # The header leaves out the fraction of the second, and was written halfway between.
        self.skew = server + 0.5 - (self._clock.now() - duration / 2)

    def note_page(self, duration: float) -> None:
        """Take note that a page of studies came ``duration`` seconds after asking."""
        self.quickest = min(duration, self.quickest * _FORGETTING)


class JumpDetector:
    """Notices that the machine slept or that its clock was set.

    After a sleep the connections that the program still believes in are long forgotten by the
    network, and would swallow the next requests without a word.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset = clock.now() - clock.monotonic()

    def jumped(self) -> bool:
        """Whether the clock jumped since the last time this was asked."""
        offset = self._clock.now() - self._clock.monotonic()
        moved = abs(offset - self._offset) > JUMP
        if moved:
            self._offset = offset
        return moved
