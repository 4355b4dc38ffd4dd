"""The card of what has changed, on the real screen with a real server behind it."""

import time

import pytest

from avara_tui.clock import ManualClock
from avara_tui.config import Config, Refresh
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.screens.locked import LockedScreen
from avara_tui.tui.screens.worklist import WorklistScreen
from avara_tui.tui.widgets.changes_card import ChangesCard
from avara_tui.worklist.changes import MOST
from studies import add_study, open_studies
from tui.driver import Driver, worklist

EMULATED_STUDIES = 40
QUIET = Config(refresh=Refresh(stat=600, high=600, normal=600, closed=600))
"""Settings with which nothing is read but when asked for."""


async def read(driver: Driver, told: int) -> None:
    """Read everything anew until so many changes are known."""
    record = driver.controller.changes.record
    await driver.press("r")
    await driver.until(lambda: record.since_last_look().total >= told, f"{told} changes")


async def opened(driver: Driver) -> str:
    await driver.press("U")
    await driver.until(lambda: driver.screen.query(ChangesCard))
    await driver.sees("esc seen")
    return driver.text


def row_with(driver: Driver, *words: str) -> str:
    rows = [row for row in driver.lines if all(word in row for word in words)]
    assert len(rows) == 1, (words, driver.text)
    return rows[0]


async def closed(driver: Driver, key: str = "escape") -> None:
    await driver.press(key)
    await driver.until(lambda: not driver.screen.query(ChangesCard), "the card has gone")


@pytest.mark.parametrize("size", [(120, 36), (80, 24)], ids="{0[0]}x{0[1]}".format)
async def test_it_tells_what_changed_by_whom_as_far_as_known_and_what_left(
    emulator: EmbeddedEmulator, size: tuple[int, int]
) -> None:
    async with worklist(emulator, config=QUIET, size=size, view="All open") as driver:
        studies = open_studies(emulator, severity="normal")
        one, two, three, four, mine = (each["studyId"] for each in studies[:5])
        await driver.go_to(mine)
        await driver.set_severity("h")
        await driver.until(lambda: driver.study(mine).severity == "high")
        emulator.change(one, severity="high", studyDescription="MR else")
        emulator.cancel(two)
        emulator.change(three, studyViewerStatus="complete")
        emulator.delete(four)
        new = add_study(emulator, "CT newest", severity="normal")
        await read(driver, 7)
        text = await opened(driver)
        assert "7 changes of 6 studies" in text
        assert "since you began" in text
        rows = [row for row in driver.lines if "severity    RTN → ● HIGH" in row]
        assert sorted(row.endswith(" you") for row in rows) == [False, True]
        assert "” → “MR else”" in row_with(driver, "description")
        assert "left the list: cancelled" in row_with(driver, two[-6:])
        assert "left the list: completed" in row_with(driver, three[-6:])
        assert "left the list: deleted" in row_with(driver, four[-6:])
        assert "new study" in text
        assert "left the list" not in row_with(driver, new[-6:])
        await closed(driver)
        assert "No change was seen since you last looked" in await opened(driver)


async def test_enter_goes_to_the_study_also_where_the_list_has_it_no_more(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, config=QUIET, view="All open") as driver:
        done, gone = (each["studyId"] for each in open_studies(emulator, severity="normal")[:2])
        emulator.change(done, studyViewerStatus="complete")
        emulator.delete(gone)
        await read(driver, 2)
        await opened(driver)
        numbers = {study_id: row for row, study_id in enumerate(shown_ids(driver))}
        await driver.press("g", *["j"] * numbers[done], "enter")
        await driver.until(lambda: driver.screen.table.cursor_id == done, "the completed one")
        await driver.until(lambda: driver.says("not in “All open”: shown for now"))
        await opened(driver)
        await driver.press("g", *["j"] * numbers[gone], "enter")
        await driver.until(lambda: driver.says("is no longer here"))
        assert gone[-6:] in driver.status
        assert driver.screen.table.cursor_id == done
        assert "2 changes of 2 studies" in await opened(driver), "whoever goes there has not ended"


