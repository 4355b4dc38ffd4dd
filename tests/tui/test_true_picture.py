"""The terminal shows what a full redraw would show, whatever was drawn before and by whom."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events, messages
from textual.driver import Driver as TextualDriver
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from avara_tui.clock import ManualClock
from avara_tui.config import Colour, Config, Desktop, OwnCommand, Profile
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.notification import BELL, notification
from avara_tui.triage.opener.clipboard import osc52
from avara_tui.tui import widgets
from avara_tui.tui.controller.lock import MINUTE
from avara_tui.tui.lines import line
from avara_tui.tui.options import RunOptions
from avara_tui.tui.screens.worklist import WorklistScreen
from masthead import READ_WHOLE
from studies import add_study
from tui.driver import PATIENCE
from tui.painted import Painted, painted

pytestmark = pytest.mark.usefixtures("no_desktop")

SEEDS = (1, 2, 3, 4)
SIZES = ((120, 36), (120, 36), (100, 30), (80, 24), (161, 50), (60, 15), (109, 19), (50, 12))
THEMES = ("textual-dark", "textual-light", "ansi-dark", "avara-safe", "nord")
TEXTS = (
    "CT Head without contrast",
    "頭部CT 単純",
    "두부 CT 조영제 없이",
    "Scho\N{COMBINING DIAERESIS}del CT, e\N{COMBINING ACUTE ACCENT}mergence",
    "か\N{COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK}くCT",
    "🩻 chest 🇩🇪 👩\N{ZERO WIDTH JOINER}🔬 ❤\N{VARIATION SELECTOR-16}",
    "छाती क्षय रोग",
    "ทรวงอก น้ำ",
)
KEYS = (
    *"jkkgGSC><V*]w[oombasvdxMX+fyzHTU=/!&rpP#?OLeRqn123yh部é",
    *("down", "up", "pagedown", "pageup", "ctrl+d", "end", "home", "tab", "left", "right"),
    *("enter", "enter", "escape", "backspace", "delete", "ctrl+p", "ctrl+l", "f4", "space"),
)
ERRANDS = (
    *(
        "L enter",
        "L x enter",
        "L enter enter",
        "P enter",
        "P down escape",
        "d a 部 enter",
        "d é escape",
    ),
    *(
        "? down x escape",
        "H down escape",
        "T escape",
        "U down escape",
        "ctrl+p r e enter",
        "S down enter",
        "C j escape",
    ),
    *(
        "/ s e v enter",
        "/ 頭 enter",
        "escape escape",
        "+ 1 escape",
        "f 1 escape",
        "M p enter escape",
    ),
    *(
        "a o enter",
        "s h",
        "v y",
        "x y",
        "x n",
        "space space s s",
        "* s r",
        "V escape",
        "m z",
        "b b",
    ),
    *(
        "o escape",
        "n escape",
        "y enter",
        "enter j e x enter w",
        "enter plus a enter b enter escape n",
    ),
    *(
        "f4 enter escape",
        "f6",
        "O escape",
        "d x @theirs enter escape",
        "w x enter",
        "] ] [",
        "> > <",
        "# #",
        "! !",
        "&",
        "1 2 3",
        "G g pagedown",
    ),
)
"""What people do key by key, and so reach every card and question."""


class StockModal(ModalScreen[None]):
    """A screen that knows nothing of ours."""

    DEFAULT_CSS = "StockModal { align: center middle; } StockModal > Static { width: 20; }"

    def compose(self) -> list[Static]:
        """Lay out something."""
        return [Static("something else")]


class StockScreen(Screen[None]):
    """Another that covers everything."""

    def compose(self) -> list[Static]:
        """Lay out something."""
        return [Static("something else\n" * 50)]


class Walk:
    """Does one thing after another at random, as ``seed`` has it."""

    def __init__(
        self, driver: Painted, emulator: EmbeddedEmulator, clock: ManualClock, seed: int
    ) -> None:
        self._desk = driver
        self._emulator = emulator
        self._clock = clock
        self._choose = random.Random(seed)
        self._errand: list[str] = []
        self.seen: set[str] = set()
        """What was on the screen at some time: places of the keys, and screens."""

    async def go(self, steps: int) -> None:
        """Take ``steps`` steps, and compare after each."""
        doing = (self._press, self._resize, self._paint_otherwise, self._change, self._pass_time)
        done: list[str] = []
        for _ in range(steps):
            (act,) = self._choose.choices(doing, weights=(30, 3, 4, 4, 1))
            done.append(await act())
            await self._look(" · ".join(done[-6:]))

    async def run_all_errands(self) -> int:
        """Run every errand once, from the table, and compare after each key; return the steps."""
        steps = 0
        for errand in ERRANDS:
            for key in (*errand.split(), *["escape"] * 4):
                self._strike(key)
                await self._look(f"{key} of {errand}")
                steps += 1
            await self._go_home(errand)
        return steps

    async def _go_home(self, errand: str) -> None:
        # Unlock, discard a draft, go back.
        for key in ("enter", "y", "escape", "escape"):
            if not self._is_home:
                await self._desk.press(key)
        await self._desk.until(lambda: self._is_home, f"home after {errand}")

    async def _look(self, after: str) -> None:
        await self._desk.check(after)
        assert self._desk.app.is_running
        screen = self._desk.app.screen
        self.seen |= {type(each).__name__ for each in screen.walk_children(with_self=True)}

    @property
    def _is_home(self) -> bool:
        screen = self._desk.app.screen
        return isinstance(screen, WorklistScreen) and screen.is_at_rest

    def _strike(self, key: str) -> None:
        """Press a key, unless it would leave the program."""
        screen = self._desk.app.screen
        if key == "@theirs":
            cursor = screen.table.cursor_id if isinstance(screen, WorklistScreen) else None
            if cursor is not None and self._emulator.study(cursor) is not None:
                text = self._choose.choice(TEXTS)
                self._emulator.change(cursor, studyDescription=text)
        elif key != "q" or not (self._is_home or self._desk.app.focused is None):
            self._desk.strike(key)

    async def _press(self) -> str:
        if not self._errand and self._choose.random() < 0.5:
            self._errand = self._choose.choice(ERRANDS).split()
        key = self._errand.pop(0) if self._errand else self._choose.choice(KEYS)
        self._strike(key)
        return key

    async def _resize(self) -> str:
        size = self._choose.choice(SIZES)
        self._desk.resize(*size)
        return f"resize to {size}"

    async def _paint_otherwise(self) -> str:
        app = self._desk.app
        how = self._choose.choice(
            ["theme", "modal", "screen", "written over", "suspended", "click"]
        )
        match how:
            case "theme":
                app.theme = self._choose.choice(THEMES)
            case "modal" | "screen":
                await app.push_screen(StockModal() if how == "modal" else StockScreen())
                await self._desk.at_rest()
                if self._choose.random() < 0.5:
                    self._change_a_study()
                await app.pop_screen()
            case "written over":
                app.write_to_terminal("\x1b[3;5Hwritten over\x1b[7;1H\x1b[K")
            case "suspended":
                app.terminal.feed("\x1b[0m\x1b[2J\x1b[H$ fg")
                app.post_message(TextualDriver.SignalResume())
            case "click":
                columns, rows = app.size
                self._desk.click(self._choose.randrange(columns), self._choose.randrange(rows))
        return how

    async def _change(self) -> str:
        self._change_a_study()
        return "a change elsewhere"

    def _change_a_study(self) -> None:
        study = self._choose.choice(self._emulator.studies())
        text = self._choose.choice(TEXTS)
        if self._choose.random() < 0.2:
            add_study(self._emulator, text)
        else:
            self._emulator.change(study["studyId"], studyDescription=text)

    async def _pass_time(self) -> str:
        minutes = self._choose.choice([0.1, 1, 20])
        self._clock.advance(minutes * MINUTE)
        return f"{minutes} min"


@asynccontextmanager
async def at_desk(
    seed: int, *, keys: Mapping[str, tuple[str, ...]] | None = None
) -> AsyncIterator[tuple[Painted, Walk]]:
    """Run the app on two profiles, with studies in many scripts."""
    clock = ManualClock(time.time())
    config = Config(
        lock_minutes=15,
        keys=keys or {},
        commands=(OwnCommand(name="Echo", key="F6", argv=("echo", "頭部 {study_id}")),),
        profiles={
            "north": Profile(name="north", colour=Colour.RED),
            "south": Profile(name="south", colour=Colour.GREEN),
        },
    )
    with EmbeddedEmulator(studies=60, seed=seed) as emulator:
        for number, study in enumerate(emulator.studies()):
            if number % 2:
                text = TEXTS[number // 2 % len(TEXTS)]
                emulator.change(study["studyId"], studyDescription=text)

        def options(name: str) -> RunOptions:
            connection = Connection(
                emulator.base_url, emulator.api_key, "the test", DEMO_USER_ID, name
            )
            return RunOptions(
                connect=lambda: connection,
                profile=name,
                config=config,
                clock=clock,
                profiles=("north", "south"),
                for_profile=options,
            )

        async with painted(options("north")) as driver:
            yield driver, Walk(driver, emulator, clock, seed)


def scribble(driver: Painted) -> None:
    """Let something else write on the terminal."""
    driver.app.terminal.feed("\x1b[0m\x1b[2;3HBroadcast message\x1b[9;1H\x1b[2K")


async def test_another_screen_leaves_nothing_behind() -> None:
    async with at_desk(3) as (driver, _):
        await driver.type_filter("severity:high")
        await driver.press("enter")
        await driver.check("a filter")
        for screen in (StockModal(), StockScreen()):
            await driver.app.push_screen(screen)
            await driver.at_rest()
            await driver.app.pop_screen()
            await driver.check(f"{screen}")
        driver.strike("L")
        await driver.sees("open STAT")
        await driver.check("locking")
        driver.resize(100, 30)
        await driver.check("a resize while locked")
        driver.strike("enter")
        await driver.until(lambda: READ_WHOLE.search(driver.text) is not None, "all read")
        await driver.check("unlocking")
        driver.strike("P")
        await driver.sees("type to search")
        driver.strike("enter")
        await driver.until(
            lambda: [each for each in driver.lines[:1] if each.rstrip().endswith(" south")], "south"
        )
        await driver.until(lambda: READ_WHOLE.search(driver.text) is not None, "all read")
        await driver.check("another profile")


async def test_a_whole_picture_costs_only_what_differs() -> None:
    async with at_desk(3) as (driver, _):
        screen, sent = await driver.at_rest(), driver.app.terminal.sent
        assert isinstance(screen, WorklistScreen)
        screen.draw_whole()
        await driver.at_rest()
        assert driver.app.terminal.sent - sent < 20


async def test_a_terminal_that_was_another_size_for_a_moment_is_drawn_again() -> None:
    """The program may hear of it only when it has its size again, but has lost cells."""
    async with at_desk(3) as (driver, _):
        await driver.at_rest()
        driver.resize(*driver.app.size)
        await driver.check("a resize and back")


async def test_a_driver_that_tells_the_size_again_costs_nothing() -> None:
    async with at_desk(3) as (driver, _):
        await driver.at_rest()
        sent = driver.app.terminal.sent
        driver.app.post_message(messages.InBandWindowResize(supported=True, enabled=True))
        driver.app.post_message(events.Resize(driver.app.size, driver.app.size))
        await driver.at_rest()
        assert driver.app.terminal.sent == sent


@pytest.mark.parametrize("sequence", ["\x1b[5;5Hanything", "\x1b[2J", "text", "\x1bc"])
async def test_what_is_written_past_the_screen_is_drawn_over(sequence: str) -> None:
    async with at_desk(3) as (driver, _):
        await driver.at_rest()
        driver.app.write_to_terminal(sequence)
        await driver.check("a sequence of ours")


async def test_what_is_for_the_terminal_itself_costs_no_redraw() -> None:
    async with at_desk(3) as (driver, _):
        await driver.at_rest()
        for around in ({}, {"TMUX": "x"}, {"STY": "x"}):
            environ = {"TERM": "xterm", **around}
            for sequence in (BELL, notification(2, Desktop.OSC9, environ), osc52("stu_1", environ)):
                sent = driver.app.terminal.sent
                driver.app.write_to_terminal(sequence)
                await driver.at_rest()
                assert driver.app.terminal.sent == sent + len(sequence)


@pytest.mark.parametrize("keys", ["", "?", "a", "/", "x", "d", "L", "T", "S", "ctrl+p"])
async def test_ctrl_l_draws_everything_wherever_the_person_is(keys: str) -> None:
    async with at_desk(3) as (driver, _):
        if keys:
            driver.strike(keys)
        await driver.at_rest()
        focused, screen = driver.app.focused, driver.app.screen
        scribble(driver)
        driver.strike("ctrl+l")
        await driver.check(f"ctrl+l after {keys}")
        assert (driver.app.focused, driver.app.screen) == (focused, screen)


async def test_a_key_of_somebodys_own_draws_everything_unless_it_is_for_the_text() -> None:
    keys = {"redraw": ("F5", "ctrl+u", "R"), "page_up": ("pageup",), "rename_metadata": ()}
    async with at_desk(3, keys=keys) as (driver, _):
        await driver.type_filter("abc")
        scribble(driver)
        driver.strike("f5")
        await driver.check("F5")
        driver.strike("R")
        await driver.until(lambda: "/ abcR" in driver.text, "a letter is text")
        driver.strike("ctrl+u")
        await driver.until(lambda: "abcR" not in driver.text, "ctrl+u deletes")


async def test_a_short_walk_leaves_no_remains() -> None:
    async with at_desk(1) as (_, walk):
        await walk.go(100)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_no_walk_leaves_remains_on_any_screen() -> None:
    """2,000 steps, from seeds: keys, cards, questions, sizes, themes, locks, other screens."""
    seen: set[str] = set()
    steps = 0
    for seed in SEEDS:
        async with at_desk(seed) as (_, walk):
            if seed == SEEDS[0]:
                steps += await walk.run_all_errands()
            wanted = (2000 - steps) // (len(SEEDS) - SEEDS.index(seed))
            await walk.go(wanted)
            steps += wanted
            seen |= walk.seen
    assert steps == 2000
    modules = {file.stem for file in Path(widgets.__file__).parent.glob("*_card.py")}
    cards = {each.title().replace("_", "") for each in modules - {"work_card", "scrolling_card"}}
    assert not (cards | {"Prompt", "Picker", "FilterInput", "LockedScreen"}) - seen


async def test_asked_to_draw_before_it_is_there_a_screen_loses_no_change_of_its_widgets() -> None:
    async with at_desk(3) as (driver, _):
        screen = await driver.at_rest()
        assert isinstance(screen, WorklistScreen)
        screen.masthead.show([line("changed")])
        async with asyncio.timeout(PATIENCE):
            while screen.masthead not in screen._dirty_widgets:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0)
        # What becomes of a screen that is asked before it is mounted.
        screen._repaint_required = True
        await driver.check("both at once")
