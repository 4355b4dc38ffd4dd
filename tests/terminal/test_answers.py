"""Only a hand acts: what a terminal answers and what is pasted does nothing but what it should."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from studies import add_study
from terminal.answers import TOLD, pieces, sequences
from terminal.desk import Desk, under_cursor, wait_for_cursor_on, wait_until_loaded
from terminal.harness import Terminal, program
from terminal.tmux import Tmux

pytestmark = pytest.mark.terminal

READING = {"studies.list", "studies.get", "users.list", "customers.list", "studies.count"}
AT_ONCE = 400
"""Sequences between two looks at the screen."""
NOTHING_DONE = "pasted text is not keys: nothing was done"
BEGUN = (b"\x1bP>|mintty", b"\x1b]11;rgb:00/mm", b"\x1b[?64;1", b"\x9b>4", b"\x1b_Gi=3")


def paste(text: str) -> bytes:
    return b"\x1b[200~" + text.encode() + b"\x1b[201~"


def assert_only_read(desk: Desk) -> None:
    """Check that nothing was asked of the server but to tell what it has."""
    assert set(desk.emulator.counts) <= READING, desk.emulator.counts
    assert not desk.opened.exists()


def press_until(terminal: Terminal, key: str, condition: Callable[[Terminal], bool]) -> None:
    """Press a key until it is heard: what was begun and not ended takes a while to be given up."""
    for _ in range(8):
        terminal.press(key)
        try:
            terminal.wait_for(condition, timeout=4)
        except AssertionError:
            continue
        return
    terminal.wait_for(condition, timeout=4)


class Flood:
    """Sends a terminal's answers, and looks whether anything but the numbers of the time moves."""

    def __init__(self, terminal: Terminal, count: int) -> None:
        self._terminal = terminal
        self._count = count
        self._seed = 0
        self.sent = 0

    def pour(self, place: str, untouched: Callable[[Terminal], object]) -> None:
        """Send the answers of the next seed; ``untouched`` tells what must stay as it is."""
        self._seed += 1
        before = untouched(self._terminal)
        assert before, place
        made = list(sequences(self._seed, self._count))
        for start in range(0, len(made), AT_ONCE):
            batch = b"".join(made[start : start + AT_ONCE])
            for piece in pieces(self._seed, batch):
                self._terminal.send(piece)
            self._terminal.wait_until_still()
            assert untouched(self._terminal) == before, place
        self.sent += len(made)
        for begun in BEGUN:
            self._terminal.send(begun)
        self._terminal.wait_until_still()
        assert untouched(self._terminal) == before, place


def flood_every_place(desk: Desk, terminal: Terminal, count: int) -> int:
    """Send ``count`` answers in each of five places, and use the keys after them."""
    flood = Flood(terminal, count)
    here = under_cursor(terminal)
    flood.pour("table", under_cursor)
    press_until(terminal, "j", lambda it: under_cursor(it) != here)
    press_until(terminal, "g", lambda it: under_cursor(it) == here)
    terminal.press("enter")
    terminal.wait_for("esc back")
    flood.pour("detail", lambda it: "esc back" in it.lines[-1] and under_cursor(it))
    press_until(terminal, "escape", lambda it: "esc back" not in it.lines[-1])
    terminal.press("/", "x", "y")
    terminal.wait_for("/ xy ")
    flood.pour("filter", lambda it: "/ xy " in it.text)
    press_until(terminal, "k", lambda it: re.search("/ xyk+ ", it.text) is not None)
    terminal.press("escape")
    terminal.wait_for(lambda it: under_cursor(it) == here)
    terminal.press("S")
    terminal.wait_for("Sort")
    flood.pour("card", lambda it: "Sort" in it.text)
    press_until(terminal, "escape", lambda it: "Sort" not in it.text)
    terminal.press("x")
    terminal.wait_for("Cancel ")
    flood.pour("question", lambda it: "Cancel " in it.lines[-1])
    press_until(terminal, "n", lambda it: "Cancel " not in it.lines[-1])
    return flood.sent


@pytest.mark.parametrize(
    "count",
    [100, pytest.param(4_000, marks=[pytest.mark.slow, pytest.mark.timeout(300)])],
    ids=["500", "20,000"],
)
def test_answers_do_nothing_in_table_detail_filter_card_and_question(
    desk: Desk, count: int
) -> None:
    desk.create("Zebra head")
    with desk.worklist() as terminal:
        wait_until_loaded(terminal)
        desk.emulator.forget_requests()
        sent = flood_every_place(desk, terminal, count)
        assert sent == 5 * count
        assert_only_read(desk)
        terminal.assert_no_traceback()
        terminal.press("q")
        assert terminal.wait_exit() == 0
        terminal.assert_restored()
