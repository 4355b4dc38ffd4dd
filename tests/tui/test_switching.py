"""Saved worklists at the screen: each keeps its cursor; own ones are saved and forgotten."""

from pathlib import Path

import pytest

from avara_tui.config import WorklistSetting
from avara_tui.config.own_worklists import read_own_worklists
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.lines import MORE_RIGHT, text_of
from avara_tui.tui.presentation.tabs import Tab, tabs
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30


@pytest.fixture(autouse=True)
def config_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "avara-tui"


async def save_as(driver: Driver, name: str) -> None:
    await driver.press("w")
    await driver.until(lambda: "save the worklist as" in driver.lines[-1])
    await driver.type(name)
    await driver.press("enter")


async def test_every_worklist_keeps_its_cursor_and_marks(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.press("6", "j", "j", "j")
        complete = driver.screen.table.cursor_id
        await driver.press("space")
        await driver.press("7", "j")
        cancelled = driver.screen.table.cursor_id
        await driver.press("6")
        assert driver.screen.table.cursor_id != cancelled
        await driver.press("up")
        assert driver.screen.table.cursor_id == complete
        assert "*" in driver.text
        await driver.press("7")
        assert driver.screen.table.cursor_id == cancelled


async def test_a_worklist_is_saved_with_its_filter_and_can_be_forgotten(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, filter_text="-severity:normal ct") as driver:
        before = driver.ids
        await save_as(driver, "urgent ct")
        await driver.until(lambda: "saved as “urgent ct” on key 8" in driver.status)
        assert "8 urgent ct" in driver.lines[1]
        assert not driver.filter_row
        assert driver.ids == before
        assert read_own_worklists() == (
            WorklistSetting("urgent ct", "is:open -severity:normal ct"),
        )
        await driver.press("5")
        await driver.press("8")
        await driver.until(lambda: driver.ids == before)
        await driver.press("W")
        await driver.until(lambda: "Forget your worklist “urgent ct”?" in driver.status)
        await driver.press("y")
        await driver.until(lambda: "urgent ct" not in driver.lines[1])
        assert read_own_worklists() == ()


async def test_worklists_can_be_stepped_through(emulator: EmbeddedEmulator) -> None:
    own = tuple(WorklistSetting(f"own {number}", f"ct {number}") for number in range(4))
    async with worklist(emulator, own_worklists=own, view="cancelled") as driver:
        board = driver.controller.board
        names = []
        for _ in range(5):
            await driver.press("right_square_bracket")
            names.append(board.active.name)
        assert names == ["own 0", "own 1", "own 2", "own 3", "STAT"]
        await driver.press("left_square_bracket")
        assert board.active.name == "own 3"
        assert "own 3" in driver.lines[1]


def test_a_row_of_many_worklists_shows_the_active_one_and_says_how_many_are_left_out() -> None:
    items = [Tab("123456789"[n] if n < 9 else "", f"Worklist {n}", 100, True) for n in range(25)]
    row = text_of(tabs(items, "Worklist 20", 60))
    assert len(row) <= 60
    assert " Worklist 20 100 " in row
    assert row.endswith(f"+{25 - row.count('100')} {MORE_RIGHT}")
    assert row.startswith(" 1")
