"""A row tells by colour what its words and signs tell as well: overdue, one's own, the cursor."""

import pytest

from avara_tui.study import STAT, Study, UserRef
from avara_tui.tui.lines import Line, Role
from avara_tui.tui.presentation.columns import column
from avara_tui.tui.presentation.placing import Placed, place
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.row_drawing import row_line

ME = UserRef("usr_me", "me@example.org", "Ada", "Own")
STUDY = Study("stu_1", "1.2", "CT Head", STAT, "incomplete", is_cancelled=False, created_at=0.0)
WIDTH = 100


def drawn(study: Study, cursor: Role | None = None, **context: object) -> Line:
    seen = RowContext(now=60.0, me=ME.user_id)
    for name, value in context.items():
        setattr(seen, name, value)
    placed = place(("priority", "age", "description", "assignee"), WIDTH).columns
    return row_line(study, placed, WIDTH, seen, cursor)


def role_of(content: Line, text: str) -> Role:
    return next(role for part, role in content if text in part)


HELD = STUDY._replace(assignee=ME._replace(user_id="usr_other"))
HIGH_ONE = HELD._replace(severity="high")
ROUTINE = HELD._replace(severity="normal")


def test_a_stat_that_nobody_has_is_filled_also_under_the_cursor() -> None:
    for cursor in (None, Role.CURSOR, Role.RESTING):
        row = drawn(STUDY, cursor)
        assert role_of(row, "STAT") is Role.ALARM
        assert [text for text, role in row if role is Role.ALARM] == ["▲ STAT"]
    assert role_of(drawn(STUDY), "unassigned") is Role.STRONG


def test_one_that_somebody_has_or_nobody_waits_for_is_not() -> None:
    for study in (HELD, STUDY._replace(status="complete"), STUDY._replace(is_cancelled=True)):
        assert Role.ALARM not in {role for _, role in drawn(study)}
    assert role_of(drawn(HELD), "STAT") is Role.STAT
    assert role_of(drawn(HELD), "CT Head") is Role.PLAIN
    assert role_of(drawn(HELD, Role.CURSOR), "STAT") is Role.CURSOR_STAT
    assert role_of(drawn(HELD, Role.RESTING), "STAT") is Role.RESTING_STAT


def test_where_nobody_has_another_study_stands_a_dim_dash() -> None:
    for severity in ("high", "normal"):
        row = drawn(STUDY._replace(severity=severity))
        assert role_of(row, "—") is Role.DIM
        assert "unassigned" not in "".join(text for text, _ in row)


def test_weight_is_time_and_colour_is_priority() -> None:
    day = 2 * 86400.0
    assert role_of(drawn(HELD, now=day), "2d!") is Role.STAT
    assert role_of(drawn(HIGH_ONE, now=day), "2d!") is Role.HIGH_OVERDUE
    assert role_of(drawn(ROUTINE, now=day), "2d!") is Role.OVERDUE
    assert role_of(drawn(HELD, now=1200.0), "20m>") is Role.WARNING
    assert role_of(drawn(HIGH_ONE, now=2400.0), "40m>") is Role.WARNING
    assert role_of(drawn(HELD, now=300.0), "5m ") is Role.PLAIN


def test_ones_own_name_has_its_colour() -> None:
    assert role_of(drawn(STUDY._replace(assignee=ME)), "Own A") is Role.OWN
    assert role_of(drawn(HELD), "Own A") is Role.PLAIN


@pytest.mark.parametrize("width", [3, 4, 6, 20])
@pytest.mark.parametrize("names", [("priority", "age"), ("priority", "age", "description")])
def test_an_overdue_study_is_told_by_the_clock_and_not_by_how_its_age_is_drawn(
    width: int, names: tuple[str, ...]
) -> None:
    context = RowContext(now=2 * 86400.0, me=ME.user_id)
    placed = [Placed(column(name), 10, 1) for name in names]
    placed[1] = placed[1]._replace(width=width)
    late = row_line(ROUTINE, placed, WIDTH, context)
    assert Role.OVERDUE in {role for _, role in late}
    # A name that ends as an overdue age does is none, nor is a time that nobody knows.
    odd = ROUTINE._replace(description="CT 1h00!", created_at=None)
    roles = {role for _, role in row_line(odd, placed, WIDTH, context)}
    assert Role.OVERDUE not in roles
    assert Role.WARNING in roles


def test_a_mark_does_not_shout() -> None:
    row = drawn(STUDY._replace(assignee=ME), marked={"stu_1"})
    assert [text for text, role in row if role is Role.MARKED] == [" * "]
    assert role_of(row, "CT Head") is Role.PLAIN


def test_the_cursor_takes_the_whole_row_or_on_a_slow_line_its_start() -> None:
    assert {role for _, role in drawn(ROUTINE, Role.CURSOR)} == {Role.CURSOR}
    row = drawn(ROUTINE, Role.CURSOR, is_slow=True)
    assert role_of(row, "RTN") is Role.CURSOR
    assert role_of(row, "CT Head") is Role.PLAIN


def test_how_long_until_it_is_due_has_a_column() -> None:
    context = RowContext(now=1200.0)
    due = column("due").text
    assert due(HELD, context) == "9m "
    assert due(HELD, RowContext(now=2400.0)) == "-10m "
    assert due(HELD._replace(status="complete"), context) == ""
    assert due(HELD._replace(created_at=None), context) == ""
