"""Texts of every script in a real terminal: typed, shown, found, and each in its column."""

import re
from itertools import pairwise

import pytest

from avara_tui.tui.terminal.right_to_left import WALL, runs_left
from bidi import visual_order
from terminal.harness import Terminal, counting
from terminal.workplace import Workplace, wait_for_cursor_on, wait_until_loaded

pytestmark = pytest.mark.terminal

PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 12"
BUDGET = 600
"""Bytes that moving the cursor to a neighbouring row may take."""


def row_cells(terminal: Terminal, row: int) -> list[str]:
    return [terminal.cell(x, row).data for x in range(terminal.screen.columns)]


def assert_columns_kept(terminal: Terminal, *, least: int) -> None:
    """Check that a terminal that reorders shows each column, and the detail, where it belongs."""
    __tracebackhide__ = True
    titles = terminal.row_of("DESCRIPTION")
    head = terminal.lines[titles]
    starts = [match.start() for match in re.finditer(r"DESCRIPTION|ASSIGNEE|CUSTOMER|│", head)]
    edges = [0, *starts, terminal.screen.columns]
    checked = 0
    for y in range(terminal.screen.lines):
        cells = row_cells(terminal, y)
        if not runs_left("".join(cells)):
            continue
        is_row = titles < y and cells[edges[1] - 1] == WALL
        for direction in (0, None):
            order = visual_order(cells, direction)
            for start, end in pairwise(edges if is_row else [0, terminal.screen.columns]):
                assert sorted(order[start:end]) == list(range(start, end)), "".join(cells)
        checked += is_row
    assert checked >= least, terminal.text


def test_each_text_stays_in_its_column(workplace: Workplace) -> None:
    for number in range(12):
        workplace.create(f"צילום חזה {number} (AP) דחוף", metadata={"מחלקה": "12 מיון"})
    with workplace.worklist("--filter", "צילום", columns=150) as terminal:
        wait_for_cursor_on(terminal, "צילום")
        assert_columns_kept(terminal, least=12)
        for _ in range(3):
            terminal.press("j")
            terminal.wait_until_still()
            assert_columns_kept(terminal, least=12)


def test_moving_between_such_rows_takes_no_more_bytes_than_it_may(workplace: Workplace) -> None:
    for number in range(8):
        workplace.create(f"צילום חזה {number}", metadata={"ward": "x"})
    with workplace.worklist("--filter", "meta.ward:x", columns=100, rows=18) as terminal:
        wait_for_cursor_on(terminal, "צילום")
        for _ in range(4):
            with counting(terminal) as moved:
                terminal.press("j")
            assert 0 < moved[0] <= BUDGET


def test_a_word_with_a_joiner_takes_nothing_from_its_row(workplace: Workplace) -> None:
    workplace.create(PERSIAN)
    workplace.create("CT head")
    with workplace.worklist(columns=150) as terminal:
        wait_until_loaded(terminal)
        terminal.wait_for("\u062e\u0648\u0627\u0647\u0645 12")
        row = terminal.row_of("\u062e\u0648\u0627\u0647\u0645 12")
        whole = PERSIAN.replace("\u200c", "")
        assert f"{WALL}{whole} " in terminal.lines[row]
        assert "unassigned" in terminal.lines[row]
        assert PERSIAN[1:3].encode() in terminal.written
        columns = [
            terminal.lines[terminal.row_of(each)].index("unassigned") for each in (whole, "CT head")
        ]
        assert columns[0] == columns[1]


@pytest.mark.parametrize(
    "text", ["CT\u3000head", "5\u00a0mm \u202f", PERSIAN, "שָׁלוֹם 3", "胸部\u3000CT"]
)
def test_what_is_typed_is_what_the_server_gets(workplace: Workplace, text: str) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("d")
        terminal.wait_for(re.compile("^ description", re.MULTILINE))
        terminal.press("ctrl+u")
        terminal.send(text.encode())
        terminal.press("enter")
        terminal.wait_for(lambda _: workplace.study(study_id)["studyDescription"] == text)


def test_plain_letters_find_accents_and_the_other_way_round_only_what_was_meant(
    workplace: Workplace,
) -> None:
    workplace.create("Zebra MÜLLER")
    workplace.create("Zebra Muller")
    workplace.create("Zebra Meier")
    with workplace.worklist("--filter", "zebra muller") as terminal:
        wait_until_loaded(terminal)
        terminal.wait_for("Zebra MÜLLER")
        terminal.wait_for("Zebra Muller")
        assert "Zebra Meier" not in terminal.text
        terminal.press("/")
        terminal.wait_until_still()
        terminal.press("ctrl+u")
        terminal.send("zebra müller".encode())
        terminal.wait_for(lambda shown: "1 of" in shown.text and "Zebra Muller" not in shown.text)
