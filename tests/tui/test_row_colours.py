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


def test_priority_comes_in_its_colour_and_the_rest_is_calm() -> None:
    row = drawn(STUDY)
    assert role_of(row, "STAT") is Role.STAT
    assert role_of(row, "CT Head") is Role.PLAIN
    assert len(row) == 2


def test_an_overdue_age_and_ones_own_name_have_theirs() -> None:
    row = drawn(STUDY._replace(assignee=ME), now=3600.0)
    assert role_of(row, "1h00!") is Role.OVERDUE
    assert role_of(row, "Own A") is Role.OWN
    other = STUDY._replace(assignee=ME._replace(user_id="usr_other"))
    assert role_of(drawn(other), "Own A") is Role.PLAIN


@pytest.mark.parametrize("width", [3, 4, 6, 20])
@pytest.mark.parametrize("names", [("priority", "age"), ("priority", "age", "description")])
def test_an_overdue_study_is_told_by_the_clock_and_not_by_how_its_age_is_drawn(
    width: int, names: tuple[str, ...]
) -> None:
    context = RowContext(now=3600.0, me=ME.user_id)
    placed = [Placed(column(name), 10) for name in names]
    placed[1] = placed[1]._replace(width=width)
    late = row_line(STUDY, placed, WIDTH, context)
    assert Role.OVERDUE in {role for _, role in late}
    # A name that ends as an overdue age does is none, nor is a time that nobody knows.
    odd = STUDY._replace(description="CT 1h00!", created_at=None)
    roles = {role for _, role in row_line(odd, placed, WIDTH, context)}
    assert Role.OVERDUE not in roles
    assert Role.WARNING in roles


def test_a_mark_goes_before_both() -> None:
    row = drawn(STUDY._replace(assignee=ME), now=3600.0, marked={"stu_1"})
    assert {role for _, role in row} == {Role.STAT, Role.MARKED}


def test_the_cursor_takes_the_whole_row_or_on_a_slow_line_its_start() -> None:
    assert {role for _, role in drawn(STUDY, Role.CURSOR)} == {Role.CURSOR}
    row = drawn(STUDY, Role.CURSOR, is_slow=True)
    assert role_of(row, "STAT") is Role.CURSOR
    assert role_of(row, "CT Head") is Role.PLAIN
