"""The entries of a form as lines: labels in one column, values in another."""

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from avara_tui.tui.lines import Line, Role, fit, line, wrap
from avara_tui.tui.presentation.detail import Entry

LABEL_WIDTH: Final = 14
LABEL_LIMIT: Final = 20


def label_width(entries: Sequence[Entry]) -> int:
    """Return how many cells the labels take, so that the values stand in one column."""
    longest = max((cell_len(entry.label) for entry in entries), default=0)
    return min(max(longest + 3, LABEL_WIDTH), LABEL_LIMIT)


def entry_lines(entry: Entry, width: int, labels: int, *, under_cursor: bool) -> list[Line]:
    """Return an entry in lines of ``width`` cells: sign, label in ``labels`` cells, value."""
    sign = "▌" if under_cursor else " "
    mark = "…" if entry.is_unconfirmed else "*" if entry.is_drafted else " "
    label = fit(f"{sign}{mark}{entry.label}", labels - 1) + " "
    role = Role.WARNING if entry.is_drafted else entry.role
    role = Role.DIM if entry.is_unconfirmed else role
    values = wrap(entry.value, width - labels) or [""]
    label_role = Role.STRONG if under_cursor else Role.DIM
    first = line((label, label_role), (values[0], role))
    rest = [line(" " * labels, (value, role)) for value in values[1:]]
    return [first, *rest]
