"""What a write rests on, held against the study every time that it is read before the write."""

from collections.abc import Callable
from typing import Final

from avara_tui.study import UNREADABLE, Study
from avara_tui.study_requests import StudyChanges
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import CANCELLED, NO, YES
from avara_tui.worklist.merge import (
    Draft,
    FieldChange,
    FieldConflict,
    differences,
    merge,
    value_of,
)

WEIGHTY: Final = ("severity", "status", "assigned_to")
"""The fields that make somebody who cancels a study think again: it was made STAT, is being read by
somebody, or has been read."""


class EditGuard:
    """An edit, brought together anew with each reading of its study."""

    def __init__(
        self, base: Draft, mine: Draft, only_if: Callable[[Study], bool] | None = None
    ) -> None:
        """The edit leads from ``base`` to ``mine``; it counts ``only_if`` that holds."""
        self._base = base
        self._mine = mine
        self._only_if = only_if
        self._wanted = differences(base, mine)
        self.fields = self._wanted
        """What is to be written; where nothing is, what the person wanted."""
        self.ending: Ending | None = None
        """Why nothing is to be written; None if something is."""
        self.conflicts: tuple[FieldConflict, ...] = ()

    def changes(self, study: Study) -> StudyChanges | None:
        """Return what is to be written to ``study`` as it is by now; None if nothing is."""
        if any(each.new == UNREADABLE for each in self._wanted):
            # To take a change back that nobody saw the old value of: the client says why not.
            return merge(self._base, self._mine, self._base).changes
        theirs = Draft.of(study)
        if "metadata" in study.unreadable:
            # Nobody changed what is not seen; whoever is to write any is refused by the client.
            theirs = theirs._replace(metadata=self._base.metadata)
        merged = merge(self._base, self._mine, theirs)
        self.ending, self.conflicts = None, ()
        if self._only_if is not None and not self._only_if(study):
            self.ending = Ending.CONFLICT
        elif merged.conflicts:
            self.ending, self.conflicts = Ending.CONFLICT, merged.conflicts
        elif merged.is_empty:
            self.ending = Ending.NOTHING_TO_DO
        if self.ending is not None:
            self.fields = self._wanted
            return None
        self.fields = differences(merged.theirs, merged.result)
        return merged.changes


class CancelGuard:
    """A cancellation or a restoration, and what the person knew of the study.

    Cancelling takes a study from everybody. If its weighty fields are not as they were when the
    person was asked, they would have to be asked again. Restoring does nobody any harm.
    """

    def __init__(self, seen: Study | None, *, wanted: bool) -> None:
        """``seen`` is the study as it was asked about; None stands for its first reading."""
        self._seen = seen
        self.wanted = wanted
        old, new = (NO, YES) if wanted else (YES, NO)
        self.fields = (FieldChange(CANCELLED, old, new),)
        self.ending: Ending | None = None
        """Why nothing is to be sent; None if something is."""
        self.conflicts: tuple[FieldConflict, ...] = ()

    def may(self, study: Study) -> bool:
        """Whether it is to be sent, with ``study`` as it is by now."""
        self._seen = self._seen or study
        self.ending, self.conflicts = None, ()
        if study.is_cancelled is self.wanted and "is_cancelled" not in study.unreadable:
            self.ending = Ending.NOTHING_TO_DO
        elif self.wanted and (conflicts := _weighty(self._seen, study)):
            self.ending, self.conflicts = Ending.CONFLICT, conflicts
        return self.ending is None


def _weighty(seen: Study, study: Study) -> tuple[FieldConflict, ...]:
    before, now = Draft.of(seen), Draft.of(study)
    values = ((name, value_of(before, name), value_of(now, name)) for name in WEIGHTY)
    return tuple(FieldConflict(name, old, old, new) for name, old, new in values if old != new)
