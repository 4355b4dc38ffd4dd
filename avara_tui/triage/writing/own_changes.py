"""Tells the record of changes which of them are the person's own."""

from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import Entry, StudyChange
from avara_tui.worklist.changes import ChangeRecord
from avara_tui.worklist.studies import StudySet


class OwnChanges:
    """Watches what is written: what is read with just those values is the person's own."""

    def __init__(self, record: ChangeRecord, studies: StudySet) -> None:
        self._record = record
        self._studies = studies

    def intended(self, entry: Entry, change: StudyChange) -> None:  # noqa: ARG002 - as watchers are
        """Take note of a write that is about to be sent."""
        if change.has_id:
            self._record.intend(change.study_id, change.fields)

    def ended(self, entry: Entry, change: StudyChange) -> None:  # noqa: ARG002 - as watchers are
        """Take note of how a write ended. What it did has been read by now, if it was answered."""
        if not change.has_id or change.ending is None:
            return
        if change.was is not None:
            self._record.created(change.study_id)
            return
        is_unseen = change.study_id not in self._studies and change.ending.may_have_changed
        if change.ending is not Ending.UNKNOWN and not is_unseen:
            self._record.settle(change.study_id, change.fields)
