"""The header line and the row of saved worklists: what may be believed, in words."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from avara_tui.text import clean
from avara_tui.triage.health import Health, State
from avara_tui.tui.lines import Line, Role, join, line, truncate, width_of
from avara_tui.worklist.clocks import age_text

FRESH: Final = 15.0
"""Seconds up to which data is simply live: a count that never rests would only take bytes."""


def span_text(seconds: float) -> str:
    """Return a length of time in words, in steps that do not repaint the line every second."""
    if seconds < 60:
        return f"{int(seconds // 5) * 5} s"
    return age_text(seconds).strip()


def freshness(health: Health) -> Line:
    """Return how the data stands to the server's, as a word first and a colour second."""
    match health.state:
        case State.CONNECTING:
            return line(("connecting …", Role.WARNING))
        case State.UNCONNECTED:
            return line(("not connected", Role.OVERDUE))
        case State.LOADING:
            return line(("loading …", Role.WARNING))
        case State.LIVE:
            return line(("live", Role.GOOD))
        case State.PAUSED:
            return line(("paused", Role.WARNING)) + _old(health)
        case State.STALE:
            return line(("STALE", Role.OVERDUE)) + _old(health)
        case State.REFUSED:
            return line(("KEY REFUSED, not refreshing", Role.OVERDUE)) + _old(health)
        case State.OFFLINE:
            return line(("OFFLINE: server out of reach", Role.OVERDUE)) + _old(health)


def _old(health: Health) -> Line:
    oldest = health.oldest_age
    return line(f", data {span_text(oldest)} old") if oldest is not None else ()


def loaded(health: Health) -> Line:
    """Return how much has been read, and whether that is everything."""
    count = f"{health.loaded:,}"
    if health.cut_off:
        lanes = ", ".join(health.cut_off)
        return line((f"{count} loaded, more beyond the load limit: {lanes}", Role.WARNING))
    if health.is_complete:
        text = line(f"{count} loaded, complete")
    elif health.state in {State.UNCONNECTED, State.CONNECTING} and not health.loaded:
        text = ()
    else:
        text = line(f"{count} loaded, not yet: ", (", ".join(health.loading), Role.DIM))
    if health.unreadable:
        text += line((f", {health.unreadable} unreadable", Role.WARNING))
    return text


def header(
    profile: str,
    health: Health,
    *,
    is_demo: bool,
    read_only: bool,
    journal_problem: str | None = None,
) -> Line:
    """Return the left part of the header line."""
    name = line((f" {clean(profile)} ", Role.PROFILE))
    tags = line((" demo: synthetic data ", Role.OWN)) if is_demo else ()
    if read_only:
        tags += line((" read-only ", Role.WARNING))
    if journal_problem is not None:
        tags += line((f" JOURNAL NOT WRITTEN: {clean(journal_problem, 60)} ", Role.WARNING))
    return name + join([tags, line(" ") + freshness(health), loaded(health)], " ")


class Tab(NamedTuple):
    """One saved worklist in the row."""

    key: str
    name: str
    studies: int | None
    """How many studies it holds; None while nothing is known."""
    is_certain: bool
    """Whether the count is of everything there is."""


def tabs(items: Sequence[Tab], active: str, width: int) -> Line:
    """Return the row of saved worklists with their keys and counts, in at most ``width`` cells.

    Where the room does not do, the longest names are cut first, down to nothing: the keys, the
    counts and the name of the worklist that is shown stay.
    """
    longest = max((len(item.name) for item in items), default=0)
    for separator, cut in ((" ", longest), *(("", each) for each in range(longest, -1, -1))):
        row = _tabs(items, active, cut, separator)
        if width_of(row) <= width:
            break
    return row


def _tabs(items: Sequence[Tab], active: str, longest: int, separator: str) -> Line:
    parts = []
    for item in items:
        count = "" if item.studies is None else f" {item.studies:,}{'' if item.is_certain else '+'}"
        is_active = item.name == active
        name = clean(item.name) if is_active else truncate(clean(item.name), longest)
        label = f" {name}{count} " if name else f"{count} "
        role = Role.ACTIVE if is_active else Role.PLAIN
        parts.append(line((item.key, Role.KEY), (label, role)))
    return line(" ") + join(parts, separator)
