"""Locked, nothing of a study is on the screen or in memory; unlocked, nothing typed is lost."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from avara_tui.clock import ManualClock, SystemClock
from avara_tui.config import Config
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from avara_tui.triage.access.connection import Connection, ConnectionProblem, ProblemKind
from avara_tui.triage.reading.stat_count import StatCount
from avara_tui.tui.app import WorklistApp
from avara_tui.tui.controller.worklist import WorklistController
from avara_tui.tui.options import RunOptions
from avara_tui.tui.screens.locked import LockedScreen
from avara_tui.tui.screens.worklist import WorklistScreen
from masthead import READ_WHOLE
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


async def locked(driver: Driver) -> LockedScreen:
    await driver.until(lambda: isinstance(driver.app.screen, LockedScreen), "locked")
    await driver.sees("open STAT stud")
    screen = driver.app.screen
    assert isinstance(screen, LockedScreen)
    return screen


async def unlocked(driver: Driver) -> None:
    await driver.until(lambda: isinstance(driver.app.screen, WorklistScreen), "unlocked")
    await driver.until(lambda: READ_WHOLE.search(driver.text) is not None, "loaded")


async def test_locking_blanks_the_screen_and_forgets_every_study(
    emulator: EmbeddedEmulator,
) -> None:
    stat(emulator)
    ids = {each["studyId"] for each in emulator.studies()}
    async with worklist(emulator) as driver:
        assert in_memory(ids) == ids
        await driver.sees("Zebra")
        await driver.press("L")
        await locked(driver)
        assert "Zebra" not in driver.text
        assert driver.lines[0].strip() == "test   locked"
        held = driver.app.screen_stack[0]
        assert isinstance(held, WorklistScreen)
        await driver.until(lambda: not in_memory(ids), "studies forgotten", every=0.5)
        assert held.detail.study is None


async def test_only_enter_unlocks_and_everything_is_read_again(
    emulator: EmbeddedEmulator,
) -> None:
    stat(emulator)
    async with worklist(emulator) as driver:
        await driver.press("L")
        await locked(driver)
        for key in ("x", "y", "q", "escape", "ctrl+c", "L", "space"):
            await driver.press(key)
            assert isinstance(driver.app.screen, LockedScreen)
        assert "enter unlocks" in driver.text
        await driver.press("enter")
        await unlocked(driver)
        await driver.sees("Zebra")
        assert f"{len(emulator.studies())} read" in driver.lines[0]
    assert emulator.counts["studies.cancel"] == 0


async def test_what_is_typed_behind_the_key_is_not_for_the_table(
    emulator: EmbeddedEmulator,
) -> None:
    stat(emulator)
    async with worklist(emulator) as driver:
        await driver.press("L", "x", "y")
        await locked(driver)
        await driver.press("enter")
        await unlocked(driver)
        assert "Cancel" not in driver.status
    assert emulator.counts["studies.cancel"] == 0


async def test_stat_studies_are_counted_while_it_is_locked(emulator: EmbeddedEmulator) -> None:
    number = len(open_studies(emulator, severity="stat"))
    config = Config(refresh=Config().refresh.__class__(stat=5))
    async with worklist(emulator, config=config) as driver:
        await driver.press("L")
        await locked(driver)
        await driver.sees(f"{number} open STAT")
        stat(emulator)
        await driver.sees(f"{number + 1} open STAT")
        assert "1 of them new" in driver.text
        assert "1 alarm waits to be noticed" in driver.text
        assert "Zebra" not in driver.text
        await driver.press("enter")
        await unlocked(driver)
        await driver.sees("NEW STAT")
        await driver.sees("Zebra")


async def test_a_draft_outlives_the_lock_and_is_said_to(emulator: EmbeddedEmulator) -> None:
    study_id = stat(emulator)
    async with worklist(emulator) as driver:
        await driver.go_to(study_id)
        await driver.draft_status()
        await driver.press("L")
        await locked(driver)
        assert "1 change is not saved" in driver.text
        assert "Zebra" not in driver.text
        await driver.press("enter")
        await unlocked(driver)
        assert driver.screen.detail.is_dirty
        assert driver.screen.table.cursor_id == study_id
        await driver.press("w")
        await driver.until(lambda: emulator.study(study_id)["studyViewerStatus"] == "complete")


async def test_a_text_that_is_being_typed_outlives_the_lock(emulator: EmbeddedEmulator) -> None:
    study_id = stat(emulator)
    clock = ManualClock(SystemClock().now())
    async with running(emulator, clock, Config(lock_minutes=2)) as driver:
        await driver.go_to(study_id)
        await driver.press("d")
        await driver.until(lambda: driver.lines[-1].startswith(" description"))
        await driver.type("!")
        clock.advance(60)
        tick(driver)
        assert isinstance(driver.app.screen, WorklistScreen)
        clock.advance(61)
        tick(driver)
        await locked(driver)
        assert "a text or an answer is not finished" in driver.text
        assert "Zebra" not in driver.text
        await driver.press("enter")
        await unlocked(driver)
        await driver.until(lambda: driver.lines[-1].startswith(f" description {TEXT}!"))
        await driver.press("enter")
        await driver.until(lambda: emulator.study(study_id)["studyDescription"] == f"{TEXT}!")


async def test_a_key_or_the_mouse_keeps_it_open(emulator: EmbeddedEmulator) -> None:
    clock = ManualClock(SystemClock().now())
    async with running(emulator, clock, Config()) as driver:
        for stir in (lambda: driver.press("j"), lambda: driver.pilot.hover("#table")):
            clock.advance(290)
            await stir()
            clock.advance(20)
            tick(driver)
            assert isinstance(driver.app.screen, WorklistScreen)
        clock.advance(290)
        tick(driver)
        await locked(driver)


@pytest.mark.usefixtures("no_desktop")
async def test_a_card_with_a_link_does_not_outlive_the_lock(emulator: EmbeddedEmulator) -> None:
    clock = ManualClock(SystemClock().now())
    async with running(emulator, clock, Config()) as driver:
        await driver.until(lambda: driver.screen.detail.study)
        await driver.ask_for("o", "open in the Avara Viewer")
        clock.advance(301)
        tick(driver)
        screen = await locked(driver)
        assert "unfinished" not in driver.text
        assert screen.is_active
        await driver.press("enter")
        await unlocked(driver)
        assert "open in the Avara Viewer" not in driver.text


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
    async with driving(app, size=(100, 30)) as driver:
        await unlocked(driver)
        await driver.press("L")
        await locked(driver)
        is_open[0] = False
        await driver.press("enter")
        await driver.sees("The keyring is locked.")
        assert isinstance(app.screen, LockedScreen)
        assert "Unlock it." in driver.text
        is_open[0] = True
        await driver.press("enter")
        await unlocked(driver)


async def test_the_key_is_asked_for_once_when_unlocking(emulator: EmbeddedEmulator) -> None:
    asked = []

    def connect() -> Connection:
        asked.append(1)
        return connection_to(emulator)

    app = WorklistApp(RunOptions(connect=connect, profile="test"))
    async with driving(app, size=(100, 30)) as driver:
        await unlocked(driver)
        await driver.press("L")
        await locked(driver)
        await driver.press("enter")
        await unlocked(driver)
    assert len(asked) == 2


def tick(driver: Driver) -> None:
    """Let the screen look at the clock, as its timer does."""
    screen = driver.app.screen_stack[0]
    assert isinstance(screen, WorklistScreen)
    assert isinstance(screen.controller, WorklistController)
    screen.controller.tick()


@asynccontextmanager
async def running(
    emulator: EmbeddedEmulator, clock: ManualClock, config: Config
) -> AsyncIterator[Driver]:
    connection = connection_to(emulator)
    options = RunOptions(connect=lambda: connection, profile="test", config=config, clock=clock)
    async with driving(WorklistApp(options)) as driver:
        await unlocked(driver)
        yield driver


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
    async with worklist(emulator) as driver:
        await driver.press("L")
        screen = await locked(driver)
        screen.show_count(count)
        await driver.sees(words)
