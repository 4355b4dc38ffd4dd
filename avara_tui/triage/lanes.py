"""The lanes by which the worklist is loaded, the most urgent first, and how each one fares."""

from dataclasses import dataclass
from typing import NamedTuple

from avara_tui.api.errors import AvaraError
from avara_tui.config import Refresh
from avara_tui.study import COMPLETE, HIGH, INCOMPLETE, NORMAL, STAT
from avara_tui.study_requests import StudyFilter


class Lane(NamedTuple):
    """One walk over a part of the studies; together the lanes cover them all."""

    name: str
    query: StudyFilter
    interval: float
    """Seconds from the end of one walk to the start of the next."""
    is_open: bool
    """Whether its studies still wait to be read."""


def _open(severity: str) -> StudyFilter:
    return StudyFilter(severity=severity, status=INCOMPLETE, is_cancelled=False)


def lanes_of(refresh: Refresh) -> tuple[Lane, ...]:
    """Return the lanes, read as often as ``refresh`` says."""
    complete = StudyFilter(status=COMPLETE, is_cancelled=False)
    cancelled = StudyFilter(is_cancelled=True)
    return (
        Lane("STAT", _open(STAT), refresh.stat, is_open=True),
        Lane("high", _open(HIGH), refresh.high, is_open=True),
        Lane("routine", _open(NORMAL), refresh.normal, is_open=True),
        Lane("complete", complete, refresh.closed, is_open=False),
        Lane("cancelled", cancelled, refresh.closed, is_open=False),
    )


@dataclass(slots=True)
class LaneState:
    """How far a lane has come, and how sure we are of it."""

    lane: Lane
    loaded: int = 0
    """Studies seen by the walk under way, or by the last one."""
    walking: bool = False
    completed_at: float | None = None
    """When a walk last reached the end, in seconds since the epoch; None if none ever did."""
    is_truncated: bool = False
    """Whether the load limit stopped the walk before its end."""
    unreadable: int = 0
    """Studies that the server sent and that could not be understood."""
    problem: AvaraError | None = None
    """What stopped the last walk; None after a walk that went well."""
    failures: int = 0
    """Walks that failed since the last good one."""

    def age(self, now: float) -> float | None:
        """Return the seconds since the lane was last seen whole, or None if it never was."""
        return None if self.completed_at is None else max(now - self.completed_at, 0.0)

    def is_stale(self, now: float) -> bool:
        """Whether the lane has missed at least two of its refreshes."""
        seconds = self.age(now)
        return seconds is not None and seconds > 3 * self.lane.interval
