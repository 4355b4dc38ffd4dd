"""Commands whose write has to wait, while a colleague writes to the same study."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import Ended, Shell, shell_at
from cli.front import Front
from studies import open_studies

UID: Final = "1.2.826.0.1.3680043.8.498.1"


@dataclass
class Scene:
    """A shell, and the study that it is about."""

    emulator: EmbeddedEmulator
    front: Front
    shell: Shell
    study_id: str
    rival: str

    def run(self, *arguments: str, reads: int, theirs: Callable[[], object]) -> Ended:
        """Run a command whose write comes after ``reads`` reads, and waits while they act."""
        self.front.reads_before = reads
        self.front.meanwhile = theirs
        ended = self.shell.run(*arguments)
        assert self.front.has_acted, ended
        return ended

    def set(self, *arguments: str, **theirs: Any) -> Ended:
        return self.run(
            "set",
            self.study_id,
            *arguments,
            reads=2,
            theirs=lambda: self.emulator.change(self.study_id, **theirs),
        )

    @property
    def study(self) -> Any:
        return self.emulator.study(self.study_id)


@pytest.fixture(
    params=[
        pytest.param(False, id="turned away"),
        pytest.param(True, id="on a connection of its own", marks=pytest.mark.slow),
    ]
)
def scene(
    request: pytest.FixtureRequest, emulator: EmbeddedEmulator, tmp_path: Path
) -> Iterator["Scene"]:
    study_id = open_studies(emulator, severity="normal")[0]["studyId"]
    emulator.change(study_id, assignedTo=None, metadata={"kept": "kept"})
    rival = next(each["userId"] for each in emulator.users() if each["userId"] != DEMO_USER_ID)
    with Front(emulator, closes=request.param).running() as front:
        shell = shell_at(emulator, tmp_path)
        shell.environ["AVARA_BASE_URL"] = front.base_url
        yield Scene(emulator, front, shell, study_id, rival)


def test_a_severity_that_a_colleague_has_set(scene: Scene) -> None:
    ended = scene.set("--severity", "high", severity="stat")
    assert (ended.status, ended.out) == (5, "")
    assert "not written: somebody else changed it meanwhile" in ended.err
    assert "severity: theirs stat, yours high" in ended.err
    assert scene.study["severity"] == "stat"
    assert scene.emulator.writes(scene.study_id) == []


def test_a_study_that_a_colleague_has_claimed(scene: Scene) -> None:
    ended = scene.set("--assignee", "me", "--json", assignedTo=scene.rival)
    assert ended.status == 5
    (told,) = ended.objects
    assert told["ending"] == "conflict"
    (conflict,) = told["conflicts"]
    assert (conflict["theirs"], conflict["mine"]) == (scene.rival, DEMO_USER_ID)
    assert scene.study["assignedTo"]["userId"] == scene.rival


def test_a_metadata_pair_that_a_colleague_has_set(scene: Scene) -> None:
    ended = scene.set("--meta", "note=mine", metadata={"kept": "kept", "note": "theirs"})
    assert ended.status == 5
    assert "meta.note: theirs theirs, yours mine" in ended.err
    assert scene.study["metadata"] == {"kept": "kept", "note": "theirs"}


def test_another_metadata_pair_that_a_colleague_has_added(scene: Scene) -> None:
    ended = scene.set("--meta", "note=mine", metadata={"kept": "kept", "room": "theirs"})
    assert (ended.status, ended.err) == (0, "")
    assert scene.study["metadata"] == {"kept": "kept", "room": "theirs", "note": "mine"}


def test_a_version_that_is_gone(scene: Scene) -> None:
    seen = scene.shell.run("show", scene.study_id, "--json").objects[0]["updatedAt"]
    ended = scene.run(
        "set", scene.study_id, "--severity", "stat", "--if-updated-at", seen,
        # The one that shows it comes before.
        reads=3,
        theirs=lambda: scene.emulator.change(scene.study_id, studyDescription="theirs"),
    )  # fmt: skip
    assert (ended.status, ended.out) == (5, "")
    assert scene.study["severity"] == "normal"


def test_a_study_that_a_colleague_has_made_stat_is_not_cancelled(scene: Scene) -> None:
    ended = scene.run(
        "cancel", scene.study_id, "--yes",
        reads=2, theirs=lambda: scene.emulator.change(scene.study_id, severity="stat"),
    )  # fmt: skip
    assert (ended.status, ended.out) == (5, "")
    assert "severity: theirs stat, yours normal" in ended.err
    assert not scene.study["isCancelled"]


def test_a_study_that_a_colleague_has_restored(scene: Scene) -> None:
    scene.emulator.cancel(scene.study_id)
    ended = scene.run(
        "uncancel", scene.study_id, "--yes",
        reads=2, theirs=lambda: scene.emulator.uncancel(scene.study_id),
    )  # fmt: skip
    assert (ended.status, ended.err) == (0, "")
    assert "no change needed" in ended.out
    assert scene.emulator.writes(scene.study_id) == []


def test_a_uid_that_a_colleague_has_taken(scene: Scene) -> None:
    ended = scene.run(
        "create", "--uid", UID, "--description", "mine", "--severity", "stat",
        reads=1,
        theirs=lambda: scene.emulator.create(
            studyInstanceUid=UID, studyDescription="theirs", severity="normal"
        ),
    )  # fmt: skip
    assert (ended.status, ended.out) == (5, "")
    (made,) = [each for each in scene.emulator.studies() if each["studyInstanceUid"] == UID]
    assert made["studyDescription"] == "theirs"


def test_the_next_study_is_another_if_a_colleague_was_quicker(scene: Scene) -> None:
    emulator = scene.emulator
    for holder in (None, DEMO_USER_ID):
        for each in open_studies(emulator, assignee=holder):
            emulator.change(each["studyId"], assignedTo=scene.rival)
    first, second = (each["studyId"] for each in open_studies(emulator)[:2])
    emulator.change(first, assignedTo=None, severity="stat")
    emulator.change(second, assignedTo=None, severity="high")
    # Those that list the person's and the free studies, in as many pages as there are, and then
    # the guard's.
    ended = scene.run(
        "next", "--json",
        reads=_reads_of_next(scene),
        theirs=lambda: emulator.change(first, assignedTo=scene.rival),
    )  # fmt: skip
    assert ended.status == 0
    assert ended.objects[0]["studyId"] == second
    assert emulator.study(first)["assignedTo"]["userId"] == scene.rival
    assert emulator.study(second)["assignedTo"]["userId"] == DEMO_USER_ID


def _reads_of_next(scene: Scene) -> int:
    """Return how many reads come before the first write of ``next``."""
    scene.emulator.forget_requests()
    # The same is read for a filter that only the program itself can hold against texts.
    ended = scene.shell.run("next", "--filter", "nothingofthekind")
    assert ended.status == 3
    return len(scene.emulator.requests) + 1
