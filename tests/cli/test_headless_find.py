"""``find``: studies by what somebody said, over one reading of the server, whatever their state."""

from pathlib import Path

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import Shell, shell_at
from studies import add_study

EMULATED_STUDIES = 60
ACCESSION = "A81517235"


@pytest.fixture
def shell(emulator: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(emulator, tmp_path)


@pytest.fixture
def three(emulator: EmbeddedEmulator) -> list[str]:
    """One study open, one complete, one cancelled, with accession numbers that are alike."""
    ids = [
        add_study(emulator, "Okapi head", metadata={"accession": f"{ACCESSION}-1"}),
        add_study(emulator, "Okapi spine", metadata={"accession": ACCESSION}),
        add_study(emulator, "Zebra", severity="normal", metadata={"old": f"was {ACCESSION}"}),
    ]
    emulator.change(ids[1], studyViewerStatus="complete")
    emulator.cancel(ids[2])
    return ids


def test_the_best_come_first_with_what_matched(shell: Shell, three: list[str]) -> None:
    ended = shell.run("find", ACCESSION.lower(), "--json")
    assert (ended.status, ended.err) == (0, "")
    told = [(each["studyId"], each["fit"], each["matched"]) for each in ended.objects]
    assert told == [
        (three[1], "whole", [{"field": "metadata.accession", "value": ACCESSION}]),
        (three[0], "beginning", [{"field": "metadata.accession", "value": f"{ACCESSION}-1"}]),
        (three[2], "part", [{"field": "metadata.old", "value": f"was {ACCESSION}"}]),
    ]
    plain = shell.run("find", ACCESSION)
    assert plain.status == 0
    titles, *rows = plain.lines
    assert titles.endswith("MATCHED")
    for row, words in zip(
        rows, ("STAT complete Okapi", "STAT incomplete Okapi", "RTN cancelled Zebra"), strict=True
    ):
        assert all(word in row for word in words.split())
        assert ACCESSION in row


def test_words_may_be_in_several_places_and_need_no_quotes(shell: Shell, three: list[str]) -> None:
    ended = shell.run("find", "okapi", ACCESSION, "--json")
    assert {each["studyId"] for each in ended.objects} == set(three[:2])
    assert {each["fit"] for each in ended.objects} == {"words"}


@pytest.mark.parametrize("by", ["studyId", "studyInstanceUid"])
def test_a_whole_id_or_uid_is_asked_of_the_server_alone(
    emulator: EmbeddedEmulator, shell: Shell, three: list[str], by: str
) -> None:
    study = emulator.study(three[2])
    lists = emulator.count("studies.list")
    ended = shell.run("find", f" {study[by]}", "--json")
    assert [each["studyId"] for each in ended.objects] == [three[2]]
    assert ended.status == 0
    assert emulator.count("studies.list") == lists
    # A part of it is looked for.
    ended = shell.run("find", study[by][-6:], "--json")
    assert three[2] in [each["studyId"] for each in ended.objects]


@pytest.mark.usefixtures("three")
def test_the_text_may_come_by_standard_input(shell: Shell) -> None:
    assert len(shell.run("find", "-", "--no-header", stdin=f"{ACCESSION}\n").lines) == 3
    ended = shell.run("find", "-", stdin="\n")
    assert (ended.status, ended.out) == (2, "")


@pytest.mark.parametrize("text", ["no such text", "1.2.3.4", "stu_" + "0" * 32])
def test_none_is_told_by_the_exit_code(shell: Shell, text: str) -> None:
    ended = shell.run("find", text, "--json")
    assert (ended.status, ended.out) == (3, "")
    assert "No study that was read has that text" in ended.err


def test_what_could_not_be_read_is_no_absence(
    emulator: EmbeddedEmulator, shell: Shell, three: list[str]
) -> None:
    emulator.arm("status-403", 1, "studies.list")
    ended = shell.run("find", "no such text")
    assert ended.status != 3
    assert "No study" not in ended.err
    assert "INCOMPLETE" in ended.err
    emulator.arm("status-403", 1000)
    ended = shell.run("find", three[0])
    assert (ended.status, ended.out) == (4, "")
