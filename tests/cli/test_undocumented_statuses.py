"""An open study of a status or severity that nobody documented is in every list it belongs to."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import Shell, shell_at
from studies import add_study

Json = dict[str, Any]

STATUSES: Final = ("in_review", "Incomplete", "pending")
SEVERITIES: Final = ("stat", "high", "normal", "critical")


def waits(study: Json) -> bool:
    return study["studyViewerStatus"] != "complete" and not study["isCancelled"]


def nobodys(study: Json) -> bool:
    return waits(study) and study["assignedTo"] is None


def mine(study: Json) -> bool:
    held = study["assignedTo"]
    return waits(study) and held is not None and held["userId"] == DEMO_USER_ID


LISTS: Final[dict[tuple[str, ...], Callable[[Json], bool]]] = {
    (): waits,
    ("--view", "STAT"): lambda each: waits(each) and each["severity"] == "stat",
    ("--view", "Mine"): mine,
    ("--view", "Unassigned"): nobodys,
    ("--filter", "-severity:stat,high,normal"): lambda each: (
        waits(each) and each["severity"] == "critical"
    ),
    ("--filter", "-status:incomplete"): lambda each: (
        waits(each) and each["studyViewerStatus"] != "incomplete"
    ),
    ("--all", "--filter", "is:open"): waits,
    ("--all",): lambda _: True,
}


@pytest.fixture
def odd(emulator: EmbeddedEmulator) -> EmbeddedEmulator:
    """A server with studies of every severity and status that is documented nowhere."""
    kinds = itertools.product(STATUSES, SEVERITIES, (None, DEMO_USER_ID))
    for number, (status, severity, holder) in enumerate(kinds):
        study_id = add_study(emulator, f"odd {number}", severity="normal", assignedTo=holder)
        emulator.outgrow(study_id, severity=severity, status=status)
        if number % 5 == 4:
            emulator.cancel(study_id)
    return emulator


@pytest.fixture
def shell(odd: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(odd, tmp_path)


def test_every_list_holds_them(odd: EmbeddedEmulator, shell: Shell) -> None:
    for arguments, is_expected in LISTS.items():
        ended = shell.run("list", *arguments, "--json")
        assert (ended.status, ended.err) == (0, ""), arguments
        expected = {each["studyId"] for each in odd.studies() if is_expected(each)}
        assert expected
        assert {each["studyId"] for each in ended.objects} == expected, arguments


@pytest.mark.usefixtures("odd")
def test_what_is_overdue_is_listed_whatever_its_status(shell: Shell) -> None:
    ended = shell.run("list", "--view", "Overdue", "--json")
    everything = shell.run("list", "--json")
    assert (ended.status, everything.status) == (0, 0)
    overdue = {each["studyId"] for each in everything.objects if each["isOverdue"]}
    assert {each["studyId"] for each in ended.objects} >= overdue


def test_the_hand_off_holds_them(odd: EmbeddedEmulator, shell: Shell) -> None:
    ended = shell.run("handoff", "--json")
    assert (ended.status, ended.err) == (0, "")
    head, *listed = ended.objects
    assert head["isComplete"] is True
    stat = {each["studyId"] for each in odd.studies() if waits(each) and each["severity"] == "stat"}
    assert {each["studyId"] for each in listed if each["section"] == "Open STAT"} == stat


def test_next_takes_one_if_it_is_the_most_urgent(odd: EmbeddedEmulator, shell: Shell) -> None:
    for each in odd.studies():
        if nobodys(each):
            odd.change(each["studyId"], assignedTo=DEMO_USER_ID)
    study_id = add_study(odd, "the only one that nobody has")
    odd.outgrow(study_id, status="in_review")
    ended = shell.run("next", "--view", "Unassigned", "--json")
    assert ended.status == 0
    assert ended.objects[0]["studyId"] == study_id


def test_next_warns_of_stat_of_such_a_status(odd: EmbeddedEmulator, shell: Shell) -> None:
    for each in odd.studies():
        if each["assignedTo"] is not None and each["assignedTo"]["userId"] == DEMO_USER_ID:
            odd.change(each["studyId"], assignedTo=None)
    stat = [each for each in odd.studies() if nobodys(each) and each["severity"] == "stat"]
    ended = shell.run("next", "--filter", "-severity:stat", "--json")
    assert ended.status == 0
    assert ended.err.startswith(f"Note: passed over {len(stat)} STAT")


def test_the_archive_is_looked_through_but_not_held_against_the_load_limit(tmp_path: Path) -> None:
    with EmbeddedEmulator(studies=700, seed=2) as emulator:
        waiting = [each["studyId"] for each in emulator.studies() if waits(each)]
        for study_id in waiting[150:]:
            emulator.change(study_id, studyViewerStatus="complete")
        emulator.outgrow(waiting[0], status="in_review")
        shell = shell_at(emulator, tmp_path)
        shell.settings("load_limit = 200\n")
        ended = shell.run("list", "--json")
    assert (ended.status, ended.err) == (0, "")
    assert {each["studyId"] for each in ended.objects} == set(waiting[:150])


def test_a_list_whose_rest_cannot_be_read_holds_what_came_and_is_not_whole(tmp_path: Path) -> None:
    with EmbeddedEmulator(studies=300, seed=2) as emulator:
        shell = shell_at(emulator, tmp_path)
        whole = shell.run("list", "--json")
        emulator.arm("repeated-cursor", count=1000, operation="studies.list")
        ended = shell.run("list", "--json")
    assert (whole.status, ended.status) == (0, 1)
    assert ended.err.startswith("INCOMPLETE: ")
    assert ended.objects
