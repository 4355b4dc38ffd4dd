"""A person's login session with, without, or with a broken Secret Service, for one test."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from homes import write_settings
from needs import need_program

LIMIT: Final = 60
"""Seconds after which a command counts as hanging: far more than any of ours may take."""
UNLOCKED: Final = "printf 'password\\n' | gnome-keyring-daemon --unlock --components=secrets"
LOCKED: Final = "gnome-keyring-daemon --start --components=secrets"


def with_keyring(keyring: str, argv: Sequence[str]) -> list[str]:
    """Return what runs ``argv`` on a session bus of its own, after ``keyring`` was run there.

    The test is skipped where there is no bus or no keyring to be had.
    """
    need_program("gnome-keyring-daemon", "gnome-keyring")
    bus = need_program("dbus-run-session", "dbus-daemon")
    script = f'{keyring} >/dev/null 2>&1; exec "$@"'
    return [bus, "--", "bash", "-uc", script, "avara-tui", *argv]


class Result(NamedTuple):
    """How a command ended and what it said."""

    status: int
    out: str
    err: str


class LoginSession:
    """A home and a runtime directory of its own; the keyring file in it outlives a run."""

    def __init__(self, directory: Path) -> None:
        self.home = directory / "home"
        self.runtime = directory / "run"
        for made in (self.home, self.runtime):
            made.mkdir(mode=0o700)
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def settings(self, text: str) -> None:
        """Write the settings file."""
        write_settings(self.home, text)

    def auth(
        self,
        *arguments: str,
        keyring: str | None = None,
        stdin: str = "",
        environ: Mapping[str, str] | None = None,
    ) -> Result:
        """Run ``avara-tui auth``; with ``keyring``, on a session bus where that was run first."""
        argv: Sequence[str] = [sys.executable, "-m", "avara_tui", "auth", *arguments]
        if keyring is not None:
            argv = with_keyring(keyring, argv)
        # Files and not pipes: what the session bus starts may keep a pipe open for longer.
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            done = subprocess.run(
                argv,
                input=stdin,
                env={**self.environ, **(environ or {})},
                stdout=out,
                stderr=err,
                text=True,
                timeout=LIMIT,
                check=False,
                start_new_session=True,
            )
            out.seek(0)
            err.seek(0)
            return Result(done.returncode, out.read(), err.read())

    @contextlib.contextmanager
    def hanging_prompter(self) -> Iterator[Path]:
        """Let nobody answer who is asked for the keyring's password.

        Gives the file in which the prompter, once it is asked, leaves its process id.
        """
        asked = self.home / "prompter.pid"
        prompter = self.home / "prompter"
        prompter.write_text(f"#!/bin/sh\necho $$ > {asked}\nexec sleep 45\n")
        prompter.chmod(0o700)
        services = self.runtime / "dbus-1" / "services"
        services.mkdir(parents=True, exist_ok=True)
        service = services / "org.gnome.keyring.SystemPrompter.service"
        service.write_text(
            f"[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\nExec={prompter}\n"
        )
        try:
            yield asked
        finally:
            service.unlink()
            if asked.exists():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(asked.read_text()), signal.SIGKILL)
