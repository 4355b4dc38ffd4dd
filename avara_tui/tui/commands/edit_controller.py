"""Everything that changes studies: the commands, their history, and the eye on what follows."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from avara_tui.clock import Clock
from avara_tui.study import Study
from avara_tui.triage.aside import Aside
from avara_tui.triage.opener.openings import Openings
from avara_tui.triage.writing.claiming import Claimer
from avara_tui.triage.writing.editing import Editor
from avara_tui.triage.writing.history import History
from avara_tui.triage.writing.ledger import Ledger
from avara_tui.triage.writing.read_back import ReadBack
from avara_tui.triage.writing.undoing import Undoer
from avara_tui.tui.board.board import Board
from avara_tui.tui.commands.claim import ClaimCommands, ClaimEffects
from avara_tui.tui.commands.draft import DraftCommands
from avara_tui.tui.commands.history import HistoryController, HistoryScreen
from avara_tui.tui.commands.next_study import NextStudies
from avara_tui.tui.commands.people import People
from avara_tui.tui.commands.study import StudyCommands
from avara_tui.tui.commands.viewer import ViewerController
from avara_tui.tui.lines import Role, line
from avara_tui.tui.protocols import Drawing, Pointing
from avara_tui.worklist.studies import ChangeSet

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession


class EditScreen(HistoryScreen, Pointing, Drawing, Protocol):
    """What editing needs of the screen."""


class EditController:
    """Puts the parts together that edits go through, and shows on the board what they do."""

    def __init__(
        self,
        screen: EditScreen,
        session: "TriageSession",
        board: Board,
        clock: Clock,
        *,
        viewer: ViewerController,
        people: People,
        openings: Openings,
    ) -> None:
        self._screen = screen
        self._session = session
        self._board = board
        self.history = History(clock)
        self.editor = Editor(session, self.history)
        self.commands = StudyCommands(screen, session, self.editor, people)
        self.drafts = DraftCommands(screen, screen.detail, self.commands)
        self._aside = Aside(clock)
        self.claims = ClaimCommands(
            screen,
            session,
            self.commands,
            people=people,
            claimer=Claimer(session, self.editor),
            aside=self._aside,
            candidates=NextStudies(board, self._aside),
            effects=ClaimEffects(
                self.drafts.may_leave, screen.table.go_to, viewer.open, self._look_changed
            ),
        )
        self._undoer = Undoer(self.editor)
        self.openings = openings
        self.past = HistoryController(
            screen, session, self.history, self._undoer, self.commands, openings=openings
        )
        self.ledger = Ledger(self.history, clock, self.past.found, session.studies.get)
        self.read_back = ReadBack(session, self.history, self.ledger)
        self._unconfirmed: set[str] = set()
        self._connect()

    def _connect(self) -> None:
        context, detail = self._screen.row_context, self._screen.detail
        context.aside, context.drafts = self._aside.ids, detail.drafts.ids
        context.unconfirmed = self._unconfirmed
        self._board.looks = detail.looks = self._shown
        detail.people = self.commands.people
        self.editor.under_way.subscribe(lambda study_id: self._look_changed({study_id}))

    def _shown(self, study: Study) -> Study:
        under_way = self.editor.under_way
        if study.study_id not in under_way.ids:
            return study
        return under_way.shown(study, self.commands.people())

    def studies_changed(self, change: ChangeSet) -> None:
        """Hold what was read against what was written, and bring drafts up to date."""
        for study_id in change.read if self._has_work else ():
            study = self._session.studies.get(study_id)
            if study is not None:
                self.ledger.look(study)
                self._screen.drafts.take_in(study)
        for study_id in change.gone:
            self.ledger.gone(study_id)

    async def hold(self) -> None:
        """Read nothing back for a while in which no study may be held."""
        self.ledger.hold()
        await self.read_back.hold()

    def resume(self) -> None:
        """Go on where :meth:`hold` has stopped: what was written is watched as long as before."""
        self.ledger.resume()
        self.read_back.resume()

    @property
    def _has_work(self) -> bool:
        return bool(self.ledger.watched or self._screen.drafts)

    def not_confirmed(self) -> set[tuple[str, str]]:
        """Return what was asked for and not answered: the ids of studies, each with a field."""
        return self.editor.under_way.fields | self._undoer.waiting

    def tick(self) -> None:
        """Take in that time has passed."""
        self.ledger.expire()
        back = self._aside.returned()
        if back:
            self._look_changed(back)
        self._note_unconfirmed()

    async def may_quit(self) -> bool:
        """Ask before drafts and unconfirmed changes are left behind."""
        if not await self.drafts.may_quit():
            return False
        count = len(self.editor.under_way.ids)
        if not count:
            return True
        studies = "1 study" if count == 1 else f"{count} studies"
        question = line((f"{studies} not saved yet, still trying. ", Role.WARNING), "Leave now?")
        return await self._screen.ask(question) == "y"

    async def stop(self) -> None:
        """Read nothing back any more: the program ends."""
        await self.read_back.stop()

    def _look_changed(self, study_ids: Iterable[str]) -> None:
        self._note_unconfirmed()
        self._board.apply(ChangeSet(changed=set(study_ids)))
        self._screen.table.rows_changed()
        self._screen.detail.refresh_entries()

    def _note_unconfirmed(self) -> None:
        self._unconfirmed.clear()
        self._unconfirmed.update(self.editor.under_way.ids, self.ledger.unsure)
