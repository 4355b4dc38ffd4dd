"""Which study comes next: the most urgent that is open and that is mine or nobody's.

Among those of one triage band mine come first, then what has waited longest. Where the next one is
looked for (a worklist, a filter) and what is left alone for now (put aside, being saved) may pass
over a more urgent one: which these are, and why, is told with it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from types import MappingProxyType
from typing import Final, NamedTuple

from avara_tui.study import COMPLETE, STAT, Study, UserRef
from avara_tui.worklist.clocks import Timeliness, is_open, timeliness
from avara_tui.worklist.order import TRIAGE, Band, Key, band_of
from avara_tui.worklist.query import Query, QueryContext, Term

_CLOSED: Final = frozenset({"cancelled"})
_WHO: Final = frozenset({"me", "none"})
_NOTHING: Final[AbstractSet[str]] = frozenset()


class Reason(Enum):
    """Why a study is passed over."""

    TAKEN = "taken or done meanwhile"
    ASIDE = "put aside"
    SAVING = "being saved"
    WORKLIST = "outside this worklist"
    FILTER = "hidden by the filter"
    OPENED = "opened already"
    MINE = "yours"
    """Which the settings leave out."""
    CAME = "just in"
    """It came, or turned urgent, while the next one was being claimed."""


class Passed(NamedTuple):
    """A study that is more urgent than the next one, and is not the next one."""

    study: Study
    reason: Reason


class Search(NamedTuple):
    """Where the next study is looked for, for whom, and what is left alone for now."""

    worklist: Query
    filter: Query
    me: UserRef | None = None
    """Who takes it, as far as that is known."""
    takes_mine: bool = True
    """Whether a study of :attr:`me` can be next as well, not only nobody's."""
    aside: AbstractSet[str] = _NOTHING
    saving: AbstractSet[str] = _NOTHING
    """What is being written to, or not confirmed yet."""
    opened: AbstractSet[str] = _NOTHING
    """What was opened a short while ago. If it is mine, everything else comes before it."""
    tried: Mapping[str, Study] = MappingProxyType({})
    """What was to be next, as it was seen then, by id. Who asks again has not got it."""

    def is_mine(self, study: Study) -> bool:
        """Whether a study is the person's own."""
        holder = study.assignee
        return self.me is not None and holder is not None and holder.user_id == self.me.user_id

    def rank(self, context: QueryContext) -> Callable[[Study], Key]:
        """Return what sorts by urgency: the triage band, mine first, then the triage order."""
        triage = TRIAGE.key(context.now, context.thresholds)

        def key(study: Study) -> Key:
            place = triage(study)
            return (band_of(place), not self.is_mine(study), *place)

        return key

    def candidates(self, studies: Iterable[Study], context: QueryContext) -> list[Study]:
        """Return what can be next among ``studies``, what comes first first."""
        rank = self.rank(context)
        able = [
            each
            for each in self._where(context).select(studies, context)
            if self._may_be_mine(each) and self._why_left_alone(each) is None
        ]
        return sorted(able, key=lambda each: (self._is_in_hand(each), rank(each)))

    def passed(
        self,
        studies: Iterable[Study],
        chosen: Study | None,
        context: QueryContext,
        looks: Callable[[Study], Study] = lambda study: study,
    ) -> Iterator[Passed]:
        """Yield what is STAT, overdue or the like and more urgent than ``chosen``, and why not it.

        All of it is mine or nobody's. Without a chosen one everything as urgent as that is told of.
        ``looks`` tells a study as what is under way will make it.
        """
        rank = self.rank(context)
        limit = (Band.HIGH,) if chosen is None else min((Band.HIGH,), rank(chosen))
        why = self._why(context)
        chosen_id = None if chosen is None else chosen.study_id
        for each in self.tried.values():
            if each.study_id != chosen_id and rank(each) < limit:
                yield Passed(each, Reason.TAKEN)
        for each in studies:
            if each.study_id == chosen_id or each.study_id in self.tried:
                continue
            if self._waits(each) and rank(each) < limit and self._waits(looks(each)):
                yield Passed(each, why(each))

    def place(self, context: QueryContext) -> Query:
        """Return the worklist that is kept to.

        One of studies that somebody else has, or that are done, can never hold the next one, and
        does not count.
        """
        return self.worklist if self.holds_next(context) else Query()

    def holds_next(self, context: QueryContext) -> bool:
        """Whether the worklist can hold the next study at all."""
        return all(self._may_hold(Query((term,)), context) for term in self.worklist.terms)

    def _may_hold(self, one: Query, context: QueryContext) -> bool:
        (term,) = one.terms
        if term.field == "assignee":
            matches = one.matcher(context)
            return matches(_BLANK) or (self.takes_mine and self._may_mean_me(term, matches))
        if term.negated:
            return True
        if term.field == "status":
            return set(term.values) != {COMPLETE}
        return term.field != "is" or not set(term.values) <= _CLOSED

    def _may_mean_me(self, term: Term, matches: Callable[[Study], bool]) -> bool:
        """Whether a study of mine can meet a term; by a name it may, as long as mine is unknown."""
        if self.me is None:
            return False
        is_named = any(each not in _WHO and not each.startswith("usr_") for each in term.values)
        is_nameless = self.me == UserRef(self.me.user_id, "")
        return matches(_BLANK._replace(assignee=self.me)) or (is_named and is_nameless)

    def _where(self, context: QueryContext) -> Query:
        return self.place(context).and_also(self.filter)

    def _waits(self, study: Study) -> bool:
        """Whether a study is open, and mine or nobody's."""
        return is_open(study) and (study.assignee is None or self.is_mine(study))

    def _may_be_mine(self, study: Study) -> bool:
        return self._waits(study) and (self.takes_mine or study.assignee is None)

    def _is_in_hand(self, study: Study) -> bool:
        return study.study_id in self.opened and self.is_mine(study)

    def _why(self, context: QueryContext) -> Callable[[Study], Reason]:
        """Return what tells why a study that is more urgent than the next one is not the next."""
        in_worklist = self.place(context).matcher(context)
        in_filter = self.filter.matcher(context)

        def why(study: Study) -> Reason:
            alone = self._why_left_alone(study)
            if alone is not None:
                return alone
            if not in_worklist(study):
                return Reason.WORKLIST
            if not in_filter(study):
                return Reason.FILTER
            if self.is_mine(study) and not self.takes_mine:
                return Reason.MINE
            return Reason.OPENED if self._is_in_hand(study) else Reason.CAME

        return why

    def _why_left_alone(self, study: Study) -> Reason | None:
        if study.study_id in self.tried:
            return Reason.TAKEN
        if study.study_id in self.saving:
            return Reason.SAVING
        return Reason.ASIDE if study.study_id in self.aside else None


