"""Which columns the table shows in the room there is, and which are moved out of sight."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from avara_tui.tui.presentation.placing import Placement
    from avara_tui.worklist.order import Order


class ColumnLayout:
    """The columns that were asked for, placed side by side for a width."""

    def __init__(self) -> None:
        self.order: Order | None = None
        """By which columns the rows are sorted."""
        self._columns: Sequence[str] | None = None
        self._wide: Sequence[str] = ()
        self._in_order = False
        self._needs: Mapping[str, int] = MappingProxyType({})
        self._skipped = 0
        self._placement: Placement | None = None
        self._placed_for = -1

    def show(
        self,
        names: Sequence[str],
        order: "Order | None",
        *,
        in_order: bool,
        wide: Sequence[str] = (),
    ) -> bool:
        """Show the columns ``names``; return whether that is any change.

        Where the room does not do, the least important ones leave; or, ``in_order``, the last.
        Where there is much, it is ``wide`` instead, if there are any.
        """
        before = (self._columns, self._wide, self.order, self._in_order)
        if (names, wide, order, in_order) == before:
            return False
        if names != self._columns:
            self._skipped = 0
        self._columns, self._wide, self.order, self._in_order = names, wide, order, in_order
        self._placement = None
        return True

    def fit(self, needs: Mapping[str, int]) -> bool:
        """Take in how many cells the longest value of a column has; return whether it is new.

        It counts where there is much room.
        """
        if needs == self._needs:
            return False
        self._needs = needs
        self._placement = None
        return True

    def scroll(self, by: int, width: int) -> bool:
        """Move columns out of sight at the left, or back; return whether there are any to move."""
        if by > 0 and not self.placed(width).right:
            return False
        self._skipped = max(self._skipped + by, 0)
        self._placement = None
        return True

    def placed(self, width: int) -> "Placement":
        """Return the columns that stand side by side in ``width`` cells."""
        if self._placement is None or width != self._placed_for:
            # The first frame has no columns, and need not wait for what they show.
            from avara_tui.tui.presentation.columns import DEFAULT_COLUMNS, WIDE  # noqa: PLC0415
            from avara_tui.tui.presentation.placing import place  # noqa: PLC0415

            columns = DEFAULT_COLUMNS if self._columns is None else self._columns
            if self._wide and width >= WIDE:
                columns = self._wide
            self._placed_for = width
            self._placement = place(
                columns,
                width,
                skipped=self._skipped,
                in_order=self._in_order,
                needs=self._needs if width >= WIDE else None,
            )
            self._skipped = self._placement.left
        return self._placement
