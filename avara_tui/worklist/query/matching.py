"""What a term means for a study, as a predicate that is made once and asked often."""

import operator
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import lru_cache, partial
from typing import Final, NamedTuple, TypeAlias

from avara_tui.study import Study, UserRef
from avara_tui.worklist.clocks import (
    Thresholds,
    is_open,
    is_usable,
    overdue_test,
    soon_test,
    untimed_test,
    waiting_since,
)
from avara_tui.worklist.query.everything import Sought
from avara_tui.worklist.query.folding import fold_case, holds_all, sought
from avara_tui.worklist.query.spans import span
from avara_tui.worklist.query.terms import ANY, ME, METADATA_PREFIX, TEXT, WILDCARD, Term
from avara_tui.worklist.timeline import Moment, updated

Predicate: TypeAlias = Callable[[Study], bool]
MOST_NAMES: Final = 1024
"""Names that are remembered while a query is matched; studies share them."""
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class QueryContext(NamedTuple):
    """What a query needs to know besides the study."""

    me: str | None
    """The user id of the person at the keys; None matches nobody's studies."""
    now: float
    thresholds: Thresholds
    marked: AbstractSet[str] = frozenset()
    new: AbstractSet[str] = frozenset()
    changed: AbstractSet[str] = frozenset()
    aside: AbstractSet[str] = frozenset()
    same_patient: AbstractSet[str] = frozenset()
    """The studies of one patient, where these are meant."""


def predicate(term: Term, context: QueryContext) -> Predicate:
    """Return whether a study meets ``term``."""
    positive: Predicate
    if term.field == TEXT:
        (word,) = term.values
        positive = _text(word)
    elif len(term.values) == 1:
        positive = _one(term.field, term.values[0], context)
    else:
        choices = [_one(term.field, value, context) for value in term.values]
        positive = lambda study: any(choice(study) for choice in choices)  # noqa: E731
    if not term.negated:
        return positive
    return lambda study: not positive(study)


def _text(word: str) -> Predicate:
    part, form = sought(word)

    def is_said(study: Study) -> bool:
        text = study.description
        # As holds_all() does it: a call for each of a hundred thousand texts can be felt.
        return part in (text.lower() if text.isascii() else form(text))

    return is_said


def _one(field: str, value: str, context: QueryContext) -> Predicate:
    if field.startswith(METADATA_PREFIX):
        return _metadata(field.removeprefix(METADATA_PREFIX), value)
    return _MAKERS[field](value, context)


def _severity(value: str, _: QueryContext) -> Predicate:
    return lambda study: study.severity == value


def _status(value: str, _: QueryContext) -> Predicate:
    return lambda study: study.status == value


def _assignee(value: str, context: QueryContext) -> Predicate:
    if value == "none":
        return lambda study: study.assignee is None
    wanted = context.me if value == ME else value
    if wanted is None:
        return lambda _: False
    if value == ME or wanted.startswith("usr_"):
        return lambda study: study.assignee is not None and study.assignee.user_id == wanted
    is_called = _called(wanted)

    @lru_cache(maxsize=MOST_NAMES)
    def fits(person: UserRef) -> bool:
        names = (person.first_name, person.middle_name, person.last_name, person.email)
        return is_called(" ".join(name for name in names if name))

    return lambda study: study.assignee is not None and fits(study.assignee)


def _customer(value: str, _: QueryContext) -> Predicate:
    if value == "none":
        return lambda study: study.customer is None
    if value.startswith("cus_"):
        return lambda study: study.customer is not None and study.customer.customer_id == value
    fits = lru_cache(maxsize=MOST_NAMES)(_called(value))
    return lambda study: study.customer is not None and fits(study.customer.name)


def _called(wanted: str) -> Callable[[str], bool]:
    """Return whether a name holds every word of ``wanted``, in whatever order."""
    return partial(holds_all, words=wanted.split())


def _state(value: str, context: QueryContext) -> Predicate:
    match value:
        case "cancelled":
            return lambda study: study.is_cancelled
        case "open":
            return is_open
        case "overdue":
            return overdue_test(context.now, context.thresholds)
        case "soon":
            return soon_test(context.now, context.thresholds)
        case "untimed":
            return untimed_test(context.now, context.thresholds)
        case "any":
            return lambda _: True
        case _:
            return _signed(value, context)


def _signed(value: str, context: QueryContext) -> Predicate:
    """Return the test for a sign that the program gives a study, and no server knows."""
    ids: AbstractSet[str] = {
        "new": context.new,
        "changed": context.changed,
        "marked": context.marked,
        "same-patient": context.same_patient,
        "aside": context.aside,
    }[value]
    return lambda study: study.study_id in ids


LENGTHS: Final = frozenset({"age", "updated"})
"""The fields that are lengths of time."""


def measured_from(field: str, thresholds: Thresholds) -> Moment:
    """Return the moment from which a length of time is measured."""
    return waiting_since(thresholds.clock_key) if field == "age" else updated


def _length(field: str) -> Callable[[str, QueryContext], Predicate]:
    def within(value: str, context: QueryContext) -> Predicate:
        bound, now = span(value), context.now
        is_passed, seconds = _COMPARE[bound.operator], bound.seconds
        since = measured_from(field, context.thresholds)

        is_age = field == "age"

        def holds(study: Study) -> bool:
            start = since(study)
            if start is None or (is_age and not is_usable(start, now)):
                return False
            return is_passed(now, start + seconds)

        return holds

    return within


def _uid(value: str, _: QueryContext) -> Predicate:
    if value.endswith(WILDCARD):
        start = value.removesuffix(WILDCARD)
        return lambda study: study.uid.startswith(start)
    return lambda study: study.uid == value


def _id(value: str, _: QueryContext) -> Predicate:
    # The digits of an id may be of either case.
    wanted = value.lower()
    if wanted.endswith(WILDCARD):
        start = wanted.removesuffix(WILDCARD)
        return lambda study: study.study_id.lower().startswith(start)
    return lambda study: study.study_id.lower() == wanted


def _metadata(key: str, value: str) -> Predicate:
    """Return whether metadata hold ``value`` under ``key``.

    Capitals and width of a key count only for a study that has it as it is written.
    """
    wanted = fold_case(key)

    @lru_cache(maxsize=MOST_NAMES)
    def is_meant(other: str) -> bool:
        return fold_case(other) == wanted

    if value == WILDCARD:
        return lambda study: key in study.metadata or any(map(is_meant, study.metadata))

    part, form = sought(value)

    def is_in(text: str) -> bool:
        return part in (text.lower() if text.isascii() else form(text))

    def is_held(study: Study) -> bool:
        text = study.metadata.get(key)
        if text is not None:
            return is_in(text)
        return any(is_meant(other) and is_in(text) for other, text in study.metadata.items())

    return is_held


def _anything(value: str, _: QueryContext) -> Predicate:
    fit = Sought(value).fit
    return lambda study: fit(study) is not None


_MAKERS: Final[dict[str, Callable[[str, QueryContext], Predicate]]] = {
    "severity": _severity,
    "status": _status,
    "assignee": _assignee,
    "customer": _customer,
    "is": _state,
    **{field: _length(field) for field in LENGTHS},
    "uid": _uid,
    "id": _id,
    ANY: _anything,
}
