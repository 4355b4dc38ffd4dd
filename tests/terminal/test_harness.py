"""The harness itself: what it sees has to be true before anything is tested with it."""

import re
import signal
import sys
from pathlib import Path

import pytest

from terminal.harness import Terminal, counting
from terminal.sequences import Output

pytestmark = pytest.mark.terminal

HELLO = """
from textual.app import App, ComposeResult
from textual.widgets import Input, Static

class Hello(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("Hello there")
        yield Input(placeholder="name")

    def on_resize(self, event) -> None:
        self.query_one(Static).update(f"Hello {event.size.width}x{event.size.height}")

    def on_click(self, event) -> None:
        self.query_one(Static).update(f"clicked {event.screen_x},{event.screen_y}")

print("before")
Hello().run()
print("after")
"""


def python(source: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", source, *arguments]


def test_shows_what_a_program_prints(environ: dict[str, str]) -> None:
    with Terminal(
        python("print('one'); print('\\x1b[1mtwo\\x1b[0m')"), environ=environ
    ) as terminal:
        terminal.wait_for("two")
        assert terminal.wait_exit() == 0
        assert terminal.lines[:2] == ["one", "two"]
        assert terminal.cell(0, 1).bold
        terminal.assert_restored()


def test_the_program_has_a_controlling_terminal(environ: dict[str, str]) -> None:
    source = "import os; print(open('/dev/tty').isatty(), os.getsid(0) == os.getpid())"
    with Terminal(python(source), environ=environ) as terminal:
        terminal.wait_for("True True")


def test_exit_status_and_signals_are_told_apart(environ: dict[str, str]) -> None:
    with Terminal(python("raise SystemExit(7)"), environ=environ) as terminal:
        assert terminal.wait_exit() == 7
    source = "print('up', flush=True); import signal; signal.pause()"
    with Terminal(python(source), environ=environ) as terminal:
        terminal.wait_for("up")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit() == -signal.SIGTERM


def test_a_condition_that_never_comes_shows_the_screen(environ: dict[str, str]) -> None:
    with (
        Terminal(python("print('what was there')"), environ=environ) as terminal,
        pytest.raises(AssertionError, match=r"'other' never came: it ended with 0[\s\S]*was there"),
    ):
        terminal.wait_for("other")
    source = "print('up', flush=True); import signal; signal.pause()"
    with Terminal(python(source), environ=environ) as terminal:
        terminal.wait_for("up")
        with pytest.raises(AssertionError, match=r"never came: 0\.1 s passed"):
            terminal.wait_for(re.compile("down"), timeout=0.1)


def test_types_resizes_clicks_and_leaves_a_textual_program(environ: dict[str, str]) -> None:
    with Terminal(python(HELLO), environ=environ, columns=60, rows=10) as terminal:
        terminal.wait_for("Hello 60x10")
        assert "before" not in terminal.text
        terminal.press("Zoëx")
        terminal.wait_for("Zoëx")
        terminal.press("backspace")
        terminal.wait_for(re.compile(r"Zoë\s"))
        terminal.resize(50, 12)
        terminal.wait_for("Hello 50x12")
        terminal.click(4, 0)
        terminal.wait_for("clicked 4,0")
        terminal.press("ctrl+q")
        assert terminal.wait_exit() == 0
        assert terminal.lines[:2] == ["before", "after"]
        terminal.assert_restored()
        terminal.assert_no_traceback()


def test_notices_a_terminal_that_was_not_restored(environ: dict[str, str]) -> None:
    with Terminal(python(HELLO), environ=environ) as terminal:
        terminal.wait_for("Hello")
        terminal.wait_until_still()
        terminal.signal(signal.SIGKILL)
        assert terminal.wait_exit() == -signal.SIGKILL
        assert terminal.output.unusual() == {
            "mode 25": False,
            "mode 7": False,
            "mode 1000": True,
            "mode 1003": True,
            "mode 1006": True,
            "mode 1015": True,
            "mode 1004": True,
            "mode 1049": True,
            "mode 2004": True,
            "kitty keyboard levels": 1,
        }
        with pytest.raises(AssertionError, match="left behind"):
            terminal.assert_restored()


def test_notices_a_changed_line_discipline(environ: dict[str, str]) -> None:
    source = "import tty; tty.setraw(0)"
    with Terminal(python(source), environ=environ) as terminal:
        assert terminal.wait_exit() == 0
        with pytest.raises(AssertionError, match="line discipline"):
            terminal.assert_restored()


def test_counts_what_a_key_costs(environ: dict[str, str]) -> None:
    source = "import tty, sys; tty.setcbreak(0); print('up', flush=True)\n"
    source += "while sys.stdin.read(1): sys.stdout.write('x' * 100); sys.stdout.flush()"
    with Terminal(python(source), environ=environ) as terminal:
        terminal.wait_for("up")
        with counting(terminal) as counted:
            terminal.press("a")
            terminal.wait_for("xxx")
        assert counted == [100]


def test_a_dropped_connection_reaches_the_program(tmp_path: Path, environ: dict[str, str]) -> None:
    told = tmp_path / "told"
    source = "import pathlib, signal, sys\n"
    source += "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP]); print('up', flush=True)\n"
    source += "signal.sigwait([signal.SIGHUP])\n"
    source += "try: end = repr(sys.stdin.read(1))\nexcept OSError as error: end = str(error)\n"
    source += "pathlib.Path(sys.argv[1]).write_text(end)"
    with Terminal(python(source, str(told)), environ=environ) as terminal:
        terminal.wait_for("up")
        terminal.hang_up()
        assert terminal.wait_exit() == 0
    # Linux ends a read from a terminal that hung up with an empty answer or with EIO.
    assert told.read_text() in ("''", "[Errno 5] Input/output error")


def test_sequences_split_anywhere_mean_the_same() -> None:
    data = "\x1b[?1049h\x1b[>25uä\x1b]52;c;aGk=\x07\x1b]8;;https://a\x1b\\x\x1b]8;;\x1b\\".encode()
    data += b"\x1b[?2026$p\x1b[?2026h\x1b[38;2;1;2;3mX\x1b[0m\x1b[?2026l\x1b[<u"
    whole, bytewise = Output(), Output()
    pieces = list(whole.feed(data))
    for number in data:
        list(bytewise.feed(bytes([number])))
    assert whole == bytewise
    assert b"".join(pieces) == (
        "\x1b[?1049häx\x1b[?2026h\x1b[38;2;1;2;3mX\x1b[0m\x1b[?2026l".encode()
    )
    assert (whole.clipboard, whole.links, whole.frames) == ([b"aGk="], [b"https://a"], 1)
    assert whole.unusual() == {"mode 1049": True}


def test_what_comes_in_one_read_goes_to_the_screen_that_is_on_at_that_place(
    environ: dict[str, str],
) -> None:
    source = "import sys; sys.stdout.write('before\\n\\x1b[?1049hover\\x1b[?1049lafter\\n')"
    with Terminal(python(source), environ=environ) as terminal:
        assert terminal.wait_exit() == 0
        assert terminal.lines[:2] == ["before", "after"]
