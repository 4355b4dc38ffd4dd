"""Runs the real program as somebody at a shell would, and says how it ended."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import warm
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from homes import write_settings
from studies import is_open

LIMIT = 60
"""Seconds after which a command counts as hanging."""


class Ended(NamedTuple):
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def objects(self) -> list[dict[str, Any]]:
        """What it printed, an object a line."""
        return [json.loads(line) for line in self.lines]


class Shell:
    """A person's shell: a home of its own, a server and a key in the environment."""

    def __init__(self, home: Path, base_url: str, key: str | None) -> None:
        self.home = home
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "AVARA_BASE_URL": base_url,
        }
        if key is not None:
            self.environ["AVARA_API_KEY"] = key

    def settings(self, text: str) -> Path:
        """Write the settings file."""
        return write_settings(self.home, text)

    def argv(self, *arguments: str) -> list[str]:
        return [sys.executable, "-P", "-m", "avara_tui", *arguments]

    def run(self, *arguments: str, stdin: str = "", **environ: str) -> Ended:
        """Run a command, in a process that need not import it first."""
        done = warm.run(arguments, {**self.environ, **environ}, stdin, timeout=LIMIT)
        return Ended(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str, stdin: str = "", **environ: str) -> Ended:
        """Run a command as a shell starts it."""
        done = subprocess.run(
            self.argv(*arguments),
            input=stdin,
            env={**self.environ, **environ},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)


ME = f'[profiles.default]\nme = "{DEMO_USER_ID}"\n'


def shell_at(emulator: EmbeddedEmulator, home: Path) -> Shell:
    """Return the shell of somebody with a key for ``emulator``, known by a user id."""
    shell = Shell(home, emulator.base_url, emulator.api_key)
    shell.settings(ME)
    return shell


def who_has(emulator: EmbeddedEmulator, study_id: str) -> str:
    """Return what a command says on standard error of who has a study; nothing if that is me."""
    study = emulator.study(study_id)
    holder = study["assignedTo"]
    if holder is None or holder["userId"] == DEMO_USER_ID or not is_open(study):
        return ""
    priority = {"stat": "STAT", "high": "HIGH", "normal": "RTN"}[study["severity"]]
    person = f"{holder['lastName']} {holder['firstName']}"
    return f"Note: {study['studyDescription']} [{priority} {study_id}]: {person} has it.\n"
