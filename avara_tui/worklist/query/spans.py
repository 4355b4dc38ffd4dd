"""Lengths of time with a bound, as in ``>30m``: the units there are, and the ways to write them."""

import re
from typing import Final, NamedTuple

from avara_tui.worklist.clocks import DAY, HOUR, MINUTE

UNITS: Final = {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
"""Seconds of a minute, an hour, a day and a week."""
UNITS_SAID: Final = "m h d w (minutes, hours, days, weeks)"
_WRITTEN: Final = {
    "m": "min mins minute minutes",
    "h": "hr hrs hour hours",
    "d": "day days",
    "w": "wk wks week weeks",
}
_UNIT: Final = {each: unit for unit, words in _WRITTEN.items() for each in (unit, *words.split())}
_OPERATOR: Final = {"\u2264": "<=", "=<": "<=", "\u2265": ">=", "=>": ">="}
_SPAN: Final = re.compile(r"(<=|>=|<|>)([0-9]{1,6})([mhdw])")
_LOOSE: Final = re.compile(
    r"(?P<operator><=|>=|=<|=>|<|>|\u2264|\u2265|)\s*(?P<number>[0-9]+)\s*(?P<unit>[^\W\d_]*)"
)
_MOST_DIGITS: Final = 6


class Span(NamedTuple):
    """A bound on a length of time."""

    operator: str
    seconds: float


def span(value: str) -> Span:
    """Return the bound that ``value`` says. It has been read by :func:`read_span`."""
    match = _SPAN.fullmatch(value)
    if match is None:
        raise ValueError(value)
    operator, number, unit = match.groups()
    return Span(operator, int(number) * UNITS[unit])


def read_span(value: str) -> str | None:
    """Return a folded ``value`` as :func:`span` takes it, or None if it is no bound."""
    match = _LOOSE.fullmatch(value)
    if match is None or not match["operator"] or len(match["number"]) > _MOST_DIGITS:
        return None
    unit = _UNIT.get(match["unit"])
    operator = _OPERATOR.get(match["operator"], match["operator"])
    return None if unit is None else f"{operator}{match['number']}{unit}"


def span_problem(field: str, value: str) -> tuple[str, str | None]:
    """Return what is wrong with a folded ``value``, and what was probably meant.

    Nothing is made of a unit that is none: a month is not to be taken for a minute.
    """
    match = _LOOSE.fullmatch(value)
    if match is None:
        return f"{field}: takes a bound such as >30m, <2h or >=1d, in {UNITS_SAID}", None
    number, written = match["number"], match["unit"]
    unit = _UNIT.get(written)
    if written and unit is None:
        return f"{field}: there is no unit {written!r}; there are {UNITS_SAID}", None
    if len(number) > _MOST_DIGITS:
        return f"{field}: takes at most {_MOST_DIGITS} digits, in {UNITS_SAID}", None
    usual = ">" if field == "age" else "<"
    operator = _OPERATOR.get(match["operator"], match["operator"]) or usual
    if unit is None:
        return f"{field}: needs a unit of {UNITS_SAID}", f"{operator}{number}m"
    return f"{field}: takes a bound: < or > before {value}", f"{operator}{number}{unit}"
