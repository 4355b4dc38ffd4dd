"""What passes between the layers of the client: a request, its answer, or what went wrong."""

from enum import Enum, auto
from typing import Final, NamedTuple

from avara_tui.api.errors import AvaraError, ErrorKind, Outcome


class Effect(Enum):
    """What a failed request may have done on the server."""

    NONE = auto()
    """It provably did nothing: it never left, or the server said that it refused it."""
    FINISHED = auto()
    """The server is done with it, and did not say whether it did what was asked."""
    LOST = auto()
    """The connection broke before an answer came."""
    PENDING = auto()
    """We stopped waiting: the server may still be at work on it."""


class Request(NamedTuple):
    """One HTTP request, and what it is for."""

    operation: str
    """What is attempted, as an error says it: "list studies"."""
    method: str
    route: str
    """The path with names in place of values, for the log."""
    path: str
    """The path itself, percent-encoded."""
    query: str = ""
    """The query string, percent-encoded, without the question mark."""
    body: bytes | None = None
    """JSON, or None."""
    study_id: str | None = None


class Departure(NamedTuple):
    """What a write must find to leave, so that what was read before it still counts."""

    within: float
    """Seconds within which its first byte leaves."""
    may_connect: bool
    """Whether it may wait for a connection."""


class Answer(NamedTuple):
    """An HTTP response, read to its end."""

    status: int
    body: bytes
    retry_after: float | None = None
    """Seconds that the server asks to wait, where it does."""


class Problem(NamedTuple):
    """Why a request has no value to show for it."""

    kind: ErrorKind
    effect: Effect
    status: int | None = None
    retry_after: float | None = None
    reason: str | None = None
    """A clause that says more than the kind does; nothing sensitive."""
    server_message: str | None = None
    outcome: Outcome | None = None
    """What is known about a write, once that has been looked into."""
    study_id: str | None = None
    """The study concerned, where it is not the one that the request names."""

    def error(self, request: Request, outcome: Outcome) -> AvaraError:
        """Return the error that tells a person about it; ``outcome`` holds if none is known."""
        return AvaraError(
            self.kind,
            request.operation,
            study_id=self.study_id or request.study_id,
            status=self.status,
            outcome=self.outcome or outcome,
            retry_after=self.retry_after,
            reason=self.reason,
            server_message=self.server_message,
        )


NOT_CONNECTED: Final = Problem(ErrorKind.UNREACHABLE, Effect.NONE, reason="there is no connection")
"""A write would have had to wait for a connection, and was not to."""
