"""How a moment reads in the detail: near to the clock on the wall, or exact."""

import re
from typing import Final

from avara_tui.moments import local_moment, moment_at
from avara_tui.worklist.timestamps import timestamp

UNKNOWN: Final = "unknown"
_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*(?:[Zz]|[+-]\d\d:?\d\d)")
"""A date and time with its zone: what else looks like a time may mean something else."""


def exact_time(seconds: float | None) -> str:
    """Return a moment, in seconds since the epoch, in UTC to the second."""
    moment = moment_at(seconds)
    return UNKNOWN if moment is None else moment.strftime("%Y-%m-%d %H:%M:%SZ")


def near_time(seconds: float | None, now: float) -> str:
    """Return a moment by the local clock as one says it at ``now``: ``10:17 today``.

    Both are seconds since the epoch. What is further away than yesterday has its date.
    """
    moment, today = local_moment(seconds), local_moment(now)
    if moment is None:
        return UNKNOWN
    if today is not None and moment.date() == today.date():
        return moment.strftime("%H:%M today")
    if today is not None and today.toordinal() - moment.toordinal() == 1:
        return moment.strftime("yesterday %H:%M")
    return moment.strftime("%Y-%m-%d %H:%M")


def read_time(text: str) -> float | None:
    """Return the moment that a metadata value names with date, time and zone, else None."""
    return timestamp(text) if _DATE_TIME.fullmatch(text) else None
