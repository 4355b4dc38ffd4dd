"""Ended from outside: the terminal as it was, and one line that says how much was not saved."""

import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from terminal.harness import WAIT, Terminal, program
from terminal.processes import is_stopped
from terminal.sequences import ALTERNATE_SCREEN
from terminal.workplace import Workplace, wait_for_cursor_on

pytestmark = pytest.mark.terminal

SECRET = "Xylophon"
"""What the person typed: no line may say it once the screen is gone."""
TERM, HUP, INT, QUIT = signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT
SIGNALS = (TERM, HUP, INT, QUIT)
ONE_SAVING = "1 change was being saved: its outcome is not known"

State = Callable[[Workplace, Terminal], None]


def nothing(workplace: Workplace, terminal: Terminal) -> None:
    del workplace, terminal


def typed(workplace: Workplace, terminal: Terminal) -> None:
    del workplace
    terminal.press("d")
    terminal.wait_for(re.compile("description +Zebra head"))
    terminal.press(SECRET)
    terminal.wait_for(f"Zebra head{SECRET}")


def opened_and_not_typed(workplace: Workplace, terminal: Terminal) -> None:
    del workplace
    terminal.press("d")
    terminal.wait_for(re.compile("description +Zebra head"))


def drafted(workplace: Workplace, terminal: Terminal) -> None:
    del workplace
    terminal.press("enter")
    terminal.wait_for("esc back")
    terminal.press("j", "enter")
    terminal.wait_for("Severity?")
    terminal.press("h", "j", "j", "enter")
    terminal.wait_for("* complete")


def drafted_and_typed(workplace: Workplace, terminal: Terminal) -> None:
    drafted(workplace, terminal)
    terminal.press("k", "k", "k", "enter")
    terminal.wait_for(re.compile("description +Zebra head"))
    terminal.press(SECRET)
    terminal.wait_for(f"Zebra head{SECRET}")


def asked(workplace: Workplace, terminal: Terminal) -> None:
    del workplace
    terminal.press("x")
    terminal.wait_for("Cancel this study")


def drafted_and_card(workplace: Workplace, terminal: Terminal) -> None:
    drafted(workplace, terminal)
    terminal.press("?")
    terminal.wait_for("type to search")


def drafted_and_locked(workplace: Workplace, terminal: Terminal) -> None:
    drafted(workplace, terminal)
    terminal.press("L")
    terminal.wait_for("2 changes are not saved")


def saving(workplace: Workplace, terminal: Terminal) -> None:
    workplace.emulator.arm("stall-after-write", 1, "studies.update")
    terminal.press("v")
    terminal.wait_for(lambda _: workplace.emulator.count("studies.update") == 1)


def saving_not_sent(workplace: Workplace, terminal: Terminal) -> None:
    before = workplace.emulator.count("studies.retrieve")
    workplace.emulator.arm("stall-before-answer", 1, "studies.retrieve")
    terminal.press("v")
    terminal.wait_for(lambda _: workplace.emulator.count("studies.retrieve") > before)


def saving_a_draft(workplace: Workplace, terminal: Terminal) -> None:
    drafted(workplace, terminal)
    workplace.emulator.arm("stall-after-write", 1, "studies.update")
    terminal.press("w")
    terminal.wait_for(lambda _: workplace.emulator.count("studies.update") == 1)


def in_conflict(workplace: Workplace, terminal: Terminal) -> None:
    typed(workplace, terminal)
    (study,) = [
        each for each in workplace.emulator.studies() if "Zebra" in each["studyDescription"]
    ]
    workplace.emulator.change(study["studyId"], studyDescription="Zebra neck")
    terminal.press("enter")
    terminal.wait_for("Changed by somebody else while you typed")


def many(workplace: Workplace, terminal: Terminal) -> None:
    """Six studies are to be completed: four are sent, two wait for their turn."""
    for number in range(5):
        workplace.create(f"Zebra {number}")
    terminal.press("r")
    terminal.wait_for("6 of ")
    workplace.emulator.arm("stall-after-write", 6, "studies.update")
    terminal.press("*", "v")
    terminal.wait_for("Status of 6 studies")
    terminal.press("c")
    terminal.wait_for("y yes, ")
    terminal.press("y")
    terminal.wait_for(lambda _: workplace.emulator.count("studies.update") == 4)


def new_study(workplace: Workplace, terminal: Terminal) -> None:
    del workplace
    terminal.press("+")
    terminal.wait_for("New study")
    terminal.press("j", "enter", SECRET, "enter")
    # In the form, and no longer in the line where it is typed.
    terminal.wait_for(
        lambda shown: SECRET in "".join(shown.lines[:-1]) and SECRET not in shown.lines[-1]
    )


CASES: dict[str, tuple[State, str]] = {
    "nothing": (nothing, ""),
    "typed": (typed, "an unfinished text was not saved"),
    "opened": (opened_and_not_typed, ""),
    "drafted": (drafted, "2 changes were not saved"),
    "drafted and typed": (
        drafted_and_typed,
        "2 changes and an unfinished text were not saved",
    ),
    "asked": (asked, ""),
    "card": (drafted_and_card, "2 changes were not saved"),
    "locked": (drafted_and_locked, "2 changes were not saved"),
    "saving": (saving, ONE_SAVING),
    "not sent": (saving_not_sent, "1 change was not saved"),
    "draft": (saving_a_draft, "2 changes were being saved: their outcome is not known"),
    "conflict": (in_conflict, "1 change was not saved"),
    "many": (
        many,
        "2 changes were not saved; 4 changes were being saved: their outcome is not known",
    ),
    "new study": (new_study, "a new study was not saved"),
}
FAST = {("drafted and typed", TERM), ("many", QUIT), ("locked", HUP)}
MATRIX = [
    pytest.param(name, number, marks=() if (name, number) in FAST else pytest.mark.slow)
    for place, name in enumerate(CASES)
    for number in SIGNALS
    # Every state with the signal that means to end it, and with one of the others in turn.
    if number is TERM or number is SIGNALS[1 + place % 3] or (name, number) in FAST
]


