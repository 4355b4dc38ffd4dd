"""What is said of other profiles: how many STAT studies they have, and that one came."""

import time
from collections.abc import Mapping, Sequence
from typing import Final

from rich.cells import cell_len

from avara_tui.config.words import Colour
from avara_tui.text import clean
from avara_tui.triage.reading.profile_watch import ProfileCount, Trouble
from avara_tui.tui.lines import Line, Role, fit, join, line, truncate
from avara_tui.worklist.clocks import DAY, HOUR, MINUTE

_GAP: Final = "  "
_SHORT_NAME: Final = 8
"""Cells of a profile's name where there is not room for all of it."""
_ROLES: Final = {
    Colour.RED: Role.IN_RED,
    Colour.GREEN: Role.IN_GREEN,
    Colour.YELLOW: Role.IN_YELLOW,
    Colour.BLUE: Role.IN_BLUE,
    Colour.MAGENTA: Role.IN_MAGENTA,
    Colour.CYAN: Role.IN_CYAN,
    Colour.WHITE: Role.IN_WHITE,
}
_TROUBLES: Final = {
    Trouble.NO_KEY: "no key",
    Trouble.REFUSED: "key refused",
    Trouble.SETTINGS: "settings",
}

Colours = Mapping[str, Colour | None]
"""The colours of profiles, by their names."""


def header_forms(others: Sequence[ProfileCount], colours: Colours) -> Sequence[Line]:
    """Return the counts of other profiles in the header, from the fullest form down.

    Calm zeros go first, then names. A STAT study of another profile, or one that cannot be
    counted, is told at any width.
    """
    everyone = _segments(others, colours, None)
    waiting = [each for each in others if is_waiting(each)]
    if not waiting:
        return [everyone, ()]
    named = _segments(waiting, colours, None)
    return [everyone, named, _segments(waiting, colours, _SHORT_NAME), _summed(waiting)]


def is_waiting(count: ProfileCount) -> bool:
    """Whether a profile has, or may have, an open STAT study: it must not be left out."""
    return bool(count.open) or not count.is_sure or count.trouble is not None


def locked_lines(others: Sequence[ProfileCount], colours: Colours) -> list[Line]:
    """Return what a locked screen says of other profiles, one a line."""
    return [_segment(each, colours, None) for each in others]


def alarm_line(count: ProfileCount, hint: str, width: int) -> Line:
    """Return the alarm of another profile: whose it is, what has happened and since when."""
    at = time.strftime("%H:%M", time.localtime(count.new_at))
    what = f"NEW STAT  {at}" if count.new == 1 else f"{count.new:,} NEW STAT  since {at}"
    right = f"{hint} " if hint else ""
    content = f" ▲ {clean(count.name)}: {what}"
    return line((fit(content, max(width - cell_len(right), 0)) + right, Role.ALARM))


def offer_line(count: ProfileCount) -> Line:
    """Return the question whether to go to another profile."""
    text = "".join(each for each, _ in _number(count)).strip()
    return line(("Go to ", Role.STRONG), (clean(count.name), Role.STRONG), f" ({text})?")


def age_words(seconds: float) -> str:
    """Return for how long nothing has been known, in steps that cost a slow line little."""
    if seconds < MINUTE:
        return "<1 min"
    for unit, word in ((DAY, "d"), (HOUR, "h")):
        if seconds >= unit:
            return f"{int(seconds // unit)} {word}"
    return f"{int(seconds // MINUTE)} min"


def _segments(others: Sequence[ProfileCount], colours: Colours, most: int | None) -> Line:
    return join((_segment(each, colours, most) for each in others), _GAP)


def _segment(count: ProfileCount, colours: Colours, most: int | None) -> Line:
    """Return one profile: its name, of at most so many cells, and its number."""
    colour = colours.get(count.name)
    name = clean(count.name) if most is None else truncate(clean(count.name), most)
    if colour is None:
        return join([line((name, Role.STRONG)), _number(count)], " ")
    return line((f" {name} ", _ROLES[colour])) + _number(count)


def _number(count: ProfileCount) -> Line:
    """Return how many STAT studies a profile has, and since when that is not known."""
    known = "" if count.open is None else f"{count.open:,}{'' if count.is_sure else '+'} STAT"
    unknown: Line = ()
    if count.trouble is not None:
        word = _TROUBLES.get(count.trouble, age_words(count.silent))
        unknown = line((f"? {word}", Role.WARNING))
        # A zero that is known no more is none.
        known = known if count.open else ""
    elif not known:
        return line(("…", Role.DIM))
    role = Role.STAT if count.open else Role.DIM if count.is_sure else Role.WARNING
    told = line((known, role)) if known else ()
    if count.new:
        new = f"{count.new:,} NEW" if count.new < (count.open or 0) else "NEW"
        told = line((f" {known}, {new} ", Role.ALARM))
    return join([told, unknown], " ")


def _summed(waiting: Sequence[ProfileCount]) -> Line:
    """Return all that wait elsewhere in one number, where there is no room for names."""
    studies = sum(each.open or 0 for each in waiting)
    if not studies:
        return line(("? elsewhere", Role.WARNING))
    more = "" if all(each.is_sure and each.trouble is None for each in waiting) else "+"
    text = f"{studies:,}{more} STAT elsewhere"
    if any(each.new for each in waiting):
        return line((f" NEW: {text} ", Role.ALARM))
    return line((text, Role.STAT))
