"""Two servers and the real program: what is watched is a number, and each key is asked for once."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from loaded import assert_not_loaded
from studies import add_study
from terminal.harness import Terminal, environment, program
from terminal.processes import children_of
from terminal.workplace import wait_until_loaded

pytestmark = pytest.mark.terminal

PATIENT = "Zebraowski"
OURS = [
    "avara_tui.tui.controller.other_profiles",
    "avara_tui.tui.presentation.other_profiles",
    "avara_tui.triage.reading.profile_watch",
    "avara_tui.api.listing_only",
]
NOTING = """
import json, pathlib, sys
from avara_tui.tui import app
target = pathlib.Path(sys.argv.pop())
begin = app.WorklistApp._begin
def first_frame(self, screen):
    target.with_suffix(".first").write_text(json.dumps([*sys.modules]))
    from avara_tui.tui.controller import worklist
    def start(controller):
        target.write_text(json.dumps([*sys.modules]))
        self.exit()
    worklist.WorklistController.start = start
    begin(self, screen)
app.WorklistApp._begin = first_frame
from avara_tui.cli import main
sys.exit(main([]))
"""
"""The program, which notes what it has imported at its first frame and before it asks anybody."""


class Department:
    """Two profiles, each with a program that fetches its key and notes that it was asked."""

    def __init__(self, directory: Path, servers: dict[str, EmbeddedEmulator]) -> None:
        self.servers = servers
        self.directory = directory
        self.asked = directory / "asked"
        self.asked.mkdir()
        self.environ = environment(
            directory / "home",
            XDG_CONFIG_HOME=str(directory / "config"),
            XDG_CACHE_HOME=str(directory / "cache"),
            XDG_DATA_HOME=str(directory / "data"),
        )

    def settings(self, watch: str) -> None:
        """Save the settings file."""
        parts = ['default_profile = "lakeside"', watch, "refresh = { stat = 5 }"]
        for name, server in self.servers.items():
            secret = self.directory / f"{name}.secret"
            secret.write_text(server.api_key)
            script = f"echo asked >> {self.asked / name}; cat {secret}"
            parts.append(
                f'[profiles.{name}]\nbase_url = "{server.base_url}"\ncolour = "cyan"\n'
                f"credential_command = {['sh', '-c', script]!r}\ncredential_timeout = 30"
            )
        folder = self.directory / "config" / "avara-tui"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text("\n".join(parts))

    def times_asked(self, name: str) -> int:
        """Return how often the key of a profile was asked for."""
        path = self.asked / name
        return len(path.read_text().splitlines()) if path.exists() else 0

    def assert_nothing_left(self) -> None:
        """Look for keys and patients in what the program may have written."""
        for folder in ("cache", "data", "home"):
            for path in (self.directory / folder).rglob("*"):
                content = path.read_bytes() if path.is_file() else b""
                for secret in (PATIENT, *(each.api_key for each in self.servers.values())):
                    assert secret.encode() not in content, path


@pytest.fixture
def department(tmp_path: Path) -> Iterator[Department]:
    with (
        EmbeddedEmulator(studies=10, seed=2) as lakeside,
        EmbeddedEmulator(studies=0) as northside,
    ):
        yield Department(tmp_path, {"lakeside": lakeside, "northside": northside})


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_it_is_counted_gone_to_and_nothing_of_it_is_left(department: Department) -> None:
    department.settings('watch = ["northside"]')
    northside = department.servers["northside"]
    with Terminal(program(), environ=department.environ, columns=80, rows=24) as terminal:
        wait_until_loaded(terminal)
        terminal.wait_for(lambda _: northside.count("studies.list") > 0)
        add_study(northside, PATIENT, metadata={"patient": PATIENT})
        terminal.wait_for("northside: NEW STAT")
        terminal.wait_for(re.compile(r"northside +1 STAT, NEW"))
        before = bytes(terminal.written)
        argv = b"".join(
            Path(f"/proc/{each}/cmdline").read_bytes() for each in children_of(terminal.pid)
        )
        for secret in (PATIENT, *(each.api_key for each in department.servers.values())):
            assert secret.encode() not in before + argv
        assert b"\x07" in before
        terminal.press("!")
        terminal.wait_for("Go to northside")
        terminal.press("y")
        terminal.wait_for(lambda each: each.lines[0].rstrip().endswith(" northside"))
        terminal.wait_for(PATIENT)
        assert {each.method for each in northside.requests} == {"GET"}
        terminal.press("q")
        assert terminal.wait_exit() == 0
        terminal.assert_no_traceback()
    assert [department.times_asked(each) for each in ("lakeside", "northside")] == [1, 1]
    department.assert_nothing_left()


@pytest.mark.parametrize("watch", ["", 'watch = ["northside"]'])
def test_who_watches_nobody_imports_nothing_for_it_and_the_first_frame_never_does(
    department: Department, tmp_path: Path, watch: str
) -> None:
    department.settings(watch)
    noted = tmp_path / "modules.json"
    argv = [sys.executable, "-P", "-c", NOTING, str(noted)]
    with Terminal(argv, environ=department.environ) as terminal:
        assert terminal.wait_exit() == 0
    assert_not_loaded(OURS, set(json.loads(noted.with_suffix(".first").read_text())))
    loaded = set(json.loads(noted.read_text()))
    if watch:
        assert set(OURS[:3]) <= loaded
    else:
        assert_not_loaded(OURS, loaded)
    assert not department.servers["northside"].requests
    assert department.times_asked("northside") == 0
