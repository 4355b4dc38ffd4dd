"""Whatever moves, a key acts on the study that was shown when it was pressed, and none is lost.

The real app, session, editor and board run over a server within the process, whose answers come as
late, in whatever order and as broken as the machine likes. What a key meant is read off the screen:
the row that the cursor is drawn on.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, Final
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from textual import events

from avara_tui.api.errors import ErrorKind
from avara_tui.clock import ManualClock
from avara_tui.config import Config
from avara_tui.study import COMPLETE, INCOMPLETE, SEVERITIES, Study
from avara_tui.triage.access.connection import Connection
from avara_tui.tui.app import WorklistApp
from avara_tui.tui.controller.worklist import WorklistController
from avara_tui.tui.lines import text_of
from avara_tui.tui.options import RunOptions
from avara_tui.tui.screens.worklist import WorklistScreen
from avara_tui.tui.terminal.bursts import Arrivals
from avara_tui.tui.widgets.question_card import QuestionCard
from avara_tui.worklist.order import TRIAGE, Order, SortKey
from avara_tui.worklist.view import View
from triage.scripted import ScriptedServer
from tui.driver import SlowHand

NOW: Final = 1_700_000_000.0
USER: Final = "usr_" + "0" * 32
ORDERS: Final = (
    TRIAGE,
    Order((SortKey("updated", descending=True),)),
    Order((SortKey("priority"), SortKey("description", descending=True))),
)
FILTERS: Final = ("", "scan", "severity:stat,high", "is:overdue", "-severity:normal", "is:new", "7")
FAILURES: Final = (ErrorKind.TIMEOUT, ErrorKind.SERVER, ErrorKind.UNREACHABLE, ErrorKind.UNREADABLE)
NAME: Final = re.compile(r"S\d{4}")
_CHARACTERS: Final = {"escape": None, "pagedown": None, "f12": None}

# Somebody else's edits also bring what nobody documented.
KINDS: Final = (*SEVERITIES, "critical", "in_review")
EDITS: Final = ("arrives", "severity", "severity", "status", "status", "cancelled", "goes")
OPERATIONS: Final = st.sampled_from(("list", "retrieve", "retrieve"))
ANSWERS: Final = st.sampled_from(("", "y", "y", "n", "s", "h", "r", "t", "m", "escape"))
places = st.integers(0, 10_000)
EDITED: Final = st.lists(
    st.tuples(st.sampled_from(EDITS), places, st.sampled_from(KINDS)), max_size=5
)


class Ward(RuleBasedStateMachine):
    """A shift at the worklist, with everybody else's work going on."""

    steps = 0
    """Steps of all machines so far."""
    writes = 0
    """Writes of theirs that the server applied."""

    def __init__(self) -> None:
        super().__init__()
        self.server = ScriptedServer(page=4)
        self.clock = ManualClock(NOW)
        self.held: list[asyncio.Future[None]] = []
        self.holds = False
        self.failing: list[tuple[str, ErrorKind]] = []
        self.server.gate = self._gate
        self.server.fails = self._fail
        self.meant: Counter[str] = Counter()
        """How many writes were asked for, by study."""
        self.deleted: set[str] = set()
        self.ever_held: set[str] = set()
        self.newest: dict[str, float] = {}
        self.cursor_was: str | None = None
        self.has_moved = True
        self.has_ended = False
        """Whether the person pressed what may have completed a study."""
        for number in range(14):
            self._new_study(SEVERITIES[number % 3], age=number * 3000.0)
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.patch = patch(
            "avara_tui.triage.reading.session.open_client", lambda *_: self.server.client()
        )
        self.patch.start()
        connection = Connection("http://127.0.0.1:1", "key", "the test", USER, "test")
        self.app = WorklistApp(
            RunOptions(
                connect=lambda: connection,
                profile="test",
                clock=self.clock,
                # Half hours pass between two keys: the worklist must not lock itself then.
                config=Config().with_values(lock_minutes=60),
            )
        )
        self._run(self._start())

    # The machinery.

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self.runner.run(work)

    async def _start(self) -> None:
        # Keys come as from a slow hand: a burst does nothing, and would try nothing here.
        self.app.arrivals = Arrivals(SlowHand())
        await self.stack.enter_async_context(self.app.run_test(size=(110, 24)))
        await self._until(
            lambda: (
                isinstance(self.screen.controller, WorklistController) and not self.health.loading
            )
        )
        await self._settle()

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - the app tells nobody
                await asyncio.sleep(0.001)

    async def _settle(self) -> None:
        """Let everything happen that happens without an answer from the server."""
        for _ in range(40):
            await asyncio.sleep(0)

    def teardown(self) -> None:
        Ward.writes += len(self.server.writes)

        async def stop() -> None:
            self._let_go()
            await self.stack.aclose()

        try:
            self._run(stop())
        finally:
            self.runner.close()
            self.patch.stop()

    @property
    def screen(self) -> WorklistScreen:
        screen = self.app.screen
        assert isinstance(screen, WorklistScreen)
        return screen

    @property
    def driver(self) -> Any:
        assert isinstance(self.screen.controller, WorklistController)
        return self.screen.controller

    @property
    def health(self) -> Any:
        return self.driver.session.health

    def _gate(self, _operation: str) -> asyncio.Future[None] | None:
        if not self.holds:
            return None
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.held.append(future)
        return future

    def _fail(self, operation: str) -> ErrorKind | None:
        if not self.failing or not operation.startswith(self.failing[-1][0]):
            return None
        return self.failing.pop()[1]

    def _let_go(self) -> None:
        self.holds = False
        self.failing.clear()
        held, self.held = self.held, []
        for each in held:
            if not each.done():
                each.set_result(None)

    def _new_study(self, severity: str, age: float = 0.0) -> None:
        number = len(self.server.studies) + len(self.deleted)
        self.server.put(
            Study(
                f"stu_{number:032x}",
                f"1.2.{number}",
                f"S{number:04} scan",
                severity,
                INCOMPLETE,
                is_cancelled=False,
                created_at=self.clock.now() - age,
            )
        )

    def _one(self, place: int) -> Study | None:
        studies = list(self.server.studies.values())
        return studies[place % len(studies)] if studies else None

    # What the person sees.

    def _rows(self) -> list[str]:
        return [strip.text for strip in self.screen.table._strips]

    def _named(self, text: str) -> str | None:
        found = NAME.search(text)
        return None if found is None else f"stu_{int(found.group()[1:]):032x}"

    def _asked(self) -> str:
        """Return what is asked: on a card, else in the status line."""
        for card in self.screen.query(QuestionCard):
            return "\n".join(text_of(each) for each in card.lines)
        return self.screen.status.render_line(0).text

    def _under_cursor(self) -> str | None:
        """Return the study on the row that the cursor is drawn on."""
        rows = [row for row in self._rows() if row.startswith("▌")]
        assert len(rows) <= 1
        return self._named(rows[0]) if rows else None

    async def _press(self, *keys: str) -> None:
        for key in keys:
            self.app.post_message(events.Key(key, _CHARACTERS.get(key, key)))
        await self._settle()

    # What others do.

    def _edit(self, edits: list[tuple[str, int, str]]) -> None:
        for kind, place, value in edits:
            severity = value if value != "in_review" else SEVERITIES[0]
            study = self._one(place)
            if study is None or kind == "arrives":
                self._new_study(severity, age=place * 20.0)
            elif kind == "severity":
                self.server.put(study._replace(severity=severity))
            elif kind == "status":
                status = INCOMPLETE if study.status == COMPLETE else COMPLETE
                status = value if value == "in_review" else status
                self.server.put(study._replace(status=status))
            elif kind == "cancelled":
                self.server.put(study._replace(is_cancelled=not study.is_cancelled))
            elif len(self.server.studies) > 6:
                del self.server.studies[study.study_id]
                self.deleted.add(study.study_id)

    @rule(seconds=st.sampled_from((1.0, 11.0, 65.0, 1800.0)))
    def time_passes(self, seconds: float) -> None:
        async def pass_() -> None:
            await self._press("f12")  # it does nothing, but somebody is there
            self.clock.advance(seconds)
            self.driver.tick()
            await self._settle()

        self._run(pass_())

    # What the server does with its answers.

    @rule(order=st.lists(places, min_size=1, max_size=4), holds=st.booleans())
    def held_answers_come_out_of_order(self, order: list[int], *, holds: bool) -> None:
        """Some of the answers that were held back come, and all if none is ``held`` any more."""

        async def come() -> None:
            for place in order:
                if self.held:
                    future = self.held.pop(place % len(self.held))
                    if not future.done():
                        future.set_result(None)
                    await self._settle()
            self.holds = holds
            if not holds:
                self._let_go()
            await self._settle()

        self._run(come())

    @rule(kinds=st.lists(st.sampled_from(FAILURES), min_size=1, max_size=3), reads=OPERATIONS)
    def the_next_reads_fail(self, kinds: list[ErrorKind], reads: str) -> None:
        self.failing = [(reads, kind) for kind in kinds]

    @rule(edits=EDITED, asked=st.booleans(), is_first=st.booleans())
    def lanes_are_read(
        self, edits: list[tuple[str, int, str]], *, asked: bool, is_first: bool
    ) -> None:
        """Read again, because the person wants it or it is time, while others are at work."""

        async def read() -> None:
            session = self.driver.session
            if asked:
                session.refresh()
            else:
                session._wake.set()
                session._wake = asyncio.Event()
            if not is_first:
                await asyncio.sleep(0)
                self._edit(edits)
            await self._settle()

        if is_first:
            self._edit(edits)
        self._run(read())

    # What the person does.

    @rule(key=st.sampled_from(("j", "j", "k", "g", "G", "pagedown")))
    def move(self, key: str) -> None:
        self.has_moved = True
        self._run(self._press(key))

    @rule(
        key=st.sampled_from(("1", "5", "5", "6", "7", "")),
        text=st.sampled_from(FILTERS),
        order=st.sampled_from(ORDERS),
    )
    def arrange(self, key: str, text: str, order: Order) -> None:
        """Show another worklist, or filter and sort the one that is shown by something else.

        The cursor keeps its study, but every worklist has a cursor of its own.
        """

        async def arrange() -> None:
            before = self._under_cursor()
            if key:
                await self._press(key)
            else:
                self.driver.filter.narrow(text)
                self.driver.board.sort(order)
                self.driver.showing.shown_anew()
            await self._settle()
            if not key and before is not None and before in self.driver.board.ids:
                assert self._under_cursor() == before

        self.has_moved = True
        self._run(arrange())

    @rule(row=st.integers(1, 15))
    def click(self, row: int) -> None:
        async def press() -> None:
            wanted = self._named(self._rows()[row])
            before = self._under_cursor()
            table = self.screen.table
            table.post_message(
                events.Click(table, 10, row, 0, 0, 1, shift=False, meta=False, ctrl=False, chain=1)
            )
            await self._settle()
            assert self._under_cursor() == (wanted or before)

        self.has_moved = True
        self._run(press())

    @rule(answer=st.sampled_from(("", "s", "h", "r", "escape")))
    def set_a_severity(self, answer: str) -> None:
        self._change("s", answer)

    @rule(key=st.sampled_from(("v", "v", "x", "X")), answer=ANSWERS)
    def complete_or_cancel(self, key: str, answer: str) -> None:
        self._change(key, answer)

    def _change(self, key: str, answer: str) -> None:
        """Press a key for a change, and what may be an answer to its question."""

        async def press() -> None:
            study_id = self._under_cursor()
            if study_id is not None:
                self.meant[study_id] += 1
            self.has_ended = key == "v"
            await self._press(key)
            if self.screen.is_asking:
                assert self._named(self._asked()) == study_id
                if answer:
                    await self._press(answer)

        if not self.screen.is_asking:
            self._run(press())

    @rule(key=ANSWERS)
    def answer_late(self, key: str) -> None:
        if key and self.screen.is_asking:
            self.has_ended = True
            self._run(self._press(key))

    @rule()
    def everything_comes_to_rest(self) -> None:
        """Once all lanes have been read twice, everything is as the server has it."""

        async def rest() -> None:
            self._let_go()
            if self.screen.is_asking:
                await self._press("escape")
            await self._until(lambda: not self.driver.edits.editor._locks)
            for _ in range(3):
                before = [state.completed_at for state in self.driver.session.lanes]
                self.clock.advance(1.0)
                self.driver.session.refresh()
                await self._until(
                    lambda before=before: all(  # type: ignore[misc]
                        state.completed_at != at and not state.walking
                        for state, at in zip(self.driver.session.lanes, before, strict=True)
                    )
                )
            await self._until(lambda: self.driver.session._walker._under_way == 0)
            await self._settle()
            known = {study.study_id: study for study in self.driver.session.studies}
            assert known == self.server.studies

        self._run(rest())

    # What must always hold.

    @invariant()
    def a_step_is_counted(self) -> None:
        Ward.steps += 1

    @invariant()
    def writes_hit_only_what_was_meant(self) -> None:
        done = Counter(study_id for study_id, _ in self.server.writes)
        assert done <= self.meant, done - self.meant

    @invariant()
    def nothing_is_lost(self) -> None:
        known = {study.study_id for study in self.driver.session.studies}
        self.ever_held |= known
        assert self.ever_held & set(self.server.studies) <= known

    @invariant()
    def no_study_goes_back_in_time(self) -> None:
        for study in self.driver.session.studies:
            assert study.updated_at >= self.newest.get(study.study_id, 0.0)
            self.newest[study.study_id] = study.updated_at

    @invariant()
    def only_the_person_moves_the_cursor(self) -> None:
        before, now = self.cursor_was, self._under_cursor()
        if not self.has_moved and before is not None and before in self.driver.session.studies:
            # From what the person completes, and leaves the worklist by it, it goes on at the key.
            board = self.driver.board
            completed = board.study(before)._replace(status=COMPLETE)
            assert now == before or (self.has_ended and not board.selects(completed))
        self.cursor_was, self.has_moved, self.has_ended = now, False, False

    @invariant()
    def the_view_is_what_building_it_anew_gives(self) -> None:
        board = self.driver.board
        ids = list(board.ids)
        assert len(ids) == len(set(ids))
        fresh = View(self.driver.session.studies)
        fresh.select(board._query(), board.order, board.context())
        pinned = board._pinned
        assert [each for each in ids if each != pinned] == [
            each for each in fresh.ids if each != pinned
        ]
        if pinned is not None and pinned in self.driver.session.studies:
            assert pinned in ids

    @invariant()
    def the_rows_drawn_are_the_view(self) -> None:
        table, board = self.screen.table, self.driver.board
        drawn = [self._named(row) for row in self._rows()[1:]]
        shown = [each for each in drawn if each is not None]
        top = table.out_of_sight[0]
        assert shown == list(board.ids[top : top + len(shown)])
        if table.cursor_id is not None:
            assert self._under_cursor() == table.cursor_id


def run_machine(examples: int, steps: int, *, derandomize: bool) -> None:
    run_state_machine_as_test(
        Ward,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=derandomize,
            database=None,
            print_blob=True,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_keys_act_on_the_study_that_was_shown() -> None:
    run_machine(examples=12, steps=50, derandomize=True)


@pytest.mark.slow
@pytest.mark.timeout(1100)
def test_keys_act_on_the_study_that_was_shown_for_ten_thousand_steps() -> None:
    Ward.steps = Ward.writes = 0
    while Ward.steps < 10_000:
        run_machine(examples=50, steps=100, derandomize=False)
    print(f"{Ward.steps:,} steps, {Ward.writes:,} writes, each to the study that was shown")
    assert Ward.writes > 100
