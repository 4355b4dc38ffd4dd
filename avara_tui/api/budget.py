"""The time that one call may take, shared out among what it has to do."""

import asyncio


class Budget:
    """Seconds that run out, whatever happens meanwhile."""

    __slots__ = ("_ends", "_loop")

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._ends = self._loop.time() + seconds

    @property
    def left(self) -> float:
        """Seconds left, never less than 0."""
        return max(self._ends - self._loop.time(), 0.0)

    def part(self, share: float) -> "Budget":
        """Return a budget of its own for ``share`` (0 to 1) of what is left."""
        return Budget(self.left * share)
