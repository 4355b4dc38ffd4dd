"""The terminal's clipboard by OSC 52: plain, and through tmux and screen as they really are."""

import base64
import re
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from avara_tui.triage.opener.clipboard import LONGEST_TEXT, osc52
from avara_tui.triage.opener.links import OpenerError
from needs import need_program
from terminal.harness import Terminal, environment

URL = "https://viewer.avarasoftware.com/study/stu_1234?token=abc123"
XTERM = {"TERM": "xterm-256color"}


def copied(written: bytes) -> list[str]:
    """Return the texts that a terminal would put on its clipboard."""
    found = re.findall(rb"(?<!\x1b)\x1b\]52;[a-z]*;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)", written)
    return [base64.b64decode(text).decode() for text in found]


def test_a_plain_terminal_gets_one_sequence() -> None:
    assert osc52("abc", XTERM) == "\x1b]52;c;YWJj\x07"
    assert copied(osc52(URL, XTERM).encode()) == [URL]
    assert copied(osc52("größer\nzwei", XTERM).encode()) == ["größer\nzwei"]


@pytest.mark.parametrize("text", ["a\x1b[201~b", "rm -rf /\r", "a\x00", "a\u202eb", "a\x9bb"])
def test_a_text_that_a_shell_might_obey_is_not_sent(text: str) -> None:
    with pytest.raises(OpenerError, match="control characters"):
        osc52(text, XTERM)


def test_a_text_that_terminals_would_drop_is_not_sent() -> None:
    assert len(osc52("a" * LONGEST_TEXT, XTERM)) <= 100_000
    with pytest.raises(OpenerError, match="longer than 74,994 bytes"):
        osc52("a" * (LONGEST_TEXT + 1), XTERM)
    with pytest.raises(OpenerError, match="longer than"):
        osc52("é" * LONGEST_TEXT, XTERM)


@pytest.mark.parametrize("term", ["", "dumb", "linux"])
def test_a_terminal_without_a_clipboard_is_named(term: str) -> None:
    with pytest.raises(OpenerError, match="has no clipboard"):
        osc52("abc", {"TERM": term})


@pytest.fixture
def copy(tmp_path: Path) -> list[str]:
    """The command line of a program that copies a link on enter and then waits to be ended.

    What it sends before a terminal is attached to it, tmux lets nobody have.
    """
    script = tmp_path / "sends_link.py"
    script.write_text(
        "import os, sys\n"
        "from avara_tui.triage.opener.clipboard import osc52\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        f"sys.stdout.write(osc52({URL!r}, os.environ) + 'sent')\n"
        "sys.stdout.flush()\n"
        "sys.stdin.read()\n"
    )
    return [sys.executable, str(script)]


@pytest.fixture
def tmux(tmp_path: Path, copy: list[str]) -> tuple[list[str], Path]:
    program = need_program("tmux", "tmux")
    settings = tmp_path / "tmux.conf"
    server = f"clipboard-{uuid4().hex[:8]}"
    return [program, "-L", server, "-f", str(settings), "new-session", *copy], settings


@pytest.mark.terminal
@pytest.mark.parametrize(
    ("settings", "arrives"),
    [
        ("set -s set-clipboard on", True),
        ("set -s set-clipboard external\nset -g allow-passthrough on", True),
        ("set -s set-clipboard on\nset -g allow-passthrough on", True),
        ("set -s set-clipboard external", False),
        ("set -s set-clipboard off", False),
    ],
)
def test_tmux_passes_it_on_when_it_is_set_to(
    tmux: tuple[list[str], Path], tmp_path: Path, settings: str, arrives: bool
) -> None:
    argv, conf = tmux
    conf.write_text(f"{settings}\nset -g status off\nset -g exit-empty on\n")
    environ = environment(tmp_path / "home", TMUX_TMPDIR=str(tmp_path))
    with Terminal(argv, environ=environ) as terminal:
        terminal.wait_for("ready")
        terminal.press("enter")
        terminal.wait_for("sent")
        terminal.press("ctrl+d")
        assert terminal.wait_exit() == 0
        assert set(copied(bytes(terminal.written))) == ({URL} if arrives else set())


@pytest.mark.terminal
def test_screen_passes_it_on(tmp_path: Path, copy: list[str]) -> None:
    program = need_program("screen", "screen")
    sockets = tmp_path / "sockets"
    sockets.mkdir(mode=0o700)
    environ = environment(tmp_path / "home", SCREENDIR=str(sockets))
    argv = [program, "-c", "/dev/null", "-S", "clipboard", *copy]
    with Terminal(argv, environ=environ) as terminal:
        terminal.wait_for("ready")
        terminal.press("enter")
        terminal.wait_for("sent")
        terminal.press("ctrl+d")
        terminal.wait_exit()
        assert copied(bytes(terminal.written)) == [URL]
