"""A program in a pty that answers keys, and what every answer costs: bytes, CPU time, waiting."""

import time
from typing import Final, NamedTuple

from terminal.harness import WAIT, Terminal, bytes_of

CPU_CLOCK: Final = 2
"""Linux's number for the CPU time of all threads of a process (CPUCLOCK_SCHED)."""


class Answer(NamedTuple):
    """What a key press cost."""

    size: int
    """Bytes written."""
    seconds: float
    """From the press to the last byte."""


class Metered(Terminal):
    """Drawing takes a terminal longer than answering takes the program: it can be turned off."""

    drawing = True
    heard_at = 0.0

    def _draw(self, piece: bytes) -> None:
        self.heard_at = time.perf_counter()
        if self.drawing:
            super()._draw(piece)

    @property
    def cpu_seconds(self) -> float:
        """The CPU time that the program has taken so far."""
        return time.clock_gettime(~self.pid << 3 | CPU_CLOCK)

    def answer(self, key: str, quiet: float = 0.025) -> Answer:
        """Press a key and wait until nothing has been written for ``quiet`` seconds."""
        before = self.byte_count
        pressed = time.perf_counter()
        self.send(bytes_of(key))
        limit = pressed + WAIT
        while self.byte_count == before:
            if time.perf_counter() > limit:
                raise AssertionError(self._report(f"no answer to {key}"))
            time.sleep(0.0005)
        while time.perf_counter() - self.heard_at < quiet:
            time.sleep(quiet / 5)
        return Answer(self.byte_count - before, self.heard_at - pressed)
