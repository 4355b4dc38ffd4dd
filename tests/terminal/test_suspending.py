"""Suspended to the shell and back: the terminal is the shell's meanwhile, and nothing is lost."""

import re
import signal
import sys
from functools import partial
from pathlib import Path

import pytest

from masthead import READ_WHOLE
from terminal.harness import LEAVE, Terminal
from terminal.processes import is_stopped
from terminal.sequences import ALTERNATE_SCREEN, CURSOR
from terminal.workplace import Workplace, wait_for_cursor_on, wait_until_loaded

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc"),
]


def has_written(count: int, terminal: Terminal) -> bool:
    return terminal.byte_count > count


def suspend(terminal: Terminal, how: str) -> None:
    if how == "key":
        terminal.press("ctrl+z")
    else:
        terminal.signal(signal.SIGTSTP)
    terminal.wait_for(lambda shown: is_stopped(shown.pid))
    terminal.wait_for(lambda shown: not shown.output.unusual())


def go_on(terminal: Terminal) -> None:
    terminal.signal(signal.SIGCONT)
    terminal.wait_for(lambda shown: shown.output.modes.get(ALTERNATE_SCREEN) is True)


@pytest.mark.parametrize("how", ["key", "signal"])
def test_a_suspended_program_gives_the_terminal_back(workplace: Workplace, how: str) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        terminal.press("/", "zebra", "enter")
        wait_for_cursor_on(terminal, "Zebra head")
        with pytest.raises(AssertionError, match="line discipline"):
            terminal.assert_line_discipline()
        suspend(terminal, how)
        terminal.assert_line_discipline()
        assert terminal.output.modes[CURSOR] is True
        go_on(terminal)
        # All of it is drawn again: the shell may have written anywhere.
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.wait_for(READ_WHOLE)
        terminal.wait_for("all keys")
        terminal.press("s")
        terminal.wait_for(re.compile(r"Severity of Zebra head.*\?"))
        terminal.press("h")
        terminal.wait_for(lambda _: workplace.study(study_id)["severity"] == "high")
        suspend(terminal, "key")
        go_on(terminal)
        wait_for_cursor_on(terminal, "Zebra head")
        assert terminal.leave(timeout=LEAVE) == 0
        terminal.assert_restored()
        terminal.assert_no_traceback()


def test_a_draft_outlives_a_stop_and_a_server_that_was_restarted_is_found_again(
    workplace: Workplace,
) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("d")
        terminal.wait_for(re.compile("description +Zebra head"))
        terminal.press("!")
        terminal.wait_for("Zebra head!")
        suspend(terminal, "key")
        # The network forgets connections that nobody uses.
        workplace.emulator.arm("reset-before-answer", 1)
        go_on(terminal)
        terminal.wait_for(re.compile("description +Zebra head!"))
        terminal.press("enter")
        terminal.wait_for(lambda _: workplace.study(study_id)["studyDescription"] == "Zebra head!")


def test_a_stop_from_elsewhere_does_not_double_the_keys(workplace: Workplace) -> None:
    workplace.create("Zebra head")
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        tasks = Path(f"/proc/{terminal.pid}/task")
        threads = len(list(tasks.iterdir()))
        for _ in range(2):
            terminal.signal(signal.SIGSTOP)
            terminal.wait_for(lambda shown: is_stopped(shown.pid))
            seen = terminal.byte_count
            terminal.signal(signal.SIGCONT)
            terminal.wait_for(partial(has_written, seen + 2000))
            wait_until_loaded(terminal)
        terminal.wait_for(lambda _: len(list(tasks.iterdir())) <= threads)
        terminal.press("/", "zebra", "enter")
        wait_for_cursor_on(terminal, "Zebra head")
        assert terminal.leave(timeout=LEAVE) == 0
        terminal.assert_restored()


def test_a_suspended_program_can_be_ended(workplace: Workplace) -> None:
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        suspend(terminal, "key")
        terminal.signal(signal.SIGTERM)
        terminal.signal(signal.SIGCONT)
        assert terminal.wait_exit(LEAVE) == 128 + signal.SIGTERM
        terminal.assert_restored()
