"""What the server's own filters select, by their documentation."""

from collections.abc import Callable

from avara_tui.study import Study
from avara_tui.study_requests import StudyFilter, Unset


def selector(query: StudyFilter) -> Callable[[Study], bool]:
    """Return whether the server is documented to list a study when it is asked for ``query``.

    Whether the server's search in descriptions minds capitals is not documented; it is taken
    not to. By a field that could not be read nobody knows that a study is listed: it is one of
    those that are sought among all.
    """
    checks = _checks(query)

    def selected(study: Study) -> bool:
        for check in checks:  # noqa: SIM110 - a generator costs as much as a check
            if not check(study):
                return False
        return True

    return checks[0] if len(checks) == 1 else selected


def _checks(query: StudyFilter) -> list[Callable[[Study], bool]]:
    severity, status, is_cancelled, assigned_to, customer_id, description = query
    checks: list[Callable[[Study], bool]] = []
    if severity is not None:
        checks.append(
            lambda study: study.severity == severity and "severity" not in study.unreadable
        )
    if status is not None:
        checks.append(lambda study: study.status == status)
    if is_cancelled is not None:
        checks.append(
            lambda study: (
                study.is_cancelled is is_cancelled and "is_cancelled" not in study.unreadable
            )
        )
    if not isinstance(assigned_to, Unset):
        checks.append(
            lambda study: (study.assignee.user_id if study.assignee else None) == assigned_to
        )
    if not isinstance(customer_id, Unset):
        checks.append(
            lambda study: (study.customer.customer_id if study.customer else None) == customer_id
        )
    if description:
        wanted = description.casefold()
        checks.append(lambda study: wanted in study.description.casefold())
    return checks
