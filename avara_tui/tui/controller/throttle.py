"""Doing something at most so often, however often it is asked for."""

import time
from collections.abc import Callable
from typing import Protocol


class Timers(Protocol):
    """What can call something later, such as a screen."""

    def set_timer(self, delay: float, callback: Callable[[], None]) -> object:
        """Call ``callback`` after ``delay`` seconds."""
        ...


class Throttle:
    """Calls at once if the last call is long enough ago, and else once when it will be."""

    def __init__(self, timers: Timers, act: Callable[[], None], interval: float) -> None:
        self._timers = timers
        self._act = act
        self._interval = interval
        self._last = float("-inf")
        self._is_coming = False

    def __call__(self) -> None:
        """Ask for a call."""
        if self._is_coming:
            return
        wait = self._last + self._interval - time.monotonic()
        if wait <= 0:
            self._do()
            return
        self._is_coming = True
        self._timers.set_timer(wait, self._do)

    def _do(self) -> None:
        self._is_coming = False
        self._last = time.monotonic()
        self._act()
