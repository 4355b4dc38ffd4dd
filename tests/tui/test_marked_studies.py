"""Keys on marked studies: exactly those that were shown are written, and each says how it ended."""

import subprocess
import sys

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.actions import ACTIONS, Scope
from avara_tui.tui.screens.locked import LockedScreen
from avara_tui.tui.screens.worklist import WorklistScreen
from studies import open_studies
from tui.driver import Driver, worklist


async def mark(desk: Driver, count: int) -> list[str]:
    """Mark the first studies of the table; return their ids, in order."""
    await desk.press("g")
    await desk.press(*["space"] * count)
    ids = desk.ids[:count]
    await desk.until(lambda: f"{count} marked" in desk.status)
    return ids


async def name_pair(desk: Driver, key: str, marked: str) -> None:
    """Name a metadata key."""
    await desk.press("M")
    await desk.sees(f"metadata key, on {marked}")
    await desk.type(key)
    await desk.press("enter")


async def test_severity_of_many_is_shown_first_and_set_after_a_yes(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        ids = await mark(desk, 3)
        await desk.set_severity("r", "Severity of 3 studies?")
        await desk.sees("Set RTN on 3 studies?")
        for each in ids:
            assert f"…{each[-6:]}" in desk.text
        assert "▲ STAT → RTN" in desk.text
        assert not emulator.count("studies.update")
        await desk.press("y")
        await desk.sees("3 done")
        assert all(emulator.study(each)["severity"] == "normal" for each in ids)
        assert emulator.count("studies.update") == 3
        await desk.press("escape")
        await desk.until(lambda: "marked" not in desk.status)
        assert "3 done" in desk.status


async def test_undo_takes_back_all_of_it(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        ids = await mark(desk, 5)
        before = {each: emulator.study(each)["severity"] for each in ids}
        await desk.set_severity("r", "Severity of 5")
        await desk.sees("do it")
        await desk.press("y")
        await desk.sees("5 done")
        await desk.press("escape", "z")
        await desk.until(lambda: "undone on 5 of 5" in desk.status)
        assert {each: emulator.study(each)["severity"] for each in ids} == before


async def test_no_is_no(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        await mark(desk, 3)
        for answer in ("n", "escape", "q"):
            await desk.set_severity("r", "Severity of 3")
            await desk.sees("do it")
            await desk.press(answer)
            await desk.until(lambda: "do it" not in desk.text)
        assert not emulator.count("studies.update")
        assert desk.app.is_running


async def test_cancelling_many_needs_the_count_typed(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        ids = await mark(desk, 12)
        await desk.press("x")
        await desk.sees("type 12 and")
        await desk.press("y", "enter", "1", "enter")
        await desk.press("1", "enter")
        await desk.pilot.pause()
        assert not emulator.count("studies.cancel")
        await desk.press("backspace", "2", "enter")
        await desk.sees("12 done")
        assert all(emulator.study(each)["isCancelled"] for each in ids)
        await desk.press("escape")


async def test_marks_that_are_not_shown_are_pointed_out(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        await mark(desk, 3)
        await desk.type_filter("severity:normal")
        await desk.press("enter")
        await desk.until(lambda: "3 not shown" in desk.status)
        await desk.press("v")
        await desk.until(lambda: "Status of 3 studies?" in desk.status)
        await desk.press("c")
        await desk.sees("3 not shown in the worklist behind")
        await desk.press("y")
        await desk.sees("3 done")
        await desk.press("escape")


async def test_a_single_mark_is_the_study_that_is_meant_and_not_the_cursor(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        (marked,) = await mark(desk, 1)
        await desk.press("j")
        assert desk.screen.table.cursor_id != marked
        await desk.press("s")
        await desk.until(lambda: "Severity of" in desk.status)
        assert f"…{marked[-6:]}" in desk.status
        await desk.press("r")
        await desk.until(lambda: "now RTN" in desk.status)
        assert emulator.writes(marked) == ["update"]
        assert emulator.count("studies.update") == 1


async def test_in_the_detail_keys_are_for_the_study_that_stands_there(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        await mark(desk, 3)
        await desk.press("enter")
        await desk.until(lambda: desk.screen.focused is desk.screen.detail)
        study = desk.screen.detail.study
        assert study is not None
        await desk.press("s")
        await desk.until(lambda: "Severity of" in desk.status)
        assert f"…{study.study_id[-6:]}" in desk.status
        await desk.press("escape")


async def test_escape_stops_it_and_the_rest_is_not_sent() -> None:
    with EmbeddedEmulator(studies=120, seed=1, latency_ms=40) as emulator:
        async with worklist(emulator) as desk:
            await desk.press("asterisk")
            count = len(desk.ids)
            await desk.until(lambda: f"{count} marked" in desk.status)
            await desk.press("v")
            await desk.until(lambda: f"Status of {count}" in desk.status)
            await desk.press("c")
            await desk.sees("do it")
            await desk.press("y")
            await desk.until(lambda: emulator.count("studies.update") >= 2)
            await desk.press("escape")
            await desk.sees("not sent")
            await desk.sees("esc close")
            sent = emulator.count("studies.update")
            assert sent < count
            assert f"{count - sent} not sent" in desk.text
            assert f"r retry {count - sent}" in desk.text
            await desk.press("escape", "j")
            await desk.until(lambda: f"{count - sent} marked" in desk.status)


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
    async with worklist(emulator) as desk:
        for key, text in asked:
            await mark(desk, 3)
            await desk.press(key)
            await desk.sees(text)
            await desk.press("escape", "escape")
            await desk.until(lambda: desk.screen.is_at_rest and "marked" not in desk.status)
        assert not emulator.count("studies.update")


async def test_what_makes_no_sense_on_many_says_so(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        await mark(desk, 3)
        await desk.press("d")
        await desk.until(lambda: "is for one study, and 3 are marked" in desk.status)


async def test_keys_typed_ahead_reach_the_card_and_never_the_table(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        ids = await mark(desk, 3)
        await desk.press("s", "r", "y")
        await desk.sees("3 done")
        assert all(emulator.study(each)["severity"] == "normal" for each in ids)
        # Behind the escape, "x" and "y" are for the worklist again.
        await desk.press("escape", "j")
        await desk.until(lambda: "3 done" in desk.status or desk.screen.table.has_focus)
        assert desk.screen.focused is desk.screen.table


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36)])
async def test_a_long_list_scrolls_and_shows_where_it_is(
    emulator: EmbeddedEmulator, size: tuple[int, int]
) -> None:
    async with worklist(emulator, size=size) as desk:
        await desk.press("asterisk")
        ids = desk.ids
        await desk.press("x")
        await desk.sees("type ")
        await desk.until(lambda: f"…{ids[0][-6:]}" in desk.text)
        await desk.press("G")
        await desk.until(lambda: f"…{ids[-1][-6:]}" in desk.text)
        assert f" of {len(ids)}" in desk.text
        assert all(len(text) <= size[0] for text in desk.lines)
        await desk.press("g")
        await desk.until(lambda: f"…{ids[0][-6:]}" in desk.text)
        await desk.press("escape")
        await desk.until(lambda: "type " not in desk.text)


async def test_what_is_said_to_work_on_many_is_what_does(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        targets = desk.controller.targets
        marked = {each.id for each in ACTIONS if each.scope is Scope.MARKED}
        assert {*targets._bulk.actions, "copy"} == marked
        assert desk.controller.handlers.owners_for_many.keys() == marked


async def test_alarms_stay_in_sight_below_a_card(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=(80, 24)) as desk:
        await desk.sees("open at the start")
        await mark(desk, 3)
        await desk.press("x")
        await desk.sees("type 3 and")
        assert "open at the start" in desk.text
        emulator.create(
            severity="stat", studyDescription="Zebra arrived", studyInstanceUid="1.2.840.1.77"
        )
        desk.controller.session.refresh()
        await desk.until(lambda: "Zebra arrived" in "\n".join(desk.lines[-4:]))
        assert "type 3 and" in desk.text
        assert "quit" not in desk.lines[-1]
        await desk.press("escape")
        await desk.until(lambda: "quit" in desk.lines[-1])


async def lock_and_unlock(desk: Driver) -> None:
    """Lock the worklist, as it does by itself when nobody is there, and unlock it."""
    desk.controller.lock.lock()
    await desk.until(lambda: isinstance(desk.app.screen, LockedScreen), "locked")
    await desk.sees("open STAT stud")
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, WorklistScreen), "unlocked")
    await desk.until(lambda: "loaded, complete" in desk.lines[0], "loaded")


async def test_a_lock_takes_a_question_back_and_keeps_what_was_not_done(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        await mark(desk, 3)
        await desk.press("x")
        await desk.sees("type 3 and")
        await lock_and_unlock(desk)
        await desk.until(lambda: "type 3 and" not in desk.text)
        assert not emulator.count("studies.cancel")
        # The marks are still there.
        await desk.sees("loaded, complete")
        await desk.until(lambda: "3 marked" in desk.status)
        await desk.press("v")
        await desk.until(lambda: "Status of 3" in desk.status)
        await desk.press("c")
        await desk.sees("do it")
        emulator.arm("status-403", 1, "studies.update")
        await desk.press("y")
        await desk.sees("r retry 1")
        await lock_and_unlock(desk)
        await desk.sees("r retry 1")
        await desk.press("r")
        await desk.sees("3 done")
        assert emulator.count("studies.update") == 4
        await desk.press("escape")


def test_what_is_seldom_used_is_not_imported_before_the_first_studies() -> None:
    source = "import sys, avara_tui.tui.desk; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-P", "-c", source], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(answer.stdout.split())
    assert "avara_tui.tui.desk" in loaded
    for name in ("bulk_commands", "create_commands", "find_commands", "widgets.work_card"):
        assert f"avara_tui.tui.{name}" not in loaded
    for name in ("bulk", "creating", "finding", "journal", "chain"):
        assert f"avara_tui.triage.{name}" not in loaded
