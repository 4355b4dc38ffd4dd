"""A planted key, token and patient's text, looked for in every place that outlives the screen."""

import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from terminal.harness import LEAVE, Terminal, environment, program
from terminal.processes import children_of
from terminal.workplace import wait_for_cursor_on, wait_until_loaded

pytestmark = pytest.mark.terminal

PATIENT = "Zebraowski"

BROWSER = """
import os, pathlib, re, sys, urllib.request
page, folder = sys.argv[1], pathlib.Path(sys.argv[2])
(folder / "argv").write_bytes(pathlib.Path("/proc/self/cmdline").read_bytes())
(folder / "environ").write_bytes(pathlib.Path("/proc/self/environ").read_bytes())
text = urllib.request.urlopen(page).read().decode()
part = folder / "page.part"
part.write_text(text)
part.rename(folder.parent / "opened.html")
"""
KEY_COMMAND = """
import pathlib, sys
folder = pathlib.Path(sys.argv[1])
(folder / "key-environ").write_bytes(pathlib.Path("/proc/self/environ").read_bytes())
(folder / "key-argv").write_bytes(pathlib.Path("/proc/self/cmdline").read_bytes())
print(pathlib.Path(sys.argv[2]).read_text())
"""
CRASHING = """
import sys
from avara_tui.triage.process.hygiene import harden
harden()  # before anything of Textual is imported, as the program does
from avara_tui.tui.commands.study import StudyCommands
async def set_severity(self, study):
    key, text = self._session.connection.api_key, study.description
    raise KeyError(text + key) from ValueError(text)
StudyCommands.set_severity = set_severity
from avara_tui.cli import main
sys.exit(main())
"""
ASKING_THE_KERNEL = """
import ctypes, pathlib, sys
from avara_tui.triage.process.hygiene import harden
harden()
from avara_tui.tui.commands.study import StudyCommands
async def set_severity(self, study):
    pathlib.Path(TOLD).write_text(str(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)))
StudyCommands.set_severity = set_severity
from avara_tui.cli import main
sys.exit(main())
"""
OSC = re.compile(rb"\x1b\](\d+)[;:]([^\x07\x1b]*)")
CLIPBOARD, NOTIFICATIONS, TITLES = {b"52"}, {b"9", b"99", b"777"}, {b"0", b"1", b"2"}


class House:
    """Everything that a run of the program can leave something in."""

    def __init__(self, directory: Path, emulator: EmbeddedEmulator) -> None:
        self.emulator = emulator
        self.opened = directory / "opened.html"
        self.folders = {
            name: directory / name
            for name in ("config", "cache", "state", "data", "run", "children", "work", "logs")
        }
        for folder in self.folders.values():
            folder.mkdir(mode=0o700)
        secret = directory / "secret"
        secret.write_text(emulator.api_key)
        browser, fetch = directory / "browser.py", directory / "fetch.py"
        browser.write_text(BROWSER)
        fetch.write_text(KEY_COMMAND)
        children = str(self.folders["children"])
        open_with = [sys.executable, str(browser), "{page}", children]
        fetch_with = [sys.executable, str(fetch), children, str(secret)]
        settings = self.folders["config"] / "avara-tui"
        settings.mkdir()
        (settings / "config.toml").write_text(
            f'clipboard = "on"\n[profiles.default]\nme = "{DEMO_USER_ID}"\n'
            f'base_url = "{emulator.base_url}"\n'
            f"browser_command = {open_with!r}\ncredential_command = {fetch_with!r}\n"
            "credential_timeout = 30\n"
        )
        self.environ = environment(
            directory / "home",
            XDG_CONFIG_HOME=str(self.folders["config"]),
            XDG_CACHE_HOME=str(self.folders["cache"]),
            XDG_STATE_HOME=str(self.folders["state"]),
            XDG_DATA_HOME=str(self.folders["data"]),
            XDG_RUNTIME_DIR=str(self.folders["run"]),
            TEXTUAL_LOG=str(self.folders["logs"] / "textual"),
            TEXTUAL_SCREENSHOT_LOCATION=str(self.folders["logs"]),
            SSLKEYLOGFILE=str(self.folders["logs"] / "tls"),
            HTTPX_LOG_LEVEL="trace",
            PYTHONASYNCIODEBUG="1",
            PYTHONFAULTHANDLER="1",
        )

    def start(self, argv: list[str]) -> Terminal:
        """Return the program, allowed to dump a core into the working directory."""
        # Here the shell goes, and the program takes its place.
        script = f'ulimit -c unlimited; cd {self.folders["work"]}; exec "$@"'
        return Terminal(["sh", "-c", script, "sh", *argv], environ=self.environ)

    def token(self) -> str:
        """Return the token that the last study was opened with."""
        found = re.search(r"token=([^\"&']+)", self.opened.read_text())
        assert found is not None
        return found[1]

    def secrets(self) -> list[bytes]:
        """Return what must be nowhere."""
        found = [self.emulator.api_key, self.emulator.api_key.removeprefix("sk_live_"), PATIENT]
        if self.opened.exists():
            found.append(self.token())
        return [each.encode() for each in found]

    def assert_clean(self, place: str, content: bytes) -> None:
        """Check that ``content`` holds nothing that was planted, in no usual coding."""
        for secret in self.secrets():
            for coded in (secret, secret.hex().encode(), secret.decode().encode("utf-16-le")):
                assert coded not in content, f"{place} holds {secret!r}"

    def assert_folders_clean(self) -> None:
        """Look into every file of every folder."""
        for name, folder in self.folders.items():
            for path in folder.rglob("*"):
                self.assert_clean(f"{name}: {path}", str(path).encode())
                if path.is_file():
                    self.assert_clean(f"{name}: {path}", path.read_bytes())

    def assert_strings_clean(self, terminal: Terminal) -> None:
        """Look into what went to the clipboard, the title and the notifications of the terminal."""
        for number, text in OSC.findall(bytes(terminal.written)):
            assert number not in CLIPBOARD | NOTIFICATIONS | TITLES, (number, text)
            self.assert_clean("control string", text)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with EmbeddedEmulator(studies=30, seed=6) as emulator:
        yield House(tmp_path, emulator)


