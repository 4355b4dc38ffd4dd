"""The writes that the server has not answered yet, so that what is wanted can be shown already."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager

from avara_tui.study import Study, UserRef
from avara_tui.triage.writing.history import CANCELLED, YES
from avara_tui.worklist.merge import FieldChange, applied

Fields = tuple[FieldChange, ...]


class UnderWay:
    """What was asked for, study by study, for as long as nobody has confirmed it."""

    def __init__(self) -> None:
        self._wanted: dict[str, list[Fields]] = {}
        self._listeners: list[Callable[[str], None]] = []

    @property
    def ids(self) -> AbstractSet[str]:
        """The studies that are being written to at this moment."""
        return self._wanted.keys()

    @property
    def fields(self) -> set[tuple[str, str]]:
        """The ids of these studies, each with a field that is wanted otherwise."""
        return {
            (study_id, each.field)
            for study_id, writes in self._wanted.items()
            for fields in writes
            for each in fields
        }

    def subscribe(self, listener: Callable[[str], None]) -> None:
        """Tell ``listener`` the id of every study whose look changes because of a write."""
        self._listeners.append(listener)

    @contextmanager
    def writing(self, study_id: str, fields: Fields) -> Iterator[None]:
        """Count ``fields`` as wanted while the block runs."""
        self._wanted.setdefault(study_id, []).append(fields)
        self._notify(study_id)
        try:
            yield
        finally:
            left = self._wanted[study_id]
            left.remove(fields)
            if not left:
                del self._wanted[study_id]
            self._notify(study_id)

    def shown(self, study: Study, people: Mapping[str, UserRef]) -> Study:
        """Return ``study`` as it will be if everything under way succeeds."""
        for fields in self._wanted.get(study.study_id, ()):
            for each in fields:
                if each.field == CANCELLED:
                    study = study._replace(is_cancelled=each.new == YES)
            others = [each for each in fields if each.field != CANCELLED]
            study = applied(study, others, people)
        return study

    def _notify(self, study_id: str) -> None:
        for listener in tuple(self._listeners):
            listener(study_id)
