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
_BY_DEADLINE: Final = {
    Band.HIGH_OVERDUE: "high overdue",
    Band.OVERDUE: "routine overdue",
}
"""What is called overdue alike, as long as both go by age, is in two groups by deadline."""


class Group(NamedTuple):
    """Rows that stand together, and the word above them."""

    first: int
    """The first of its rows."""
    word: str


def groups(
    bands: Sequence[tuple[int, Band]], max_wait: float, *, by_deadline: bool = False
) -> list[Group]:
    """Return the groups that need a word; ``max_wait`` is in seconds.

    ``by_deadline`` is whether what is due first goes first in each, and not the oldest. STAT
    studies say themselves why they are first, and rows that are all of one kind need none.
    """
    if len(bands) < 2:
        return []
    found: list[Group] = []
    for first, band in bands:
        if band is Band.STAT:
            continue
        word = _word(band, max_wait)
        if by_deadline and band is not Band.CLOSED:
            word = f"{_BY_DEADLINE.get(band, word)}, by deadline"
        if not found or found[-1].word != word:
            found.append(Group(first, word))
    return found


def _word(band: Band, max_wait: float) -> str:
    return _WORDS.get(band) or f"waiting over {age_text(max_wait)}"
