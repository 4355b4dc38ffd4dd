"""Texts that run from right to left stay in their columns, on a terminal that reorders."""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.emulator.world import World
from avara_tui.study import CustomerRef, Study, UserRef
from avara_tui.text import clean
from avara_tui.tui.lines import Line, Role, line, text_of
from avara_tui.tui.presentation.columns import COLUMNS
from avara_tui.tui.presentation.placing import GUTTER, Placed, place
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.row_drawing import row_line, title_line
from avara_tui.tui.terminal.ascii_output import plain
from avara_tui.tui.terminal.right_to_left import WALL, runs_left, walled, walled_at_ends
from bidi import visual_order
from studies import add_study
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30

NOW = 1_773_500_000.0
HEBREW, PERSIAN = "צילום חזה 12 (AP)", "سی‌تی اسکن ۳۴ قفسه"
DIRECTIONS = (0, None)
"""A row begins at the left, or where its first strong character says."""
LETTERS = st.sampled_from("אבגלםش‌یمت\u0660\u0661\u0662\u06f30123 -.,:/()[]%+•abCD  胸\u05b0\u064e…")
TEXT = st.one_of(st.text(LETTERS, max_size=30), st.sampled_from([HEBREW, PERSIAN, "CT head 3"]))
LABEL = st.text("abc xyz: 123", max_size=8)
MANY = settings(
    max_examples=600,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def cells(text: str) -> list[str]:
    """Return what each cell of a row holds: a character with its marks, or half of a wide one."""
    row: list[str] = []
    for char in text:
        if cell_len(char):
            row += [char] * cell_len(char)
        elif row:
            row[-1] += char
    return row


def assert_kept(row: Sequence[str], edges: Iterable[int], direction: int | None) -> None:
    """Check that a terminal shows each part of ``row`` between two ``edges`` where it belongs."""
    __tracebackhide__ = True
    order = visual_order(row, direction)
    for start, end in pairwise(edges):
        assert sorted(order[start:end]) == list(range(start, end)), ("".join(row), start, end)


def edges_of(columns: Sequence[Placed], width: int) -> list[int]:
    """Return where columns of such widths begin and end, with what is before and behind them."""
    edges, at = [0], GUTTER
    for each in columns:
        edges += [at, min(at + each.width, width)]
        at += each.width + each.gap
    return [*edges, width]


def study(description: str, name: str, customer: str) -> Study:
    return Study(
        "stu_" + "0" * 32, "1.2.840.1", description, "stat", "incomplete", is_cancelled=False,
        created_at=NOW - 4321, updated_at=NOW - 60,
        assignee=UserRef("usr_" + "0" * 32, "", name, name[::-1]) if name else None,
        customer=CustomerRef("cus_" + "0" * 32, customer), metadata={"k": description[::-1]},
    )  # fmt: skip


@MANY
@given(
    texts=st.tuples(TEXT, TEXT, TEXT),
    names=st.lists(
        st.one_of(st.sampled_from([*COLUMNS, "meta.k"]), TEXT.map(lambda text: f"meta.{text}")),
        min_size=1,
        max_size=8,
        unique=True,
    ),
    width=st.integers(20, 160),
    cursor=st.sampled_from([None, Role.CURSOR]),
    words=st.lists(st.sampled_from(["ח", "ct", "1"]), max_size=2),
    beside=st.sampled_from(["12 h", HEBREW, " שם", "x"]),
)
def test_columns_keep_what_is_in_them(
    *,
    texts: tuple[str, str, str],
    names: list[str],
    width: int,
    cursor: Role | None,
    words: list[str],
    beside: str,
) -> None:
    placement = place(names, width)
    context = RowContext(now=NOW, words=tuple(words))
    shown = study(*texts)
    edges = edges_of(placement.columns, width)
    right = text_of(walled_at_ends(line(f" {beside}")) if runs_left(beside) else line(f" {beside}"))
    row = row_line(shown, placement.columns, width, context, cursor)
    for content in (row, walled(title_line(placement, width, None), width)):
        row_cells = cells(text_of(content))
        assert len(row_cells) == width
        # Right of the table are a blank, a line, and the detail.
        whole = [*row_cells, " ", "│", *cells(right)]
        for direction in DIRECTIONS:
            if direction is None and not any(map(runs_left, row_cells)):
                continue
            assert_kept(whole, [*edges, width + 2, len(whole)], direction)


@MANY
@given(parts=st.lists(st.tuples(LABEL, TEXT), min_size=1, max_size=4), padding=st.integers(1, 9))
def test_texts_of_a_line_that_blanks_stand_between_do_not_swap(
    parts: list[tuple[str, str]], padding: int
) -> None:
    spans = [span for label, text in parts for span in (f" {label} ", (clean(text), Role.STRONG))]
    content: Line = line(*spans)
    edges, at = [], 0
    for text, _ in content:
        edges.append(at)
        at += cell_len(text)
    width = at + padding
    row = cells(text_of(walled(content, width)))
    assert [each.replace(WALL, " ") for each in row] == cells(
        text_of(content) + (" " * padding if len(row) > at else "")
    )
    for direction in DIRECTIONS:
        if any(map(runs_left, row)):
            assert_kept(row, [*edges, at, width], direction)


@MANY
@given(text=st.text(st.characters(max_codepoint=0x58F), max_size=60), width=st.integers(0, 80))
def test_what_runs_from_left_to_right_is_written_as_it_is(text: str, width: int) -> None:
    content = line("  a ", (text, Role.STRONG), "  ")
    assert walled(content, width) is content


def test_every_character_that_unicode_lays_out_from_the_right_is_known() -> None:
    strong = {"R", "AL", "AN"}
    missed = [
        f"U+{code:04X}"
        for code in range(0x110000)
        if unicodedata.bidirectional(chr(code)) in strong
        and not runs_left(chr(code))
        # These are shown as damage; the number signs of Rumi are in a block that is known.
        and clean(chr(code)) == chr(code)
    ]
    assert missed == []


def test_the_wall_is_strong_blank_and_a_cell_wide_and_no_server_can_send_one() -> None:
    assert unicodedata.bidirectional(WALL) == "L"
    assert cell_len(WALL) == 1
    assert WALL not in clean(f"a{WALL}b")
    assert plain(f"א{WALL}1") == "? 1"


def assert_in_place(driver: Driver, *, least: int) -> None:
    """Check that each widget, and each column of the table, keeps what is in it."""
    __tracebackhide__ = True
    screen = driver.app.screen
    rows = [strip.text for strip in driver.strips]
    table = driver.screen.table
    columns = edges_of(table.placement.columns, table.size.width)
    checked = 0
    for y, text in enumerate(rows):
        if not runs_left(text):
            continue
        edges = {0, driver.app.size.width}
        for widget, (region, clip) in screen._compositor.visible_widgets.items():
            shown = region.intersection(clip)
            if shown.y <= y < shown.bottom and not widget.children:
                edges |= {shown.x, shown.right}
        top, _ = screen.get_widget_at(0, y)
        if top is table:
            edges |= {table.region.x + each for each in columns}
        row = cells(text)
        assert len(row) == driver.app.size.width
        for direction in DIRECTIONS:
            assert_kept(row, sorted(edges), direction)
        checked += 1
    assert checked >= least, "\n".join(rows)


def rename(emulator: EmbeddedEmulator, user_id: str, first: str, last: str) -> None:
    def act(world: World) -> None:
        for user in world.references.users.values():
            if user["userId"] == user_id:
                user.update(firstName=first, lastName=last)

    emulator.run(act)


@pytest.mark.parametrize("size", [(170, 36), (100, 30)])
async def test_every_place_keeps_them(emulator: EmbeddedEmulator, size: tuple[int, int]) -> None:
    person = emulator.users()[1]
    rename(emulator, person["userId"], "דנה", "כהן 7")
    add_study(emulator, HEBREW + " לא דחוף" * 12, assignedTo=person["userId"])
    target = add_study(emulator, HEBREW, metadata={"טלפון": "12 שלום 34", "note": PERSIAN})
    async with worklist(emulator, size=size) as driver:
        await driver.sees("כהן")
        await driver.go_to(target)
        assert_in_place(driver, least=2)
        await driver.type_filter("צילום")
        await driver.until(lambda: "2 of" in driver.text)
        assert_in_place(driver, least=3)
        await driver.press("enter")
        await driver.until(lambda: not driver.screen.filter_bar.is_typing)
        assert_in_place(driver, least=3)
        await driver.press("d")
        await driver.until(lambda: driver.lines[-1].startswith(" description"))
        assert_in_place(driver, least=3)
        await driver.press("escape")
        await driver.until(lambda: not driver.lines[-1].startswith(" description"))
        await driver.press("a")
        await driver.sees("type to search")
        await driver.type("כהן")
        await driver.until(lambda: "כהן" in driver.lines[-1])
        assert_in_place(driver, least=4)
        await driver.press("escape")
