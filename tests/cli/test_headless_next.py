"""``next``: the study on top, for who asks first."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import ME, Shell, shell_at
from studies import open_studies
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
    assert re.fullmatch(r"Note: \d+ STAT that nobody has: .*\n", ended.err)
    (told,) = ended.objects
    assert (told["isVerified"], told["opened"]) == (True, None)
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
    assert "There is no open study without an assignee." in ended.err
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
