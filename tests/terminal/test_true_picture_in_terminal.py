"""After every change of screen, a real terminal shows what a full redraw shows."""

import json
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyte
import pytest

from avara_tui.emulator import DEMO_USER_ID
from homes import write_settings
from masthead import READ_WHOLE
from terminal.harness import Terminal, program
from terminal.sequences import ALTERNATE_SCREEN
from terminal.tmux import Tmux
from terminal.workplace import Workplace, wait_for_cursor_on, wait_until_loaded

pytestmark = pytest.mark.terminal

_WHOLE = 2000
"""Bytes that no redraw of a whole screen stays under."""
_AGE = r"<?\d+[hm]\d*"
_LEFT_ALONE = """
import pathlib, sys, threading, time
from avara_tui.cli import main
from avara_tui.tui.controller import lock

def look():
    while True:
        lock.MINUTE = 0.0 if pathlib.Path(sys.argv[1]).exists() else 60.0
        time.sleep(0.005)

threading.Thread(target=look, daemon=True).start()
sys.exit(main([]))
"""
"""The program, of which the person has long been away while a file is there."""

Cells = list[list[Any]]


def cells_of(screen: pyte.Screen) -> Cells:
    return [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]


def redrawn(terminal: Terminal) -> Cells:
    """Return what a terminal shows that was sent nothing but the redraw that ctrl+l asks for."""
    before, shown = terminal.byte_count, terminal.screen
    terminal.press("ctrl+l")
    terminal.wait_for(lambda seen: seen.byte_count > before + _WHOLE)
    terminal.wait_until_still()
    fresh = pyte.Screen(shown.columns, shown.lines)
    stream = pyte.ByteStream(fresh)
    stream.feed(b"\x1b[?7l")
    for y in range(shown.lines):
        stream.feed(b"\x1b[%d;1H%s" % (y + 1, b"?" * shown.columns))
    stream.feed(bytes(terminal.written[before:]))
    return cells_of(fresh)


def are_the_same(seen: Any, wanted: Any) -> bool:
    """Whether two cells are the same but for a digit: ages grow while a test looks at them."""
    both_digits = seen.data.isdigit() and wanted.data.isdigit()
    return bool(seen == wanted or (both_digits and seen == wanted._replace(data=seen.data)))


def assert_true(terminal: Terminal) -> None:
    """Check that the terminal shows, in all its cells, what a full redraw gives."""
    terminal.wait_until_still()
    shown = cells_of(terminal.screen)
    wanted = redrawn(terminal)
    wrong = [
        f"{y}: {''.join(each.data for each in seen)!r} should be "
        f"{''.join(each.data for each in right)!r}"
        for y, (seen, right) in enumerate(zip(shown, wanted, strict=True))
        if not all(map(are_the_same, seen, right))
    ]
    assert not wrong, "\n".join(wrong)


def lock_and_unlock(terminal: Terminal) -> None:
    terminal.press("L")
    terminal.wait_for("counted just now")
    assert_true(terminal)
    terminal.press("enter")
    wait_until_loaded(terminal)


@contextmanager
def left_alone(workplace: Workplace, away: Path) -> Iterator[Terminal]:
    """Run the program, which locks by itself as soon as there is a file ``away``."""
    argv = [sys.executable, "-P", "-c", _LEFT_ALONE, str(away)]
    with Terminal(argv, environ=workplace.environ) as terminal:
        wait_until_loaded(terminal)
        yield terminal


def locks_by_itself(terminal: Terminal, away: Path) -> None:
    away.touch()
    terminal.wait_for("enter unlocks")
    terminal.wait_for("counted")
    away.unlink()


def test_unlocked_the_worklist_with_a_filter_is_all_there(workplace: Workplace) -> None:
    workplace.create("頭部CT 単純 e\N{COMBINING ACUTE ACCENT}mergence", severity="high")
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        assert_true(terminal)
        terminal.press("/", "severity:high", "enter")
        terminal.wait_for(re.compile(r"\d+ of \d+ shown[^\0]*^ / severity:high", re.MULTILINE))
        lock_and_unlock(terminal)
        terminal.wait_for(re.compile(r"\d+ of \d+ shown[^\0]*^ / severity:high", re.MULTILINE))
        terminal.wait_for("1 STAT ")
        assert_true(terminal)
        lock_and_unlock(terminal)
        assert_true(terminal)


def test_a_text_that_was_begun_is_to_be_seen_when_the_lock_that_came_by_itself_goes(
    workplace: Workplace, tmp_path: Path
) -> None:
    study_id = workplace.create("Zebra head")
    with left_alone(workplace, tmp_path / "away") as terminal:
        terminal.press("/", "zebra", "enter")
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("d")
        terminal.wait_for(re.compile("description +Zebra head"))
        terminal.press(" half")
        prompt = re.compile(r"^ description +Zebra head half *$", re.MULTILINE)
        terminal.wait_for(prompt)
        locks_by_itself(terminal, tmp_path / "away")
        terminal.wait_for("a text or an answer is not finished")
        assert_true(terminal)
        terminal.press("enter")
        wait_until_loaded(terminal)
        terminal.wait_for(prompt)
        assert_true(terminal)
        # What is typed goes where it is seen to go.
        terminal.press("m")
        terminal.wait_for("Zebra head halfm")
        terminal.press("escape", "escape")
        terminal.wait_for("all keys")
        assert_true(terminal)
    assert not workplace.emulator.writes(study_id)


