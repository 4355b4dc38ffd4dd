"""The filter language, read term by term as it is described: what tests compare with."""

import re
from fnmatch import fnmatchcase

from avara_tui.study import Study
from avara_tui.worklist.query import Query, QueryContext, Term
from worklist.making import LIMITS, folded, is_in

SECONDS = {"m": 60.0, "h": 3600.0, "d": 86400.0}
DUE = {"high": LIMITS.high.due, "normal": LIMITS.routine.due}


def matches_plainly(query: Query, study: Study, context: QueryContext) -> bool:
    """Whether ``study`` meets every term, cancelled studies only if they are asked for."""
    asked = any(
        (term.field in ("uid", "id") and not term.negated and "*" not in "".join(term.values))
        or (term.field == "is" and "cancelled" in term.values)
        for term in query.terms
    )
    if study.is_cancelled and not asked:
        return False
    return all(meets_plainly(term, study, context) for term in query.terms)


def meets_plainly(term: Term, study: Study, context: QueryContext) -> bool:
    """Whether ``study`` meets one term."""
    return any(_is(term.field, value, study, context) for value in term.values) != term.negated


def _is(field: str, value: str, study: Study, context: QueryContext) -> bool:
    if field.startswith("meta."):
        key = field.removeprefix("meta.")
        alike = [each for each in study.metadata if folded(each) == folded(key)]
        keys = [key] if key in study.metadata else alike
        return any(value == "*" or is_in(value, study.metadata[each]) for each in keys)
    return {
        "text": lambda: is_in(value, study.description),
        "severity": lambda: study.severity == value,
        "status": lambda: study.status == value,
        "assignee": lambda: _is_assigned(value, study, context),
        "customer": lambda: _is_of_customer(value, study),
        "is": lambda: _is_in_state(value, study, context),
        "age": lambda: (
            _is_usable(study.created_at, context) and _is_as_old(value, study.created_at, context)
        ),
        "updated": lambda: _is_as_old(value, study.updated_at, context),
        "uid": lambda: fnmatchcase(study.uid, value),
        "id": lambda: fnmatchcase(study.study_id, value),
    }[field]()


def _is_assigned(value: str, study: Study, context: QueryContext) -> bool:
    person = study.assignee
    if value == "none" or person is None:
        return value == "none" and person is None
    if value == "me":
        return person.user_id == context.me
    if value.startswith("usr_"):
        return person.user_id == value
    names = [person.first_name, person.middle_name, person.last_name, person.email]
    return _is_called(value, " ".join(filter(None, names)))


def _is_of_customer(value: str, study: Study) -> bool:
    customer = study.customer
    if value == "none" or customer is None:
        return value == "none" and customer is None
    if value.startswith("cus_"):
        return customer.customer_id == value
    return _is_called(value, customer.name)


def _is_called(value: str, name: str) -> bool:
    return set(value.split()) <= {word for word in value.split() if is_in(word, name)}


def _is_in_state(value: str, study: Study, context: QueryContext) -> bool:
    is_open = not study.is_cancelled and study.status != "complete"
    if value == "cancelled":
        return study.is_cancelled
    if value == "open":
        return is_open
    if value == "overdue":
        due = DUE.get(study.severity, LIMITS.stat.due)
        created = study.created_at
        if created is None or not _is_usable(created, context):
            return False
        return is_open and created + due <= context.now
    if value == "untimed":
        return is_open and not _is_usable(study.created_at, context)
    held = {"new": context.new, "marked": context.marked, "aside": context.aside}
    return study.study_id in held[value]


def _is_usable(created: float | None, context: QueryContext) -> bool:
    return created is not None and 0 <= created <= context.now + SECONDS["d"]


def _is_as_old(value: str, moment: float | None, context: QueryContext) -> bool:
    found = re.fullmatch(r"(\D+)(\d+)(.)", value)
    assert found
    if moment is None:
        return False
    then = moment + int(found[2]) * SECONDS[found[3]]
    return {
        "<": context.now < then,
        "<=": context.now <= then,
        ">": context.now > then,
        ">=": context.now >= then,
    }[found[1]]
