"""The filter language, read term by term as it is described: what tests compare with."""

import re
from fnmatch import fnmatchcase

from avara_tui.study import Study
from avara_tui.worklist.query import Query, QueryContext, Term
from worklist.making import LIMITS, folded, is_in

SECONDS = {"m": 60.0, "h": 3600.0, "d": 86400.0}
LIMIT = {"high": LIMITS.high, "normal": LIMITS.routine}


def matches_plainly(query: Query, study: Study, context: QueryContext) -> bool:
    """Whether ``study`` meets every term, cancelled studies only if they are asked for."""
    asked = any(
        (term.field in ("uid", "id") and not term.negated and "*" not in "".join(term.values))
        or (term.field == "is" and "cancelled" in term.values)
        or (term.field == "is" and "any" in term.values and not term.negated)
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
        "any": lambda: is_anywhere(value, study),
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


def is_anywhere(value: str, study: Study) -> bool:
    """Whether every word of ``value`` is in something that is said of ``study``."""
    words = value.replace("\0", " ").split()
    said = [text for texts in said_of(study).values() for text in texts]
    return bool(words) and all(
        any(is_in(word, text) for text in said) or is_identifier_of(word, study) for word in words
    )


def said_of(study: Study) -> dict[str, list[str]]:
    """Return all texts that are said of a study, each in all its forms, by field."""
    said = {f"meta.{key}": [value] for key, value in study.metadata.items()}
    said["description"] = [study.description]
    for field, person in (("assignee", study.assignee), ("creator", study.created_by_user)):
        if person is not None:
            first, middle, last = person.first_name, person.middle_name, person.last_name
            orders = [(last, first), (first, middle, last), (person.email,)]
            said[field] = [" ".join(filter(None, each)) for each in orders]
    if study.customer is not None:
        said["customer"] = [study.customer.name]
    return said


def is_identifier_of(word: str, study: Study) -> bool:
    """Whether ``word`` is an id or a UID of ``study``, or enough of it."""
    for identifier in (study.study_id, study.uid):
        is_end = identifier.startswith(word) or identifier.endswith(word)
        if word == identifier or (len(word) >= 4 and is_end):
            return True
    parties = [study.assignee and study.assignee.user_id, study.customer and study.customer[0]]
    parties.append(study.created_by_user and study.created_by_user.user_id)
    begun = [each for each in parties if each and len(word) >= 4 and each.startswith(word)]
    return bool(begun) or ("." in word and word in study.uid)


def _is_called(value: str, name: str) -> bool:
    return set(value.split()) <= {word for word in value.split() if is_in(word, name)}


def _is_in_state(value: str, study: Study, context: QueryContext) -> bool:
    is_open = not study.is_cancelled and study.status != "complete"
    if value == "cancelled":
        return study.is_cancelled
    if value == "any":
        return True
    if value == "open":
        return is_open
    if value in ("overdue", "soon"):
        limit = LIMIT.get(study.severity, LIMITS.stat)
        created = study.created_at
        if created is None or not is_open or not _is_usable(created, context):
            return False
        is_overdue = created + limit.due <= context.now
        is_warned = created + limit.warn <= context.now
        return is_overdue if value == "overdue" else is_warned and not is_overdue
    if value == "untimed":
        return is_open and not _is_usable(study.created_at, context)
    held = {
        "new": context.new,
        "changed": context.changed,
        "marked": context.marked,
        "aside": context.aside,
    }
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
