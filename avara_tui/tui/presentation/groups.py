"""The words between the rows of the triage order: why one stands before another."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from avara_tui.worklist.clocks import age_text
from avara_tui.worklist.order import Band

_WORDS: Final = {
    Band.UNKNOWN: "severity not known",
    Band.HIGH_OVERDUE: "overdue",
    Band.OVERDUE: "overdue",
    Band.HIGH: "high",
    Band.ROUTINE: "routine",
    Band.CLOSED: "closed",
}


class Group(NamedTuple):
    """Rows that stand together, and the word above them."""

    first: int
    """The first of its rows."""
    word: str


def groups(bands: Sequence[tuple[int, Band]], max_wait: float) -> list[Group]:
    """Return the groups that need a word; ``max_wait`` is in seconds.

    STAT studies say themselves why they are first, and rows that are all of one kind need none.
    """
    if len(bands) < 2:
        return []
    found: list[Group] = []
    for first, band in bands:
        if band is Band.STAT:
            continue
        word = _WORDS.get(band) or f"waiting over {age_text(max_wait)}"
        if not found or found[-1].word != word:
            found.append(Group(first, word))
    return found
