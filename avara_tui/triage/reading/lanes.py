"""The lanes by which the worklist is loaded, the most urgent first, and how each one fares.

All lanes but the last ask for severities and statuses that are documented. The last, "other", asks
for everything that is not cancelled, because the API cannot be asked for what nobody documented:
it looks for studies that no other lane lists, such as those of a severity that was added since. It
takes in no others, but for one that its lane should have listed and did not; so that what it reads
besides can neither be news, nor fill the room of other lanes, nor make a study go that another lane
answers for. It reads about as much as all others together; so it begins when they have been read
once, and reads the whole seldom. In between, a look at the beginning finds what is new there where
a server lists the newest first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from avara_tui.api.errors import AvaraError
from avara_tui.config import Refresh
from avara_tui.server_filter import selector
from avara_tui.study import COMPLETE, HIGH, INCOMPLETE, NORMAL, STAT, Study
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.reading.lane_certainty import LaneCertainty

PAGE_REST: Final = 1.5
"""Seconds of rest that a page of a long lane costs: it is read whole the less often, the longer."""
REST_INTERVAL: Final = 1800.0
"""Seconds from one whole search for studies that no other lane lists to the next, at least."""
_NOT_CANCELLED: Final = StudyFilter(is_cancelled=False)
_GRACE: Final = 1.5
"""How many times as old as it should be a lane may be before it is called stale."""


class Lane(NamedTuple):
    """One walk over the studies, or a part of them; together the lanes cover them all."""

    name: str
    query: StudyFilter
    interval: float
    """Seconds from the end of one look to the start of the next."""
    is_open: bool
    """Whether its studies still wait to be read."""
    urgency: int
    """Its place among the lanes; the least goes first."""
    is_rest: bool = False
    """Whether it looks for the studies that no other lane lists, and takes in no others."""

    @property
    def is_vital(self) -> bool:
        """Whether it is read whole at every look and whatever the load limit: open STAT studies."""
        return self.urgency == 0


def _open(severity: str) -> StudyFilter:
    return StudyFilter(severity=severity, status=INCOMPLETE, is_cancelled=False)


OPEN_STAT: Final = _open(STAT)
"""The studies that are read before all others."""


def lanes_of(refresh: Refresh) -> tuple[Lane, ...]:
    """Return the lanes, read as often as ``refresh`` says."""
    complete = StudyFilter(status=COMPLETE, is_cancelled=False)
    cancelled = StudyFilter(is_cancelled=True)
    return (
        Lane("STAT", OPEN_STAT, refresh.stat, is_open=True, urgency=0),
        Lane("high", _open(HIGH), refresh.high, is_open=True, urgency=1),
        Lane("routine", _open(NORMAL), refresh.normal, is_open=True, urgency=2),
        Lane("completed", complete, refresh.closed, is_open=False, urgency=3),
        Lane("cancelled", cancelled, refresh.closed, is_open=False, urgency=4),
        Lane("other", _NOT_CANCELLED, refresh.closed, is_open=True, urgency=5, is_rest=True),
    )


def unlisted(lanes: Iterable[Lane]) -> Callable[[Study], bool]:
    """Return whether a study is one that none of ``lanes`` lists but that for the rest."""
    lists = [selector(lane.query) for lane in lanes if not lane.is_rest]

    def is_unlisted(study: Study) -> bool:
        for listed in lists:  # noqa: SIM110 - a generator costs as much as a check
            if listed(study):
                return False
        return True

    return is_unlisted


@dataclass(slots=True)
class LaneState:
    """How far a lane has come, and how sure we are of it."""

    lane: Lane
    loaded: int = 0
    """Studies seen by the walk under way, or by the last one, taken in or not."""
    walking: bool = False
    """Whether a walk that is to read the lane whole is under way."""
    completed_at: float | None = None
    """When a walk last reached the end, in seconds since the epoch; None if none ever did."""
    is_truncated: bool = False
    """Whether the load limit stopped the walk before its end, or took studies away since."""
    unreadable: int = 0
    """Rows without an id: since it was last read whole, at most; or when it was."""
    problem: AvaraError | None = None
    """What stopped the last walk; None after a walk that went well."""
    failures: int = 0
    """Walks that failed since the last good one."""
    pages: int = 0
    """Pages that the lane had when it was last read whole."""
    was_known: bool = False
    """Whether all it listed was held before it was let go of: what it lists besides is news."""
    total: int | None = None
    """Studies that the lane had when it was last read whole, or is thought to have; None if
    nobody knows."""
    certainty: LaneCertainty = field(default_factory=LaneCertainty)
    """What the walks over it have shown of what they lose."""

    @property
    def has_begun(self) -> bool:
        """Whether it was read, as often as that takes: what it lists from then on is news."""
        return self.completed_at is not None and not self.certainty.is_beginning

    @property
    def is_doubtful(self) -> bool:
        """Whether it was read to its end, and something may be missing all the same."""
        return not self.certainty.verdict.is_sure and not self.is_truncated

    @property
    def wants_walk(self) -> bool:
        """Whether it is to be read whole at once, to know whether anything is missing."""
        return self.is_doubtful and self.certainty.wants_walk

    @property
    def whole_interval(self) -> float:
        """Seconds after which the lane is read whole again; in between a look does.

        A look costs one request if nothing changed, but proves nothing about what it did not see.
        """
        if self.lane.is_vital:
            return self.lane.interval
        least = REST_INTERVAL if self.lane.is_rest else self.lane.interval
        return max(least, self.lane.interval, self.pages * PAGE_REST)

    def is_due(self, now: float) -> bool:
        """Whether the lane has to be read whole at its next turn."""
        age = self.age(now)
        if age is None or self.pages <= 1 or self.lane.is_vital:
            return True
        # Set back, the clock says nothing about how long ago it was.
        return age + self.lane.interval / 2 >= self.whole_interval or age == 0.0

    def age(self, now: float) -> float | None:
        """Return the seconds since the lane was last seen whole, or None if it never was."""
        return None if self.completed_at is None else max(now - self.completed_at, 0.0)

    def is_stale(self, now: float) -> bool:
        """Whether the lane is older than it should be by now."""
        seconds = self.age(now)
        return seconds is not None and seconds > _GRACE * self.whole_interval

    def forgotten(self) -> "LaneState":
        """Return the lane as it is once its studies have been let go of."""
        is_known = not self.is_truncated and not self.is_doubtful
        was_known = self.was_known if self.completed_at is None else is_known
        return LaneState(self.lane, was_known=was_known)

    @property
    def share(self) -> float | None:
        """How much of the lane the walk under way has read, 0 to 1, where that is known."""
        if not self.walking or not self.total:
            return None
        return min(self.loaded / self.total, 1.0)
