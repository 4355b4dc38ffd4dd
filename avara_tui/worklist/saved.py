"""Saved worklists: a filter and an order under a name, and how many studies each holds."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from avara_tui.worklist.order import NEWEST, TRIAGE, Order
from avara_tui.worklist.query import QueryContext, parse
from avara_tui.worklist.studies import ChangeSet, StudySet
from avara_tui.worklist.upkeep import Upkeep


class SavedWorklist(NamedTuple):
    """A filter under a name."""

    name: str
    query_text: str
    order: Order = TRIAGE
    columns: tuple[str, ...] = ()
    """Its own columns; none for those of the table."""
    key: str = ""
    """The number key that shows it."""


_WITH_STATUS: Final = ("priority", "age", "description", "assignee", "status", "customer")

BUILT_IN: Final = (
    SavedWorklist("STAT", "severity:stat status:incomplete", key="1"),
    SavedWorklist("Mine", "assignee:me status:incomplete", key="2"),
    SavedWorklist("Unassigned", "assignee:none status:incomplete", key="3"),
    SavedWorklist("Overdue", "is:overdue", key="4"),
    SavedWorklist("All open", "is:open", key="5"),
    SavedWorklist("Complete", "status:complete", NEWEST, key="6"),
    SavedWorklist("Cancelled", "is:cancelled", NEWEST, _WITH_STATUS, key="7"),
)


class Counts:
    """How many of the known studies each saved worklist holds, kept as studies change."""

    def __init__(self, studies: StudySet, worklists: Sequence[SavedWorklist]) -> None:
        self._studies = studies
        self._queries = {each.name: parse(each.query_text) for each in worklists}
        self._members: dict[str, set[str]] = {name: set() for name in self._queries}
        self._upkeep = Upkeep(studies)

    def of(self, name: str) -> int:
        """Return how many studies the worklist ``name`` holds."""
        return len(self._members[name])

    def recount(self, context: QueryContext) -> None:
        """Count everything again."""
        self._upkeep.forget()
        self._count(set(), context)

    def retime(self, context: QueryContext) -> None:
        """Take in that time has passed."""
        self._count(set(), context)

    def update(self, change: ChangeSet, context: QueryContext) -> None:
        """Take in a change of the studies."""
        self._count(change.added | change.changed | change.removed, context)

    def _count(self, changed: set[str], context: QueryContext) -> None:
        """Count the studies ``changed``, and those that time touched."""
        thresholds, queries = context.thresholds, self._queries.values()
        turns = {turn for query in queries for turn in query.turns(thresholds)}
        touched = self._upkeep.touched(changed, turns, context)
        for name, query in self._queries.items():
            if touched is None:
                selected = query.select(self._studies, context)
                self._members[name] = {study.study_id for study in selected}
                continue
            members, matches = self._members[name], query.matcher(context)
            for study_id in touched:
                study = self._studies.get(study_id)
                if study is not None and matches(study):
                    members.add(study_id)
                else:
                    members.discard(study_id)
