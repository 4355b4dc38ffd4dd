"""The filter that says which studies raise the alarm, and what is kept of those it holds for."""

from typing import Final, NamedTuple

from avara_tui.study import SEVERITIES, STATUSES, Study
from avara_tui.worklist.clocks import is_usable, waiting_since
from avara_tui.worklist.limits import LimitRule
from avara_tui.worklist.merge import METADATA_PREFIX as METADATA_FIELD
from avara_tui.worklist.query import Query, QueryContext, parse
from avara_tui.worklist.query.folding import fold_case
from avara_tui.worklist.query.terms import CANCELLED, METADATA_PREFIX, TEXT

DEFAULT_RULE: Final = parse("severity:stat")
_RANKS: Final = {severity: rank for rank, severity in enumerate(SEVERITIES)}
_LOST_STATES: Final = frozenset({"new", "changed", "marked", "aside"})
_ALWAYS: Final = frozenset({"severity", "status", CANCELLED})
_HINGES: Final = {"assignee": "assigned_to", TEXT: "description"}


class Standing(NamedTuple):
    """What was known of a study that the rule holds for."""

    rank: int
    severity: str
    holder: str | None
    """The user id of who has it."""
    since: float | None
    """When it began to wait, in seconds since the epoch; it may be of no use."""
    is_known: bool
    """Whether the study's severity and status are ones that we know."""
    limit_rule: LimitRule | None = None
    """The rule of the site's that gives it limits of its own."""

    def begun(self, now: float) -> float | None:
        """Return when it began to wait, as far as one can tell at ``now``."""
        return self.since if self.since is not None and is_usable(self.since, now) else None


def rule_problem(rule: Query) -> str | None:
    """Return why ``rule`` cannot say which studies raise the alarm, or None if it can."""
    if rule.is_timed:
        return "says something of time; the alarm is raised by what happens to a study"
    if rule.speaks_of_cancelled:
        return "asks for cancelled studies, which nobody waits for"
    if any(each.field == "is" and _LOST_STATES & set(each.values) for each in rule.terms):
        return "asks for what only this screen knows of a study"
    return None


def hinges(rule: Query) -> frozenset[str]:
    """Return the fields of a write that can bring a study under ``rule``, as :func:`hinge` does."""
    found = set(_ALWAYS)
    for term in rule.terms:
        if term.field.startswith(METADATA_PREFIX):
            found.add(hinge(METADATA_FIELD + term.field.removeprefix(METADATA_PREFIX)))
        elif term.field in _HINGES:
            found.add(_HINGES[term.field])
    return frozenset(found)


def hinge(field: str) -> str:
    """Return a field of a write as a filter compares it: the capitals of a key do not count."""
    return fold_case(field) if field.startswith(METADATA_FIELD) else field


def is_known(study: Study) -> bool:
    """Whether the study's severity and status are ones that we know."""
    return study.told_severity in _RANKS and study.status in STATUSES


def standing(study: Study, context: QueryContext) -> Standing:
    """Return what is to be known of a study that the rule holds for."""
    holder = None if study.assignee is None else study.assignee.user_id
    since = waiting_since(context.thresholds.clock_key)(study)
    # A severity that we do not know may be the most urgent of all.
    rank, rule = _RANKS.get(study.severity, 0), context.thresholds.rules.of(study)
    return Standing(rank, study.severity, holder, since, is_known(study), rule)
