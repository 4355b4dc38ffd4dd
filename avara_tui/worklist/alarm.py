"""Which studies raise the alarm, and for what: each rung once, and none is forgotten unnoticed.

Only ids and what the rule and the deadlines need are kept, and they outlive the set of studies: a
study that is lost from it and read again, after a refresh or a lock, is the same study and raises
no alarm anew.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from math import inf
from typing import Final, NamedTuple, Unpack

from avara_tui.study import SEVERITIES, Study
from avara_tui.worklist.alarm_rule import DEFAULT_RULE, Standing, hinge, hinges, standing
from avara_tui.worklist.at_start import AtStart
from avara_tui.worklist.clocks import Thresholds, is_open, waiting_since
from avara_tui.worklist.deadlines import Deadlines
from avara_tui.worklist.merge import told_value
from avara_tui.worklist.own_doing import OwnDoing
from avara_tui.worklist.own_studies import OwnStudies
from avara_tui.worklist.query import Query, QueryContext
from avara_tui.worklist.rungs import NOBODYS, Alarm, Cause, Ladder, Loss
from avara_tui.worklist.studies import ChangeSet, StudySet
from avara_tui.worklist.waiting_alarms import Details, WaitingAlarms
from avara_tui.worklist.watched import Watched

_OF_RINGING: Final = frozenset(Cause) - {Cause.LOST}


class _Reading(NamedTuple):
    """One study as it was just read."""

    study: Study
    own: AbstractSet[str]
    """The fields that are of the person's own doing."""
    is_new: bool
    was_mine: bool


