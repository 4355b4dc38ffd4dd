"""Keys on marked studies: exactly those that were shown are written, and each says how it ended."""

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.keys.actions import ACTIONS, Scope
from avara_tui.tui.screens.locked import LockedScreen
from avara_tui.tui.screens.worklist import WorklistScreen
from loaded import assert_not_loaded, modules_after
from masthead import READ_WHOLE
from studies import open_studies
from tui.driver import Driver, worklist


async def mark(driver: Driver, count: int) -> list[str]:
    """Mark the first studies of the table; return their ids, in order."""
    await driver.press("g")
    await driver.press(*["space"] * count)
    ids = driver.ids[:count]
    await driver.until(lambda: f"{count} marked" in driver.status)
    return ids


async def name_pair(driver: Driver, key: str, marked: str) -> None:
    """Name a metadata key."""
    await driver.press("M")
    await driver.sees(f"metadata key, on {marked}")
    await driver.type(key)
    await driver.press("enter")


async def test_severity_of_many_is_shown_first_and_set_after_a_yes(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        ids = await mark(driver, 3)
        await driver.set_severity("r", "Severity of 3 studies?")
        await driver.sees("Set RTN on 3 studies?")
        for each in ids:
            assert f"…{each[-6:]}" in driver.text
        assert "▲ STAT → RTN" in driver.text
        assert not emulator.count("studies.update")
        await driver.press("y")
        await driver.sees("3 done")
        assert all(emulator.study(each)["severity"] == "normal" for each in ids)
        assert emulator.count("studies.update") == 3
        await driver.press("escape")
        await driver.until(lambda: "marked" not in driver.status)
        assert "3 done" in driver.status


async def test_undo_takes_back_all_of_it(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        ids = await mark(driver, 5)
        before = {each: emulator.study(each)["severity"] for each in ids}
        await driver.set_severity("r", "Severity of 5")
        await driver.sees("y yes, ")
        await driver.press("y")
        await driver.sees("5 done")
        await driver.press("escape", "z")
        await driver.until(lambda: "undone on 5 of 5" in driver.status)
        assert {each: emulator.study(each)["severity"] for each in ids} == before


async def test_no_is_no(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await mark(driver, 3)
        for answer in ("n", "escape", "q"):
            await driver.set_severity("r", "Severity of 3")
            await driver.sees("y yes, ")
            await driver.press(answer)
            await driver.until(lambda: "y yes, " not in driver.text)
        assert not emulator.count("studies.update")
        assert driver.app.is_running


async def test_cancelling_many_needs_the_count_typed(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        ids = await mark(driver, 12)
        await driver.press("x")
        await driver.sees("type 12 and")
        await driver.press("y", "enter", "1", "enter")
        await driver.press("1", "enter")
        await driver.pilot.pause()
        assert not emulator.count("studies.cancel")
        await driver.press("backspace", "2", "enter")
        await driver.sees("12 done")
        assert all(emulator.study(each)["isCancelled"] for each in ids)
        await driver.press("escape")


async def test_marks_that_are_not_shown_are_pointed_out(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await mark(driver, 3)
        await driver.type_filter("severity:normal")
        await driver.press("enter")
        await driver.until(lambda: "3 not shown" in driver.status)
        await driver.press("v")
        await driver.until(lambda: "Status of 3 studies?" in driver.status)
        await driver.press("c")
        await driver.sees("3 not in view")
        await driver.press("y")
        await driver.sees("3 done")
        await driver.press("escape")


async def test_a_single_mark_is_the_study_that_is_meant_and_not_the_cursor(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        (marked,) = await mark(driver, 1)
        await driver.press("j")
        assert driver.screen.table.cursor_id != marked
        await driver.ask_for("s", "Severity of")
        assert f"…{marked[-6:]}" in driver.status
        await driver.press("r")
        await driver.until(lambda: "now RTN" in driver.status)
        assert emulator.writes(marked) == ["update"]
        assert emulator.count("studies.update") == 1


async def test_in_the_detail_keys_are_for_the_study_that_stands_there(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await mark(driver, 3)
        await driver.press("enter")
        await driver.until(lambda: driver.screen.focused is driver.screen.detail)
        study = driver.screen.detail.study
        assert study is not None
        await driver.ask_for("s", "Severity of")
        assert f"…{study.study_id[-6:]}" in driver.status
        await driver.press("escape")


async def test_escape_stops_it_and_the_rest_is_not_sent() -> None:
    with EmbeddedEmulator(studies=120, seed=1, latency_ms=40) as emulator:
        async with worklist(emulator) as driver:
            await driver.press("asterisk")
            count = len(driver.ids)
            await driver.until(lambda: f"{count} marked" in driver.status)
            await driver.press("v")
            await driver.until(lambda: f"Status of {count}" in driver.status)
            await driver.press("c")
            await driver.sees("y yes, ")
            await driver.press("y")
            await driver.until(lambda: emulator.count("studies.update") >= 2)
            await driver.press("escape")
            await driver.sees("not sent")
            await driver.sees("esc close")
            sent = emulator.count("studies.update")
            assert sent < count
            assert f"{count - sent} not sent" in driver.text
            assert f"r retry {count - sent}" in driver.text
            await driver.press("escape", "j")
            await driver.until(lambda: f"{count - sent} marked" in driver.status)


@pytest.mark.parametrize(
    "asked",
    [
        [("s", "Severity of 3"), ("v", "Status of 3"), ("x", "type 3 and"), ("X", "Nothing to do")],
        [("a", "Assign 3 studies to"), ("m", "Claim ")],
        [("M", "metadata key, on 3 studies"), ("y", "Copy of 3 studies")],
    ],
)
async def test_every_key_for_many_asks_for_the_marked_ones(
    emulator: EmbeddedEmulator, asked: list[tuple[str, str]]
) -> None:
    for study in open_studies(emulator):
        emulator.change(study["studyId"], assignedTo=None)
    async with worklist(emulator) as driver:
        for key, text in asked:
            await mark(driver, 3)
            await driver.press(key)
            await driver.sees(text)
            await driver.press("escape", "escape")
            await driver.until(lambda: driver.screen.is_at_rest and "marked" not in driver.status)
        assert not emulator.count("studies.update")


async def test_what_makes_no_sense_on_many_says_so(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await mark(driver, 3)
        await driver.press("d")
        await driver.until(lambda: "is for one study, and 3 are marked" in driver.status)


async def test_keys_typed_ahead_reach_the_card_and_never_the_table(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        ids = await mark(driver, 3)
        await driver.press("s", "r", "y")
        await driver.sees("3 done")
        assert all(emulator.study(each)["severity"] == "normal" for each in ids)
        # Behind the escape, "x" and "y" are for the worklist again.
        await driver.press("escape", "j")
        await driver.until(lambda: "3 done" in driver.status or driver.screen.table.has_focus)
        assert driver.screen.focused is driver.screen.table


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36)])
async def test_a_long_list_scrolls_and_shows_where_it_is(
    emulator: EmbeddedEmulator, size: tuple[int, int]
) -> None:
    async with worklist(emulator, size=size) as driver:
        await driver.press("asterisk")
        ids = driver.ids
        await driver.press("x")
        await driver.sees("type ")
        await driver.until(lambda: f"…{ids[0][-6:]}" in driver.text)
        await driver.press("G")
        await driver.until(lambda: f"…{ids[-1][-6:]}" in driver.text)
        assert f" of {len(ids)}" in driver.text
        assert all(len(text) <= size[0] for text in driver.lines)
        await driver.press("g")
        await driver.until(lambda: f"…{ids[0][-6:]}" in driver.text)
        await driver.press("escape")
        await driver.until(lambda: "type " not in driver.text)


async def test_what_is_said_to_work_on_many_is_what_does(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        targets = driver.controller.targets
        marked = {each.id for each in ACTIONS if each.scope is Scope.MARKED}
        assert {*targets._bulk.actions, "copy"} == marked
        assert driver.controller.handlers.owners_for_many.keys() == marked


async def test_alarms_stay_in_sight_below_a_card(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=(80, 24)) as driver:
        await mark(driver, 3)
        await driver.press("x")
        await driver.sees("type 3 and")
        emulator.create(
            severity="stat", studyDescription="Zebra arrived", studyInstanceUid="1.2.840.1.77"
        )
        driver.controller.session.refresh()
        await driver.until(lambda: "Zebra arrived" in "\n".join(driver.lines[-4:]))
        assert "type 3 and" in driver.text
        assert "all keys" not in driver.lines[-1]
        await driver.press("escape")
        await driver.until(lambda: "all keys" in driver.lines[-1])


async def lock_and_unlock(driver: Driver) -> None:
    """Lock the worklist, as it does by itself when nobody is there, and unlock it."""
    driver.controller.lock.lock()
    await driver.until(lambda: isinstance(driver.app.screen, LockedScreen), "locked")
    await driver.sees("open STAT stud")
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, WorklistScreen), "unlocked")
    await driver.until(lambda: READ_WHOLE.search(driver.text) is not None, "loaded")


async def test_a_lock_takes_a_question_back_and_keeps_what_was_not_done(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await mark(driver, 3)
        await driver.press("x")
        await driver.sees("type 3 and")
        await lock_and_unlock(driver)
        await driver.until(lambda: "type 3 and" not in driver.text)
        assert not emulator.count("studies.cancel")
        # The marks are still there.
        await driver.until(lambda: READ_WHOLE.search(driver.text) is not None, "all read")
        await driver.until(lambda: "3 marked" in driver.status)
        await driver.press("v")
        await driver.until(lambda: "Status of 3" in driver.status)
        await driver.press("c")
        await driver.sees("y yes, ")
        emulator.arm("status-403", 1, "studies.update")
        await driver.press("y")
        await driver.sees("r retry 1")
        await lock_and_unlock(driver)
        await driver.sees("r retry 1")
        await driver.press("r")
        await driver.sees("3 done")
        assert emulator.count("studies.update") == 4
        await driver.press("escape")


def test_what_is_seldom_used_is_not_imported_before_the_first_studies() -> None:
    loaded = modules_after("import avara_tui.tui.controller.worklist")
    assert "avara_tui.tui.controller.worklist" in loaded
    screens = ("commands.bulk", "commands.create", "commands.find", "widgets.work_card")
    assert_not_loaded((f"avara_tui.tui.{name}" for name in screens), loaded)
    seldom = ("writing.bulk", "writing.creating", "reading.finding", "journal.keeping")
    assert_not_loaded((f"avara_tui.triage.{name}" for name in seldom), loaded)
