"""What has no assignee or no customer, from servers that take the filters for it as they like."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import Shell, shell_at
from studies import is_open, open_studies

SERVERS: Final = ("honoured", "ignored", "empty", "word", "literal", "refused")
Json = dict[str, Any]


def unassigned(study: Json) -> bool:
    return study["assignedTo"] is None


def without_customer(study: Json) -> bool:
    return study["expressCustomer"] is None


LISTS: Final[dict[tuple[str, ...], Callable[[Json], bool]]] = {
    ("--view", "Unassigned"): lambda each: is_open(each) and unassigned(each),
    ("--filter", "customer:none"): lambda each: is_open(each) and without_customer(each),
    ("--all", "--filter", "assignee:none"): unassigned,
    ("--all", "--filter", "customer:none", "--sort", "triage"): without_customer,
}


@pytest.fixture(params=SERVERS)
def taking(request: pytest.FixtureRequest, emulator: EmbeddedEmulator) -> EmbeddedEmulator:
    emulator.switch("null-filters", request.param)
    # Some of everything: cancelled, complete, without a customer and with nobody.
    for number, each in enumerate(emulator.studies()):
        if number % 3 == 0:
            emulator.change(each["studyId"], assignedTo=None)
    return emulator


@pytest.fixture
def shell(taking: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(taking, tmp_path)


def test_every_list_holds_what_it_says_and_nothing_else(
    taking: EmbeddedEmulator, shell: Shell
) -> None:
    for arguments, is_expected in LISTS.items():
        ended = shell.run("list", *arguments, "--json")
        assert (ended.status, ended.err) == (0, ""), arguments
        expected = {each["studyId"] for each in taking.studies() if is_expected(each)}
        assert expected
        assert {each["studyId"] for each in ended.objects} == expected, arguments
        assert len(ended.objects) == len(expected), arguments
    assert not any(
        null in each.query.split("&")
        for each in taking.requests
        for name in ("assignedTo", "expressCustomerId")
        for null in (f"{name}=", f"{name}=null")
    )


def test_next_takes_one_that_nobody_has_and_warns_of_stat(
    taking: EmbeddedEmulator, shell: Shell
) -> None:
    for each in open_studies(taking, assignee=DEMO_USER_ID):
        taking.change(each["studyId"], assignedTo=None)
    free = {each["studyId"]: each["severity"] for each in open_studies(taking, assignee=None)}
    stat = [each for each, severity in free.items() if severity == "stat"]
    assert stat
    ended = shell.run("next", "--filter", "-severity:stat", "--json")
    assert ended.status == 0
    assert ended.err.startswith(f"Note: passed over {len(stat)} STAT")
    taken = ended.objects[0]["studyId"]
    assert taken in set(free) - set(stat)
    assert taking.study(taken)["assignedTo"]["userId"] == DEMO_USER_ID


def test_the_hand_off_is_complete(taking: EmbeddedEmulator, shell: Shell) -> None:
    head, *listed = shell.run("handoff", "--json").objects
    assert head["isComplete"] is True
    stat = {each["studyId"] for each in open_studies(taking, severity="stat")}
    assert {each["studyId"] for each in listed if each["section"] == "Open STAT"} == stat
