"""What was written in the last minutes, held against everything that is read since.

The API has no lock and no version of a study, so the last writer wins in silence. The ledger
breaks that silence: it says when somebody has overwritten an edit, and how a write whose outcome
was not known has ended after all.
"""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, NamedTuple

from avara_tui.clock import Clock
from avara_tui.study import UNREADABLE, Study, is_older
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import CANCELLED, NO, YES, Entry, History, StudyChange
from avara_tui.worklist.merge import FieldChange, told_value

WATCHED_FOR: Final = 600.0
"""Seconds for which an edit is watched after it was made."""

_WATCHED: Final = frozenset({Ending.DONE, Ending.NOTHING_TO_DO, Ending.UNKNOWN})


class Fate(Enum):
    """What became of an edit after its write had ended."""

    OVERWRITTEN = auto()
    """It was made, and somebody else has changed it since."""
    GONE = auto()
    """It was made, and the server does not know the study any more."""
    SAVED = auto()
    """It was not known whether it was made; it was."""
    NOT_SAVED = auto()
    """It was not known whether it was made; it was not."""
    UNCLEAR = auto()
    """It was not known whether it was made, and the field now holds something else again."""


class EditFinding(NamedTuple):
    """Something that the person has to be told about one field of an edit."""

    fate: Fate
    entry: Entry
    study_id: str
    change: FieldChange
    """The field with its value before the edit and the value written."""
    now: str | None = None
    """What the field holds now."""
    updated_at: float | None = None
    """When the study was last changed by anybody, as far as the server says."""


@dataclass(slots=True)
class _Watch:
    entry: Entry
    change: FieldChange
    until: float
    is_sure: bool
    is_told: bool = False
    former: "_Watch | None" = None
    """What was watched in the same field before, for as long as it may count again."""


