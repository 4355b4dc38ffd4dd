"""What the process does so that its secrets stay inside it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from avara_tui.triage.access.connection import Connection
from avara_tui.triage.access.credentials import Credential
from avara_tui.triage.process.hygiene import child_environment, command_environment

PROBE = """
import json, os, resource, subprocess, sys
from avara_tui.triage.process.hygiene import forbid_inspection, harden
usable = harden()
forbid_inspection()
open("made", "w").close()
os.mkdir("directory")
child = subprocess.run(["env"], capture_output=True, text=True).stdout
print(json.dumps({
    "usable": usable,
    "child": child,
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "modes": [oct(os.stat(name).st_mode & 0o777) for name in ("made", "directory")],
    "textual": "textual" in sys.modules,
    "owner": os.stat("/proc/self/environ").st_uid if sys.platform == "linux" else 0,
}))
"""
ENVIRONMENT = {
    "AVARA_API_KEY": "sk_live_planted",
    "AVARA_LOG": "debug",
    "SSLKEYLOGFILE": "/tmp/keys",
    "TEXTUAL": "debug,devtools",
    "TEXTUAL_LOG": "/tmp/log",
    "TEXTUAL_SCREENSHOT": "1",
    "TEXTUAL_PRESS": "x,y",
    "TEXTUAL_DRIVER": "some.module:Driver",
    "TEXTUAL_FPS": "30",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_COLOR_SYSTEM": "256",
    "SSL_CERT_FILE": "/etc/ca.pem",
}


@pytest.fixture
def probed(tmp_path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], **ENVIRONMENT},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_program_keeps_the_key_and_its_children_do_not(probed: dict[str, Any]) -> None:
    assert probed["usable"]["AVARA_API_KEY"] == "sk_live_planted"
    assert "sk_live_planted" not in probed["child"]


def test_debugging_variables_are_gone_and_harmless_ones_stay(probed: dict[str, Any]) -> None:
    assert set(probed["usable"]) & set(ENVIRONMENT) == {
        "AVARA_API_KEY",
        "TEXTUAL_FPS",
        "TEXTUAL_ANIMATIONS",
        "TEXTUAL_COLOR_SYSTEM",
        "SSL_CERT_FILE",
    }
    assert "SSLKEYLOGFILE" not in probed["child"]


def test_files_are_private_and_no_core_is_dumped(probed: dict[str, Any]) -> None:
    assert probed["modes"] == ["0o600", "0o700"]
    assert probed["core"] == [0, 0]
    assert not probed["textual"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this switch")
def test_other_programs_of_the_user_may_not_look_inside(tmp_path: Path) -> None:
    probe = (
        "import ctypes; from avara_tui.triage.process.hygiene import forbid_inspection;"
        "before = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0); forbid_inspection();"
        "print(before, ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "0"]


def test_a_browser_gets_no_secret_and_a_password_manager_its_own() -> None:
    environ = {
        "PATH": "/bin",
        "DISPLAY": ":0",
        "AVARA_API_KEY": "a",
        "AVARA_BASE_URL": "b",
        "GITHUB_TOKEN": "c",
        "aws_secret_access_key": "d",
        "PGPASSWORD": "e",
        "OP_SESSION_me": "f",
        "VAULT_TOKEN": "g",
        "GPG_TTY": "/dev/pts/1",
    }
    assert child_environment(environ) == {"PATH": "/bin", "DISPLAY": ":0"}
    kept = command_environment(environ)
    assert {"OP_SESSION_me", "VAULT_TOKEN", "PATH"} <= set(kept)
    assert not {"AVARA_API_KEY", "AVARA_BASE_URL", "GPG_TTY"} & set(kept)


def test_a_connection_never_prints_its_key() -> None:
    connection = Connection("https://x.example", "sk_live_planted", "the OS keyring")
    for value in (connection, Credential("sk_live_planted", "the OS keyring"), [connection]):
        for text in (repr(value), str(value), f"{value}", f"{value!r}"):
            assert "planted" not in text
            assert "the OS keyring" in text
    assert connection.api_key == "sk_live_planted"
