"""A plain model of the alarm's ladder: what must have rung, by what the program had read by then.

It keeps every study's last reading whole and knows who had changed which field. It knows nothing of
how the alarm is built.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from avara_tui.config import Alarm as Settings
from avara_tui.study import COMPLETE, SEVERITIES
from avara_tui.worklist.clocks import MINUTE, Thresholds
from avara_tui.worklist.rungs import Cause


class Seen(NamedTuple):
    """One version of a study."""

    severity: str
    is_open: bool
    holder: str | None
    created_at: float | None
    version: float
    values: dict[str, Any]
    authors: dict[str, str]
    """Who changed each field last: ``me`` or ``other``."""


@dataclass
class Told:
    """What the program has read of one study, and what it has said of it."""

    seen: Seen
    is_gone: bool = False
    rings_since: float = 0.0
    """When it was first read as one to ring for, in seconds of the shift."""
    nobodys_since: float | None = None
    has_hung: bool = False
    overdue_for: float | None = None
    twice_for: float | None = None


class Model:
    """Counts what should have rung and did not, what rang twice, and what was one's own doing."""

    def __init__(
        self, me: str, severities: Sequence[str], rules: Thresholds, settings: Settings
    ) -> None:
        self.me = me
        self.severities = severities
        self.rules = rules
        self.settings = settings
        self.now = self.passed = 0.0
        self.told: dict[str, Told] = {}
        self.is_watching = False
        self.due_events: dict[tuple[str, Cause], bool] = {}
        """What is to ring because of the reading just now, each with whether it must."""
        self.own: set[str] = set()
        """The studies that the person has changed by the reading just now."""
        self.silent_seconds = 0.0
        self.silences: list[str] = []
        self.ringing: dict[str, Told] = {}
        self.missed: list[str] = []
        self.twice: list[str] = []
        self.of_own_doing: list[str] = []
        self.rung = 0

    def begin(self) -> None:
        """Take it that the watch begins: all that is late by now is in the summary."""
        self.is_watching = True
        self.due_events.clear()
        for study_id, told in self.told.items():
            if self._rings(told.seen):
                self._arrived(study_id, told)

    # What was read.

    def read(self, study_id: str, seen: Seen) -> None:
        """Take in a version of a study that the program has read; an older one says nothing."""
        told = self.told.get(study_id)
        was = None if told is None else told.seen
        if told is None:
            told = self.told[study_id] = Told(seen)
        elif was is not None and seen.version < was.version:
            return
        told.seen, told.is_gone = seen, False
        if not self.is_watching:
            return
        if any(self._is_own(was, seen, name) for name in seen.values):
            self.own.add(study_id)
        rings, rang = self._rings(seen), was is not None and self._rings(was)
        if rings and not rang:
            self._arrived(study_id, told)
            self._expect_arrival(study_id, was, seen)
        elif rings and was is not None:
            self._rings_still(study_id, told, was, seen)
        if not rings:
            self.ringing.pop(study_id, None)
        if was is not None:
            self._expect_loss(study_id, was, seen)

    def _expect_arrival(self, study_id: str, was: Seen | None, seen: Seen) -> None:
        names = ("severity", "status", "cancelled")
        changed = [n for n in names if was is None or was.values[n] != seen.values[n]]
        authors = {seen.authors[name] for name in changed}
        if "other" in authors:
            self._expect(study_id, Cause.TURNED, must="me" not in authors)

    def _rings_still(self, study_id: str, told: Told, was: Seen, seen: Seen) -> None:
        has_risen = SEVERITIES.index(seen.severity) < SEVERITIES.index(was.severity)
        if has_risen:
            self._pass_by(told)
            if seen.authors["severity"] == "other":
                self._expect(study_id, Cause.TURNED)
        by_other = seen.authors["assigned_to"] == "other"
        if seen.holder == self.me != was.holder and by_other:
            # One line and one bell for what has risen and was given at once.
            self._expect(study_id, Cause.MINE, must=(study_id, Cause.TURNED) not in self.due_events)
        if seen.holder is not None:
            told.nobodys_since, told.has_hung = None, False
        elif was.holder is not None:
            told.nobodys_since, told.has_hung = self.passed, False
            if by_other and self.settings.no_reader:
                self._expect(study_id, Cause.FREED)

    def _expect_loss(self, study_id: str, was: Seen, seen: Seen) -> None:
        if not self.settings.lost or was.holder != self.me or not was.is_open:
            return
        by = seen.authors
        if seen.is_open and seen.holder == self.me:
            is_lower = SEVERITIES.index(seen.severity) > SEVERITIES.index(was.severity)
            is_lost = is_lower and by["severity"] == "other"
        elif seen.values["cancelled"] == "yes":
            is_lost = by["cancelled"] == "other"
        elif seen.values["status"] == COMPLETE:
            is_lost = by["status"] == "other"
        else:
            is_lost = by["assigned_to"] == "other"
        if is_lost and (study_id, Cause.FREED) not in self.due_events:
            self._expect(study_id, Cause.LOST)

    def gone(self, study_id: str) -> None:
        """Take in that the server does not know a study any more."""
        told = self.told.get(study_id)
        if told is None:
            return
        told.is_gone = True
        is_mine = told.seen.is_open and told.seen.holder == self.me
        if is_mine and self.settings.lost:
            self._expect(study_id, Cause.LOST)

    def _expect(self, study_id: str, cause: Cause, *, must: bool = True) -> None:
        self.due_events[study_id, cause] = must

    def _arrived(self, study_id: str, told: Told) -> None:
        self.ringing[study_id] = told
        told.rings_since = self.passed
        told.nobodys_since = self.passed if told.seen.holder is None else None
        told.has_hung = False
        told.overdue_for = told.twice_for = None
        self._pass_by(told)

    def _pass_by(self, told: Told) -> None:
        """Take it that who is told of a study is told how late it is."""
        due, twice = self._deadlines(told)
        if self._at(told) >= due:
            told.overdue_for = due
        if self._at(told) >= twice:
            told.twice_for = twice

    def _rings(self, seen: Seen) -> bool:
        return seen.is_open and seen.severity in self.severities

    def _is_own(self, was: Seen | None, seen: Seen, name: str) -> bool:
        is_other = was is not None and was.values[name] != seen.values[name]
        return is_other and seen.authors[name] == "me"

    def _deadlines(self, told: Told) -> tuple[float, float]:
        """Return the deadline and that at twice the time, on the clock that it is held against."""
        limit = self.rules.site_limit(told.seen.severity).due
        created = told.seen.created_at
        begun = told.rings_since if created is None else created
        return begun + limit, begun + 2 * limit

    def _at(self, told: Told) -> float:
        """Return the time: by the wall, or by how much has passed where there is no other."""
        return self.now if told.seen.created_at is not None else self.passed

    # What has rung.

    def check(self, raised: Sequence[tuple[str, Cause]], waiting: set[str]) -> None:
        """Hold what has rung just now against what was to ring; ``waiting`` had an alarm before."""
        if not self.is_watching:
            return
        time_comes = set(self._come_due())
        self.rung += len(raised)
        for study_id, cause in raised:
            # Whether one is new or an old one is told by its age, which is not what this is about.
            key = (study_id, Cause.TURNED if cause is Cause.NEW else cause)
            if key in time_comes:
                self._has_rung(key)
            elif key in self.due_events:
                del self.due_events[key]
            elif study_id in self.own:
                self.of_own_doing.append(f"{key} at {self.passed:.0f}")
            else:
                self.twice.append(f"{key} at {self.passed:.0f}")
        for (study_id, cause), must in self.due_events.items():
            # Arriving once more makes no sound of its own while the study has an alarm.
            is_quiet = study_id in waiting and cause in {Cause.TURNED, Cause.MINE}
            if must and not is_quiet:
                self.missed.append(f"{study_id} {cause} at {self.passed:.0f}")
        self.due_events.clear()
        self.own.clear()

    def _come_due(self) -> Iterator[tuple[str, Cause]]:
        for study_id, told in self.ringing.items():
            yield from self._due(study_id, told)

    def _due(self, study_id: str, told: Told) -> list[tuple[str, Cause]]:
        if told.is_gone:
            return []
        found = []
        allowed = self.settings.unclaimed_minutes * MINUTE
        is_nobodys = told.nobodys_since is not None and not told.has_hung
        if is_nobodys and self.passed >= (told.nobodys_since or 0.0) + allowed:
            found.append((study_id, Cause.UNCLAIMED))
        due, twice = self._deadlines(told)
        at = self._at(told)
        if told.overdue_for is not None and due > told.overdue_for + 1.0 and at < due:
            told.overdue_for = None
        if told.twice_for is not None and twice > told.twice_for + 1.0 and at < twice:
            told.twice_for = None
        if told.twice_for is None and at >= twice:
            found.append((study_id, Cause.TWICE_OVERDUE))
        elif told.overdue_for is None and at >= due:
            found.append((study_id, Cause.OVERDUE))
        return found

    def _has_rung(self, key: tuple[str, Cause]) -> None:
        study_id, cause = key
        told = self.told[study_id]
        due, twice = self._deadlines(told)
        if cause is Cause.UNCLAIMED:
            told.has_hung = True
        else:
            told.overdue_for = due
            if cause is Cause.TWICE_OVERDUE:
                told.twice_for = twice

    def count_silence(self, seconds: float) -> None:
        """Count a stretch of the shift for every study that should have rung in it and has not."""
        for _, cause in self._come_due():
            is_on = self.settings.unclaimed if cause is Cause.UNCLAIMED else self.settings.overdue
            if is_on:
                self.silent_seconds += seconds
                self.silences.append(f"{_} {cause} at {self.passed:.0f}")
