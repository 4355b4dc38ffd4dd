"""What no hand has typed writes nothing and opens nothing, wherever it comes, and is told of."""

import random
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import pytest

from avara_tui.config import Config, OwnCommand
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.keys.actions import ACTIONS, BY_ID, Does
from avara_tui.tui.widgets.card import Card
from avara_tui.tui.widgets.quiet_input import QuietInput
from tui.driver import Driver, worklist

EMULATED_STUDIES = 60

KEYS: Final = "abdefhklmnopqrstuvwxyzACGHKLMNOPRSTUVWX123456789 !#&*+:?<>[]=\n"
"""Everything that means something anywhere, but for the filter's key."""


def someone_else(emulator: EmbeddedEmulator) -> str:
    return next(str(each["userId"]) for each in emulator.users() if each["userId"] != DEMO_USER_ID)


def writes(emulator: EmbeddedEmulator) -> list[str]:
    return [each for study in emulator.studies() for each in emulator.writes(study["studyId"])]


def links(emulator: EmbeddedEmulator) -> int:
    """How many links to the viewer were asked for."""
    return emulator.count("studies.reroute-url")


def row_of(driver: Driver) -> int:
    """How many rows the cursor is below the first."""
    board, study_id = driver.controller, driver.screen.table.cursor_id
    assert board is not None
    assert study_id is not None
    return board.board.position(study_id) or 0


NOBODYS: Final = "assignee:none"
"""What a key acts on without a question about who has it."""

# Places. Each brings the person there.


async def at_the_table(driver: Driver) -> None:
    await driver.press("j")


async def in_the_detail(driver: Driver) -> None:
    await driver.press("enter")
    await driver.sees("+ add")


async def at_a_question(driver: Driver) -> None:
    await driver.ask_for("s", "Severity of")


async def at_a_yes_or_no(driver: Driver) -> None:
    await driver.press("x")
    await driver.until(lambda: driver.says("Cancel "))


async def on_the_card_of_many(driver: Driver) -> None:
    await driver.press("g", "space", "space", "A")
    await driver.sees("y yes, ")


async def on_the_new_study(driver: Driver) -> None:
    await driver.press("plus")
    await driver.sees("New study")


async def on_the_history(driver: Driver) -> None:
    await driver.press("H")
    await driver.sees("Done in this session")


async def on_the_columns(driver: Driver) -> None:
    await driver.press("C")
    await driver.sees("Columns of")


async def on_the_order(driver: Driver) -> None:
    await driver.press("S")
    await driver.sees("triage order")


async def on_the_handoff(driver: Driver) -> None:
    await driver.press("T")
    await driver.until(lambda: driver.screen.query(Card))


SINGLE_KEYS: Final[Mapping[str, Callable[[Driver], Awaitable[None]]]] = {
    each.__name__: each
    for each in (
        at_the_table, in_the_detail, at_a_question, at_a_yes_or_no, on_the_card_of_many,
        on_the_new_study, on_the_history, on_the_columns, on_the_order, on_the_handoff,
    )
}  # fmt: skip


class Before:
    """What must be the same after a burst."""

    def __init__(self, driver: Driver, emulator: EmbeddedEmulator) -> None:
        self._desk, self._emulator = driver, emulator
        self._was = self._now()

    def _now(self) -> tuple[object, ...]:
        driver, screen = self._desk, self._desk.screen
        board = driver.controller.board if driver.has_controller else None
        assert board is not None
        return (
            writes(self._emulator),
            links(self._emulator),
            screen.focused,
            [type(each) for each in screen.query(Card)],
            len(screen.query(QuietInput)),
            board.active.name,
            board.filter_text,
            board.order,
            board.columns,
            list(driver.drafts),
            set(screen.row_context.aside),
            screen.row_context.masked,
            driver.session.paused,
            driver.app.is_running,
        )

    def assert_same(self) -> None:
        assert self._now() == self._was, self._desk.text


async def at_rest(driver: Driver) -> None:
    """Leave whatever the keys go to by now."""
    await driver.press("escape", "escape", "escape")
    await driver.until(lambda: driver.screen.is_at_rest and not driver.screen.is_covered)


