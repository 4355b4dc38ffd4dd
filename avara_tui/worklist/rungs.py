"""The alarm's ladder: why a study asks for attention, and how urgent each reason is."""

from collections.abc import Mapping
from enum import Enum
from typing import Final, NamedTuple

from avara_tui.worklist.clocks import MINUTE


class Cause(Enum):
    """What made a study raise the alarm."""

    TWICE_OVERDUE = "twice overdue"
    """It waits for twice the time in which it should have been read."""
    OVERDUE = "overdue"
    """It has passed its deadline."""
    FREED = "no reader"
    """Somebody had it, and nobody has it any more."""
    UNCLAIMED = "unclaimed"
    """It was new, or noticed, and is nobody's after the time that the site allows."""
    MINE = "mine"
    """It was urgent before and has been assigned to the person at the keys."""
    NEW = "new"
    TURNED = "turned"
    """It was there before and has become as urgent as it is now, or is open again."""
    LOST = "lost"
    """It was the person's own, and somebody else has taken it away or made it less urgent."""


ARRIVALS: Final = frozenset({Cause.NEW, Cause.TURNED})
"""What brings a study that nobody has been told of."""
LATE: Final = frozenset({Cause.OVERDUE, Cause.TWICE_OVERDUE})
NOBODYS: Final = frozenset({Cause.FREED, Cause.UNCLAIMED})
"""What is true only for as long as nobody has the study."""
_TIERS: Final = (
    {Cause.TWICE_OVERDUE},
    {Cause.OVERDUE},
    {Cause.FREED},
    {Cause.UNCLAIMED},
    {Cause.MINE, *ARRIVALS},
    {Cause.LOST},
)
TIER: Final[Mapping[Cause, int]] = {
    cause: tier for tier, causes in enumerate(_TIERS) for cause in causes
}
"""How urgent a cause is among the others; the least goes first."""
PLACE: Final[Mapping[Cause, int]] = {cause: place for place, cause in enumerate(Cause)}
"""Which of several causes a study's line names: the one with the least."""


class Loss(Enum):
    """What became of a study that was the person's own."""

    CANCELLED = "cancelled"
    COMPLETED = "completed"
    REASSIGNED = "reassigned"
    UNASSIGNED = "unassigned"
    LOWERED = "lowered"
    """It is still the person's, and less urgent than it was."""
    GONE = "gone"
    """The server does not know it any more."""


class Alarm(NamedTuple):
    """One study that asks for attention."""

    study_id: str
    cause: Cause
    raised_at: float
    """In seconds since the epoch."""
    is_late: bool = False
    """Whether the study was overdue already when it came."""
    is_timed: bool = True
    """Whether it is known since when the study waits. If not, it waits at least since it was first
    read, and its deadline is reckoned from there."""
    was_mine: bool = False
    """Whether it was the person's own before it was lost."""
    loss: Loss | None = None


class Ladder(NamedTuple):
    """Which rungs there are besides those that arrivals raise, and when."""

    no_reader: bool = True
    unclaimed: bool = True
    unclaimed_after: float = 5 * MINUTE
    """Seconds for which a study may be nobody's."""
    overdue: bool = True
    lost: bool = True


ONLY_ARRIVALS: Final = Ladder(no_reader=False, unclaimed=False, overdue=False, lost=False)
