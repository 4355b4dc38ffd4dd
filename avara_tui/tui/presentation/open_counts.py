"""How much there is to do: the right end of the header line."""

from typing import NamedTuple

from avara_tui.tui.lines import Line, Role, join, line, width_of


class OpenCounts(NamedTuple):
    """Counts of open studies."""

    open: int
    stat: int
    overdue: int
    unassigned: int
    untimed: int = 0
    """Of which nobody knows how long they wait: each may be overdue too."""


def open_counts_line(load: OpenCounts, room: int, *, is_certain: bool) -> Line:
    """Return the share of STAT and overdue studies in what is open, as fits ``room`` cells.

    A share that grows says more than a count: where all is STAT, nothing is.
    """
    more = "" if is_certain else "+"
    stat = (f"▲ STAT {load.stat:,}{more}", Role.STAT if load.stat else Role.DIM)
    overdue = line(
        (f"overdue {load.overdue:,}{more}", Role.OVERDUE if load.overdue else Role.DIM),
        (unsure_text(load.untimed), Role.WARNING),
    )
    unassigned = (f"unassigned {load.unassigned:,}{more}", Role.DIM)
    shares = [(f" {share(each, load.open)}", Role.DIM) for each in (load.stat, load.overdue)]
    # Of what share of them is overdue nobody can speak who does not know of some.
    whole = [line(stat, shares[0]), overdue if load.untimed else (*overdue, shares[1])]
    for parts in ([*whole, line(unassigned)], whole, [line(stat), overdue], [line(stat)]):
        content = join(parts, "   ") + line(" ")
        if width_of(content) <= room:
            return content
    return ()


def unsure_text(studies: int) -> str:
    """Return what follows a count that so many more may belong to; nothing where none may."""
    return f" +{studies:,}?" if studies else ""


def share(part: int, whole: int) -> str:
    """Return a part of a whole in per cent; something is never shown as nothing."""
    if not whole or not part:
        return "0%"
    percent = 100 * part / whole
    return "<1%" if percent < 1 else f"{int(percent)}%"
