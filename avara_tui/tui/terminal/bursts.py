"""Whether a hand pressed a key: judged by when keys arrive, before anything acts on them.

Nothing here knows what a key means, so a text that is typed is never the worse for it.
"""

import math
import threading
import time
from collections.abc import Callable
from enum import Enum, auto
from typing import Final, NamedTuple

from textual import events

TOGETHER: Final = 0.045
"""Seconds: keys that follow each other faster belong to one run. A hand makes two of them, rolling
from one finger to the next, but no third: the fastest typists reach 20 keys a second, a program
that types a clipboard 25 and more. A key that acts waits this long to be known, which nobody feels.
"""
AT_ONCE: Final = 0.02
"""Seconds: two keys closer than this came in one packet. Two fingers that roll are 30 to 60 ms
apart."""
HELD: Final = 0.1
"""Seconds: the same key again within this is held down. A finger that taps twice needs longer, and
the slowest repeat in use, the Linux console's, is 92 ms."""
MOST_BY_HAND: Final = 2
"""Keys of a run that a hand can have pressed."""
_KEPT: Final = 4096
"""Keys that are remembered: those that wait to be handled, and more."""


class Verdict(Enum):
    """What is known of a key."""

    HAND = auto()
    """A hand pressed it, and saw what was on the screen."""
    FIRST = auto()
    """It is the first of a burst: what was on the screen may have been meant."""
    BURST = auto()
    """It came right behind another one, faster than a hand goes on."""
    HELD = auto()
    """It is the same key again because it is held down."""
    OPEN = auto()
    """Nobody can tell yet: another key may follow at once."""


class Run:
    """Keys that follow each other faster than a hand goes on."""

    def __init__(self, at: float) -> None:
        self.began = self.last = at
        self.count = 0
        """How many keys there are."""
        self.presses = 0
        """The same, but a key that repeats itself counts once."""
        self.has_two_at_once = False
        self.is_one_key = True
        """Whether all of them are the same key."""

    @property
    def is_by_hand(self) -> bool:
        """Whether a hand can have typed it."""
        return self.presses <= MOST_BY_HAND and not self.has_two_at_once


class _Arrival(NamedTuple):
    key: str
    run: Run
    place: int
    """Where in the run it stands, counted from 0."""
    pause: float
    """Seconds since the key before."""
    repeats: bool
    """Whether it is the key before once more, as fast as a key that is held."""


class Arrivals:
    """When each key came. Keys are noted as they are read, and judged when they are handled."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """``now`` tells seconds that never run backwards, as Textual stamps its events."""
        self._now = now
        self._lock = threading.Lock()
        self._arrivals: dict[float, _Arrival] = {}
        self._run: Run | None = None
        self._last = ""

    def note(self, event: events.Key, *, at: float | None = None) -> None:
        """Take note of a key in the order in which keys come; a key known already changes nothing.

        ``at`` is when it was read, by default now. The key is stamped with it, a little later than
        the key before if both were read at once, so that its copies are known by it.
        """
        with self._lock:
            if self._arrivals.get(event.time, _NONE).key == event.key:
                return
            self._count(event, self._now() if at is None else at)

    def _count(self, event: events.Key, at: float) -> None:
        run, pause = self._run, math.inf
        if run is not None:
            at = max(at, math.nextafter(run.last, math.inf))
            pause = at - run.last
        if run is None or pause >= TOGETHER:
            run = self._run = Run(at)
        is_same = event.key == self._last
        repeats = is_same and AT_ONCE <= pause < HELD
        run.is_one_key = run.count == 0 or (run.is_one_key and is_same)
        run.has_two_at_once |= run.count > 0 and pause < AT_ONCE
        run.presses += not (run.count and repeats)
        self._arrivals[at] = _Arrival(event.key, run, run.count, pause, repeats)
        run.count += 1
        run.last = at
        self._last = event.key
        event.time = at
        if len(self._arrivals) > _KEPT:
            del self._arrivals[next(iter(self._arrivals))]

    def verdict(self, event: events.Key) -> Verdict:
        """Return what is known of ``event`` by now. A key that was never noted is a hand's."""
        with self._lock:
            arrival = self._arrivals.get(event.time)
            if arrival is None:
                return self._of_a_forgotten(event)
            run = arrival.run
            if run.is_one_key and run.count > 1:
                verdict = Verdict.BURST if run.has_two_at_once else Verdict.HELD
            elif not run.is_by_hand:
                verdict = Verdict.BURST if arrival.place else Verdict.FIRST
            else:
                verdict = Verdict.HELD if arrival.repeats else Verdict.HAND
            # What is no hand's now is none later: only the first of a few may turn out otherwise.
            is_sure = verdict in {Verdict.BURST, Verdict.HELD} and arrival.place > 0
            if not is_sure and self._now() - run.last < TOGETHER and run is self._run:
                return Verdict.OPEN
            return verdict

    def _of_a_forgotten(self, event: events.Key) -> Verdict:
        oldest = next(iter(self._arrivals), None)
        is_lost = oldest is not None and event.time < oldest and len(self._arrivals) >= _KEPT
        return Verdict.BURST if is_lost else Verdict.HAND

    def wait(self, event: events.Key) -> float:
        """Return the seconds after which an open verdict may be known."""
        with self._lock:
            arrival = self._arrivals.get(event.time)
            return 0.0 if arrival is None else arrival.run.last + TOGETHER - self._now()

    def run(self, event: events.Key) -> Run:
        """Return the keys that came with ``event``, itself among them."""
        with self._lock:
            arrival = self._arrivals.get(event.time)
            return Run(event.time) if arrival is None else arrival.run

    def pause(self, event: events.Key) -> float:
        """Return the seconds between ``event`` and the key before it."""
        with self._lock:
            arrival = self._arrivals.get(event.time)
            return math.inf if arrival is None else arrival.pause


_NONE: Final = _Arrival("", Run(0.0), 0, math.inf, repeats=False)
