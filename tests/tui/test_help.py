"""Help for the place where one is, a palette of everything, and the first things to know."""

from pathlib import Path

import pytest
from textual import events

from avara_tui.config import Config
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.keys.actions import ACTIONS
from avara_tui.tui.keys.keymap import DEFAULT_KEYMAP, Keymap
from avara_tui.tui.keys.places import Place
from avara_tui.tui.lines import as_plain, width_of
from avara_tui.tui.presentation import help_text
from avara_tui.tui.presentation.tour import is_first_time, tour
from avara_tui.tui.widgets.picker import Picker
from avara_tui.tui.widgets.tour_card import TourCard
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30


def shown(width: int, search: str = "", place: Place = Place.TABLE, **reasons: str) -> str:
    sections = help_text.sections(DEFAULT_KEYMAP, place, reasons)
    return "\n".join(as_plain(help_text.lines(sections, search, width)))


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_every_action_is_there_with_all_keys_and_its_id_uncut(width: int) -> None:
    text = shown(width)
    for action in ACTIONS:
        assert f" {action.id}" in text
        for key in DEFAULT_KEYMAP.text(action.id).split():
            assert key in text
    sections = help_text.sections(DEFAULT_KEYMAP, Place.TABLE, {})
    assert max(map(width_of, help_text.lines(sections, "", width))) <= width


def test_the_place_where_one_is_comes_first() -> None:
    assert shown(80, place=Place.DETAIL).startswith(" IN THE DETAIL, WHERE YOU ARE")
    assert shown(80, place=Place.TABLE).startswith(" IN THE TABLE, WHERE YOU ARE")


def test_a_reason_is_told_in_full_however_narrow() -> None:
    reason = "the study is cancelled already; X restores it and then it can be cancelled again"
    lines = shown(60, search="cancel the", cancel=reason).split("\n")
    assert f"Not now: {reason}." in " ".join(" ".join(lines).split())


def test_what_is_typed_narrows_the_help_by_what_it_does_its_key_or_its_id() -> None:
    assert "Cancel the study" not in shown(80, "mine")
    for search in ("cancel the", "uncancel", "restore CANCELLED"):
        assert "uncancel" in shown(80, search) or "Cancel the study" in shown(80, search)
    assert "page_down" in shown(80, "page_down")
    assert "page_down" in shown(80, "page down")
    assert "is called that" in shown(80, "xyzzy")


async def test_help_is_searched_by_typing_and_nothing_typed_acts(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, size=(100, 150)) as driver:
        await driver.press("question_mark")
        await driver.sees("IN THE TABLE, WHERE YOU ARE")
        await driver.type("claim")
        await driver.until(lambda: "Leave the worklist" not in driver.text)
        assert "Assign the study to me" in driver.text
        await driver.press("escape")
        await driver.sees("Leave the worklist")
        await driver.press("escape")
        await driver.until(lambda: "WHERE YOU ARE" not in driver.text)
        assert emulator.counts["studies.update"] == 0
        assert driver.screen.focused is driver.screen.table


async def test_help_in_the_detail_is_of_the_detail_and_goes_back_there(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, size=(100, 150)) as driver:
        await driver.press("enter", "question_mark")
        await driver.sees("IN THE DETAIL, WHERE YOU ARE")
        await driver.type("study below")
        await driver.sees("only in the table; esc goes back there")
        await driver.press("escape")
        await driver.press("escape")
        await driver.until(lambda: driver.screen.focused is driver.screen.detail)


# The palette.


async def open_palette(driver: Driver, text: str = "") -> Picker:
    await driver.press("ctrl+p")
    await driver.until(lambda: driver.screen.query(Picker))
    picker = driver.screen.query_one(Picker)
    await driver.until(lambda: picker.input.has_focus)
    await driver.type(text)
    return picker