@pytest.mark.parametrize(
    "opened",
    [
        ("x", "?"),
        pytest.param(("a", "type to search"), marks=pytest.mark.slow),
        pytest.param(("?", "type to search"), marks=pytest.mark.slow),
    ],
)
def test_what_is_open_when_it_locks_is_there_or_gone_afterwards_but_never_unseen(
    workplace: Workplace, tmp_path: Path, opened: tuple[str, str]
) -> None:
    key, sign = opened
    with left_alone(workplace, tmp_path / "away") as terminal:
        terminal.press(key)
        terminal.wait_for(sign)
        locks_by_itself(terminal, tmp_path / "away")
        terminal.press("enter")
        wait_until_loaded(terminal)
        assert_true(terminal)


def test_another_profile_is_all_there(workplace: Workplace) -> None:
    key, me = workplace.emulator.api_key, f'me = "{DEMO_USER_ID}"'
    command = [sys.executable, "-c", f"print({key!r})"]
    write_settings(
        workplace.environ["HOME"],
        f'[profiles.default]\n{me}\ncolour = "red"\n[profiles.other]\n{me}\ncolour = "green"\n'
        f'base_url = "{workplace.emulator.base_url}"\ncredential_command = {json.dumps(command)}\n',
    )
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        for name in ("other", "default"):
            terminal.press("P")
            terminal.wait_for("type to search")
            terminal.press("enter")
            terminal.wait_for(re.compile(rf"\A(?!.*loading).*\blive\b.* {name} "))
            assert_true(terminal)


def is_stopped(terminal: Terminal) -> bool:
    state = Path(f"/proc/{terminal.pid}/stat").read_text().rpartition(")")[2].split()[0]
    return state == "T"


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.parametrize("locked", [False, True])
def test_back_from_the_shell_it_is_all_there(workplace: Workplace, *, locked: bool) -> None:
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        if locked:
            terminal.press("L")
            terminal.wait_for("counted just now")
        terminal.press("ctrl+z")
        terminal.wait_for(is_stopped)
        before = terminal.byte_count
        terminal.signal(signal.SIGCONT)
        terminal.wait_for(lambda shown: shown.output.modes.get(ALTERNATE_SCREEN) is True)
        terminal.wait_for(lambda shown: shown.byte_count > before + _WHOLE)
        terminal.wait_for("enter unlocks" if locked else "all keys")
        assert_true(terminal)
        if locked:
            terminal.press("enter")
            wait_until_loaded(terminal)
            assert_true(terminal)


def test_resized_while_locked_it_fits_and_is_all_there(workplace: Workplace) -> None:
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        terminal.press("L")
        terminal.wait_for("counted just now")
        for columns, rows in ((100, 30), (80, 24), (161, 50)):
            terminal.resize(columns, rows)
            terminal.wait_for(lambda shown: "enter unlocks" in shown.text)
            terminal.wait_until_still()
            assert_true(terminal)
        terminal.press("enter")
        wait_until_loaded(terminal)
        assert_true(terminal)


def test_what_something_else_wrote_goes_at_ctrl_l_wherever_the_person_is(
    workplace: Workplace,
) -> None:
    workplace.create("Zebra head")
    places = (
        ("all keys", ()),
        ("type to search", ("?",)),
        ("Cancel this study", ("x",)),
        ("description", ("d",)),
        ("type to search", ("a",)),
        (re.compile("^ /", re.MULTILINE), ("/",)),
        ("enter unlocks", ("L",)),
    )
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        for sign, keys in places:
            terminal.press(*keys)
            terminal.wait_for(sign)
            terminal.wait_until_still()
            terminal._stream.feed(b"\x1b[2;2H\x1b[0mBroadcast message\x1b[3;1H\x1b[2K")
            wanted = redrawn(terminal)
            assert all(
                are_the_same(seen, right)
                for ours, rights in zip(cells_of(terminal.screen), wanted, strict=True)
                for seen, right in zip(ours, rights, strict=True)
            ), f"at {sign}:\n{terminal.text}"
            terminal.press("escape")
    assert not any(
        workplace.emulator.writes(each["studyId"]) for each in workplace.emulator.studies()
    )


def captured(pane: Tmux) -> str:
    """Return what tmux shows with its colours, but without the ages."""
    coloured = pane._tell("capture-pane", "-p", "-e", "-t", "main")
    return re.sub(
        rf"\x1b\[[\d;]*m|{_AGE}", lambda found: found[0] if found[0][0] == "\x1b" else "#", coloured
    )


def test_in_tmux_too(workplace: Workplace) -> None:
    workplace.create("頭部CT 単純", severity="high")
    with Tmux(program(), environ=workplace.environ) as pane:
        pane.wait_for(READ_WHOLE)
        pane.press("/", "severity:high", "Enter")
        filtered = re.compile(r"\d+ of \d+ shown[^\0]*^ / severity:high", re.MULTILINE)
        pane.wait_for(filtered)
        pane.press("d")
        pane.wait_for(re.compile(r"^ description \S.*$", re.MULTILINE))
        pane.press("Escape")
        pane.wait_for("all keys")
        pane.press("L")
        pane.wait_for("counted")
        pane.press("Enter")
        pane.wait_for(READ_WHOLE)
        pane.wait_for(filtered)
        pane.wait_for("! seen")
        pane.wait_for("all keys")
        pane.wait_for("n next")
        shown = captured(pane)
        written_over = b"\x1b7\x1b[40;1H\x1b[0mBroadcast message\x1b8"
        Path(pane.ask("pane_tty")).write_bytes(written_over)
        pane.wait_for("Broadcast message")
        pane.press("C-l")
        # The last row is drawn last.
        pane.wait_for(lambda seen: "Broadcast" not in seen.text)
        assert captured(pane) == shown
