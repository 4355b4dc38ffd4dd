"""What the program finds at its start: a terminal's size and kind, colours, files and threads."""

import re
import resource
import struct
import sys
import termios
from fcntl import ioctl
from functools import partial
from pathlib import Path

import pytest

from terminal.harness import Terminal, program
from terminal.workplace import Workplace, wait_for_cursor_on, wait_until_loaded

pytestmark = pytest.mark.terminal

COLOUR = re.compile(rb"\x1b\[[0-9;]*(?:3[0-8]|4[0-8])[0-9;]*m")
"""A sequence that sets a colour."""


def limited(limit: str, *command: str) -> list[str]:
    """Return a command line that runs ``command`` under a limit of the shell's ``ulimit``."""
    return ["/bin/sh", "-c", f'ulimit {limit} && exec "$@"', "sh", *command]


def refusal(terminal: Terminal, exit_code: int = 2) -> str:
    """Check that the program ends with one sentence and has drawn nothing; return the sentence."""
    assert terminal.wait_exit() == exit_code
    terminal.assert_restored()
    terminal.assert_no_traceback()
    assert b"mistake of its own" not in terminal.written
    said = bytes(terminal.written).decode()
    assert said.startswith("avara-tui: ")
    assert said.count("\n") == 1
    return said


def fills(rows: int, terminal: Terminal) -> bool:
    """Whether the program's last line is the last of so many rows."""
    return "? all keys" in terminal.lines[rows - 1]


# The size.


@pytest.mark.parametrize(
    "exported",
    [("70", "20"), *(pytest.param(e, marks=pytest.mark.slow) for e in (("300", "90"), ("0", "x")))],
    ids=repr,
)
def test_the_size_is_the_terminals_and_not_the_environments(
    workplace: Workplace, exported: tuple[str, str]
) -> None:
    workplace.environ["COLUMNS"], workplace.environ["LINES"] = exported
    with workplace.start(columns=100, rows=30) as terminal:
        wait_until_loaded(terminal)
        terminal.wait_until_still()
        assert fills(30, terminal)
        # Nothing was ever drawn beyond the screen: the first frame has the right size too.
        reached = [int(each) for each in re.findall(rb"\x1b\[(\d+);\d+H", bytes(terminal.written))]
        assert max(reached) <= 30
        for columns, rows in ((130, 40), (80, 24)):
            terminal.resize(columns, rows)
            terminal.wait_for(partial(fills, rows))
            assert max(map(len, terminal.lines)) <= columns


def test_a_terminal_that_does_not_know_its_size_is_as_large_as_the_environment_says(
    workplace: Workplace,
) -> None:
    workplace.environ["COLUMNS"], workplace.environ["LINES"] = "90", "25"
    with workplace.start(columns=120, rows=40) as terminal:
        # Before the program has had the time to ask.
        ioctl(terminal.master, termios.TIOCSWINSZ, struct.pack("HHHH", 0, 0, 0, 0))
        wait_until_loaded(terminal)
        terminal.wait_for(partial(fills, 25))


def test_doctor_tells_the_size_that_the_screen_will_have(workplace: Workplace) -> None:
    workplace.environ["COLUMNS"], workplace.environ["LINES"] = "70", "12"
    command = program("doctor", "--offline")
    with Terminal(command, environ=workplace.environ, columns=100, rows=30) as terminal:
        terminal.wait_exit()
        assert re.search(r"ok +size +100x30", terminal.text)


# Its kind.


@pytest.mark.parametrize("term", [None, "", "dumb", "unknown"])
def test_where_nothing_can_be_drawn_a_sentence_says_so(
    environ: dict[str, str], term: str | None
) -> None:
    del environ["TERM"]
    if term is not None:
        environ["TERM"] = term
    with Terminal(program(), environ=environ) as terminal:
        said = refusal(terminal)
        assert (f"TERM is {term}:" if term else "TERM is not set:") in said
        assert "xterm-256color" in said
        assert "avara-tui list" in said


