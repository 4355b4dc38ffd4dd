"""Which studies are of the same patient: those with the same value of one metadata key.

Values are compared exactly, and within one customer only: two sites may give two patients one
number. Studies without a customer are held together with each other alone. What is blank, or could
not be read whole, makes no two studies one patient's.
"""

from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from avara_tui.study import UNREADABLE, Study
from avara_tui.worklist.clocks import HOUR
from avara_tui.worklist.studies import ChangeSet, StudySet

_NOBODY: Final[AbstractSet[str]] = frozenset()


class Patient(NamedTuple):
    """By what a patient is known."""

    customer_id: str | None
    value: str


def patient_of(study: Study, key: str) -> Patient | None:
    """Return whose study it is by the metadata ``key``, or None if nothing says so."""
    value = study.metadata.get(key, "")
    if not value.strip() or "metadata" in study.unreadable:
        return None
    customer_id = None if study.customer is None else study.customer.customer_id
    return None if customer_id == UNREADABLE else Patient(customer_id, value)


def may_be_duplicates(study: Study, other: Study) -> bool:
    """Whether two studies of one patient look like one that was sent twice.

    They have the same description and were created within an hour. What is cancelled is settled.
    """
    one, two = study.created_at, other.created_at
    if one is None or two is None or abs(one - two) > HOUR:
        return False
    is_settled = study.is_cancelled or other.is_cancelled
    is_told = "description" not in (*study.unreadable, *other.unreadable)
    said = study.description.strip()
    return not is_settled and is_told and bool(said) and said == other.description.strip()


class PatientIndex:
    """The studies of a set by patient, kept true as they come, change and go.

    It holds what :func:`patient_of` returns for studies that are held, and nothing of others.
    """

    def __init__(self, studies: StudySet, key: str) -> None:
        self._studies = studies
        self.key = key
        """The metadata key whose values tell patients apart."""
        self._patients: dict[str, Patient] = {}
        # Most patients have one study, which needs no set.
        self._alone: dict[Patient, str] = {}
        self._several: dict[Patient, set[str]] = {}
        for study in studies:
            self._put(study.study_id, patient_of(study, key))

    def patient(self, study_id: str) -> Patient | None:
        """Return whose study it is, or None if nothing says so or it is not held."""
        return self._patients.get(study_id)

    def count(self, study_id: str) -> int:
        """Return how many studies its patient has, itself among them; 0 if nobody knows whose."""
        patient = self._patients.get(study_id)
        if patient is None:
            return 0
        several = self._several.get(patient)
        return 1 if several is None else len(several)

    def members(self, study_id: str) -> AbstractSet[str]:
        """Return the studies of its patient, itself among them; none if nobody knows whose.

        The set goes on changing with the studies.
        """
        patient = self._patients.get(study_id)
        if patient is None:
            return _NOBODY
        several = self._several.get(patient)
        return frozenset({study_id}) if several is None else several

    def update(self, change: ChangeSet) -> set[Patient]:
        """Take in a change of the studies; return the patients whose studies it was about.

        Those of whom no study is left are not among them.
        """
        touched: set[Patient] = set()
        for study_id in change.read | change.removed:
            study = self._studies.get(study_id)
            before = self._patients.get(study_id)
            after = None if study is None else patient_of(study, self.key)
            if before != after:
                self._take_out(study_id)
                self._put(study_id, after)
            touched.update(each for each in (before, after) if each is not None)
        return {each for each in touched if each in self._alone or each in self._several}

    def _put(self, study_id: str, patient: Patient | None) -> None:
        if patient is None:
            return
        self._patients[study_id] = patient
        several = self._several.get(patient)
        if several is not None:
            several.add(study_id)
        elif (first := self._alone.pop(patient, None)) is not None:
            self._several[patient] = {first, study_id}
        else:
            self._alone[patient] = study_id

    def _take_out(self, study_id: str) -> None:
        patient = self._patients.pop(study_id, None)
        if patient is None:
            return
        several = self._several.get(patient)
        if several is None:
            del self._alone[patient]
            return
        several.discard(study_id)
        if len(several) == 1:
            (self._alone[patient],) = self._several.pop(patient)