class Ledger:
    """Watches the edits of a history. Show it every study that is read."""

    def __init__(
        self,
        history: History,
        clock: Clock,
        notify: Callable[[EditFinding], None],
        study_of: Callable[[str], Study | None],
    ) -> None:
        """``study_of`` returns a study as it was last read."""
        self._history = history
        self._clock = clock
        self._notify = notify
        self._study_of = study_of
        self._watches: dict[str, dict[str, _Watch]] = {}
        self._writing: set[tuple[int, str]] = set()
        self._unsure: set[str] = set()
        self._held_at: float | None = None
        history.subscribe(self)

    @property
    def unsure(self) -> AbstractSet[str]:
        """The studies with a write of which it is not known whether it was made."""
        return self._unsure

    @property
    def watched(self) -> AbstractSet[str]:
        """The studies with edits that are watched."""
        return self._watches.keys()

    def claims(self) -> Iterator[str]:
        """Yield the studies that were assigned by an edit which, as far as is known, stands."""
        for study_id, watches in self._watches.items():
            watch = watches.get("assigned_to")
            if watch is not None and watch.is_sure and watch.change.new is not None:
                yield study_id

    # What a history says.

    def intended(self, entry: Entry, change: StudyChange) -> None:
        """Look away from a study while it is being written to: what is read may be either."""
        self._writing.add((entry.number, change.study_id))

    def ended(self, entry: Entry, change: StudyChange) -> None:
        """Watch what was written, or may have been, and what the person found as wanted."""
        self._writing.discard((entry.number, change.study_id))
        if change.ending in _WATCHED and change.has_id:
            watches = self._watches.setdefault(change.study_id, {})
            is_sure = change.ending is not Ending.UNKNOWN
            for each in change.fields:
                until = self._now() + WATCHED_FOR
                former = None if is_sure else watches.get(each.field)
                watches[each.field] = _Watch(entry, each, until, is_sure, former=former)
        # What was read while looking away, or while the answer was on its way, may be news
        # already. Where no answer was read, what is known of these fields is from before.
        study = self._study_of(change.study_id)
        if study is not None:
            fields = {each.field for each in change.fields}
            self._look(study, frozenset() if change.error is None else fields)

    # What is read.

    def look(self, study: Study) -> None:
        """Hold a study against what was written to it, and tell of what is not as it should be.

        ``study`` must have been read after the last write to it had ended. An older version than
        the one that is known comes from a copy that is late, and says nothing.
        """
        self._look(self._newest(study), frozenset())

    def _look(self, study: Study, but: AbstractSet[str]) -> None:
        if study.study_id in self._watches and not self._is_being_written(study.study_id):
            for field in [each.change.field for each in self._current(study.study_id)]:
                # Settling one field's outcome may have put other watches in place.
                watch = self._watches.get(study.study_id, {}).get(field)
                if watch is not None and field not in but:
                    self._compare(watch, study)
        self._note_unsure(study.study_id)

    def conclude(self, study: Study) -> None:
        """Take ``study`` as the last word on writes whose outcome was not known."""
        study = self._newest(study)
        self.look(study)
        while (watch := self._unmade(study)) is not None:
            self._resolve(watch, study.study_id, Ending.FAILED)
            self._report(Fate.NOT_SAVED, watch, study)
            # The edit before counts again, and its outcome may not be known either.
            self.look(study)
        self._note_unsure(study.study_id)

    def _newest(self, study: Study) -> Study:
        known = self._study_of(study.study_id)
        return known if known is not None and is_older(study, known) else study

    def _unmade(self, study: Study) -> _Watch | None:
        """Return a write whose outcome is not known, and of which the study shows nothing."""
        for watch in self._current(study.study_id):
            is_open = not watch.is_sure and not watch.is_told
            now = value_on(study, watch.change.field)
            if is_open and now == watch.change.old and now != UNREADABLE:
                return watch
        return None

    def expire(self) -> None:
        """Let go of what has been watched for long enough."""
        for study_id in list(self._watches):
            self._current(study_id)
            self._note_unsure(study_id)

    def hold(self) -> None:
        """Stop the time of all watches: nothing is read by which they could be held."""
        self._held_at = self._now()

    def resume(self) -> None:
        """Let the time of all watches go on from where it was stopped."""
        if self._held_at is None:
            return
        passed, self._held_at = self._clock.monotonic() - self._held_at, None
        for watches in self._watches.values():
            for each in watches.values():
                watch: _Watch | None = each
                while watch is not None:
                    watch.until += passed
                    watch = watch.former

    def _now(self) -> float:
        return self._clock.monotonic() if self._held_at is None else self._held_at

    def gone(self, study_id: str) -> None:
        """Take note that the server does not know a study any more."""
        for watch in self._current(study_id):
            fate = Fate.GONE if watch.is_sure else Fate.UNCLEAR
            self._notify(EditFinding(fate, watch.entry, study_id, watch.change))
        self._watches.pop(study_id, None)
        self._note_unsure(study_id)

    def _compare(self, watch: _Watch, study: Study) -> None:
        now = value_on(study, watch.change.field)
        if now == UNREADABLE:
            return
        if now == watch.change.new:
            if not watch.is_sure:
                self._resolve(watch, study.study_id, Ending.DONE)
                self._report(Fate.SAVED, watch, study)
            return
        if not watch.is_sure and now == watch.change.old:
            # It may still arrive; conclude() says when it is time to give up on it.
            return
        self._drop(watch, study.study_id)
        if watch.is_told:
            return
        self._report(Fate.OVERWRITTEN if watch.is_sure else Fate.UNCLEAR, watch, study, now)

    def _resolve(self, watch: _Watch, study_id: str, ending: Ending) -> None:
        """Let the history, and with it everybody who watches it, know how a write has ended.

        A write is made whole or not at all: its other fields share the outcome.
        """
        for each in self._current(study_id):
            if each.entry is watch.entry:
                each.is_told = True
                if ending is Ending.FAILED and each.former is not None:
                    # The edit before still stands, and somebody may yet overwrite it.
                    self._watches[study_id][each.change.field] = each.former
        change = watch.entry.change(study_id)
        if change is not None and change.ending is not ending:
            self._history.resolve(watch.entry, change._replace(ending=ending, error=None))

    def _report(self, fate: Fate, watch: _Watch, study: Study, now: str | None = None) -> None:
        now = value_on(study, watch.change.field) if now is None else now
        finding = EditFinding(
            fate, watch.entry, study.study_id, watch.change, now, study.updated_at
        )
        self._notify(finding)

    def _drop(self, watch: _Watch, study_id: str) -> None:
        watches = self._watches.get(study_id, {})
        if watches.get(watch.change.field) is watch:
            del watches[watch.change.field]
        if not watches:
            self._watches.pop(study_id, None)

    def _current(self, study_id: str) -> list[_Watch]:
        """Return the watches on a study, and let go of those whose time is up."""
        now = self._now()
        for watch in list(self._watches.get(study_id, {}).values()):
            if watch.until <= now:
                self._drop(watch, study_id)
        return list(self._watches.get(study_id, {}).values())

    def _is_being_written(self, study_id: str) -> bool:
        return any(each == study_id for _, each in self._writing)

    def _note_unsure(self, study_id: str) -> None:
        watches = self._watches.get(study_id, {}).values()
        if any(not each.is_sure and not each.is_told for each in watches):
            self._unsure.add(study_id)
        else:
            self._unsure.discard(study_id)


def value_on(study: Study, field: str) -> str | None:
    """Return what a field of an edit, or of a cancellation, holds on ``study``."""
    if field == CANCELLED and "is_cancelled" in study.unreadable:
        return UNREADABLE
    if field == CANCELLED:
        return YES if study.is_cancelled else NO
    return told_value(study, field)
