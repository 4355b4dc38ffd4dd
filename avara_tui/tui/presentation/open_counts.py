"""How much there is to do: the chip at the left end of the header line."""

from collections.abc import Sequence
from typing import NamedTuple

from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.presentation.columns import stepped_age


class OpenCounts(NamedTuple):
    """Counts of open studies."""

    stat: int
    unclaimed: int
    """STAT studies that nobody has."""
    overdue: int
    oldest: float | None = None
    """Seconds that the oldest of those that nobody has waits; None if nobody knows."""
    untimed: int = 0
    """Of which nobody knows how long they wait: each may be overdue too."""


def chip_forms(counts: OpenCounts, *, is_certain: bool, is_seen: bool) -> Sequence[Line]:
    """Return the STAT studies, and how many of them nobody has, from the fullest form down.

    All of it is filled until the person has seen what was open at the start (``is_seen``), and
    then what nobody has. The overdue ones come behind it, in weight.
    """
    more = "" if is_certain else "+"
    stat = f" ▲ STAT {counts.stat:,}{more} "
    if not counts.stat:
        return _with_overdue(line((stat, Role.DIM)), counts, more)
    if not counts.unclaimed:
        return _with_overdue(line((stat, Role.STAT if is_seen else Role.ALARM)), counts, more)
    nobody = f" {counts.unclaimed:,}{more} unassigned"
    oldest = "" if counts.oldest is None else f", oldest {stepped_age(counts.oldest)}"
    first = Role.STAT if is_seen else Role.ALARM
    fullest = line((stat, first), (f"{nobody}{oldest} ", Role.ALARM))
    shorter = line((stat, first), (f"{nobody} ", Role.ALARM))
    return [*_with_overdue(fullest, counts, more), shorter, line((stat, Role.ALARM))]


def _with_overdue(chip: Line, counts: OpenCounts, more: str) -> list[Line]:
    """Return the chip with the overdue studies behind it, and without."""
    if not counts.overdue and not counts.untimed:
        return [chip]
    overdue = line(
        (f"  {counts.overdue:,}{more} overdue", Role.OVERDUE if counts.overdue else Role.DIM),
        (unsure_text(counts.untimed), Role.WARNING),
    )
    return [chip + overdue, chip]


def unsure_text(studies: int) -> str:
    """Return what follows a count that so many more may belong to; nothing where none may."""
    return f" +{studies:,}?" if studies else ""
