"""What somebody who takes over a shift has to know: the open studies that need a word."""

from typing import Final, NamedTuple

from avara_tui.study import Study
from avara_tui.worklist.order import TRIAGE
from avara_tui.worklist.query import QueryContext, parse
from avara_tui.worklist.studies import StudySet

STAT: Final = "Open STAT"
OVERDUE: Final = "Overdue"
UNTIMED: Final = "No waiting time"
ASIDE: Final = "Put aside"
MINE: Final = "Mine"
_FILTERS: Final = (
    (STAT, "severity:stat is:open"),
    (OVERDUE, "is:overdue"),
    (UNTIMED, "is:untimed"),
    (ASIDE, "is:aside is:open"),
    (MINE, "assignee:me is:open"),
)


class Section(NamedTuple):
    """One reason to speak of studies."""

    title: str
    total: int
    """How many studies there are of the kind."""
    studies: tuple[Study, ...]
    """Those that no section before has, in triage order."""

    @property
    def above(self) -> int:
        """How many of them stand in a section before."""
        return self.total - len(self.studies)


def hand_off(studies: StudySet, context: QueryContext) -> tuple[Section, ...]:
    """Return the open studies to speak of, each once, the most urgent reason first.

    There is a section of those of which nobody knows how long they wait only if there are any.
    """
    key = TRIAGE.key(context.now, context.thresholds)
    seen: set[str] = set()
    sections = []
    for title, text in _FILTERS:
        found = sorted(parse(text).select(studies, context), key=key)
        fresh = tuple(each for each in found if each.study_id not in seen)
        seen.update(each.study_id for each in fresh)
        if found or title != UNTIMED:
            sections.append(Section(title, len(found), fresh))
    return tuple(sections)
