"""The doctor: a line for each thing, nothing secret, and an exit code that can be relied on."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import warm
from avara_tui.emulator.embedded import EmbeddedEmulator
from homes import write_settings
from needs import need_program

KEY = "sk_live_0123456789abcdef0123456789abcdef"
LIMIT = 60


class Patient:
    """Somebody with a home of their own, who runs the doctor."""

    def __init__(self, directory: Path) -> None:
        self.home = directory
        self.environ = {
            "HOME": str(directory),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
        }

    def settings(self, text: str) -> None:
        write_settings(self.home, text)

    def run(self, *arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        """Run the doctor; as a shell starts it where the locale is another."""
        variables = {**self.environ, **environ}
        if variables["LANG"] == "C.UTF-8":
            return warm.run(["doctor", *arguments], variables, timeout=LIMIT)
        argv = [sys.executable, "-P", "-m", "avara_tui", "doctor", *arguments]
        return subprocess.run(
            argv,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )

    def findings(self, *arguments: str, **environ: str) -> tuple[int, dict[str, Any]]:
        done = self.run("--json", *arguments, **environ)
        assert done.stderr == ""
        told = json.loads(done.stdout)
        found = {each["name"]: each for each in told["findings"]}
        bad = [each for each in told["findings"] if each["verdict"] == "problem"]
        assert told["problems"] == len(bad)
        assert done.returncode == (1 if bad else 0)
        assert KEY not in done.stdout
        for each in bad:
            assert each["remedy"], each
        return done.returncode, found


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    return Patient(tmp_path)


def test_all_is_well(patient: Patient, emulator: EmbeddedEmulator) -> None:
    server = {"AVARA_BASE_URL": emulator.base_url, "AVARA_API_KEY": emulator.api_key}
    status, found = patient.findings(**server)
    assert status == 0
    assert found["key"]["said"] == "From AVARA_API_KEY."
    assert "accepts the key" in found["server"]["said"]
    assert found["scope"]["verdict"] == "ok"
    assert "is complete for this key" in found["scope"]["said"]
    assert found["clock"]["verdict"] == "ok"
    assert found["keyring"]["verdict"] == "note"
    assert found["state"]["verdict"] == "ok"
    text = patient.run(**server)
    assert text.returncode == 0
    assert "Nothing is wrong." in text.stdout
    assert emulator.api_key not in text.stdout + text.stderr
    lines = text.stdout.splitlines()
    assert lines[0].startswith("ok       versions     avara-tui ")


def test_no_key_and_no_keyring(patient: Patient) -> None:
    status, found = patient.findings()
    assert status == 1
    assert "This session has no keyring" in found["keyring"]["said"]
    assert found["key"]["verdict"] == "problem"
    assert "server" not in found


@pytest.mark.slow
def test_a_bus_that_never_answers_is_not_waited_for(patient: Patient) -> None:
    path = patient.home / "bus"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        _, found = patient.findings(DBUS_SESSION_BUS_ADDRESS=f"unix:path={path}")
    assert found["keyring"]["verdict"] == "problem"


def test_a_wrong_key(patient: Patient, emulator: EmbeddedEmulator) -> None:
    status, found = patient.findings(AVARA_BASE_URL=emulator.base_url, AVARA_API_KEY=KEY)
    assert status == 1
    assert "does not accept the key" in found["server"]["said"]
    assert "clock" in found


def test_a_server_out_of_reach(patient: Patient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    status, found = patient.findings(AVARA_BASE_URL=url, AVARA_API_KEY=KEY)
    assert status == 1
    assert "out of reach" in found["server"]["said"]


@pytest.mark.slow
def test_an_odd_key_is_noted_and_an_empty_one_is_a_problem(patient: Patient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    _, odd = patient.findings(AVARA_BASE_URL=url, AVARA_API_KEY="sesame")
    assert odd["key"]["verdict"] == "note"
    assert "sesame" not in json.dumps(odd)
    _, empty = patient.findings(AVARA_BASE_URL=url, AVARA_API_KEY="")
    assert empty["key"]["verdict"] == "problem"
    assert "is empty" in empty["key"]["said"]


@pytest.mark.parametrize(
    ("ahead", "verdict", "said"),
    [(600, "problem", "behind the server"), (-600, "problem", "ahead of"), (20, "note", "behind")],
)
def test_a_clock_that_is_wrong(ahead: float, verdict: str, said: str) -> None:
    from avara_tui.triage.checkup.reach import _clock

    found = _clock(ahead)
    assert found.verdict == verdict
    assert said in found.said
    assert "NTP" in found.remedy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theme = ", "config.toml:1"),
        ("[thresholds.stat]\nwarn = 9\ndue = 1\n", "config.toml"),
        ("[profiles.default]\ncredential_command = ['/nonexistent/pass']\n", "not installed"),
        ("[profiles.default]\nca_file = '/nonexistent.pem'\n", "cannot be read"),
    ],
)
def test_a_configuration_that_is_wrong(patient: Patient, text: str, said: str) -> None:
    patient.settings(text)
    status, found = patient.findings("--offline")
    assert status == 1
    assert said in found["settings"]["said"]


def test_a_profile_that_is_not_there(patient: Patient) -> None:
    patient.settings('default_profile = "a"\n[profiles.a]\n')
    status, found = patient.findings("--offline", "--profile", "b")
    assert status == 1
    assert "There is no profile 'b'" in found["settings"]["said"]


@pytest.mark.slow
def test_a_command_that_hangs_is_ended(patient: Patient) -> None:
    patient.settings(
        "[profiles.default]\ncredential_command = ['sleep', '300']\ncredential_timeout = 0.5\n"
    )
    _, found = patient.findings()
    assert "did not finish within 0.5 s" in found["key"]["said"]


@pytest.mark.slow
def test_the_browser(patient: Patient) -> None:
    browser = patient.home / "firefox"
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o755)
    path = f"{patient.home}:/usr/bin:/bin"
    url = "http://127.0.0.1:1"
    _, none = patient.findings(AVARA_API_KEY=KEY, AVARA_BASE_URL=url)
    assert none["browser"]["verdict"] == "note"
    patient.settings("[profiles.default]\nbrowser_command = ['firefox']\n")
    _, found = patient.findings(AVARA_API_KEY=KEY, AVARA_BASE_URL=url, PATH=path)
    assert str(browser) in found["browser"]["said"]
    patient.settings("[profiles.default]\nbrowser_command = ['w3m']\n")
    browser.rename(patient.home / "w3m")
    _, refused = patient.findings(AVARA_API_KEY=KEY, AVARA_BASE_URL=url, PATH=path)
    assert "take over" in refused["browser"]["said"]


@pytest.mark.slow
def test_a_proxy_is_named_by_its_variable_only(patient: Patient) -> None:
    proxy = "http://somebody:pa55word@127.0.0.1:1"
    _, found = patient.findings(
        AVARA_API_KEY=KEY, AVARA_BASE_URL="http://127.0.0.1:1", HTTPS_PROXY=proxy
    )
    assert "HTTPS_PROXY" in found["proxy"]["said"]
    assert "pa55word" not in json.dumps(found)


@pytest.mark.slow
def test_a_state_directory_that_is_somebody_elses(patient: Patient) -> None:
    (patient.home / "state").write_text("a file")
    status, found = patient.findings("--offline", XDG_STATE_HOME=str(patient.home / "state"))
    assert status == 1
    assert found["state"]["verdict"] == "problem"


def test_a_locale_without_utf_8_does_not_stop_it(patient: Patient) -> None:
    done = patient.run("--offline", LANG="C", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "not UTF-8" in done.stdout


@pytest.mark.slow
@pytest.mark.terminal
def test_in_a_real_tmux(patient: Patient) -> None:
    program = need_program("tmux", "tmux")
    settings, output = patient.home / "tmux.conf", patient.home / "told.json"
    argv = [sys.executable, "-P", "-m", "avara_tui", "doctor", "--offline", "--json"]
    for clipboard, verdict in (("on", "ok"), ("off", "note")):
        settings.write_text(f"set -s set-clipboard {clipboard}\nset -g allow-passthrough off\n")
        output.unlink(missing_ok=True)
        part = output.with_suffix(".part")
        shell = f"{' '.join(argv)} > {part}; mv {part} {output}"
        name = f"doctor-{os.getpid()}-{clipboard}"
        base = [program, "-L", name, "-f", str(settings)]
        environ = {**patient.environ, "TMUX_TMPDIR": str(patient.home)}
        subprocess.run([*base, "new-session", "-d", "sh", "-c", shell], env=environ, check=True)
        limit = time.monotonic() + LIMIT
        while not output.exists():
            assert time.monotonic() < limit
            time.sleep(0.05)
        found = {each["name"]: each for each in json.loads(output.read_text())["findings"]}
        assert found["tmux"]["verdict"] == verdict
