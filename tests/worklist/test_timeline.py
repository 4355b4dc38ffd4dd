"""What time alone changes is found between any two times, however the studies came."""

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from avara_tui.study import Study
from avara_tui.worklist import timeline as timeline_module
from avara_tui.worklist.clocks import HOUR
from avara_tui.worklist.order import Order
from avara_tui.worklist.query import Query
from avara_tui.worklist.studies import StudySet
from avara_tui.worklist.timeline import Timeline, Turn, created, updated
from worklist.making import LIMITS, NOW, context, orders, queries, study, study_id
from worklist.making import moments as times
from worklist.making import studies as random_studies

batches = st.lists(st.lists(random_studies, max_size=5), max_size=6)


@given(batches, times, times)
def test_every_study_whose_moment_lies_between_is_found(
    batches: list[list[Study]], start: float, end: float
) -> None:
    timeline = Timeline(updated, [])
    for batch in batches:
        timeline.add(batch)
    came = [each for batch in batches for each in batch if each.updated_at is not None]
    expected = {each.study_id for each in came if start <= (each.updated_at or 0.0) <= end}
    assert timeline.between(start, end) == expected


@given(batches, times, times)
def test_blocks_that_are_split_again_and_again_lose_nothing(
    batches: list[list[Study]], start: float, end: float
) -> None:
    first = study(1, updated_at=NOW)
    with patch.object(timeline_module, "_BLOCK", 2):
        timeline = Timeline(updated, [first])
        with patch.object(timeline_module, "_FEW", 0):
            for batch in batches:
                timeline.add(batch)
    came = [first, *(each for batch in batches for each in batch if each.updated_at is not None)]
    expected = {each.study_id for each in came if start <= (each.updated_at or 0.0) <= end}
    assert timeline.between(start, end) == expected


def test_a_few_among_many_are_placed_as_well_as_many_at_once() -> None:
    many = [study(number, age=float(number)) for number in range(200)]
    one_by_one = Timeline(created, many)
    for number in (250, 201, 77):
        one_by_one.add([study(number, age=number - 0.5)])
    assert one_by_one.between(NOW - 78, NOW - 76) == {study_id(each) for each in (76, 77, 78)}
    assert one_by_one.between(NOW - 250, NOW - 199.5) == {study_id(each) for each in (201, 250)}


def test_a_timeline_that_is_mostly_out_of_date_is_worn() -> None:
    timeline = Timeline(updated, [study(1)])
    assert not timeline.is_worn(1)
    for _ in range(100):
        timeline.add([study(1)])
    assert timeline.is_worn(1)


def test_a_study_edited_over_and_over_is_found_where_it_is() -> None:
    held = StudySet()
    soon = Turn(updated, HOUR)
    for edit in range(300):
        held.merge([study(1, updated_at=NOW + edit)])
        assert held.turned({soon}, NOW + edit + HOUR - 0.1, NOW + edit + HOUR) == {study_id(1)}
    assert held.turned({soon}, NOW + 400 + HOUR, NOW + 401 + HOUR) == set()


@given(st.lists(random_studies, max_size=8), queries, orders, times, times)
def test_nothing_changes_with_time_but_at_the_turns(
    studies: list[Study], query: Query, order: Order, before: float, after: float
) -> None:
    held = StudySet()
    held.merge(studies)
    turned = held.turned(query.turns(LIMITS) | order.turns(LIMITS), before, after)
    matches = [query.matcher(context(now)) for now in (before, after)]
    keys = [order.key(now, LIMITS) for now in (before, after)]
    for each in held:
        if matches[0](each) != matches[1](each) or keys[0](each) != keys[1](each):
            assert each.study_id in turned


def test_no_time_has_no_turns() -> None:
    held = StudySet()
    held.merge([study(1, age=HOUR)])
    assert held.turned({Turn(created, HOUR)}, NOW, NOW) == set()
