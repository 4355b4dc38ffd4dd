"""The alarm watch: raises alarms from what the session reads, and says when it is blind."""

import time
from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import Final, NamedTuple

from avara_tui.clock import Clock
from avara_tui.config import Alarm as Settings
from avara_tui.triage.reading.health import Health, State
from avara_tui.triage.reading.lanes import LaneState
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import NEW, Entry, StudyChange, name_of_new
from avara_tui.triage.writing.ledger import value_on
from avara_tui.worklist.alarm import AlarmBook
from avara_tui.worklist.clocks import MINUTE
from avara_tui.worklist.query import QueryContext, parse
from avara_tui.worklist.rungs import Alarm, Ladder
from avara_tui.worklist.studies import ChangeSet, StudySet

PROMISE: Final = 15.0
"""Seconds in which a new STAT study is promised to be on the screen."""
_MISSED: Final = 2.5
"""Intervals without a whole look after which the watch counts as interrupted, even though nothing
is known to have failed."""


_HAPPENED: Final = {Ending.DONE: True, Ending.UNKNOWN: None}
"""Whether a write was made, by its ending; no other leaves anything to be seen."""


class WatchState(Enum):
    """Whether a new STAT study would be noticed."""

    STARTING = auto()
    """Not all studies that could raise the alarm have been read once."""
    ON = auto()
    INTERRUPTED = auto()
    """The last whole look at them is longer ago than promised."""
    STOPPED = auto()
    """Nothing is read any more until the person does something about it."""


class Watch(NamedTuple):
    """Whether a new STAT study would be noticed, and for how long not."""

    state: WatchState
    seconds: float = 0.0
    """Since what could raise the alarm was last seen whole."""


class AlarmWatch:
    """Raises alarms and keeps them until they are noticed. It also watches the person's writes.

    It goes on while the table is paused, filtered or locked: it is fed by the session alone.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        lanes: Callable[[], Sequence[LaneState]],
        raised: Callable[[Sequence[Alarm]], None],
        me: Callable[[], str | None],
    ) -> None:
        """``me`` returns the user id of the person at the keys."""
        self.book = AlarmBook(parse(settings.filter), ladder_of(settings), value_on=value_on)
        self._settings = settings
        self._clock = clock
        self._lanes = lanes
        self._raised = raised
        self._rung_at: float | None = None
        self._is_silenced = False
        self._me = me

    def take_settings(self, settings: Settings) -> None:
        """Let other settings count, but for the filter: what it settled stays settled."""
        self._settings = settings
        self.book.climb(ladder_of(settings))

    # What the session tells.

    def changed(self, change: ChangeSet, studies: StudySet, context: QueryContext) -> None:
        """Take in a change of the studies."""
        self._name_created(change, studies)
        self._ring(self.book.update(change, studies, context))

    def tick(self, studies: StudySet, context: QueryContext) -> None:
        """Take in that time has passed: what has come due is raised, all at once."""
        self.book.own.expire(context.now)
        self._ring(self.book.tick(studies, context))

    def _ring(self, alarms: Sequence[Alarm]) -> None:
        if alarms:
            self._is_silenced = False
            self._raised(alarms)

    def _name_created(self, change: ChangeSet, studies: StudySet) -> None:
        """Know a study that the person creates, whoever reads it before the answer is here."""
        names = {each for each in self.book.own.ids if each.startswith(NEW)}
        for study in filter(None, map(studies.get, change.added if names else ())):
            name = name_of_new(study.uid)
            if name in names:
                self.book.own.rename(name, study.study_id)

    def lanes_changed(self, context: QueryContext) -> None:
        """Take in how far the lanes have come."""
        read = {each.lane.query.severity for each in self._watched_lanes() if each.has_begun}
        others = any(each.lane.is_rest and each.has_begun for each in self._lanes())
        self.book.watch({each for each in read if each is not None}, context, others=others)

    @property
    def severities(self) -> frozenset[str]:
        """The severities whose open studies have to be read for the watch to go on."""
        return self.book.severities(self._me())

    def watch(self, health: Health) -> Watch:
        """Return whether a study that should raise the alarm would be noticed at this moment."""
        now = self._clock.now()
        lanes = self._watched_lanes()
        ages = [each.age(now) for each in lanes]
        known = [age for age in ages if age is not None]
        longest = max(known, default=0.0)
        if health.state in {State.REFUSED, State.UNCONNECTED}:
            return Watch(WatchState.STOPPED, longest)
        if len(known) < len(ages):
            return Watch(WatchState.STARTING)
        late = [age for each, age in zip(lanes, known, strict=True) if age > _limit(each)]
        return Watch(WatchState.INTERRUPTED, max(late)) if late else Watch(WatchState.ON, longest)

    def _watched_lanes(self) -> list[LaneState]:
        severities = self.severities
        open_lanes = [each for each in self._lanes() if each.lane.is_open]
        return [each for each in open_lanes if each.lane.query.severity in severities]

    # How it makes itself noticed.

    @property
    def is_quiet(self) -> bool:
        """Whether the site wants neither bell nor notification at this time of the day."""
        moment = time.localtime(self._clock.now())
        return self._settings.is_quiet(moment.tm_hour * 60 + moment.tm_min)

    def rings_now(self) -> bool:
        """Whether the bell is to ring at this moment; asking takes it as rung."""
        if not self.book.pending or self._is_silenced:
            self._rung_at = None
            return False
        now, every = self._clock.monotonic(), self._settings.repeat
        is_due = self._rung_at is None or (every > 0 and now - self._rung_at >= every)
        if not is_due or not self._settings.bell or self.is_quiet:
            return False
        self._rung_at = now
        return True

    def rings_anew(self) -> bool:
        """Whether the bell is to ring for an alarm that was just raised."""
        self._rung_at = None
        return self.rings_now()

    def acknowledge(self, study_id: str | None = None) -> Alarm | None:
        """Take an alarm as noticed and return it; the bell rests until the next one.

        It is that of ``study_id``, if that still waits, and else the most urgent one.
        """
        self._is_silenced = True
        if not self.book.pending:
            self.book.start.notice()
            return None
        first = self.book.pending[0]
        alarm = next((each for each in self.book.pending if each.study_id == study_id), first)
        self.book.acknowledge(alarm.study_id)
        return alarm

    def acknowledge_all(self) -> int:
        """Take everything as noticed; return how many alarms that were."""
        alarms = self.book.pending
        for each in alarms:
            self.book.acknowledge(each.study_id)
        self.book.start.notice()
        return len(alarms)

    # What the person does is no news to the person.

    def intended(self, entry: Entry, change: StudyChange) -> None:
        """Expect what a write of the person brings."""
        self.book.own.begin(entry.number, change.study_id, change.fields)

    def ended(self, entry: Entry, change: StudyChange) -> None:
        """Expect no more than what the write may have brought and no reading has shown."""
        if change.ending is None:
            return
        if change.was is not None:
            self.book.own.rename(change.was, change.study_id)
        is_done = _HAPPENED.get(change.ending, False)
        self.book.own.end(entry.number, change.study_id, self._clock.now(), is_done=is_done)


def ladder_of(settings: Settings) -> Ladder:
    """Return which rungs the settings ask for, in seconds."""
    return Ladder(
        settings.no_reader,
        settings.unclaimed,
        settings.unclaimed_minutes * MINUTE,
        settings.overdue,
        settings.lost,
    )


def _limit(state: LaneState) -> float:
    """Return after how many seconds without a whole look at a lane the watch is interrupted."""
    if state.problem is not None:
        return max(PROMISE, 1.5 * state.lane.interval)
    return _MISSED * state.lane.interval
