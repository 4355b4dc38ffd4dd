"""The studies of one patient: for the sign in a row, for the detail, and shown by themselves.

What patients are known by stays in the index. Which patient is shown is told by a study's id, so
that nothing is left of the patient when a lock lets go of the studies.
"""

from collections.abc import Set as AbstractSet
from typing import Final

from avara_tui.config import Config
from avara_tui.study import Study
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.worklist.query import Query, Term
from avara_tui.worklist.query.terms import SAME_PATIENT
from avara_tui.worklist.same_patient import Patient, PatientIndex
from avara_tui.worklist.saved import SavedWorklist
from avara_tui.worklist.studies import ChangeSet, StudySet

ONE_PATIENT: Final = SavedWorklist("Same patient", "")
"""Stands in the place of a saved worklist while one patient's studies are shown."""
_QUERY: Final = Query((Term("is", (SAME_PATIENT,)),), takes_cancelled=True)
_NONE: Final[AbstractSet[str]] = frozenset()


class Patients:
    """Which studies are of one patient, where the settings say what patients are known by."""

    def __init__(self, studies: StudySet, row_context: RowContext) -> None:
        self._studies = studies
        self._row_context = row_context
        self._index: PatientIndex | None = None
        self._study_id: str | None = None
        self._touched: set[Patient] = set()
        self.is_whole = False
        """Whether every study that the server has was read, so that no other is missing."""

    def take_settings(self, config: Config) -> None:
        """Tell patients apart by another metadata key, or not at all."""
        key = config.patient_key
        if key == self.key:
            return
        self._index = None if key is None else PatientIndex(self._studies, key)
        self._study_id = None
        self._row_context.show_patients(None if key is None else self)

    @property
    def key(self) -> str | None:
        """The metadata key that patients are known by; None if the settings name none."""
        return None if self._index is None else self._index.key

    def tell_whole(self, *, is_whole: bool) -> bool:
        """Say whether all studies were read; return whether that changes what can be said."""
        is_news = is_whole is not self.is_whole
        self.is_whole = is_whole
        return is_news and self._index is not None

    def count(self, study_id: str) -> int:
        """Return how many studies a study's patient has; 0 where nobody knows whose it is."""
        return 0 if self._index is None else self._index.count(study_id)

    def others(self, study_id: str) -> list[Study]:
        """Return the other studies of a study's patient."""
        if self._index is None:
            return []
        ids = self._index.members(study_id) - {study_id}
        return [study for study in map(self._studies.get, ids) if study is not None]

    def follow(self, change: ChangeSet) -> set[str]:
        """Take in a change of the studies, before anything that is selected by it.

        Returns the studies that came to those shown, or left them, and have not changed.
        """
        if self._index is None:
            return set()
        before = set(self.shown)
        self._touched = self._index.update(change)
        self._hand_over(before - change.removed)
        return (before ^ self.shown) - change.read - change.removed

    def touches(self, study: Study | None) -> bool:
        """Whether the last change was about the patient of ``study``."""
        if study is None or self._index is None:
            return False
        return self._index.patient(study.study_id) in self._touched

    # One patient's studies by themselves.

    @property
    def is_shown(self) -> bool:
        """Whether the studies of one patient are shown."""
        return self._study_id is not None

    @property
    def query(self) -> Query | None:
        """What selects the studies shown; None while no patient's are."""
        return _QUERY if self.is_shown else None

    @property
    def shown(self) -> AbstractSet[str]:
        """The ids of the studies of the patient that is shown."""
        if self._index is None or self._study_id is None:
            return _NONE
        return self._index.members(self._study_id)

    @property
    def shown_for(self) -> Study | None:
        """The study by which the patient that is shown is known, while it is held."""
        return None if self._study_id is None else self._studies.get(self._study_id)

    def show(self, study_id: str | None) -> None:
        """Show the patient of a study; None shows no patient any more."""
        self._study_id = study_id

    def _hand_over(self, rest: set[str]) -> None:
        """Let another study of the same patient stand for it, once the first one is gone."""
        if self._study_id is not None and self._study_id not in self._studies and rest:
            self._study_id = min(rest)
