"""What the server's own filters select, by their documentation: the one rule for every room.

A study is held against a filter field by field. Where nobody knows, the rule says so, and whoever
asks decides which mistake is the worse: a study that the server sent is shown, and one that nobody
knows to be listed is looked for among all.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import TypeAlias

from avara_tui.study import SEVERITIES, STATUSES, UNREADABLE, Study
from avara_tui.study_requests import StudyFilter, Unset

Fit: TypeAlias = bool | None
"""Whether a study fits a filter; None where nobody knows."""
Check: TypeAlias = Callable[[Study], Fit]


def selector(query: StudyFilter) -> Callable[[Study], bool]:
    """Return whether the server is documented to list a study when it is asked for ``query``.

    By a field of which nobody knows, it is not: such a study is one of those that are sought among
    all.
    """
    checks = tuple(field_checks(query).values())

    def selected(study: Study) -> bool:
        for check in checks:  # noqa: SIM110 - a generator costs as much as a check
            if not check(study):
                return False
        return True

    return selected


def field_checks(query: StudyFilter) -> Mapping[str, Check]:
    """Return how a study is held against each field that ``query`` names.

    An empty id stands for nobody and for no customer, as it is sent; an empty description for
    none. Whether the server's search in descriptions minds capitals is not documented; it is
    taken not to.
    """
    checks: dict[str, Check] = {}
    severity, status, is_cancelled, assigned_to, customer_id, description = query
    if severity is not None:
        checks["severity"] = _word_check(severity, SEVERITIES, attrgetter("told_severity"))
    if status is not None:
        checks["status"] = _word_check(status, STATUSES, attrgetter("status"))
    if is_cancelled is not None:
        checks["is_cancelled"] = lambda study: (
            None if "is_cancelled" in study.unreadable else study.is_cancelled is is_cancelled
        )
    if not isinstance(assigned_to, Unset):
        user_id = assigned_to or None
        checks["assigned_to"] = lambda study: _id_fits(
            None if study.assignee is None else study.assignee.user_id, user_id
        )
    if not isinstance(customer_id, Unset):
        wanted_id = customer_id or None
        checks["customer_id"] = lambda study: _id_fits(
            None if study.customer is None else study.customer.customer_id, wanted_id
        )
    if description:
        words = description.casefold()
        checks["description"] = lambda study: (
            None if study.description == UNREADABLE else words in study.description.casefold()
        )
    return checks


def _word_check(wanted: str, known: Iterable[str], word_of: Callable[[Study], str]) -> Check:
    """Return how a study's word is held against the one ``wanted``.

    Nobody knows of one that differs in capitals alone, nor of one that is none of the ``known``.
    """
    others = frozenset(known) - {wanted.casefold()}

    def check(study: Study) -> Fit:
        word = word_of(study)
        if word == wanted:
            return True
        return False if word in others or word.casefold() in others else None

    return check


def _id_fits(actual: str | None, wanted: str | None) -> Fit:
    return None if actual == UNREADABLE else actual == wanted
