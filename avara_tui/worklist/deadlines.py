"""When a study that raises the alarm has to do so again because nothing has happened to it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Final, NamedTuple

from avara_tui.worklist.alarm_rule import Standing
from avara_tui.worklist.clocks import Thresholds
from avara_tui.worklist.query import QueryContext
from avara_tui.worklist.rungs import Cause, Ladder

_ROUNDING: Final = 1.0
"""Seconds by which a deadline has to move to be another one."""


class Due(NamedTuple):
    """By when a study should have been read, in seconds since the epoch."""

    at: float
    twice_at: float
    """When it will have waited for twice as long as it should have."""
    is_timed: bool
    """Whether it is known since when it waits."""


@dataclass(slots=True)
class Wait:
    """How long one study has waited, since it was first known to be one to ring for."""

    seen_at: float
    nobodys_since: float | None = None
    """Since when nobody has it, as far as was read; None while somebody does."""
    is_hanging: bool = False
    """Whether the alarm was raised for that."""
    overdue_for: float | None = None
    """The deadline for which the alarm was raised, or that had passed when the study came."""
    twice_for: float | None = None

    def due(self, standing: Standing, now: float, rules: Thresholds) -> Due:
        """Return by when the study should have been read.

        Where nobody knows since when it waits, it is held to have begun when it was first seen: it
        has waited for that long at least.
        """
        limit = rules.limit_under(standing.limit_rule, standing.severity).due
        begun = standing.begun(now)
        since = self.seen_at if begun is None else begun
        return Due(since + limit, since + 2 * limit, begun is not None)

    def pass_by(self, due: Due, now: float) -> bool:
        """Take it that whoever is told of the study is told how late it is; return whether it is.

        Nothing more is raised for a deadline that has passed by then.
        """
        if now >= due.at:
            self.overdue_for = due.at
        if now >= due.twice_at:
            self.twice_for = due.twice_at
        return now >= due.at

    def reopen(self, due: Due, now: float) -> set[Cause]:
        """Let a deadline that was moved to a later time count again; return what is true no more.

        A clock that is set back moves no deadline.
        """
        undone = set()
        if _is_moved(self.overdue_for, due.at) and now < due.at:
            self.overdue_for = None
            undone.add(Cause.OVERDUE)
        if _is_moved(self.twice_for, due.twice_at) and now < due.twice_at:
            self.twice_for = None
            undone.add(Cause.TWICE_OVERDUE)
        return undone

    def causes(self, due: Due, now: float, ladder: Ladder) -> Iterator[Cause]:
        """Yield what has come due, and take it as raised."""
        hangs_from = self._hangs_from(ladder)
        if hangs_from is not None and now >= hangs_from:
            self.is_hanging = True
            yield Cause.UNCLAIMED
        if not ladder.overdue:
            return
        if self.twice_for is None and now >= due.twice_at:
            self.overdue_for, self.twice_for = due.at, due.twice_at
            yield Cause.TWICE_OVERDUE
        elif self.overdue_for is None and now >= due.at:
            self.overdue_for = due.at
            yield Cause.OVERDUE

    def next_at(self, due: Due, ladder: Ladder) -> float:
        """Return when the next of :meth:`causes` comes due; infinite if none ever does."""
        hangs_from = self._hangs_from(ladder)
        moments = [] if hangs_from is None else [hangs_from]
        if ladder.overdue and self.overdue_for is None:
            moments.append(due.at)
        if ladder.overdue and self.twice_for is None:
            moments.append(due.twice_at)
        return min(moments, default=inf)

    def shift(self, seconds: float) -> None:
        """Take in that the clock was set back by ``seconds``: as much time has passed as before."""
        self.seen_at -= seconds
        if self.nobodys_since is not None:
            self.nobodys_since -= seconds

    def _hangs_from(self, ladder: Ladder) -> float | None:
        if not ladder.unclaimed or self.is_hanging or self.nobodys_since is None:
            return None
        return self.nobodys_since + ladder.unclaimed_after


class CameDue(NamedTuple):
    """What time alone has brought."""

    at: float
    """The study's deadline."""
    study_id: str
    cause: Cause
    is_timed: bool


class Deadlines:
    """How long every study waits that the alarm's rule holds for."""

    def __init__(self, ladder: Ladder) -> None:
        self.ladder = ladder
        self._waits: dict[str, Wait] = {}
        self._absent: set[str] = set()
        """The studies of which the server says that they do not exist: no deadline counts."""
        self._next_at = -inf

    def climb(self, ladder: Ladder) -> None:
        """Let other rungs count, also for what has come due while they did not."""
        if ladder != self.ladder:
            self.ladder = ladder
            self.look_anew()

    def look_anew(self) -> None:
        """Look at every study next time: the rules have changed."""
        self._next_at = -inf

    def set_back(self, seconds: float) -> None:
        """Take in that the clock was set back."""
        for wait in self._waits.values():
            wait.shift(seconds)
        self.look_anew()

    def wait_of(self, study_id: str) -> Wait | None:
        """Return how long a study has waited, or None if it is not watched yet."""
        return self._waits.get(study_id)

    def begin(self, study_id: str, standing: Standing, context: QueryContext) -> Wait:
        """Let a study wait. How late it is by now, whoever sees it sees."""
        wait = self._waits[study_id] = Wait(context.now)
        if standing.holder is None:
            wait.nobodys_since = context.now
        wait.pass_by(wait.due(standing, context.now, context.thresholds), context.now)
        self.look_anew()
        return wait

    def plan(self, wait: Wait, due: Due) -> None:
        """Take in that a study was read, and may come due at another time."""
        self._next_at = min(self._next_at, wait.next_at(due, self.ladder))

    def forget(self, study_id: str) -> None:
        """Let a study wait no more."""
        self._waits.pop(study_id, None)
        self._absent.discard(study_id)

    def gone(self, study_ids: Iterable[str]) -> None:
        """Let no deadline count for studies that the server does not know, until they are back."""
        self._absent.update(each for each in study_ids if each in self._waits)

    def back(self, study_id: str) -> None:
        """Take in that the server knows a study."""
        self._absent.discard(study_id)

    def came_due(
        self, standings: Mapping[str, Standing], context: QueryContext
    ) -> tuple[list[CameDue], dict[str, set[Cause]]]:
        """Return what has come due, the longest overdue first, and by study what is true no more.

        Most of the time nothing has, and then nothing is looked at.
        """
        found: list[CameDue] = []
        undone: dict[str, set[Cause]] = {}
        if context.now < self._next_at:
            return found, undone
        self._next_at = inf
        for study_id, wait in self._waits.items():
            if study_id in self._absent:
                continue
            due = wait.due(standings[study_id], context.now, context.thresholds)
            causes = wait.reopen(due, context.now)
            if causes:
                undone[study_id] = causes
            found.extend(
                CameDue(due.at, study_id, cause, due.is_timed)
                for cause in wait.causes(due, context.now, self.ladder)
            )
            self.plan(wait, due)
        found.sort(key=lambda each: each[:2])
        return found, undone


def _is_moved(was: float | None, now: float) -> bool:
    return was is not None and now > was + _ROUNDING
