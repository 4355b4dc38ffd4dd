"""Studies by a moment in their life, so that what time alone changes is found, not sought."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple, TypeAlias

from avara_tui.study import Study

Moment: TypeAlias = Callable[[Study], float | None]
"""A moment in a study's life in seconds since the epoch, such as its creation; None if unknown."""
_FEW: Final = 4
"""How many times fewer than those that are there studies must be to be placed one by one."""
_SLACK: Final = 64
"""Entries that may be out of date among however few."""
_BLOCK: Final = 1000
"""Studies in a block: an insertion moves no more than twice as many."""


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


class _Block:
    """A stretch of a timeline, short enough to insert into."""

    __slots__ = ("ids", "moments")

    def __init__(self, entries: list[tuple[float, str]]) -> None:
        self.moments = array("d", [moment for moment, _ in entries])
        self.ids = [study_id for _, study_id in entries]

    def insert(self, moment: float, study_id: str) -> None:
        """Put a study where it belongs."""
        place = bisect_left(self.moments, moment)
        self.moments.insert(place, moment)
        self.ids.insert(place, study_id)

    def entries(self) -> Iterator[tuple[float, str]]:
        """Return the moments and the studies, in order."""
        return zip(self.moments, self.ids, strict=True)


class Timeline:
    """Study ids in the order of a moment.

    A study that has changed stays where it was before as well: to look at a study for nothing does
    no harm, and so nothing has to be taken out.
    """

    def __init__(self, moment: Moment, studies: Iterable[Study]) -> None:
        self._moment = moment
        self._blocks: list[_Block] = []
        self._starts: list[float] = []
        """The first moment of each block."""
        self._count = 0
        self.add(studies)

    def is_worn(self, studies: int) -> bool:
        """Whether most of what is held is out of date, ``studies`` being all that there are."""
        return self._count > 2 * studies + _SLACK

    def add(self, studies: Iterable[Study]) -> None:
        """Take in studies that came or changed."""
        pairs = [(self._moment(study), study.study_id) for study in studies]
        entries = [(moment, study_id) for moment, study_id in pairs if moment is not None]
        if len(entries) * _FEW > self._count:
            entries.extend(entry for block in self._blocks for entry in block.entries())
            entries.sort()
            self._count = len(entries)
            self._blocks = [
                _Block(entries[start : start + _BLOCK]) for start in range(0, self._count, _BLOCK)
            ]
            self._starts = [block.moments[0] for block in self._blocks]
            return
        self._count += len(entries)
        for moment, study_id in entries:
            self._insert(moment, study_id)

    def _insert(self, moment: float, study_id: str) -> None:
        place = max(bisect_right(self._starts, moment) - 1, 0)
        block = self._blocks[place]
        block.insert(moment, study_id)
        if len(block.ids) > 2 * _BLOCK:
            entries = list(block.entries())
            halves = [_Block(entries[:_BLOCK]), _Block(entries[_BLOCK:])]
            self._blocks[place : place + 1] = halves
            self._starts[place : place + 1] = [half.moments[0] for half in halves]
        else:
            self._starts[place] = block.moments[0]

    def between(self, start: float, end: float) -> set[str]:
        """Return the studies whose moment lies between two times, both included."""
        found: set[str] = set()
        # The last block that begins before may reach in, and hold the same moment as the next.
        first = max(bisect_left(self._starts, start) - 1, 0)
        for block in self._blocks[first : bisect_right(self._starts, end)]:
            low, high = bisect_left(block.moments, start), bisect_right(block.moments, end)
            found.update(block.ids[low:high])
        return found
