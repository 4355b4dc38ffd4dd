"""Only a hand acts: what a terminal answers and what is pasted does nothing but what it should."""

import re
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from masthead import READ_WHOLE
from needs import need_program
from terminal.answers import ANSWERS, pieces_for_a_terminal, sequences
from terminal.harness import WAIT, Terminal, program
from terminal.tmux import Tmux
from terminal.workplace import Workplace, under_cursor, wait_until_loaded

pytestmark = pytest.mark.terminal

READING = {"studies.list", "studies.get", "users.list", "customers.list", "studies.count"}
AT_ONCE = 400
"""Sequences between two looks at the screen."""
NOTHING_DONE = "pasted text is not keys: nothing was done"
NASTY = ["see \x1b[1mmm \x1b[0m note", "mnx\rvy\r\nq", "\x1b]0;mm\x07 nx \x1b[?1;2c"]
LATE = [
    answer
    for name, answer in ANSWERS.items()
    if name.startswith(("XTVERSION", "DA", "OSC 1", "DECRQSS", "XTGETTCAP", "colour scheme"))
]
"""What tmux asks its terminal for, or what one tells unasked."""
BEGUN = (b"\x1bP>|mintty", b"\x1b]11;rgb:00/mm", b"\x1b[?64;1", b"\x9b>4", b"\x1b_Gi=3")


def paste(text: str) -> bytes:
    return b"\x1b[200~" + text.encode() + b"\x1b[201~"


def assert_only_read(workplace: Workplace) -> None:
    """Check that nothing was asked of the server but to tell what it has."""
    assert set(workplace.emulator.counts) <= READING, workplace.emulator.counts
    assert not workplace.opened.exists()


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
            for piece in pieces_for_a_terminal(self._seed, batch):
                self._terminal.send(piece)
            self._terminal.wait_until_still()
            assert untouched(self._terminal) == before, place
        self.sent += len(made)
        for begun in BEGUN:
            self._terminal.send(begun)
        self._terminal.wait_until_still()
        assert untouched(self._terminal) == before, place


def flood_every_place(terminal: Terminal, count: int) -> int:
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
    terminal.wait_for("/ xy")
    flood.pour("filter", lambda it: "/ xy" in it.text)
    press_until(terminal, "k", lambda it: re.search("/ xyk+", it.text) is not None)
    terminal.press("escape")
    terminal.wait_for(lambda it: under_cursor(it) == here)
    terminal.press("S")
    terminal.wait_for("Sort")
    flood.pour("card", lambda it: "Sort" in it.text)
    press_until(terminal, "escape", lambda it: "Sort" not in it.text)
    terminal.press("x")
    terminal.wait_for("Cancel this")
    flood.pour("question", lambda it: "Cancel this" in it.text)
    press_until(terminal, "n", lambda it: "Cancel this" not in it.text)
    return flood.sent


@pytest.mark.parametrize(
    "count",
    [100, pytest.param(4_000, marks=[pytest.mark.slow, pytest.mark.timeout(300)])],
    ids=["500", "20,000"],
)
def test_answers_do_nothing_in_table_detail_filter_card_and_question(
    workplace: Workplace, count: int
) -> None:
    workplace.create("Zebra head")
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        workplace.emulator.forget_requests()
        sent = flood_every_place(terminal, count)
        assert sent == 5 * count
        assert_only_read(workplace)
        terminal.assert_no_traceback()
        assert terminal.leave() == 0
        terminal.assert_restored()


def test_a_late_answer_through_a_real_tmux_does_nothing(workplace: Workplace) -> None:
    """The outer terminal is ours: it answers when tmux no longer waits for it."""
    workplace.create("Zebra head")
    server = [
        need_program("tmux", "tmux"),
        "-L",
        f"avara-tui-{uuid.uuid4().hex}",
        "-f",
        "/dev/null",
    ]
    try:
        with Terminal([*server, "new", *program()], environ=workplace.environ) as terminal:
            wait_until_loaded(terminal)
            here = under_cursor(terminal)
            workplace.emulator.forget_requests()
            for answer in LATE:
                terminal.send(answer.encode())
            terminal.wait_until_still()
            assert under_cursor(terminal) == here
            press_until(terminal, "j", lambda it: under_cursor(it) != here)
            assert_only_read(workplace)
    finally:
        subprocess.run([*server, "kill-server"], capture_output=True, check=False, timeout=WAIT)


