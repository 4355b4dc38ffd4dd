"""``open``: a browser here, or a link for one elsewhere, and a token that nobody else sees."""

import html
import json
import re
import stat
import urllib.request
from pathlib import Path
from typing import Any

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


def noted(shell: Shell, *arguments: str) -> list[Any]:
    """Return what `avara-tui journal show` tells."""
    return list(json.loads(shell.run("journal", "show", "--json", *arguments).out))


def told(attempts: list[Any]) -> list[tuple[str, str, list[str] | None, str]]:
    return [(each["action"], each["studyId"], each["how"], each["outcome"]) for each in attempts]


def tokens_in(emulator: EmbeddedEmulator, shell: Shell, link: str) -> list[str]:
    """Return the files of the person's home that hold any part of the token of ``link``."""
    token = link.partition("token=")[2]
    assert len(token) > 16
    files = [each for each in shell.home.rglob("*") if each.is_file()]
    assert [each.name for each in files if each.name == "journal.jsonl"]
    assert emulator.api_key not in "".join(each.read_text(errors="replace") for each in files)
    parts = (token, token[:10], token[-10:])
    return [
        each.name
        for each in files
        if any(part in each.read_text(errors="replace") for part in parts)
    ]


def test_a_link_that_is_printed_is_in_the_journal_as_shown_and_its_token_is_not(
    emulator: EmbeddedEmulator, shell: Shell, study_id: str
) -> None:
    link = shell.run("open", study_id, "--link", **REMOTE).out.strip()
    assert told(noted(shell)) == [("open", study_id, ["link"], "done")]
    assert tokens_in(emulator, shell, link) == []
    said = shell.run("journal", "show").out
    assert f"open  {study_id}  link shown  done" in said
    assert link.partition("token=")[2] not in said
    assert shell.run("journal", "verify").status == 0


def test_next_that_opens_is_a_claim_and_an_opening(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    ended = shell.run("next", "--link", "--json", **REMOTE)
    (answer,) = ended.objects
    claimed = str(answer["studyId"])
    assert told(noted(shell)) == [
        ("next", claimed, None, "done"),
        ("open", claimed, ["link"], "done"),
    ]
    assert tokens_in(emulator, shell, answer["opened"]["link"]) == []
    # A claim alone opens nothing.
    other = shell.run("next", "--json", AVARA_TUI_NEXT="pool").objects[0]["studyId"]
    assert told(noted(shell, "--study", str(other))) == [("next", other, None, "done")]


def test_how_a_browser_and_its_failure_are_told(shell: Shell, study_id: str) -> None:
    browser(shell, "exit 3")
    shell.run("open", study_id)
    browser(shell, "exit 0")
    shell.run("open", study_id)
    assert told(noted(shell)) == [
        ("open", study_id, [], "failed"),
        # It is no browser that we know, and so one that knows the way.
        ("open", study_id, ["program"], "done"),
    ]


@pytest.mark.parametrize(
    ("fault", "error"), [("status-403", "forbidden"), ("close-after-write", "unreachable")]
)
def test_an_opening_whose_answer_is_refused_or_lost_is_one_that_failed(
    emulator: EmbeddedEmulator, shell: Shell, study_id: str, fault: str, error: str
) -> None:
    emulator.arm(fault, 5, "studies.reroute-url")
    ended = shell.run("open", study_id, "--link", **REMOTE)
    assert ended.status != 0
    assert ended.out == ""
    (attempt,) = noted(shell)
    assert told([attempt]) == [("open", study_id, [], "failed")]
    assert attempt["error"] == error
    # It is known that nobody was shown it here, so it is none of the unknown.
    assert noted(shell, "--unknown") == []


def test_what_never_asked_for_a_link_is_no_opening(shell: Shell, study_id: str) -> None:
    assert shell.run("open", study_id, **REMOTE).status == 1
    assert shell.run("journal", "show").status == 3


def test_without_a_journal_an_opening_leaves_no_file(shell: Shell, study_id: str) -> None:
    shell.settings(f"journal = false\n{ME}")
    assert shell.run("open", study_id, "--link", **REMOTE).status == 0
    assert shell.run("journal", "show").status == 3
