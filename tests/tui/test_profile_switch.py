"""From one profile to another: own server, key, person and rights, nothing of the former."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from avara_tui.config import Colour, Config, Profile, SettingsError
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.access.connection import Connection
from avara_tui.tui.app import WorklistApp
from avara_tui.tui.options import RunOptions
from masthead import READ_WHOLE
from studies import open_studies
from tui.driver import Driver, driving

CONFIG = Config(
    default_profile="north",
    profiles={
        "north": Profile(name="north", colour=Colour.RED),
        "south": Profile(name="south", colour=Colour.GREEN, read_only=True),
    },
)


@pytest.fixture
def south() -> Iterator[EmbeddedEmulator]:
    with EmbeddedEmulator(studies=20, seed=9) as running:
        yield running


class Site:
    """Two servers, and the ways to start at each."""

    def __init__(self, north: EmbeddedEmulator, south: EmbeddedEmulator) -> None:
        self.servers = {"north": north, "south": south}
        self.asked: list[str] = []
        self.problem: SettingsError | None = None

    def options(self, name: str) -> RunOptions:
        if self.problem is not None:
            raise self.problem
        self.asked.append(name)
        server = self.servers[name]
        me = DEMO_USER_ID if name == "north" else None
        connection = Connection(server.base_url, server.api_key, "the test", me, name)
        return RunOptions(
            connect=lambda: connection,
            profile=name,
            config=CONFIG,
            read_only=CONFIG.profile(name).read_only,
            profiles=tuple(CONFIG.profiles),
            for_profile=self.options,
        )


async def loaded(driver: Driver, name: str) -> None:
    await driver.until(lambda: driver.lines[0].rstrip().endswith(f" {name}"), name)
    await driver.until(lambda: READ_WHOLE.search(driver.text) is not None, "loaded")


@asynccontextmanager
async def at_north(options: RunOptions) -> AsyncIterator[Driver]:
    """Run the app and wait until it shows what the profile north has."""
    async with driving(WorklistApp(options)) as driver:
        await loaded(driver, "north")
        yield driver


async def choose_the_other(driver: Driver, name: str) -> None:
    """Ask for a profile instead of ``name``, and take the one that is offered first."""
    await driver.press("P")
    await driver.sees(f"Profile, instead of {name}")
    await driver.press("enter")


async def test_another_profile_takes_the_place_of_this_one(
    emulator: EmbeddedEmulator, south: EmbeddedEmulator
) -> None:
    emulator.create(severity="stat", studyDescription="Zebra", studyInstanceUid="1.2.3")
    south.create(severity="stat", studyDescription="Quagga", studyInstanceUid="1.2.3")
    site = Site(emulator, south)
    async with at_north(site.options("north")) as driver:
        await driver.sees("Zebra")
        before = driver.screen
        await driver.press("P")
        await driver.sees("Profile, instead of north")
        # The keys behind the answer are for what nobody has seen yet: they do nothing.
        await driver.press("enter", "x")
        await loaded(driver, "south")
        await driver.sees("Quagga")
        assert "Zebra" not in driver.text
        assert "read-only" in driver.lines[0]
        assert driver.screen is not before
        assert not before.is_attached
        assert f"{len(south.studies())} read" in driver.lines[0]
        assert driver.session.me is None
        served = len(emulator.requests)
        await driver.press("r")
        await driver.until(lambda: len(south.requests) > 5)
        assert len(emulator.requests) == served
        await choose_the_other(driver, "south")
        await loaded(driver, "north")
        await driver.sees("Zebra")
    assert site.asked == ["north", "south", "north"]
    assert emulator.counts["studies.cancel"] == south.counts["studies.cancel"] == 0


async def test_nothing_that_was_known_of_a_study_goes_along_to_another_profile(
    emulator: EmbeddedEmulator,
) -> None:
    """Both servers have the same studies by id, so that anything that went along would show."""
    with EmbeddedEmulator(studies=120, seed=1) as twin:
        assert {each["studyId"] for each in twin.studies()} == {
            each["studyId"] for each in emulator.studies()
        }
        site = Site(emulator, twin)
        async with at_north(site.options("north")) as driver:
            marked, aside, changed, urgent = [
                each["studyId"] for each in open_studies(emulator, severity="normal")
            ][:4]
            for study_id, key in ((marked, "space"), (aside, "b")):
                await driver.go_to(study_id)
                await driver.press(key)
            await driver.go_to(aside)
            emulator.change(changed, studyDescription="else")
            emulator.change(urgent, severity="stat")
            driver.session.refresh()
            before = driver.screen.row_context
            await driver.until(lambda: {changed, urgent} <= before.changed)
            assert before.marked == {marked}
            assert before.aside == {aside}
            await driver.sees("NOW STAT")
            for name in ("south", "north"):
                await choose_the_other(driver, "north" if name == "south" else "south")
                await loaded(driver, name)
                context = driver.screen.row_context
                there = (context.marked, context.aside, context.changed, context.new)
                assert not any(there), name
                assert not driver.session.studies.forgotten
                assert not driver.controller.alarms.waiting


async def test_a_draft_is_asked_about_first(
    emulator: EmbeddedEmulator, south: EmbeddedEmulator
) -> None:
    site = Site(emulator, south)
    async with at_north(site.options("north")) as driver:
        await driver.until(lambda: driver.screen.detail.study)
        await driver.draft_status()
        await choose_the_other(driver, "north")
        await driver.until(lambda: "not saved" in driver.status)
        await driver.press("escape")
        await driver.until(lambda: "not saved" not in driver.status)
        assert driver.screen.detail.is_dirty
        assert driver.lines[0].rstrip().endswith(" north")
        await choose_the_other(driver, "north")
        await driver.until(lambda: "not saved" in driver.status)
        await driver.press("y")
        await loaded(driver, "south")
        assert not driver.screen.detail.is_dirty


async def test_a_profile_that_cannot_be_used_changes_nothing(
    emulator: EmbeddedEmulator, south: EmbeddedEmulator
) -> None:
    site = Site(emulator, south)
    async with at_north(site.options("north")) as driver:
        site.problem = SettingsError("The address is wrong.", remedy="Mend it.")
        await choose_the_other(driver, "north")
        await driver.until(lambda: "stays here: The address is wrong. Mend it." in driver.status)
        await driver.press("j")
        await driver.until(lambda: "stays here" not in driver.status)
        assert driver.lines[0].rstrip().endswith(" north")


async def test_a_single_profile_says_so(emulator: EmbeddedEmulator) -> None:
    site = Site(emulator, emulator)
    async with at_north(site.options("north")._replace(profiles=("north",))) as driver:
        await driver.press("P")
        await driver.until(lambda: "there is no other profile" in driver.status)


async def test_the_palette_goes_to_a_profile_by_its_name(
    emulator: EmbeddedEmulator, south: EmbeddedEmulator
) -> None:
    site = Site(emulator, south)
    async with at_north(site.options("north")) as driver:
        await driver.press("ctrl+p")
        await driver.sees("Do what?")
        await driver.type("profile sou")
        await driver.sees("Profile: south")
        await driver.press("enter")
        await loaded(driver, "south")
