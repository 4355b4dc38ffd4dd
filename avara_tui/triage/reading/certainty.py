"""Whether the walks over a list have brought all of it: what each of them shows of what they lose.

A list that is read page by page loses studies in three ways. It moves while it is walked: what is
added before the place that was reached makes rows come again, what is taken away makes others be
passed over. Its order leaves ties open, and every page sorts them anew: counted in rows, as many
are lost as come again. Or a page goes on after a time that several studies share, and loses those
of them that were left, without a trace in that walk. Every walk therefore ends its pages elsewhere
than the one before, and is held against what is known by then.
"""

from typing import Final, NamedTuple

MOST_WALKS: Final = 6
"""Walks over one list after which it is told what may be missing."""
PAGE: Final = 100
"""Studies on a page."""
_LEAST_FIRST: Final = 50
_LEAST_APART: Final = 10
_LATER: Final = (57, 79, 63, 90)
"""Studies on the first pages of the third walk and later ones, in turn."""
_NEGLIGIBLE: Final = 0.001
"""Studies that may be expected to be missing from a list that is called complete."""


class Tally(NamedTuple):
    """What one walk to the end of a list showed. Studies are counted, not rows."""

    pages: int
    served: int
    """Those that came, once for every page that had them."""
    repeats: int
    """How many of them former pages had, just as they were."""
    found: int = 0
    """Those that came for the first time, though they are older than the walk before this one."""
    left_out: int = 0
    """Those that did not come, though they belong to the list still and are as they were."""
    unasked: int = 0
    """Those that did not come, and of which nobody knows what has become."""
    moved: int = 0
    """Those that came, changed or left since the walk before this one began."""

    @property
    def doubt(self) -> int:
        """How much of what the walk showed should not be on a list that loses nothing."""
        return self.repeats + self.found + self.left_out + self.unasked


class Verdict(NamedTuple):
    """What may be said of a list."""

    is_sure: bool
    """Whether nothing is missing."""
    missing: int = 0
    """How many may be missing at most, as far as can be told; 0 only where it is sure."""


SURE: Final = Verdict(is_sure=True)


class Certainty:
    """What is known of one list from the walks over it, the first of which proves nothing."""

    def __init__(self) -> None:
        self._walks = 0
        self._served = 0
        self._worst = 0

    @property
    def walks(self) -> int:
        """How many there were."""
        return self._walks

    @property
    def first_page(self) -> int:
        """How many studies the next walk is to have on its first page.

        The second walk takes no more pages for that than the first, unless its pages would end
        too near to where those of the first did.
        """
        if not self._walks:
            return PAGE
        if self._walks > 1:
            return _LATER[(self._walks - 2) % len(_LATER)]
        least = self._served % PAGE
        if not _LEAST_FIRST <= least <= PAGE - _LEAST_APART:
            least = _LEAST_FIRST
        return (least + PAGE - _LEAST_APART) // 2

    def add_walk(self, tally: Tally, before: Tally | None = None) -> Verdict:
        """Take note of a walk, and return what may be said by now.

        ``before`` is what the walk before this one showed, as far as it is known by now.
        """
        self._walks += 1
        self._served = tally.served
        self._worst = max(self._worst, tally.repeats + tally.found, tally.left_out + tally.unasked)
        if tally.pages <= 1:
            return SURE
        if self._walks > 1 and not tally.doubt:
            return SURE
        if self._explains(tally) or (before is not None and self._explains(before)):
            return SURE
        if tally.repeats:
            # So many did not come in turn, but for those that are known otherwise.
            at_most = tally.repeats - tally.left_out
        else:
            # Nothing tells how many all walks have lost; it is hardly more than one of them.
            at_most = self._worst + self._worst // 4 + 1
        return Verdict(is_sure=False, missing=max(at_most, 1))

    def _explains(self, tally: Tally) -> bool:
        """Whether what a walk should not have shown tells by itself that nothing is missing."""
        if not tally.moved:
            # Nobody changed the list, so that it has as many studies as came, repeats included.
            # As many as came again are known otherwise: those are all that there are.
            return bool(tally.repeats) and tally.left_out == tally.repeats and not tally.unasked
        return 0 < tally.doubt <= tally.moved and self._expected() < _NEGLIGIBLE

    def _expected(self) -> float:
        """Return how many studies all walks have lost, if each lost as many as the worst did."""
        if not self._served:
            return 0.0
        share = min(self._worst / self._served, 1.0)
        return float(self._served * share**self._walks)
