"""The words between rows say why one stands before another; the rule beside them where STAT is."""

import pytest

from avara_tui.config import Config, Refresh
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.lines import Role
from avara_tui.tui.presentation.groups import Group, groups
from avara_tui.tui.presentation.scroll_bar import LINE, STAT_THERE, THUMB, scroll_bar
from avara_tui.worklist.order import Band
from studies import add_study
from tui.driver import Driver, worklist

EMULATED_STUDIES = 200
WORDS = ("severity not known", "overdue", "high", "routine", "closed")


def test_stat_needs_no_word_and_what_stands_together_has_one() -> None:
    bands = [(0, Band.STAT), (3, Band.HIGH_OVERDUE), (5, Band.OVERDUE), (9, Band.HIGH)]
    assert groups(bands, 0.0) == [Group(3, "overdue"), Group(9, "high")]


def test_rows_of_one_kind_need_no_word() -> None:
    assert groups([(0, Band.ROUTINE)], 0.0) == []
    assert groups([], 0.0) == []


def test_what_waits_too_long_says_the_site_s_limit() -> None:
    bands = [(0, Band.WAITED_TOO_LONG), (2, Band.ROUTINE)]
    assert groups(bands, 36 * 3600.0) == [Group(0, "waiting over 1d12h"), Group(2, "routine")]


def test_every_band_but_stat_has_a_word() -> None:
    for band in Band:
        found = groups([(0, Band.STAT), (1, band)], 3600.0)
        assert band is Band.STAT or found[0].word


def test_by_deadline_the_words_say_so_and_what_goes_by_another_time_stands_apart() -> None:
    bands = [
        *((0, Band.STAT), (1, Band.UNKNOWN), (2, Band.WAITED_TOO_LONG), (3, Band.HIGH_OVERDUE)),
        *((4, Band.OVERDUE), (5, Band.HIGH), (6, Band.ROUTINE), (7, Band.CLOSED)),
    ]
    assert [each.word for each in groups(bands, 3600.0, by_deadline=True)] == [
        "severity not known, by deadline",
        "waiting over 1h00, by deadline",
        "high overdue, by deadline",
        "routine overdue, by deadline",
        "high, by deadline",
        "routine, by deadline",
        "closed",
    ]


def word_lines(driver: Driver) -> list[str]:
    shown = [text.partition("│")[0].partition("┃")[0].strip() for text in driver.lines[3:-1]]
    return [each for each in shown if each in WORDS or each.startswith("waiting over")]


async def test_from_thirty_rows_on_the_triage_order_is_explained(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, size=(120, 50)) as driver:
        words = word_lines(driver)
        assert words[-1] in {"high", "routine"}
        assert len(words) == len(set(words))
        await driver.press("1")
        await driver.until(lambda: not word_lines(driver), "STAT alone")
        await driver.press("6")
        await driver.until(lambda: not word_lines(driver), "not the triage order")
    async with worklist(emulator, size=(120, 29)) as driver:
        assert not word_lines(driver)


async def test_the_cursor_reaches_every_study_past_the_words(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=(120, 36)) as driver:
        table = driver.screen.table
        for study_id in driver.ids:
            assert table.cursor_id == study_id
            marked = [text for text in driver.lines[3:-1] if text.startswith("▌")]
            assert len(marked) == 1
            assert driver.study(study_id).description[:12] in marked[0]
            await driver.press("j")
        await driver.press("g")
        assert table.cursor_id == driver.ids[0]
        assert table.out_of_sight[0] == 0


async def test_a_click_on_a_word_moves_nothing(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, size=(120, 36)) as driver:
        table = driver.screen.table
        at = next(y for y, text in enumerate(driver.lines) if text.strip().startswith("overdue "))
        before = table.cursor_id
        await driver.pilot.click(table, offset=(4, at - table.region.y))
        assert table.cursor_id == before
        await driver.pilot.click(table, offset=(4, at - table.region.y + 1))
        assert table.cursor_id != before


@pytest.mark.parametrize("height", [5, 10, 30])
@pytest.mark.parametrize("lines", [31, 100, 100_000])
def test_the_thumb_is_where_the_rows_in_sight_are(height: int, lines: int) -> None:
    for top in (0, (lines - height) // 2, lines - height):
        bar = scroll_bar(height, lines=lines, top=top, seen=height, stat=())
        assert len(bar) == height
        thumb = [y for y, (sign, _) in enumerate(bar) if sign == THUMB]
        if lines > height:
            assert thumb == list(range(thumb[0], thumb[-1] + 1))
            assert (thumb[0] == 0) >= (top == 0)
            if top == lines - height:
                assert thumb[-1] == height - 1


def test_with_everything_in_sight_it_is_a_line() -> None:
    assert scroll_bar(4, lines=4, top=0, seen=4, stat=[(0, True)]) == [(LINE, Role.DIM)] * 4


def test_stat_out_of_sight_is_told_and_the_loudest_wins() -> None:
    bar = scroll_bar(10, lines=100, top=50, seen=10, stat=[(0, False), (1, True), (2, False)])
    assert bar[0] == (STAT_THERE, Role.ALARM)
    below = scroll_bar(10, lines=100, top=0, seen=10, stat=[(95, False), (5, True)])
    assert below[9] == (STAT_THERE, Role.STAT)
    assert sum(sign == STAT_THERE for sign, _ in below) == 1


@pytest.mark.parametrize("at", range(100))
def test_no_stat_out_of_sight_is_lost_on_the_rule(at: int) -> None:
    bar = scroll_bar(10, lines=100, top=45, seen=10, stat=[(at, True)])
    is_told = any(sign == STAT_THERE for sign, _ in bar)
    assert is_told is not (45 <= at < 55)


async def test_the_rule_follows_the_rows(emulator: EmbeddedEmulator) -> None:
    often = Config(refresh=Refresh(stat=0.2))
    async with worklist(emulator, size=(120, 36), config=often) as driver:
        await driver.press("G")
        column = driver.screen.rule.region.x
        await driver.until(lambda: "▲" in (row[column] for row in driver.lines[3:-1]), "STAT above")
        await driver.press("g")
        await driver.until(
            lambda: "▲" not in (row[column] for row in driver.lines[3:-1]), "STAT in sight"
        )
        add_study(emulator, "CT Head")
        await driver.until(lambda: "CT Head" in driver.text)
