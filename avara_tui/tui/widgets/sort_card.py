"""The card that says by what the worklist is sorted, and sorts it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from avara_tui.text import clean
from avara_tui.tui.lines import Line, Role, fit, line
from avara_tui.tui.presentation.columns import column_name
from avara_tui.tui.presentation.row_drawing import arrow, order_words
from avara_tui.tui.widgets.chooser import Chooser, keys_line
from avara_tui.worklist.order import DEADLINE, TRIAGE, Order

_WAYS: Final = {
    "priority": ("STAT first", "routine first"),
    "age": ("the longest waiting first", "the youngest first"),
    "updated": ("the longest unchanged first", "what changed last first"),
    "assignee": ("nobody's first, then from A to Z", "from Z to A, nobody's last"),
    "status": ("complete before incomplete, cancelled last", "cancelled first"),
}
"""What sorting by a column means, upwards and downwards, where letters do not say it."""
_LETTERS: Final = ("from A to Z", "from Z to A")


class SortCard(Chooser):
    """Offers columns to sort by: one alone, or several, the first chosen being the first key."""

    def __init__(
        self,
        worklist: str,
        columns: Sequence[str],
        order: Callable[[], Order],
        sort: Callable[[Order], None],
        *,
        by_deadline: Callable[[], bool],
    ) -> None:
        """``by_deadline`` is whether triage goes by deadline within its groups."""
        super().__init__()
        self._worklist = worklist
        self._columns = columns
        self._order = order
        self._sort = sort
        self._by_deadline = by_deadline
        keys = order().keys
        if keys:
            self.go_to(keys[0].column)

    @property
    def names(self) -> Sequence[str]:
        """The columns to sort by."""
        return self._columns

    def title(self) -> Line:
        """Return which worklist is sorted, and how it is."""
        words = order_words(self._order(), by_deadline=self._by_deadline())
        return line(("Sort ", Role.STRONG), (clean(self._worklist), Role.STRONG), ": ") + words

    def hints(self) -> Line:
        """Return what the keys do."""
        return keys_line(
            ("enter", "sort"),
            ("space", "add, reverse"),
            ("Del", "drop"),
            ("t", "triage"),
            ("d", "deadline"),
            ("esc", "done"),
        )

    def entry(self, name: str) -> Line:
        """Return a column, and whether and how it is sorted by."""
        keys = self._order().keys
        rank = next((number for number, key in enumerate(keys, 1) if key.column == name), 0)
        if not rank:
            return line(f"     {column_name(name)}")
        down = keys[rank - 1].descending
        upwards, downwards = _WAYS.get(name, _LETTERS)
        return line(
            (f"{rank:>2} {arrow(name, down)} ", Role.KEY),
            (fit(column_name(name), 20), Role.STRONG),
            (f" {downwards if down else upwards}", Role.DIM),
        )

    def acts(self) -> Mapping[str, Callable[[str], None]]:
        """Return what the keys do to the order."""
        return {
            "enter": self._by,
            "space": lambda name: self._sort(self._order().also_by(name)),
            "delete": lambda name: self._sort(self._order().without(name)),
            "minus": lambda name: self._sort(self._order().without(name)),
            "t": lambda _: self._sort(TRIAGE),
            "d": lambda _: self._sort(DEADLINE),
        }

    def clicked(self, name: str) -> None:
        """Sort by what was clicked too, or turn it round."""
        self._sort(self._order().also_by(name))

    def _by(self, name: str) -> None:
        self._sort(self._order().by(name))
