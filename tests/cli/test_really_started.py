"""Commands as a shell starts them: they do what they do in a process that has imported all."""

import re
from pathlib import Path

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import Shell, shell_at
from studies import open_study

EMULATED_STUDIES = 30


@pytest.fixture
def shell(emulator: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(emulator, tmp_path)


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--columns", "id,priority,status,description"],
        ["list", "--filter", "nothing:nowhere"],
        ["show", "stu_" + "0" * 32],
        ["handoff", "--json"],
        ["journal", "show"],
        ["config", "show"],
    ],
    ids=" ".join,
)
def test_what_reads_says_and_ends_the_same(shell: Shell, arguments: list[str]) -> None:
    started, warm = shell.start(*arguments), shell.run(*arguments)
    assert (started.status, started.err) == (warm.status, warm.err)
    # Ages grow between the two.
    assert re.sub(r"\d", "", started.out) == re.sub(r"\d", "", warm.out)
    assert started.out + started.err


def test_what_writes_is_written(emulator: EmbeddedEmulator, shell: Shell) -> None:
    study_id = open_study(emulator, assignee=None)["studyId"]
    for arguments in (
        ("set", study_id, "--severity", "stat"),
        ("cancel", study_id, "--yes"),
        ("uncancel", study_id, "--yes"),
        ("next", "--filter", f"id:{study_id}"),
        ("open", study_id, "--link"),
        ("create", "--uid", "1.2.3", "--description", "CT", "--severity", "routine"),
    ):
        ended = shell.start(*arguments)
        assert ended.status == 0, (arguments, ended)
    assert emulator.writes(study_id) == ["update", "cancel", "uncancel", "update"]
    assert any(each["studyInstanceUid"] == "1.2.3" for each in emulator.studies())


def test_each_has_an_environment_of_its_own(shell: Shell) -> None:
    other = {"AVARA_API_KEY": "sk_live_ffffffffffffffffffffffffffffffff"}
    started, warm = shell.start("list", **other), shell.run("list", **other)
    assert started == warm
    assert started.status == 4
    assert shell.run("list").status == 0
