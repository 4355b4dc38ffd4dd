"""Help for the place where one is, and the first things to know."""

import re
from itertools import groupby
from pathlib import Path

import pytest
from textual import events

from avara_tui.config import Config
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.keys.actions import ACTIONS, Action
from avara_tui.tui.keys.keymap import DEFAULT_KEYMAP, Keymap
from avara_tui.tui.keys.places import Place
from avara_tui.tui.lines import as_plain, width_of
from avara_tui.tui.presentation.help_layout import in_columns, searched
from avara_tui.tui.presentation.help_text import Help
from avara_tui.tui.presentation.tour import is_first_time, tour
from avara_tui.tui.widgets.tour_card import TourCard
from tui.banner import at_work
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30


def helped(place: Place = Place.TABLE, keymap: Keymap = DEFAULT_KEYMAP) -> Help:
    return Help(keymap, place, {})


def shown(
    width: int, search: str = "", place: Place = Place.TABLE, *, ids: bool = True, **reasons: str
) -> str:
    sections = Help(DEFAULT_KEYMAP, place, reasons).sections()
    return "\n".join(as_plain(searched(sections, search, width, ids=ids)))


def columns(width: int, content: Help) -> str:
    return "\n".join(as_plain(in_columns(content.stacks(), width)))


@pytest.mark.parametrize("place", list(Place)[1:])
@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_every_action_is_there_with_all_keys_and_its_id_uncut(width: int, place: Place) -> None:
    lines = searched(helped(place).sections(), "", width, ids=True)
    rows = as_plain(lines)
    for action in ACTIONS:
        (row,) = (number for number, each in enumerate(rows) if each.endswith(f" {action.id}"))
        beside = " ".join(rows[row : row + 3])
        for key in DEFAULT_KEYMAP.text(action.id).split():
            assert f" {key} " in beside
    assert max(map(width_of, lines)) <= width


@pytest.mark.parametrize("place", list(Place)[1:])
@pytest.mark.parametrize("width", [60, 80, 110, 120, 200])
def test_the_first_key_of_every_action_is_in_the_columns_once(width: int, place: Place) -> None:
    content = helped(place)
    entries = [each for stack in content.stacks() for section in stack for each in section.entries]
    ids = [action_id for each in entries for action_id in each.id.split()]
    # Without a command of one's own there is nothing that one has printed.
    assert sorted(ids) == sorted({each.id for each in ACTIONS} - {"output"})
    for each in entries:
        for action_id in each.id.split():
            assert DEFAULT_KEYMAP.key(action_id) in each.keys.split()
    lines = in_columns(content.stacks(), width)
    assert max(map(width_of, lines)) < width
    text = "".join("".join(as_plain(lines)).split())
    for each in entries:
        assert "".join(each.keys.split()) in text


@pytest.mark.parametrize(("width", "count"), [(60, 1), (80, 2), (120, 3), (200, 4)])
def test_the_help_has_as_many_columns_as_there_is_room_for(width: int, count: int) -> None:
    first = columns(width, helped()).split("\n")[0]
    titles = ["STUDY", "FIND", "SIGNS", "IN THE DETAIL: enter goes there"]
    assert first.split() == " ".join(titles[:count]).split()


def test_the_help_begins_with_the_work_of_the_place_where_one_is() -> None:
    assert columns(60, helped()).split("\n")[1].split()[0] == DEFAULT_KEYMAP.key("next")
    assert columns(60, helped(Place.DETAIL)).startswith(" DETAIL\n j k")
    assert "IN THE TABLE: esc goes there" in columns(60, helped(Place.DETAIL))


def test_the_keys_of_the_settings_are_those_of_the_columns() -> None:
    keymap = Keymap({"claim": ("f8",), "cancel": (), "top": ("ctrl+t",), "up": ()})
    text = columns(120, helped(keymap=keymap))
    assert " F8 " in text
    assert "ctrl+t G" in text
    assert "Cancel the study" not in text
    assert "Down, up" not in text
    assert "Move to the study below" in text
    found = searched(helped(keymap=keymap).sections(), "cancel the study", 80, ids=False)
    assert "no key" in "\n".join(as_plain(found))


@pytest.mark.parametrize("width", [60, 120])
def test_a_reason_is_one_line_under_the_last_of_those_that_have_it(width: int) -> None:
    writes = {each.id: "read-only: nothing is written" for each in ACTIONS if each.writes}
    study = next(
        section.entries
        for stack in Help(DEFAULT_KEYMAP, Place.TABLE, writes).stacks()
        for section in stack
        if section.title == "STUDY"
    )
    runs = [is_off for is_off, _ in groupby(each.reason is not None for each in study)]
    text = columns(width, Help(DEFAULT_KEYMAP, Place.TABLE, writes))
    # One of its own for making a study, which finding one does not share.
    assert text.count("not now: read-only: nothing is writ") == runs.count(True) + 1
    assert "Find a study by any text" in text


def test_a_reason_is_told_in_full_however_narrow() -> None:
    reason = "this study is cancelled already; X restores it and then it can be cancelled again"
    lines = shown(60, search="cancel the", cancel=reason).split("\n")
    assert f"Not now: {reason}." in " ".join(" ".join(lines).split())


