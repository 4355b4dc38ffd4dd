"""The emulator's time: the machine's, or one that stands still until moved."""

import time
from datetime import UTC, datetime


class EmulatorClock:
    """Wall-clock time in whole milliseconds since 1970-01-01T00:00:00Z."""

    def __init__(self, fixed_at_ms: int | None = None) -> None:
        self._fixed_at_ms = fixed_at_ms
        self._moved_by_ms = 0

    def now_ms(self) -> int:
        """Return the emulator's time."""
        base = time.time_ns() // 1_000_000 if self._fixed_at_ms is None else self._fixed_at_ms
        return base + self._moved_by_ms

    def advance(self, seconds: float) -> None:
        """Move the clock on (or, below zero, back) by ``seconds``."""
        self._moved_by_ms += round(seconds * 1000)


def parse_instant(text: str) -> int:
    """Return the milliseconds of an ISO 8601 instant; one without an offset is UTC.

    Raises :class:`ValueError` for anything else.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return round(instant.timestamp() * 1000)


def format_instant(instant_ms: int) -> str:
    """Return ``instant_ms`` as the API writes times, for example ``2024-03-15T10:30:00.000Z``."""
    seconds, milliseconds = divmod(instant_ms, 1000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds:03d}Z"
