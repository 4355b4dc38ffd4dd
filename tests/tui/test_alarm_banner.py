"""The STAT alarm on the screen: seen, heard, never in the way, and never silenced by accident."""

import time

import pytest

from avara_tui.clock import ManualClock
from avara_tui.config import Alarm, Config, Desktop, Refresh
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.widgets.card import Card
from studies import add_study, open_studies, open_study
from tui.banner import BELL, at_work, banner, start_waits
from tui.driver import worklist

OFTEN = Config(refresh=Refresh(stat=0.2))
"""STAT is read five times a second: what comes, comes soon."""


async def test_the_start_is_one_summary_without_a_bell(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    stats = open_studies(emulator, severity="stat")
    async with worklist(emulator) as driver:
        await driver.until(lambda: f"▲ STAT {len(stats)} " in driver.lines[0])
        await driver.until(lambda: start_waits(driver))
        assert written == []
        cursor = driver.screen.table.cursor_id
        await driver.press("exclamation_mark")
        await driver.until(lambda: not start_waits(driver))
        assert f"▲ STAT {len(stats)} " in driver.lines[0]
        assert driver.screen.table.cursor_id == cursor


async def test_a_new_stat_study_is_announced_while_somebody_types_and_nothing_moves(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    async with worklist(emulator, config=OFTEN) as driver:
        await at_work(driver)
        await driver.press("j", "j", "j")
        cursor = driver.screen.table.cursor_id
        await driver.type_filter("-zz")
        add_study(emulator, "CT Head, arrived")
        await driver.until(lambda: "NEW STAT" in banner(driver))
        assert "CT Head, arrived" in banner(driver)
        await driver.type("q")
        await driver.until(lambda: "/ -zzq" in driver.filter_row)
        assert written == [BELL]
        await driver.press("escape")
        await driver.until(lambda: not driver.screen.filter_bar.is_typing)
        assert driver.screen.table.cursor_id == cursor
        assert "NEW STAT" in banner(driver)


async def test_one_key_goes_to_the_study_though_the_filter_leaves_it_out(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    async with worklist(emulator, config=OFTEN, filter_text="-severity:stat") as driver:
        await at_work(driver)
        before = driver.ids
        one = add_study(emulator, "CT Head, arrived")
        await driver.until(lambda: "NEW STAT" in banner(driver))
        await driver.press("exclamation_mark")
        await driver.until(lambda: driver.screen.table.cursor_id == one)
        await driver.until(lambda: not banner(driver))
        assert "the filter leaves it out" in driver.status
        assert "/ -severity:stat" in driver.filter_row
        await driver.press("down")
        await driver.until(lambda: driver.ids == before)
        assert written == [BELL]


async def test_from_the_detail_too_and_the_keys_are_the_tables_again(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    async with worklist(emulator, config=OFTEN) as driver:
        await at_work(driver)
        await driver.press("enter")
        await driver.until(lambda: driver.screen.focused is driver.screen.detail)
        one = add_study(emulator, "CT Head, arrived")
        await driver.until(lambda: "NEW STAT" in banner(driver))
        assert driver.screen.detail.has_focus
        await driver.press("exclamation_mark")
        await driver.until(lambda: driver.screen.table.cursor_id == one)
        await driver.until(lambda: driver.screen.table.has_focus)
        assert written


async def test_a_draft_in_the_detail_is_not_thrown_away_by_an_alarm(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    async with worklist(emulator, config=OFTEN) as driver:
        await at_work(driver)
        cursor = driver.screen.table.cursor_id
        await driver.draft_status()
        add_study(emulator, "CT Head, arrived")
        await driver.until(lambda: "NEW STAT" in banner(driver))
        await driver.press("exclamation_mark")
        await driver.until(lambda: "discard" in driver.status)
        await driver.press("escape")
        await driver.until(lambda: "discard" not in driver.status)
        assert driver.screen.detail.is_dirty
        assert driver.screen.table.cursor_id == cursor
        assert "NEW STAT" in banner(driver)
        assert written


async def test_every_alarm_has_a_turn_and_all_can_be_noticed_at_once(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    async with worklist(emulator, config=OFTEN) as driver:
        await at_work(driver)
        old = open_study(emulator, severity="normal", assignee=None)["studyId"]
        emulator.change(old, severity="stat")
        await driver.until(lambda: "NOW STAT" in banner(driver))
        for number in range(4):
            add_study(emulator, f"CT number {number}")
        await driver.until(lambda: "go there, 1 of 5" in banner(driver))
        await driver.until(lambda: driver.screen.alarm_banner.size.height == 3)
        await driver.press("exclamation_mark")
        await driver.until(lambda: driver.screen.table.cursor_id == old)
        await driver.until(lambda: "go there, 1 of 4" in banner(driver))
        await driver.press("ampersand")
        await driver.until(lambda: not banner(driver))
        assert "4 alarms marked as seen" in driver.status
        await driver.press("exclamation_mark")
        await driver.until(lambda: "no alarm" in driver.status)
        assert set(written) == {BELL}


async def test_what_i_make_stat_or_claim_is_no_alarm(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    mine = open_study(emulator, severity="normal", assignee=None)["studyId"]
    urgent = open_study(emulator, severity="stat", assignee=None)["studyId"]
    async with worklist(emulator, config=OFTEN) as driver:
        await at_work(driver)
        await driver.go_to(mine)
        await driver.set_severity("s")
        await driver.until(lambda: "now ▲ STAT" in driver.status)
        await driver.go_to(urgent)
        await driver.press("m")
        await driver.until(lambda: "claimed" in driver.status)
        add_study(emulator, "CT Head, arrived")
        await driver.until(lambda: "NEW STAT" in banner(driver))
        await driver.until(lambda: driver.screen.alarm_banner.size.height == 1)
        assert "1 of" not in banner(driver)
        assert written == [BELL]
        assert emulator.study(urgent)["assignedTo"]["userId"] == DEMO_USER_ID


async def test_what_becomes_mine_by_others_is_an_alarm(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    urgent = open_study(emulator, severity="stat", assignee=None)["studyId"]
    async with worklist(emulator, config=OFTEN) as driver:
        await at_work(driver)
        emulator.change(urgent, assignedTo=DEMO_USER_ID)
        await driver.until(lambda: "YOURS: STAT" in banner(driver))
        assert written == [BELL]


async def test_pausing_does_not_silence_the_alarm(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    async with worklist(emulator, config=OFTEN) as driver:
        await at_work(driver)
        await driver.press("p")
        await driver.sees("paused")
        add_study(emulator, "CT Head, arrived")
        await driver.until(lambda: "NEW STAT" in banner(driver))
        await driver.sees("paused")
        assert written == [BELL]


async def test_a_watch_that_is_interrupted_says_so_and_raises_what_it_missed(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    clock = ManualClock(time.time())
    async with worklist(emulator, config=OFTEN, clock=clock) as driver:
        await at_work(driver)
        with emulator.refusing_connections():
            stat = driver.controller.session.lanes[0]
            await driver.until(lambda: stat.problem is not None)
            add_study(emulator, "CT Head, arrived")
            clock.advance(43)
            driver.controller.tick()
            await driver.until(lambda: "alarm watch interrupted 40 s" in banner(driver))
        await driver.press("r")
        await driver.until(lambda: "NEW STAT" in banner(driver))
        await driver.until(lambda: "interrupted" not in banner(driver))
        assert written == [BELL]


async def test_the_bell_rings_again_until_the_alarm_is_noticed(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    clock = ManualClock(time.time())
    async with worklist(emulator, config=OFTEN, clock=clock) as driver:
        await at_work(driver)
        add_study(emulator, "CT Head, arrived")
        await driver.until(lambda: written == [BELL])
        table = driver.controller
        for passed, rung in ((29, 1), (2, 2), (29, 2), (2, 3)):
            clock.advance(passed)
            table.tick()
            assert written == [BELL] * rung
        await driver.press("exclamation_mark")
        await driver.until(lambda: not banner(driver))
        clock.advance(60)
        table.tick()
        assert written == [BELL] * 3


async def test_quiet_hours_keep_the_banner_only(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    now = time.localtime()
    later = f"{(now.tm_hour + 2) % 24:02}:00"
    alarm = Alarm(desktop=Desktop.OSC9, quiet_from=f"{now.tm_hour:02}:00", quiet_until=later)
    async with worklist(emulator, config=OFTEN.with_values(alarm=alarm)) as driver:
        await at_work(driver)
        add_study(emulator, "CT Head, arrived")
        await driver.until(lambda: "NEW STAT" in banner(driver))
        assert written == []


async def test_a_notification_names_no_study_and_no_bell_rings_where_none_is_wanted(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    alarm = Alarm(desktop=Desktop.OSC777, bell=False)
    async with worklist(emulator, config=OFTEN.with_values(alarm=alarm)) as driver:
        await at_work(driver)
        one = add_study(emulator, "CT Head, arrived")
        await driver.until(lambda: "NEW STAT" in banner(driver))
        (sent,) = written
        assert "777;notify;avara-tui;an alarm waits" in sent
        assert "CT" not in sent
        assert one[-6:] not in sent


async def test_masked_the_banner_hides_the_description(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    async with worklist(emulator, config=OFTEN) as driver:
        await at_work(driver)
        driver.screen.row_context.hide_texts(masked=True)
        one = add_study(emulator, "CT Head, arrived")
        await driver.until(lambda: "NEW STAT" in banner(driver))
        assert "CT Head" not in banner(driver)
        assert one[-6:] in banner(driver)
        assert written


@pytest.mark.parametrize("key", ["f1", "T"])
async def test_a_card_does_not_hide_an_alarm(
    emulator: EmbeddedEmulator, written: list[str], key: str
) -> None:
    async with worklist(emulator, config=OFTEN) as driver:
        await at_work(driver)
        await driver.press(key)
        await driver.until(lambda: isinstance(driver.screen.focused, Card))
        add_study(emulator, "CT Head, arrived")
        await driver.until(lambda: any("NEW STAT" in each for each in driver.lines[-2:]))
        assert "close this to go there" in "\n".join(driver.lines[-2:])
        await driver.press("escape")
        await driver.until(lambda: driver.screen.table.has_focus)
        await driver.until(lambda: "close this" not in driver.text)
        assert "! go there" in banner(driver)
        assert written == [BELL]


async def test_an_alarm_whose_study_is_gone_says_so(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, config=OFTEN) as driver:
        await at_work(driver)
        study_id = add_study(emulator, "Zebra")
        await driver.until(lambda: "NEW STAT" in banner(driver))
        emulator.delete(study_id)
        await driver.until(lambda: study_id not in driver.session.studies)
        assert "NEW STAT" in banner(driver)
        await driver.press("exclamation_mark")
        await driver.sees("the server does not know it any more")
        assert not banner(driver)
