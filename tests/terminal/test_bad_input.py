"""Whatever goes wrong: a clear answer, a restored terminal, and never a traceback."""

import http.server
import random
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from homes import write_settings
from terminal.harness import LEAVE, Terminal, program
from terminal.processes import children_of, is_running
from terminal.workplace import Workplace, wait_for_cursor_on, wait_until_loaded

pytestmark = pytest.mark.terminal

KEY = "sk_live_" + "0" * 32
CTRL_Q = b"\x11"


def leave(terminal: Terminal) -> None:
    """Quit, and check that it goes at once and leaves nothing behind."""
    assert terminal.leave(timeout=LEAVE) == 0
    terminal.assert_restored()
    terminal.assert_no_traceback()


def test_a_wrong_key(workplace: Workplace) -> None:
    workplace.environ["AVARA_API_KEY"] = KEY
    with workplace.worklist() as terminal:
        terminal.wait_for("The server does not accept the API key")
        terminal.wait_for("KEY REFUSED")
        assert "Do not rely on this" in terminal.text
        assert KEY.encode() not in terminal.written
        leave(terminal)


def test_no_key_at_all(environ: dict[str, str]) -> None:
    with Terminal(program(), environ=environ) as terminal:
        terminal.wait_for("avara-tui --demo")
        assert "AVARA_API_KEY" in terminal.text
        leave(terminal)


def test_a_server_that_is_not_there(environ: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environ |= {"AVARA_API_KEY": KEY, "AVARA_BASE_URL": f"http://127.0.0.1:{port}"}
    with Terminal(program(), environ=environ) as terminal:
        terminal.wait_for("The server is out of reach")
        leave(terminal)


def test_a_server_that_never_answers(environ: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        environ |= {"AVARA_API_KEY": KEY, "AVARA_BASE_URL": f"http://127.0.0.1:{port}"}
        with Terminal(program(), environ=environ) as terminal:
            terminal.wait_for("loading")
            leave(terminal)


class _Page(http.server.BaseHTTPRequestHandler):
    """Answers everything with a web page, as a proxy's sign-in does."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>Please \x1b]0;owned\x07 sign in</html>")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def sign_in_page() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_an_answer_that_is_no_json(environ: dict[str, str]) -> None:
    with sign_in_page() as url:
        environ |= {"AVARA_API_KEY": KEY, "AVARA_BASE_URL": url}
        with Terminal(program(), environ=environ) as terminal:
            terminal.wait_for("not from an Avara Viewer API")
            assert terminal.output.titles == []
            leave(terminal)


def test_a_study_that_is_no_longer_there(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        workplace.emulator.delete(study_id)
        terminal.press("s", "h")
        terminal.wait_for(re.compile(r"Zebra head .*(not there|no longer|gone|not found)"))
        assert workplace.emulator.writes(study_id) == []
        leave(terminal)


def test_a_malformed_uid_from_the_server(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    workplace.emulator.run(
        lambda world: world.connection.execute(
            "UPDATE studies SET uid = '1.02.3' WHERE study_id = ?", (study_id,)
        )
    )
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.wait_for("not a DICOM UID")
        leave(terminal)


@pytest.mark.parametrize(
    ("typed", "said"), [("severity:foo", "there is no severity 'foo'"), ('"head', "quote")]
)
def test_a_filter_that_means_nothing(workplace: Workplace, typed: str, said: str) -> None:
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        terminal.press("/", typed, "enter")
        terminal.wait_for(lambda shown: typed in shown.lines[-2] and said in shown.lines[-1])
        terminal.press("escape")
        terminal.wait_for(lambda shown: typed not in shown.text)
        leave(terminal)


def test_a_filter_for_a_malformed_uid_matches_nothing(workplace: Workplace) -> None:
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        terminal.wait_for("study id")
        terminal.press("/", "uid:1..2", "enter")
        terminal.wait_for("No study in “All open” matches the filter")
        terminal.wait_for(lambda shown: "study id" not in shown.text)
        leave(terminal)


def test_a_terminal_that_is_too_small(workplace: Workplace) -> None:
    with workplace.worklist(columns=40, rows=10) as terminal:
        terminal.wait_for("terminal 40x10, needed 60x15")
        terminal.resize(60, 15)
        terminal.wait_for("complete")
        terminal.resize(40, 10)
        terminal.wait_for("terminal 40x10")
        leave(terminal)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1, 1), (2, 40), (200, 2), (500, 200)])
def test_a_terminal_of_any_size(workplace: Workplace, size: tuple[int, int]) -> None:
    columns, rows = size
    with workplace.worklist(columns=columns, rows=rows) as terminal:
        terminal.wait_for(lambda shown: shown.output.modes.get(2004) is True)
        terminal.wait_until_still()
        leave(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_restores_the_terminal(workplace: Workplace, number: signal.Signals) -> None:
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        terminal.signal(number)
        assert terminal.wait_exit(LEAVE) in (128 + number, -number)
        terminal.assert_restored()
        terminal.assert_no_traceback()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_the_server_is_silent(
    environ: dict[str, str], number: signal.Signals
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        environ |= {"AVARA_API_KEY": KEY, "AVARA_BASE_URL": f"http://127.0.0.1:{port}"}
        with Terminal(program(), environ=environ) as terminal:
            terminal.wait_for("loading")
            terminal.signal(number)
            assert terminal.wait_exit(LEAVE) in (128 + number, -number)
            terminal.assert_restored()


def test_a_signal_while_a_question_waits(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_until_loaded(terminal)
        terminal.press("x")
        terminal.wait_for("Cancel this study")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit(LEAVE) == 128 + signal.SIGTERM
        terminal.assert_restored()
        assert workplace.emulator.writes(study_id) == []


DEAF = """
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize("before", [[], [sys.executable, "-c", DEAF]], ids=["", "without SIGHUP"])
def test_a_terminal_that_goes_away(workplace: Workplace, before: list[str]) -> None:
    with Terminal([*before, *program()], environ=workplace.environ) as terminal:
        wait_until_loaded(terminal)
        terminal.hang_up()
        terminal.wait_exit(LEAVE * 3)
        terminal.assert_no_traceback()


def test_a_demo_whose_terminal_goes_away_leaves_nothing_running(environ: dict[str, str]) -> None:
    with Terminal(program("--demo"), environ=environ) as terminal:
        wait_until_loaded(terminal)
        children = children_of(terminal.pid)
        terminal.hang_up()
        terminal.wait_exit(LEAVE * 3)
        limit = time.monotonic() + 20
        while any(is_running(pid) for pid in children):
            assert time.monotonic() < limit, children
            time.sleep(0.02)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theme = ", "config.toml:1"),
        ('them = "textual-dark"\n', "did you mean 'theme'"),
        ("[profiles.default]\nme = 7\n", "config.toml:2"),
    ],
)
def test_a_configuration_that_cannot_be_read(environ: dict[str, str], text: str, said: str) -> None:
    write_settings(environ["HOME"], text)
    with Terminal(program(), environ=environ) as terminal:
        assert terminal.wait_exit() == 2
        assert said in terminal.text.replace("\n", "")
        terminal.assert_restored()
        terminal.assert_no_traceback()


