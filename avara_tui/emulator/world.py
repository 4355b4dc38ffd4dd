"""One emulator's state: everything that requests read and change."""

from typing import Final

from avara_tui.emulator.clock import EmulatorClock
from avara_tui.emulator.directory import Directory
from avara_tui.emulator.invitations import InvitationBook
from avara_tui.emulator.recorder import Recorder
from avara_tui.emulator.rendering import References
from avara_tui.emulator.schema import building, is_new, open_database
from avara_tui.emulator.seeding.studies import seed_database
from avara_tui.emulator.settings import Settings
from avara_tui.emulator.store import StudyStore
from avara_tui.emulator.study_list import StudyList
from avara_tui.emulator.tokens import TokenForge

_OWN_KEY_DESCRIPTION: Final = "Production API Key"


class World:
    """The database behind the API and what surrounds it. Used from the server's thread only."""

    def __init__(self, settings: Settings) -> None:
        """Open and, if it is new, seed the database.

        Raises :class:`sqlite3.Error` or :class:`ForeignDatabaseError` where that cannot be.
        """
        self.settings: Final = settings
        self.behaviour: Final = settings.behaviour
        self.clock: Final = EmulatorClock(settings.now_ms)
        self.connection: Final = open_database(settings.database)
        self.store: Final = StudyStore(self.connection, self.behaviour, self.clock.now_ms)
        try:
            self._fill()
        except BaseException:
            self.close()
            raise
        self.directory: Final = Directory(self.connection)
        self.invitations: Final = InvitationBook(self.connection, self.directory, self.clock.now_ms)
        self.references: Final = References(self.connection, self.behaviour)
        self.forge: Final = TokenForge()
        self.recorder: Final = Recorder()
        self.redirect_to = "http://elsewhere.invalid"
        """The origin that redirecting faults lead to."""
        number, self.api_key_id = self.connection.execute(
            "SELECT number, api_key_id FROM api_keys WHERE description = ?",
            (_OWN_KEY_DESCRIPTION,),
        ).fetchone()
        self.source: Final[int | None] = number if settings.scope == "self" else None
        """The number of the key that must have created what requests see; None if any may have."""
        self.study_list: Final = StudyList(self.connection, self.behaviour, self.source)

    def _fill(self) -> None:
        if is_new(self.connection):
            with building(self.connection):
                seed_database(
                    self.connection,
                    studies=self.settings.studies,
                    seed=self.settings.seed,
                    now_ms=self.clock.now_ms(),
                )
        self.store.reorder()

    def close(self) -> None:
        """Close the database."""
        self.connection.close()
