"""``cancel`` and ``uncancel``: only with consent, and never more than was meant."""

from pathlib import Path

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import Shell, shell_at, who_has
from terminal.harness import Terminal


@pytest.fixture
def shell(emulator: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(emulator, tmp_path)


@pytest.fixture
def open_ids(emulator: EmbeddedEmulator) -> list[str]:
    return [each["studyId"] for each in emulator.studies() if not each["isCancelled"]]


def is_cancelled(emulator: EmbeddedEmulator, *study_ids: str) -> list[bool]:
    return [emulator.study(each)["isCancelled"] for each in study_ids]


def test_one_study_with_yes_and_back_again(
    emulator: EmbeddedEmulator, shell: Shell, open_ids: list[str]
) -> None:
    first = open_ids[0]
    said = who_has(emulator, first)
    ended = shell.run("cancel", first, "--yes")
    assert (ended.status, ended.err) == (0, said)
    assert f"{first}]: cancelled no -> yes" in ended.out
    assert is_cancelled(emulator, *open_ids[:2]) == [True, False]
    again = shell.run("cancel", first, "--yes")
    assert again.status == 0
    assert "no change needed" in again.out
    back = shell.run("uncancel", first, "--yes", "--json")
    (told,) = back.objects
    assert (back.status, told["ending"], told["study"]["isCancelled"]) == (0, "done", False)
    assert emulator.writes(first) == ["cancel", "uncancel"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "There is no terminal to ask on"),
        (["--yes"], "need their number besides --yes"),
        (["--yes", "--count", "3"], "--count says 3, but 2 different studies were named"),
        (["--count", "2"], "There is no terminal to ask on"),
    ],
    ids=" ".join,
)
def test_several_without_consent_are_left_alone(
    emulator: EmbeddedEmulator,
    shell: Shell,
    open_ids: list[str],
    arguments: list[str],
    sentence: str,
) -> None:
    # The same study by its id and by its UID is one study.
    uid = emulator.study(open_ids[0])["studyInstanceUid"]
    ended = shell.run("cancel", *open_ids[:2], uid, *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert sentence in ended.err
    assert is_cancelled(emulator, *open_ids[:2]) == [False, False]


def test_several_with_their_number(
    emulator: EmbeddedEmulator, shell: Shell, open_ids: list[str]
) -> None:
    ended = shell.run("cancel", *open_ids[:3], "--yes", "--count", "3")
    assert (ended.status, len(ended.lines)) == (0, 3)
    assert is_cancelled(emulator, *open_ids[:4]) == [True, True, True, False]


def test_one_that_is_not_there_stops_them_all(
    emulator: EmbeddedEmulator, shell: Shell, open_ids: list[str]
) -> None:
    missing = "stu_00000000000000000000000000000000"
    ended = shell.run("cancel", open_ids[0], missing, "--yes", "--count", "2")
    assert (ended.status, ended.out) == (3, "")
    assert is_cancelled(emulator, open_ids[0]) == [False]


def test_one_that_fails_is_told_and_the_others_are_done(
    emulator: EmbeddedEmulator, shell: Shell, open_ids: list[str]
) -> None:
    emulator.arm("success-false", operation="studies.cancel")
    ended = shell.run("cancel", *open_ids[:2], "--yes", "--count", "2")
    assert (ended.status, len(ended.lines)) == (1, 1)
    assert f"{open_ids[0]}]: not written" in ended.err
    assert is_cancelled(emulator, *open_ids[:2]) == [False, True]


def test_a_refused_key_stops_the_rest(
    emulator: EmbeddedEmulator, shell: Shell, open_ids: list[str]
) -> None:
    emulator.arm("status-403", operation="studies.cancel")
    ended = shell.run("cancel", *open_ids[:2], "--yes", "--count", "2")
    assert (ended.status, ended.out) == (4, "")
    assert f"{open_ids[1]}]: not tried" in ended.err
    assert is_cancelled(emulator, *open_ids[:2]) == [False, False]


@pytest.mark.terminal
@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("n", 1), ("", 1)])
def test_at_a_terminal_the_study_is_named_and_asked_about(
    emulator: EmbeddedEmulator, shell: Shell, open_ids: list[str], answer: str, status: int
) -> None:
    with Terminal(
        shell.argv("cancel", open_ids[0]), environ=shell.environ, columns=160
    ) as terminal:
        terminal.wait_for(f"{open_ids[0]}]? (y/n)")
        terminal.press(answer, "enter")
        assert terminal.wait_exit() == status
    assert is_cancelled(emulator, open_ids[0]) == [status == 0]


@pytest.mark.terminal
@pytest.mark.parametrize(("answer", "status"), [("2", 0), ("y", 1)])
def test_several_at_a_terminal_want_their_number_typed(
    emulator: EmbeddedEmulator, shell: Shell, open_ids: list[str], answer: str, status: int
) -> None:
    with Terminal(
        shell.argv("cancel", *open_ids[:2]), environ=shell.environ, columns=160
    ) as terminal:
        terminal.wait_for("Type their number:")
        assert all(study_id in terminal.text for study_id in open_ids[:2])
        terminal.press(answer, "enter")
        assert terminal.wait_exit() == status
    assert is_cancelled(emulator, *open_ids[:2]) == [status == 0] * 2
