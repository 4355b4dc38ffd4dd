"""Worklists of one's own with a fake screen: what may be saved, replaced and forgotten."""

from pathlib import Path

import pytest

from avara_tui.config import WorklistSetting
from avara_tui.config.own_worklists import MOST, read_own_worklists
from tui.without_screen import Commands


@pytest.fixture(autouse=True)
def config_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "avara-tui"


def active(commands: Commands) -> str:
    return commands.board.active.name


async def test_saving_under_a_name_of_ones_own_asks_and_of_the_sites_is_refused() -> None:
    commands = Commands(own=(WorklistSetting("ct", "ct"),))
    commands.board.narrow("mri")
    commands.screen.will("save the worklist as", "stat")
    await commands.do("save_worklist")
    assert "“stat” is not yours" in commands.screen.status
    commands.screen.will("save the worklist as", "CT")
    commands.screen.will("Replace your worklist “ct”?", "n")
    await commands.do("save_worklist")
    assert read_own_worklists() == ()
    commands.screen.will("save the worklist as", "CT")
    commands.screen.will("Replace your worklist “ct”?", "y")
    await commands.do("save_worklist")
    assert "saved as “CT” on key 8" in commands.screen.status
    assert active(commands) == "CT"
    assert read_own_worklists() == (WorklistSetting("CT", "is:open mri"),)
    commands.switching.choose(commands.board.worklists[0])
    await commands.do("forget_worklist")
    assert "“STAT” is the site's: it cannot be removed" in commands.screen.status


async def test_a_worklist_of_the_sites_is_never_taken_for_ones_own_of_its_name() -> None:
    """The site came to use the name since: one's own is shown with a word behind it."""
    commands = Commands(own=(WorklistSetting("STAT", "ct"),))
    sites, mine = (
        next(each for each in commands.board.worklists if each.name == name)
        for name in ("STAT", "STAT (own)")
    )
    commands.switching.choose(sites)
    await commands.do("forget_worklist")
    assert "“STAT” is the site's: it cannot be removed" in commands.screen.status
    commands.board.narrow("mri")
    commands.screen.will("save the worklist as", "stat (own)")
    commands.screen.will("Replace your worklist “STAT”?", "y")
    await commands.do("save_worklist")
    assert "saved as “STAT (own)”" in commands.screen.status
    assert active(commands) == mine.name
    assert commands.board.active.query_text == "severity:stat is:open mri"
    commands.screen.will("Forget your worklist “STAT”?", "y")
    await commands.do("forget_worklist")
    assert read_own_worklists() == ()
    assert sites in commands.board.worklists


@pytest.fixture
def unwritable(config_home: Path) -> None:
    config_home.write_text("a file where the directory should be")


@pytest.mark.usefixtures("unwritable")
async def test_a_worklist_that_cannot_be_written_is_said_and_not_shown() -> None:
    commands = Commands()
    commands.board.narrow("ct")
    commands.screen.will("save the worklist as", "tumour")
    await commands.do("save_worklist")
    assert "not saved: " in commands.screen.status
    assert "tumour" not in [each.name for each in commands.board.worklists]
    assert active(commands) == "All open"
    assert commands.board.filter_text == "ct"


async def test_there_are_only_so_many_of_ones_own() -> None:
    own = tuple(WorklistSetting(f"own {number}", "ct") for number in range(MOST))
    commands = Commands(own=own)
    commands.screen.will("save the worklist as", "one more")
    await commands.do("save_worklist")
    assert "the most there can be" in commands.screen.status
    assert read_own_worklists() == ()


async def test_each_worklist_keeps_its_cursor() -> None:
    commands = Commands()
    first, second = commands.board.worklists[:2]
    commands.switching.choose(first)
    commands.screen.table.go_to("one")
    commands.switching.choose(second)
    commands.screen.table.go_to("other")
    commands.switching.choose(first)
    assert commands.screen.table.cursor_id == "one"
    commands.switching.choose(second)
    assert commands.screen.table.cursor_id == "other"
