"""Times as the wire writes them."""

from datetime import UTC
from email.utils import parsedate_to_datetime

from avara_tui.moments import read_moment


def parse_time(text: str) -> float | None:
    """Return an RFC 3339 date-time as seconds since the epoch, or None where it is none.

    A time without offset is taken as UTC, because the API documents no other and a local time
    would be a guess; a date alone is no time.
    """
    try:
        moment = read_moment(text)
        if moment.tzinfo is not None:
            return moment.timestamp()
        if ":" not in text:
            return None
        return moment.replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return parse_time(text[:-1] + "Z") if text.endswith("z") else None


def parse_http_date(text: str) -> float | None:
    """Return an HTTP date (RFC 9110 section 5.6.7) as seconds since the epoch, or None."""
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
