"""After a lock everything is marked, told and alarmed as it would have been without one."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import pytest

from avara_tui.clock import ManualClock, SystemClock
from avara_tui.config import Alarm, Config, Refresh
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.writing.ledger import WATCHED_FOR, Fate
from avara_tui.tui.screens.locked import LockedScreen
from avara_tui.tui.screens.worklist import WorklistScreen
from studies import add_study, open_studies
from tui.driver import Driver, worklist

if TYPE_CHECKING:
    from avara_tui.tui.controller.worklist import WorklistController


class Way(Enum):
    """How the time passes in which somebody else works."""

    OPEN = auto()
    """Nothing is locked: what the others are held against."""
    KEY = auto()
    BY_ITSELF = auto()
    TWICE = auto()
    """Locked again before everything has been read, and half of the work is done by then."""


class Seen(NamedTuple):
    """What a person is shown of one study in the end."""

    sign: str = ""
    """``+`` new, ``~`` changed."""
    is_there: bool = True
    raised: int = 0
    """How often it raised the alarm."""
    waits: bool = False
    """Whether its alarm waits to be noticed."""
    fates: tuple[Fate, ...] = ()
    """What was said of the person's own edits."""
    kept: str = ""
    """marked, aside or draft."""


TABLE = {
    "untouched": Seen(),
    "mine": Seen(),
    "mine, overwritten": Seen("~", fates=(Fate.OVERWRITTEN,)),
    "mine, deleted": Seen(is_there=False, fates=(Fate.GONE,)),
    "changed": Seen("~"),
    "new": Seen("+"),
    "new STAT": Seen("+", raised=1, waits=True),
    "turned STAT": Seen("~", raised=1, waits=True),
    "STAT, and STAT again": Seen("~", raised=1, waits=True),
    "cancelled": Seen("~"),
    "deleted": Seen(is_there=False),
    "draft": Seen(kept="draft"),
    "draft, changed": Seen("~", kept="draft"),
    "marked": Seen(kept="marked"),
    "marked, changed": Seen("~", kept="marked"),
    "marked, deleted": Seen(is_there=False),
    "aside": Seen(kept="aside"),
    "alarm noticed": Seen(raised=1),
    "alarm noticed, changed": Seen("~", raised=1),
    "alarm waits": Seen("+", raised=1, waits=True),
    "alarm waits, read by somebody": Seen("+", raised=1),
    "changed before": Seen("~"),
    "new before": Seen("+"),
    "new before, changed": Seen("+"),
}
LATER = {"new", "new STAT"}
"""What nobody knows of before the lock."""
BEFORE = {"alarm noticed", "alarm noticed, changed", "alarm waits", "alarm waits, read by somebody"}
"""Studies that raise the alarm while somebody is there."""


