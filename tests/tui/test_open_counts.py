"""How much there is to do, at the right end of the header; and whose rule says what is late."""

import re

from avara_tui.config import Config, Threshold, Thresholds
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.lines import Role, text_of
from avara_tui.tui.presentation.open_counts import OpenCounts, chip_forms
from studies import add_study, open_studies
from tui.driver import worklist

COUNTS = OpenCounts(stat=11, unclaimed=4, overdue=15, oldest=1200.0)


def forms(counts: OpenCounts, *, is_certain: bool = True, is_seen: bool = False) -> list[str]:
    return [text_of(each) for each in chip_forms(counts, is_certain=is_certain, is_seen=is_seen)]


def filled(counts: OpenCounts, *, is_seen: bool) -> str:
    """Return what of the fullest form is as loud as the screen gets."""
    chip = chip_forms(counts, is_certain=True, is_seen=is_seen)[0]
    return "".join(text for text, role in chip if role is Role.ALARM)


def test_what_does_not_fit_is_left_out_the_least_first() -> None:
    assert forms(COUNTS) == [
        " ▲ STAT 11  4 unassigned, oldest 20m   15 overdue",
        " ▲ STAT 11  4 unassigned, oldest 20m ",
        " ▲ STAT 11  4 unassigned ",
        " ▲ STAT 11 ",
    ]


def test_counts_say_when_there_may_be_more() -> None:
    said = forms(COUNTS, is_certain=False)[0]
    assert said == " ▲ STAT 11+  4+ unassigned, oldest 20m   15+ overdue"


def test_it_is_filled_until_it_is_seen_and_then_what_nobody_has() -> None:
    assert filled(COUNTS, is_seen=False) == " ▲ STAT 11  4 unassigned, oldest 20m "
    assert filled(COUNTS, is_seen=True) == " 4 unassigned, oldest 20m "
    held = COUNTS._replace(unclaimed=0, oldest=None)
    assert filled(held, is_seen=False) == " ▲ STAT 11 "
    assert filled(held, is_seen=True) == ""
    assert filled(OpenCounts(0, 0, 3), is_seen=False) == ""


def test_the_shortest_form_is_filled_too_while_nobody_has_one() -> None:
    assert chip_forms(COUNTS, is_certain=True, is_seen=True)[-1] == ((" ▲ STAT 11 ", Role.ALARM),)


async def test_the_header_counts_what_the_server_has(emulator: EmbeddedEmulator) -> None:
    stat = [each for each in open_studies(emulator) if each["severity"] == "stat"]
    nobodys = sum(1 for each in stat if not each.get("assignedTo"))
    async with worklist(emulator) as driver:
        said = f" ▲ STAT {len(stat)} " + (f" {nobodys} unassigned, oldest " if nobodys else "")
        await driver.until(lambda: said in driver.lines[0])
        emulator.change(stat[0]["studyId"], assignedTo=None)
        await driver.press("r")
        held = bool(stat[0].get("assignedTo"))
        await driver.until(lambda: f" {nobodys + held} unassigned, oldest " in driver.lines[0])


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
