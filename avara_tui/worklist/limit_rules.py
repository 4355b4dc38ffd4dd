"""The site's rules of how long studies may wait, made from filters: which of them can be rules."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final

from avara_tui.study import Study, fingerprint
from avara_tui.worklist.clocks import Thresholds
from avara_tui.worklist.limits import LimitRule, LimitRules
from avara_tui.worklist.query import Query, QueryContext, parse
from avara_tui.worklist.query.terms import CANCELLED, METADATA_PREFIX, TEXT

_Part = Callable[[Study], Hashable]
_OF_THE_STUDY: Final = frozenset({"open", CANCELLED})
"""The states that are a study's own, and not the screen's or the clock's."""


def limit_problem(query: Query) -> str | None:
    """Return why a filter cannot say which studies have a limit, and what to do; None if it can."""
    for term in query.terms:
        if Query((term,)).is_timed:
            return (
                f"says something of time ({term}), but limits are what time is held against: "
                f"take it out"
            )
        if term.field == "is" and not _OF_THE_STUDY.issuperset(term.values):
            return f"asks for {term}, which is nothing of the study's own: take it out"
        if term.field == "is" and CANCELLED in term.values and not term.negated:
            return f"asks for cancelled studies ({term}), which nobody waits for: take it out"
        if term.field == "assignee" and "me" in term.values:
            return (
                f"asks who is at the keys ({term}), but a limit is the same for everybody: "
                f"name the person"
            )
    return None


def limit_rules(rules: Sequence[LimitRule]) -> LimitRules:
    """Return ``rules`` in order, ready to be asked about studies.

    Raises :class:`avara_tui.worklist.query.QueryError` for a filter that cannot be understood.
    """
    # A study that is cancelled comes under the rule that it came under before.
    queries = [parse(each.filter)._replace(takes_cancelled=True) for each in rules]
    fields = dict.fromkeys(term.field for each in queries for term in each.terms)
    return LimitRules(
        rules, lambda: (each.matcher(_CONTEXT) for each in queries), _looked_at(fields)
    )


_CONTEXT: Final = QueryContext(me=None, now=0.0, thresholds=Thresholds())
"""Of which nothing counts: what depends on it, :func:`limit_problem` refuses."""
_PARTS: Final[dict[str, _Part]] = {
    TEXT: lambda study: study.description,
    "severity": lambda study: study.severity,
    "status": lambda study: study.status,
    "assignee": lambda study: study.assignee,
    "customer": lambda study: study.customer,
    "is": lambda study: (study.status, study.is_cancelled),
    "uid": lambda study: study.uid,
    "id": lambda study: study.study_id,
}
"""What the terms of a field go by; all of the study for one that is not named."""


def _looked_at(fields: Iterable[str]) -> _Part:
    """Return what returns everything of a study that terms of ``fields`` go by."""
    parts = [_part(each) for each in fields]
    if len(parts) == 1:
        return parts[0]
    return lambda study: tuple([part(study) for part in parts])


def _part(field: str) -> _Part:
    if field.startswith(METADATA_PREFIX):
        key = field.removeprefix(METADATA_PREFIX)
        return lambda study: study.metadata.get(key)
    return _PARTS.get(field, fingerprint)
