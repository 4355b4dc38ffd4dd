"""Which study comes first, and that it does so every time."""

import itertools
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avara_tui.study import Study
from avara_tui.worklist.clocks import DAY, HOUR, MINUTE, is_open
from avara_tui.worklist.order import NEWEST, TRIAGE, Band, Order, SortKey, band
from avara_tui.worklist.timestamps import timestamp
from worklist.making import CITY, LAKESIDE, LIMITS, NAMELESS, NOW, OKAFOR, SMITH, orders, study
from worklist.making import studies as random_studies


def ordered(studies: list[Study], order: Order = TRIAGE) -> list[Study]:
    return sorted(studies, key=order.key(NOW, LIMITS))


def numbers(studies: list[Study]) -> list[int]:
    return [int(each.study_id[4:], 16) for each in studies]


def test_the_triage_order_from_first_to_last() -> None:
    expected = [
        study(7, severity="stat", created_at=None),
        study(9, severity="stat", age=3 * DAY),
        study(8, severity="stat", age=MINUTE),
        study(13, severity="critical", created_at=None),
        study(6, severity="critical", age=1.0),
        study(12, severity="high", created_at=None),
        study(11, severity="normal", created_at=None),
        study(5, severity="normal", age=3 * DAY),
        study(4, severity="high", age=2 * DAY),
        study(3, severity="high", age=HOUR),
        study(2, severity="normal", age=DAY),
        study(1, severity="high", age=30 * MINUTE),
        study(0, severity="normal", age=DAY - 1),
        study(10, severity="normal", age=MINUTE),
    ]
    for seed in range(20):
        shuffled = expected.copy()
        random.Random(seed).shuffle(shuffled)
        assert ordered(shuffled) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"severity": "stat", "age": 9 * DAY}, Band.STAT),
        ({"severity": "critical", "age": 9 * DAY}, Band.UNKNOWN),
        ({"severity": "high", "age": 2 * DAY}, Band.WAITED_TOO_LONG),
        ({"severity": "high", "age": HOUR}, Band.HIGH_OVERDUE),
        ({"severity": "high", "age": HOUR - 1}, Band.HIGH),
        ({"severity": "normal", "age": 2 * DAY}, Band.WAITED_TOO_LONG),
        ({"severity": "normal", "age": 2 * DAY - 0.5}, Band.OVERDUE),
        ({"severity": "normal", "age": DAY}, Band.OVERDUE),
        ({"severity": "normal", "age": DAY - 1}, Band.ROUTINE),
        ({"severity": "normal", "created_at": None}, Band.WAITED_TOO_LONG),
        ({"severity": "high", "created_at": None}, Band.WAITED_TOO_LONG),
        ({"severity": "critical", "created_at": None}, Band.UNKNOWN),
        ({"severity": "stat", "created_at": None}, Band.STAT),
        ({"severity": "stat", "created_at": None, "status": "complete"}, Band.CLOSED),
        ({"severity": "high", "created_at": None, "is_cancelled": True}, Band.CLOSED),
        ({"severity": "normal", "age": -DAY}, Band.ROUTINE),
        ({"severity": "normal", "age": -DAY - 1}, Band.WAITED_TOO_LONG),
        ({"severity": "normal", "age": 9 * DAY, "status": "complete"}, Band.CLOSED),
        ({"severity": "high", "age": 9 * DAY, "is_cancelled": True}, Band.CLOSED),
        ({"severity": "stat", "status": "complete"}, Band.CLOSED),
        ({"severity": "critical", "is_cancelled": True}, Band.CLOSED),
        ({"severity": "stat", "status": "in_review"}, Band.STAT),
    ],
)
def test_every_band(fields: dict[str, Any], expected: Band) -> None:
    assert band(study(**fields), NOW, LIMITS) is expected


def test_waiting_begins_at_the_time_under_the_clock_key() -> None:
    by_exam = LIMITS._replace(clock_key="exam end")
    read = {"metadata": {"exam end": "2023-11-14T22:13:20Z"}}
    assert timestamp("2023-11-14T22:13:20Z") == NOW
    fresh, old = study(1, age=DAY, **read), study(2, age=HOUR)
    assert band(fresh, NOW, LIMITS) is Band.OVERDUE
    assert band(fresh, NOW, by_exam) is Band.ROUTINE
    assert sorted([fresh, old], key=TRIAGE.key(NOW, by_exam)) == [old, fresh]
    by_age, by_creation = (Order((SortKey(each),)) for each in ("age", "created"))
    assert sorted([fresh, old], key=by_age.key(NOW, by_exam)) == [old, fresh]
    assert sorted([fresh, old], key=by_creation.key(NOW, by_exam)) == [fresh, old]


def test_a_severity_that_we_do_not_know_stands_just_below_stat() -> None:
    rest = [study(n, severity=s, age=5 * DAY) for n, s in enumerate(("high", "normal"), 3)]
    unknown, stat = study(2, severity="critical", age=0.0), study(1, severity="stat", age=0.0)
    assert ordered([*rest, unknown, stat])[:2] == [stat, unknown]
    by_priority = Order((SortKey("priority"),))
    assert numbers(ordered([*rest, unknown, stat], by_priority)) == [1, 2, 3, 4]


