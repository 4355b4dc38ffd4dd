"""From one look of text to the next in as few bytes as a terminal needs (ECMA-48, 8.3.117: SGR)."""

from functools import cache
from typing import Final, NamedTuple

_OFF: Final = {
    "1": "22",
    "2": "22",
    "3": "23",
    "4": "24",
    "5": "25",
    "7": "27",
    "8": "28",
    "9": "29",
}
_BOTH: Final = frozenset("12")
"""Bold and faint are taken back by the same code."""


class _Look(NamedTuple):
    """What a sequence sets."""

    attributes: frozenset[str]
    foreground: str
    background: str


@cache
def change(before: str, after: str) -> str:
    """Return the codes that make what was set by the codes ``before`` look as ``after`` says.

    Both are what stands between the bracket and the letter; nothing is a terminal's own look.
    """
    afresh = f"0;{after}" if after else "0"
    if not before:
        return after or "0"
    if not after:
        return afresh
    old, new = _look(before), _look(after)
    if old is None or new is None:
        return afresh
    gone = old.attributes - new.attributes
    codes = list(dict.fromkeys(_OFF[each] for each in sorted(gone)))
    kept = old.attributes - gone
    if gone & _BOTH:
        kept -= _BOTH
    codes += sorted(new.attributes - kept)
    if new.foreground != old.foreground:
        codes.append(new.foreground or "39")
    if new.background != old.background:
        codes.append(new.background or "49")
    found = ";".join(codes)
    return found if len(found) <= len(afresh) else afresh


def _look(codes: str) -> _Look | None:
    """Return what ``codes`` set; None for what is not known here."""
    attributes: set[str] = set()
    colours = {"3": "", "4": ""}
    parts = codes.split(";")
    while parts:
        part = parts.pop(0)
        if part in {"38", "48"}:
            count = {"5": 2, "2": 4}.get(parts[0] if parts else "")
            if count is None or len(parts) < count:
                return None
            colours[part[0]] = ";".join([part, *parts[:count]])
            del parts[:count]
        elif len(part) == 2 and part[0] in "34" and part[1] in "01234567":
            colours[part[0]] = part
        elif part.isdigit() and (90 <= int(part) <= 97 or 100 <= int(part) <= 107):
            colours["3" if len(part) == 2 else "4"] = part
        elif part in {"39", "49"}:
            colours[part[0]] = ""
        elif part in _OFF:
            attributes.add(part)
        else:
            return None
    return _Look(frozenset(attributes), colours["3"], colours["4"])
