"""Everything can be found by its name, and is done to the study that was meant."""

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.controller.command_palette import Entry
from avara_tui.tui.keys.actions import ACTIONS
from avara_tui.tui.lines import text_of, width_of
from avara_tui.tui.widgets.picker import Picker
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30


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
        detail = driver.screen.detail
        await driver.until(lambda: detail.study is not None and detail.study.assignee is None)
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
        await driver.until(lambda: "/ assignee:me" in driver.filter_row)
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
        await driver.sees("not now: only in the table; esc goes back there")
        await driver.press("escape")
        await driver.until(lambda: not driver.screen.query(Picker))
        await open_palette(driver, "back to the table")
        await driver.press("enter")
        await driver.until(lambda: driver.screen.focused is driver.screen.table)


async def test_the_palette_says_why_something_cannot_be_done(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, read_only=True) as driver:
        await open_palette(driver, "claim")
        await driver.sees("not now: read-only")
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


async def test_what_was_chosen_last_is_on_top_of_the_palette_next_time(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await open_palette(driver)
        assert text_of(driver.offers[0].label).startswith("Claim and open the next study")
        await driver.press("escape")
        await driver.until(lambda: not driver.screen.query(Picker))
        for text, name in (("theme nord", "Theme: nord"), ("worklist stat", "Worklist: STAT")):
            await open_palette(driver, text)
            await driver.press("enter")
            await driver.until(lambda: not driver.screen.query(Picker))
            await open_palette(driver)
            assert text_of(driver.offers[0].label).startswith(name)
            await driver.press("escape")
            await driver.until(lambda: not driver.screen.query(Picker))
        await open_palette(driver)
        assert text_of(driver.offers[1].label).startswith("Theme: nord")


async def test_what_cannot_be_done_now_is_never_on_top_of_the_palette(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await driver.press("enter")
        await driver.until(lambda: driver.screen.focused is driver.screen.detail)
        await open_palette(driver, "back to the table")
        await driver.press("enter")
        await driver.until(lambda: driver.screen.focused is driver.screen.table)
        await open_palette(driver)
        (back,) = (
            number
            for number, each in enumerate(driver.offers)
            if text_of(each.label).startswith("Go back to the table")
        )
        assert "not now: only in the detail" in text_of(driver.offers[back].label)
        assert back > len(driver.offers) // 2


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36), (200, 50)])
async def test_the_palette_names_its_study_and_has_the_keys_at_the_end_of_its_rows(
    emulator: EmbeddedEmulator, size: tuple[int, int]
) -> None:
    async with worklist(emulator, size=size) as driver:
        study_id = driver.screen.table.cursor_id
        assert study_id is not None
        await open_palette(driver)
        (title,) = (each for each in driver.lines if each.startswith(" Do what?"))
        assert f"…{study_id[-6:]}" in title
        *rows, count = driver.lines[driver.lines.index(title) + 1 : -1]
        assert count.startswith(f"  {len(rows)} of {len(driver.offers)}: last used first")
        assert {len(each) for each in rows} == {min(size[0], 120) - 1}
        assert [each.split()[-1] for each in rows][:3] == ["n", "o", "m"]


async def test_the_palette_says_that_it_is_for_the_marked_ones(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.press("space", "space")
        await open_palette(driver, "cancel the")
        await driver.sees("Do what?  to 2 marked, or to ")
        (row,) = (each for each in driver.lines if "Cancel the study …" in each)
        assert "2 marked, asks first" in row


@pytest.mark.parametrize("width", [30, 57, 77, 117])
@pytest.mark.parametrize("name", ["Quit", "A" * 80])
@pytest.mark.parametrize("hint", ["", "15 studies", "not now: " + "b" * 90])
@pytest.mark.parametrize("keys", ["", "x", "ctrl+p :"])
def test_a_row_of_the_palette_keeps_its_key_and_the_beginning_of_its_name(
    width: int, name: str, hint: str, keys: str
) -> None:
    shown = Entry(name, "", lambda: None, hint, keys).label(width)
    assert width_of(shown) <= width
    assert text_of(shown).startswith(name[:4])
    if keys:
        assert text_of(shown).endswith(f"  {keys}")
        assert width_of(shown) == width