@pytest.mark.parametrize("year", [-62e9, -1.0, 0.0, 2.5e11])
def test_a_mad_clock_at_the_server_puts_no_study_in_another_band(year: float) -> None:
    stat = study(1, severity="stat", created_at=year)
    young, routine = study(2, age=0.0), study(3, created_at=year)
    assert band(stat, NOW, LIMITS) is Band.STAT
    assert band(routine, NOW, LIMITS) is Band.WAITED_TOO_LONG
    assert ordered([young, routine, stat])[0] == stat


COLUMNS: dict[str, list[dict[str, Any]]] = {
    "priority": [{"severity": each} for each in ("stat", "critical", "high", "normal")],
    "age": [{"age": 3 * HOUR}, {"age": HOUR}],
    "created": [{"age": 3 * HOUR}, {"age": HOUR}],
    "updated": [{"updated": 3 * HOUR}, {"updated": HOUR}],
    "description": [{"description": each} for each in ("", "abdomen", "Brain", "chest")],
    "assignee": [{"assignee": each} for each in (None, OKAFOR, NAMELESS, SMITH)],
    "status": [{"status": "complete"}, {"status": "incomplete"}, {"is_cancelled": True}],
    "customer": [{"customer": each} for each in (CITY, LAKESIDE)],
    "uid": [{"uid": each} for each in ("1.2.3", "1.2.10", "2.25")],
    "id": [{}, {}, {}],
    "meta.key": [{"metadata": {"key": each}} for each in ("", "7", "a9", "A10", "b", "b ")],
}


@pytest.mark.parametrize("column", COLUMNS)
def test_each_column_sorts_up_and_down(column: str) -> None:
    expected = [study(number, **fields) for number, fields in enumerate(COLUMNS[column])]
    mixed = expected[::2] + expected[1::2]
    assert ordered(mixed, Order((SortKey(column),))) == expected
    assert ordered(mixed, Order((SortKey(column, descending=True),))) == expected[::-1]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    ("column", "lacking", "having"),
    [
        ("age", {"created_at": None}, {}),
        ("created", {"created_at": None}, {}),
        ("updated", {"updated_at": None}, {}),
        ("customer", {"customer": None}, {"customer": CITY}),
        ("meta.key", {}, {"metadata": {"key": ""}}),
    ],
)
def test_what_a_study_lacks_puts_it_last(
    column: str, lacking: dict[str, object], having: dict[str, object], *, descending: bool
) -> None:
    one, other = study(1, **lacking), study(2, age=1.0, **having)
    order = Order((SortKey(column, descending),))
    assert numbers(ordered([one, other], order)) == [2, 1]


def test_people_of_one_family_name_stand_together_by_first_name() -> None:
    ada, bea = SMITH._replace(first_name="Ada"), SMITH._replace(first_name="Bea")
    studies = [study(number, assignee=person) for number, person in enumerate((bea, ada, bea, ada))]
    assert numbers(ordered(studies, Order((SortKey("assignee"),)))) == [1, 3, 0, 2]


def test_later_keys_settle_what_earlier_ones_leave_open() -> None:
    studies = [
        study(1, severity="stat", description="b"),
        study(2, severity="high", description="a"),
        study(3, severity="stat", description="a"),
        study(4, severity="high", description="b"),
    ]
    both = Order((SortKey("priority", descending=True), SortKey("description")))
    assert numbers(ordered(studies, both)) == [2, 4, 3, 1]
    turned = Order((SortKey("description", descending=True), SortKey("priority")))
    assert numbers(ordered(studies, turned)) == [1, 4, 3, 2]


def test_equal_studies_come_oldest_first_whichever_way_the_column_is_sorted() -> None:
    old, young = study(2, age=HOUR), study(1, age=MINUTE)
    for descending in (False, True):
        assert ordered([young, old], Order((SortKey("description", descending),))) == [old, young]


def test_newest_shows_first_what_changed_last() -> None:
    studies = [study(1, updated=HOUR), study(2, updated=MINUTE), study(3, updated=DAY)]
    assert numbers(ordered(studies, NEWEST)) == [2, 1, 3]


one_of_each = st.lists(random_studies, max_size=7, unique_by=lambda each: each.study_id)


@given(one_of_each, orders, st.randoms(use_true_random=False))
def test_every_order_is_total_and_does_not_depend_on_what_came_first(
    studies: list[Study], order: Order, shuffler: random.Random
) -> None:
    key = order.key(NOW, LIMITS)
    keys = [key(each) for each in studies]
    for one, other in itertools.combinations(keys, 2):
        assert (one < other) != (other < one)
        assert one != other
    shuffled = studies.copy()
    shuffler.shuffle(shuffled)
    assert ordered(shuffled, order) == ordered(studies, order)


@given(one_of_each, orders)
def test_many_are_sorted_as_one_by_one(studies: list[Study], order: Order) -> None:
    key = order.key(NOW, LIMITS)
    keys = {each.study_id: key(each) for each in studies}
    assert order.sort(studies, keys, LIMITS) == sorted(keys.values())


@given(one_of_each)
def test_no_closed_study_stands_above_an_open_one(studies: list[Study]) -> None:
    open_ones = [is_open(each) for each in ordered(studies)]
    assert open_ones == sorted(open_ones, reverse=True)


@given(one_of_each)
def test_no_stat_study_stands_below_another_severity(studies: list[Study]) -> None:
    is_stat = [each.severity == "stat" for each in ordered(studies) if is_open(each)]
    assert is_stat == sorted(is_stat, reverse=True)
