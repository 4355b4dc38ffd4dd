"""A session with the server without a screen: a client, what it read, and what it wrote."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from avara_tui.clock import Clock, SystemClock
from avara_tui.config import Profile, Settings
from avara_tui.study import Study
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.journal.keeping import keep_journal
from avara_tui.triage.opener.openings import Openings
from avara_tui.triage.person import Person
from avara_tui.triage.reading.session import open_client
from avara_tui.triage.site import thresholds_of
from avara_tui.triage.writing.editing import Editor
from avara_tui.triage.writing.history import History
from avara_tui.worklist.query import QueryContext
from avara_tui.worklist.studies import StudySet

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient


class ClientSession:
    """What a command has at hand: the settings, the server, and the studies read so far."""

    def __init__(
        self,
        settings: Settings,
        connection: Connection,
        client: "AvaraClient",
        clock: Clock,
        journal: Path | None = None,
    ) -> None:
        """``journal`` is where to keep one of what is written and opened; None keeps none."""
        self.settings = settings
        self.thresholds = thresholds_of(settings.config)
        """The site's rules."""
        self.connection = connection
        self.client = client
        self.clock = clock
        self.studies = StudySet()
        self.history = History(clock)
        self.editor = Editor(self, self.history)
        person = Person(self.profile.name, self.me)
        self.openings = Openings(clock)
        self.journal = keep_journal(
            journal,
            self.history,
            self.openings,
            person=lambda: person,
            clock=clock,
            changed=lambda: None,
        )

    @property
    def profile(self) -> Profile:
        """The profile that counts."""
        return self.settings.profile

    @property
    def me(self) -> str | None:
        """The user id of the person at the keys, as far as the profile says."""
        return self.connection.me

    def context(self) -> QueryContext:
        """Return what queries and orders need to know at this moment."""
        return QueryContext(me=self.me, now=self.clock.now(), thresholds=self.thresholds)

    def merge(self, studies: Iterable[Study]) -> None:
        """Take in studies as they were read."""
        self.studies.merge(studies)

    def forget(self, study_id: str) -> None:
        """Drop a study that the server says does not exist."""
        self.studies.discard(study_id)

    async def read(self, study_id: str) -> Study:
        """Return a study as it is now. Raises :class:`avara_tui.api.errors.AvaraError`."""
        study = await self.client.retrieve(study_id)
        self.merge([study])
        return study

    async def read_by_uid(self, uid: str) -> Study:
        """Return the study with a UID as it is now.

        Raises :class:`avara_tui.api.errors.AvaraError`.
        """
        study = await self.client.retrieve_by_uid(uid)
        self.merge([study])
        return study


@asynccontextmanager
async def open_session(
    settings: Settings, connection: Connection, journal: Path | None = None
) -> AsyncIterator[ClientSession]:
    """Give a :class:`ClientSession`, and close its connections and its journal afterwards."""
    client = open_client(connection)
    async with client:
        session = ClientSession(settings, connection, client, SystemClock(), journal)
        try:
            yield session
        finally:
            if session.journal is not None:
                session.journal.close()
