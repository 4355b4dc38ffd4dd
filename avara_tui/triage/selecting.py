"""What a worklist shows for a filter: the same studies in the same order as on the screen."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from avara_tui.study import Study
from avara_tui.worklist.order import TRIAGE, Order
from avara_tui.worklist.query import Query, QueryContext, parse
from avara_tui.worklist.saved import SavedWorklist
from avara_tui.worklist.studies import StudySet
from avara_tui.worklist.view import View

START: Final = "All open"
"""The saved worklist to begin with, unless another is asked for."""


class Selection(NamedTuple):
    """Which studies to show, and in which order."""

    query: Query
    order: Order

    def of(self, studies: StudySet, context: QueryContext) -> list[Study]:
        """Return those of ``studies`` that are selected, in order."""
        view = View(studies)
        view.select(self.query, self.order, context)
        return [study for each in view.ids if (study := studies.get(each)) is not None]


def selection(worklist: SavedWorklist, filter_text: str) -> Selection:
    """Return what ``worklist`` shows, narrowed by a filter.

    Raises :class:`avara_tui.worklist.query.QueryError`.
    """
    return Selection(parse(worklist.query_text).and_also(parse(filter_text)), worklist.order)


def selection_of_all(filter_text: str) -> Selection:
    """Return what a filter selects of all studies, cancelled ones too unless it says otherwise.

    Raises :class:`avara_tui.worklist.query.QueryError`.
    """
    return Selection(Query(takes_cancelled=True).and_also(parse(filter_text)), TRIAGE)


def worklist_called(name: str, worklists: Sequence[SavedWorklist]) -> SavedWorklist | None:
    """Return the saved worklist with a name, whatever its capitals, or None."""
    wanted = name.casefold()
    return next((each for each in worklists if each.name.casefold() == wanted), None)


def first_worklist(worklists: Sequence[SavedWorklist]) -> SavedWorklist:
    """Return the saved worklist to begin with."""
    return worklist_called(START, worklists) or worklists[0]
