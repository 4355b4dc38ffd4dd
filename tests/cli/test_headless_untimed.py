"""Studies that lack a time, without a screen: counted with the overdue, found, taken first."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from avara_tui.cli.as_json import instant
from avara_tui.cli.plain import local_time
from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import ME, Shell, shell_at
from studies import add_study, open_studies


@pytest.fixture
def shell(emulator: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(emulator, tmp_path)


def untimed(emulator: EmbeddedEmulator, **wanted: object) -> set[str]:
    """Return the ids of the open studies that the server tells no time of."""
    return {
        each["studyId"] for each in open_studies(emulator, **wanted) if each["createdAt"] is None
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["--filter", "is:overdue"],
        ["--view", "Overdue", "--json"],
        ["--all", "--filter", "age:>10m"],
        ["--view", "Overdue", "--limit", "1"],
    ],
)
def test_a_list_of_the_overdue_says_how_many_lack_a_time(
    emulator: EmbeddedEmulator, shell: Shell, arguments: list[str]
) -> None:
    emulator.switch("untimed", "0.2")
    number = len(untimed(emulator))
    ended = shell.run("list", *arguments)
    assert ended.status == 0
    assert ended.err == (
        f"Note: {number} open studies have no waiting time and may belong here too;"
        " is:untimed shows them.\n"
    )
    assert ended.lines


def test_it_counts_those_that_the_rest_of_the_filter_leaves(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    emulator.switch("untimed", "1")
    add_study(emulator, "a study of its own kind")
    ended = shell.run("list", "--filter", "is:overdue its own kind")
    assert ended.status == 0
    assert ended.out == ""
    assert "Note: 1 open study has no waiting time and may belong here too" in ended.err


@pytest.mark.parametrize("text", ["", "-is:overdue is:untimed"])
def test_a_list_that_does_not_ask_how_long_says_nothing_of_it(
    emulator: EmbeddedEmulator, shell: Shell, text: str
) -> None:
    emulator.switch("untimed", "0.2")
    ended = shell.run("list", "--filter", text)
    assert (ended.status, ended.err) == (0, "")


def test_the_filter_lists_them_and_json_does_not_say_that_they_are_on_time(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    emulator.switch("untimed", "0.2")
    listed = shell.run("list", "--filter", "is:untimed", "--json").objects
    assert {each["studyId"] for each in listed} == untimed(emulator)
    for each in listed:
        assert (each["ageSeconds"], each["dueAt"], each["isOverdue"]) == (None, None, None)
        assert each["isOpen"] is True
    everything = shell.run("list", "--all", "--json").objects
    for each in everything:
        is_known = each["createdAt"] is not None or not each["isOpen"]
        assert (each["isOverdue"] is not None) == is_known
    plain = shell.run("list", "--filter", "is:untimed", "--columns", "age,due,id", "--no-header")
    assert {tuple(line.split()[:2]) for line in plain.lines} == {("unknown", "unknown")}
    shown = shell.run("show", listed[0]["studyId"]).lines
    assert {line.split()[0] for line in shown if line.endswith("unknown")} >= {"age", "due"}


def test_in_every_priority_they_are_listed_and_taken_first(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    emulator.switch("untimed", "0.2")
    listed = shell.run("list", "--json").objects
    for severity in ("stat", "high", "normal"):
        lacking = untimed(emulator, severity=severity)
        ids = [each["studyId"] for each in listed if each["severity"] == severity]
        assert set(ids[: len(lacking)]) == lacking
    first = untimed(emulator, severity="normal", assignee=None)
    assert first
    narrowed = "severity:normal assignee:none"
    taken = shell.run("next", "--filter", narrowed, "--json").objects
    assert taken[0]["studyId"] in first


def test_next_says_it_where_none_of_the_overdue_can_be_taken(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    emulator.switch("untimed", "1")
    ended = shell.run("next", "--view", "Overdue")
    assert ended.status == 3
    free = len(untimed(emulator, assignee=None))
    assert ended.err.startswith(f"Note: {free} open studies have no waiting time and may belong")


def test_the_hand_off_has_a_section_of_them(emulator: EmbeddedEmulator, shell: Shell) -> None:
    assert "No waiting time" not in shell.run("handoff").out
    emulator.switch("untimed", "0.2")
    number, stat = len(untimed(emulator)), len(untimed(emulator, severity="stat"))
    above = f", {stat} of them above" if stat else ""
    ended = shell.run("handoff")
    assert ended.status == 0
    assert f"No waiting time: {number}{above}" in ended.lines
    for study_id in untimed(emulator):
        (line,) = (line for line in ended.lines if study_id in line)
        assert "   ?  may be overdue " in line
    head, *studies = shell.run("handoff", "--json").objects
    assert head["counts"]["No waiting time"] == number
    listed = {each["studyId"] for each in studies if each["section"] == "No waiting time"}
    assert listed == untimed(emulator) - untimed(emulator, severity="stat")


def test_a_time_far_ahead_is_none_until_the_clock_key_has_one(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    emulator.clock.advance(9 * 86400)
    study_id = add_study(emulator, "CT of next week")
    (listed,) = shell.run("list", "--filter", "is:untimed", "--json").objects
    assert (listed["studyId"], listed["dueAt"]) == (study_id, None)
    assert listed["createdAt"] is not None
    shell.settings(f'{ME}[thresholds]\nclock_key = "exam_end"\n')
    now = datetime.fromisoformat(listed["createdAt"]) - timedelta(days=9)
    emulator.change(study_id, metadata={"exam_end": now.isoformat()})
    assert shell.run("list", "--filter", "is:untimed").out == ""


@pytest.mark.parametrize("seconds", [-62135640000.0, 253402343999.0, 1e300, float("inf")])
def test_a_time_that_no_calendar_holds_is_none(seconds: float) -> None:
    assert instant(seconds) is None
    assert local_time(seconds) == ""