_BLANK: Final = Study("", "", "", "", "", is_cancelled=False)


def _urgency(study: Study, context: QueryContext) -> str:
    """Return what makes a study urgent, in a word or a few."""
    if study.severity == STAT:
        return "STAT"
    key = TRIAGE.key(context.now, context.thresholds)(study)
    if band_of(key) is Band.UNKNOWN:
        return "of unknown priority"
    where = timeliness(study, context.now, context.thresholds)
    return "without a time" if where is Timeliness.UNKNOWN else "overdue"


def passed_texts(
    passed: Iterable[Passed], context: QueryContext, names: Callable[[Reason], str]
) -> list[str]:
    """Return how many studies were passed over and why, a text a reason, the most urgent first.

    For example ``1 STAT put aside`` and ``2 STAT and 3 overdue hidden by the filter``. ``names``
    puts a reason into words.
    """
    kinds: Final = ("STAT", "of unknown priority", "overdue", "without a time")
    counts: dict[Reason, dict[str, int]] = {}
    for study, reason in passed:
        of_reason = counts.setdefault(reason, {})
        kind = _urgency(study, context)
        of_reason[kind] = of_reason.get(kind, 0) + 1

    def weight(reason: Reason) -> tuple[int, ...]:
        return tuple(-counts[reason].get(kind, 0) for kind in kinds)

    return [
        " and ".join(f"{counts[each][kind]:,} {kind}" for kind in kinds if kind in counts[each])
        + f" {names(each)}"
        for each in sorted(counts, key=weight)
    ]