@pytest.mark.parametrize("place", SINGLE_KEYS)
async def test_a_paste_without_marks_does_nothing_and_is_told_of(
    emulator: EmbeddedEmulator, place: str
) -> None:
    async with worklist(emulator) as driver:
        for more, gap in enumerate((0.0, 0.012, 0.03)):
            await SINGLE_KEYS[place](driver)
            before = Before(driver, emulator)
            await driver.burst("see note mmm\nyyo" + "o" * more, gap)
            # Each is longer than the one before, of which the screen may still tell.
            await driver.sees(f"{16 + more} keys at once were taken for a paste")
            before.assert_same()
            # And a hand is served as ever.
            await at_rest(driver)
            await driver.press("m")
            await driver.until(lambda: driver.says("yours") or driver.says("Take it over"))
            await at_rest(driver)


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(each, marks=pytest.mark.slow) for each in range(1, 4))]
)
async def test_no_burst_of_any_keys_does_anything_anywhere(
    emulator: EmbeddedEmulator, seed: int
) -> None:
    chance = random.Random(seed)
    emulator.change(emulator.studies()[0]["studyId"], assignedTo=someone_else(emulator))
    async with worklist(emulator) as driver:
        for place in SINGLE_KEYS.values():
            await place(driver)
            before = Before(driver, emulator)
            for _ in range(15):
                keys = "".join(chance.choices(KEYS, k=chance.randint(3, 40)))
                await driver.burst(keys, chance.choice([0.0, 0.001, 0.02, 0.04]))
            await driver.pilot.pause()
            before.assert_same()
            await at_rest(driver)


