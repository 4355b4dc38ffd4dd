"""How the worklist is sorted and which columns it has: chosen by keys, on cards and by clicks.

Both belong to the saved worklist that is shown, and are kept while the program runs.
"""

from collections.abc import Callable, Sequence

from avara_tui.tui.board.board import Board
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.lines import Line
from avara_tui.tui.presentation.columns import COLUMNS, METADATA_PREFIX
from avara_tui.tui.presentation.row_drawing import order_words
from avara_tui.tui.protocols import Covering
from avara_tui.worklist.order import TRIAGE, Order
from avara_tui.worklist.studies import StudySet


class Arranging:
    """Sorts the worklist and chooses its columns."""

    def __init__(
        self,
        screen: Covering,
        board: Board,
        studies: StudySet,
        changed: Callable[[], None],
    ) -> None:
        """``changed`` is called when the rows or the columns have to be shown anew."""
        self._screen = screen
        self._board = board
        self._studies = studies
        self._changed = changed

    @property
    def actions(self) -> Actions:
        """The cards, by action id."""
        return {"sort": self._offer_orders, "columns": self._offer_columns}

    def title_clicked(self, column_id: str | None, *, adds: bool) -> None:
        """Sort by the column whose title was clicked; None stands for the triage order."""
        order = self._board.order
        if column_id is None:
            self._sort(TRIAGE)
        else:
            self._sort(order.also_by(column_id) if adds else order.by(column_id))

    def order_line(self) -> Line:
        """Return by what the worklist is sorted, unless that is the triage order of the site."""
        order = self._board.order
        return () if order == TRIAGE else order_words(order)

    def _sort(self, order: Order) -> None:
        if order != self._board.order:
            self._board.sort(order)
            self._changed()

    def _choose(self, names: Sequence[str] | None) -> None:
        self._board.choose_columns(names)
        self._changed()

    def _offer_orders(self) -> None:
        from avara_tui.tui.widgets.sort_card import SortCard  # noqa: PLC0415 - on request only

        board = self._board
        columns = self._known([*COLUMNS, "updated"], [key.column for key in board.order.keys])
        card = SortCard(
            board.active.name,
            columns,
            lambda: board.order,
            self._sort,
            by_deadline=lambda: board.goes_by_deadline,
        )
        self._screen.lay(card)

    def _offer_columns(self) -> None:
        from avara_tui.tui.widgets.column_card import ColumnCard  # noqa: PLC0415 - on request only

        board = self._board
        columns = self._known(list(COLUMNS), ())
        card = ColumnCard(board.active.name, columns, lambda: board.columns, self._choose)
        self._screen.lay(card)

    def _known(self, own: Sequence[str], more: Sequence[str]) -> list[str]:
        """Return the columns that there are: those shown first, and metadata keys seen last."""
        # While names are hidden, so are the keys, which a server may have made of anything.
        masked = self._board.row_context.masked
        keys = () if masked else self._studies.metadata_keys()
        metadata = sorted(METADATA_PREFIX + key for key in keys)
        return list(dict.fromkeys([*self._board.columns, *own, *more, *metadata]))
