"""A source of studies for one client on an emulator: a session without its lanes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from avara_tui.api.client import AvaraClient
from avara_tui.clock import Clock, SystemClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from avara_tui.triage.writing.claiming import Claimer
from avara_tui.triage.writing.editing import Editor
from avara_tui.triage.writing.history import Entry, History, StudyChange
from avara_tui.triage.writing.ledger import EditFinding, Fate, Ledger
from avara_tui.triage.writing.read_back import ReadBack
from avara_tui.triage.writing.undoing import Undoer
from avara_tui.worklist.studies import ChangeSet, StudySet


class Pacer:
    """The waiting of what reads back: it ends when the test says that time has passed."""

    def __init__(self) -> None:
        self._now = 0.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    async def pause(self, seconds: float) -> None:
        bell = asyncio.Event()
        self._sleepers.append((self._now + seconds, bell))
        await bell.wait()

    @property
    def waits(self) -> list[float]:
        """How long everybody who waits still has to, rounded."""
        return sorted(
            round(end - self._now, 3) for end, bell in self._sleepers if not bell.is_set()
        )

    def pass_time(self, seconds: float) -> None:
        """Let ``seconds`` pass, and wake those whose waiting is over."""
        self._now += seconds
        for end, bell in self._sleepers:
            if end <= self._now + 1e-9:
                bell.set()


class Shelf:
    """The studies that one person's program holds."""

    def __init__(self, client: AvaraClient | None) -> None:
        self.client = client
        self.studies = StudySet()
        self.ledger: Ledger | None = None

    def merge(self, studies: Iterable[Study]) -> None:
        self._notify(self.studies.merge(studies))

    def forget(self, study_id: str) -> None:
        self._notify(self.studies.discard(study_id))

    def _notify(self, change: ChangeSet) -> None:
        """Do what a screen does with what was read: show it to the ledger."""
        if self.ledger is None:
            return
        for study_id in change.read:
            study = self.studies.get(study_id)
            assert study is not None
            self.ledger.look(study)
        for study_id in change.gone:
            self.ledger.gone(study_id)


class Workplace:
    """One person: a client, what it holds, and what was done with it."""

    def __init__(self, client: AvaraClient, clock: Clock | None = None) -> None:
        self.client = client
        self.shelf = Shelf(client)
        self.history = History(clock or SystemClock())
        self.editor = Editor(self.shelf, self.history)
        self.told: list[EditFinding] = []
        self.ledger = Ledger(
            self.history, clock or SystemClock(), self.told.append, self.shelf.studies.get
        )
        self.shelf.ledger = self.ledger
        self.pacer = Pacer()
        self.read_back = ReadBack(self.shelf, self.history, self.ledger, pause=self.pacer.pause)
        self.claimer = Claimer(self.shelf, self.editor)
        self.undoer = Undoer(self.editor)

    @property
    def fates(self) -> list[Fate]:
        return [each.fate for each in self.told]

    async def read(self, study_id: str) -> Study:
        study = await self.client.retrieve(study_id)
        self.shelf.merge([study])
        return study


@asynccontextmanager
async def workplace(
    emulator: EmbeddedEmulator, clock: Clock | None = None, *, deadline: float = 10.0
) -> AsyncIterator[Workplace]:
    async with AvaraClient(emulator.base_url, emulator.api_key, deadline=deadline) as client:
        work = Workplace(client, clock)
        try:
            yield work
        finally:
            await work.read_back.stop()


def an_open_study(emulator: EmbeddedEmulator, index: int = 0, **fields: object) -> str:
    """Return an open study that has been made to hold ``fields``."""
    open_ones = [
        each["studyId"]
        for each in emulator.studies()
        if each["studyViewerStatus"] == "incomplete" and not each["isCancelled"]
    ]
    study_id = str(open_ones[index])
    if fields:
        emulator.change(study_id, **fields)
    return study_id


async def until(condition: Callable[[], object]) -> None:
    """Wait until ``condition`` holds."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - conditions of another thread's server
            await asyncio.sleep(0.005)


class Notes:
    """A watcher that keeps what it is told, in order."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int, str, str]] = []

    def intended(self, entry: Entry, change: StudyChange) -> None:
        assert change.ending is None
        self.lines.append(("intended", entry.number, change.study_id, ""))

    def ended(self, entry: Entry, change: StudyChange) -> None:
        assert change.ending is not None
        self.lines.append(("ended", entry.number, change.study_id, change.ending.value))
