"""Drives the real app against a real emulator, without a terminal."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from textual import events
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.strip import Strip

from avara_tui.clock import Clock
from avara_tui.config import Config, WorklistSetting
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.alarms import AlarmWatch
from avara_tui.triage.reading.health import State
from avara_tui.triage.reading.session import TriageSession
from avara_tui.triage.writing.ledger import EditFinding
from avara_tui.tui.app import WorklistApp
from avara_tui.tui.choices import Choice
from avara_tui.tui.controller.worklist import WorklistController
from avara_tui.tui.lines import text_of
from avara_tui.tui.options import RunOptions
from avara_tui.tui.screens.worklist import WorklistScreen
from avara_tui.tui.terminal.bursts import Arrivals
from avara_tui.tui.terminal.traits import TerminalTraits
from avara_tui.tui.widgets.picker import Picker
from avara_tui.tui.widgets.question_card import QuestionCard
from avara_tui.tui.widgets.status_line import StatusLine
from avara_tui.worklist.alarm import AlarmBook
from avara_tui.worklist.drafts import Drafts
from avara_tui.worklist.rungs import Alarm
from masthead import READ_WHOLE
from tui.rest import rest

PATIENCE = 15.0
"""Seconds to wait for a condition before the test fails."""

LOOK_AGAIN = 0.02
"""Seconds between two looks at whether a condition holds."""


class SlowHand:
    """Tells the time to whoever judges keys: a second passes with every look at it.

    So each key comes long after the one before, however fast the test presses them.
    """

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


class Driver:
    """A person at the app: presses keys, reads the screen, waits for what should come."""

    def __init__(self, app: WorklistApp, pilot: Pilot[None], hand: SlowHand) -> None:
        self.app = app
        self.pilot = pilot
        self.hand = hand

    @property
    def screen(self) -> WorklistScreen:
        screen = self.app.screen
        assert isinstance(screen, WorklistScreen)
        return screen

    @property
    def has_controller(self) -> bool:
        """Whether the first frame is drawn, and somebody stands behind the screen."""
        return isinstance(self.screen.controller, WorklistController)

    @property
    def controller(self) -> WorklistController:
        """Who stands behind the worklist, whatever is shown over it."""
        (screen,) = (each for each in self.app.screen_stack if isinstance(each, WorklistScreen))
        controller = screen.controller
        assert isinstance(controller, WorklistController)
        return controller

    @property
    def is_loaded(self) -> bool:
        """Whether all that is to be read has been, and is fresh."""
        if not self.has_controller:
            return False
        health = self.session.health
        return health.is_complete and health.state is State.LIVE

    @property
    def session(self) -> TriageSession:
        return self.controller.session

    @property
    def lines(self) -> list[str]:
        """What the screen shows, a string a row."""
        return [strip.text.rstrip() for strip in self.strips]

    @property
    def strips(self) -> list[Strip]:
        """What the screen shows, with its colours, a strip a row."""
        return self.app.screen._compositor.render_strips()

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def filter_row(self) -> str:
        """The row of the filter, above the last; empty where there is none."""
        row = self.lines[-2]
        return row if row.startswith(" /") else ""

    @property
    def status(self) -> str:
        """What is asked about a study on a card, else what the status line says."""
        for card in self.screen.query(QuestionCard):
            return "\n".join(text_of(each) for each in card.lines).strip()
        return self.screen.query_one(StatusLine).render_line(0).text.strip()

    def says(self, text: str) -> bool:
        """Whether ``text`` is asked about a study, or stands in the status line."""
        return text in self.status

    @property
    def ids(self) -> list[str]:
        """The studies of the table, from the top."""
        return list(self.controller.board.ids)

    @property
    def drafts(self) -> Drafts:
        """What was typed and is not saved, of every study."""
        return self.controller.edits.open_drafts

    def study(self, study_id: str) -> Study:
        """Return a study that the worklist holds."""
        study = self.controller.board.study(study_id)
        assert study is not None
        return study

    def drop(self, study_id: str) -> None:
        """Let a study be one that has not been read, without a word of its being gone."""
        self.session._notify(self.session.studies.drop(study_id))

    @property
    def findings(self) -> list[EditFinding]:
        """What has become of edits, as far as the history tells."""
        return [each for group in self.controller.edits.past._findings.values() for each in group]

    @property
    def offers(self) -> Sequence[Choice]:
        """Everything that the picker on the screen has to choose from."""
        return self.screen.query_one(Picker)._choices

    # The alarm.

    @property
    def _alarm_watch(self) -> AlarmWatch:
        return self.controller.alarms._alarms

    @property
    def alarm_book(self) -> AlarmBook:
        """The alarms, and who has noticed them."""
        return self._alarm_watch.book

    @property
    def rings(self) -> bool:
        """Whether an alarm rings the bell."""
        return self._alarm_watch._settings.bell

    def hear_alarms(self, listener: Callable[[Sequence[Alarm]], None]) -> None:
        """Tell ``listener`` of alarms just before they are raised."""
        watch = self._alarm_watch
        raise_them = watch._raised

        def raised(found: Sequence[Alarm]) -> None:
            listener(found)
            raise_them(found)

        watch._raised = raised

    # Keys.

    async def press(self, *keys: str) -> None:
        """Press keys, each when all that the one before began is done and drawn."""
        for key in keys:
            event = named_key(key)
            event.set_sender(self.app)
            self.app.post_message(event)
            await rest(self.app)

    async def type(self, text: str) -> None:
        await self.press(*text)

    async def burst(self, keys: str, gap: float = 0.0) -> None:
        """Let ``keys`` come as a terminal without paste marks sends a paste: as keys, at once.

        All are known before the first is handled, as those of one read are.
        """
        burst = [key_event(each) for each in keys]
        self.hand()
        for event in burst:
            self.app.arrivals.note(event, at=self.hand.now)
            self.hand.now += gap
        for event in burst:
            event.set_sender(self.app)
            self.app.post_message(event)
        await rest(self.app)

    async def burst_after(self, key: str, gap: float) -> None:
        """Let ``key`` come ``gap`` seconds after the key before, and wait until it is handled."""
        event = key_event(key)
        run = self.app.arrivals._run
        assert run is not None
        self.app.arrivals.note(event, at=run.last + gap)
        event.set_sender(self.app)
        self.app.post_message(event)
        await rest(self.app)

    async def type_filter(self, text: str) -> None:
        """Go to the filter and type ``text``, once what is typed goes there."""
        await self.press("slash")
        await self.until(lambda: self.screen.filter_bar.is_typing)
        await self.type(text)

    async def set_severity(self, key: str, question: str = "Severity of") -> None:
        """Press ``s``, and answer by ``key`` once ``question`` is asked."""
        await self.ask_for("s", question)
        await self.press(key)

    async def ask_for(self, key: str, question: str) -> None:
        """Press ``key``, and answer what comes before ``question`` as somebody who means it.

        Of a study that somebody else has: all the same; of nobody's: open it and claim nothing.
        """
        await self.press(key)
        first = {"all the same?": "y", "Claim it as it opens?": "n"}
        await self.until(
            lambda: question in self.text or any(map(self.says, first)), f"a question after {key}"
        )
        for asked, answer in first.items():
            if self.says(asked):
                await self.press(answer)
        await self.sees(question)

    async def until(
        self,
        condition: Callable[[], object],
        what: str = "",
        patience: float = PATIENCE,
        *,
        every: float = LOOK_AGAIN,
    ) -> None:
        """Wait until ``condition`` holds; fail with what the screen shows if it never does.

        It is looked at ``every`` so many seconds.
        """
        try:
            async with asyncio.timeout(patience):
                while not condition():  # noqa: ASYNC110 - conditions of another thread's server
                    await asyncio.sleep(every)
        except TimeoutError:
            raise AssertionError(f"never came: {what or condition}\n{self.text}") from None

    async def sees(self, text: str) -> None:
        await self.until(lambda: text in self.text, text)

    async def draft_status(self) -> None:
        """Go into the detail and put another status into the study's draft."""
        await self.press("enter", *["down"] * 3, "enter")
        await self.until(lambda: self.screen.detail.is_dirty, "a draft")

    async def go_to(self, study_id: str) -> None:
        """Put the cursor on a study and wait until the detail shows it."""
        await self.until(lambda: self.screen.table.go_to(study_id), f"row of {study_id}")
        await self.until(
            lambda: (
                self.screen.detail.study is not None
                and self.screen.detail.study.study_id == study_id
            ),
            f"detail of {study_id}",
        )


