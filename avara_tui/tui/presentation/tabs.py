"""The row of saved worklists: their keys, names and counts."""

from collections.abc import Sequence
from typing import NamedTuple

from avara_tui.text import clean
from avara_tui.tui.lines import MORE_RIGHT, Line, Role, crop, join, line, width_of
from avara_tui.tui.presentation.open_counts import unsure_text


class Tab(NamedTuple):
    """One saved worklist in the row."""

    key: str
    name: str
    studies: int | None
    """How many studies it holds; None while nobody knows."""
    is_certain: bool
    """Whether the count is of everything there is."""
    unsure: int = 0
    """How many more it may hold: it asks how long they wait, and nobody knows."""


def tabs(items: Sequence[Tab], active: str, width: int) -> Line:
    """Return the row of saved worklists, in at most ``width`` cells.

    No name is cut: the worklist that is shown is there whole, then the others in order while they
    fit. The row says how many are left out.
    """
    for separator in ("  ", " "):
        row = join([_tab(each, active, separator) for each in items], separator)
        if width_of(row) <= width:
            return row
    sizes = [1 + width_of(_tab(each, active, " ")) for each in items]
    shown = {index for index, each in enumerate(items) if each.name == active}
    room = width - sum(sizes[index] for index in shown) - len(f" +{len(items)} {MORE_RIGHT}")
    for index in range(len(items)):
        if index in shown:
            continue
        if sizes[index] > room:
            break
        room -= sizes[index]
        shown.add(index)
    row = join([_tab(items[index], active, " ") for index in sorted(shown)], " ")
    rest = line((f" +{len(items) - len(shown)} {MORE_RIGHT}", Role.DIM))
    return crop(row, width - width_of(rest)) + rest


def _tab(item: Tab, active: str, separator: str) -> Line:
    count = "" if item.studies is None else f" {item.studies:,}{'' if item.is_certain else '+'}"
    count += unsure_text(item.unsure)
    # Each in a span of its own: a count does not swap places with a name from the right.
    name = f" {clean(item.name)}"
    if item.name != active:
        return line((f" {item.key}" if item.key else "", Role.KEY), name, count)
    blank = " " if len(separator) > 1 else ""
    return line(blank, (f" {item.key}{name}{count} ", Role.ACTIVE), blank)
