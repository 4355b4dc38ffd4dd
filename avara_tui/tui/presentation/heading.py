"""The header line and the row of saved worklists: what may be believed, in words."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.text import clean
from avara_tui.triage.reading.health import Health, Progress, State
from avara_tui.tui.lines import Line, Role, join, line, truncate, width_of
from avara_tui.tui.presentation.open_counts import unsure_text
from avara_tui.worklist.clocks import MINUTE, age_text

FRESH: Final = 15.0
"""Seconds up to which data is simply live: a count that never rests would only take bytes."""


_NO_AGE: Final = 5.0
"""Seconds below which an age is not worth telling."""


def span_text(seconds: float) -> str:
    """Return a length of time in words, in steps that do not repaint the line every second."""
    if seconds < 60:
        return f"{int(seconds // 5) * 5} s"
    return age_text(seconds).strip()


def in_minutes(health: Health) -> Health:
    """Return ``health`` with ages in whole minutes, none younger than it is: for a slow line."""
    old = health.oldest_age
    return health if old is None else health._replace(oldest_age=-(-old // MINUTE) * MINUTE)


def freshness(health: Health) -> Line:
    """Return how the data stands to the server's, as a word first and a colour second."""
    match health.state:
        case State.CONNECTING:
            return line(("connecting …", Role.WARNING))
        case State.UNCONNECTED:
            return line(("not connected", Role.OVERDUE))
        case State.LOADING:
            return ()
        case State.LIVE:
            return line(("live", Role.GOOD))
        case State.PAUSED:
            return line(("paused", Role.WARNING), _old(", data {} old", health))
        case State.STALE:
            why = reason(health) or _reading_again(health)
            return line((f"STALE{_old(' {}', health)}", Role.OVERDUE), f": {why}" if why else "")
        case State.REFUSED:
            old = _old(", data {} old", health)
            return line((f"KEY REFUSED, not refreshing{old}", Role.OVERDUE))
        case State.OFFLINE:
            word = "OFFLINE" if health.oldest_age is None else f"STALE{_old(' {}', health)}"
            return line((f"{word}: {reason(health) or 'not refreshed'}", Role.OVERDUE))


_REASONS: Final = {
    ErrorKind.UNREACHABLE: "server out of reach",
    ErrorKind.TIMEOUT: "server does not answer in time",
    ErrorKind.SERVER: "server fails",
    ErrorKind.RATE_LIMITED: "server wants fewer requests",
    ErrorKind.PAUSED: "server is left alone for a moment",
    ErrorKind.UNREADABLE: "server sends what is no list",
    ErrorKind.REDIRECTED: "server points elsewhere",
}


def reason(health: Health) -> str:
    """Return in a few words why the data is not fresh; nothing where no failure is the cause."""
    if not isinstance(health.problem, AvaraError):
        return ""
    return _REASONS.get(health.problem.kind, "server refuses the list")


def _old(text: str, health: Health) -> str:
    """Return ``text`` with the age of the oldest data in it; nothing where there is none."""
    age = health.oldest_age
    return "" if age is None or age < _NO_AGE else text.format(span_text(age))


def _reading_again(health: Health) -> str:
    """Return how far the open lanes have come that are being read anew."""
    under_way = [each for each in health.progress if each.share is not None]
    return ", ".join(["reading again", *map(lane_text, under_way)]) if under_way else ""


def lane_text(progress: Progress) -> str:
    """Return how far a lane has come: a share where the whole is known, else a count."""
    if progress.share is not None:
        return f"{progress.lane} {progress.share:.0%}".replace("%", " %")
    if progress.is_complete:
        return f"{progress.lane} complete"
    return f"{progress.lane} {progress.loaded:,}"


def _progress(health: Health) -> str:
    """Return how far the lanes have come: the open ones each, until all of them are complete."""
    open_lanes = [each for each in health.progress if each.is_open]
    parts = [lane_text(each) for each in open_lanes if not each.is_waiting]
    if all(each.is_complete for each in open_lanes):
        parts = ["all open complete"]
    closed = [each for each in health.progress if not each.is_open and not each.is_complete]
    return ", ".join([*parts, *map(lane_text, closed)])