def test_an_address_that_would_give_the_key_away(environ: dict[str, str]) -> None:
    environ |= {"AVARA_API_KEY": KEY, "AVARA_BASE_URL": "http://viewer.example.org"}
    with Terminal(program(), environ=environ) as terminal:
        assert terminal.wait_exit() == 2
        assert "must be https" in terminal.text.replace("\n", " ")
        terminal.assert_restored()


def test_an_answer_of_the_terminal_is_no_key_press(workplace: Workplace) -> None:
    """What terminals answer to queries, cut at the worst places, must not act on a study."""
    workplace.create("Zebra head")
    with workplace.worklist() as terminal:
        wait_until_loaded(terminal)
        for answer in (b"\x1b[?2026;2$y", b"\x1b[?1;2c", b"\x1b[8;40;120t", b"\x1b[I", b"\x1b[O"):
            terminal.send(answer)
            for byte in answer:
                terminal.send(bytes([byte]))
        terminal.wait_until_still()
        assert not any(
            workplace.emulator.writes(each["studyId"]) for each in workplace.emulator.studies()
        )
        terminal.assert_no_traceback()
        assert terminal.exit_status is None


STRANGE = [
    b"\xff",
    "é".encode("latin-1"),
    b"\x00\xff\xfe",
    b"\x1b[99999999999999999999u",
    b"\x1b[:Aq\x1b[:201~",
    b"\x1b[200~pasted\nxy\x1b[201~",
    "\N{SNOWMAN}".encode()[:2],
    random.Random(7).randbytes(64).translate(None, b"q\x11"),
]


@pytest.mark.parametrize(
    "strange",
    [STRANGE[0], *(pytest.param(each, marks=pytest.mark.slow) for each in STRANGE[1:])],
    ids=repr,
)
def test_strange_bytes_from_the_keyboard_break_nothing(
    workplace: Workplace, strange: bytes
) -> None:
    with workplace.worklist("--read-only") as terminal:
        wait_until_loaded(terminal)
        terminal.send(strange)
        terminal.wait_until_still()
        assert terminal.exit_status is None
        terminal.assert_no_traceback()
        assert not any(
            workplace.emulator.writes(each["studyId"]) for each in workplace.emulator.studies()
        )
        terminal.signal(signal.SIGTERM)
        terminal.wait_exit(LEAVE)
        terminal.assert_restored()