@pytest.mark.parametrize("text", NASTY)
def test_a_paste_from_tmux_into_the_table_does_nothing(workplace: Workplace, text: str) -> None:
    workplace.create("Zebra head")
    with Tmux(program(), environ=workplace.environ) as pane:
        pane.wait_for(READ_WHOLE)
        workplace.emulator.forget_requests()
        pane.paste(text)
        pane.wait_for(NOTHING_DONE)
        pane.press("j")
        pane.wait_for(lambda it: NOTHING_DONE not in it.text)
        assert_only_read(workplace)


def test_a_paste_from_tmux_into_a_text_keeps_every_line(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    with Tmux(program("--filter", "zebra"), environ=workplace.environ) as pane:
        pane.wait_for(re.compile("^▌.*Zebra head", re.MULTILINE))
        pane.press("d")
        pane.wait_for("description")
        pane.paste(" axial\nsecond line\n")
        pane.wait_for("pasted: line breaks became spaces")
        pane.press("Enter")
        pane.wait_for("Zebra head axial sec")
        pane.wait_for(lambda _: workplace.emulator.writes(study_id) == ["update"])
        assert workplace.study(study_id)["studyDescription"] == "Zebra head axial second line"


@pytest.mark.parametrize("text", NASTY)
def test_a_paste_split_anywhere_does_nothing(workplace: Workplace, text: str) -> None:
    workplace.create("Zebra head")
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        workplace.emulator.forget_requests()
        for seed in range(5):
            for piece in pieces_for_a_terminal(seed, paste(text)):
                terminal.send(piece)
            terminal.wait_for(NOTHING_DONE)
            terminal.press("escape")
            terminal.wait_for(lambda it: NOTHING_DONE not in it.text)
        assert_only_read(workplace)
        terminal.assert_no_traceback()


def test_a_paste_that_never_ends_lets_go(workplace: Workplace) -> None:
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        terminal.send(b"\x1b[200~mnx")
        terminal.wait_for(NOTHING_DONE)
        terminal.press("/")
        terminal.wait_for(lambda it: it.lines[-2].startswith(" /"))
        terminal.send(b"\x1b[200~zebra")
        terminal.wait_for("/ zebra")
        assert terminal.leave("escape", "q") == 0
        assert_only_read(workplace)
        terminal.assert_restored()


def test_three_pastes_of_a_megabyte_take_little_memory_and_end_where_they_end(
    workplace: Workplace,
) -> None:
    with workplace.worklist() as terminal:
        status = Path(f"/proc/{terminal.pid}/status")
        if not status.exists():
            pytest.skip("needs /proc")
        wait_until_loaded(terminal)
        terminal.press("f")
        terminal.wait_for("id, UID, any text")
        before = _peak(status)
        for _ in range(3):
            terminal.send(paste("mnx " * 250_000))
            terminal.wait_for("1,000,000 characters fit")
            terminal.press("k")
            terminal.wait_for(lambda it: "characters fit" not in it.text)
        assert _peak(status) - before < 20 * 1024, "kB"
        terminal.press("escape")
        terminal.wait_for("esc again discards this text")
        assert_only_read(workplace)


def _peak(status: Path) -> int:
    """Return the most memory that a process has had at once, in kB."""
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())[0])


def test_esc_and_a_key_in_one_packet_are_both_heard(workplace: Workplace) -> None:
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        here = under_cursor(terminal)
        terminal.press("enter")
        terminal.wait_for("esc back")
        terminal.send(b"\x1bj")
        terminal.wait_for(lambda it: "esc back" not in it.text and under_cursor(it) != here)


def test_the_place_of_keys_is_asked_for_and_the_keyboard_is_given_back(
    workplace: Workplace,
) -> None:
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        assert b"\x1b[>25u" in terminal.written
        assert b"\x1b[=4;2u" in terminal.written
        terminal.send(b"\x1b[1099::115;;1099u")
        terminal.wait_for("Severity of")
        assert terminal.leave("escape", "q") == 0
        terminal.assert_restored()