def plant(house: House) -> str:
    study = house.emulator.create(
        severity="stat",
        studyDescription=f"{PATIENT} head",
        studyInstanceUid="1.2.3.4",
        metadata={"patient": PATIENT, f"{PATIENT}key": "x"},
    )
    return str(study["studyId"])


def work_through(terminal: Terminal, house: House, study_id: str) -> None:
    """Do what a person does all day with the study."""
    wait_until_loaded(terminal)
    terminal.press("/", PATIENT, "enter")
    wait_for_cursor_on(terminal, PATIENT)
    terminal.press("o")
    terminal.wait_for("Claim it as it opens?")
    terminal.press("n")
    terminal.wait_for(lambda _: house.opened.exists())
    terminal.wait_for("handed to")
    terminal.press("m")
    terminal.wait_for("it is yours")
    terminal.press("d")
    terminal.wait_for(re.compile(f"description +{PATIENT}"))
    terminal.press(" left", "enter")
    terminal.wait_for(
        lambda _: house.emulator.study(study_id)["studyDescription"] == f"{PATIENT} head left"
    )
    terminal.press("#")
    terminal.wait_for("masked")
    terminal.press("#")
    terminal.wait_for(PATIENT)


@pytest.mark.parametrize("key_from", ["environment", "command"])
def test_a_day_at_the_worklist_leaves_nothing_behind(house: House, key_from: str) -> None:
    if key_from == "environment":
        house.environ["AVARA_API_KEY"] = house.emulator.api_key
    study_id = plant(house)
    with house.start(program()) as terminal:
        work_through(terminal, house, study_id)
        limits = Path(f"/proc/{terminal.pid}/limits")
        assert re.search(r"Max core file size +0 +0 ", limits.read_text())
        argv = b"".join(
            Path(f"/proc/{each}/cmdline").read_bytes() for each in children_of(terminal.pid)
        )
        house.assert_clean("argv of children", argv)
        assert terminal.leave(timeout=LEAVE) == 0
        terminal.assert_restored()
        house.assert_clean("what is left on the screen", terminal.text.encode())
        house.assert_strings_clean(terminal)
    house.assert_folders_clean()
    journal = list(house.folders["state"].rglob("journal*"))
    assert journal
    assert study_id in journal[0].read_text()
    children = house.folders["children"]
    noted = {each.name for each in children.iterdir()}
    assert noted >= {"argv", "environ"}
    assert ("key-environ" in noted) is (key_from == "command")
    assert b"XDG_RUNTIME_DIR" in (children / "environ").read_bytes()
    assert not list(house.folders["logs"].iterdir())
    assert not [each for each in house.folders["work"].iterdir() if "core" in each.name]
    for name in ("state", "run", "cache"):
        for path in house.folders[name].rglob("*"):
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_a_crash_restores_the_terminal_and_tells_types_and_places_only(house: House) -> None:
    study_id = plant(house)
    with house.start([sys.executable, "-P", "-c", CRASHING]) as terminal:
        work_through(terminal, house, study_id)
        terminal.press("s")
        assert terminal.wait_exit() == 1
        terminal.assert_restored()
        terminal.assert_no_traceback()
        assert "builtins.KeyError" in terminal.text
        assert "in set_severity" in terminal.text
        house.assert_clean("crash output", terminal.text.encode())
        house.assert_strings_clean(terminal)
    house.assert_folders_clean()
    (report,) = house.folders["state"].rglob("crash-*.txt")
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    said = report.read_text()
    assert "builtins.KeyError" in said
    assert "in set_severity" in said
    assert str(Path.home()) not in said
    assert not list(house.folders["logs"].iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_killed_program_leaves_no_core(house: House) -> None:
    plant(house)
    with house.start(program()) as terminal:
        wait_until_loaded(terminal)
        terminal.wait_for(PATIENT)
        terminal.signal(signal.SIGABRT)
        assert terminal.wait_exit() == -signal.SIGABRT
    assert not [each for each in house.folders["work"].iterdir() if "core" in each.name]
    house.assert_folders_clean()


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel")
def test_other_programs_of_the_user_cannot_read_its_memory(house: House) -> None:
    told = house.folders["work"] / "dumpable"
    script = ASKING_THE_KERNEL.replace("TOLD", repr(str(told)))
    with house.start([sys.executable, "-P", "-c", script]) as terminal:
        wait_until_loaded(terminal)
        # The first key of somebody who is here for the first time may only close the welcome.
        terminal.press("escape", "s")
        terminal.wait_for(lambda _: told.exists())
        assert told.read_text() == "0"


def test_a_mistake_of_another_command_tells_no_value() -> None:
    script = (
        "from avara_tui.triage.process.hygiene import harden; harden()\n"
        f"secret = '{PATIENT}'\nraise LookupError(secret)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "builtins.LookupError" in done.stderr
    assert PATIENT not in done.stdout + done.stderr
