"""What may be believed of the worklist at this moment, in one value."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.triage.access.connection import ConnectionProblem, ProblemKind
from avara_tui.triage.reading.lanes import LaneState

_KEY_KINDS = frozenset({ErrorKind.UNAUTHORIZED, ErrorKind.FORBIDDEN})


class State(Enum):
    """How the data on the screen stands to the server's."""

    CONNECTING = auto()
    """No answer has been had from anybody."""
    UNCONNECTED = auto()
    """There is no server or no key to ask with."""
    LOADING = auto()
    """Open studies are still being read for the first time."""
    LIVE = auto()
    """Every open study was read within its refresh interval, of whatever kind it is."""
    STALE = auto()
    """What is shown is older than it should be."""
    OFFLINE = auto()
    """The server does not answer, and what is shown may be wrong."""
    REFUSED = auto()
    """The server does not accept the key; nothing is refreshed any more."""
    PAUSED = auto()
    """The person paused refreshing."""


class Progress(NamedTuple):
    """How far the first reading of a lane has come, or its reading anew."""

    lane: str
    loaded: int
    is_complete: bool
    """Whether the lane has been read to its end before, every row of it, and is not in doubt."""
    share: float | None
    """How much of it the walk under way has read, 0 to 1, where the whole is known."""
    is_open: bool = True
    """Whether its studies still wait to be read."""
    is_waiting: bool = False
    """Whether it begins only when all others have been read once."""


class Health(NamedTuple):
    """The state of the worklist, its age, and what went wrong."""

    state: State
    stat_age: float | None
    """Seconds since all open STAT studies were last read; None if they never were."""
    oldest_age: float | None
    """Seconds since the longest unread open lane was last read; None if one never was.

    The slow search for what no other lane lists has an age of its own.
    """
    loaded: int
    problem: AvaraError | ConnectionProblem | None
    unreadable: int
    """Rows that the server sent without saying which studies they are."""
    cut_off: tuple[str, ...]
    """The lanes that the load limit stopped before their end."""
    loading: tuple[str, ...]
    """The lanes that have never been read to their end."""
    progress: tuple[Progress, ...] = ()
    """All lanes, the most urgent first."""
    other_age: float | None = None
    """Seconds since studies that no other lane lists were last searched for; None if never."""
    is_checking: bool = False
    """Whether lanes are being read once more, because the server was seen to leave studies out."""
    missing: int = 0
    """How many studies may be missing at most, where that did not help."""

    @property
    def is_complete(self) -> bool:
        """Whether every study that the server has has been read at least once."""
        is_whole = not self.loading and not self.cut_off and not self.unreadable
        return is_whole and not self.is_checking and not self.missing

    @property
    def wants_key(self) -> bool:
        """Whether it takes another API key to go on: there is none, or none that is accepted."""
        if isinstance(self.problem, ConnectionProblem):
            return self.problem.kind in {ProblemKind.NO_KEY, ProblemKind.BAD_KEY}
        return self.state is State.REFUSED


def assess(
    lanes: Sequence[LaneState],
    *,
    now: float,
    loaded: int,
    paused: bool,
    problem: ConnectionProblem | None,
) -> Health:
    """Return the health of a worklist from that of its lanes."""
    open_lanes = [lane for lane in lanes if lane.lane.is_open and not lane.lane.is_rest]
    rest = [lane for lane in lanes if lane.lane.is_rest]
    ages = [lane.age(now) for lane in open_lanes]
    known = [age for age in ages if age is not None]
    complete = len(known) == len(ages)
    problems = [lane.problem for lane in lanes if lane.problem is not None]
    stat = next((lane for lane in open_lanes if lane.lane.name == "STAT"), None)
    return Health(
        state=_state(open_lanes, rest, now, complete=complete, paused=paused, problem=problem),
        stat_age=stat.age(now) if stat else None,
        oldest_age=max(known) if complete and known else None,
        loaded=loaded,
        problem=problem or _telling(problems),
        unreadable=_unreadable(lanes),
        cut_off=tuple(lane.lane.name for lane in lanes if lane.is_truncated),
        loading=tuple(lane.lane.name for lane in lanes if lane.completed_at is None),
        progress=tuple(
            Progress(
                lane.lane.name,
                lane.loaded,
                lane.completed_at is not None and not (lane.is_doubtful or lane.unreadable),
                lane.share,
                lane.lane.is_open,
                lane.lane.is_rest and not lane.walking and lane.completed_at is None,
            )
            for lane in lanes
        ),
        other_age=next((lane.age(now) for lane in rest), None),
        is_checking=any(lane.is_doubtful and not lane.certainty.missing for lane in lanes),
        missing=_missing(lanes),
    )


def _missing(lanes: Sequence[LaneState]) -> int:
    """Return how many studies may be missing; the search for the rest misses those of others."""
    doubtful = [lane for lane in lanes if lane.is_doubtful]
    rest = sum(lane.certainty.missing for lane in doubtful if lane.lane.is_rest)
    others = sum(lane.certainty.missing for lane in doubtful if not lane.lane.is_rest)
    return max(rest, others)


def _unreadable(lanes: Sequence[LaneState]) -> int:
    """Return how many studies could not be understood; the rest's lane sees those of others too."""
    rest = sum(lane.unreadable for lane in lanes if lane.lane.is_rest)
    cancelled = sum(lane.unreadable for lane in lanes if lane.lane.query.is_cancelled)
    return max(sum(lane.unreadable for lane in lanes) - rest, rest + cancelled)


def _telling(problems: Sequence[AvaraError]) -> AvaraError | None:
    """Return the problem that says the most: a pause only follows from another one."""
    causes = [each for each in problems if each.kind is not ErrorKind.PAUSED]
    return next(iter([*causes, *problems]), None)


def _state(
    lanes: Sequence[LaneState],
    rest: Sequence[LaneState],
    now: float,
    *,
    complete: bool,
    paused: bool,
    problem: ConnectionProblem | None,
) -> State:
    """Return how the data stands to the server's, given the open ``lanes`` and that for the rest.

    A search for the rest that fails does not make what is known any older, but nobody knows then
    what is missing from it: that is told as old data, not as a server out of reach.
    """
    problems = [lane.problem for lane in lanes if lane.problem is not None]
    if problem is not None:
        return State.UNCONNECTED
    if any(each.kind in _KEY_KINDS for each in problems):
        return State.REFUSED
    if problems and (not complete or any(lane.failures > 1 for lane in lanes)):
        return State.OFFLINE
    if paused:
        return State.PAUSED
    if not complete:
        started = any(lane.walking or lane.loaded or lane.completed_at for lane in lanes)
        return State.LOADING if started else State.CONNECTING
    if any(lane.problem is not None or lane.is_stale(now) for lane in (*lanes, *rest)):
        return State.STALE
    return State.LOADING if any(lane.completed_at is None for lane in rest) else State.LIVE
