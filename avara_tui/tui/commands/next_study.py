"""Which study comes next: the most urgent that is open, that nobody has, and that is not aside."""

from collections.abc import Iterator

from avara_tui.study import STAT, Study
from avara_tui.text import clean
from avara_tui.triage.aside import Aside
from avara_tui.triage.taking import holds_next, narrowed, to_take
from avara_tui.tui.board.board import Board
from avara_tui.tui.lines import Line, Role, line
from avara_tui.worklist.query import Query, parse


class NextStudies:
    """What can be next, the most urgent first, whatever order the table is in.

    The filter that the person typed counts. So does the saved worklist, unless it is one of
    studies that somebody has or that are done, which can never hold the next one.
    """

    def __init__(self, board: Board, aside: Aside) -> None:
        self._board = board
        self._aside = aside

    def __call__(self) -> Iterator[Study]:
        """Yield the studies to take, the most urgent first."""
        return iter(self._found(self._query()))

    def why_none(self) -> Line:
        """Return why there is nothing to take, in words."""
        parts = ["no open study without an assignee"]
        if holds_next(parse(self._board.active.query_text)):
            parts.append(f"in “{clean(self._board.active.name)}”")
        if self._board.filter_text:
            parts.append("matches the filter")
        elsewhere = len(self._found(Query())) if self._query().terms else 0
        aside = len(self._aside.ids)
        said = line(" ".join(parts))
        if elsewhere:
            said += line(f"; {elsewhere:,} elsewhere")
        return said + (line(f"; {aside} put aside") if aside else ())

    def beyond(self, study: Study) -> Line:
        """Return a warning if a STAT study waits outside of what the worklist shows."""
        if study.severity == STAT:
            return ()
        waiting = sum(each.severity == STAT for each in self._found(Query()))
        if not waiting:
            return ()
        return line((f"; {waiting} STAT outside this list", Role.STAT))

    def _query(self) -> Query:
        return narrowed(parse(self._board.active.query_text), self._board.filter)

    def _found(self, query: Query) -> list[Study]:
        context = self._board.context()
        # What is being written to may be somebody's in a moment, such as one's own.
        not_now = context.aside | self._board.row_context.unconfirmed
        return to_take(self._board.studies, query, context, not_now)
