"""What to ask the server for, and in which order, to read all that a query can match.

Where only open studies match, those that are incomplete are asked for first: an archive is many
times larger than the work at hand. But the API cannot be asked for a status that nobody documented,
and such a study may wait as well; so everything else that is not cancelled is looked through after.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from avara_tui.study import INCOMPLETE
from avara_tui.study_requests import StudyFilter
from avara_tui.worklist.query import Query

_ONLY_OPEN: Final = frozenset({"open", "overdue", "soon", "untimed"})


class Plan(NamedTuple):
    """Requests whose answers together hold every study that a query can match."""

    first: tuple[StudyFilter, ...]
    rest: tuple[StudyFilter, ...] = ()
    """What looks for the studies that none of the first lists. It lists those of the first too."""

    @property
    def requests(self) -> tuple[StudyFilter, ...]:
        """All of them, in their order."""
        return self.first + self.rest


def plan_for(query: Query, me: str | None) -> Plan:
    """Return what to ask for; ``me`` is the id of the person at the keys."""
    requests = query.server_filters(me)
    if not any(
        term.field == "is" and not term.negated and _ONLY_OPEN.issuperset(term.values)
        for term in query.terms
    ):
        return Plan(requests)
    able = [each for each in requests if _may_be_open(each)]
    rest = [each for each in able if each.status is None]
    return Plan(_each_once(each._replace(status=INCOMPLETE) for each in able), tuple(rest))


def _may_be_open(request: StudyFilter) -> bool:
    return request.status in {None, INCOMPLETE} and not request.is_cancelled


def _each_once(requests: Iterable[StudyFilter]) -> tuple[StudyFilter, ...]:
    return tuple(dict.fromkeys(requests))
