"""How far what is shown may be believed, in words."""

from typing import Final

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.triage.reading.health import Health, Progress, State
from avara_tui.tui.lines import Line, Role, line
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
    """Return how the data stands to the server's, as a word first and a look second.

    What is not to be relied on is as loud as the screen gets.
    """
    match health.state:
        case State.CONNECTING:
            return line(("connecting …", Role.WARNING))
        case State.UNCONNECTED:
            quiet = line(("not connected", Role.WARNING))
            return _filled("OFFLINE", "not connected") if health.loaded else quiet
        case State.LOADING:
            return ()
        case State.LIVE:
            return line(("live", Role.GOOD))
        case State.PAUSED:
            return line(("paused", Role.WARNING), _old(", data {} old", health))
        case State.STALE:
            why = reason(health) or _reading_again(health)
            return _filled(f"STALE{_old(' {}', health)}", why)
        case State.REFUSED:
            return _filled(f"KEY REFUSED, not refreshing{_old(', data {} old', health)}")
        case State.OFFLINE:
            return _filled(_offline(health), reason(health) or "not refreshed")


def freshness_word(health: Health) -> Line:
    """Return :func:`freshness` where there is no room for reasons."""
    match health.state:
        case State.STALE:
            return _filled(f"STALE{_old(' {}', health)}")
        case State.REFUSED:
            return _filled("KEY REFUSED")
        case State.OFFLINE:
            return _filled(_offline(health))
        case State.PAUSED:
            return line(("paused", Role.WARNING))
        case _:
            return freshness(health)


def _offline(health: Health) -> str:
    return "OFFLINE" if health.oldest_age is None else f"STALE{_old(' {}', health)}"


def _filled(word: str, why: str = "") -> Line:
    return line((f" {word}: {why} " if why else f" {word} ", Role.ALARM))


_REASONS: Final = {
    ErrorKind.UNREACHABLE: "server out of reach",
    ErrorKind.TIMEOUT: "server does not answer in time",
    ErrorKind.SERVER: "server fails",
    ErrorKind.RATE_LIMITED: "server wants fewer requests",
    ErrorKind.PAUSED: "no answer, trying again soon",
    ErrorKind.UNREADABLE: "server's answer is not readable",
    ErrorKind.REDIRECTED: "server points elsewhere",
}


def reason(health: Health) -> str:
    """Return in a few words why the data is not fresh; nothing where no failure is the cause."""
    if not isinstance(health.problem, AvaraError):
        return ""
    return _REASONS.get(health.problem.kind, "server refused the request")


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
    """Return how much has been read, and whether that is everything.

    "Complete" is no word for data that is not to be relied on.
    """
    count = f"{health.loaded:,}"
    if health.is_complete:
        is_fresh = health.state is State.LIVE
        text = line(f"{count} read, complete" if is_fresh else f"{count} read")
    elif health.state in {State.UNCONNECTED, State.CONNECTING} and not health.loaded:
        text = ()
    elif health.loading:
        text = line((f"{count} loading", Role.WARNING), ": ", (_progress(health), Role.DIM))
    elif health.cut_off:
        lanes = " and ".join(health.cut_off)
        text = line((f"{count} read, load limit reached: not all {lanes}", Role.WARNING))
    elif health.is_checking:
        text = line((f"{count} read, checking", Role.WARNING))
    elif health.missing:
        text = line((f"{count} read, up to {health.missing:,} may be missing", Role.WARNING))
    else:
        text = line(f"{count} read")
    if health.unreadable:
        text += line((f", {health.unreadable:,} unreadable", Role.WARNING))
    return text


def loaded_briefly(health: Health) -> Line:
    """Return :func:`loaded` in short: of what is being read, what is whole already."""
    open_lanes = [each for each in health.progress if each.is_open]
    whole = [each.lane for each in open_lanes if each.is_complete]
    if not health.loading or not whole or health.is_complete:
        return ()
    word = "all open" if len(whole) == len(open_lanes) else whole[0]
    return line((f"{health.loaded:,} loading", Role.WARNING), (f", {word} complete", Role.DIM))


def lack(health: Health) -> Line:
    """Return in a few words why what is shown may not be all; nothing if it is all."""
    if health.is_complete or health.state in {State.UNCONNECTED, State.CONNECTING}:
        return ()
    return line((_lack(health), Role.WARNING))


def _lack(health: Health) -> str:
    if health.loading:
        return "not all read" if health.state is State.OFFLINE else "loading"
    if health.cut_off:
        return "cut off"
    if health.is_checking:
        return "checking"
    return "some may be missing" if health.missing else "some unreadable"
