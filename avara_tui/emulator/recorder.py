"""The requests that were served, for tests of clients."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Final

_KEPT: Final = 20_000


@dataclass(slots=True)
class RecordedRequest:
    """A request as it came in. The credential is not kept."""

    operation: str
    method: str
    path: str
    """As sent: still percent-encoded."""
    query: str
    """As sent, without the question mark."""
    body: bytes
    headers: dict[str, str]
    at: float
    """Seconds on the monotonic clock."""
    status: int | None = None
    """The answer's status; None while there is none, and where a fault let none out."""
    fault: str | None = None
    """The kind of fault that struck the request."""


@dataclass(slots=True)
class Recorder:
    """The last requests, and how many there were of each operation."""

    requests: deque[RecordedRequest] = field(default_factory=lambda: deque(maxlen=_KEPT))
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, request: RecordedRequest) -> None:
        """Remember ``request``."""
        self.requests.append(request)
        self.counts[request.operation] += 1

    def clear(self) -> None:
        """Forget everything."""
        self.requests.clear()
        self.counts.clear()