def shown_ids(driver: Driver) -> list[str]:
    changes = driver.controller.changes.record.since_last_look()
    return [group.study_id for each in changes.sections for group in each.groups]


async def test_after_a_lock_fields_are_named_and_their_values_are_those_held_by_then(
    emulator: EmbeddedEmulator,
) -> None:
    clock = ManualClock(time.time())
    async with worklist(emulator, config=QUIET, clock=clock, view="All open") as driver:
        before, during, gone = (
            each["studyId"] for each in open_studies(emulator, severity="normal")[:3]
        )
        emulator.change(before, studyDescription="Zebra one")
        await read(driver, 1)
        assert "Zebra one" in await opened(driver)
        # As it does by itself, over the card: that is not to have looked.
        driver.controller.lock.lock()
        await driver.until(lambda: isinstance(driver.app.screen, LockedScreen))
        await driver.until(lambda: not len(driver.session.studies), "all is let go of")
        clock.advance(300)
        emulator.change(during, severity="high", studyDescription="Zebra two")
        emulator.delete(gone)
        new = add_study(emulator, "Zebra three", severity="normal")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, WorklistScreen))
        record = driver.controller.changes.record
        await driver.until(lambda: driver.is_loaded)
        driver.session.refresh()
        await driver.until(lambda: record.since_last_look().total == 5, "all five", every=0.1)
        text = await opened(driver)
        assert "since you locked at" in text
        assert "since you began" in text
        assert "changed; is ● HIGH" in row_with(driver, "severity")
        rows = [row for row in driver.lines if "description" in row]
        assert any("changed; is “Zebra two”" in row for row in rows)
        assert any("changed; is “Zebra one”" in row for row in rows)
        assert row_with(driver, f"study …{gone[-6:]}").endswith(" deleted")
        assert new[-6:] in text


async def test_what_is_seen_after_an_outage_stands_under_it(emulator: EmbeddedEmulator) -> None:
    clock = ManualClock(time.time())
    refresh = Refresh(stat=0.2, high=0.3, normal=0.3, closed=600)
    config = Config(refresh=refresh)
    async with worklist(emulator, config=config, clock=clock, view="All open") as driver:
        early, late = (each["studyId"] for each in open_studies(emulator, severity="normal")[:2])
        record = driver.controller.changes.record
        emulator.change(early, severity="high")
        await read(driver, 1)
        with emulator.refusing_connections():
            await driver.sees("STALE")
            clock.advance(300)
            await driver.until(lambda: record.is_away, "the server is away", every=0.1)
            emulator.change(late, severity="high")
            text = await opened(driver)
            assert "OLD" in text, "no all clear while nothing is read"
            await closed(driver, "enter")
            assert record.since_last_look().total == 1
        await driver.until(lambda: record.since_last_look().total == 2, "both", every=0.1)
        await driver.until(lambda: not record.is_away, "the server is back", every=0.1)
        text = await opened(driver)
        away = text.index("while the server was away")
        assert away < text.index(late[-6:]) < text.index("since you began")
        assert text.index("since you began") < text.index(early[-6:])


async def test_masked_it_shows_no_text(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, config=QUIET, view="All open") as driver:
        one = open_studies(emulator, severity="normal", assignee=None)[0]["studyId"]
        person = emulator.users()[0]
        emulator.change(
            one,
            studyDescription="Zebra",
            assignedTo=person["userId"],
            metadata={"zebrakey": "zebravalue"},
        )
        await read(driver, 3)
        await driver.press("number_sign")
        text = await opened(driver)
        assert "•••" in text
        assert "zebra" not in text.lower()
        assert person["lastName"] not in text


