"""Holding what the server sent against what it was asked for.

A filter that the server ignores brings every study back, and a list that claims to be "unassigned"
and is not invites somebody to act on the wrong studies.
"""

from collections.abc import Callable

from avara_tui.study import SEVERITIES, STATUSES, UNREADABLE, Study
from avara_tui.study_requests import StudyFilter, Unset

Check = Callable[[Study], bool]


def select(studies: list[Study], query: StudyFilter) -> tuple[list[Study], tuple[str, ...]]:
    """Return the studies that fit ``query``, and the names of the filters that some did not fit.

    A study whose severity or status is none that we know is never left out, nor is one of which
    the field in question could not be read: the server said that it fits, and hiding a study that
    may be STAT is the worse mistake.
    """
    ignored: list[str] = []
    for name, check in _checks(query).items():
        fitting = [study for study in studies if check(study)]
        if len(fitting) < len(studies):
            ignored.append(name)
            studies = fitting
    return studies, tuple(ignored)


def _checks(query: StudyFilter) -> dict[str, Check]:
    checks: dict[str, Check] = {}
    severity, status = query.severity, query.status
    if severity is not None:
        checks["severity"] = lambda study: _may_be(severity, study.told_severity, SEVERITIES)
    if status is not None:
        checks["status"] = lambda study: _may_be(status, study.status, STATUSES)
    if query.is_cancelled is not None:
        checks["is_cancelled"] = lambda study: (
            study.is_cancelled is query.is_cancelled or "is_cancelled" in study.unreadable
        )
    if not isinstance(query.assigned_to, Unset):
        user_id = query.assigned_to or None
        checks["assigned_to"] = lambda study: (
            (None if study.assignee is None else study.assignee.user_id) in (user_id, UNREADABLE)
        )
    if not isinstance(query.customer_id, Unset):
        customer_id = query.customer_id or None
        checks["customer_id"] = lambda study: (
            (None if study.customer is None else study.customer.customer_id)
            in (customer_id, UNREADABLE)
        )
    if query.description:
        wanted = query.description.casefold()
        checks["description"] = lambda study: (
            wanted in study.description.casefold() or study.description == UNREADABLE
        )
    return checks


def _may_be(wanted: str, actual: str, known: tuple[str, ...]) -> bool:
    actual = actual.casefold()
    return actual == wanted.casefold() or actual not in known
