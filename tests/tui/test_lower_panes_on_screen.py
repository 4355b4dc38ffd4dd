"""What was done here and what came in, below the detail of a large screen."""

import re
import time
from itertools import pairwise

import pytest

from avara_tui.clock import ManualClock
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.lines import Line, Role, as_plain, text_of
from avara_tui.tui.presentation.lower_panes import DoneHere, JustIn, lower_panes
from avara_tui.tui.screens.locked import LockedScreen
from avara_tui.tui.screens.worklist import WorklistScreen
from bidi import visual_order
from studies import add_study, open_studies, open_study
from tui.driver import Driver, worklist
from tui.test_responsive import resize

EMULATED_STUDIES = 60
LARGE = (200, 50)
FRAME = 3
"""Rows above and below the detail."""
DONE, CAME = " DONE HERE ", " JUST IN "


def pane(driver: Driver) -> list[str]:
    return [each.rstrip() for each in as_plain(driver.screen.detail.lines)]


def below(driver: Driver, heading: str) -> list[str]:
    """Return what a pane tells, without its heading; nothing where it is not there."""
    rows = pane(driver)
    first = next((row for row, text in enumerate(rows) if text.startswith(heading)), len(rows))
    told = rows[first + 1 :]
    return told[: told.index("")] if "" in told else told


def roles(driver: Driver, text: str) -> list[Role]:
    """Return what the priorities of the new studies look like that have ``text``."""
    return [each[1][1] for each in driver.screen.detail.lines if text in text_of(each)]


