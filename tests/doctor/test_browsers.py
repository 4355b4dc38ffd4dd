"""What doctor says of browsers and of the page that leads them to a study."""

from pathlib import Path

import pytest

from avara_tui.config import Profile
from avara_tui.triage.checkup.browser import browser_findings
from avara_tui.triage.checkup.verdicts import Finding, Verdict
from avara_tui.triage.opener.place import ELSEWHERE, NO_DISPLAY, Place


class Machine:
    """A machine with a home and browsers of our own making."""

    def __init__(self, directory: Path) -> None:
        self.home = directory / "home"
        self.bin = directory / "snap" / "bin"
        self.programs = directory / "programs"
        for folder in (self.home, self.bin, self.programs):
            folder.mkdir(parents=True, mode=0o700)
        self.environ = {"HOME": str(self.home), "PATH": str(self.bin), "DISPLAY": ":0"}

    def browser(self, name: str, program: str) -> Path:
        """Install a browser as a link to the program that runs it."""
        path = self.programs / program
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        link = self.bin / name
        link.symlink_to(path)
        return link

    def looked_at(self, *command: str | Path, why_not: str = "") -> dict[str, Finding]:
        """Return what is said of a browser command."""
        argv = tuple(str(part) for part in command) or None
        profile = Profile(name="default", browser_command=argv)
        seat = Place(self.environ, why_not)
        return {each.name: each for each in browser_findings(profile, seat)}


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    return Machine(tmp_path)


def test_a_snap_and_where_its_page_lies(machine: Machine) -> None:
    found = machine.looked_at(machine.browser("firefox", "snap"))
    assert found["browser"].verdict is Verdict.OK
    assert found["page"].verdict is Verdict.OK
    folder = machine.home / "snap/firefox/common/avara-tui"
    assert f"{folder}: firefox is a snap, and may read it there" in found["page"].said


def test_a_snap_that_cannot_be_given_a_page(machine: Machine) -> None:
    (machine.home / "snap").touch()
    found = machine.looked_at(machine.browser("firefox", "snap"))["page"]
    assert found.verdict is Verdict.PROBLEM
    assert "firefox is a snap, and cannot be given a page" in found.said
    assert found.remedy


def test_a_sandbox_of_which_nothing_is_known(machine: Machine) -> None:
    machine.bin = machine.home
    found = machine.looked_at(machine.browser("firefox", "firejail"))["page"]
    assert found.verdict is Verdict.NOTE
    assert "firejail, which may hide the page" in found.said
    assert "browser_command" in found.remedy


def test_a_browser_that_reads_everything(machine: Machine, tmp_path: Path) -> None:
    program = tmp_path / "firefox"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    found = machine.looked_at(program)["page"]
    assert found.verdict is Verdict.OK
    assert str(tmp_path / "state/avara-tui/run") in found.said
    assert "page" not in machine.looked_at(program, "{url}")


@pytest.mark.parametrize("why_not", [ELSEWHERE, NO_DISPLAY, "Nobody is attached to tmux."])
def test_a_browser_that_would_show_itself_where_nobody_sits(
    machine: Machine, tmp_path: Path, why_not: str
) -> None:
    firefox = machine.browser("firefox", "snap")
    found = machine.looked_at(firefox, why_not=why_not)
    assert found["browser"].verdict is Verdict.NOTE
    assert "None is started here" in found["browser"].said
    assert "page" not in found
    # Any other program is taken to know the way.
    other = tmp_path / "lemonade"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    assert machine.looked_at(other, "open", why_not=why_not)["browser"].verdict is Verdict.OK
