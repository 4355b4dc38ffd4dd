"""What can go wrong between the program and the server, in the program's own words.

Nothing here holds an address, a key or a patient's text, so that an error may be shown, logged
and printed anywhere. What the server itself said about a refusal is kept apart, in
:attr:`AvaraError.server_message`, for the screen alone.
"""

from enum import StrEnum
from typing import Final


class ErrorKind(StrEnum):
    """What went wrong."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"
    INVALID = "invalid"
    CONFLICT = "conflict"
    RATE_LIMITED = "rate limited"
    SERVER = "server"
    """The server answered that it failed (5xx)."""
    UNREADABLE = "unreadable"
    """An answer came that is no such answer: HTML, wrong JSON, another study's data."""
    REDIRECTED = "redirected"
    """The server pointed elsewhere; redirects are not followed."""
    REFUSED = "refused"
    """The server answered ``success: false``."""
    SETUP = "setup"
    """A setting on this machine makes the call impossible."""
    PAUSED = "paused"
    """No request is sent for a while: the server asked for it, or it failed too often."""


class Outcome(StrEnum):
    """What is known about the effect of a call that failed."""

    NOTHING = "nothing"
    """The call was one that changes nothing."""
    NOT_APPLIED = "not applied"
    """The change is not on the server."""
    APPLIED = "applied"
    """The change is on the server, though the call failed afterwards."""
    CONFLICT = "conflict"
    """The server holds something else than both what was wanted and what stood there before."""
    UNKNOWN = "unknown"
    """The change may be on the server, or may still reach it."""


_REASONS: Final = {
    ErrorKind.UNREACHABLE: "the server cannot be reached; check the network and the base URL",
    ErrorKind.TIMEOUT: "the server did not answer in time; try again, or check the network",
    ErrorKind.UNAUTHORIZED: (
        "the server does not accept the API key; sign in again with: avara-tui auth login"
    ),
    ErrorKind.FORBIDDEN: "this API key is not allowed to do that; ask whoever manages the keys",
    ErrorKind.NOT_FOUND: "the server does not know it; refresh, and check the base URL",
    ErrorKind.INVALID: "the server refused the request as not valid",
    ErrorKind.CONFLICT: "it is not as it was when you last saw it",
    ErrorKind.RATE_LIMITED: "the server asks for fewer requests; wait a moment",
    ErrorKind.SERVER: "the server failed; try again in a moment",
    ErrorKind.UNREADABLE: (
        "the answer does not come from the Avara API; check the base URL, and whether a proxy "
        "or a sign-in page stands in between"
    ),
    ErrorKind.REDIRECTED: (
        "the server points to another address, which is not followed; check the base URL, and "
        "whether a sign-in page stands in between"
    ),
    ErrorKind.REFUSED: "the server refused to do it",
    ErrorKind.SETUP: "the settings do not allow it; check the base URL, the key and the CA file",
    ErrorKind.PAUSED: "the server needs a pause, so nothing is sent",
}

_ENDINGS: Final = {
    Outcome.NOTHING: "",
    Outcome.NOT_APPLIED: " Nothing was changed.",
    Outcome.APPLIED: "",
    Outcome.CONFLICT: " Look at it before you write again.",
    Outcome.UNKNOWN: (
        " It is not known whether the change was made: look at it before you write again."
    ),
}


class AvaraError(Exception):
    """A call that did not end with a value; ``str()`` is a sentence that a person can act on."""

    def __init__(
        self,
        kind: ErrorKind,
        operation: str,
        *,
        study_id: str | None = None,
        status: int | None = None,
        outcome: Outcome = Outcome.NOTHING,
        retry_after: float | None = None,
        reason: str | None = None,
        server_message: str | None = None,
    ) -> None:
        self.kind = kind
        self.operation = operation
        """What was attempted, as in "list studies"."""
        self.study_id = study_id
        self.status = status
        """The HTTP status, where an answer came."""
        self.outcome = outcome
        self.retry_after = retry_after
        """Seconds until it makes sense to ask again, where that is known."""
        self.server_message = server_message
        """The server's own words, uncleaned. They may name a patient: not in str() or repr()."""
        super().__init__(self._sentence(reason or _REASONS[kind]))

    def _sentence(self, why: str) -> str:
        if self.status is not None and not 200 <= self.status < 300:
            why += f" (HTTP {self.status})"
        if self.retry_after is not None and self.retry_after >= 1:
            why += f"; next try in {describe_seconds(self.retry_after)}"
        if self.outcome is Outcome.APPLIED:
            return f"The change was made ({self.operation}), but it could not be read back: {why}."
        return f"Could not {self.operation}: {why}.{_ENDINGS[self.outcome]}"

    def __repr__(self) -> str:
        status = "" if self.status is None else f" {self.status}"
        return f"<AvaraError {self.kind.value}{status}: {self.operation}, {self.outcome.value}>"


def describe_seconds(seconds: float) -> str:
    """Return a duration as a person says it, rounded up: "40 s", "3 min", "2 h"."""
    whole = -int(-seconds // 1)
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{-(-whole // 60)} min"
    return f"{-(-whole // 3600)} h"
