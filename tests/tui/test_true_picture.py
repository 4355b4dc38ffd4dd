"""The terminal shows what a full redraw would show, whatever was drawn before and by whom."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.driver import Driver as TextualDriver
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from avara_tui.clock import ManualClock
from avara_tui.config import Colour, Config, Profile
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.connection import Connection
from avara_tui.tui.lock import MINUTE
from avara_tui.tui.options import RunOptions
from avara_tui.tui.screens.worklist import WorklistScreen
from studies import add_study
from tui.painted import Painted, painted

pytestmark = pytest.mark.usefixtures("no_desktop")

NOW = 1_790_000_000.0
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
    *"jkkgGSC><V*]w[oombasvdxMX+fyzHT/!&rpP#?OLeRqn123yh部é",
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
    *("f4 enter escape", "w x enter", "] ] [", "> > <", "# #", "! !", "&", "1 2 3", "G g pagedown"),
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
        self, desk: Painted, emulator: EmbeddedEmulator, clock: ManualClock, seed: int
    ) -> None:
        self._desk = desk
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
            await self._desk.check(" · ".join(done[-6:]))
            assert self._desk.app.is_running
            self.seen |= {type(each).__name__ for each in self._desk.app.screen.walk_children()}
            self.seen.add(type(self._desk.app.screen).__name__)

    async def _press(self) -> str:
        app = self._desk.app
        if not self._errand and self._choose.random() < 0.5:
            self._errand = self._choose.choice(ERRANDS).split()
        key = self._errand.pop(0) if self._errand else self._choose.choice(KEYS)
        is_at_home = isinstance(app.screen, WorklistScreen) and app.screen.is_at_rest
        if key == "q" and (is_at_home or app.focused is None):
            key = "j"
        self._desk.strike(key)
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
async def at_desk(seed: int, *, lock_minutes: int = 15) -> AsyncIterator[tuple[Painted, Walk]]:
    """Run the app on two profiles, with studies in many scripts."""
    clock = ManualClock(NOW)
    config = Config(
        lock_minutes=lock_minutes,
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

        async with painted(options("north")) as desk:
            yield desk, Walk(desk, emulator, clock, seed)


async def test_a_short_walk_leaves_no_remains() -> None:
    async with at_desk(1) as (_, walk):
        await walk.go(100)