async def test_the_palette_has_every_action_worklist_person_and_theme(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await open_palette(driver)
        searches = "\n".join(each.search for each in driver.offers)
        for action in ACTIONS:
            if action.id != "palette":
                assert f"{action.label} {action.id.replace('_', ' ')}" in searches
        for each in driver.controller.board.worklists:
            assert f"worklist {each.name.lower()}" in searches
        for user in emulator.users():
            assert f"filter by assignee {user['lastName'].lower()}" in searches or (
                user["userId"] not in driver.controller.filter.vocabulary().people
            )
        for theme in driver.app.available_themes:
            assert f"theme {theme}" in searches


async def test_the_palette_does_what_is_found_to_the_study_under_the_cursor(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        meant = driver.screen.table.cursor_id
        assert meant is not None
        emulator.change(meant, assignedTo=None)
        await driver.press("r")
        await driver.until(lambda: driver.study(meant).assignee is None)
        await open_palette(driver, "claim")
        assert emulator.study(meant)["studyDescription"][:12] in driver.text
        await driver.press("enter")
        await driver.until(lambda: "claimed" in driver.status)
        assert emulator.study(meant)["assignedTo"]["userId"] == DEMO_USER_ID


async def test_the_palette_shows_worklists_filters_people_and_changes_the_theme(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await open_palette(driver, "worklist stat")
        await driver.press("enter")
        await driver.until(lambda: driver.controller.board.active.name == "STAT")
        await open_palette(driver, "filter me")
        await driver.press("enter")
        await driver.until(lambda: "/ assignee:me" in driver.lines[2])
        await open_palette(driver, "theme nord")
        await driver.press("enter")
        await driver.until(lambda: driver.app.theme == "nord")


async def test_the_palette_does_in_the_detail_what_only_works_there(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await driver.press("enter")
        await driver.until(lambda: driver.screen.focused is driver.screen.detail)
        await open_palette(driver, "mark range")
        await driver.sees("Not now: only in the table; esc goes back there")
        await driver.press("escape")
        await driver.until(lambda: not driver.screen.query(Picker))
        await open_palette(driver, "back to the table")
        await driver.press("enter")
        await driver.until(lambda: driver.screen.focused is driver.screen.table)


async def test_the_palette_says_why_something_cannot_be_done(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, read_only=True) as driver:
        await open_palette(driver, "claim")
        await driver.sees("Not now: read-only")
        await driver.press("enter")
        await driver.until(lambda: "claim: read-only: nothing is written" in driver.status)


async def test_a_study_that_went_while_the_palette_was_open_is_not_mixed_up(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await open_palette(driver, "claim")
        session = driver.controller.session
        assert driver.screen.table.cursor_id is not None
        session.forget(driver.screen.table.cursor_id)
        driver.screen.table.move_to(0)
        before = emulator.counts["studies.update"]
        await driver.press("enter")
        await driver.until(lambda: "another study is under the cursor now" in driver.status)
        assert emulator.counts["studies.update"] == before


# The tour.


@pytest.mark.parametrize("preset", [Keymap(), Keymap({"help": ("f2",), "claim": ("c",)})])
def test_the_tour_fits_on_one_screen_uncut(preset: Keymap) -> None:
    lines = tour(preset, 80)
    assert len(lines) <= 14
    assert max(map(width_of, lines)) <= 80
    assert f"{preset.key('claim')} " in "\n".join(as_plain(lines))


def test_the_first_time_is_the_first_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert is_first_time()
    assert not is_first_time()


def test_nobody_is_shown_the_tour_where_that_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert not is_first_time()


async def test_a_tour_that_comes_unasked_takes_no_key(
    emulator: EmbeddedEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with worklist(emulator, size=(80, 24), tour=True) as driver:
        await driver.sees("Welcome: the first things to know")
        assert "▲ STAT" in driver.lines[4]
        await driver.press("j")
        await driver.until(lambda: driver.screen.table.cursor_row == 1)
        await driver.until(lambda: "Welcome" not in driver.text)
    async with worklist(emulator, size=(80, 24), tour=True) as driver:
        assert "Welcome" not in driver.text
        await driver.press("f4")
        await driver.sees("Welcome: the first things to know")
        await driver.press("escape")
        await driver.until(lambda: not driver.screen.query(TourCard))
        await driver.press("j")
        await driver.until(lambda: driver.screen.table.cursor_row == 1)


async def test_a_new_stat_study_ends_a_tour_that_came_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with EmbeddedEmulator(studies=20, seed=3) as emulator:
        async with worklist(emulator, size=(80, 24), tour=True) as driver:
            await driver.sees("Welcome")
            emulator.create(studyDescription="XR", severity="stat", studyInstanceUid="1.2.3")
            driver.controller.session.refresh()
            await driver.until(lambda: "Welcome" not in driver.text)


def test_the_keys_of_help_are_those_of_the_settings() -> None:
    keymap = Keymap(dict(Config(keys={"help": ("f2",)}).keys))
    assert keymap.has_key("help", events.Key("f2", None))