async def test_of_keys_that_come_together_those_that_move_go_on_and_the_rest_is_named(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await driver.press("g")
        first = driver.screen.table.cursor_id
        await driver.burst("jjm")
        await driver.sees(
            "3 keys at once were taken for a paste: if you meant m claim, press again"
        )
        assert row_of(driver) == 2
        assert driver.screen.table.cursor_id != first
        assert writes(emulator) == []


async def test_two_keys_of_one_packet_ask_but_do_not_answer(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text=NOBODYS) as driver:
        await driver.burst("sh")
        await driver.until(lambda: driver.says("Severity of"))
        await driver.sees("two keys came at once: press h high again")
        assert writes(emulator) == []
        await driver.press("h")
        await driver.until(lambda: driver.says("now ● HIGH") or driver.says("no change needed"))


async def test_two_keys_of_one_packet_move_but_do_not_write(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.press("g")
        await driver.burst("jm")
        await driver.until(lambda: driver.says("two keys came at once: press m claim again"))
        assert row_of(driver) == 1
        assert writes(emulator) == []


async def test_a_key_that_acts_by_itself_does_not_in_a_pair(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        for action_id in ("claim", "next", "status", "undo", "quit", "open", "lock"):
            key = BY_ID[action_id].keys
            for pair in (key + "j", "j" + key):
                before = Before(driver, emulator)
                await driver.burst(pair)
                await driver.until(lambda: driver.says("two keys came at once"), pair)
                before.assert_same()
                await driver.press("escape")
                await driver.until(lambda: not driver.says("two keys came at once"), pair)


async def test_a_held_key_acts_once(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text=NOBODYS) as driver:
        await driver.press("v")
        await driver.until(lambda: driver.says("completed"))
        done = writes(emulator)
        assert len(done) == 1
        await driver.burst("v" * 20, 1 / 30)
        await driver.pilot.pause(0.1)
        assert writes(emulator) == done
        assert "paste" not in driver.text


async def test_a_held_key_moves_on(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.press("g")
        await driver.burst("j" * 20, 1 / 30)
        await driver.until(lambda: row_of(driver) == 20)
        assert "paste" not in driver.text


async def test_two_rolling_fingers_are_served(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, filter_text=NOBODYS) as driver:
        await driver.burst("sh", 0.04)
        await driver.until(lambda: driver.says("now ● HIGH") or driver.says("no change needed"))


async def test_in_a_text_a_burst_is_text_and_does_not_end_it(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.press("d")
        await driver.until(lambda: driver.screen.query(QuietInput))
        field = driver.screen.query_one(QuietInput)
        before = field.value
        await driver.burst("first line\nsecond mmm\n")
        await driver.until(lambda: field.value == f"{before}first linesecond mmm")
        await driver.sees("22 keys at once were taken for a paste: if you meant enter, press again")
        assert writes(emulator) == []
        await driver.press("enter")
        await driver.until(lambda: driver.says("description changed"))
        assert len(writes(emulator)) == 1


async def test_in_a_picker_a_burst_is_text_and_takes_nothing(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.ask_for("a", "type to search")
        await driver.burst("lind\n")
        await driver.sees("5 keys at once were taken for a paste")
        assert driver.screen.query_one(QuietInput).value == "lind"
        assert writes(emulator) == []


async def test_a_burst_that_opens_the_filter_goes_into_it_and_nowhere_else(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await driver.burst("/ct mv\nmmm")
        await driver.until(lambda: driver.controller.board.filter_text)
        await driver.sees("10 keys at once were taken for a paste")
        assert driver.controller.board.filter_text == "ct mv"
        assert writes(emulator) == []


async def test_a_burst_never_runs_a_command_of_ones_own(emulator: EmbeddedEmulator) -> None:
    command = OwnCommand(name="Touch", key="Z", argv=("false",))
    async with worklist(emulator, config=Config(commands=(command,))) as driver:
        await driver.burst("ZZjZ")
        await driver.until(lambda: driver.says("if you meant Z Touch, press again"))
        assert "failed" not in driver.text
        await driver.press("Z")
        await driver.sees("failed")


def test_every_action_is_known_to_move_to_ask_or_to_act() -> None:
    for does in Does:
        assert any(each.does is does for each in ACTIONS), does
    assert [each.id for each in ACTIONS if each.does is Does.FILTERS] == ["filter"]
    assert not [each.id for each in ACTIONS if each.writes and each.does is Does.MOVES]


# After a text.


async def type_pair(driver: Driver, key: str) -> None:
    """Name a metadata key, as far as enter."""
    await driver.press("M")
    await driver.sees("metadata key, on")
    await driver.type(key)
    await driver.press("enter")


async def type_on(driver: Driver, text: str) -> None:
    """Let a text come as fast as people type, whatever the screen shows."""
    for character in text:
        await driver.burst_after(character, 0.15)


async def test_the_text_of_a_new_note_is_asked_for_at_once(emulator: EmbeddedEmulator) -> None:
    """As it happened: what was typed here marked a colleague's study complete."""
    async with worklist(emulator) as driver:
        await type_pair(driver, "phoned")
        await driver.sees("phoned, on 1 study")
        await type_on(driver, "delayed, patient vomited")
        assert driver.screen.query_one(QuietInput).value == "delayed, patient vomited"
        await type_on(driver, "\nand so on, do ring")
        await driver.sees("still typing?")
        assert writes(emulator) == []
        assert "not there → “delayed, patient vomi" in driver.text, driver.text
        await driver.press("y")
        await driver.sees("1 done")
        assert len(writes(emulator)) == 1


async def test_what_is_typed_behind_a_text_answers_no_question(emulator: EmbeddedEmulator) -> None:
    study = next(
        each for each in emulator.studies() if each.get("metadata") and not each["isCancelled"]
    )
    async with worklist(emulator, view="All open") as driver:
        await driver.press("5")
        await driver.until(lambda: driver.screen.table.go_to(study["studyId"]))
        await type_pair(driver, next(iter(study["metadata"])))
        await driver.until(lambda: driver.says("set"))
        await type_on(driver, "delayed, patient vomited")
        await driver.sees("still typing?")
        assert driver.says("delete")
        assert writes(emulator) == []
        await driver.press("d")
        await driver.sees("y yes, ")
        await type_on(driver, "yes, in any case")
        assert writes(emulator) == []


async def test_what_is_typed_behind_a_text_does_not_act_on_the_table(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        await driver.press("d")
        await driver.until(lambda: driver.screen.query(QuietInput))
        await type_on(driver, " more\n")
        await driver.until(lambda: driver.says("description changed"))
        done = writes(emulator)
        await type_on(driver, "no answer, so vomited, my own\nm")
        assert driver.screen.is_at_rest
        assert writes(emulator) == done
        await driver.sees("still typing? nothing was done: pause, then press m claim")
        await driver.press("m")
        await driver.until(lambda: driver.says("yours") or driver.says("Take it over"))


async def test_after_a_filter_the_table_has_the_keys_at_once(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await driver.press("slash")
        await driver.until(lambda: driver.screen.filter_bar.is_typing)
        await type_on(driver, "ct\n")
        await driver.until(lambda: not driver.screen.filter_bar.is_typing)
        await type_on(driver, "jjs")
        await driver.until(lambda: driver.says("Severity of"))


async def test_a_form_is_filled_in_without_waiting(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator) as driver:
        await on_the_new_study(driver)
        await type_on(driver, "\n")
        await driver.until(lambda: driver.screen.query(QuietInput))
        await type_on(driver, "1.2.3.4\n")
        await driver.sees("free: the server knows no study")
        await type_on(driver, "j\n")
        await driver.until(lambda: driver.screen.query(QuietInput))
        await type_on(driver, "CT head\n")
        await driver.until(lambda: not driver.screen.query(QuietInput))
        assert re.search(r"description\s+CT head", driver.text)
