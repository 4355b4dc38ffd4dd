"""Whether the walks over a lane have brought all of it, as far as that shows on a shift.

The first walk over a lane is taken at its word unless it shows what it should not: the search for
the rest looks at the same studies again. From then on a walk is judged when the next one has ended,
which tells what has moved meanwhile: moves explain what comes twice and what is passed over, and on
a list that loses nothing else there is then nothing left to explain.
"""

import asyncio
import math
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from avara_tui.study import Study, touched_at
from avara_tui.triage.reading.certainty import MOST_WALKS, PAGE, SURE, Certainty, Tally, Verdict

if TYPE_CHECKING:
    from avara_tui.api.pages import StudyPage

NEVER: Final = float("-inf")
"""The time of what has none."""


def newest(studies: Iterable[Study], least: float = NEVER) -> float:
    """Return when anything last happened to any of ``studies``; ``least`` if that is later."""
    return max([least, *map(touched_at, studies)])


_LEAST_FIRST: Final = 10
"""Studies on a first page, at least."""
_GOLDEN: Final = (math.sqrt(5) - 1) / 2
"""Multiples of it lie apart from each other, whole numbers aside, however many there are."""
_ROOM: Final = 10
"""Studies that may have come since, and are to need no page of their own."""


class Unlisted(NamedTuple):
    """What became of the studies that a walk should have brought and did not."""

    there: AbstractSet[str] = frozenset()
    """They are as they were."""
    unasked: AbstractSet[str] = frozenset()
    """Nobody knows."""

    def without(self, others: AbstractSet[str]) -> "Unlisted":
        """Return the same without ``others``."""
        return Unlisted(self.there - others, self.unasked - others)


@dataclass(slots=True)
class WalkRecord:
    """What a walk shows while it is under way."""

    since: float | None
    """Until when all that happened was in the list of the walk before; None without one."""
    known_until: float
    """Until when all that happened is in the list that is walked."""
    changes: int
    """Changes to studies that were known of when it began."""
    pages: int = 0
    served: int = 0
    repeats: int = 0
    found: int = 0
    """Studies that came for the first time, though the walk before should have brought them."""
    newer: int = 0
    """Studies that came or changed since the walk before."""
    listed: set[str] = field(default_factory=set)
    """All that came."""
    second: tuple[int, str] | None = None
    """How many studies came before the second page, and its cursor."""

    def note(self, page: "StudyPage", added: AbstractSet[str]) -> None:
        """Take note of a page that brought studies of which ``added`` were not known."""
        if page.is_first:
            self.known_until = newest(page.studies, self.known_until)
            self.second = None if page.cursor is None else (page.served, page.cursor)
            self.pages = self.served = self.repeats = self.newer = 0
        self.pages += 1
        self.listed.update(study.study_id for study in page.studies)
        self.served += page.served
        self.repeats += page.repeats
        if self.since is None:
            return
        for study in page.studies:
            if touched_at(study) > self.since:
                self.newer += 1
            elif study.study_id in added:
                self.found += 1

    @property
    def counts_rows(self) -> bool:
        """Whether the cursors count rows, so that as many studies come twice as never."""
        from avara_tui.api.prefetch import foresee  # noqa: PLC0415 - seldom needed

        if self.second is None:
            return False
        served, cursor = self.second
        return any(foresee(cursor, rows, PAGE) is not None for rows in (PAGE, served))


