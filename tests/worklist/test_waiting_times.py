"""How long a study has waited, in words and against the site's limits."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avara_tui.study import Study
from avara_tui.worklist.clocks import (
    DAY,
    HOUR,
    MINUTE,
    Timeliness,
    age,
    age_text,
    due_at,
    is_open,
    overdue_test,
    timeliness,
    turns_overdue,
    untimed_test,
)
from avara_tui.worklist.timeline import Turn, created
from worklist.making import LIMITS, NOW, moments, studies, study

ON_TIME, WARNING, OVERDUE = Timeliness.ON_TIME, Timeliness.WARNING, Timeliness.OVERDUE
UNKNOWN = Timeliness.UNKNOWN


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5.0, "<1m"),
        (0.0, "<1m"),
        (59.999, "<1m"),
        (60.0, "1m"),
        (119.0, "1m"),
        (HOUR - 0.001, "59m"),
        (HOUR, "1h00"),
        (HOUR + 5 * MINUTE, "1h05"),
        (10 * HOUR - 1, "9h59"),
        (DAY - 0.001, "23h59"),
        (DAY, "1d"),
        (DAY + HOUR - 1, "1d"),
        (DAY + HOUR, "1d1h"),
        (2 * DAY + 4 * HOUR + 59 * MINUTE, "2d4h"),
        (10 * DAY - 1, "9d23h"),
        (10 * DAY, "10d"),
        (10 * DAY + 5 * HOUR, "10d"),
        (9_999 * DAY, "9999d"),
        (10_000 * DAY - 1, "9999d"),
        (10_000 * DAY, "27y"),
        (28 * 365 * DAY - 1, "27y"),
        (28 * 365 * DAY, "28y"),
    ],
)
def test_age_text_at_every_boundary(seconds: float, text: str) -> None:
    assert age_text(seconds) == text


@given(st.floats(-1e6, 9_999 * 365 * DAY))
def test_age_text_takes_at_most_five_cells(seconds: float) -> None:
    assert 1 <= len(age_text(seconds)) <= 5
    assert age_text(seconds).isascii()


def shown_seconds(text: str) -> float:
    """Return the length of time that an age text says."""
    if text == "<1m":
        return 0.0
    if text.endswith("y"):
        return float(text[:-1]) * 365 * DAY
    days, _, rest = text.rpartition("d")
    hours, _, minutes = rest.removesuffix("m").rpartition("h")
    if rest.endswith("h"):
        hours, minutes = rest[:-1], "0"
    return float(days or 0) * DAY + float(hours or 0) * HOUR + float(minutes or 0) * MINUTE


@given(st.floats(0, 100 * 365 * DAY))
def test_a_study_is_never_shown_older_than_it_is(seconds: float) -> None:
    assert shown_seconds(age_text(seconds)) <= seconds


def test_age_is_never_negative_and_unknown_without_a_creation_time() -> None:
    assert age(study(age=90.0), NOW) == 90.0
    assert age(study(age=-90.0), NOW) == 0.0
    assert age(study(created_at=None), NOW) is None


@pytest.mark.parametrize(
    ("severity", "warn", "due"),
    [
        ("stat", 15 * MINUTE, 30 * MINUTE),
        ("high", 30 * MINUTE, HOUR),
        ("normal", 12 * HOUR, DAY),
        # A severity that nobody has told us of may be as urgent as STAT.
        ("critical", 15 * MINUTE, 30 * MINUTE),
        ("", 15 * MINUTE, 30 * MINUTE),
    ],
)
def test_each_severity_is_held_to_its_limit(severity: str, warn: float, due: float) -> None:
    def stands(seconds: float) -> Timeliness:
        one = study(severity=severity, age=seconds)
        found = timeliness(one, NOW, LIMITS)
        assert overdue_test(NOW, LIMITS)(one) == (found is OVERDUE)
        return found

    assert stands(-DAY - 0.5) is UNKNOWN
    assert stands(-DAY) is ON_TIME
    assert stands(-HOUR) is ON_TIME
    assert stands(warn - 0.5) is ON_TIME
    assert stands(warn) is WARNING
    assert stands(due - 0.5) is WARNING
    assert stands(due) is OVERDUE
    assert stands(10 * DAY) is OVERDUE
    assert due_at(study(severity=severity, age=0.0), LIMITS) == NOW + due


def test_without_a_creation_time_nobody_knows_what_is_late() -> None:
    unknown = study(severity="stat", created_at=None)
    assert timeliness(unknown, NOW, LIMITS) is UNKNOWN
    assert due_at(unknown, LIMITS) is None


@pytest.mark.parametrize("fields", [{"status": "complete"}, {"is_cancelled": True}])
@pytest.mark.parametrize("severity", ["stat", "high", "normal", "critical"])
@pytest.mark.parametrize("created", [NOW - 30 * DAY, None])
def test_a_closed_study_is_never_late(
    fields: dict[str, Any], severity: str, created: float | None
) -> None:
    closed = study(severity=severity, created_at=created, **fields)
    assert not is_open(closed)
    assert timeliness(closed, NOW, LIMITS) is ON_TIME


def test_a_status_that_we_do_not_know_still_waits_to_be_read() -> None:
    assert is_open(study(status="in_review"))


def test_waiting_begins_at_the_time_under_the_clock_key() -> None:
    limits = LIMITS._replace(clock_key="exam end")
    one = study(age=DAY, metadata={"exam end": "2023-11-14T22:13:20Z"})
    assert age(one, NOW + 60) == DAY + 60
    assert age(one, NOW + 60, limits.clock_key) == 60
    assert due_at(one, limits) == NOW + LIMITS.routine.due
    assert timeliness(one, NOW, LIMITS) is OVERDUE
    assert timeliness(one, NOW, limits) is ON_TIME
    assert not overdue_test(NOW, limits)(one)
    assert overdue_test(NOW + LIMITS.routine.due, limits)(one)


@pytest.mark.parametrize("metadata", [{}, {"exam end": ""}, {"exam end": "soon"}])
def test_without_a_time_under_the_clock_key_waiting_begins_with_creation(
    metadata: dict[str, str],
) -> None:
    assert age(study(age=90.0, metadata=metadata), NOW, "exam end") == 90.0


@given(st.floats(0, 2e9), st.sampled_from(("stat", "high", "normal")))
def test_a_study_is_overdue_from_the_very_moment_it_is_due(created: float, severity: str) -> None:
    # The view waits for that moment: were it a rounding error later, nobody would look again.
    waiting = study(severity=severity, created_at=created)
    due = due_at(waiting, LIMITS)
    assert due is not None
    assert timeliness(waiting, due, LIMITS) is OVERDUE


@given(st.lists(st.floats(NOW - 3 * DAY, NOW + 3 * DAY), min_size=2))
def test_time_alone_only_makes_a_study_later(times: list[float]) -> None:
    # As soon as it can be said where it stands at all.
    stages = [UNKNOWN, ON_TIME, WARNING, OVERDUE]
    ranks = [stages.index(timeliness(study(age=0.0), now, LIMITS)) for now in sorted(times)]
    assert all(one <= other for one, other in itertools.pairwise(ranks))


@given(studies, moments, st.sampled_from((None, "exam end")))
def test_the_quick_tests_find_what_is_overdue_and_what_nobody_knows(
    one: Study, now: float, clock_key: str | None
) -> None:
    limits = LIMITS._replace(clock_key=clock_key)
    where = timeliness(one, now, limits)
    assert overdue_test(now, limits)(one) == (where is OVERDUE)
    assert untimed_test(now, limits)(one) == (where is UNKNOWN)
    assert (age(one, now, clock_key) is None) == (where is UNKNOWN) or not is_open(one)


def test_time_makes_studies_overdue_at_the_limits_and_never_in_between() -> None:
    limits = (LIMITS.stat, LIMITS.high, LIMITS.routine)
    assert turns_overdue(LIMITS) == {Turn(created, limit.due) for limit in limits}
