"""What a walk over a lane has brought, and what became of the studies that it did not bring."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from avara_tui.study import Study, touched_at
from avara_tui.triage.reading.certainty import PAGE

if TYPE_CHECKING:
    from avara_tui.api.pages import StudyPage

NEVER: Final = float("-inf")
"""The time of what has none."""


def newest(studies: Iterable[Study], least: float = NEVER) -> float:
    """Return when anything last happened to any of ``studies``; ``least`` if that is later."""
    return max([least, *map(touched_at, studies)])


class Unlisted(NamedTuple):
    """What became of the studies that a walk should have brought and did not."""

    there: AbstractSet[str] = frozenset()
    """They are as they were."""
    unasked: AbstractSet[str] = frozenset()
    """Nobody knows."""

    def without(self, others: AbstractSet[str]) -> "Unlisted":
        """Return the same without ``others``."""
        return Unlisted(self.there - others, self.unasked - others)


@dataclass(slots=True)
class WalkRecord:
    """What a walk shows while it is under way."""

    since: float | None
    """Until when all that happened was in the list of the walk before; None without one."""
    known_until: float
    """Until when all that happened is in the list that is walked."""
    changes: int
    """Changes to studies that were known of when it began."""
    pages: int = 0
    served: int = 0
    repeats: int = 0
    found: int = 0
    """Studies that came for the first time, though the walk before should have brought them."""
    newer: int = 0
    """Studies that came or changed since the walk before."""
    listed: set[str] = field(default_factory=set)
    """All that came."""
    second: tuple[int, str] | None = None
    """How many studies came before the second page, and its cursor."""

    def note(self, page: "StudyPage", added: AbstractSet[str]) -> None:
        """Take note of a page that brought studies of which ``added`` were not known."""
        if page.is_first:
            self.known_until = newest(page.studies, self.known_until)
            self.second = None if page.cursor is None else (page.served, page.cursor)
            self.pages = self.served = self.repeats = self.newer = 0
        self.pages += 1
        self.listed.update(study.study_id for study in page.studies)
        self.served += page.served
        self.repeats += page.repeats
        if self.since is None:
            return
        for study in page.studies:
            if touched_at(study) > self.since:
                self.newer += 1
            elif study.study_id in added:
                self.found += 1

    @property
    def counts_rows(self) -> bool:
        """Whether the cursors count rows, so that as many studies come twice as never."""
        from avara_tui.api.prefetch import foresee  # noqa: PLC0415 - seldom needed

        if self.second is None:
            return False
        served, cursor = self.second
        return any(foresee(cursor, rows, PAGE) is not None for rows in (PAGE, served))
