"""How much there is to do, at the right end of the header; and whose rule says what is late."""

import re

import pytest

from avara_tui.config import Config, Threshold, Thresholds
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.lines import text_of
from avara_tui.tui.presentation.open_counts import OpenCounts, open_counts_line, share
from studies import add_study, open_studies
from tui.driver import worklist


def shown(room: int, *, is_certain: bool = True) -> str:
    return text_of(open_counts_line(OpenCounts(200, 3, 7, 1041), room, is_certain=is_certain))


def test_what_does_not_fit_is_left_out_the_least_first() -> None:
    assert shown(80) == "▲ STAT 3 1%   overdue 7 3%   unassigned 1,041 "
    assert shown(40) == "▲ STAT 3 1%   overdue 7 3% "
    assert shown(24) == "▲ STAT 3   overdue 7 "
    assert shown(12) == "▲ STAT 3 "
    assert shown(5) == ""


def test_counts_say_when_there_may_be_more() -> None:
    assert shown(80, is_certain=False).startswith(
        "▲ STAT 3+ 1%   overdue 7+ 3%   unassigned 1,041+"
    )


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(0, 0, "0%"), (0, 5, "0%"), (1, 1000, "<1%"), (2, 3, "66%")]
)
def test_a_share_is_never_rounded_to_nothing_or_up(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text


async def test_the_header_counts_what_the_server_has(emulator: EmbeddedEmulator) -> None:
    open_ones = open_studies(emulator)
    stat = sum(1 for each in open_ones if each["severity"] == "stat")
    unassigned = sum(1 for each in open_ones if not each.get("assignedTo"))
    async with worklist(emulator) as driver:
        await driver.until(
            lambda: f"▲ STAT {stat} {share(stat, len(open_ones))}" in driver.lines[0]
        )
        assert f"unassigned {unassigned}" in driver.lines[0]


async def test_a_placeholder_is_called_one_until_the_site_sets_its_own(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await driver.sees("30m assumed: your")
    rules = Thresholds(stat=Threshold(10, 20))
    async with worklist(emulator, config=Config(thresholds=rules)) as driver:
        await driver.until(lambda: re.search("site limit +20m", driver.text))
        assert "assumed" not in driver.text


async def test_waiting_begins_when_the_metadata_say(emulator: EmbeddedEmulator) -> None:
    rules = Thresholds(clock_key="examEnd")
    with_key = next(
        each for each in open_studies(emulator) if "examEnd" in (each.get("metadata") or {})
    )
    without = add_study(emulator, "CT Head")
    async with worklist(emulator, config=Config(thresholds=rules)) as driver:
        await driver.go_to(with_key["studyId"])
        await driver.sees("since examEnd")
        await driver.go_to(without)
        await driver.sees("m old")
        assert "since examEnd" not in driver.text
