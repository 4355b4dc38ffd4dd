"""The table's cursor belongs to a study: rows may come, go and move around it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from avara_tui.study import Study
from avara_tui.tui.lines import line
from avara_tui.tui.presentation.groups import Group
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.widgets.study_table import StudyTable

NOW = 1_773_500_000.0


class FakeRows:
    """Rows that a test arranges."""

    def __init__(self, count: int) -> None:
        self.ids = [f"stu_{number:032x}" for number in range(count)]

    groups: Sequence[Group] = ()

    def position(self, study_id: str) -> int | None:
        return self.ids.index(study_id) if study_id in self.ids else None

    def study(self, study_id: str) -> Study | None:
        number = int(study_id.removeprefix("stu_"), 16)
        severity = ("stat", "high", "normal")[number % 3]
        return Study(
            study_id, f"1.2.{number}", f"CT Head {number}", severity, "incomplete",
            is_cancelled=False, created_at=NOW - 60 * number,
        )  # fmt: skip


class TableApp(App[None]):
    def __init__(self, rows: FakeRows) -> None:
        super().__init__()
        self.table = StudyTable(RowContext(now=NOW))
        self.rows = rows
        self.moves: list[str | None] = []
        self.table.call_when(
            moved=lambda: self.moves.append(self.table.cursor_id), scrolled=lambda: None
        )

    def compose(self) -> ComposeResult:
        yield self.table


@asynccontextmanager
async def table_of(
    rows: FakeRows, size: tuple[int, int] = (80, 11)
) -> AsyncIterator[tuple[StudyTable, Pilot[None], TableApp]]:
    app = TableApp(rows)
    app.table.styles.height = size[1]
    # On a screen with room for titles, and none for words between the rows.
    async with app.run_test(size=(size[0], 24)) as pilot:
        app.table.show_rows(rows)
        await pilot.pause()
        yield app.table, pilot, app


def shown(table: StudyTable) -> list[str]:
    return [table.render_line(y).text.rstrip() for y in range(table.size.height)]


def line_of_cursor(table: StudyTable) -> int:
    return next(y for y, text in enumerate(shown(table)) if text.startswith("▌"))


async def test_the_first_row_is_under_the_cursor_when_rows_arrive() -> None:
    rows = FakeRows(30)
    async with table_of(rows) as (table, _, app):
        assert table.cursor_id == rows.ids[0]
        assert app.moves == [rows.ids[0]]
        assert "CT Head 0" in shown(table)[1]


async def test_rows_arriving_above_leave_the_cursor_on_its_study_and_its_line() -> None:
    rows = FakeRows(30)
    async with table_of(rows) as (table, _, _):
        table.move_to(5)
        study_id, before = table.cursor_id, line_of_cursor(table)
        rows.ids[0:0] = [f"stu_{number:032x}" for number in range(100, 107)]
        table.rows_changed()
        assert table.cursor_id == study_id
        assert line_of_cursor(table) == before
        assert "CT Head 5" in shown(table)[before]


async def test_before_the_first_key_what_arrives_above_is_on_the_screen() -> None:
    rows = FakeRows(30)
    async with table_of(rows) as (table, _, _app):
        first = table.cursor_id
        urgent = FakeRows(33).ids[30:]
        rows.ids[:0] = urgent
        table.rows_changed()
        assert table.cursor_id == first
        assert all(f"CT Head {row} " in shown(table)[row - 29] + " " for row in (30, 31, 32))
        table.move_by(1)
        before = line_of_cursor(table)
        rows.ids[:0] = FakeRows(34).ids[33:]
        table.rows_changed()
        assert line_of_cursor(table) == before


async def test_a_study_that_moves_takes_the_cursor_along() -> None:
    rows = FakeRows(30)
    async with table_of(rows) as (table, _, _):
        table.move_to(20)
        study_id = rows.ids[20]
        rows.ids.remove(study_id)
        rows.ids.insert(0, study_id)
        table.rows_changed()
        assert table.cursor_id == study_id
        assert "CT Head 20" in shown(table)[line_of_cursor(table)]


async def test_when_its_study_goes_the_cursor_is_on_no_other() -> None:
    rows = FakeRows(30)
    async with table_of(rows) as (table, pilot, app):
        table.move_to(3)
        del rows.ids[3]
        table.rows_changed()
        await pilot.pause()
        assert table.cursor_id is None
        assert app.moves[-1] is None
        assert not any(text.startswith("▌") for text in shown(table))
        table.move_by(1)
        assert table.cursor_id == rows.ids[3]


@pytest.mark.parametrize("count", [1, 7, 10, 11, 500])
async def test_every_row_can_be_reached_and_is_on_the_screen(count: int) -> None:
    rows = FakeRows(count)
    async with table_of(rows) as (table, _, _):
        for row in range(count):
            assert table.cursor_id == rows.ids[row]
            assert f"CT Head {row} " in shown(table)[line_of_cursor(table)] + " "
            table.move_by(1)
        assert table.cursor_id == rows.ids[-1]
        for row in reversed(range(count)):
            assert table.cursor_id == rows.ids[row]
            assert f"CT Head {row} " in shown(table)[line_of_cursor(table)] + " "
            table.move_by(-1)


async def test_what_is_painted_is_what_a_full_repaint_would_paint() -> None:
    rows = FakeRows(40)
    async with table_of(rows) as (table, _, _):
        for row in (3, 4, 30, 2, 39, 0, 20):
            table.move_to(row)
            painted = shown(table)
            table.notify_style_update()
            assert painted == shown(table)


async def test_the_table_says_how_much_is_out_of_sight() -> None:
    async with table_of(FakeRows(30)) as (table, _, _):
        assert table.out_of_sight == (0, 20)
        table.move_to(29)
        assert table.out_of_sight == (20, 0)


async def test_an_empty_table_shows_its_face() -> None:
    async with table_of(FakeRows(0)) as (table, _, _):
        table.show_empty_state([line("No study here")])
        assert any("No study here" in text for text in shown(table))
        assert table.cursor_id is None


async def test_a_click_moves_the_cursor_to_the_study_that_was_clicked() -> None:
    rows = FakeRows(30)
    async with table_of(rows) as (table, pilot, _):
        await pilot.click(table, offset=(10, 4))
        assert table.cursor_id == rows.ids[3]


async def test_scrolling_with_the_wheel_keeps_the_cursor_in_sight() -> None:
    rows = FakeRows(30)
    async with table_of(rows) as (table, _, _):
        for _ in range(4):
            table.scroll_rows(3)
            assert table.cursor_id is not None
            row = rows.position(table.cursor_id) or 0
            assert f"CT Head {row} " in shown(table)[line_of_cursor(table)] + " "
        assert rows.position(table.cursor_id or "") == 12


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
async def test_titles_stand_over_their_columns_at_any_width(width: int) -> None:
    async with table_of(FakeRows(3), (width, 8)) as (table, _, _):
        title, first = shown(table)[:2]
        assert title.index("DESCRIPTION") == first.index("CT Head 0")
        assert len(first) <= width


async def test_what_is_out_of_sight_is_told_before_the_move_and_both_once_it_is_made() -> None:
    rows = FakeRows(30)
    async with table_of(rows) as (table, _, _):
        told: list[tuple[str, str | None, tuple[int, int]]] = []
        table.call_when(
            moved=lambda: told.append(("moved", table.cursor_id, table.out_of_sight)),
            scrolled=lambda: told.append(("scrolled", table.cursor_id, table.out_of_sight)),
        )
        table.move_to(1)
        assert told == [("moved", rows.ids[1], (0, 20))]
        del told[:]
        table.move_to(15)
        last = (rows.ids[15], (6, 14))
        assert told == [("scrolled", *last), ("moved", *last)]
        del told[:]
        del rows.ids[15]
        table.rows_changed()
        assert told == [("scrolled", None, (6, 13)), ("moved", None, (6, 13))]
