"""Every state that a keyring can be in: the right message, no key shown, and no hang at exit."""

import os
import socket
import time
from pathlib import Path

import pytest

from secret_service.sessions import LOCKED, UNLOCKED, LoginSession

KEY = "sk_live_0123456789abcdef0123456789abcdef"
OTHER = "sk_live_ffffffffffffffffffffffffffffffff"
SERVER = "https://api.avarasoftware.com"

PLAINTEXT_BACKEND = """
import keyring.backend, pathlib
class PlaintextKeyring(keyring.backend.KeyringBackend):
    priority = 99
    def get_password(self, service, username): return None
    def set_password(self, service, username, password):
        pathlib.Path.home().joinpath("plaintext").write_text(password)
"""


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def session(tmp_path: Path) -> LoginSession:
    return LoginSession(tmp_path)


@pytest.mark.secret_service
def test_a_real_secret_service_keeps_and_gives_back_the_key(session: LoginSession) -> None:
    missing = session.auth("status", "--no-check", keyring=UNLOCKED)
    assert missing.status == 4
    assert f"No API key is stored for the profile default on {SERVER}." in missing.err
    assert "avara-tui auth login" in missing.err

    stored = session.auth("login", "--key-stdin", "--no-check", keyring=UNLOCKED, stdin=KEY + "\n")
    assert (stored.status, stored.err.count("dbus-daemon")) == (0, stored.err.count("\n"))
    assert "keyring.backends.SecretService.Keyring" in stored.out

    found = session.auth("status", "--no-check", keyring=UNLOCKED)
    assert found.status == 0
    assert "key       from the OS keyring" in found.out

    # The key is bound to the server and to the profile that it was stored for.
    for elsewhere in (("--base-url", "https://evil.example"), ("--profile", "other")):
        refused = session.auth("status", "--no-check", *elsewhere, keyring=UNLOCKED)
        assert refused.status == 4
        assert "No API key is stored" in refused.err

    replaced = session.auth("login", "--key-stdin", "--no-check", keyring=UNLOCKED, stdin=OTHER)
    assert replaced.status == 0
    removed = session.auth("logout", keyring=UNLOCKED)
    assert removed.out.startswith("Removed the key")
    again = session.auth("logout", keyring=UNLOCKED)
    assert (again.status, again.out.startswith("No key was stored")) == (0, True)
    for result in (missing, stored, found, replaced, removed, again):
        assert KEY not in result.out + result.err
        assert OTHER not in result.out + result.err


@pytest.mark.secret_service
def test_a_locked_keyring_says_so(session: LoginSession) -> None:
    assert (
        session.auth("login", "--key-stdin", "--no-check", keyring=UNLOCKED, stdin=KEY).status == 0
    )
    locked = session.auth("status", "--no-check", keyring=LOCKED)
    assert locked.status == 4
    assert "The keyring is locked." in locked.err
    assert "Unlock it" in locked.err
    assert "AVARA_API_KEY" in locked.err


@pytest.mark.secret_service
def test_a_prompt_that_nobody_sees_is_not_waited_for(session: LoginSession) -> None:
    session.auth("login", "--key-stdin", "--no-check", keyring=UNLOCKED, stdin=KEY)
    with session.hanging_prompter() as asked:
        hanging = session.auth("status", "--no-check", keyring=LOCKED)
        assert hanging.status == 4
        assert "The keyring did not answer within 3 s." in hanging.err
        assert "waiting for a password" in hanging.err
        assert is_running(int(asked.read_text()))


def test_without_a_session_bus_there_is_no_keyring(session: LoginSession) -> None:
    for environ in ({}, {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={session.home}/absent"}):
        none = session.auth("status", "--no-check", environ=environ)
        assert none.status == 4
        assert "This session has no keyring." in none.err
        assert "credential_command" in none.err
        login = session.auth("login", "--key-stdin", "--no-check", stdin=KEY, environ=environ)
        assert login.status == 4
        assert "This session has no keyring." in login.err
        assert KEY not in login.out + login.err


def test_a_session_bus_that_never_answers_is_not_waited_for(session: LoginSession) -> None:
    path = session.runtime / "bus"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        result = session.auth(
            "status", "--no-check", environ={"DBUS_SESSION_BUS_ADDRESS": f"unix:path={path}"}
        )
    assert result.status == 4
    assert "keyring" in result.err


def test_a_backend_that_keeps_nothing_is_refused(session: LoginSession) -> None:
    for name in ("null", "fail"):
        environ = {"PYTHON_KEYRING_BACKEND": f"keyring.backends.{name}.Keyring"}
        for arguments in (("status",), ("login", "--key-stdin")):
            result = session.auth(*arguments, "--no-check", environ=environ, stdin=KEY)
            assert result.status == 4
            assert f"keyring.backends.{name}.Keyring is refused: it keeps nothing" in result.err


def plaintext_backend(session: LoginSession) -> dict[str, str]:
    """Install what looks like keyrings.alt, entry point included; return the environment."""
    packages = session.home / "packages"
    module = packages / "keyrings" / "alt"
    module.mkdir(parents=True)
    (module / "__init__.py").touch()
    (module / "file.py").write_text(PLAINTEXT_BACKEND)
    info = packages / "keyrings_alt-5.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: keyrings.alt\nVersion: 5.0\n")
    (info / "entry_points.txt").write_text("[keyring.backends]\nfile = keyrings.alt.file\n")
    return {"PYTHONPATH": str(packages)}


def test_a_key_never_goes_to_a_plaintext_backend(session: LoginSession) -> None:
    environ = plaintext_backend(session)
    installed = session.auth("login", "--key-stdin", "--no-check", stdin=KEY, environ=environ)
    assert installed.status == 4
    assert "This session has no keyring." in installed.err

    environ["PYTHON_KEYRING_BACKEND"] = "keyrings.alt.file.PlaintextKeyring"
    chosen = session.auth("login", "--key-stdin", "--no-check", stdin=KEY, environ=environ)
    assert chosen.status == 4
    assert "PlaintextKeyring is refused: it may keep the key as plain text" in chosen.err

    environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.chainer.ChainerBackend"
    chained = session.auth("login", "--key-stdin", "--no-check", stdin=KEY, environ=environ)
    assert chained.status == 4
    assert not (session.home / "plaintext").exists()


@pytest.mark.parametrize("name", ["keyring.backends.nope.Keyring", "nope", "os.nope", ""])
def test_a_backend_that_does_not_exist_is_named(session: LoginSession, name: str) -> None:
    result = session.auth("status", "--no-check", environ={"PYTHON_KEYRING_BACKEND": name})
    assert result.status == 4
    assert "configured for Python programs cannot be used" in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ('["/nonexistent/pass", "show"]', "cannot be started: No such file or directory"),
        ('["sh", "-c", "echo no store >&2; exit 7"]', "failed (exit status 7): no store"),
        ('["sh", "-c", "kill -9 $$"]', "failed (ended by signal 9)"),
        ('["true"]', "printed is empty"),
        ('["printf", "a key"]', "holds a blank"),
        ('["yes"]', "printed more than any key has"),
    ],
)
def test_a_wrong_credential_command_says_what_is_wrong(
    session: LoginSession, command: str, message: str
) -> None:
    session.settings(f"[profiles.default]\ncredential_command = {command}\n")
    result = session.auth("status", "--no-check")
    assert result.status == 4
    assert message in result.err


