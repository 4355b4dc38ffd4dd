"""Whether a request may be sent at all: the server's wishes, and our own patience."""

import math
from collections import deque
from typing import TYPE_CHECKING, Final

from avara_tui.api.errors import ErrorKind
from avara_tui.api.wire import Effect, Problem
from avara_tui.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

FAILURES: Final = 5
"""Calls in a row that may fail before the server is left alone."""
PROBE_INTERVAL: Final = 30.0
"""Seconds between two calls that are let through to see whether the server is back."""

_FIRST_PACE: Final = 0.05
_SLOWEST_PACE: Final = 2.0
_SLOW_DOWN: Final = 1.25
_SPEED_UP: Final = 0.95
_MARGIN: Final = 1.15
"""How much slower than the server let us go we go from there on."""
_SPANS: Final = (1.0, 60.0)
"""Seconds over which servers are taken to count requests, at least and at most."""
_FIRST_HOLD: Final = 30.0
_LONGEST_HOLD: Final = 3600.0
_TELLING: Final = 4
"""Requests that must have been let through to say anything about a limit."""
_TOGETHER: Final = 1.0
"""Seconds within which refusals are one: they were all under way when the first came."""

_FAILURES: Final = frozenset({ErrorKind.UNREACHABLE, ErrorKind.TIMEOUT, ErrorKind.SERVER})


class Gate:
    """Holds calls back after a refused key, for as long as the server asks, or after failures.

    A refused key and a failing server let one call through every :data:`PROBE_INTERVAL` seconds;
    a call that goes well opens the gate again.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._last_failure = -math.inf
        self._next_probe = -math.inf
        self._paused_until = -math.inf
        self._pace = 0.0
        self._least_pace = 0.0
        self._next_turn = -math.inf
        self._refused_at = -math.inf
        self._span = _SPANS[0]
        self._hold = _FIRST_HOLD / 2
        self._held_until = -math.inf
        self._accepted: deque[float] = deque(maxlen=10_000)
        self.refusals = 0
        """How often the server wanted fewer requests."""
        self._key_status: int | None = None
        self.when_back: Callable[[], None] = lambda: None
        """What is called when a server that was left alone has answered again."""

    @property
    def pause_left(self) -> float:
        """Seconds for which the server wants no request; 0 if it does not mind."""
        return max(self._paused_until - self._clock.monotonic(), 0.0)

    @property
    def pause_ends(self) -> float:
        """When the pause that the server asked for last ends or ended, on the monotonic clock."""
        return self._paused_until

    @property
    def pace(self) -> float:
        """Seconds between two requests; 0 as long as the server has not wanted fewer."""
        return self._pace

    @property
    def wait(self) -> float:
        """Seconds until the next request may be sent, without taking the turn."""
        return max(self.pause_left, self._next_turn - self._clock.monotonic(), 0.0)

    def take_turn(self, requests: int = 1) -> float:
        """Return the seconds after which the next ``requests`` may be sent, one behind the other.

        Requests are spaced out once the server had to refuse one for being too busy: by what it
        let through before, where that is known, else by twice as much as until then. The space
        is kept for a while, longer each time, and then shrinks a little with every answer, so that
        a server's limit is met seldom and a passing one forgotten.
        """
        now = self._clock.monotonic()
        turn = max(now, self._paused_until, self._next_turn)
        self._next_turn = turn + requests * self._pace
        return turn - now

    def follow(self) -> None:
        """Let a request go at once that belongs to the one before: those to come wait longer."""
        self._next_turn = max(self._clock.monotonic(), self._next_turn) + self._pace

    def has_paused_since(self, pause_ends: float) -> bool:
        """Whether the server wants no request, and wanted it no earlier than :attr:`pause_ends`.

        -inf stands for a moment at which it did not mind.
        """
        return self._paused_until > pause_ends and self.pause_left > 0

    def refusal(self) -> Problem | None:
        """Return why no call may begin at this moment, or None and take it that one does.

        A pause that the server asks for is no refusal: short ones are sat out within the call.
        """
        if self._key_status is None and self._failures < FAILURES:
            return None
        now = self._clock.monotonic()
        if now >= self._next_probe:
            self._next_probe = now + PROBE_INTERVAL
            return None
        if self._key_status is not None:
            return Problem(ErrorKind.UNAUTHORIZED, Effect.NONE, self._key_status)
        reason = f"the server has failed {self._failures} times in a row, so it is left alone"
        wait = self._next_probe - now
        return Problem(ErrorKind.PAUSED, Effect.NONE, retry_after=wait, reason=reason)

    def note_answer(self, problem: Problem | None) -> None:
        """Take note of how one request ended: what the server wants of the next ones."""
        now = self._clock.monotonic()
        if problem is not None and problem.kind is ErrorKind.RATE_LIMITED:
            if now >= max(self._paused_until, self._refused_at + _TOGETHER):
                self._slow_down(now, problem.retry_after or 0.0)
        elif problem is None or problem.status is not None:
            self._accepted.append(now)
            if now < self._paused_until:
                # It was under way when the server refused another: that one was let through.
                self._learn()
            elif now >= self._held_until:
                self._pace = self._pace * _SPEED_UP if self._pace > _FIRST_PACE / 2 else 0.0
        if problem is not None and problem.retry_after is not None:
            self._paused_until = max(self._paused_until, now + problem.retry_after)

    def _slow_down(self, now: float, pause: float) -> None:
        self.refusals += 1
        self._refused_at = now
        least, most = _SPANS
        self._span = min(max(pause, least), most)
        self._hold = min(2 * self._hold, _LONGEST_HOLD)
        self._held_until = now + pause + self._hold
        self._least_pace = self._pace * _SLOW_DOWN
        self._pace = min(max(2 * self._pace, _FIRST_PACE), _SLOWEST_PACE)
        self._learn()

    def _learn(self) -> None:
        """Find the pace from what the server let through just before it refused more."""
        start = self._refused_at - self._span
        while self._accepted and self._accepted[0] < start:
            self._accepted.popleft()
        if len(self._accepted) >= _TELLING:
            pace = self._span * _MARGIN / len(self._accepted)
            self._pace = min(max(pace, self._least_pace), _SLOWEST_PACE)

    def note_end(self, problem: Problem | None, began: float) -> None:
        """Take note of how a call ended that began at ``began`` on the monotonic clock.

        Calls that were under way together and failed together are one failure, not many.
        """
        if problem is not None and problem.kind is ErrorKind.PAUSED:
            return
        now = self._clock.monotonic()
        if problem is None or problem.kind not in _FAILURES:
            was_left_alone, self._failures = self._failures >= FAILURES, 0
            if was_left_alone:
                self.when_back()
        elif began >= self._last_failure:
            self._failures += 1
            self._last_failure = now
            if self._failures == FAILURES:
                self._next_probe = now + PROBE_INTERVAL
        if problem is not None and problem.kind is ErrorKind.UNAUTHORIZED:
            if self._key_status is None:
                self._next_probe = now + PROBE_INTERVAL
            self._key_status = problem.status
        elif problem is None or problem.status is not None:
            self._key_status = None

    def open(self) -> None:
        """Let calls through again, because a person wants it so."""
        self._failures = 0
        self._paused_until = self._next_turn = -math.inf
        self._key_status = None
