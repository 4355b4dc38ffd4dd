"""Points in time as sites write them into metadata: ISO 8601, or DICOM's own form."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from avara_tui.moments import read_moment

_DICOM_DT: Final = re.compile(
    r"(?P<date>\d{8})(?P<time>\d{2}(?:\d{2}(?:\d{2})?)?)?(?P<fraction>\.\d{1,6})?"
    r"(?P<offset>[+-]\d{4})?"
)


def timestamp(text: str) -> float | None:
    """Return the seconds since the epoch that ``text`` stands for, or None for any other text.

    Understood are ISO 8601 and the DICOM value representation DT (PS3.5 section 6.2), exact to the
    day or better. A time without an offset is taken for UTC. What lies before 1970 is what systems
    write for want of a time.
    """
    text = text.strip(" \0")
    try:
        moment = _dicom(text) or read_moment(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = moment.timestamp()
    except (ValueError, OverflowError):
        return None
    return seconds if seconds >= 0 else None


def _dicom(text: str) -> datetime | None:
    match = _DICOM_DT.fullmatch(text) if text.isascii() else None
    if match is None:
        return None
    date, time, fraction, offset = match.group("date", "time", "fraction", "offset")
    time = (time or "").ljust(6, "0")
    is_leap_second = time.endswith("60")
    time = time[:4] + "59" if is_leap_second else time
    moment = datetime.strptime(date + time, "%Y%m%d%H%M%S")  # noqa: DTZ007
    moment += timedelta(seconds=is_leap_second)
    if fraction:
        moment += timedelta(seconds=float(fraction))
    return moment.replace(tzinfo=_zone(offset)) if offset else moment


def _zone(offset: str) -> timezone:
    length = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:]))
    return timezone(-length if offset.startswith("-") else length)
