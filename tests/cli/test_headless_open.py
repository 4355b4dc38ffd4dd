"""``open``: a browser here, or a link for one elsewhere, and a token that nobody else sees."""

import html
import re
import stat
import urllib.request
from pathlib import Path

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import ME, Shell, shell_at, who_has

REMOTE = {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}


@pytest.fixture
def shell(emulator: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(emulator, tmp_path)


@pytest.fixture
def study_id(emulator: EmbeddedEmulator) -> str:
    return str(emulator.studies()[0]["studyId"])


def browser(shell: Shell, script: str) -> Path:
    """Make a browser that does what ``script`` says, and use it; return where it may write."""
    notes = shell.home / "notes"
    program = shell.home / "browser"
    program.write_text(f'#!/bin/sh\nexec > "{notes}" 2>&1\n{script}\n')
    program.chmod(0o755)
    shell.settings(f'{ME}browser_command = ["{program}"]\n')
    return notes


def viewer_says(link: str) -> str:
    with urllib.request.urlopen(link, timeout=20) as answer:  # noqa: S310 - our own emulator
        return str(answer.read().decode())


def test_a_browser_here_gets_a_private_page_that_outlives_the_command(
    emulator: EmbeddedEmulator, shell: Shell, study_id: str
) -> None:
    notes = browser(shell, 'echo "$@"; tr "\\0" "\\n" < /proc/$PPID/cmdline')
    ended = shell.run("open", study_id)
    assert (ended.status, ended.err) == (0, who_has(emulator, study_id))
    assert f"{study_id}]: handed to browser" in ended.out
    page = Path(notes.read_text().splitlines()[0].removeprefix("file://"))
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    (link,) = re.findall(r'href="([^"]+)"', page.read_text())
    token = html.unescape(link).partition("token=")[2]
    assert token
    assert study_id in viewer_says(html.unescape(link))
    for said in (notes.read_text(), ended.out, ended.err):
        assert token not in said


def test_elsewhere_nothing_is_opened_and_no_link_is_made(
    emulator: EmbeddedEmulator, shell: Shell, study_id: str
) -> None:
    ended = shell.run("open", study_id, **REMOTE)
    assert (ended.status, ended.out) == (1, "")
    assert "Your browser is on another machine. The study was not opened." in ended.err
    assert "--link" in ended.err
    assert emulator.count("studies.reroute-url") == 0


@pytest.mark.parametrize("as_json", [False, True])
def test_the_link_is_printed_for_who_asks_for_it(
    emulator: EmbeddedEmulator, shell: Shell, study_id: str, *, as_json: bool
) -> None:
    ended = shell.run("open", study_id, "--link", *(["--json"] if as_json else []), **REMOTE)
    assert ended.status == 0
    who = who_has(emulator, study_id)
    assert ended.err == f"{who}Your browser is on another machine.\n"
    link = ended.objects[0]["link"] if as_json else ended.out.strip()
    assert study_id in viewer_says(link)


def test_a_browser_that_fails_is_said_and_leaves_no_page(
    emulator: EmbeddedEmulator, shell: Shell, study_id: str
) -> None:
    notes = browser(shell, 'echo "$@"; exit 3')
    ended = shell.run("open", study_id)
    assert (ended.status, ended.out) == (1, "")
    assert "'browser' could not open the study (exit status 3)" in ended.err
    assert not Path(notes.read_text().strip().removeprefix("file://")).exists()
    assert emulator.count("studies.reroute-url") == 1


def test_a_study_that_is_not_there(shell: Shell) -> None:
    ended = shell.run("open", "stu_00000000000000000000000000000000", "--link", **REMOTE)
    assert (ended.status, ended.out) == (3, "")
