"""Reading ISO 8601 date-times, with the two that Python's own reader refuses."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_TIME: Final = re.compile(r"(?P<before>.+[Tt ])(?P<time>24:00(?::00)?|\d\d:\d\d:60)(?P<rest>.*)")


def read_moment(text: str) -> datetime:
    """Return the moment that ``text`` names. Raises ValueError where it names none.

    A leap second (RFC 3339 section 5.7) is the second after the one before it, and 24:00 the
    beginning of the next day: days and minutes without them would lose a study its time.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        match = _TIME.fullmatch(text)
        if match is None:
            raise
    before, time, rest = match.group("before", "time", "rest")
    if not time.startswith("24"):
        return datetime.fromisoformat(f"{before}{time[:-2]}59{rest}") + timedelta(seconds=1)
    if rest.strip(".0Zz") and rest[0] not in "+-":
        raise ValueError("a day ends at 24:00:00")
    return datetime.fromisoformat(f"{before}00{time[2:]}{rest}") + timedelta(days=1)


def moment_at(seconds: float | None) -> datetime | None:
    """Return the moment so many seconds after the epoch, in UTC.

    None where there is none, or none that a calendar of four digits holds: a server may send
    anything.
    """
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def local_moment(seconds: float | None) -> datetime | None:
    """Return the same as :func:`moment_at` by the local clock."""
    moment = moment_at(seconds)
    try:
        return None if moment is None else moment.astimezone()
    except (ValueError, OverflowError, OSError):
        return None
