"""A source of studies for one client on an emulator: a session without its lanes."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from avara_tui.api.client import AvaraClient
from avara_tui.clock import Clock, SystemClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from avara_tui.triage.editing import Editor
from avara_tui.triage.history import Entry, History, StudyChange
from avara_tui.worklist.studies import StudySet


class Shelf:
    """The studies that one person's program holds."""

    def __init__(self, client: AvaraClient | None) -> None:
        self.client = client
        self.studies = StudySet()

    def merge(self, studies: Iterable[Study]) -> None:
        self.studies.merge(studies)

    def forget(self, study_id: str) -> None:
        self.studies.discard(study_id)


class Workplace:
    """One person: a client, what it holds, and what was done with it."""

    def __init__(self, client: AvaraClient, clock: Clock | None = None) -> None:
        self.client = client
        self.shelf = Shelf(client)
        self.history = History(clock or SystemClock())
        self.editor = Editor(self.shelf, self.history)

    async def read(self, study_id: str) -> Study:
        study = await self.client.retrieve(study_id)
        self.shelf.merge([study])
        return study


@asynccontextmanager
async def workplace(
    emulator: EmbeddedEmulator, clock: Clock | None = None, *, deadline: float = 10.0
) -> AsyncIterator[Workplace]:
    async with AvaraClient(emulator.base_url, emulator.api_key, deadline=deadline) as client:
        yield Workplace(client, clock)


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