class Shift:
    """The studies by their part in the story, and what is seen of them."""

    def __init__(self, emulator: EmbeddedEmulator, driver: Driver, clock: ManualClock) -> None:
        self.emulator = emulator
        self.driver = driver
        self.clock = clock
        self.controller: WorklistController = driver.controller
        self.ids: dict[str, str] = {}
        self.raised: Counter[str] = Counter()
        driver.hear_alarms(lambda found: self.raised.update(each.study_id for each in found))

    def cast(self) -> None:
        """Give the parts of studies that are there from the start."""
        urgent = open_studies(self.emulator, severity="stat")
        quiet = [each["studyId"] for each in open_studies(self.emulator, severity="normal")]
        for name in TABLE:
            if name not in LATER | BEFORE and not name.startswith("new before"):
                self.ids[name] = quiet.pop()
        self.ids["STAT, and STAT again"] = urgent[0]["studyId"]

    async def brought(self, study_id: str) -> None:
        """Have the worklist read until it holds a study."""
        self.controller.session.refresh()
        await self.driver.until(lambda: study_id in self.controller.session.studies, study_id)

    async def before(self) -> None:
        """Do what is done while somebody is there."""
        await self._work()
        await self._see()
        await self.driver.go_to(self.ids["untouched"])

    async def _work(self) -> None:
        ids, driver = self.ids, self.driver
        for name in ("mine", "mine, overwritten", "mine, deleted"):
            await driver.go_to(ids[name])
            await driver.set_severity("h")
            await driver.until(partial(self._is_high, ids[name]), name)
        for name in ("marked", "marked, changed", "marked, deleted"):
            await driver.go_to(ids[name])
            await driver.press("space")
        await driver.go_to(ids["aside"])
        await driver.press("b")
        for name in ("draft", "draft, changed"):
            await driver.go_to(ids[name])
            await driver.press("enter", "down", "down", "down", "enter", "escape")
            await driver.until(lambda: driver.says("not saved"))
            await driver.press("k")

    def _is_high(self, study_id: str) -> bool:
        study = self.controller.session.studies.get(study_id)
        is_saved = study is not None and study.severity == "high"
        return is_saved and not self.controller.edits.editor.under_way.ids

    async def _see(self) -> None:
        """Let others change and add studies; go to some of them, past none of the others."""
        ids, emulator, driver = self.ids, self.emulator, self.driver
        for name in ("new before", "new before, changed"):
            ids[name] = add_study(emulator, name, severity="normal")
            await self.brought(ids[name])
        emulator.change(ids["changed before"], studyDescription="else")
        for name in sorted(BEFORE):
            ids[name] = add_study(emulator, name)
            await self.brought(ids[name])
        changed = driver.screen.row_context.changed
        self.controller.session.refresh()
        await driver.until(lambda: ids["changed before"] in changed)
        for name in ("alarm noticed", "alarm noticed, changed"):
            self.driver.alarm_book.acknowledge(ids[name])
            await driver.go_to(ids[name])

    async def somebody(self, part: int) -> None:
        """Do the first or the second half of what somebody else does meanwhile."""
        ids, emulator = self.ids, self.emulator
        if part == 0:
            emulator.change(ids["STAT, and STAT again"], severity="high")
            for name in ("mine, deleted", "deleted"):
                emulator.delete(ids[name])
            emulator.change(ids["mine, overwritten"], severity="normal")
            emulator.change(ids["alarm waits, read by somebody"], studyViewerStatus="complete")
            ids["new"] = add_study(emulator, "new", severity="normal", studyInstanceUid="1.2.9.1")
            followed = self.driver.alarm_book
            await self._looked(lambda: ids["STAT, and STAT again"] not in followed.followed)
            return
        emulator.change(ids["STAT, and STAT again"], severity="stat")
        emulator.change(ids["turned STAT"], severity="stat")
        emulator.cancel(ids["cancelled"])
        emulator.delete(ids["marked, deleted"])
        for name in TABLE:
            if name.endswith("changed"):
                emulator.change(ids[name], studyDescription="else")
        ids["new STAT"] = add_study(emulator, "new STAT", studyInstanceUid="1.2.9.2")
        await self._looked(lambda: len(self.driver.alarm_book.pending) == 4)

    async def _looked(self, condition: Callable[[], bool]) -> None:
        """Wait until the watch has noticed, whoever looks."""
        if not self.controller.lock.is_locked:
            self.controller.session.refresh()
        await self.driver.until(condition)

    def seen(self) -> dict[str, Seen]:
        """Return what a person is shown of each study."""
        return {name: self._seen(study_id) for name, study_id in self.ids.items()}

    def _seen(self, study_id: str) -> Seen:
        controller, context = self.controller, self.driver.screen.row_context
        kept = {
            "marked": controller.marks.ids,
            "aside": context.aside,
            "draft": self.driver.drafts.ids,
        }
        found = self.driver.findings
        return Seen(
            "+" if study_id in context.new else "~" if study_id in context.changed else "",
            study_id in controller.session.studies,
            self.raised[study_id],
            study_id in {each.study_id for each in self.driver.alarm_book.pending},
            tuple(each.fate for each in found if each.study_id == study_id),
            "".join(name for name, ids in kept.items() if study_id in ids),
        )

    def differences(self) -> dict[str, tuple[Seen, Seen]]:
        """Return what is not seen as the table says: as it is, and as it should be."""
        seen = self.seen()
        return {name: (seen[name], each) for name, each in TABLE.items() if seen[name] != each}

    async def locked(self, way: Way) -> None:
        if way is Way.BY_ITSELF:
            self.clock.advance(61)
            self.controller.tick()
        else:
            await self.driver.press("L")
        await self.driver.until(lambda: isinstance(self.driver.app.screen, LockedScreen))
        await self.driver.sees("open STAT stud")

    async def unlocked(self) -> None:
        await self.driver.press("enter")
        await self.driver.until(lambda: isinstance(self.driver.app.screen, WorklistScreen))

    async def settled(self) -> None:
        """Read everything until it is as the table says, and once more."""
        for _ in range(2):
            self.controller.session.refresh()
            with suppress(AssertionError):
                await self.driver.until(lambda: not self.differences())
            assert self.differences() == {}


AWAY = WATCHED_FOR + 20.0
"""Seconds for which nobody is there: longer than what was written is watched."""


@asynccontextmanager
async def shift(way: Way) -> AsyncIterator[Shift]:
    clock = ManualClock(SystemClock().now())
    refresh = Refresh(stat=0.2, high=600, normal=600, closed=600)
    # How long a study stays nobody's is another matter, and much time passes.
    alarm = Alarm(unclaimed=False, overdue=False)
    lock_minutes = 1 if way is Way.BY_ITSELF else 60
    config = Config(refresh=refresh, lock_minutes=lock_minutes, alarm=alarm)
    with EmbeddedEmulator(studies=120, seed=5) as emulator:
        async with worklist(emulator, config=config, clock=clock) as driver:
            yield Shift(emulator, driver, clock)


@pytest.mark.parametrize("way", Way)
async def test_all_is_seen_as_without_a_lock(way: Way) -> None:
    async with shift(way) as at_work:
        at_work.cast()
        await at_work.before()
        if way is not Way.OPEN:
            await at_work.locked(way)
        await at_work.somebody(0)
        if way is Way.TWICE:
            await at_work.unlocked()
            await at_work.locked(way)
        await at_work.somebody(1)
        if way is not Way.OPEN:
            at_work.clock.advance(AWAY)
            await at_work.unlocked()
        await at_work.settled()
        assert at_work.ids.keys() == TABLE.keys()
        assert at_work.driver.screen.table.cursor_id == at_work.ids["untouched"]
        # Whether one that is listed nowhere is gone is asked after everything else.
        studies = at_work.controller.session.studies
        await at_work.driver.until(lambda: not studies.forgotten, "what was there before the lock")
