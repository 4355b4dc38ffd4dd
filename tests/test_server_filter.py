"""What the server's filter selects: one rule for who reads lanes and for who checks the answers."""

from itertools import product
from typing import Any

import pytest

from avara_tui.api.selection import select
from avara_tui.server_filter import field_checks, selector
from avara_tui.study import SEVERITIES, STATUSES, UNREADABLE, UNREADABLE_CUSTOMER, UNREADABLE_USER
from avara_tui.study_requests import StudyFilter
from worklist.making import CITY, LAKESIDE, ME, OKAFOR, SMITH, study

YES, NO, NOBODY_KNOWS = True, False, None


def of(**fields: Any) -> StudyFilter:
    return StudyFilter(**fields)


@pytest.mark.parametrize(
    ("query", "fields", "fits"),
    [
        # Words: nobody documented whether capitals count, nor what an unknown word stands for.
        (of(severity="stat"), {"severity": "stat"}, YES),
        (of(severity="stat"), {"severity": "high"}, NO),
        (of(severity="stat"), {"severity": "HIGH"}, NO),
        (of(severity="stat"), {"severity": "STAT"}, NOBODY_KNOWS),
        (of(severity="STAT"), {"severity": "stat"}, NOBODY_KNOWS),
        (of(severity="stat"), {"severity": "urgent"}, NOBODY_KNOWS),
        (of(severity="urgent"), {"severity": "urgent"}, YES),
        (of(severity="urgent"), {"severity": "stat"}, NO),
        (of(severity=""), {"severity": "stat"}, NO),
        (of(severity="stat"), {"severity": ""}, NOBODY_KNOWS),
        (of(severity="stat"), {"severity": "stat", "unreadable": ("severity",)}, NOBODY_KNOWS),
        (of(severity="high"), {"severity": "stat", "unreadable": ("severity",)}, NOBODY_KNOWS),
        (of(status="complete"), {"status": "complete"}, YES),
        (of(status="complete"), {"status": "incomplete"}, NO),
        (of(status="complete"), {"status": "Complete"}, NOBODY_KNOWS),
        (of(status="complete"), {"status": "amended"}, NOBODY_KNOWS),
        (of(status="complete"), {"status": UNREADABLE, "unreadable": ("status",)}, NOBODY_KNOWS),
        # What is not cancelled is asked for as well.
        (of(is_cancelled=False), {"is_cancelled": False}, YES),
        (of(is_cancelled=False), {"is_cancelled": True}, NO),
        (of(is_cancelled=True), {"is_cancelled": False}, NO),
        (of(is_cancelled=False), {"unreadable": ("is_cancelled",)}, NOBODY_KNOWS),
        (of(is_cancelled=True), {"unreadable": ("is_cancelled",)}, NOBODY_KNOWS),
        # Nobody is None or the empty text: both are sent alike.
        (of(assigned_to=ME), {"assignee": SMITH}, YES),
        (of(assigned_to=ME), {"assignee": OKAFOR}, NO),
        (of(assigned_to=ME), {}, NO),
        (of(assigned_to=None), {}, YES),
        (of(assigned_to=""), {}, YES),
        (of(assigned_to=None), {"assignee": SMITH}, NO),
        (of(assigned_to=""), {"assignee": SMITH}, NO),
        (of(assigned_to=None), {"assignee": UNREADABLE_USER}, NOBODY_KNOWS),
        (of(assigned_to=ME), {"assignee": UNREADABLE_USER}, NOBODY_KNOWS),
        (of(customer_id=CITY.customer_id), {"customer": CITY}, YES),
        (of(customer_id=CITY.customer_id), {"customer": LAKESIDE}, NO),
        (of(customer_id=None), {}, YES),
        (of(customer_id=""), {}, YES),
        (of(customer_id=""), {"customer": CITY}, NO),
        (of(customer_id=None), {"customer": UNREADABLE_CUSTOMER}, NOBODY_KNOWS),
        # Texts: capitals are taken not to count; what stands for an unreadable one is no text.
        (of(description="HEAD"), {"description": "CT head"}, YES),
        (of(description="knee"), {"description": "CT head"}, NO),
        (of(description="unread"), {"description": UNREADABLE}, NOBODY_KNOWS),
        (of(description="knee"), {"description": UNREADABLE}, NOBODY_KNOWS),
        (of(description=""), {"description": "CT head"}, YES),
        (of(), {"severity": "urgent", "unreadable": ("status", "is_cancelled")}, YES),
        # One field that does not fit decides, whatever is not known of another.
        (of(severity="stat", status="complete"), {"severity": "urgent"}, NO),
        (of(severity="stat", status="complete"), {"severity": "stat", "status": "x"}, NOBODY_KNOWS),
    ],
)
def test_who_reads_and_who_checks_go_by_one_rule(
    query: StudyFilter, fields: dict[str, Any], fits: bool | None
) -> None:
    made = study(**fields)
    kept, ignored = select([made], query)
    assert selector(query)(made) is (fits is YES)
    assert bool(kept) is (fits is not NO)
    assert bool(ignored) is (fits is NO)


def test_of_what_is_documented_and_readable_there_is_no_doubt() -> None:
    wanted = (of(), *(of(severity=each) for each in SEVERITIES), of(assigned_to=None))
    wanted += tuple(of(status=each, is_cancelled=False) for each in STATUSES)
    for query, severity, status, who in product(wanted, SEVERITIES, STATUSES, (None, SMITH)):
        made = study(severity=severity, status=status, assignee=who)
        answers = {name: check(made) for name, check in field_checks(query).items()}
        assert None not in answers.values()
        assert selector(query)(made) is all(answers.values()) is bool(select([made], query)[0])
