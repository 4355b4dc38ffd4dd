"""``create``: one study for one UID."""

from pathlib import Path

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import Shell, shell_at
from studies import is_out_of_sight

UID = "1.2.826.0.1.3680043.8.498.1"


@pytest.fixture
def shell(emulator: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(emulator, tmp_path)


def test_create_makes_one_study_for_a_uid(emulator: EmbeddedEmulator, shell: Shell) -> None:
    arguments = ["create", "--uid", f" {UID} ", "--description", "CT Head", "--severity=routine"]
    customer = emulator.customers()[0]["expressCustomerId"]
    more = ["--assignee=me", "--customer", customer, "--meta", "modality=CT", "--json"]
    ended = shell.run(*arguments, *more)
    assert (ended.status, ended.err) == (0, "")
    (told,) = ended.objects
    made = emulator.study(told["studyId"])
    assert (told["ending"], made["studyInstanceUid"], made["severity"]) == ("done", UID, "normal")
    assert made["assignedTo"]["userId"] == DEMO_USER_ID
    assert made["expressCustomer"]["expressCustomerId"] == customer
    assert made["metadata"] == {"modality": "CT"}
    again = shell.run(*arguments)
    assert (again.status, again.out) == (5, "")
    assert f"{told['studyId']}] has the UID {UID} already" in again.err
    assert sum(each["studyInstanceUid"] == UID for each in emulator.studies()) == 1
    assert shell.run("journal", "verify").status == 0


def test_a_uid_that_is_taken_by_a_study_out_of_sight_is_said_to_be(tmp_path: Path) -> None:
    """A key with the study scope Self sees its own source's studies only."""
    with EmbeddedEmulator(studies=60, seed=1, scope="self") as emulator:
        shell = shell_at(emulator, tmp_path)
        there = next(each for each in emulator.studies() if is_out_of_sight(each))
        arguments = ["create", "--uid", there["studyInstanceUid"], "--description", "CT Head"]
        ended = shell.run(*arguments, "--severity=stat")
        told = shell.run(*arguments, "--severity=stat", "--json")
        assert emulator.study(there["studyId"]) == there
        assert len(emulator.studies()) == 60
    sentence = (
        "A study with this UID exists already, but this key cannot see it "
        "(its study scope may be Self)."
    )
    assert (ended.status, ended.out) == (5, "")
    assert ended.err.splitlines()[0] == sentence
    assert "It said: There already is a study with the UID" in ended.err
    assert there["studyId"] not in ended.err + told.err + told.out
    assert told.status == 5
    (fields,) = told.objects
    assert (fields["studyId"], fields["ending"], fields["error"]) == (None, "failed", sentence)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--uid", "1.02.3"], "no component of a UID starts with 0"),
        (["--description", " "], "a study needs a description"),
        (["--customer", "Lakeside"], "is no customer id"),
        (["--assignee", "okafor"], "is no assignee"),
        (["--meta", "a=1", "--meta", "a=2"], "A metadata key is named twice"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_created_is_refused_before_anything_is_asked(
    emulator: EmbeddedEmulator, shell: Shell, arguments: list[str], sentence: str
) -> None:
    plain = ["create", "--uid", UID, "--description", "CT", "--severity", "stat"]
    ended = shell.run(*plain, *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert sentence in ended.err
    assert emulator.requests == []
