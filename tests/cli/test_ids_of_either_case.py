"""An id is ``stu_`` and 32 hexadecimal digits of either case, in every command that takes one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import Shell, shell_at
from studies import open_study


def mixed(digits: str) -> str:
    return "".join(each.upper() if place % 2 else each for place, each in enumerate(digits))


@pytest.fixture
def shell(emulator: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(emulator, tmp_path)


@pytest.fixture(params=[str.upper, mixed, str.lower])
def study_id(emulator: EmbeddedEmulator, request: pytest.FixtureRequest) -> str:
    """The id of an open study that nobody has, spelled in some way."""
    spell: Callable[[str], str] = request.param
    return spelled(open_study(emulator, assignee=None)["studyId"], spell)


def spelled(identifier: str, spell: Callable[[str], str]) -> str:
    prefix, digits = identifier.split("_")
    return f"{prefix}_{spell(digits)}"


def test_commands_that_take_an_id_take_it_in_either_case(
    emulator: EmbeddedEmulator, shell: Shell, study_id: str
) -> None:
    kept = study_id.lower()
    shown = shell.run("show", study_id, "--json")
    assert (shown.status, shown.objects[0]["studyId"]) == (0, kept)
    done = shell.run("set", study_id, "--meta=note=x", "--json")
    assert (done.status, done.objects[0]["studyId"]) == (0, kept)
    assert shell.run("cancel", study_id, "--yes").status == 0
    assert emulator.study(kept)["isCancelled"]
    assert shell.run("uncancel", study_id, "--yes").status == 0
    opened = shell.run("open", study_id, "--link")
    assert (opened.status, f"/study/{kept}?token=" in opened.out) == (0, True)
    assert emulator.writes(kept) == ["update", "cancel", "uncancel"]
    listed = shell.run("list", "--filter", f"id:{study_id}", "--json")
    assert [each["studyId"] for each in listed.objects] == [kept]
    begun = shell.run("list", "--filter", f"id:{study_id[:20]}*", "--json")
    assert [each["studyId"] for each in begun.objects] == [kept]
    taken = shell.run("next", "--filter", f"id:{study_id}", "--json")
    assert taken.status == 0
    assert emulator.study(kept)["assignedTo"]["userId"] == DEMO_USER_ID
    noted = shell.run("journal", "show", "--study", study_id)
    # Changed, cancelled, restored, opened, claimed.
    assert len(noted.lines) == 5, noted.out


def test_ids_of_people_and_customers_are_of_either_case_too(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    person = emulator.users()[0]["userId"]
    customer = emulator.customers()[0]["expressCustomerId"]
    made = shell.run(
        "create", "--uid", "1.2.3", "--description", "CT", "--severity=stat", "--json",
        "--assignee", spelled(person, str.upper), "--customer", spelled(customer, str.upper),
    )  # fmt: skip
    assert made.status == 0
    study = emulator.study(made.objects[0]["studyId"])
    assert study["assignedTo"]["userId"] == person
    assert study["expressCustomer"]["expressCustomerId"] == customer


@pytest.mark.parametrize("odd", ["stu_" + "g" * 32, "STU_" + "a" * 32, "stu_" + "A" * 31])
def test_what_is_no_id_is_none_in_either_case(shell: Shell, odd: str) -> None:
    ended = shell.run("show", odd)
    assert (ended.status, "is neither a study id nor" in ended.err) == (2, True)