def test_a_credential_command_that_hangs_is_ended(session: LoginSession) -> None:
    pids = session.home / "pids"
    script = f"sleep 300 & echo $! $$ > {pids}; wait"
    session.settings(f"[profiles.default]\ncredential_command = ['sh', '-c', '{script}']\n")
    result = session.auth("status", "--no-check")
    assert result.status == 4
    assert "'sh' did not finish within 3 s." in result.err
    assert "credential_timeout" in result.err
    started = [int(pid) for pid in pids.read_text().split()]
    assert len(started) == 2
    while any(is_running(pid) for pid in started):
        time.sleep(0.01)


def test_an_empty_key_is_no_key(session: LoginSession) -> None:
    for key in ("", " ", "\n"):
        result = session.auth("status", "--no-check", environ={"AVARA_API_KEY": key})
        assert result.status == 4
        assert "The API key from AVARA_API_KEY is empty." in result.err
        assert "unset it" in result.err


@pytest.mark.secret_service
def test_an_empty_key_is_not_stored(session: LoginSession) -> None:
    for typed, message in (
        ("\n", "The key is empty."),
        ("Bearer sk_live_1\n", "holds a blank"),
        ("sk_live_é\n", "holds a character"),
        ("x" * 5000, "more than any key"),
    ):
        result = session.auth("login", "--key-stdin", "--no-check", keyring=UNLOCKED, stdin=typed)
        assert result.status == 4
        assert message in result.err
    assert session.auth("status", "--no-check", keyring=UNLOCKED).status == 4


def test_the_environment_goes_before_the_command_before_the_keyring(session: LoginSession) -> None:
    session.settings(f"[profiles.default]\ncredential_command = ['echo', '{OTHER}']\n")
    command = session.auth("status", "--no-check")
    assert "from the credential command of the profile default" in command.out
    both = session.auth("status", "--no-check", environ={"AVARA_API_KEY": KEY})
    assert "key       from AVARA_API_KEY" in both.out


def test_a_command_gives_no_key_for_another_server(session: LoginSession) -> None:
    ran = session.home / "ran"
    session.settings(f"[profiles.default]\ncredential_command = ['touch', '{ran}']\n")
    result = session.auth(
        "status", "--no-check", environ={"AVARA_BASE_URL": "https://evil.example"}
    )
    assert result.status == 1
    assert "is for https://api.avarasoftware.com, but AVARA_BASE_URL says" in result.err
    assert not ran.exists()


def test_a_credential_command_sees_no_terminal_and_none_of_our_secrets(
    session: LoginSession,
) -> None:
    seen = session.home / "seen"
    script = f"{{ env; tty; cat; ps -o tty= -p $$; }} > {seen} 2>&1; echo {KEY}"
    session.settings(f"[profiles.default]\ncredential_command = ['sh', '-c', '{script}']\n")
    environ = {
        "AVARA_LOG": "debug",
        "GPG_TTY": "/dev/pts/7",
        "SSLKEYLOGFILE": "/tmp/x",
        "TEXTUAL_LOG": "/tmp/x",
        "OP_SESSION_me": "kept",
        "VAULT_TOKEN": "kept-too",
    }
    assert session.auth("status", "--no-check", environ=environ, stdin="typed").status == 0
    text = seen.read_text()
    assert "OP_SESSION_me=kept" in text
    assert "VAULT_TOKEN=kept-too" in text
    for word in ("AVARA", "GPG_TTY", "SSLKEYLOGFILE", "TEXTUAL", "typed"):
        assert word not in text
    assert "not a tty" in text
