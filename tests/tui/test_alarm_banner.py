"""The STAT alarm on the screen: seen, heard, never in the way, and never silenced by accident."""

import time

import pytest

from avara_tui.clock import ManualClock
from avara_tui.config import Alarm, Config, Desktop, Refresh
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.screens.worklist import WorklistScreen
from avara_tui.tui.widgets.card import Card
from studies import add_study, open_studies, open_study
from tui.driver import Driver, worklist

BELL = "\x07"
OFTEN = Config(refresh=Refresh(stat=0.2))
"""STAT is read five times a second: what comes, comes soon."""


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the screen sends to the terminal besides frames."""
    sent: list[str] = []
    monkeypatch.setattr(
        WorklistScreen, "write_to_terminal", lambda _, sequence: sent.append(sequence)
    )
    return sent


def banner(desk: Driver) -> str:
    pane = desk.screen.alarm_banner
    return "\n".join(pane.render_line(y).text.rstrip() for y in range(pane.size.height))


async def at_work(desk: Driver) -> None:
    """Take notice of what was there at the start."""
    await desk.until(lambda: "open at the start" in banner(desk))
    await desk.press("exclamation_mark")
    await desk.until(lambda: not banner(desk))


async def test_the_start_is_one_summary_without_a_bell(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    stats = open_studies(emulator, severity="stat")
    async with worklist(emulator) as desk:
        await desk.until(lambda: f"▲ {len(stats)} STAT open at the start" in banner(desk))
        await desk.until(lambda: desk.screen.alarm_banner.size.height == 1)
        assert written == []
        cursor = desk.screen.table.cursor_id
        await desk.press("exclamation_mark")
        await desk.until(lambda: not banner(desk))
        assert desk.screen.table.cursor_id == cursor


async def test_a_new_stat_study_is_announced_while_somebody_types_and_nothing_moves(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    async with worklist(emulator, config=OFTEN) as desk:
        await at_work(desk)
        await desk.press("j", "j", "j")
        cursor = desk.screen.table.cursor_id
        await desk.type_filter("-zz")
        add_study(emulator, "CT Head, arrived")
        await desk.until(lambda: "NEW STAT" in banner(desk))
        assert "CT Head, arrived" in banner(desk)
        await desk.type("q")
        await desk.until(lambda: "/ -zzq" in desk.lines[2])
        assert written == [BELL]
        await desk.press("escape")
        await desk.until(lambda: not desk.screen.filter_bar.is_typing)
        assert desk.screen.table.cursor_id == cursor
        assert "NEW STAT" in banner(desk)


async def test_one_key_goes_to_the_study_though_the_filter_leaves_it_out(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    async with worklist(emulator, config=OFTEN, filter_text="-severity:stat") as desk:
        await at_work(desk)
        before = desk.ids
        one = add_study(emulator, "CT Head, arrived")
        await desk.until(lambda: "NEW STAT" in banner(desk))
        await desk.press("exclamation_mark")
        await desk.until(lambda: desk.screen.table.cursor_id == one)
        await desk.until(lambda: not banner(desk))
        assert "the filter leaves it out" in desk.status
        assert "/ -severity:stat" in desk.lines[2]
        await desk.press("down")
        await desk.until(lambda: desk.ids == before)
        assert written == [BELL]


async def test_from_the_detail_too_and_the_keys_are_the_tables_again(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    async with worklist(emulator, config=OFTEN) as desk:
        await at_work(desk)
        await desk.press("enter")
        await desk.until(lambda: desk.screen.focused is desk.screen.detail)
        one = add_study(emulator, "CT Head, arrived")
        await desk.until(lambda: "NEW STAT" in banner(desk))
        assert desk.screen.detail.has_focus
        await desk.press("exclamation_mark")
        await desk.until(lambda: desk.screen.table.cursor_id == one)
        await desk.until(lambda: desk.screen.table.has_focus)
        assert written


async def test_a_draft_in_the_detail_is_not_thrown_away_by_an_alarm(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    async with worklist(emulator, config=OFTEN) as desk:
        await at_work(desk)
        cursor = desk.screen.table.cursor_id
        await desk.press("enter", "down", "enter")  # status: complete, as a draft
        await desk.until(lambda: desk.screen.detail.is_dirty)
        add_study(emulator, "CT Head, arrived")
        await desk.until(lambda: "NEW STAT" in banner(desk))
        await desk.press("exclamation_mark")
        await desk.until(lambda: "discard" in desk.status)
        await desk.press("escape")
        await desk.until(lambda: "discard" not in desk.status)
        assert desk.screen.detail.is_dirty
        assert desk.screen.table.cursor_id == cursor
        assert "NEW STAT" in banner(desk)
        assert written


async def test_every_alarm_has_a_turn_and_all_can_be_noticed_at_once(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    async with worklist(emulator, config=OFTEN) as desk:
        await at_work(desk)
        old = open_study(emulator, severity="normal", assignee=None)["studyId"]
        emulator.change(old, severity="stat")
        await desk.until(lambda: "NOW STAT" in banner(desk))
        for number in range(4):
            add_study(emulator, f"CT number {number}")
        await desk.until(lambda: "go there, 1 of 5" in banner(desk))
        await desk.until(lambda: desk.screen.alarm_banner.size.height == 3)
        await desk.press("exclamation_mark")
        await desk.until(lambda: desk.screen.table.cursor_id == old)
        await desk.until(lambda: "go there, 1 of 4" in banner(desk))
        await desk.press("ampersand")
        await desk.until(lambda: not banner(desk))
        assert "4 alarms taken notice of" in desk.status
        await desk.press("exclamation_mark")
        await desk.until(lambda: "no alarm" in desk.status)
        assert set(written) == {BELL}


async def test_what_i_make_stat_or_claim_is_no_alarm(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    mine = open_study(emulator, severity="normal", assignee=None)["studyId"]
    urgent = open_study(emulator, severity="stat", assignee=None)["studyId"]
    async with worklist(emulator, config=OFTEN) as desk:
        await at_work(desk)
        await desk.go_to(mine)
        await desk.set_severity("s")
        await desk.until(lambda: "now ▲ STAT" in desk.status)
        await desk.go_to(urgent)
        await desk.press("m")
        await desk.until(lambda: "claimed" in desk.status)
        add_study(emulator, "CT Head, arrived")
        await desk.until(lambda: "NEW STAT" in banner(desk))
        await desk.until(lambda: desk.screen.alarm_banner.size.height == 1)
        assert "1 of" not in banner(desk)
        assert written == [BELL]
        assert emulator.study(urgent)["assignedTo"]["userId"] == DEMO_USER_ID


async def test_what_becomes_mine_by_others_is_an_alarm(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    urgent = open_study(emulator, severity="stat", assignee=None)["studyId"]
    async with worklist(emulator, config=OFTEN) as desk:
        await at_work(desk)
        emulator.change(urgent, assignedTo=DEMO_USER_ID)
        await desk.until(lambda: "YOURS: STAT" in banner(desk))
        assert written == [BELL]


async def test_pausing_does_not_silence_the_alarm(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    async with worklist(emulator, config=OFTEN) as desk:
        await at_work(desk)
        await desk.press("p")
        await desk.sees("paused")
        add_study(emulator, "CT Head, arrived")
        await desk.until(lambda: "NEW STAT" in banner(desk))
        await desk.sees("paused")
        assert written == [BELL]


async def test_a_watch_that_is_interrupted_says_so_and_raises_what_it_missed(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    clock = ManualClock(time.time())
    async with worklist(emulator, config=OFTEN, clock=clock) as desk:
        await at_work(desk)
        with emulator.refusing_connections():
            stat = desk.controller.session.lanes[0]
            await desk.until(lambda: stat.problem is not None)
            add_study(emulator, "CT Head, arrived")
            clock.advance(43)
            desk.controller.tick()
            await desk.until(lambda: "alarm watch interrupted 40 s" in banner(desk))
        await desk.press("r")
        await desk.until(lambda: "NEW STAT" in banner(desk))
        await desk.until(lambda: "interrupted" not in banner(desk))
        assert written == [BELL]


async def test_the_bell_rings_again_until_the_alarm_is_noticed(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    clock = ManualClock(time.time())
    async with worklist(emulator, config=OFTEN, clock=clock) as desk:
        await at_work(desk)
        add_study(emulator, "CT Head, arrived")
        await desk.until(lambda: written == [BELL])
        table = desk.controller
        for passed, rung in ((29, 1), (2, 2), (29, 2), (2, 3)):
            clock.advance(passed)
            table.tick()
            assert written == [BELL] * rung
        await desk.press("exclamation_mark")
        await desk.until(lambda: not banner(desk))
        clock.advance(60)
        table.tick()
        assert written == [BELL] * 3


async def test_quiet_hours_keep_the_banner_only(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    now = time.localtime()
    later = f"{(now.tm_hour + 2) % 24:02}:00"
    alarm = Alarm(desktop=Desktop.OSC9, quiet_from=f"{now.tm_hour:02}:00", quiet_until=later)
    async with worklist(emulator, config=OFTEN.with_values(alarm=alarm)) as desk:
        await at_work(desk)
        add_study(emulator, "CT Head, arrived")
        await desk.until(lambda: "NEW STAT" in banner(desk))
        assert written == []


async def test_a_notification_names_no_study_and_no_bell_rings_where_none_is_wanted(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    alarm = Alarm(desktop=Desktop.OSC777, bell=False)
    async with worklist(emulator, config=OFTEN.with_values(alarm=alarm)) as desk:
        await at_work(desk)
        one = add_study(emulator, "CT Head, arrived")
        await desk.until(lambda: "NEW STAT" in banner(desk))
        (sent,) = written
        assert "777;notify;avara-tui;an alarm waits" in sent
        assert "CT" not in sent
        assert one[-6:] not in sent


async def test_masked_the_banner_hides_the_description(
    emulator: EmbeddedEmulator, written: list[str]
) -> None:
    async with worklist(emulator, config=OFTEN) as desk:
        await at_work(desk)
        desk.screen.row_context.masked = True
        one = add_study(emulator, "CT Head, arrived")
        await desk.until(lambda: "NEW STAT" in banner(desk))
        assert "CT Head" not in banner(desk)
        assert one[-6:] in banner(desk)
        assert written


@pytest.mark.parametrize("key", ["f1", "T"])
async def test_a_card_over_everything_does_not_hide_an_alarm(
    emulator: EmbeddedEmulator, written: list[str], key: str
) -> None:
    async with worklist(emulator, config=OFTEN) as desk:
        await at_work(desk)
        await desk.press(key)
        await desk.until(lambda: isinstance(desk.screen.focused, Card))
        add_study(emulator, "CT Head, arrived")
        await desk.until(lambda: "NEW STAT" in desk.lines[-1])
        assert "close this to go there" in desk.lines[-1]
        await desk.press("escape")
        await desk.until(lambda: desk.screen.table.has_focus)
        await desk.until(lambda: "close this" not in desk.text)
        assert "! go there" in banner(desk)
        assert written == [BELL]


async def test_an_alarm_whose_study_is_gone_says_so(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, config=OFTEN) as desk:
        await at_work(desk)
        study_id = add_study(emulator, "Zebra")
        await desk.until(lambda: "NEW STAT" in banner(desk))
        emulator.delete(study_id)
        await desk.until(lambda: study_id not in desk.session.studies)
        assert "NEW STAT" in banner(desk)
        await desk.press("exclamation_mark")
        await desk.sees("the server does not know it any more")
        assert not banner(desk)
