"""Saved worklists: a filter and an order under a name, and how many studies each holds."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final, NamedTuple

from avara_tui.worklist.order import NEWEST, TRIAGE, Order
from avara_tui.worklist.query import QueryContext, parse
from avara_tui.worklist.reevaluation import Reevaluation
from avara_tui.worklist.studies import ChangeSet, StudySet


class SavedWorklist(NamedTuple):
    """A filter under a name."""

    name: str
    query_text: str
    order: Order = TRIAGE
    columns: tuple[str, ...] = ()
    """Its own columns; none for those of the table."""
    key: str = ""
    """The number key that shows it."""
    own_name: str = ""
    """The name under which the person saved it; empty for one of the site's."""

    @property
    def names_me(self) -> bool:
        """Whether it speaks of the person at the keys: unknown, nobody knows what it holds."""
        return _names_me(self.query_text)


@lru_cache
def _names_me(query_text: str) -> bool:
    return parse(query_text).names_me


_WITH_STATUS: Final = ("priority", "age", "description", "assignee", "status", "customer")

OPEN: Final = "is:open"
OPEN_STAT: Final = "severity:stat is:open"
OVERDUE: Final = "is:overdue"
UNTIMED: Final = "is:untimed"
UNASSIGNED: Final = "assignee:none is:open"
UNCLAIMED: Final = f"{OPEN_STAT} assignee:none"
LOAD: Final = (OPEN_STAT, UNCLAIMED, OVERDUE, UNTIMED)
"""Filters that say how much there is to do, whatever the saved worklists are."""

BUILT_IN: Final = (
    SavedWorklist("STAT", OPEN_STAT, key="1"),
    SavedWorklist("Mine", "assignee:me is:open", key="2"),
    SavedWorklist("Unassigned", UNASSIGNED, key="3"),
    SavedWorklist("Overdue", OVERDUE, key="4"),
    SavedWorklist("All open", OPEN, key="5"),
    SavedWorklist("Complete", "status:complete", NEWEST, key="6"),
    SavedWorklist("Cancelled", "is:cancelled", NEWEST, _WITH_STATUS, key="7"),
)


class Counts:
    """How many of the known studies each saved worklist holds, kept as studies change.

    Worklists with the same filter are counted once.
    """

    def __init__(
        self, studies: StudySet, worklists: Sequence[SavedWorklist], more: Iterable[str] = ()
    ) -> None:
        """``more`` are filters to count besides those of the worklists."""
        self._studies = studies
        self._texts = {each.name: each.query_text for each in worklists}
        self._queries = {text: parse(text) for text in (*self._texts.values(), *more)}
        self._unsure: dict[str, str] = {}
        for text, query in tuple(self._queries.items()):
            unsure = query.unsure()
            if unsure is not None:
                self._unsure[text] = str(unsure)
                self._queries[str(unsure)] = unsure
        self._members: dict[str, set[str]] = {text: set() for text in self._queries}
        self._reevaluation = Reevaluation(studies)

    def of(self, name: str) -> int:
        """Return how many studies the worklist ``name`` holds."""
        return self.of_filter(self._texts[name])

    def of_filter(self, text: str) -> int:
        """Return how many studies a filter matches; it is one of those that are counted."""
        return len(self._members[text])

    def ids_of_filter(self, text: str) -> AbstractSet[str]:
        """Return the ids of the studies that a filter matches; it is one of those counted."""
        return self._members[text]

    def unsure_of(self, name: str) -> int:
        """Return how many more studies the worklist ``name`` may hold: nobody knows their age."""
        unsure = self._unsure.get(self._texts[name])
        return 0 if unsure is None else self.of_filter(unsure)

    def recount(self, context: QueryContext) -> None:
        """Count everything again."""
        self._reevaluation.forget()
        self._count(set(), context)

    def retime(self, context: QueryContext) -> None:
        """Take in that time has passed."""
        self._count(set(), context)

    def update(self, change: ChangeSet, context: QueryContext) -> None:
        """Take in a change of the studies."""
        self._count(change.read | change.removed, context)

    def _count(self, changed: set[str], context: QueryContext) -> None:
        """Count the studies ``changed``, and those that time touched."""
        thresholds, queries = context.thresholds, self._queries.values()
        turns = {turn for query in queries for turn in query.turns(thresholds)}
        touched = self._reevaluation.touched(changed, turns, context)
        for text, query in self._queries.items():
            if touched is None:
                selected = query.select(self._studies, context)
                self._members[text] = {study.study_id for study in selected}
                continue
            members, matches = self._members[text], query.matcher(context)
            for study_id in touched:
                study = self._studies.get(study_id)
                if study is not None and matches(study):
                    members.add(study_id)
                else:
                    members.discard(study_id)
