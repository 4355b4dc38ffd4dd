"""What is asked of the server, and that together with the matcher it selects the right studies."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avara_tui.server_filter import selector
from avara_tui.study import Study
from avara_tui.study_requests import StudyFilter
from avara_tui.worklist.query import Query, QueryContext, parse
from avara_tui.worklist.query.server import MOST_REQUESTS
from worklist.making import CITY, LAKESIDE, ME, OKAFOR, SMITH, context, queries, studies, study
from worklist.plain_matching import matches_plainly

OPEN_STAT = StudyFilter(severity="stat", status="incomplete", is_cancelled=False)


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        (StudyFilter(), True),
        (OPEN_STAT, True),
        (StudyFilter(assigned_to=ME), True),
        (StudyFilter(customer_id=LAKESIDE.customer_id), True),
        (StudyFilter(description="thorax"), True),
        (StudyFilter(severity="high"), False),
        (StudyFilter(status="complete"), False),
        (StudyFilter(is_cancelled=True), False),
        (StudyFilter(assigned_to=None), False),
        (StudyFilter(customer_id=None), False),
        (StudyFilter(description="abdomen"), False),
        (StudyFilter(severity="stat", assigned_to=OKAFOR.user_id), False),
    ],
)
def test_the_servers_filters_select_what_is_documented(query: StudyFilter, *, fits: bool) -> None:
    one = study(1, severity="stat", assignee=SMITH, customer=LAKESIDE, description="CT Thorax")
    assert selector(query)(one) is fits


def test_the_server_can_be_asked_for_what_has_no_assignee_and_no_customer() -> None:
    assert selector(StudyFilter(assigned_to=None))(study())
    assert selector(StudyFilter(customer_id=None))(study())
    assert not selector(StudyFilter(assigned_to=None))(study(assignee=SMITH))


def open_ones(**fields: Any) -> StudyFilter:
    return StudyFilter(is_cancelled=False)._replace(**fields)


@pytest.mark.parametrize(
    ("text", "requests"),
    [
        ("", [open_ones()]),
        ("severity:stat status:incomplete", [OPEN_STAT]),
        ("severity:stat,high", [open_ones(severity="stat"), open_ones(severity="high")]),
        ("severity:stat,high severity:high", [open_ones(severity="high")]),
        ("severity:stat severity:high", []),
        ("assignee:me", [open_ones(assigned_to=ME)]),
        (f"customer:{CITY.customer_id}", [open_ones(customer_id=CITY.customer_id)]),
        ("is:cancelled", [StudyFilter(is_cancelled=True)]),
        ("is:cancelled,open", [StudyFilter(is_cancelled=True), open_ones()]),
        ("is:untimed", [open_ones()]),
        ("is:cancelled -is:cancelled", []),
        ("is:open is:cancelled", []),
        ("uid:1.2.3", [open_ones(), StudyFilter(is_cancelled=True)]),
        # What the server has no filter for, or none that can be relied on, is left to the matcher.
        ("ct", [open_ones()]),
        ("assignee:none", [open_ones()]),
        ("assignee:none,me", [open_ones()]),
        ("customer:none", [open_ones()]),
        ("severity:stat assignee:none customer:none", [open_ones(severity="stat")]),
        ("assignee:okafor", [open_ones()]),
        ("assignee:me,okafor", [open_ones()]),
        ("-severity:stat", [open_ones()]),
        ("is:marked age:>30m meta.modality:ct", [open_ones()]),
    ],
)
def test_what_the_server_can_filter_goes_to_the_server(
    text: str, requests: list[StudyFilter]
) -> None:
    assert sorted(parse(text).server_filters(ME), key=repr) == sorted(requests, key=repr)


def test_nothing_is_asked_for_the_studies_of_nobody() -> None:
    assert parse("assignee:me").server_filters(None) == ()
    assert parse("assignee:me,none").server_filters(None) == (open_ones(),)


def test_there_are_never_very_many_requests() -> None:
    people = ",".join(f"usr_{number:032x}" for number in range(MOST_REQUESTS))
    filters = parse(f"severity:stat,high assignee:{people} status:complete").server_filters(ME)
    assert filters == tuple(
        open_ones(severity=each, status="complete") for each in ("stat", "high")
    )


def narrowed_and_matched(query: Query, held: list[Study], where: QueryContext) -> list[Study]:
    asked = [selector(each) for each in query.server_filters(where.me)]
    answered = [one for one in held if any(is_listed(one) for is_listed in asked)]
    return list(filter(query.matcher(where), answered))


contexts = st.builds(
    context,
    me=st.sampled_from((ME, OKAFOR.user_id, None)),
    marked=st.sets(st.sampled_from([study(number).study_id for number in range(4)])),
)
EXAMPLES = 200
STUDIES_OF_EACH = 10


@settings(max_examples=EXAMPLES)
@given(queries, st.lists(studies, max_size=STUDIES_OF_EACH), contexts)
def test_server_and_matcher_together_select_what_the_query_says(
    query: Query, held: list[Study], where: QueryContext
) -> None:
    plainly = [one for one in held if matches_plainly(query, one, where)]
    assert narrowed_and_matched(query, held, where) == plainly


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(max_examples=2_000, deadline=None)
@given(
    queries,
    st.lists(studies, min_size=STUDIES_OF_EACH, max_size=STUDIES_OF_EACH),
    contexts,
)
def test_server_and_matcher_agree_with_the_query_on_20_000_pairs(
    query: Query, held: list[Study], where: QueryContext
) -> None:
    plainly = [one for one in held if matches_plainly(query, one, where)]
    assert narrowed_and_matched(query, held, where) == plainly