def test_what_is_typed_narrows_the_help_by_what_it_does_its_key_or_its_id() -> None:
    assert "Cancel the study" not in shown(80, "mine")
    assert "Cancel the study" in shown(80, "cancel the")
    for search in ("uncancel", "restore CANCELLED"):
        assert "uncancel" in shown(80, search)
    assert "page_down" in shown(80, "page_down")
    assert "page_down" in shown(80, "page down")
    assert "page_down" not in shown(80, "page down", ids=False)
    assert "is called that" in shown(80, "xyzzy")


@pytest.mark.parametrize("action", ACTIONS, ids=lambda each: each.id)
def test_what_an_action_does_fits_beside_its_key_in_a_column(action: Action) -> None:
    assert action.help[0].isupper()
    assert action.help.endswith(".")
    assert len(action.help) <= 34


def places(driver: Driver) -> tuple[int, int]:
    """Return the row of the card's title, and that of the cursor."""
    title = next(row for row, text in enumerate(driver.lines) if text.startswith(" Keys "))
    cursor = next(row for row, text in enumerate(driver.lines) if text.startswith("▌"))
    return title, cursor


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36)])
async def test_help_leaves_head_and_study_in_sight_and_says_how_much_there_is(
    emulator: EmbeddedEmulator, size: tuple[int, int]
) -> None:
    async with worklist(emulator, size=size) as driver:
        for keys in ((), ("G",), ("k",) * 4):
            await driver.press(*keys)
            head = driver.lines[:2]
            study_id = driver.screen.table.cursor_id
            assert study_id is not None
            study = driver.study(study_id)
            await driver.press("question_mark")
            await driver.sees("type to search")
            assert driver.lines[:2] == head
            _, cursor = places(driver)
            assert study.description[:10] in driver.lines[cursor]
            count = re.search(r"1 to (\d+) of (\d+)", driver.text)
            assert count is not None
            assert int(count[1]) < int(count[2])
            await driver.press("end")
            await driver.sees(f"to {count[2]} of {count[2]}")
            await driver.press("escape")
            await driver.until(lambda: "type to search" not in driver.text)


async def test_help_names_its_study_and_shows_ids_on_request(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        study_id = driver.screen.table.cursor_id
        assert study_id is not None
        await driver.press("question_mark")
        await driver.sees("type to search")
        title, _ = places(driver)
        assert f"…{study_id[-6:]}" in driver.lines[title]
        assert driver.study(study_id).description[:10] in driver.lines[title]
        assert "uncancel" not in driver.text
        await driver.press("tab")
        await driver.sees("uncancel")
        await driver.press("tab")
        await driver.until(lambda: "uncancel" not in driver.text)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_an_alarm_that_comes_while_the_help_is_open_stays_in_sight(
    size: tuple[int, int],
) -> None:
    with EmbeddedEmulator(studies=20, seed=3) as emulator:
        async with worklist(emulator, size=size) as driver:
            await at_work(driver)
            await driver.press("question_mark")
            await driver.sees("type to search")
            emulator.create(studyDescription="XR", severity="stat", studyInstanceUid="1.2.3")
            driver.session.refresh()
            await driver.sees("close this to go there")
            # What the table's keys do, they do not do here.
            assert driver.status == ""
            _, cursor = places(driver)
            assert "STAT" in driver.lines[cursor] or "HIGH" in driver.lines[cursor]
            await driver.press("escape")
            await driver.sees("! go there")


async def test_help_finds_its_room_anew_when_the_terminal_gets_another_size(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await driver.press("question_mark")
        await driver.sees("type to search")
        for columns_, rows in ((120, 24), (80, 40), (60, 15)):
            await driver.pilot.resize_terminal(columns_, rows)
            await driver.until(lambda rows=rows: len(driver.lines) == rows)  # type: ignore[misc]
            await driver.until(lambda: places(driver)[1] < places(driver)[0])


async def test_help_is_searched_by_typing_and_nothing_typed_acts(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, size=(100, 150)) as driver:
        await driver.press("question_mark")
        await driver.sees("Leave the worklist")
        await driver.type("claim")
        await driver.until(lambda: "Leave the worklist" not in driver.text)
        assert "Claim (assign to me)" in driver.text
        await driver.press("escape")
        await driver.sees("Leave the worklist")
        await driver.press("escape")
        await driver.until(lambda: "type to search" not in driver.text)
        assert emulator.counts["studies.update"] == 0
        assert driver.screen.focused is driver.screen.table


async def test_help_in_the_detail_is_of_the_detail_and_goes_back_there(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, size=(100, 150)) as driver:
        await driver.press("enter", "question_mark")
        await driver.sees("IN THE TABLE: esc goes there")
        await driver.type("study below")
        await driver.until(lambda: "FILTERS" not in driver.text)
        assert "IN THE TABLE: esc goes there" in driver.text
        await driver.press("escape")
        await driver.press("escape")
        await driver.until(lambda: driver.screen.focused is driver.screen.detail)


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
        assert "▲ STAT" in driver.lines[3]
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