class AlarmBook:
    """The alarms that nobody has taken notice of, and what it takes to raise none twice."""

    def __init__(
        self,
        rule: Query = DEFAULT_RULE,
        ladder: Ladder = Ladder(),  # noqa: B008 - a value that cannot change
        *,
        value_on: Callable[[Study, str], str | None] = told_value,
    ) -> None:
        """``value_on`` returns what a field of a write holds on a study."""
        self.own = OwnDoing(value_on)
        self.start = AtStart()
        self._rule = rule
        self._hinges = hinges(rule)
        self._standing: dict[str, Standing] = {}
        self._deadlines = Deadlines(ladder)
        self._pending = WaitingAlarms()
        self._mine = OwnStudies()
        self._updated: dict[str, float] = {}
        """When each study that is followed, or was, had been changed last, as far as was read."""
        self._watched = Watched()
        self._gone: set[str] = set()
        self._context = QueryContext(None, -inf, Thresholds())
        """As things stood when the last study, or the last tick, came."""
        self._raised: list[Alarm] = []

    @property
    def pending(self) -> Sequence[Alarm]:
        """The alarms that wait to be noticed, the most urgent first."""
        return self._pending.alarms

    @property
    def gone(self) -> AbstractSet[str]:
        """The studies with an alarm of which the server says that they do not exist."""
        return self._gone

    @property
    def followed(self) -> Sequence[str]:
        """The studies that are urgent or the person's own, as last read; those with alarms first.

        Of those whose alarm says that they are neither any more, nothing is expected: they go last.
        """
        waiting = [each for each in self._pending.ids if each in self._standing]
        every = (*waiting, *self._standing, *self._mine.ids, *self._pending.ids)
        return tuple(dict.fromkeys(every))

    @property
    def at_start(self) -> Sequence[str]:
        """The studies that the rule has held for since the watch began, until that is noticed."""
        return self.start.left

    def severities(self, me: str | None) -> frozenset[str]:
        """Return the severities that have to be read for the rule to miss nothing."""
        asked = self._rule.server_filters(me)
        if any(each.severity is None for each in asked):
            return frozenset(SEVERITIES)
        return frozenset(each.severity for each in asked if each.severity is not None)

    def climb(self, ladder: Ladder) -> None:
        """Let other rungs count, also for what has come due while they did not."""
        self._deadlines.climb(ladder)

    def watch(self, read: AbstractSet[str], context: QueryContext, *, others: bool) -> None:
        """Raise alarms for the severities ``read`` from here on: all there is of them is known.

        ``others`` is whether studies of severities and statuses that we do not know have been read
        as well. What is there of them by then has its place among what was urgent at the start.
        """
        is_more = self._watched.add(read, context.now)
        if not self.start.has_begun and self.severities(context.me) <= self._watched.severities:
            self.start.add(self._unnoticed(are_known=True))
        if others and not self._watched.others and self.start.has_begun:
            self._watched.add_others()
            is_more = True
            self.start.add(self._unnoticed(are_known=False))
        for study_id, now in self._standing.items() if is_more else ():
            if self._watched.holds(now) and self._deadlines.wait_of(study_id) is None:
                self._deadlines.begin(study_id, now, context)

    def _unnoticed(self, *, are_known: bool) -> Iterator[str]:
        """Yield the studies that the rule holds for and that have raised no alarm."""
        for study_id, now in self._standing.items():
            if now.is_known is are_known and study_id not in self._pending:
                yield study_id

    # What is read.

    def update(self, change: ChangeSet, studies: StudySet, context: QueryContext) -> list[Alarm]:
        """Take in a change of the studies; return the alarms that it raises, and that are due.

        A study that is not held any more keeps its alarm, even one that the server says is gone:
        that may be a mistake, and somebody has heard the bell.
        """
        self._meet(studies, context)
        self._deadlines.gone(change.gone)
        for study_id in change.gone:
            self._lose(study_id, self._mine.gone(study_id), None)
        for study, is_urgent in self._concerned(change, studies):
            if not self._is_overtaken(study):
                self._read(study, is_urgent=is_urgent, is_new=study.study_id in change.added)
        self._gone = (self._gone | (change.gone & set(self._pending.ids))) - change.read
        return self._due()

    def _concerned(self, change: ChangeSet, studies: StudySet) -> list[tuple[Study, bool]]:
        """Return the studies read that can raise or end an alarm, each with whether it is urgent.

        Hardly any of the thousands that are read at the start are among them.
        """
        matches, standing, mine = self._rule.matcher(self._context), self._standing, self._mine.ids
        own, me = self.own.ids, self._mine.me
        found: list[tuple[Study, bool]] = []
        for study in filter(None, map(studies.get, change.read)):
            study_id, holder = study.study_id, study.assignee
            if is_open(study) and matches(study):
                found.append((study, True))
            elif (
                (holder is not None and holder.user_id == me)
                or study_id in own
                or study_id in standing
                or study_id in mine
            ):
                found.append((study, False))
        found.sort(key=lambda each: _longest_waiting(each[0]))
        return found

    def tick(self, studies: StudySet, context: QueryContext) -> list[Alarm]:
        """Take in that time has passed; return the alarms that are due."""
        self._meet(studies, context)
        return self._due()

    def _meet(self, studies: StudySet, context: QueryContext) -> None:
        """Take in what else than studies has changed: the time, the person, the site's rules."""
        last, self._context = self._context, context
        if self._mine.me != context.me:
            self._mine.belong_to(context.me, studies)
        if context.now < last.now:
            self._deadlines.set_back(last.now - context.now)
        if last.thresholds != context.thresholds:
            self._deadlines.look_anew()
            self._hold_to(context.thresholds, studies)

    def _hold_to(self, thresholds: Thresholds, studies: StudySet) -> None:
        """Take in that the site has other rules of how long studies may wait."""
        since, rules = waiting_since(thresholds.clock_key), thresholds.rules
        for study_id, was in self._standing.items():
            study = studies.get(study_id)
            if study is not None:
                now = was._replace(since=since(study), limit_rule=rules.of(study))
            else:
                # Until it is read again: the rule for the same studies, as it is by now.
                now = was._replace(limit_rule=rules.like(was.limit_rule))
            self._standing[study_id] = now

    def _is_overtaken(self, study: Study) -> bool:
        """Whether a study was read from a copy that is older than what was read before.

        Behind a lock nobody else would know.
        """
        known = self._updated.get(study.study_id)
        return known is not None and study.updated_at is not None and study.updated_at < known

    def _read(self, study: Study, *, is_urgent: bool, is_new: bool) -> None:
        study_id = study.study_id
        reading = _Reading(study, self.own.seen(study), is_new, study_id in self._mine)
        loss = self._mine.take(study, reading.own)
        is_mine = study_id in self._mine
        is_freed = False
        if is_urgent:
            is_freed = self._stand(reading)
        elif self._standing.pop(study_id, None) is not None:
            self._withdraw(study_id)
        if study.updated_at is not None and (is_urgent or is_mine or reading.was_mine):
            self._updated[study_id] = study.updated_at
        if study_id in self._pending:
            self._pending.drop(study_id, {Cause.MINE} if not is_mine else set())
            self._pending.drop(study_id, {Cause.LOST} if is_mine > reading.was_mine else set())
        if not (is_freed and loss is Loss.UNASSIGNED):
            self._lose(study_id, loss, study)

    def _lose(self, study_id: str, loss: Loss | None, study: Study | None) -> None:
        if loss is None or not self._deadlines.ladder.lost:
            return
        begun = None if study is None else standing(study, self._context).begun(self._context.now)
        self._raise(study_id, Cause.LOST, begun, was_mine=True, loss=loss)

    def _stand(self, reading: _Reading) -> bool:
        """Take in a study that the rule holds for; return whether it raised that nobody has it."""
        context, study_id = self._context, reading.study.study_id
        was, now = self._standing.get(study_id), standing(reading.study, context)
        self._standing[study_id] = now
        self._deadlines.back(study_id)
        if not self._watched.takes(reading.study, is_new=reading.is_new):
            return False
        wait = self._deadlines.wait_of(study_id) or self._deadlines.begin(study_id, now, context)
        due = wait.due(now, context.now, context.thresholds)
        has_come = was is None or now.rank < was.rank
        is_late = has_come and wait.pass_by(due, context.now)
        if now.holder is not None:
            wait.nobodys_since, wait.is_hanging = None, False
            self._pending.drop(study_id, NOBODYS)
        cause = self._arrival(reading, was, now)
        if cause is not None:
            self._raise(study_id, cause, now.begun(context.now), is_late=is_late)
        is_freed = False
        if now.holder is None and wait.nobodys_since is None:
            wait.nobodys_since = context.now
            is_others = "assigned_to" not in reading.own
            is_freed = was is not None and is_others and self._deadlines.ladder.no_reader
        if is_freed:
            begun = now.begun(context.now)
            self._raise(study_id, Cause.FREED, begun, was_mine=reading.was_mine)
        self._pending.drop(study_id, wait.reopen(due, context.now))
        self._deadlines.plan(wait, due)
        return is_freed

    def _arrival(self, reading: _Reading, was: Standing | None, now: Standing) -> Cause | None:
        if was is None:
            if not self._hinges.isdisjoint(map(hinge, reading.own)):
                return None
            is_new = reading.is_new and self._watched.is_young(reading.study)
            return Cause.NEW if is_new else Cause.TURNED
        if now.rank < was.rank and "severity" not in reading.own:
            return Cause.TURNED
        me = self._mine.me
        is_given = me is not None and now.holder == me and was.holder != me
        return Cause.MINE if is_given and "assigned_to" not in reading.own else None

    def _withdraw(self, study_id: str) -> None:
        """Take an alarm back: nobody waits for the study any more, or it is not urgent."""
        self._deadlines.forget(study_id)
        self._pending.drop(study_id, _OF_RINGING)
        self.start.forget(study_id)

    # What comes of it.

    def _due(self) -> list[Alarm]:
        """Raise what has come due as well, and return all that was raised."""
        context = self._context
        found, undone = self._deadlines.came_due(self._standing, context)
        for study_id, causes in undone.items():
            self._pending.drop(study_id, causes)
        for each in found:
            begun = self._standing[each.study_id].begun(context.now)
            self._raise(each.study_id, each.cause, begun, is_timed=each.is_timed)
        raised, self._raised = self._raised, []
        return raised

    def _raise(
        self, study_id: str, cause: Cause, begun: float | None, **details: Unpack[Details]
    ) -> None:
        alarm = self._pending.add(study_id, cause, self._context.now, begun, **details)
        if alarm is not None:
            self._raised.append(alarm)

    def acknowledge(self, study_id: str) -> None:
        """Take it that a study's alarm has been noticed; another rung raises it again."""
        self._pending.notice(study_id)
        self._gone.discard(study_id)


def _longest_waiting(study: Study) -> tuple[float, str]:
    created = study.created_at
    # One without a time may have waited longest.
    return (float("-inf") if created is None else created, study.study_id)
