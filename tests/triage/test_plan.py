"""What is asked of the server, and held of what it answers, leaves out nothing that can match."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avara_tui.server_filter import selector
from avara_tui.study import Study
from avara_tui.study_requests import StudyFilter
from avara_tui.triage.reading.once import worth_holding
from avara_tui.triage.reading.plan import Plan, plan_for
from avara_tui.worklist.query import Query, QueryContext, Term, parse
from worklist.making import ME, NOW, OKAFOR, context, queries, studies
from worklist.plain_matching import matches_plainly, meets_plainly

EVERYTHING = StudyFilter(is_cancelled=False)
INCOMPLETE = StudyFilter(status="incomplete", is_cancelled=False)
STAT = StudyFilter(severity="stat", is_cancelled=False)


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("is:open", Plan((INCOMPLETE,), (EVERYTHING,))),
        ("is:overdue", Plan((INCOMPLETE,), (EVERYTHING,))),
        ("is:open assignee:none", Plan((INCOMPLETE,), (EVERYTHING,))),
        ("severity:stat is:open", Plan((STAT._replace(status="incomplete"),), (STAT,))),
        ("status:incomplete is:open", Plan((INCOMPLETE,))),
        ("status:complete is:open", Plan(())),
        ("status:complete", Plan((EVERYTHING._replace(status="complete"),))),
        ("ct", Plan((EVERYTHING,))),
        ("is:cancelled,open", Plan((EVERYTHING, StudyFilter(is_cancelled=True)))),
        ("-is:open", Plan((EVERYTHING,))),
    ],
)
def test_what_is_open_is_asked_for_as_incomplete_and_then_looked_for(text: str, plan: Plan) -> None:
    assert plan_for(parse(text), ME) == plan


def test_all_studies_are_those_that_are_not_cancelled_and_those_that_are() -> None:
    everything = Query(takes_cancelled=True)
    assert set(plan_for(everything, ME).requests) == {EVERYTHING, StudyFilter(is_cancelled=True)}
    narrowed = everything.and_also(parse("is:cancelled"))
    assert plan_for(narrowed, ME).requests == (StudyFilter(is_cancelled=True),)
    assert plan_for(everything.and_also(parse("-is:cancelled")), ME).requests == (EVERYTHING,)


def is_expected(query: Query, study: Study, where: QueryContext) -> bool:
    if query.takes_cancelled:
        return all(meets_plainly(term, study, where) for term in query.terms)
    return matches_plainly(query, study, where)


def means_something_here(term: Term) -> bool:
    """Whether a term may be used without a screen."""
    return term.field != "is" or not {"new", "changed", "marked", "aside"} & set(term.values)


headless = queries.map(lambda each: Query(tuple(filter(means_something_here, each.terms))))
anything = st.builds(
    lambda query, is_all: query._replace(takes_cancelled=is_all), headless, st.booleans()
)
contexts = st.builds(
    context,
    now=st.floats(NOW - 100_000.0, NOW + 1_000_000.0),
    me=st.sampled_from((ME, OKAFOR.user_id, None)),
)


@settings(max_examples=150)
@given(anything, st.lists(studies, max_size=10), contexts)
def test_what_matches_at_any_time_is_listed_and_held(
    query: Query, there: list[Study], where: QueryContext
) -> None:
    plan, is_held = plan_for(query, where.me), worth_holding(query, where.me)
    for study in there:
        if not is_expected(query, study, where):
            continue
        assert any(selector(each)(study) for each in plan.requests)
        assert is_held(study)
        assert query.matcher(where)(study)
        if study.status == "incomplete":
            assert any(selector(each)(study) for each in plan.first)


@settings(max_examples=100)
@given(headless, headless, st.lists(studies, max_size=5), contexts)
def test_all_studies_narrowed_by_a_filter_are_those_that_meet_its_terms(
    query: Query, filter_query: Query, there: list[Study], where: QueryContext
) -> None:
    both = query._replace(takes_cancelled=True).and_also(filter_query)
    for study in there:
        met = all(meets_plainly(term, study, where) for term in (*query.terms, *filter_query.terms))
        assert both.matcher(where)(study) is met
