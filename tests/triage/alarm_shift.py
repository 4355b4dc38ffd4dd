"""A shift of eight hours at the alarm, on a clock by hand: a department, a reader, many faults.

Nothing is drawn and nothing sent: the real watch, the real set of studies and the real history, and
a server that is a dictionary. Everything random comes of one seed.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from avara_tui.clock import ManualClock
from avara_tui.config import Alarm as Settings
from avara_tui.study import COMPLETE, HIGH, INCOMPLETE, NORMAL, STAT, Study, UserRef
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.alarms import AlarmWatch
from avara_tui.triage.reading.lanes import Lane, LaneState
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import CANCELLED, NO, YES, Entry, History, StudyChange
from avara_tui.worklist.clocks import HOUR, MINUTE, Thresholds
from avara_tui.worklist.limits import Limit
from avara_tui.worklist.merge import FieldChange
from avara_tui.worklist.query import QueryContext, parse
from avara_tui.worklist.rungs import Alarm
from avara_tui.worklist.studies import ChangeSet, StudySet
from triage.alarm_model import Model, Seen

START: Final = 1_800_000_000.0
SHIFT: Final = 8 * HOUR
STEP: Final = 30.0
"""Seconds from one reading to the next."""
ME: Final = UserRef("usr_" + "a" * 32, "me@example.org")
OTHERS: Final = tuple(UserRef("usr_" + each * 32, f"{each}@example.org") for each in "bcd")
PEOPLE: Final = {each.user_id: each for each in (ME, *OTHERS)}
RULES: Final = ("severity:stat", "severity:stat", "severity:stat,high")
FIELDS: Final = ("severity", "status", CANCELLED, "assigned_to")


class JumpingClock(ManualClock):
    """A clock that somebody sets back now and then."""

    def set_back(self, seconds: float) -> None:
        self._now -= seconds


@dataclass
class Kept:
    """A study on the server, and who changed each of its fields last."""

    study_id: str
    created_at: float | None
    values: dict[str, str | None]
    authors: dict[str, str] = field(default_factory=dict)
    updated_at: float = 0.0

    def study(self) -> Study:
        holder = self.values["assigned_to"]
        return Study(
            self.study_id,
            "1.2.3." + str(int(self.study_id[4:], 16)),
            "CT Head",
            self.values["severity"] or "",
            self.values["status"] or "",
            self.values[CANCELLED] == YES,
            created_at=self.created_at,
            updated_at=self.updated_at,
            assignee=None if holder is None else PEOPLE[holder],
        )

    def seen(self) -> Seen:
        values = self.values
        return Seen(
            severity=values["severity"] or "",
            is_open=values["status"] == INCOMPLETE and values[CANCELLED] == NO,
            holder=values["assigned_to"],
            created_at=self.created_at,
            version=self.updated_at,
            values=dict(values),
            authors=dict(self.authors),
        )


@dataclass
class Write:
    """A write of the reader on its way."""

    entry: Entry
    kept: Kept
    change: FieldChange
    applies_at: float | None
    ends_at: float
    ending: Ending
    settles_at: float | None = None
    is_applied: bool = False


class Shift:
    """Runs one shift, and holds what the alarm raises against the model."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.clock = JumpingClock(START)
        self.passed = 0.0
        self.studies = StudySet()
        self.server: dict[str, Kept] = {}
        self.changed: set[str] = set()
        self.older: dict[str, Kept] = {}
        self.rule = self.draw.choice(RULES)
        self.rules = Thresholds()
        self.settings = Settings(filter=self.rule)
        self.model = Model(ME.user_id, parse(self.rule).terms[0].values, self.rules, self.settings)
        self.raised: list[Alarm] = []
        self.bells = 0
        self.lanes = [
            LaneState(Lane(each, StudyFilter(severity=each), 10.0, is_open=True, urgency=0))
            for each in (STAT, HIGH, NORMAL)
        ]
        self.watch = AlarmWatch(
            self.settings, self.clock, lambda: self.lanes, self._rang, lambda: ME.user_id
        )
        self.history = History(self.clock)
        self.history.subscribe(self.watch)
        self.writes: list[Write] = []
        self.is_locked = False
        self.blind_until = 0.0
        self.locked_until = 0.0
        self.number = self.changes = 0

    # The program's side.

    def _rang(self, alarms: Sequence[Alarm]) -> None:
        self.raised.extend(alarms)
        self.bells += 1

    def _context(self) -> QueryContext:
        return QueryContext(ME.user_id, self.clock.now(), self.rules)

    def _feed(self, seen: Sequence[Kept], call: Callable[[], None]) -> None:
        """Let the watch take something in, and hold what it raises against what it had read."""
        waiting = {each.study_id for each in self.watch.book.pending}
        self.model.now, self.model.passed = self.clock.now(), self.passed
        for kept in seen:
            self.model.read(kept.study_id, kept.seen())
        call()
        raised, self.raised = self.raised, []
        self.model.check([(each.study_id, each.cause) for each in raised], waiting)

    def _merge(self, kept: Sequence[Kept]) -> None:
        change = self.studies.merge([each.study() for each in kept])
        self._feed(kept, lambda: self.watch.changed(change, self.studies, self._context()))

    def _look_from_behind_the_lock(self) -> None:
        """As the lock's count looks: at what is listed, at one's own, and at what is followed."""
        wanted = {STAT, *self.watch.severities}
        open_ones = [each for each in self.server.values() if each.seen().is_open]
        listed = {each.study_id: each for each in open_ones if each.values["severity"] in wanted}
        listed |= {k.study_id: k for k in open_ones if k.values["assigned_to"] == ME.user_id}
        for study_id in [each for each in self.watch.book.followed if each not in listed][:25]:
            if study_id in self.server:
                listed[study_id] = self.server[study_id]
        kept = [self._perhaps_older(each) for each in listed.values()]
        found = StudySet()
        found.merge([each.study() for each in kept])
        known = {each.study_id for each in kept} & self.studies.forgotten
        change = ChangeSet(added={each.study_id for each in kept} - known, changed=set(known))
        self._feed(kept, lambda: self.watch.changed(change, found, self._context()))

    def _perhaps_older(self, kept: Kept) -> Kept:
        """Return a study from a copy that is late, now and then."""
        if self.draw.random() < 0.03:
            return self.older.get(kept.study_id, kept)
        return kept

    def _read(self) -> None:
        if self.passed < self.blind_until:
            return
        if self.is_locked:
            self._look_from_behind_the_lock()
            return
        kept = [self.server[each] for each in sorted(self.changed) if each in self.server]
        stale = [each for each in self.older.values() if self.draw.random() < 0.004]
        self.changed.clear()
        # One that is gone is not read any more, however late a copy is.
        for each in ([one for one in stale if one.study_id in self.server], kept):
            if each:
                self._merge(each)

    def _tick(self) -> None:
        self._feed([], lambda: self.watch.tick(self.studies, self._context()))

    # The department.

    def _set(self, kept: Kept, author: str, **values: str | None) -> None:
        self.older[kept.study_id] = replace(
            kept, values=dict(kept.values), authors=dict(kept.authors)
        )
        for name, value in values.items():
            if kept.values[name] != value:
                kept.values[name] = value
                kept.authors[name] = author
        self.changes += 1
        kept.updated_at = START + self.passed + self.changes * 1e-5
        self.changed.add(kept.study_id)

    def _arrive(self) -> None:
        self.number += 1
        severity = self.draw.choices((STAT, HIGH, NORMAL), (3, 3, 4))[0]
        age = self.draw.choice((0.0, 5.0, 60.0, 25 * MINUTE, 3 * HOUR))
        holder = self.draw.choice((None, None, None, ME, *OTHERS))
        created = None if self.draw.random() < 0.05 else START + self.passed - age
        values = {
            "severity": severity,
            "status": INCOMPLETE,
            CANCELLED: NO,
            "assigned_to": None if holder is None else holder.user_id,
        }
        kept = Kept(f"stu_{self.number:032x}", created, {})
        self.server[kept.study_id] = kept
        kept.values = values
        kept.authors = dict.fromkeys(values, "other")
        kept.updated_at = START + self.passed
        self.changed.add(kept.study_id)

    def _others_do_something(self) -> None:
        if not self.server:
            return
        kept = self.draw.choice(list(self.server.values()))
        wanted = {(w.change.field, w.change.new) for w in self.writes if w.kept is kept}
        holder: str | None = self.draw.choice((None, *PEOPLE))
        name, value = self.draw.choice(
            (
                ("severity", self.draw.choice((STAT, HIGH, NORMAL))),
                ("assigned_to", holder),
                ("assigned_to", holder),
                ("assigned_to", None),
                ("status", COMPLETE),
                ("status", INCOMPLETE),
                (CANCELLED, self.draw.choice((YES, NO, NO))),
            )
        )
        # Whether two who want the same at the same time were one or the other, nobody can tell.
        if (name, value) not in wanted:
            self._set(kept, "other", **{name: value})

    def _delete(self) -> None:
        study_id = self.draw.choice(list(self.server))
        if self.is_locked or any(each.kept.study_id == study_id for each in self.writes):
            return
        del self.server[study_id]
        self.older.pop(study_id, None)
        change = self.studies.discard(study_id)
        self.model.gone(study_id)
        self._feed([], lambda: self.watch.changed(change, self.studies, self._context()))

    # The reader.

    def _write(self) -> None:
        held = [each.study_id for each in self.studies if each.study_id in self.server]
        if self.is_locked or not held or self.passed < self.blind_until:
            return
        kept = self.server[self.draw.choice(sorted(held))]
        if any(each.kept is kept for each in self.writes):
            return
        # Whoever writes reads first.
        self.changed.discard(kept.study_id)
        self._merge([kept])
        name = self.draw.choice(("assigned_to", "assigned_to", "severity", "status", CANCELLED))
        value: str | None
        value = {
            "assigned_to": self.draw.choice((ME.user_id, ME.user_id, None, OTHERS[0].user_id)),
            "severity": self.draw.choice((STAT, HIGH, NORMAL)),
            "status": self.draw.choice((COMPLETE, COMPLETE, INCOMPLETE)),
            CANCELLED: self.draw.choice((YES, NO)),
        }[name]
        if kept.values[name] == value:
            return
        change = FieldChange(name, kept.values[name], value)
        entry = self.history.begin("save")
        self.history.intend(entry, kept.study_id, (change,))
        ending = self.draw.choices((Ending.DONE, Ending.UNKNOWN, Ending.FAILED), (6, 2, 1))[0]
        ends_at = self.passed + self.draw.choice((0.0, 20.0, 50.0))
        applies_at: float | None = self.passed + self.draw.random() * (ends_at - self.passed)
        settles_at = None
        if ending is Ending.UNKNOWN:
            settles_at = ends_at + self.draw.choice((40.0, 90.0))
            applies_at = self.draw.choice((None, applies_at, ends_at + 30.0))
        elif ending is Ending.FAILED:
            applies_at = None
        self.writes.append(Write(entry, kept, change, applies_at, ends_at, ending, settles_at))

    def _go_on_writing(self) -> None:
        for write in list(self.writes):
            kept = write.kept
            if kept.study_id not in self.server:
                self.writes.remove(write)
                continue
            if write.applies_at is not None and self.passed >= write.applies_at:
                write.applies_at, write.is_applied = None, True
                self._set(kept, "me", **{write.change.field: write.change.new})
            if self.passed < write.ends_at or write.applies_at is not None:
                continue
            done = StudyChange(kept.study_id, (write.change,), write.ending)
            if write.settles_at is None:
                if write.is_applied and not self.is_locked:
                    self._merge([kept])
                self.history.end(write.entry, done)
            elif write.entry.change(kept.study_id) != done:
                self.history.end(write.entry, done)
                continue
            elif self.passed >= write.settles_at and not self.is_locked:
                # The read-back says how it has ended.
                self._merge([kept])
                ending = Ending.DONE if write.is_applied else Ending.FAILED
                self.history.resolve(write.entry, done._replace(ending=ending))
            else:
                continue
            self.writes.remove(write)

    def _lock(self) -> None:
        if self.is_locked:
            return
        self.is_locked = True
        self.locked_until = self.passed + self.draw.choice((60.0, 600.0, 1500.0))
        change = self.studies.clear()
        self._feed([], lambda: self.watch.changed(change, self.studies, self._context()))

    def _unlock(self) -> None:
        self.is_locked = False
        self.changed.clear()
        self._merge(list(self.server.values()))

    def _notice(self) -> None:
        if self.draw.random() < 0.3:
            self.watch.acknowledge_all()
        else:
            self.watch.acknowledge()

    def _other_settings(self) -> None:
        name = self.draw.choice(("no_reader", "unclaimed", "overdue", "lost", "minutes", "due"))
        if name == "due":
            due = self.draw.choice((20, 30, 45)) * MINUTE
            self.rules = self.rules._replace(stat=Limit(10 * MINUTE, due))
        elif name == "minutes":
            minutes = self.draw.choice((3, 5, 10))
            self.settings = self.settings.with_values(unclaimed_minutes=minutes)
        else:
            # What was off is soon on again.
            others = dict.fromkeys(("no_reader", "unclaimed", "overdue", "lost"), True)
            is_on = not getattr(self.settings, name)
            self.settings = self.settings.with_values(**{**others, name: is_on})
        self.watch.take_settings(self.settings)
        self.model.rules, self.model.settings = self.rules, self.settings

    def _set_clock_back(self) -> None:
        # The screen's ticks are a second apart: there was one just before.
        self._tick()
        self.clock.set_back(self.draw.choice((2.0, 300.0, 3600.0)))

    # The shift.

    def _begin(self) -> None:
        for _ in range(self.draw.randrange(5, 40)):
            self._arrive()
        self._read()
        for state in self.lanes:
            state.completed_at = self.clock.now()
            state.certainty.is_beginning = False
        self.watch.lanes_changed(self._context())
        self.model.begin()

    def _pass(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.passed += seconds

    def run(self) -> Model:
        """Run the shift; return the model, which has counted what went wrong."""
        self._begin()
        chances: list[tuple[float, Callable[[], None]]] = [
            (0.1, self._arrive),
            (0.3, self._others_do_something),
            (0.08, self._write),
            (0.1, self._notice),
            (0.008, self._other_settings),
            (0.006, self._lock),
            (0.003, self._delete),
            (0.006, lambda: setattr(self, "blind_until", self.passed + self.draw.random() * 1200)),
            (0.002, lambda: self._pass(self.draw.choice((1800.0, 5400.0)))),
            (0.002, self._set_clock_back),
        ]
        while self.passed < SHIFT:
            self._pass(STEP)
            for chance, happen in chances:
                if self.draw.random() < chance:
                    happen()
            self._go_on_writing()
            if self.is_locked and self.passed >= self.locked_until:
                self._unlock()
            # Time may come first, or a reading.
            steps = [self._tick, self._read]
            for each in steps if self.draw.random() < 0.5 else reversed(steps):
                each()
            self.model.count_silence(STEP)
        return self.model
