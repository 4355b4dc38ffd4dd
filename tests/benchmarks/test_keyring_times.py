"""How long the program takes to say what state the keyring is in, beside a key from nowhere."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from secret_service.sessions import LOCKED, UNLOCKED, LoginSession, Result

KEY = "sk_live_0123456789abcdef0123456789abcdef"
PROMISE = 3.5
"""Seconds within which each state is answered and the process gone."""


def timed(call: Callable[[], Result], said: str) -> float:
    started = time.perf_counter()
    result = call()
    seconds = time.perf_counter() - started
    assert said in result.out + result.err, result
    return seconds


@pytest.mark.benchmark
@pytest.mark.secret_service
def test_every_state_of_the_keyring_is_answered_in_time(tmp_path: Path) -> None:
    session = LoginSession(tmp_path)

    def status(said: str, *, keyring: str | None = None, **environ: str) -> float:
        return timed(
            lambda: session.auth("status", "--no-check", keyring=keyring, environ=environ), said
        )

    def command(argv: str, said: str) -> float:
        session.settings(f"[profiles.default]\ncredential_command = {argv}\n")
        try:
            return status(said)
        finally:
            session.settings("")

    baseline = status("from AVARA_API_KEY", AVARA_API_KEY=KEY)
    session.auth("login", "--key-stdin", "--no-check", keyring=UNLOCKED, stdin=KEY)
    seconds = {
        "working": status("from the OS keyring", keyring=UNLOCKED),
        "none": status("This session has no keyring."),
        "locked": status("The keyring is locked.", keyring=LOCKED),
    }
    with session.hanging_prompter():
        seconds["hanging prompt"] = status("did not answer within 3 s", keyring=LOCKED)
    for name, backend in (
        ("null backend", "keyring.backends.null.Keyring"),
        ("plaintext backend", "keyrings.alt.file.PlaintextKeyring"),
    ):
        seconds[name] = status("configured", PYTHON_KEYRING_BACKEND=backend)
    seconds["wrong command"] = command('["/nonexistent"]', "cannot be started")
    seconds["command that hangs"] = command('["sleep", "60"]', "did not finish within 3 s")
    seconds["empty key"] = status("is empty", AVARA_API_KEY="")
    print(f"\n{'key in the environment':<24}{baseline:6.2f} s")
    for name, taken in seconds.items():
        print(f"{name:<24}{taken:6.2f} s  {taken / PROMISE:5.0%} of {PROMISE} s")
