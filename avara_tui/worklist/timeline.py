"""Studies by a moment in their life, so that what time alone changes is found, not sought."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple, TypeAlias

from avara_tui.study import Study

Moment: TypeAlias = Callable[[Study], float | None]
"""A moment in a study's life in seconds since the epoch, such as its creation; None if unknown."""
_FEW: Final = 64
"""How many times fewer than those that are there studies must be to be placed one by one."""


def created(study: Study) -> float | None:
    """Return when the study was created."""
    return study.created_at


def updated(study: Study) -> float | None:
    """Return when the study was last changed."""
    return study.updated_at


class Turn(NamedTuple):
    """A length of time after a moment at which something changes for a study."""

    moment: Moment
    after: float
    """In seconds."""


class Timeline:
    """Study ids in the order of a moment.

    A study that has changed stays where it was before as well: to look at a study for nothing does
    no harm, and so nothing has to be taken out.
    """

    def __init__(self, moment: Moment, studies: Iterable[Study]) -> None:
        self._moment = moment
        self._moments = array("d")
        self._ids: list[str] = []
        self.add(studies)

    def is_worn(self, studies: int) -> bool:
        """Whether most of what is held is out of date, ``studies`` being all that there are."""
        return len(self._ids) > 2 * studies + _FEW

    def add(self, studies: Iterable[Study]) -> None:
        """Take in studies that came or changed."""
        pairs = [(self._moment(study), study.study_id) for study in studies]
        entries = [(moment, study_id) for moment, study_id in pairs if moment is not None]
        if len(entries) * _FEW > len(self._ids):
            entries += zip(self._moments, self._ids, strict=True)
            entries.sort()
            self._moments = array("d", [moment for moment, _ in entries])
            self._ids = [study_id for _, study_id in entries]
            return
        for moment, study_id in entries:
            place = bisect_left(self._moments, moment)
            self._moments.insert(place, moment)
            self._ids.insert(place, study_id)

    def between(self, start: float, end: float) -> set[str]:
        """Return the studies whose moment lies between two times, both included."""
        first = bisect_left(self._moments, start)
        return set(self._ids[first : bisect_right(self._moments, end)])
