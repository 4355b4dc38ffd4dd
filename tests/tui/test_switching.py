"""Saved worklists at the screen: each keeps its cursor; own ones are saved and forgotten."""

from pathlib import Path

import pytest

from avara_tui.config import WorklistSetting
from avara_tui.config.own_worklists import read_own_worklists
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.heading import Tab, tabs
from avara_tui.tui.lines import text_of
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30


@pytest.fixture(autouse=True)
def config_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "avara-tui"


async def save_as(desk: Driver, name: str) -> None:
    await desk.press("w")
    await desk.until(lambda: "save the worklist as" in desk.lines[-1])
    await desk.type(name)
    await desk.press("enter")


async def test_every_worklist_keeps_its_cursor_and_marks(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        await desk.press("6", "j", "j", "j")
        complete = desk.screen.table.cursor_id
        await desk.press("space")
        await desk.press("7", "j")
        cancelled = desk.screen.table.cursor_id
        await desk.press("6")
        assert desk.screen.table.cursor_id != cancelled
        await desk.press("up")
        assert desk.screen.table.cursor_id == complete
        assert "*" in desk.text
        await desk.press("7")
        assert desk.screen.table.cursor_id == cancelled


async def test_a_worklist_is_saved_with_its_filter_and_can_be_forgotten(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, filter_text="-severity:normal ct") as desk:
        before = desk.ids
        await save_as(desk, "urgent ct")
        await desk.until(lambda: "saved as “urgent ct” on key 8" in desk.status)
        assert "8 urgent ct" in desk.lines[1]
        assert "no filter" in desk.lines[2]
        assert desk.ids == before
        assert read_own_worklists() == (
            WorklistSetting("urgent ct", "is:open -severity:normal ct"),
        )
        await desk.press("5")
        await desk.press("8")
        await desk.until(lambda: desk.ids == before)
        await desk.press("W")
        await desk.until(lambda: "Forget your worklist “urgent ct”?" in desk.status)
        await desk.press("y")
        await desk.until(lambda: "urgent ct" not in desk.lines[1])
        assert read_own_worklists() == ()


async def test_worklists_can_be_stepped_through(emulator: EmbeddedEmulator) -> None:
    own = tuple(WorklistSetting(f"own {number}", f"ct {number}") for number in range(4))
    async with worklist(emulator, own_worklists=own, view="cancelled") as desk:
        board = desk.controller.board
        names = []
        for _ in range(5):
            await desk.press("right_square_bracket")
            names.append(board.active.name)
        assert names == ["own 0", "own 1", "own 2", "own 3", "STAT"]
        await desk.press("left_square_bracket")
        assert board.active.name == "own 3"
        assert "own 3" in desk.lines[1]


def test_a_row_of_many_worklists_shows_the_active_one_and_says_how_many_are_left_out() -> None:
    items = [Tab("123456789"[n] if n < 9 else "", f"Worklist {n}", 100, True) for n in range(25)]
    row = text_of(tabs(items, "Worklist 20", 60))
    assert len(row) <= 60
    assert " Worklist 20 100 " in row
    assert row.endswith(f"+{25 - row.count('100')}")
    assert row.startswith(" 1")