def laying(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return what grows by the room whenever both are laid out."""
    laid: list[int] = []

    def lay(done: DoneHere, came: JustIn, width: int, room: int, *, masked: bool) -> list[Line]:
        laid.append(room)
        return lower_panes(done, came, width, room, masked=masked)

    monkeypatch.setattr("avara_tui.tui.controller.lower_panes.lower_panes", lay)
    return laid


async def claim(driver: Driver, study_id: str) -> None:
    await driver.go_to(study_id)
    await driver.press("m")
    await driver.until(lambda: driver.study(study_id).assignee is not None)
    await driver.until(lambda: not driver.controller.edits.editor.under_way.ids)


def nobodys(emulator: EmbeddedEmulator) -> list[str]:
    return [str(each["studyId"]) for each in open_studies(emulator, assignee=None)]


async def comes(driver: Driver, emulator: EmbeddedEmulator, text: str, **fields: object) -> str:
    """Let somebody else add a study, and wait until it is held."""
    study_id = add_study(emulator, text, **fields)
    driver.session.refresh()
    await driver.until(lambda: study_id in driver.session.studies, text)
    return study_id


async def test_what_is_done_stands_there_until_it_is_undone(emulator: EmbeddedEmulator) -> None:
    study_id, *_ = nobodys(emulator)
    async with worklist(emulator, size=LARGE) as driver:
        assert DONE not in driver.text
        await claim(driver, study_id)
        name = re.escape(driver.study(study_id).description)
        row = rf" \d\d:\d\d claim +{name} +done"
        await driver.until(lambda: re.fullmatch(row, "|".join(below(driver, DONE))))
        assert re.search(r"DONE HERE +H all  z undo the last$", driver.text, re.MULTILINE)
        await driver.press("z")
        await driver.until(lambda: len(below(driver, DONE)) == 2)
        assert [each.split()[1] for each in below(driver, DONE)] == ["undo", "claim"]
        await driver.until(lambda: below(driver, DONE)[1].endswith(" undone"))
        # Nothing is left that z could take back.
        assert re.search(r"DONE HERE +H all$", driver.text, re.MULTILINE)
        assert CAME not in driver.text


async def test_what_came_in_stands_there_until_it_was_looked_at(
    emulator: EmbeddedEmulator,
) -> None:
    other = open_study(emulator, severity="normal")["studyId"]
    async with worklist(emulator, size=LARGE) as driver:
        first = driver.ids[0]
        await driver.go_to(first)
        assert CAME not in driver.text
        urgent = await comes(driver, emulator, "CT Zebra")
        await comes(driver, emulator, "XR Zebra", severity="high")
        emulator.change(other, studyDescription="changed by others")
        driver.session.refresh()
        await driver.until(lambda: len(below(driver, CAME)) == 3)
        stat, high, rest = below(driver, CAME)
        assert re.fullmatch(r" \+ ▲ STAT \d\d:\d\d  CT Zebra", stat)
        assert re.fullmatch(r" \+ ● HIGH \d\d:\d\d  XR Zebra", high)
        assert rest == " ~ changed 1"
        assert roles(driver, "Zebra") == [Role.ALARM, Role.HIGH]
        # Somebody takes it: it is filled no more.
        emulator.change(urgent, assignedTo=DEMO_USER_ID)
        driver.session.refresh()
        await driver.until(lambda: roles(driver, "CT Zebra") == [Role.STAT])
        await driver.go_to(urgent)
        await driver.until(lambda: not any("CT Zebra" in each for each in below(driver, CAME)))
        assert any("XR Zebra" in each for each in below(driver, CAME))
        assert DONE not in driver.text


@pytest.mark.parametrize("size", [(120, 36), (159, 50), (200, 39), (80, 60)])
async def test_on_a_smaller_screen_there_is_nothing_of_it(
    emulator: EmbeddedEmulator, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    laid = laying(monkeypatch)
    study_id, other, *_ = nobodys(emulator)
    async with worklist(emulator, size=size) as driver:
        await claim(driver, study_id)
        await driver.go_to(other)
        await comes(driver, emulator, "CT Zebra")
        await driver.press("j", "k", "enter", "escape")
        await driver.sees("+ ▲ STAT")
        assert not laid
        assert DONE not in driver.text
        assert CAME not in driver.text


async def test_the_cursor_does_not_lay_them_out_again(
    emulator: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    study_id, other, *_ = nobodys(emulator)
    async with worklist(emulator, size=LARGE) as driver:
        await claim(driver, study_id)
        await driver.go_to(other)
        await comes(driver, emulator, "CT Zebra", severity="normal")
        await driver.until(lambda: below(driver, CAME) and below(driver, DONE))
        before = below(driver, DONE), below(driver, CAME)
        laid = laying(monkeypatch)
        for each in driver.ids[:6]:
            await driver.go_to(each)
            assert (below(driver, DONE), below(driver, CAME)) == before
        assert not laid


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("width", "heights", "count"), [(200, range(30, 61), 40), (160, range(38, 61, 2), 22)]
)
async def test_no_line_of_the_detail_gives_way_to_them(
    emulator: EmbeddedEmulator, width: int, heights: range, count: int
) -> None:
    study_id, *_ = nobodys(emulator)
    pairs = {f"key {number:02}": f"value {number} " * (number % 4 + 1) for number in range(count)}
    long = add_study(emulator, "MRI " * 40, severity="high", metadata=pairs)
    clock = ManualClock(time.time())
    async with worklist(emulator, size=LARGE, clock=clock) as driver:
        alone = {}
        await driver.go_to(long)
        for height in heights:
            await resize(driver, (width, height))
            # Both times it is laid out again.
            await driver.press("t", "t")
            alone[height] = pane(driver)
        await claim(driver, study_id)
        await comes(driver, emulator, "CT Zebra", severity="normal")
        await driver.go_to(long)
        shown = set()
        for height in heights:
            await resize(driver, (width, height))
            await driver.press("t", "t")
            rows = pane(driver)
            assert rows[: len(alone[height])] == alone[height], height
            told = rows[len(alone[height]) :]
            assert len(rows) <= driver.screen.detail.size.height
            assert not told or told[0] == ""
            if any(each.startswith((DONE, CAME)) for each in told):
                shown.add(height)
        # Where there are rows to spare, they are there.
        room = {height: height - FRAME - len(rows) for height, rows in alone.items()}
        assert shown == {height for height in heights if height >= 40 and room[height] >= 3}
        assert 0 < len(shown) < len(heights) - 4


async def test_both_take_the_colours_of_another_theme(emulator: EmbeddedEmulator) -> None:
    study_id, *_ = nobodys(emulator)
    async with worklist(emulator, size=LARGE) as driver:
        await claim(driver, study_id)
        await driver.until(lambda: below(driver, DONE))
        detail = driver.screen.detail

        def styles(row: int) -> set[tuple[str, object]]:
            return {(each.text, each.style) for each in detail.render_line(row)}

        rows = range(detail.size.height)
        before = [styles(row) for row in rows]
        driver.app.theme = "textual-light"
        await driver.until(lambda: all(before[row].isdisjoint(styles(row)) for row in rows))


async def test_names_are_hidden_in_both(emulator: EmbeddedEmulator) -> None:
    study_id, *_ = nobodys(emulator)
    emulator.change(study_id, studyDescription="CT Secret")
    async with worklist(emulator, size=LARGE) as driver:
        await claim(driver, study_id)
        await driver.go_to(next(each for each in driver.ids if each != study_id))
        await comes(driver, emulator, "XR Secret", severity="normal")
        await driver.until(lambda: "Secret" in "".join(below(driver, DONE) + below(driver, CAME)))
        await driver.until(lambda: "XR Secret" in "".join(below(driver, CAME)))
        await driver.press("number_sign")
        await driver.until(lambda: "Secret" not in driver.text)
        assert re.search(r"claim +••• +done", below(driver, DONE)[0])
        assert below(driver, CAME)[0].endswith("  •••")
        await driver.press("number_sign")
        await driver.until(lambda: "XR Secret" in "".join(below(driver, CAME)))


async def test_a_lock_leaves_no_text_in_them(emulator: EmbeddedEmulator) -> None:
    study_id, *_ = nobodys(emulator)
    emulator.change(study_id, studyDescription="CT Secret")
    async with worklist(emulator, size=LARGE) as driver:
        await claim(driver, study_id)
        await driver.go_to(next(each for each in driver.ids if each != study_id))
        await comes(driver, emulator, "XR Secret", severity="normal")
        await driver.until(lambda: "XR Secret" in "".join(below(driver, CAME)))
        (worklist_screen,) = driver.app.query(WorklistScreen) or [driver.screen]
        await driver.press("L")
        await driver.until(lambda: isinstance(driver.app.screen, LockedScreen))
        assert "Secret" not in driver.text
        detail = worklist_screen.detail
        await driver.until(lambda: "Secret" not in str(detail.lines))
        assert "claim" in str(detail.lines)
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, WorklistScreen))
        await driver.until(lambda: "CT Secret" in "".join(below(driver, DONE)))
        await driver.until(lambda: "XR Secret" in "".join(below(driver, CAME)))


async def test_a_text_that_runs_from_right_to_left_stays_in_its_place(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, size=LARGE) as driver:
        await driver.go_to(driver.ids[0])
        await comes(driver, emulator, "צילום חזה 12", severity="normal")
        await driver.until(lambda: "צילום" in "".join(below(driver, CAME)))
        detail = driver.screen.detail
        (row,) = (each for each in driver.strips if "צילום" in each.text[detail.region.x :])
        begin = row.text.index("צילום")
        end = begin + len("צילום חזה 12")
        edges = [0, detail.region.x, begin, end, len(row.text)]
        for direction in (0, None):
            order = visual_order(row.text, direction)
            for first, last in pairwise(edges):
                assert sorted(order[first:last]) == list(range(first, last))
