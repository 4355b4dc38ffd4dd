"""The detail on the screen: beside the table, packed below it, and in its place."""

import re

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.lines import as_plain
from studies import add_study
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30


def pane(driver: Driver) -> list[str]:
    return [each.rstrip() for each in as_plain(driver.screen.detail.lines)]


@pytest.mark.parametrize(("size", "height"), [((80, 24), 4), ((109, 30), 4), ((80, 60), 8)])
async def test_below_the_table_it_takes_few_rows_and_with_the_keys_all(
    emulator: EmbeddedEmulator, size: tuple[int, int], height: int
) -> None:
    async with worklist(emulator, size=size) as driver:
        detail, table = driver.screen.detail, driver.screen.table
        await driver.until(lambda: pane(driver))
        assert detail.size.height == height
        assert table.size.height == driver.screen.query_one("#body").size.height - height
        assert re.search(r"enter all \d+ fields$", pane(driver)[-1])
        cursor = table.cursor_id
        await driver.press("enter")
        await driver.until(lambda: any(" study id" in each for each in pane(driver)))
        assert not table.display
        assert detail.size.height > height
        # A question does not take the whole of it away.
        await driver.press("plus")
        await driver.until(lambda: "metadata key" in driver.lines[-1])
        assert any(" study id" in each for each in pane(driver))
        await driver.press("escape", "escape")
        await driver.until(lambda: table.display and len(pane(driver)) == height)
        assert table.cursor_id == cursor


async def test_beside_the_table_nothing_jumps_when_it_gets_the_keys(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, size=(120, 36)) as driver:
        await driver.until(lambda: pane(driver))
        before = pane(driver)
        await driver.press("enter")
        await driver.until(lambda: driver.screen.detail.has_focus)
        await driver.until(lambda: "▌" in pane(driver)[0])
        plain = [each.replace("▌", " ").replace("+ M", "  M") for each in pane(driver)]
        assert plain == before


async def test_its_keys_are_those_that_work_at_the_moment(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=(120, 36)) as driver:
        await driver.until(lambda: pane(driver) and pane(driver)[0].endswith(" d"))
        await driver.press("asterisk")
        await driver.until(lambda: not pane(driver)[0].endswith(" d"))
        await driver.press("escape")
        await driver.until(lambda: pane(driver)[0].endswith(" d"))
        await driver.press("number_sign")
        await driver.until(lambda: not pane(driver)[0].endswith(" d"))
    async with worklist(emulator, size=(120, 36), read_only=True) as driver:
        await driver.until(lambda: pane(driver))
        assert not pane(driver)[0].endswith(" d")


async def test_a_key_tells_times_to_the_second_and_back(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=(120, 36)) as driver:
        await driver.until(lambda: any(each.startswith(" created") for each in pane(driver)))
        assert not re.search(r"\d \d\d:\d\d:\d\dZ", "".join(pane(driver)))
        for _ in range(2):
            await driver.press("t")
            await driver.until(lambda: re.search(r"\d \d\d:\d\d:\d\dZ", "".join(pane(driver))))
            await driver.press("enter", "t", "escape")
            await driver.until(lambda: not re.search(r"\d \d\d:\d\d:\d\dZ", "".join(pane(driver))))


async def test_everything_is_reached_however_small_the_terminal(
    emulator: EmbeddedEmulator,
) -> None:
    pairs = {f"key{number:02}": f"value {number}" for number in range(20)}
    study_id = add_study(emulator, "CT Zebra", metadata=pairs)
    async with worklist(emulator, size=(60, 15)) as driver:
        await driver.go_to(study_id)
        await driver.press("enter")
        await driver.until(lambda: driver.screen.detail.has_focus)
        seen: set[str] = set()
        for _ in range(60):
            seen.update(pane(driver))
            await driver.press("j")
        text = "\n".join(seen)
        for label in ("CT Zebra", "incomplete", *pairs, "metadata", "created", "UID", "study id"):
            assert label in text
        assert study_id[-8:] in text
        for _ in range(60):
            await driver.press("k")
        await driver.until(lambda: "▌CT Zebra" in pane(driver)[0])


async def test_without_a_study_it_is_empty(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text="no such words") as driver:
        await driver.until(lambda: driver.screen.detail.study is None)
        assert not pane(driver)
