"""What to ask the server for, so that its answers hold every study that a query matches.

The server knows exact values of a few fields, one of each in a request, and no "or" and no "not".
Its search in descriptions is left alone: whether it minds capitals is not documented, and to leave
out a study is the worse mistake. For the same reason it is never asked for what has no assignee or
no customer: nobody knows whether it takes the empty value, the word null, or either literally. What
the answers hold too much, the matcher leaves out.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from avara_tui.study_requests import StudyFilter
from avara_tui.worklist.query.terms import CANCELLED, ME, UNTIMED, Term

Requests: TypeAlias = tuple[StudyFilter, ...]

MOST_REQUESTS: Final = 12
"""Beyond so many requests, asking for more than is needed is the lesser cost."""

_EVERYTHING: Final = StudyFilter()
_NOT_CANCELLED: Final = StudyFilter(is_cancelled=False)
_CANCELLED: Final = StudyFilter(is_cancelled=True)


def server_filters(terms: Iterable[Term], me: str | None, *, with_cancelled: bool) -> Requests:
    """Return requests whose answers together hold every study that meets all ``terms``.

    Each asks for cancelled studies or for others: what the server makes of a request that says
    nothing of cancellation is not documented. Where no study can meet them all, nothing is asked.
    """
    asked: Requests = (_NOT_CANCELLED, _CANCELLED) if with_cancelled else (_NOT_CANCELLED,)
    for term in terms:
        narrowed = _within(asked, _requests(term, me))
        if len(narrowed) <= MOST_REQUESTS:
            asked = _without_contained(narrowed)
    return asked


def _requests(term: Term, me: str | None) -> Requests:
    """Return requests that together hold every study that meets ``term``."""
    if term.negated:
        excludes = term.field == "is" and CANCELLED in term.values
        return (_NOT_CANCELLED if excludes else _EVERYTHING,)
    request = _REQUEST.get(term.field)
    if request is None:
        return (_EVERYTHING,)
    found = (request(value, me) for value in term.values)
    return tuple(dict.fromkeys(each for each in found if each is not None))


def _within(asked: Requests, narrowing: Requests) -> Requests:
    """Return requests for what both ``asked`` and ``narrowing`` hold."""
    both = (_both(one, other) for one in asked for other in narrowing)
    return tuple(dict.fromkeys(each for each in both if each is not None))


def _without_contained(requests: Requests) -> Requests:
    """Return ``requests`` without those whose answers another one holds."""
    return tuple(
        one
        for one in requests
        if not any(one != other and one == _both(one, other) for other in requests)
    )


def _both(one: StudyFilter, other: StudyFilter) -> StudyFilter | None:
    """Return the request for what both requests ask for, or None if nothing can be both."""
    values = []
    for first, second, unset in zip(one, other, _EVERYTHING, strict=True):
        if first != second and unset not in (first, second):
            return None
        values.append(second if first == unset else first)
    return StudyFilter._make(values)


def _assignee(value: str, me: str | None) -> StudyFilter | None:
    if value == ME:
        return None if me is None else StudyFilter(assigned_to=me)
    return StudyFilter(assigned_to=value) if value.startswith("usr_") else _EVERYTHING


def _customer(value: str, _: str | None) -> StudyFilter:
    return StudyFilter(customer_id=value) if value.startswith("cus_") else _EVERYTHING


def _state(value: str, _: str | None) -> StudyFilter:
    if value in {"open", "overdue", UNTIMED}:
        return _NOT_CANCELLED
    return _CANCELLED if value == CANCELLED else _EVERYTHING


_REQUEST: Final[dict[str, Callable[[str, str | None], StudyFilter | None]]] = {
    "severity": lambda value, _: StudyFilter(severity=value),
    "status": lambda value, _: StudyFilter(status=value),
    "assignee": _assignee,
    "customer": _customer,
    "is": _state,
}
