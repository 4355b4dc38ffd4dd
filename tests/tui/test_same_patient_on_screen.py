"""Studies of one patient on the real screen: row, detail, key, mask, lock and files."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.screens.locked import LockedScreen
from avara_tui.tui.screens.worklist import WorklistScreen
from masthead import READ_WHOLE
from studies import add_study
from tui.driver import Driver, worklist
from tui.patients import CONFIG, MINE, VALUE, everything_in

if TYPE_CHECKING:
    from avara_tui.study import Study

EMULATED_STUDIES = 20


def add_family(emulator: EmbeddedEmulator) -> list[str]:
    """Add three studies of one patient: open STAT, open routine, complete."""
    made = [
        add_study(emulator, "Zebra head", metadata=MINE),
        add_study(emulator, "Zebra head", metadata=MINE, severity="normal"),
        add_study(emulator, "Zebra knee", metadata=MINE, severity="high"),
    ]
    emulator.change(made[2], studyViewerStatus="complete")
    return made


def texts_below(folder: Path) -> str:
    files = [each for each in folder.rglob("*") if each.is_file()]
    return "\n".join(each.read_text(errors="replace") for each in files)


async def unlocked(driver: Driver) -> None:
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, WorklistScreen), "unlocked")
    await driver.until(lambda: READ_WHOLE.search(driver.text) is not None, "loaded")


async def test_from_the_row_to_all_of_the_patient_and_back_on_the_real_screen(
    emulator: EmbeddedEmulator,
) -> None:
    stat, routine, complete = add_family(emulator)
    async with worklist(emulator, config=CONFIG, filter_text="zebra", view="All open") as driver:
        await driver.go_to(routine)
        row = next(each for each in driver.lines if each.startswith("▌"))
        assert re.search(r"Zebra head +=3 ", row)
        assert re.search(r"same mrn +1 open STAT, 1\b", driver.text)
        assert f"possible duplicate: …{stat[-6:]}" in driver.text
        await driver.press("=")
        assert driver.ids == [stat, routine, complete]
        await driver.sees("3 studies with the same mrn")
        assert "esc goes back" in driver.lines[-2]
        assert "same mrn as Zebra head" in driver.lines[-2]
        assert driver.screen.table.cursor_id == routine
        # One comes while they are shown, and stands there at once; also while one is in the detail.
        await driver.press("enter")
        late = add_study(emulator, "Zebra foot", metadata=MINE, severity="normal")
        await driver.press("r")
        await driver.until(lambda: late in driver.ids, "the new one")
        await driver.until(lambda: "=4 " in driver.text, "another sign")
        await driver.until(lambda: re.search(r"1 open\s[^│]*│?\s*routine", driver.text))
        patients = driver.controller.board.patients
        patients.tell_whole(is_whole=False)
        driver.screen.detail.refresh_entries()
        await driver.sees("of what is read")
        await driver.press("r")
        await driver.until(lambda: "of what is read" not in driver.text, "all is read")
        await driver.press("escape")
        await driver.type_filter("knee")
        await driver.press("enter")
        await driver.until(lambda: driver.screen.table.cursor_id == complete, "the one found")
        assert re.search(r"same mrn +/ knee", driver.lines[-2])
        await driver.press("escape")
        await driver.until(lambda: len(driver.ids) == 4, "no filter")
        await driver.press("escape")
        assert driver.screen.table.cursor_id == routine
        assert driver.filter_row.startswith(" / zebra")
        assert driver.controller.board.active.name == "All open"
        await driver.until(lambda: driver.screen.detail.study is not None)
        await driver.until(
            lambda: cast("Study", driver.screen.detail.study).study_id == routine, "its detail"
        )
        for each in (stat, routine, complete):
            assert emulator.writes(each) == []


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 15)])
async def test_going_back_brings_back_the_rows_that_were_in_sight(
    emulator: EmbeddedEmulator, size: tuple[int, int]
) -> None:
    for number in range(30):
        mrn = MINE if number in {3, 12, 20} else {"mrn": str(number)}
        add_study(emulator, f"Zebra {number}", metadata=mrn, severity="normal")
    async with worklist(emulator, config=CONFIG, size=size, view="All open") as driver:
        table = driver.screen.table
        (*_, last) = (each for each in driver.ids if driver.study(each).metadata == MINE)
        await driver.go_to(last)
        await driver.press("down", "down", "up", "up")

        def in_sight() -> tuple[object, ...]:
            return table.cursor_id, table.cursor_screen_row, table.out_of_sight

        before = in_sight()
        await driver.press("=")
        await driver.until(lambda: len(driver.ids) == 3, "all three")
        await driver.press("g", "G", "g")
        await driver.press("escape")
        await driver.until(lambda: in_sight() == before, f"{before}")


async def test_without_the_setting_the_key_says_what_is_missing(
    emulator: EmbeddedEmulator,
) -> None:
    stat, *_ = add_family(emulator)
    async with worklist(emulator) as driver:
        await driver.go_to(stat)
        assert "=3" not in driver.text
        assert "same mrn" not in driver.text
        await driver.press("=")
        await driver.sees("the settings name no patient_key, such as mrn")
        await driver.press("enter")
        # As soon as the settings say it, row and detail do, wherever the cursor stays.
        driver.controller.switching.take_settings(CONFIG)
        await driver.sees("same mrn")
        await driver.sees("=3")


async def test_what_a_patient_is_known_by_is_on_no_hidden_screen_and_in_no_file(
    emulator: EmbeddedEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    stat, *_ = add_family(emulator)
    seen: list[str] = []
    async with worklist(emulator, config=CONFIG, journal=tmp_path / "journal.jsonl") as driver:
        await driver.go_to(stat)
        assert VALUE in driver.text
        await driver.press("#", "=")
        await driver.until(lambda: len(driver.ids) == 3, "all three")
        await driver.sees("same mrn as •••")
        seen.append(driver.text)
        await driver.press("w")
        await driver.sees("are no worklist")
        seen.append(driver.text)
        await driver.press("escape", "=", "H")
        seen.append(driver.text)
        await driver.press("escape", "L")
        await driver.until(lambda: isinstance(driver.app.screen, LockedScreen), "locked")
        await driver.sees("open STAT stud")
        seen.append(driver.text)
        patients = driver.controller.board.patients
        await driver.until(lambda: not len(driver.session.studies), "studies forgotten")
        await driver.until(lambda: VALUE not in everything_in(patients), "the value forgotten")
        await unlocked(driver)
        seen.append(driver.text)
        # As if nothing had been locked: they are still there.
        await driver.until(lambda: len(driver.ids) == 3, "all three again")
        assert driver.controller.board.patients.is_shown
        assert VALUE not in str(driver.app.title) + str(driver.app.sub_title)
    assert not [text for text in seen if VALUE in text or "Zebra" in text]
    assert VALUE not in texts_below(tmp_path)
