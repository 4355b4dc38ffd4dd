"""``next``: the study on top, for who asks first."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import ME, Shell, shell_at, who_has
from studies import add_study, open_studies
from tui.driver import worklist


@pytest.fixture
def shell(emulator: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(emulator, tmp_path)


def free(emulator: EmbeddedEmulator) -> set[str]:
    """Return the open studies that nobody has."""
    return {each["studyId"] for each in open_studies(emulator, assignee=None)}


def holder(emulator: EmbeddedEmulator, study_id: str) -> str | None:
    person = emulator.study(study_id)["assignedTo"]
    return None if person is None else str(person["userId"])


async def test_next_takes_what_the_key_would_take(emulator: EmbeddedEmulator, shell: Shell) -> None:
    ended = await asyncio.to_thread(shell.run, "next", "--filter", "-severity:stat", "--json")
    assert ended.status == 0
    # The seeded studies have unclaimed STAT ones, which this filter leaves out.
    said = r"Note: passed over \d+ STAT( and \d+ overdue)? outside of this worklist and filter\.\n"
    assert re.fullmatch(said, ended.err)
    (told,) = ended.objects
    assert (told["claimed"], told["isVerified"], told["opened"]) == (True, True, None)
    assert holder(emulator, told["studyId"]) == DEMO_USER_ID
    emulator.change(told["studyId"], assignedTo=None)
    async with worklist(emulator, filter_text="-severity:stat") as driver:
        await driver.press("n")
        await driver.until(
            lambda: holder(emulator, told["studyId"]) == DEMO_USER_ID, "the key's choice"
        )


def test_next_goes_by_triage_whatever_order_the_worklist_has(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    shell.settings(f'{ME}[[worklists]]\nname = "Young"\nfilter = "is:open"\norder = "-age"\n')
    listed = shell.run("list", "--view", "Young", "--sort", "triage", "--filter", "assignee:none",
                       "--columns", "id", "--no-header")  # fmt: skip
    ended = shell.run("next", "--view", "Young", "--json")
    assert ended.objects[0]["studyId"] == listed.lines[0]
    assert ended.objects[0]["studyId"] in {each["studyId"] for each in emulator.studies()}


def test_two_at_once_never_believe_in_the_same_study(
    emulator: EmbeddedEmulator, shell: Shell, tmp_path: Path
) -> None:
    other = Shell(tmp_path / "other", emulator.base_url, emulator.api_key)
    (colleague, *_) = (
        each["userId"] for each in emulator.users() if each["userId"] != DEMO_USER_ID
    )
    other.settings(f'[profiles.default]\nme = "{colleague}"\n')
    with ThreadPoolExecutor() as pool:
        mine, theirs = pool.map(lambda each: each.run("next", "--json"), (shell, other))
    assert (mine.status, theirs.status) == (0, 0)
    one, another = mine.objects[0]["studyId"], theirs.objects[0]["studyId"]
    assert one != another
    assert (holder(emulator, one), holder(emulator, another)) == (DEMO_USER_ID, colleague)


def test_when_there_is_none_to_take(emulator: EmbeddedEmulator, shell: Shell) -> None:
    ended = shell.run("next", "--filter", "nothingofthekind")
    assert (ended.status, ended.out) == (3, "")
    assert "There is no open study that is yours or nobody's." in ended.err
    assert free(emulator)


def test_nothing_is_claimed_from_a_list_with_holes(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    before = free(emulator)
    emulator.arm("lost-cursor", operation="studies.list")
    ended = shell.run("next")
    assert (ended.status, ended.out) == (1, "")
    assert "Not every study could be read: nothing was claimed." in ended.err
    assert free(emulator) == before


def test_nothing_is_claimed_that_cannot_be_opened(emulator: EmbeddedEmulator, shell: Shell) -> None:
    remote = {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}
    before = free(emulator)
    refused = shell.run("next", "--open", **remote)
    assert refused.status == 1
    assert "--link" in refused.err
    assert free(emulator) == before
    ended = shell.run("next", "--link", **remote)
    assert ended.status == 0
    claimed, link = ended.lines
    assert (before - free(emulator)).pop() in claimed
    assert link.startswith(emulator.base_url)


def test_who_takes_it_has_to_be_known(emulator: EmbeddedEmulator, shell: Shell) -> None:
    shell.settings("")
    ended = shell.run("next")
    assert ended.status == 2
    assert "Nobody has said who “me” is" in ended.err
    assert emulator.requests == []


def mine(emulator: EmbeddedEmulator, **fields: object) -> str:
    """Add a study that the person has."""
    study_id = add_study(emulator, "Zebra head", **fields)
    emulator.change(study_id, assignedTo=DEMO_USER_ID)
    return study_id


@pytest.mark.parametrize("as_json", [False, True])
def test_one_of_mine_is_told_and_nothing_is_written(
    emulator: EmbeddedEmulator, shell: Shell, *, as_json: bool
) -> None:
    study_id = mine(emulator)
    ended = shell.run("next", "--filter", "zebra", *(["--json"] if as_json else []))
    assert ended.status == 0
    assert emulator.writes(study_id) == []
    if as_json:
        (told,) = ended.objects
        assert (told["studyId"], told["claimed"], told["isVerified"]) == (study_id, False, True)
    else:
        assert f"{study_id}]: yours already, " in ended.out


def test_the_setting_leaves_mine_out_and_says_so(emulator: EmbeddedEmulator, shell: Shell) -> None:
    own = mine(emulator)
    other = add_study(emulator, "Zebra spine", severity="normal")
    shell.settings(f'next = "pool"\n{ME}')
    ended = shell.run("next", "--filter", "zebra", "--json")
    assert (ended.objects[0]["studyId"], ended.objects[0]["claimed"]) == (other, True)
    assert re.search(r"passed over (\d+ STAT.*, )?\d+ STAT.* yours", ended.err), ended.err
    assert emulator.writes(own) == []


def test_in_mine_it_keeps_to_mine(emulator: EmbeddedEmulator, shell: Shell) -> None:
    for each in open_studies(emulator, assignee=DEMO_USER_ID):
        emulator.change(each["studyId"], assignedTo=None)
    study_id = mine(emulator, severity="normal")
    before = free(emulator)
    ended = shell.run("next", "--view", "Mine", "--json")
    assert (ended.objects[0]["studyId"], ended.objects[0]["claimed"]) == (study_id, False)
    assert "STAT" in ended.err
    assert "outside of this worklist and filter" in ended.err
    assert free(emulator) == before


@pytest.mark.parametrize(
    ("command", "status"), [(("set", "--severity=high"), 0), (("cancel", "--yes"), 0)]
)
def test_a_script_is_told_who_has_it_and_asked_nothing(
    emulator: EmbeddedEmulator, shell: Shell, command: tuple[str, str], status: int
) -> None:
    study_id = add_study(emulator, "Zebra head")
    colleague = next(each["userId"] for each in emulator.users() if each["userId"] != DEMO_USER_ID)
    for holder in (None, DEMO_USER_ID, colleague):
        emulator.change(study_id, assignedTo=holder, severity="stat")
        said = who_has(emulator, study_id)
        assert bool(said) == (holder == colleague)
        ended = shell.run(command[0], study_id, command[1])
        assert (ended.status, ended.err) == (status, said)
        emulator.change(study_id, severity="stat")
        if command[0] == "cancel":
            shell.run("uncancel", study_id, "--yes")