@dataclass(slots=True)
class LaneCertainty:
    """What the walks over one lane have shown, and what may be said of it."""

    verdict: Verdict = SURE
    """What may be said of it, once it has been read."""
    known_until: float | None = None
    """Until when all that happened was in its list when it was last walked; None if never."""
    is_beginning: bool = False
    """Whether it is still walked in a row because of what its first walk showed."""
    is_lossy: bool = False
    """Whether the server has been seen to lose studies that nobody had moved."""
    doubted: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there is a reason to walk it at once."""
    _walks: Certainty = field(default_factory=Certainty)
    _last: Tally | None = None
    _unasked: AbstractSet[str] = frozenset()
    _listed: set[str] = field(default_factory=set)
    """While it is in doubt: what its walks have listed since anybody moved anything."""
    _changes: int = 0
    _lost: int = 0
    _in_a_row: int = 0
    _was_left: bool = False
    """Whether a study left its list before the first walk over it had ended."""

    @property
    def walks(self) -> int:
        """How often it has been read whole."""
        return self._walks.walks

    @property
    def first_page(self) -> int:
        """How many studies the next walk is to have on its first page.

        All pages end elsewhere then. Unless there is something to prove, that must cost no page.
        """
        if self._last is None:
            return PAGE
        least = _LEAST_FIRST
        if self.verdict.is_sure:
            rest = self._last.served % PAGE
            if self._last.pages <= 1 or not 0 < rest < PAGE - _ROOM:
                return PAGE
            least = max(rest + _ROOM, PAGE // 2)
        return least + int(self.walks * _GOLDEN % 1.0 * (PAGE - least))

    @property
    def wants_walk(self) -> bool:
        """Whether it is to be walked at once."""
        return not self.verdict.is_sure and self._in_a_row < MOST_WALKS

    @property
    def missing(self) -> int:
        """How many studies may be missing, where walks in a row have found no end of them."""
        return 0 if self.verdict.is_sure or self.wants_walk else self.verdict.missing

    @property
    def needs_proof(self) -> bool:
        """Whether it matters what has become of everything that a walk did not bring."""
        return self._last is None or not self.verdict.is_sure or self.is_lossy

    @property
    def asks_for_missing(self) -> bool:
        """Whether to ask what became of the studies that a walk should have brought.

        Where walks are known to lose some, not after each of several in a row.
        """
        return not (self.is_lossy and self._in_a_row > 0 and self.wants_walk)

    def in_turn(self, missing: Iterable[str]) -> list[str]:
        """Return the studies ``missing`` from a walk, those first that nobody had time to ask for
        after the last one."""
        return sorted(missing, key=lambda study_id: (study_id not in self._unasked, study_id))

    def begin(self, known_until: float, changes: int) -> WalkRecord:
        """Begin a walk: ``changes`` to studies are known of, the last of ``known_until``."""
        self.doubted.clear()
        return WalkRecord(self.known_until, known_until, changes)

    def break_off(self, record: WalkRecord) -> None:
        """Take note of what a look at the beginning showed."""
        self._lost += record.found

    def lose(self) -> None:
        """Take note of a study that the last walk should have brought, and another lane's did."""
        self._lost += 1
        self.doubt()

    def doubt(self) -> None:
        """Let walks tell whether anything is missing."""
        if self.verdict.is_sure:
            self.verdict = Verdict(is_sure=False, missing=1)
            # Where every walk loses something, the usual ones have to do.
            self._in_a_row = self._in_a_row if self.is_lossy else 0
            self.is_beginning = self.walks <= 1
        self.doubted.set()

    def leave(self, at: float, pages: int) -> None:
        """Take note that a study left the list ``at`` some time, which has so many ``pages``.

        Only a first walk can have passed another one over for that, and not known of it.
        """
        if not self.walks:
            self._was_left = True
        elif self.walks == 1 and pages > 1 and at > (self.known_until or at):
            self.doubt()

    def suspect(self) -> None:
        """Take it that the server loses studies: one walk over several pages proves nothing."""
        is_blank = self.walks == 1 and self._last is not None and self._last.pages > 1
        if is_blank and not self.is_lossy:
            self.doubt()
        self.is_lossy = True

    def reach_end(self, record: WalkRecord, missing: int, *, is_checked: bool) -> None:
        """Take note that a walk has reached the end, ``missing`` some studies that were known.

        ``is_checked`` is whether the search for the rest looks at its studies again.
        """
        if self._last is not None or record.pages <= 1:
            return
        is_proven = is_checked or (record.counts_rows and not self._was_left)
        if record.repeats or missing or self.is_lossy or not is_proven:
            self.doubt()

    def add_walk(self, record: WalkRecord, unlisted: Unlisted, changes: int) -> None:
        """Take note of a walk to the end, once what it left out was asked for.

        ``changes`` to studies are known of by now.
        """
        last, was_lossy = self._last, self.is_lossy
        tally = Tally(
            pages=record.pages,
            served=record.served,
            repeats=record.repeats,
            found=record.found + self._lost,
            left_out=len(unlisted.there),
            unasked=len(unlisted.unasked),
            moved=record.newer + changes - (record.changes if last is None else self._changes),
        )
        there = record.listed | unlisted.there if unlisted.there else record.listed
        before = self._in_hindsight(tally, there)
        if _proves_losses(tally, before):
            self.is_lossy = True
        verdict = self._counted(tally, there, self._walks.add_walk(tally, before))
        is_caught = self.is_lossy and (not was_lossy or _loses_what_is_new(tally))
        if not self.verdict.is_sure or (last is not None and is_caught) or record.pages <= 1:
            self.verdict = verdict
        self._in_a_row = 0 if self.verdict.is_sure and not self.is_lossy else self._in_a_row + 1
        self.is_beginning = self.is_beginning and self.wants_walk
        if self.verdict.is_sure:
            self._listed = set()
        self._last, self._unasked = tally, unlisted.unasked
        self._changes, self._lost, self.known_until = record.changes, 0, record.known_until

    def _counted(self, tally: Tally, there: AbstractSet[str], verdict: Verdict) -> Verdict:
        """Return the ``verdict``, or a better one where rows can be counted.

        A list that nobody changes has as many studies as a walk that repeats some had rows.
        """
        if self.verdict.is_sure:
            # Nobody asks: the ids of a long list are not to be held for that.
            return verdict
        if self._last is None or tally.moved:
            self._listed = set()
        self._listed |= there
        if verdict.is_sure or tally.moved or not tally.repeats:
            return verdict
        lack = tally.served - len(self._listed)
        return SURE if lack == 0 else Verdict(is_sure=False, missing=max(lack, 1))

    def _in_hindsight(self, tally: Tally, there: AbstractSet[str]) -> Tally | None:
        """Return what the walk before showed, as it is known after one that showed ``tally``."""
        if self._last is None:
            return None
        answered = len(self._unasked & there)
        return self._last._replace(
            found=tally.found,
            left_out=self._last.left_out + answered,
            unasked=self._last.unasked - answered,
            moved=tally.moved,
        )


def _proves_losses(tally: Tally, before: Tally | None) -> bool:
    """Whether more is amiss than moves can explain; each of them makes one study come twice or be
    passed over. What moved during a walk shows in the next one."""
    if before is None:
        return tally.left_out > tally.unasked + tally.moved
    return before.repeats + before.found + before.left_out > before.moved


def _loses_what_is_new(tally: Tally) -> bool:
    """Whether a walk shows that studies were lost that nobody knows, where all were known before.

    Counted in rows, as many come twice as never; a walk that loses some and repeats none does not
    tell how many.
    """
    known = tally.left_out + tally.unasked
    if tally.repeats:
        return tally.repeats > known + tally.moved or tally.found > tally.moved
    return tally.found + known > tally.moved
