"""Which study comes next: the most urgent that is open and that nobody has."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from avara_tui.study import COMPLETE, Study
from avara_tui.worklist.clocks import is_open
from avara_tui.worklist.order import TRIAGE
from avara_tui.worklist.query import Query, QueryContext

_NOBODY: Final = "none"
_CLOSED: Final = frozenset({"cancelled"})


def to_take(
    studies: Iterable[Study], query: Query, context: QueryContext, not_now: AbstractSet[str]
) -> list[Study]:
    """Return what can be taken of the studies that ``query`` selects, the most urgent first.

    ``not_now`` are studies to be left alone for the moment.
    """
    free = [
        study
        for study in query.select(studies, context)
        if is_open(study) and study.assignee is None and study.study_id not in not_now
    ]
    return sorted(free, key=TRIAGE.key(context.now, context.thresholds))


def narrowed(worklist: Query, filter_query: Query) -> Query:
    """Return where to look for the next study, given a worklist and a filter.

    A worklist of studies that somebody has or that are done can never hold the next one, and does
    not count.
    """
    return worklist.and_also(filter_query) if holds_next(worklist) else filter_query


def holds_next(query: Query) -> bool:
    """Whether ``query`` can match a study that is open and assigned to nobody."""
    for term in query.terms:
        if term.negated:
            continue
        if term.field == "assignee" and _NOBODY not in term.values:
            return False
        if term.field == "status" and set(term.values) == {COMPLETE}:
            return False
        if term.field == "is" and set(term.values) <= _CLOSED:
            return False
    return True
