"""How much there is to do: the right end of the header line."""

from typing import NamedTuple

from avara_tui.tui.lines import Line, Role, join, line, width_of


class Load(NamedTuple):
    """Counts of open studies."""

    open: int
    stat: int
    overdue: int
    unassigned: int


def load_line(load: Load, room: int, *, is_certain: bool) -> Line:
    """Return the share of STAT and overdue studies in what is open, as fits ``room`` cells.

    A share that grows says more than a count: where all is STAT, nothing is.
    """
    more = "" if is_certain else "+"
    stat = (f"▲ STAT {load.stat:,}{more}", Role.STAT if load.stat else Role.DIM)
    overdue = (f"overdue {load.overdue:,}{more}", Role.OVERDUE if load.overdue else Role.DIM)
    unassigned = (f"unassigned {load.unassigned:,}{more}", Role.DIM)
    shares = [(f" {share(each, load.open)}", Role.DIM) for each in (load.stat, load.overdue)]
    whole = [line(stat, shares[0]), line(overdue, shares[1])]
    for parts in ([*whole, line(unassigned)], whole, [line(stat), line(overdue)], [line(stat)]):
        content = join(parts, "   ") + line(" ")
        if width_of(content) <= room:
            return content
    return ()


def share(part: int, whole: int) -> str:
    """Return a part of a whole in per cent; something is never shown as nothing."""
    if not whole or not part:
        return "0%"
    percent = 100 * part / whole
    return "<1%" if percent < 1 else f"{int(percent)}%"
