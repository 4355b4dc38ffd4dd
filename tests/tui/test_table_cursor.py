"""The cursor of a table stays on its study and in sight, whatever becomes of the rows."""

from random import Random

import pytest

from avara_tui.study import Study
from avara_tui.tui.widgets.table_cursor import TableCursor


class Ids:
    """Rows of which only the ids matter."""

    def __init__(self, count: int) -> None:
        self.ids = [str(number) for number in range(count)]

    def position(self, study_id: str) -> int | None:
        return self.ids.index(study_id) if study_id in self.ids else None

    def study(self, study_id: str) -> Study | None:
        raise NotImplementedError(study_id)


def cursor_on(rows: Ids) -> TableCursor:
    cursor = TableCursor()
    cursor.rows = rows
    return cursor


def is_in_sight(cursor: TableCursor, page: int) -> bool:
    above, below = cursor.out_of_sight(page)
    return above <= cursor.row < len(cursor.rows.ids) - below


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_the_cursor_is_in_sight_on_the_study_it_was_on(seed: int) -> None:
    chance = Random(seed)
    rows = Ids(chance.randrange(40))
    cursor = cursor_on(rows)
    page = chance.randrange(1, 12)
    cursor.follow(page)
    for step in range(300):
        before, row = cursor.study_id, cursor.row
        match chance.randrange(6):
            case 0:
                is_other = cursor.move_to(chance.randrange(-5, 50), page)
                assert is_other is (cursor.study_id != before)
            case 1:
                assert cursor.scroll(chance.randrange(-5, 6), page) in range(max(len(rows.ids), 1))
                cursor.fit(page)
            case 2:
                page = chance.randrange(1, 12)
                cursor.fit(page)
                assert (cursor.study_id, cursor.row) == (before, row)
            case 3:
                rows.ids.insert(chance.randrange(len(rows.ids) + 1), f"new {step}")
                cursor.follow(page)
            case 4:
                chance.shuffle(rows.ids)
                assert not cursor.follow(page) or before is None
            case 5 if rows.ids:
                gone = rows.ids.pop(chance.randrange(len(rows.ids)))
                is_other = cursor.follow(page)
                assert is_other is (gone == before or (before is None and bool(rows.ids)))
                assert (cursor.study_id is None) <= (gone == before or not rows.ids)
        if cursor.study_id is not None:
            assert rows.ids[cursor.row] == cursor.study_id
            assert is_in_sight(cursor, page)


def test_past_an_edge_half_a_page_is_scrolled() -> None:
    cursor = cursor_on(Ids(30))
    cursor.follow(10)
    cursor.move_to(10, 10)
    assert cursor.top == 5
    cursor.move_to(4, 10)
    assert cursor.top == 0


def test_before_the_awaited_study_has_come_the_cursor_is_on_none() -> None:
    rows = Ids(5)
    cursor = cursor_on(rows)
    cursor.await_study("late")
    assert not cursor.follow(10)
    assert cursor.study_id is None
    rows.ids.append("late")
    assert cursor.follow(10)
    assert cursor.row == rows.position("late")


def test_who_moves_awaits_nothing_any_more() -> None:
    rows = Ids(5)
    cursor = cursor_on(rows)
    cursor.await_study("late")
    cursor.move_to(2, 10)
    rows.ids.append("late")
    assert not cursor.follow(10)
    assert cursor.study_id == "2"


def test_awaiting_no_more_asks_for_the_first_row_only_where_there_is_no_cursor() -> None:
    cursor = cursor_on(Ids(5))
    cursor.await_study("never")
    cursor.follow(10)
    assert cursor.await_study(None)
    assert cursor.follow(10)
    assert cursor.study_id == "0"
    assert not cursor.await_study(None)


def test_a_cursor_that_is_forgotten_starts_at_the_first_row() -> None:
    cursor = cursor_on(Ids(30))
    cursor.move_to(20, 10)
    assert cursor.forget()
    assert not cursor.forget()
    assert cursor.follow(10)
    assert (cursor.study_id, cursor.top) == ("0", 0)
