"""``avara-tui auth`` against a server that answers: what it says of a key, and what it stores."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from secret_service.sessions import UNLOCKED, LoginSession, with_keyring
from terminal.harness import Terminal, program

KEY = "sk_live_0123456789abcdef0123456789abcdef"
EMPTY_PAGE = b'{"studies": [], "hasMore": false}'

Answer = Callable[[str], tuple[int, str, bytes]]


@pytest.fixture
def session(tmp_path: Path) -> LoginSession:
    return LoginSession(tmp_path)


def accepting(authorization: str) -> tuple[int, str, bytes]:
    if authorization == f"Bearer {KEY}":
        return 200, "application/json", EMPTY_PAGE
    return 401, "application/json", b'{"message": "no \\u001b[31m such key"}'


class Server:
    """A server on loopback that notes the keys it is shown."""

    def __init__(self) -> None:
        self.answer: Answer = accepting
        self.asked: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(f"{self.path} {self.headers['Authorization']}")
                status, kind, body = server.answer(self.headers["Authorization"])
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_status_asks_the_server_and_never_shows_the_key(
    session: LoginSession, server: Server
) -> None:
    environ = {"AVARA_API_KEY": KEY, "AVARA_BASE_URL": server.url}
    good = session.auth("status", environ=environ)
    assert (good.status, good.err) == (0, "")
    assert f"server    {server.url} (from AVARA_BASE_URL)" in good.out
    assert "key       from AVARA_API_KEY" in good.out
    assert "What is called complete is complete for this key" in good.out
    assert "The server accepts the key." in good.out
    assert [f"Bearer {KEY}" in asked for asked in server.asked] == [True]
    assert "limit=1" in server.asked[0]

    bad = session.auth("status", environ={**environ, "AVARA_API_KEY": "sk_other"})
    assert bad.status == 4
    assert "does not look like sk_live_" in bad.out
    assert "The server does not accept the key." in bad.err
    assert "\x1b" not in bad.err
    assert KEY not in good.out + bad.out + bad.err


def test_status_tells_a_server_out_of_reach_from_one_that_is_no_viewer(
    session: LoginSession, server: Server
) -> None:
    server.answer = lambda _: (200, "text/html", b"<html>Sign in</html>")
    html = session.auth("status", "--base-url", server.url, environ={"AVARA_API_KEY": KEY})
    assert html.status == 1
    assert "the server did not answer as it should" in html.err
    server.close()
    gone = session.auth("status", "--base-url", server.url, environ={"AVARA_API_KEY": KEY})
    assert gone.status == 6
    assert "the server is out of reach" in gone.err
    assert "Traceback" not in html.err + gone.err


@pytest.mark.secret_service
def test_only_a_key_that_the_server_accepts_is_stored(
    session: LoginSession, server: Server
) -> None:
    where = ("--base-url", server.url)
    wrong = session.auth("login", "--key-stdin", *where, keyring=UNLOCKED, stdin="sk_wrong\n")
    assert wrong.status == 4
    assert "Nothing was stored." in wrong.err
    assert session.auth("status", *where, keyring=UNLOCKED).status == 4

    right = session.auth("login", "--key-stdin", *where, keyring=UNLOCKED, stdin=f"{KEY}\n")
    assert right.status == 0
    assert "uses https://api.avarasoftware.com by default. Set base_url" in right.out
    found = session.auth("status", *where, keyring=UNLOCKED)
    assert (found.status, "The server accepts the key." in found.out) == (0, True)

    shadowed = session.auth(
        "login",
        "--key-stdin",
        *where,
        keyring=UNLOCKED,
        stdin=KEY,
        environ={"AVARA_API_KEY": "sk_other"},
    )
    assert "AVARA_API_KEY is set, and goes before the stored key" in shadowed.out


@contextmanager
def logging_in(session: LoginSession) -> Iterator[Terminal]:
    """Run ``auth login`` in a terminal, with an open keyring, up to where it asks for the key."""
    environ = {**session.environ, "TERM": "xterm-256color"}
    argv = with_keyring(UNLOCKED, program("auth", "login", "--no-check"))
    with Terminal(argv, environ=environ) as terminal:
        terminal.wait_for("(not shown):")
        yield terminal


@pytest.mark.secret_service
def test_a_typed_key_is_not_shown(session: LoginSession) -> None:
    with logging_in(session) as terminal:
        terminal.press(KEY, "enter")
        assert terminal.wait_exit() == 0
        assert "Stored for the profile default" in terminal.text
        assert KEY not in terminal.written.decode()
    assert "from the OS keyring" in session.auth("status", "--no-check", keyring=UNLOCKED).out


@pytest.mark.secret_service
def test_leaving_the_prompt_stores_nothing_and_restores_the_echo(session: LoginSession) -> None:
    with logging_in(session) as terminal:
        terminal.press("ctrl+d")
        assert terminal.wait_exit() == 4
        assert "The key is empty." in terminal.text
        terminal.assert_restored()


def test_without_a_terminal_the_key_must_be_piped_in(session: LoginSession) -> None:
    result = session.auth("login")
    assert result.status == 2
    assert "--key-stdin" in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--base-url", "http://api.example.org"), "must be https"),
        (("--profile", "a b"), "no profile name"),
    ],
)
def test_wrong_settings_end_with_usage_status(
    session: LoginSession, arguments: tuple[str, ...], message: str
) -> None:
    result = session.auth("status", *arguments, environ={"AVARA_API_KEY": KEY})
    assert result.status == 2
    assert message in result.err


def test_a_broken_settings_file_is_named(session: LoginSession) -> None:
    session.settings("link_seconds = 'x'\n")
    result = session.auth("status")
    assert result.status == 2
    assert "config.toml:1: link_seconds must be a number" in result.err


def test_certificates_that_cannot_be_read_are_named(session: LoginSession) -> None:
    session.settings("[profiles.default]\nca_file = '/nonexistent/ca.pem'\n")
    result = session.auth("status", environ={"AVARA_API_KEY": KEY})
    assert result.status == 1
    assert "'/nonexistent/ca.pem' of the profile default cannot be read" in result.err
