"""Commands at a server whose list loses studies: they read it until it is whole, or say so."""

import json
import re
from pathlib import Path

import pytest

from cli.commands import shell_at
from triage.list_behaviours import BEHAVIOURS, listing

BY_NAME = {each.name: each for each in BEHAVIOURS}
LOST = re.compile(r"Up to (\d+) stud(?:ies|y) may be missing(, none of them STAT)?")


def test_a_list_with_ties_is_read_until_it_is_whole(tmp_path: Path) -> None:
    with listing(BY_NAME["ties at 60 s, by offset"]) as emulator:
        ended = shell_at(emulator, tmp_path).run("list", "--json")
        studies = emulator.studies()
    is_open = [
        each["studyId"]
        for each in studies
        if each["studyViewerStatus"] == "incomplete" and not each["isCancelled"]
    ]
    assert (ended.status, ended.err) == (0, "")
    assert {each["studyId"] for each in ended.objects} == set(is_open)


@pytest.mark.parametrize("command", [("list", "--json"), ("list",), ("handoff",)])
def test_what_may_be_missing_is_said_and_is_a_failure(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    with listing(BY_NAME["random per page, by offset"]) as emulator:
        ended = shell_at(emulator, tmp_path).run(*command)
    assert ended.status == 1
    assert "INCOMPLETE" in ended.err
    ((number, _but),) = LOST.findall(ended.err)
    assert int(number) > 0
    assert ended.lines


def test_the_hand_off_says_in_itself_that_it_is_not_whole(tmp_path: Path) -> None:
    with listing(BY_NAME["ties at 1 h, by keyset"]) as emulator:
        shell = shell_at(emulator, tmp_path)
        told, told_as_json = shell.run("handoff"), shell.run("handoff", "--json")
    (said,) = [line for line in told.lines if line.startswith("INCOMPLETE. Up to ")]
    ((number, _but),) = LOST.findall(said)
    assert int(number) > 0
    assert json.loads(told_as_json.lines[0])["isComplete"] is False
    assert told.status == told_as_json.status == 1


def test_next_says_what_may_be_missing_from_what_it_chose_from(tmp_path: Path) -> None:
    with listing(BY_NAME["ties at 1 h, by keyset"]) as emulator:
        ended = shell_at(emulator, tmp_path).run("next")
    assert ended.status == 0
    assert re.search(r"Note: Up to \d+ stud(ies|y) may be missing", ended.err)