def key_event(character: str) -> events.Key:
    """Return the key that types a character; a newline is enter."""
    if character == "\n":
        return events.Key("enter", "\r")
    return events.Key(_character_to_key(character), character)


def named_key(name: str) -> events.Key:
    """Return the key that Textual calls ``name``, or that types it if it is a character."""
    if len(name) == 1:
        return key_event(name)
    try:
        character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
    except KeyError:
        character = None
    return events.Key(name, character)


def connection_to(emulator: EmbeddedEmulator) -> Connection:
    """Return the connection of the demo's person to ``emulator``."""
    return Connection(emulator.base_url, emulator.api_key, "the test", DEMO_USER_ID, "test")


@asynccontextmanager
async def driving(app: WorklistApp, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Driver]:
    """Run ``app`` in a terminal of ``size`` columns and rows; keys come as from a slow hand."""
    hand = SlowHand()
    app.arrivals = Arrivals(hand)
    async with app.run_test(size=size) as pilot:
        yield Driver(app, pilot, hand)


@asynccontextmanager
async def worklist(
    emulator: EmbeddedEmulator,
    *,
    size: tuple[int, int] = (120, 36),
    key: str | None = None,
    base_url: str | None = None,
    config: Config | None = None,
    me: str | None = DEMO_USER_ID,
    read_only: bool = False,
    view: str | None = None,
    filter_text: str | None = None,
    tour: bool = False,
    clock: Clock | None = None,
    own_worklists: tuple[WorklistSetting, ...] = (),
    settings_file: Path | None = None,
    for_profile: Callable[[str], RunOptions] | None = None,
    traits: TerminalTraits | None = None,
    journal: Path | None = None,
    wait: bool = True,
) -> AsyncIterator[Driver]:
    """Run the app on ``emulator`` and, by default, wait until everything is loaded."""
    connection = Connection(
        base_url or emulator.base_url, key or emulator.api_key, "the test", me, "test"
    )
    options = RunOptions(
        connect=lambda: connection,
        profile="test",
        config=config,
        settings_file=settings_file,
        read_only=read_only,
        view=view,
        filter_text=filter_text,
        tour=tour,
        clock=clock,
        own_worklists=own_worklists,
        for_profile=for_profile,
        journal=journal,
    )
    app = WorklistApp(options, traits or TerminalTraits())
    async with driving(app, size) as driver:
        if wait:
            # Looking at the health costs nothing, drawing the screen to read it does.
            await driver.until(lambda: driver.is_loaded, "all studies")
            await driver.until(
                lambda: READ_WHOLE.search(driver.text) is not None, "all read, on the screen"
            )
        yield driver