@pytest.mark.parametrize(
    ("value", "colours"),
    [("", True), *(pytest.param(each, False, marks=pytest.mark.slow) for each in "10")],
)
def test_an_empty_no_color_is_none(workplace: Workplace, value: str, *, colours: bool) -> None:
    workplace.environ["NO_COLOR"] = value
    with workplace.start() as terminal:
        wait_until_loaded(terminal)
        terminal.wait_until_still()
        assert bool(COLOUR.search(bytes(terminal.written))) is colours


# What the machine is short of.


@pytest.mark.parametrize(
    "limit", [8, 24, *(pytest.param(n, marks=pytest.mark.slow) for n in (*range(9, 24, 2), 34))]
)
def test_too_few_descriptors_are_told_in_a_sentence(workplace: Workplace, limit: int) -> None:
    with Terminal(limited(f"-n {limit}", *program()), environ=workplace.environ) as terminal:
        said = refusal(terminal)
        assert f"too few file descriptors (the limit is {limit})" in said
        assert "ulimit -n" in said


def test_the_least_descriptors_that_are_accepted_are_enough(workplace: Workplace) -> None:
    workplace.create("Zebra head")
    command = limited("-n 36", *program("--filter", "zebra"))
    with Terminal(command, environ=workplace.environ) as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("m")
        terminal.wait_for("claimed: it is yours")
        terminal.press("o")
        terminal.wait_for("handed to")
        assert terminal.leave() == 0
        terminal.assert_no_traceback()


@pytest.mark.slow
def test_a_soft_limit_that_is_too_low_is_raised(workplace: Workplace) -> None:
    with Terminal(limited("-S -n 10", *program()), environ=workplace.environ) as terminal:
        wait_until_loaded(terminal)
        assert terminal.leave() == 0


@pytest.mark.slow
def test_descriptors_that_run_out_later_are_named_and_the_program_recovers(
    workplace: Workplace,
) -> None:
    workplace.create("Zebra head")
    with workplace.start("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        # What the keys need is imported: what is to fail are connections.
        terminal.press("s")
        terminal.wait_for("Severity of")
        terminal.press("h")
        terminal.wait_for("now ● HIGH")
        usual = resource.prlimit(terminal.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(terminal.pid, resource.RLIMIT_NOFILE, (3, usual[1]))
        with workplace.emulator.refusing_connections():
            terminal.press("r")
            terminal.wait_for("out of reach")
        terminal.press("s")
        terminal.wait_for("Severity of")
        terminal.press("r")
        terminal.wait_for(re.compile("not saved.*no file descriptor left"))
        resource.prlimit(terminal.pid, resource.RLIMIT_NOFILE, usual)
        terminal.press("escape", "r")
        wait_until_loaded(terminal)
        terminal.press("s")
        terminal.wait_for("Severity of")
        terminal.press("r")
        terminal.wait_for("now RTN")
        assert terminal.leave() == 0


FEW_THREADS = """
import sys, threading
left, start = int(sys.argv[1]), threading.Thread.start
def scarce(thread):
    global left
    left -= 1
    if left < 0:
        raise RuntimeError("can't start new thread")
    start(thread)
threading.Thread.start = scarce
from avara_tui.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize(
    "threads", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in (0, 2, 3, 4, 5))]
)
def test_too_few_threads_are_told_in_a_sentence(workplace: Workplace, threads: int) -> None:
    command = [sys.executable, "-P", "-c", FEW_THREADS, str(threads)]
    with Terminal(command, environ=workplace.environ) as terminal:
        assert terminal.wait_exit() == 1
        terminal.assert_restored()
        terminal.assert_no_traceback()
        assert "avara-tui: no thread can be started any more." in terminal.text
        assert "mistake of its own" not in terminal.text
    assert not list(Path(workplace.environ["HOME"]).rglob("crash-*"))


@pytest.mark.parametrize(
    "limit", [6, *(pytest.param(n, marks=pytest.mark.slow) for n in (5, 8, 10, 13))]
)
def test_a_command_says_in_a_sentence_that_there_are_too_few_descriptors(
    workplace: Workplace, limit: int
) -> None:
    with Terminal(limited(f"-n {limit}", *program("list")), environ=workplace.environ) as terminal:
        said = refusal(terminal, exit_code=1)
        assert f"too few file descriptors (the limit is {limit})" in said
