"""``handoff``: what is open for the next shift, as text and as JSON, and how sure that is."""

from pathlib import Path

import pytest

from avara_tui.cli.handoff import NO_ASIDE, NOBODY
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.commands import ME, Shell, shell_at
from studies import open_studies


@pytest.fixture
def shell(emulator: EmbeddedEmulator, tmp_path: Path) -> Shell:
    return shell_at(emulator, tmp_path)


def open_ones(emulator: EmbeddedEmulator, **wanted: object) -> set[str]:
    return {each["studyId"] for each in open_studies(emulator, **wanted)}


def test_the_text_holds_every_study_to_speak_of_and_says_how_sure_it_is(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    ended = shell.run("handoff")
    assert ended.status == 0, ended.err
    stat = open_ones(emulator, severity="stat")
    assert f"Open STAT: {len(stat)}" in ended.lines
    assert "Complete: every open study was read just now." in ended.lines
    assert "Time limits are assumed: your site has set none." in ended.lines
    assert NO_ASIDE in ended.lines
    for study_id in stat | open_ones(emulator, assignee=DEMO_USER_ID):
        assert ended.out.count(study_id) == 1
    shell.settings(f"{ME}[thresholds]\nstat = {{ warn = 5, due = 10 }}\n")
    assert "Time limits are assumed" not in shell.run("handoff").out


def test_json_has_the_counts_first_and_a_section_for_every_study(
    emulator: EmbeddedEmulator, shell: Shell
) -> None:
    head, *studies = shell.run("handoff", "--json").objects
    assert head["isComplete"] is True
    assert head["counts"]["Open STAT"] == len(open_ones(emulator, severity="stat"))
    listed = {each["studyId"] for each in studies if each["section"] == "Open STAT"}
    assert listed == open_ones(emulator, severity="stat")
    assert {each["section"] for each in studies} <= set(head["counts"])


def test_without_a_name_of_ones_own_it_says_so_and_leaves_mine_out(
    emulator: EmbeddedEmulator, tmp_path: Path
) -> None:
    shell = Shell(tmp_path, emulator.base_url, emulator.api_key)
    ended = shell.run("handoff")
    assert ended.status == 0
    assert NOBODY in ended.lines
    assert not any(each.startswith("Mine: 0") for each in ended.lines)


def test_what_could_not_be_read_is_said_and_fails(emulator: EmbeddedEmulator, shell: Shell) -> None:
    emulator.create(severity="stat", studyDescription="one", studyInstanceUid="1.2.3.1")
    shell.settings(f"load_limit = 100\n{ME}")
    for number in range(120):
        emulator.create(
            severity="normal", studyDescription="more", studyInstanceUid=f"1.2.4.{number}"
        )
    ended = shell.run("handoff")
    assert ended.status == 1
    assert "INCOMPLETE: not every open study could be read." in ended.lines
    assert "INCOMPLETE" in ended.err
