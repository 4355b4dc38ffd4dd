"""Headless commands say what of a study could not be read, and do not write over it unseen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import Shell, shell_at

EVER = 1_000_000
"""Times that a fault strikes: always."""


@pytest.fixture
def odd() -> Iterator[EmbeddedEmulator]:
    """A server whose every study is odd in a detail."""
    with EmbeddedEmulator(studies=120, seed=3) as emulator:
        emulator.arm("odd-details", EVER)
        yield emulator


@pytest.fixture
def shell(odd: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(odd, tmp_path)


def with_odd(studies: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(each for each in studies if each["unreadable"] == [name] and each["isOpen"])


def test_every_study_is_listed_with_what_could_not_be_read(
    odd: EmbeddedEmulator, shell: Shell
) -> None:
    ended = shell.run("list", "--json")
    assert (ended.status, ended.err) == (0, "")
    listed = {each["studyId"]: each for each in ended.objects}
    truth = [each for each in odd.studies() if each["studyViewerStatus"] == "incomplete"]
    assert {each["studyId"] for each in truth if not each["isCancelled"]} <= set(listed)
    for name, key, value in (
        ("severity", "severity", "stat"),
        ("studyDescription", "studyDescription", None),
        ("metadata", "metadata", {}),
        ("isCancelled", "isCancelled", False),
        ("createdAt", "createdAt", None),
    ):
        assert with_odd(ended.objects, name)[key] == value
    # Somebody unknown is not nobody.
    holder = with_odd(ended.objects, "assignedTo")["assignedTo"]
    assert holder is not None
    assert holder["userId"] is None
    assert all("? unreadable" not in each for each in ended.lines)
    # As text, the most urgent first.
    ended = shell.run("list", "--columns", "priority,description,id")
    assert ended.status == 0
    rows = {line.split()[-1]: line for line in ended.lines[1:]}
    severity = with_odd(list(listed.values()), "severity")
    assert rows[severity["studyId"]].startswith("STAT?")
    description = with_odd(list(listed.values()), "studyDescription")
    assert "? unreadable" in rows[description["studyId"]]
    said = [line.split()[0] for line in ended.lines[1:]]
    assert set(said[: said.index("RTN")]) >= {"STAT", "STAT?"}


def test_one_study_is_shown_with_what_could_not_be_read(
    odd: EmbeddedEmulator, shell: Shell
) -> None:
    listed = shell.run("list", "--json").objects
    study = with_odd(listed, "severity")
    ended = shell.run("show", study["studyId"])
    assert ended.status == 0
    assert "the severity could not be read; it counts as STAT" in ended.out
    assert "unreadable" in ended.lines[-1]
    # What nobody has seen is not written over, and nothing else is refused.
    for name, *arguments in (
        ("severity", "--severity", "high"),
        ("assignedTo", "--assignee", "none"),
        ("metadata", "--meta", "side=left"),
        ("studyDescription", "--description", "CT"),
    ):
        study = with_odd(listed, name)
        before = odd.study(study["studyId"])
        ended = shell.run("set", study["studyId"], *arguments)
        assert ended.status == 1, ended
        assert "could not be read: nothing was written" in ended.err
        assert odd.study(study["studyId"]) == before
    study = with_odd(listed, "metadata")
    assert shell.run("set", study["studyId"], "--severity", "high").status == 0
    assert odd.study(study["studyId"])["severity"] == "high"


def test_rows_without_an_id_make_no_whole_list(odd: EmbeddedEmulator, shell: Shell) -> None:
    odd.disarm()
    odd.arm("lost-ids", EVER)
    for command in (("list", "--json"), ("handoff",)):
        ended = shell.run(*command)
        assert ended.status == 1, ended
        assert "INCOMPLETE" in ended.err
        assert "rows without a study id were left out" in ended.err
        assert "Complete" not in ended.out
        assert ended.lines


def test_a_hand_off_says_which_severity_could_not_be_read(shell: Shell) -> None:
    ended = shell.run("handoff")
    assert ended.status == 0
    assert any(line.startswith("  STAT? ") for line in ended.lines)
    assert any(line.startswith("  STAT  ") for line in ended.lines)
