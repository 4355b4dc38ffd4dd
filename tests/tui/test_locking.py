"""Locked, nothing of a study is on the screen or in memory; unlocked, nothing typed is lost."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from avara_tui.clock import ManualClock, SystemClock
from avara_tui.config import Config
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from avara_tui.triage.connection import Connection, ConnectionProblem, ProblemKind
from avara_tui.triage.stat_count import StatCount
from avara_tui.tui.app import WorklistApp
from avara_tui.tui.desk import Desk
from avara_tui.tui.options import RunOptions
from avara_tui.tui.screens.locked import LockedScreen
from avara_tui.tui.screens.worklist import WorklistScreen
from studies import add_study, open_studies
from tui.driver import Driver, connection_to, driving, worklist

EMULATED_STUDIES = 60

TEXT = "Zebra neck"


def in_memory(ids: set[str]) -> set[str]:
    """Return which of the studies with these ids are held by anything at all."""
    gc.unfreeze()
    gc.collect()
    found = (each for each in gc.get_objects() if isinstance(each, Study))
    return {each.study_id for each in found if each.study_id in ids}


def stat(emulator: EmbeddedEmulator) -> str:
    return add_study(emulator, TEXT, metadata={"patient": "Zebra Jane"})


async def locked(desk: Driver) -> LockedScreen:
    await desk.until(lambda: isinstance(desk.app.screen, LockedScreen), "locked")
    await desk.sees("open STAT stud")
    screen = desk.app.screen
    assert isinstance(screen, LockedScreen)
    return screen


async def unlocked(desk: Driver) -> None:
    await desk.until(lambda: isinstance(desk.app.screen, WorklistScreen), "unlocked")
    await desk.until(lambda: "loaded, complete" in desk.lines[0], "loaded")


async def test_locking_blanks_the_screen_and_forgets_every_study(
    emulator: EmbeddedEmulator,
) -> None:
    stat(emulator)
    ids = {each["studyId"] for each in emulator.studies()}
    async with worklist(emulator) as desk:
        assert in_memory(ids) == ids
        await desk.sees("Zebra")
        await desk.press("L")
        await locked(desk)
        assert "Zebra" not in desk.text
        assert desk.lines[0].strip() == "test   locked"
        held = desk.app.screen_stack[0]
        assert isinstance(held, WorklistScreen)
        await desk.until(lambda: not in_memory(ids), "studies forgotten", every=0.5)
        assert held.detail.study is None


async def test_only_enter_unlocks_and_everything_is_read_again(
    emulator: EmbeddedEmulator,
) -> None:
    stat(emulator)
    async with worklist(emulator) as desk:
        await desk.press("L")
        await locked(desk)
        for key in ("x", "y", "q", "escape", "ctrl+c", "L", "space"):
            await desk.press(key)
            assert isinstance(desk.app.screen, LockedScreen)
        assert "enter unlocks" in desk.text
        await desk.press("enter")
        await unlocked(desk)
        await desk.sees("Zebra")
        assert f"{len(emulator.studies())} loaded" in desk.lines[0]
    assert emulator.counts["studies.cancel"] == 0


async def test_what_is_typed_behind_the_key_is_not_for_the_table(
    emulator: EmbeddedEmulator,
) -> None:
    stat(emulator)
    async with worklist(emulator) as desk:
        await desk.press("L", "x", "y")
        await locked(desk)
        await desk.press("enter")
        await unlocked(desk)
        assert "Cancel" not in desk.status
    assert emulator.counts["studies.cancel"] == 0


async def test_stat_studies_are_counted_while_it_is_locked(emulator: EmbeddedEmulator) -> None:
    number = len(open_studies(emulator, severity="stat"))
    config = Config(refresh=Config().refresh.__class__(stat=5))
    async with worklist(emulator, config=config) as desk:
        await desk.press("L")
        await locked(desk)
        await desk.sees(f"{number} open STAT")
        stat(emulator)
        await desk.sees(f"{number + 1} open STAT")
        assert "1 of them new" in desk.text
        assert "1 alarm waits to be noticed" in desk.text
        assert "Zebra" not in desk.text
        await desk.press("enter")
        await unlocked(desk)
        await desk.sees("NEW STAT")
        await desk.sees("Zebra")


async def test_a_draft_outlives_the_lock_and_is_said_to(emulator: EmbeddedEmulator) -> None:
    study_id = stat(emulator)
    async with worklist(emulator) as desk:
        await desk.go_to(study_id)
        await desk.press("enter", "down", "enter")  # status
        await desk.until(lambda: desk.screen.detail.is_dirty)
        await desk.press("L")
        await locked(desk)
        assert "1 change is not saved" in desk.text
        assert "Zebra" not in desk.text
        await desk.press("enter")
        await unlocked(desk)
        assert desk.screen.detail.is_dirty
        assert desk.screen.table.cursor_id == study_id
        await desk.press("w")
        await desk.until(lambda: emulator.study(study_id)["studyViewerStatus"] == "complete")


async def test_a_text_that_is_being_typed_outlives_the_lock(emulator: EmbeddedEmulator) -> None:
    study_id = stat(emulator)
    clock = ManualClock(SystemClock().now())
    async with running(emulator, clock, Config(lock_minutes=2)) as desk:
        await desk.go_to(study_id)
        await desk.press("d")
        await desk.until(lambda: desk.lines[-1].startswith(" description"))
        await desk.type("!")
        clock.advance(60)
        tick(desk)
        assert isinstance(desk.app.screen, WorklistScreen)
        clock.advance(61)
        tick(desk)
        await locked(desk)
        assert "a text or an answer is not finished" in desk.text
        assert "Zebra" not in desk.text
        await desk.press("enter")
        await unlocked(desk)
        await desk.until(lambda: desk.lines[-1].startswith(f" description {TEXT}!"))
        await desk.press("enter")
        await desk.until(lambda: emulator.study(study_id)["studyDescription"] == f"{TEXT}!")


async def test_a_key_or_the_mouse_keeps_it_open(emulator: EmbeddedEmulator) -> None:
    clock = ManualClock(SystemClock().now())
    async with running(emulator, clock, Config()) as desk:
        for stir in (lambda: desk.press("j"), lambda: desk.pilot.hover("#table")):
            clock.advance(290)
            await stir()
            clock.advance(20)
            tick(desk)
            assert isinstance(desk.app.screen, WorklistScreen)
        clock.advance(290)
        tick(desk)
        await locked(desk)


@pytest.mark.usefixtures("no_desktop")
async def test_a_card_with_a_link_does_not_outlive_the_lock(emulator: EmbeddedEmulator) -> None:
    clock = ManualClock(SystemClock().now())
    async with running(emulator, clock, Config()) as desk:
        await desk.until(lambda: desk.screen.detail.study)
        await desk.press("o")
        await desk.sees("open in the Avara Viewer")
        clock.advance(301)
        tick(desk)
        screen = await locked(desk)
        assert "unfinished" not in desk.text
        assert screen.is_active
        await desk.press("enter")
        await unlocked(desk)
        assert "open in the Avara Viewer" not in desk.text


async def test_a_keyring_that_is_locked_keeps_the_worklist_locked(
    emulator: EmbeddedEmulator,
) -> None:
    is_open = [True]

    def connect() -> Connection:
        if not is_open[0]:
            raise ConnectionProblem(
                "The keyring is locked.", remedy="Unlock it.", kind=ProblemKind.KEYRING
            )
        return connection_to(emulator)

    app = WorklistApp(RunOptions(connect=connect, profile="test"))
    async with driving(app, size=(100, 30)) as desk:
        await unlocked(desk)
        await desk.press("L")
        await locked(desk)
        is_open[0] = False
        await desk.press("enter")
        await desk.sees("The keyring is locked.")
        assert isinstance(app.screen, LockedScreen)
        assert "Unlock it." in desk.text
        is_open[0] = True
        await desk.press("enter")
        await unlocked(desk)


async def test_the_key_is_asked_for_once_when_unlocking(emulator: EmbeddedEmulator) -> None:
    asked = []

    def connect() -> Connection:
        asked.append(1)
        return connection_to(emulator)

    app = WorklistApp(RunOptions(connect=connect, profile="test"))
    async with driving(app, size=(100, 30)) as desk:
        await unlocked(desk)
        await desk.press("L")
        await locked(desk)
        await desk.press("enter")
        await unlocked(desk)
    assert len(asked) == 2


def tick(desk: Driver) -> None:
    """Let the screen look at the clock, as its timer does."""
    screen = desk.app.screen_stack[0]
    assert isinstance(screen, WorklistScreen)
    assert isinstance(screen.controller, Desk)
    screen.controller.tick()


@asynccontextmanager
async def running(
    emulator: EmbeddedEmulator, clock: ManualClock, config: Config
) -> AsyncIterator[Driver]:
    connection = connection_to(emulator)
    options = RunOptions(connect=lambda: connection, profile="test", config=config, clock=clock)
    async with driving(WorklistApp(options)) as desk:
        await unlocked(desk)
        yield desk


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (StatCount(12, 0, 0.0), "▲ 12 open STAT studies"),
        (StatCount(12, 0, 0.0, is_sure=False), "▲ 12 or more open STAT studies"),
        (StatCount(1, 0, 0.0), "▲ 1 open STAT study"),
        (StatCount(1, 0, 0.0, is_sure=False), "▲ 1 or more open STAT studies"),
    ],
)
async def test_a_count_behind_the_lock_says_if_there_may_be_more(
    emulator: EmbeddedEmulator, count: StatCount, words: str
) -> None:
    async with worklist(emulator) as desk:
        await desk.press("L")
        screen = await locked(desk)
        screen.show_count(count)
        await desk.sees(words)
