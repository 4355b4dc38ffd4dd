"""How an attempt to write to a study ended."""

from enum import Enum
from typing import Final

from avara_tui.api.errors import AvaraError, ErrorKind, Outcome


class Ending(Enum):
    """How an attempt to write ended. The values are words that a file can keep."""

    DONE = "done"
    NOTHING_TO_DO = "nothing to do"
    """The study already was as wanted."""
    CONFLICT = "conflict"
    """Somebody changed the same field to something else; nothing was written."""
    GONE = "gone"
    """The server does not know the study any more; nothing was written."""
    FAILED = "failed"
    """Nothing was written."""
    UNKNOWN = "unknown"
    """The server may or may not have taken the change."""
    DIFFERENT = "different"
    """The server accepted the change and answered with something else."""

    @property
    def may_have_changed(self) -> bool:
        """Whether something on the server may be other than before because of the attempt."""
        return self in {Ending.DONE, Ending.UNKNOWN, Ending.DIFFERENT}


_BY_OUTCOME: Final = {
    Outcome.APPLIED: Ending.DONE,
    Outcome.CONFLICT: Ending.CONFLICT,
    Outcome.UNKNOWN: Ending.UNKNOWN,
}


def ending_of(error: AvaraError) -> Ending:
    """Return how an attempt ended that ended with ``error``."""
    if error.kind is ErrorKind.NOT_FOUND:
        return Ending.GONE
    return _BY_OUTCOME.get(error.outcome, Ending.FAILED)