async def test_the_filter_knows_what_the_signs_show(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, config=QUIET, view="All open") as driver:
        changed, other = (each["studyId"] for each in open_studies(emulator, severity="normal")[:2])
        await driver.go_to(other)
        emulator.change(changed, studyDescription="MR else")
        new = add_study(emulator, "CT newest", severity="normal")
        await read(driver, 2)
        for text, expected in (("is:changed", {changed}), ("is:new", {new})):
            await driver.type_filter(text)
            await driver.until(lambda: set(driver.ids) - {other} == expected, text)  # noqa: B023
            await driver.press("escape")
            await driver.until(lambda: not driver.screen.filter_bar.is_typing)


async def test_the_study_under_the_cursor_is_in_sight_wherever_the_keys_go(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, config=QUIET, size=(80, 24), view="All open") as driver:
        for turn in range(3):
            change_all(driver, turn)
        await opened(driver)
        expected = shown_ids(driver)
        assert len(expected) == len(driver.session.studies)
        for key in ("G", "k", "k", "pageup", "pageup", "j", "pagedown", "g", "j", "space", "end"):
            await driver.press(key)
            marked = [row for row in driver.lines if row.startswith("▌")]
            heads = [each for each in expected if f"…{each[-6:]}" in marked[0]]
            assert 1 <= len(marked) <= 4
            if key not in {"pageup", "pagedown", "space"}:
                assert len(heads) == 1, (key, marked)
                assert len(marked) == 4
        assert heads[0] == expected[-1]
        await driver.press("home")
        assert f"…{expected[0][-6:]}" in driver.lines[4]
        assert "since you began" in driver.lines[3]


def change_all(driver: Driver, turn: int) -> None:
    studies = driver.session.studies
    turned = {"turn": str(turn)}
    driver.session.merge([each._replace(metadata={**each.metadata, **turned}) for each in studies])


async def test_every_change_of_a_study_with_more_of_them_than_rows_comes_into_sight(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, config=QUIET, size=(80, 24), view="All open") as driver:
        one, *_ = list(driver.session.studies)
        for turn in range(100):
            driver.session.merge([one._replace(metadata={"turn": f"<{turn}>"})])
        await opened(driver)
        for key in ("j", "k", "pagedown", "pageup"):
            seen = set[int]()
            await driver.press("G" if key in {"k", "pageup"} else "g")
            for _ in range(8):
                seen |= {turn for turn in range(100) if f"→ “<{turn}>”" in driver.text}
                await driver.press(key)
            assert seen == set(range(100)), key


async def test_what_was_too_much_to_be_kept_is_counted(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, config=QUIET, view="All open") as driver:
        number = len(driver.session.studies)
        for turn in range(2 + MOST // number):
            change_all(driver, turn)
        record = driver.controller.changes.record.since_last_look()
        assert record.total == MOST
        assert record.earlier > 0
        await opened(driver)
        await driver.press("G")
        assert f"and {record.earlier:,} earlier change" in driver.lines[-1]
        await closed(driver)
        assert "No change was seen" in await opened(driver)


@pytest.mark.parametrize("key", ["escape", "q", "U"])
async def test_what_closes_it_takes_it_as_seen_and_does_nothing_else(
    emulator: EmbeddedEmulator, key: str
) -> None:
    async with worklist(emulator, config=QUIET, view="All open", filter_text="-zebra") as driver:
        change_all(driver, 1)
        await opened(driver)
        await closed(driver, key)
        assert driver.controller.changes.record.since_last_look().total == 0
        assert driver.screen.table.has_focus
        assert driver.controller.board.filter_text == "-zebra"


async def test_alarms_over_it_hide_nothing_of_it(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, config=QUIET, size=(80, 24), view="All open") as driver:
        for number in range(3):
            add_study(emulator, f"CT newest {number}")
        change_all(driver, 1)
        await read(driver, len(driver.session.studies) + 3)
        await driver.until(lambda: len(driver.screen.alarm_banner.lines) == 3, "three alarms")
        await opened(driver)
        await driver.until(lambda: "close this to go there" in driver.lines[-3], "over the card")
        last = shown_ids(driver)[-1]
        await driver.press("G")
        row = row_with(driver, f"…{last[-6:]}")
        assert row.startswith("▌")
        assert driver.lines.index(row) < len(driver.lines) - 3
