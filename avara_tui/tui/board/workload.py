"""How much there is to do, and in which rows STAT stands: found once for every change."""

from itertools import chain, islice
from typing import Final

from avara_tui.tui.presentation.open_counts import OpenCounts
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.worklist.clocks import age
from avara_tui.worklist.saved import OPEN_STAT, OVERDUE, UNCLAIMED, UNTIMED, Counts
from avara_tui.worklist.studies import StudySet
from avara_tui.worklist.view import View

_MOST: Final = 1000
"""STAT studies that are looked for; those that nobody has come first."""


class Workload:
    """What a scrolled table asks for time and again."""

    def __init__(self, studies: StudySet, context: RowContext, view: View) -> None:
        self._studies = studies
        self._context = context
        self._view = view
        self._open_counts: OpenCounts | None = None
        self._stat_rows: list[tuple[int, bool]] | None = None

    def changed(self) -> None:
        """Find all of it anew when it is asked for."""
        self._open_counts = self._stat_rows = None

    def rows_changed(self) -> None:
        """Find anew what stands in which row."""
        self._stat_rows = None

    def open_counts(self, counts: Counts) -> OpenCounts:
        """Return how much there is to do, whatever is shown."""
        if self._open_counts is None:
            of, context = counts.of_filter, self._context
            nobodys = filter(None, map(self._studies.get, counts.ids_of_filter(UNCLAIMED)))
            key = context.thresholds.clock_key
            ages = [age(study, context.clock, key) for study in nobodys]
            oldest = max((each for each in ages if each is not None), default=None)
            found = OpenCounts(of(OPEN_STAT), len(ages), of(OVERDUE), oldest, of(UNTIMED))
            self._open_counts = found
        return self._open_counts

    def stat_rows(self, counts: Counts) -> list[tuple[int, bool]]:
        """Return the rows of open STAT studies, and whether nobody has them."""
        if self._stat_rows is None:
            nobodys = counts.ids_of_filter(UNCLAIMED)
            held = counts.ids_of_filter(OPEN_STAT) - nobodys
            looked_for = islice(chain(nobodys, held), _MOST)
            rows = ((self._view.position(each), each in nobodys) for each in looked_for)
            self._stat_rows = [(row, is_nobodys) for row, is_nobodys in rows if row is not None]
        return self._stat_rows