@pytest.fixture
def worklist(workplace: Workplace) -> Iterator[Terminal]:
    workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        yield terminal


def check_end(terminal: Terminal, number: signal.Signals, lost: str) -> None:
    """Check exit code, terminal and last line after a signal."""
    assert terminal.wait_exit() == 128 + number
    terminal.assert_restored()
    terminal.assert_no_traceback()
    said = [line for line in "".join(_wide(terminal)).split("\n") if line]
    assert said == ([f"avara-tui: ended by {number.name}; {lost}"] if lost else [])


def _wide(terminal: Terminal) -> Iterator[str]:
    """Yield the rows of the screen; those that are full go on in the next."""
    for line in terminal.lines:
        yield line if len(line) == 120 else f"{line}\n"


@pytest.mark.parametrize(("name", "number"), MATRIX)
def test_a_signal_ends_it_and_one_line_says_how_much_is_lost(
    workplace: Workplace, worklist: Terminal, name: str, number: signal.Signals
) -> None:
    state, lost = CASES[name]
    state(workplace, worklist)
    sent = workplace.emulator.count("studies.update")
    worklist.signal(number)
    check_end(worklist, number, lost)
    assert workplace.emulator.count("studies.update") == sent
    assert not crash_reports(workplace)


@pytest.mark.parametrize("number", [TERM, pytest.param(HUP, marks=pytest.mark.slow)])
def test_a_suspended_program_says_it_too(
    workplace: Workplace, worklist: Terminal, number: signal.Signals
) -> None:
    drafted_and_typed(workplace, worklist)
    worklist.signal(signal.SIGTSTP)
    worklist.wait_for(lambda shown: is_stopped(shown.pid) and not shown.output.unusual())
    worklist.signal(number)
    worklist.signal(signal.SIGCONT)
    check_end(worklist, number, "2 changes and an unfinished text were not saved")


DEAF = """
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize(
    "before",
    [pytest.param([], marks=pytest.mark.slow), [sys.executable, "-c", DEAF]],
    ids=["", "without SIGHUP"],
)
def test_a_lost_line_with_a_draft_ends_it_in_peace(workplace: Workplace, before: list[str]) -> None:
    workplace.create("Zebra head")
    command = [*before, *program("--filter", "zebra")]
    with Terminal(command, environ=workplace.environ) as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        drafted_and_typed(workplace, terminal)
        terminal.hang_up()
        assert terminal.wait_exit() == 128 + HUP
        terminal.assert_no_traceback()
    assert not crash_reports(workplace)


@pytest.mark.slow
@pytest.mark.parametrize("number", [TERM, HUP])
def test_a_signal_before_the_first_frame_leaves_the_terminal_as_it_was(
    workplace: Workplace, number: signal.Signals
) -> None:
    with workplace.worklist() as terminal:
        terminal.wait_for(lambda shown: shown.output.modes.get(ALTERNATE_SCREEN) is True)
        terminal.signal(number)
        check_end(terminal, number, "")


@pytest.mark.slow
def test_a_terminal_that_takes_nothing_any_more_does_not_keep_it(
    workplace: Workplace, worklist: Terminal
) -> None:
    drafted(workplace, worklist)
    worklist.stop_reading()
    limit = time.monotonic() + WAIT
    seen, last_grown = -1, time.monotonic()
    while time.monotonic() < last_grown + 1.0:
        assert time.monotonic() < limit, "it never filled"
        worklist.press("ctrl+l")
        time.sleep(0.02)
        if worklist.unread > seen:
            seen, last_grown = worklist.unread, time.monotonic()
    worklist.signal(TERM)
    assert worklist.wait_exit() == 128 + TERM
    worklist.assert_line_discipline_restored()
    assert not crash_reports(workplace)


@pytest.mark.slow
@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+\\"])
def test_keys_that_stand_for_signals_end_nothing(
    workplace: Workplace, worklist: Terminal, key: str
) -> None:
    worklist.press(key)
    worklist.wait_for("press q to quit")
    del workplace


FAULTY = """
import sys
from avara_tui.cli import main
from avara_tui.tui.controller.guide import Guide
def show_help(guide):
    raise ZeroDivisionError("Xylophon")
Guide.show_help = show_help
sys.exit(main(sys.argv[1:]))
"""


def test_a_mistake_of_its_own_says_how_much_is_lost(workplace: Workplace) -> None:
    workplace.create("Zebra head")
    command = [sys.executable, "-P", "-c", FAULTY, "--filter", "zebra"]
    with Terminal(command, environ=workplace.environ) as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        drafted(workplace, terminal)
        terminal.press("?")
        assert terminal.wait_exit() == 1
        terminal.assert_restored()
        assert "avara-tui: 2 changes were not saved" in terminal.text
        assert SECRET not in terminal.text
        assert "Zebra" not in terminal.text
    assert len(crash_reports(workplace)) == 1


def crash_reports(workplace: Workplace) -> list[Path]:
    return list(Path(workplace.environ["HOME"]).rglob("crash-*"))