def loaded(health: Health) -> Line:
    """Return how much has been read, and whether that is everything."""
    count = f"{health.loaded:,}"
    if health.is_complete:
        text = line(f"{count} loaded, complete")
    elif health.state in {State.UNCONNECTED, State.CONNECTING} and not health.loaded:
        text = ()
    elif health.loading:
        text = line((f"{count} loading", Role.WARNING), ": ", (_progress(health), Role.DIM))
    elif health.cut_off:
        lanes = " and ".join(health.cut_off)
        text = line((f"{count} loaded, load limit reached: not all {lanes}", Role.WARNING))
    elif health.is_checking:
        text = line((f"{count} loaded, checking", Role.WARNING))
    elif health.missing:
        text = line((f"{count} loaded, up to {health.missing:,} may be missing", Role.WARNING))
    else:
        text = line(f"{count} loaded")
    if health.unreadable:
        text += line((f", {health.unreadable:,} unreadable", Role.WARNING))
    return text


def header(
    profile: str,
    health: Health,
    *,
    is_demo: bool,
    read_only: bool,
    masked: bool = False,
    journal_problem: str | None = None,
    is_full: bool = True,
) -> Line:
    """Return the left part of the header line; only a full one says how much was read."""
    name = line((f" {clean(profile)} ", Role.PROFILE))
    tags = line((" demo: synthetic data ", Role.OWN)) if is_demo else ()
    if read_only:
        tags += line((" read-only ", Role.WARNING))
    if journal_problem is not None:
        tags += line((f" JOURNAL NOT WRITTEN: {clean(journal_problem, 60)} ", Role.WARNING))
    if masked:
        tags += line((" masked ", Role.WARNING))
    read = loaded(health) if is_full else ()
    return name + join([tags, line(" ") + join([freshness(health), read])], " ")


class Tab(NamedTuple):
    """One saved worklist in the row."""

    key: str
    name: str
    studies: int | None
    """How many studies it holds; None while nothing is known."""
    is_certain: bool
    """Whether the count is of everything there is."""
    unsure: int = 0
    """How many more it may hold: it asks how long they wait, and nobody knows."""


def tabs(items: Sequence[Tab], active: str, width: int) -> Line:
    """Return the row of saved worklists with their keys and counts, in at most ``width`` cells.

    Where the room does not do, the longest names are cut first, down to nothing: the keys, the
    counts and the name of the worklist that is shown stay. Then whole worklists are left out, and
    the row says how many.
    """
    longest = max((len(item.name) for item in items), default=0)
    for separator, cut in (
        ("  ", longest),
        (" ", longest),
        *(("", each) for each in range(longest, -1, -1)),
    ):
        row = _tabs(items, active, cut, separator)
        if width_of(row) <= width:
            return row
    kept = list(items)
    while len(kept) > 1 and width_of(row) > width:
        # Those without a key go first, from the end; the others are found by name.
        unwanted = [each for each in kept if each.name != active]
        kept.remove(next((each for each in reversed(unwanted) if not each.key), unwanted[-1]))
        row = _tabs(kept, active, 0, "") + line((f" +{len(items) - len(kept)}", Role.DIM))
    return row


def _tabs(items: Sequence[Tab], active: str, longest: int, separator: str) -> Line:
    parts = []
    for item in items:
        count = "" if item.studies is None else f" {item.studies:,}{'' if item.is_certain else '+'}"
        count += unsure_text(item.unsure)
        is_active = item.name == active
        name = clean(item.name) if is_active else truncate(clean(item.name), longest)
        # Each in a span of its own: a count does not swap places with a name from the right.
        label = f" {name}" if name else ""
        if is_active:
            blank = " " if separator else ""
            named = (f"{blank}{item.key}{label}", Role.ACTIVE)
            parts.append(line("" if separator else " ", named, (f"{count}{blank}", Role.ACTIVE)))
        else:
            parts.append(line((f" {item.key}", Role.KEY), label, count))
    return join(parts, separator)
