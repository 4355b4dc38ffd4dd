"""A row tells by colour what its words and signs tell as well: overdue, one's own, the cursor."""

from avara_tui.study import STAT, Study, UserRef
from avara_tui.tui.lines import Line, Role
from avara_tui.tui.presentation.placing import place
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


def test_a_mark_goes_before_both() -> None:
    row = drawn(STUDY._replace(assignee=ME), now=3600.0, marked={"stu_1"})
    assert {role for _, role in row} == {Role.STAT, Role.MARKED}


def test_the_cursor_takes_the_whole_row_or_on_a_slow_line_its_start() -> None:
    assert {role for _, role in drawn(STUDY, Role.CURSOR)} == {Role.CURSOR}
    row = drawn(STUDY, Role.CURSOR, is_slow=True)
    assert role_of(row, "STAT") is Role.CURSOR
    assert role_of(row, "CT Head") is Role.PLAIN
