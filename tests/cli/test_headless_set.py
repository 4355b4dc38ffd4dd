"""``set``: guarded edits from a shell."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import LIMIT, ME, Shell, shell_at, who_has
from studies import open_studies


@pytest.fixture
def shell(emulator: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(emulator, tmp_path)


@pytest.fixture
def study_id(emulator: EmbeddedEmulator) -> str:
    """A routine, incomplete study that somebody else has."""
    (found, *_) = (
        each["studyId"]
        for each in open_studies(emulator, severity="normal")
        if each["assignedTo"] is not None and each["assignedTo"]["userId"] != DEMO_USER_ID
    )
    return str(found)


def test_sets_what_is_named_and_leaves_the_rest(
    emulator: EmbeddedEmulator, shell: Shell, study_id: str
) -> None:
    before, said = emulator.study(study_id), who_has(emulator, study_id)
    ended = shell.run(
        "set", study_id, "--severity=stat", "--assignee=me", "--meta", "note=a=b", "--meta=x=",
        "--unset-meta", "modality",
    )  # fmt: skip
    after = emulator.study(study_id)
    assert said
    assert (ended.status, ended.err) == (0, said)
    assert study_id in ended.out
    assert "severity normal -> stat" in ended.out
    assert after["severity"] == "stat"
    assert after["assignedTo"]["userId"] == DEMO_USER_ID
    metadata = {**before["metadata"], "note": "a=b", "x": ""}
    del metadata["modality"]
    assert after["metadata"] == metadata
    for name in ("studyDescription", "studyViewerStatus", "studyInstanceUid"):
        assert after[name] == before[name]
    assert emulator.writes(study_id) == ["update"]


def test_by_uid_and_to_nobody(emulator: EmbeddedEmulator, shell: Shell, study_id: str) -> None:
    uid = emulator.study(study_id)["studyInstanceUid"]
    ended = shell.run("set", uid, "--assignee", "none", "--description", "CT new", "--json")
    assert ended.status == 0
    (told,) = ended.objects
    assert told["ending"] == "done"
    assert told["studyId"] == study_id
    assert [each["field"] for each in told["changes"]] == ["studyDescription", "assignedTo"]
    assert told["study"]["assignedTo"] is None
    assert emulator.study(study_id)["assignedTo"] is None
    assert emulator.study(study_id)["studyDescription"] == "CT new"


def test_what_is_so_already_is_a_success_without_a_write(
    emulator: EmbeddedEmulator, shell: Shell, study_id: str
) -> None:
    ended = shell.run("set", study_id, "--severity", "routine")
    assert ended.status == 0
    assert "no change needed" in ended.out
    assert emulator.writes(study_id) == []


def test_a_study_that_has_changed_since_is_left_alone(
    emulator: EmbeddedEmulator, shell: Shell, study_id: str
) -> None:
    seen = shell.run("show", study_id, "--json").objects[0]["updatedAt"]
    good = shell.run("set", study_id, "--severity=high", "--if-updated-at", seen)
    assert good.status == 0
    refused = shell.run("set", study_id, "--severity=stat", "--if-updated-at", seen)
    assert (refused.status, refused.out) == (5, "")
    assert "was changed meanwhile: nothing was written" in refused.err
    assert emulator.study(study_id)["severity"] == "high"


def test_a_key_that_may_not_write(emulator: EmbeddedEmulator, shell: Shell, study_id: str) -> None:
    emulator.arm("status-403", operation="studies.update")
    ended = shell.run("set", study_id, "--severity=stat")
    assert (ended.status, ended.out) == (4, "")
    assert f"{study_id}]: not written." in ended.err
    assert emulator.study(study_id)["severity"] == "normal"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "There is nothing to set"),
        (["--assignee", "okafor"], "is no assignee"),
        (["--description", " "], "A study needs a description"),
        (["--meta", "a=1", "--unset-meta", "a"], "'a' is named twice"),
        (["--meta", "novalue"], "is not KEY=VALUE"),
        (["--severity", "urgent"], "invalid choice"),
        (["--severity", "stat", "--if-updated-at", "noon"], "is no time"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_set_is_refused_before_anything_is_asked(
    emulator: EmbeddedEmulator, shell: Shell, study_id: str, arguments: list[str], sentence: str
) -> None:
    ended = shell.run("set", study_id, *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert sentence in ended.err
    assert emulator.requests == []


def test_a_read_only_profile_writes_nothing(
    emulator: EmbeddedEmulator, shell: Shell, study_id: str
) -> None:
    shell.settings(f"{ME}read_only = true\n")
    ended = shell.run("set", study_id, "--severity", "stat")
    assert ended.status == 2
    assert "is read-only: nothing was changed" in ended.err
    assert emulator.requests == []


def test_what_is_written_stands_in_the_journal(shell: Shell, study_id: str) -> None:
    assert shell.run("set", study_id, "--severity", "stat").status == 0
    noted = shell.run("journal", "show", "--study", study_id, "--json")
    (attempt,) = json.loads(noted.out)
    assert attempt["action"] == "set"
    assert shell.run("journal", "verify").status == 0


def test_a_journal_that_cannot_be_written_is_said_and_stops_nobody(
    emulator: EmbeddedEmulator, shell: Shell, study_id: str
) -> None:
    path = Path(shell.run("journal", "path").out.strip())
    path.mkdir(parents=True)
    ended = shell.run("set", study_id, "--severity", "stat")
    assert ended.status == 0
    assert f"The journal {path} cannot be written" in ended.err
    assert emulator.study(study_id)["severity"] == "stat"


def test_an_interrupted_write_is_named_and_noted_as_not_known(
    emulator: EmbeddedEmulator, shell: Shell, study_id: str
) -> None:
    emulator.arm("stall-after-write", operation="studies.update")
    with subprocess.Popen(
        shell.argv("set", study_id, "--severity", "stat"),
        env=shell.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        limit = time.monotonic() + LIMIT
        while emulator.study(study_id)["severity"] != "stat":
            assert time.monotonic() < limit, "nothing was sent"
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LIMIT)
    assert (process.returncode, out) == (130, "")
    assert f"{study_id}: it is not known whether it was written." in err
    noted = shell.run("journal", "show", "--unknown", "--json")
    assert [each["studyId"] for each in json.loads(noted.out)] == [study_id]
