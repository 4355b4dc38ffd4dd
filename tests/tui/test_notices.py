"""The last word is about the last key, and nothing that matters is lost on the way."""

import asyncio

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.viewing import Opened
from avara_tui.tui.lines import line
from avara_tui.tui.notices import PRESS, Kind, Press
from studies import add_study
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30

NEWER, OLDER = 0, -1
"""Keys, counted from the last that was pressed."""


async def pressed(desk: Driver) -> None:
    """Press a few keys, of which the last two are to be answered."""
    await desk.press("j", "k")


async def say(desk: Driver, key: int, text: str, kind: Kind = Kind.ANSWER) -> None:
    """Say something in answer to a key."""
    before = PRESS.set(Press(desk.screen.pressed + key))
    desk.screen.notice(line(text), kind=kind)
    PRESS.reset(before)


async def test_an_older_answer_never_takes_the_place_of_a_newer_one(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        await pressed(desk)
        await say(desk, NEWER, "the newer")
        await say(desk, OLDER, "the older")
        await say(desk, OLDER, "under way", Kind.PASSING)
        await say(desk, OLDER, "naming", Kind.NAMING)
        assert desk.says("the newer")
        assert "the older" not in desk.status
        assert desk.says("+1")
        # It has not been lost: it stays until it was seen.
        await desk.press("j")
        await desk.until(lambda: desk.says("the older"))
        await desk.press("j")
        assert desk.says("the older")
        await desk.press("escape")
        await desk.until(lambda: "the older" not in desk.status)
        assert "under way" not in desk.text


async def test_an_older_failure_waits_beside_a_newer_answer(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        await pressed(desk)
        await say(desk, NEWER, "the newer")
        before = PRESS.set(Press(desk.screen.pressed + OLDER))
        desk.screen.alert(line("it failed"))
        desk.screen.clear_notice()
        PRESS.reset(before)
        assert desk.says("the newer")
        assert desk.says("+1")
        await desk.press("j")
        await desk.until(lambda: desk.says("it failed"))


async def test_a_failure_of_the_last_key_is_seen_at_once(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as desk:
        await pressed(desk)
        await say(desk, NEWER, "under way", Kind.PASSING)
        before = PRESS.set(Press(desk.screen.pressed + NEWER))
        desk.screen.alert(line("it failed"))
        PRESS.reset(before)
        await desk.until(lambda: desk.says("it failed"))


async def test_what_names_a_written_study_is_drawn_however_fast_keys_come(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as desk:
        shown: list[str] = []
        real = desk.screen.status.render_lines

        def recorded(crop: object) -> object:
            strips = real(crop)  # type: ignore[arg-type]
            shown.extend(strip.text for strip in strips)
            return strips

        desk.screen.status.render_lines = recorded  # type: ignore[method-assign, assignment]
        for number in range(1, 30):
            await say(desk, number, f"saving study {number:02}", Kind.NAMING)
            desk.screen.status.clear_notice(desk.screen.pressed + number)
            await say(desk, number, f"refused {number:02}")
        await desk.until(lambda: desk.says("refused 29"))
        text = "\n".join(shown)
        assert [each for each in range(1, 30) if f"saving study {each:02}" not in text] == []


@pytest.mark.usefixtures("no_desktop")
async def test_the_answer_to_a_second_n_is_not_written_over_by_the_first(
    emulator: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = asyncio.Event()

    async def slowly(*_: object) -> Opened:
        await may_end.wait()
        return Opened("a browser")

    monkeypatch.setattr("avara_tui.tui.viewer.open_study", slowly)
    study_id = add_study(emulator, "Zebra head")
    async with worklist(emulator, filter_text="zebra") as desk:
        await desk.press("n")
        await desk.until(lambda: desk.says("is yours"))
        await desk.press("n")
        await desk.until(lambda: desk.says("none to take"))
        may_end.set()
        await desk.until(lambda: desk.says("+1"))
        assert desk.says("none to take")
        await desk.press("j")
        await desk.until(lambda: desk.says("Zebra head") and desk.says("handed to a browser"))
        assert desk.says("is yours")
        assert emulator.study(study_id)["assignedTo"]["userId"] == DEMO_USER_ID
