"""Studies of which nobody knows how long they wait: none is taken for one that can wait."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avara_tui.study import SEVERITIES, Study
from avara_tui.worklist.clocks import DAY, HOUR, MINUTE, is_open
from avara_tui.worklist.handoff import ASIDE, MINE, OVERDUE, STAT, UNTIMED, hand_off
from avara_tui.worklist.order import TRIAGE
from avara_tui.worklist.query import Query, parse
from avara_tui.worklist.saved import BUILT_IN, Counts
from avara_tui.worklist.studies import StudySet
from worklist.making import (
    LIMITS,
    NOW,
    SMITH,
    context,
    queries,
    studies,
    study,
    study_id,
)

UNUSABLE = [None, -62e9, -0.5, NOW + DAY + 0.5, NOW + 4 * DAY, 2.5e11]
BY_EXAM = LIMITS._replace(clock_key="exam end")
NEXT_WEEK = {"exam end": "2023-11-21T22:13:20Z"}
unusable = st.sampled_from(UNUSABLE)


def matching(text: str, *known: Study, **fields: Any) -> list[Study]:
    return list(parse(text).select(known, context(**fields)))


@pytest.mark.parametrize("created", UNUSABLE)
@pytest.mark.parametrize("severity", [*SEVERITIES, "critical"])
def test_the_filter_finds_an_open_study_without_a_usable_time(
    severity: str, created: float | None
) -> None:
    one = study(severity=severity, created_at=created)
    assert matching("is:untimed", one) == [one]
    assert matching("is:untimed severity:stat,high,normal", one) == [one] * (severity in SEVERITIES)
    assert matching("is:overdue", one) == matching("age:>0m", one) == matching("age:<9d", one) == []
    for closed in (one._replace(status="complete"), one._replace(is_cancelled=True)):
        assert matching("is:untimed", closed) == []


@pytest.mark.parametrize("created", [0.0, NOW - 40 * DAY, NOW, NOW + HOUR, NOW + DAY])
def test_a_time_that_a_clock_or_a_time_zone_can_be_wrong_by_is_used(created: float) -> None:
    assert matching("is:untimed", study(created_at=created)) == []


def test_a_time_under_the_clock_key_is_as_good_as_one_of_creation() -> None:
    known = study(1, created_at=None, metadata={"exam end": "2023-11-14T21:13:20Z"})
    unread = study(2, created_at=None, metadata={"exam end": "soon"})
    created = study(3, metadata={"exam end": "1969-12-31T00:00:00Z"})
    planned = study(4, metadata=NEXT_WEEK)
    all_of_them = (known, unread, created, planned)
    assert matching("is:untimed", *all_of_them) == [known, unread]
    assert matching("is:untimed", *all_of_them, thresholds=BY_EXAM) == [unread, planned]


@given(unusable, st.sampled_from([*SEVERITIES, "critical"]), st.lists(studies, max_size=8))
def test_it_comes_first_of_all_in_its_priority(
    created: float | None, severity: str, others: list[Study]
) -> None:
    one = study(99, severity=severity, created_at=created)
    key = TRIAGE.key(NOW, LIMITS)
    is_untimed = parse("is:untimed").matcher(context())
    for other in others:
        if other.severity == severity and not is_untimed(other):
            assert key(one) < key(other)


@given(st.lists(studies.map(lambda each: each._replace(created_at=None)), max_size=8))
def test_where_no_study_has_a_time_the_priority_alone_says_what_comes_first(
    untimed: list[Study],
) -> None:
    ranks = ["stat", "critical", "high", "normal"]
    ordered = sorted(filter(is_open, untimed), key=TRIAGE.key(NOW, LIMITS))
    assert [ranks.index(each.severity) for each in ordered] == sorted(
        ranks.index(each.severity) for each in ordered
    )


def not_against_untimed(query: Query) -> Query:
    """Return a query that does not leave out what it would count."""
    terms = (each for each in query.terms if not (each.negated and "untimed" in each.values))
    return Query(tuple(terms))


open_ones = studies.map(lambda each: each._replace(status="incomplete", is_cancelled=False))
waits = st.sampled_from((0.0, 15 * MINUTE, 30 * MINUTE, HOUR, DAY, 3 * DAY)) | st.floats(0, NOW)


@given(queries.map(not_against_untimed), open_ones, waits, unusable)
def test_a_filter_that_asks_how_long_counts_all_that_might_belong(
    query: Query, one: Study, waited: float, none: float | None
) -> None:
    untimed, timed = one._replace(created_at=none), one._replace(created_at=NOW - waited)
    unsure = query.unsure()
    counted = unsure is not None and unsure.matcher(context())(untimed)
    matches = query.matcher(context())
    if matches(timed) and not matches(untimed):
        assert counted
    if counted:
        assert not matches(untimed)
        assert parse("is:untimed").matcher(context())(untimed)
    assert unsure is None or not unsure.matcher(context())(timed)


@pytest.mark.parametrize(
    ("text", "unsure"),
    [
        ("is:open ct", None),
        ("-is:overdue", None),
        ("updated:>2h is:untimed", None),
        ("is:overdue", "is:untimed"),
        ("age:>2h,<5m assignee:me ct", "is:untimed assignee:me ct"),
        ("is:overdue,new age:>1h", "is:untimed -is:new"),
        ("is:overdue,untimed", "is:untimed -is:untimed"),
    ],
)
def test_what_may_belong_is_what_lacks_a_time_and_meets_the_rest(
    text: str, unsure: str | None
) -> None:
    found = parse(text).unsure()
    assert (None if found is None else str(found)) == unsure


def test_the_counts_of_saved_worklists_say_how_many_more_there_may_be() -> None:
    known = StudySet()
    counts = Counts(known, BUILT_IN)
    counts.recount(context())
    overdue, untimed = study(1, age=3 * DAY), study(2, created_at=None)
    counts.update(known.merge([overdue, untimed, study(3, age=MINUTE)]), context())
    assert (counts.of("Overdue"), counts.unsure_of("Overdue")) == (1, 1)
    assert [each.name for each in BUILT_IN if counts.unsure_of(each.name)] == ["Overdue"]
    counts.update(known.merge([untimed._replace(status="complete")]), context())
    assert counts.unsure_of("Overdue") == 0


def test_as_time_passes_a_time_that_lay_too_far_ahead_comes_to_count() -> None:
    known = StudySet()
    counts = Counts(known, BUILT_IN)
    counts.recount(context())
    counts.update(known.merge([study(1, age=-DAY - HOUR), study(2)]), context())
    assert counts.unsure_of("Overdue") == 1
    for seconds in (0.0, HOUR - 1, HOUR, 2 * HOUR):
        counts.retime(context(NOW + seconds))
        assert counts.unsure_of("Overdue") == (seconds < HOUR), seconds


def test_the_hand_off_has_a_section_of_them_between_the_late_and_what_was_put_aside() -> None:
    known = StudySet()
    known.merge(
        [
            study(1, severity="stat", created_at=None),
            study(2, severity="normal", created_at=None, assignee=SMITH),
            study(3, severity="high", created_at=NOW + 9 * DAY),
            study(4, severity="high", age=DAY),
            study(5, severity="normal", created_at=None, status="complete"),
        ]
    )
    sections = hand_off(known, context(aside={study_id(2)}))
    assert [(each.title, each.total, each.above) for each in sections] == [
        (STAT, 1, 0),
        (OVERDUE, 1, 0),
        (UNTIMED, 3, 1),
        (ASIDE, 1, 1),
        (MINE, 1, 1),
    ]
    assert [each.study_id for each in sections[2].studies] == [study_id(3), study_id(2)]
