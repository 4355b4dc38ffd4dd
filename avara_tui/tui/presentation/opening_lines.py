"""How an opening stands in the history of the session."""

from typing import Final

from avara_tui.triage.opener.openings import WAY_TEXTS, Opening, OpeningEnd
from avara_tui.tui.lines import Line, Role, fit, join, line

_WORD_WIDTH: Final = 9
_WORDS: Final = {
    None: ("under way", Role.DIM),
    OpeningEnd.DONE: ("opened", Role.DIM),
    OpeningEnd.FAILED: ("failed", Role.WARNING),
    OpeningEnd.UNKNOWN: ("unknown", Role.WARNING),
}


def opening_lines(opening: Opening, name: Line) -> list[Line]:
    """Return what is said of an opening of the study called ``name``, without its time.

    The first line says how it ended and in which ways the study was opened; what went wrong
    stands in a line below.
    """
    word, role = _WORDS[opening.end]
    ways = ", ".join(WAY_TEXTS[each] for each in opening.ways)
    lines = [join([line((fit(word, _WORD_WIDTH), role)), name, line(ways) if ways else ()])]
    if opening.error is not None:
        lines.append(line((f"  not shown ({opening.error.value})", Role.DIM)))
    elif opening.end is OpeningEnd.UNKNOWN:
        lines.append(line(("  it was broken off: it may have been shown", Role.DIM)))
    return lines
