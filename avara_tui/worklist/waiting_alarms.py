"""The alarms that wait to be noticed: one a study, the most urgent first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TypedDict, Unpack

from avara_tui.worklist.rungs import ARRIVALS, LATE, PLACE, TIER, Alarm, Cause, Loss


@dataclass(slots=True)
class _Waiting:
    causes: dict[Cause, float] = field(default_factory=dict)
    """Why it waits, and since when each of these does."""
    since: float = -inf
    is_late: bool = False
    is_timed: bool = True
    was_mine: bool = False
    loss: Loss | None = None

    def alarm(self, study_id: str, cause: Cause | None = None) -> Alarm:
        """Return the alarm for ``cause``, by default the most urgent one."""
        cause = cause or min(self.causes, key=PLACE.__getitem__)
        raised_at = self.causes[cause]
        return Alarm(
            study_id,
            cause,
            raised_at,
            is_late=self.is_late and cause not in LATE,
            is_timed=self.is_timed,
            was_mine=self.was_mine,
            loss=self.loss,
        )


class Details(TypedDict, total=False):
    """What is said of a study along with a cause: see :class:`Alarm`."""

    is_late: bool
    is_timed: bool
    was_mine: bool
    loss: Loss | None


class WaitingAlarms:
    """What nobody has taken notice of. A study has one alarm, however many causes it has."""

    def __init__(self) -> None:
        self._waiting: dict[str, _Waiting] = {}
        self._sorted: tuple[Alarm, ...] | None = ()

    def __contains__(self, study_id: str) -> bool:
        return study_id in self._waiting

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def ids(self) -> Iterable[str]:
        """The studies with an alarm."""
        return self._waiting.keys()

    @property
    def alarms(self) -> Sequence[Alarm]:
        """The alarms by rung, and of one rung those first whose studies wait longest."""
        if self._sorted is None:
            alarms = [each.alarm(study_id) for study_id, each in self._waiting.items()]
            alarms.sort(key=self._urgency)
            self._sorted = tuple(alarms)
        return self._sorted

    def _urgency(self, alarm: Alarm) -> tuple[int, float, float, str]:
        since = self._waiting[alarm.study_id].since
        return TIER[alarm.cause], since, alarm.raised_at, alarm.study_id

    def add(
        self,
        study_id: str,
        cause: Cause,
        now: float,
        since: float | None,
        **details: Unpack[Details],
    ) -> Alarm | None:
        """Let a study wait for one more cause; return the alarm if that is to be heard.

        That a study which waits already has arrived in one more way is no sound of its own.
        ``since`` is when it began to wait to be read; None where nobody knows.
        """
        is_known = study_id in self._waiting
        waiting = self._waiting.setdefault(study_id, _Waiting())
        if cause in ARRIVALS:
            for former in ARRIVALS:
                waiting.causes.pop(former, None)
            waiting.is_late = details.get("is_late", False)
        if cause in LATE:
            for former in LATE:
                waiting.causes.pop(former, None)
            waiting.is_timed = details.get("is_timed", True)
        waiting.causes[cause] = now
        waiting.since = -inf if since is None else since
        waiting.was_mine |= details.get("was_mine", False)
        waiting.loss = details.get("loss") or waiting.loss
        self._sorted = None
        if is_known and cause in {Cause.MINE, *ARRIVALS}:
            return None
        return waiting.alarm(study_id, cause)

    def drop(self, study_id: str, causes: Iterable[Cause]) -> None:
        """Take back what is true no more of a study; without any cause left it does not wait."""
        waiting = self._waiting.get(study_id)
        if waiting is None:
            return
        for cause in causes:
            waiting.causes.pop(cause, None)
            if cause is Cause.LOST:
                waiting.was_mine, waiting.loss = False, None
        if not waiting.causes:
            del self._waiting[study_id]
        self._sorted = None

    def notice(self, study_id: str) -> None:
        """Take it that a study's alarm has been noticed, for whatever causes it was."""
        if self._waiting.pop(study_id, None) is not None:
            self._sorted = None
