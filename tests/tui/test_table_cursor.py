"""The cursor of a table stays on its study and in sight, whatever becomes of the rows."""

from collections.abc import Sequence
from random import Random

import pytest

from avara_tui.study import Study
from avara_tui.tui.presentation.groups import Group
from avara_tui.tui.widgets.table_cursor import TableCursor


class Ids:
    """Rows of which only the ids matter."""

    def __init__(self, count: int) -> None:
        self.ids = [str(number) for number in range(count)]

    groups: Sequence[Group] = ()

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


# Words between groups.


class Grouped(Ids):
    """Rows in groups that have words above them, all but the first."""

    def __init__(self, sizes: Sequence[int]) -> None:
        super().__init__(sum(sizes))
        self.sizes = list(sizes)

    @property
    def groups(self) -> Sequence[Group]:  # type: ignore[override]
        firsts = [sum(self.sizes[:index]) for index in range(1, len(self.sizes))]
        ends = [*firsts[1:], len(self.ids)]
        pairs = zip(firsts, ends, strict=False)
        return [Group(first, f"from {first}") for first, end in pairs if first < end]

    def lines(self) -> list[int | str]:
        """Return what stands on every line, found the slow way."""
        found: list[int | str] = []
        words = {group.first: group.word for group in self.groups}
        for row in range(len(self.ids)):
            if row in words:
                found.append(words[row])
            found.append(row)
        return found


def assert_lines(cursor: TableCursor, rows: Grouped) -> None:
    lines = rows.lines()
    assert cursor.lines == len(lines)
    for at, what in enumerate(lines):
        if isinstance(what, int):
            assert cursor.row_at(at) == what
            assert cursor.line_of(what) == at
            assert cursor.word_at(at) == ""
        else:
            assert cursor.row_at(at) is None
            assert cursor.word_at(at) == what
    assert cursor.row_at(len(lines)) is None


def change(rows: Grouped, chance: Random, name: str, kept: str | None) -> bool:
    """Let a row come, or one but ``kept`` go; return whether one came."""
    group = chance.randrange(len(rows.sizes))
    at = sum(rows.sizes[:group])
    if chance.random() < 0.5:
        rows.ids.insert(at, name)
        rows.sizes[group] += 1
        return True
    if rows.sizes[group] and rows.ids[at] != kept:
        del rows.ids[at]
        rows.sizes[group] -= 1
    return False


def assert_in_sight(cursor: TableCursor, rows: Grouped, page: int) -> None:
    assert rows.ids[cursor.row] == cursor.study_id
    assert cursor.top <= cursor.line_of(cursor.row) < cursor.top + page
    shown = [each for each in rows.lines()[cursor.top : cursor.top + page] if isinstance(each, int)]
    above, below = cursor.out_of_sight(page)
    assert above == shown[0]
    assert above + len(shown) + below == len(rows.ids)


@pytest.mark.parametrize("seed", range(60))
def test_words_between_rows_are_passed_over_and_the_cursor_keeps_its_line(seed: int) -> None:
    chance = Random(seed)
    rows = Grouped([chance.randrange(6) for _ in range(chance.randrange(1, 6))])
    cursor = cursor_on(rows)
    page = chance.randrange(2, 12)
    cursor.fit(page, has_words=True)
    cursor.follow(page)
    for step in range(120):
        before, line = cursor.study_id, cursor.line_of(cursor.row) - cursor.top
        match chance.randrange(4):
            case 0:
                cursor.move_to(cursor.row + chance.choice((-1, 1, 5, -5)), page)
            case 1:
                cursor.move_to(cursor.scroll(chance.randrange(-5, 6), page), page)
            case 2:
                page = chance.randrange(2, 12)
                cursor.fit(page, has_words=True)
                assert cursor.study_id == before
            case 3:
                has_come = change(rows, chance, f"new {step}", before)
                cursor.follow(page)
                has_room = 0 < cursor.top < cursor.lines - page
                if has_come and has_room and before is not None and cursor.study_id == before:
                    assert cursor.line_of(cursor.row) - cursor.top in {line, 0, 1, page - 1}
        assert_lines(cursor, rows)
        if cursor.study_id is not None:
            assert_in_sight(cursor, rows, page)


def test_the_word_above_a_row_is_in_sight_with_it() -> None:
    cursor = cursor_on(Grouped([0, 4, 4]))
    cursor.fit(4, has_words=True)
    cursor.follow(4)
    assert cursor.top == 0
    cursor.move_to(7, 4)
    cursor.move_to(4, 4)
    assert cursor.word_at(cursor.top) or cursor.word_at(cursor.line_of(4) - 1)
    cursor.move_to(0, 4)
    assert cursor.top == 0


def test_without_room_for_them_there_are_no_words() -> None:
    cursor = cursor_on(Grouped([2, 4, 4]))
    cursor.follow(4)
    assert cursor.lines == 10
