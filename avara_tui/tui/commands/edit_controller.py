"""Everything that changes studies: the commands, their history, and the eye on what follows."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, Protocol

from avara_tui.clock import Clock
from avara_tui.config import Config
from avara_tui.study import Study, UserRef
from avara_tui.triage.aside import Aside, InHand
from avara_tui.triage.opener.openings import Openings
from avara_tui.triage.writing.claiming import Claim, Claimer
from avara_tui.triage.writing.editing import Editor
from avara_tui.triage.writing.history import History
from avara_tui.triage.writing.ledger import Ledger
from avara_tui.triage.writing.read_back import ReadBack
from avara_tui.triage.writing.undoing import Undoer
from avara_tui.tui.board.board import Board
from avara_tui.tui.choices import yes
from avara_tui.tui.commands.claim import ClaimCommands, ClaimEffects
from avara_tui.tui.commands.consent import Consent
from avara_tui.tui.commands.draft import DraftCommands
from avara_tui.tui.commands.going_on import GoingOn
from avara_tui.tui.commands.history import HistoryController, HistoryScreen
from avara_tui.tui.commands.next_study import NextStudies
from avara_tui.tui.commands.open_study import OpenCommand, OpenScreen
from avara_tui.tui.commands.people import People
from avara_tui.tui.commands.study import StudyCommands
from avara_tui.tui.commands.viewer import ViewerController
from avara_tui.tui.lines import Role, line
from avara_tui.tui.protocols import Drawing, Pointing
from avara_tui.worklist.drafts import Drafts, OpenDraft
from avara_tui.worklist.studies import ChangeSet

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession


class EditScreen(HistoryScreen, OpenScreen, Pointing, Drawing, Protocol):
    """What editing needs of the screen."""


class EditController:
    """Puts the parts together that edits go through, and shows on the board what they do."""

    takes: ClassVar[tuple[str, ...]] = ("next", "open_claims")

    def __init__(
        self,
        screen: EditScreen,
        session: "TriageSession",
        board: Board,
        clock: Clock,
        *,
        viewer: ViewerController,
        people: People,
        config: Config,
        openings: Openings,
    ) -> None:
        self._screen = screen
        self._session = session
        self._board = board
        self.history = History(clock)
        self.editor = Editor(session, self.history)
        self.open_drafts = Drafts()
        """What was typed and is not saved, of every study."""
        going_on = GoingOn(screen, board, self.open_drafts)
        self.consent = Consent(screen, session, going_on)
        self.commands = StudyCommands(
            screen,
            session,
            self.editor,
            people=people,
            drafts=self.open_drafts,
            consent=self.consent,
            going_on=going_on,
        )
        self.drafts = DraftCommands(screen, screen.detail, self.commands, self.open_drafts)
        self._aside, opened = Aside(clock), InHand(clock)
        self.candidates = NextStudies(board, session, self._aside, opened, config)
        """What can be next, the most urgent first."""
        claimer = Claimer(session, self.editor)
        self.opening = OpenCommand(
            screen,
            self.consent,
            claimer,
            opened,
            show=viewer.open,
            report=self._report_claim,
            config=config,
        )
        self.claims = ClaimCommands(
            screen,
            session,
            self.commands,
            people=people,
            claimer=claimer,
            aside=self._aside,
            candidates=self.candidates,
            consent=self.consent,
            effects=ClaimEffects(
                self.drafts.may_leave, screen.table.go_to, self.opening.show, self._look_changed
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
        screen.row_context.show_edits(
            unconfirmed=self._unconfirmed, drafts=self.open_drafts.ids, aside=self._aside.ids
        )
        board.show_as(self.shown)
        screen.detail.show_edits(self)
        self.editor.under_way.subscribe(lambda study_id: self._look_changed({study_id}))

    def take_settings(self, config: Config) -> None:
        """Let other settings count."""
        self.candidates.take_settings(config)
        self.opening.take_settings(config)

    def _report_claim(self, study: Study, claim: Claim) -> None:
        self.claims.report(study, claim)

    def draft(self, study_id: str) -> OpenDraft | None:
        """Return what was typed of a study and is not saved."""
        return self.open_drafts.get(study_id)

    def people(self) -> Mapping[str, UserRef]:
        """Return the people that studies can be assigned to, by user id."""
        return self.commands.people()

    def shown(self, study: Study) -> Study:
        """Return a study as what is under way will make it."""
        under_way = self.editor.under_way
        if study.study_id not in under_way.ids:
            return study
        return under_way.shown(study, self.people())

    def studies_changed(self, change: ChangeSet) -> None:
        """Hold what was read against what was written, and bring drafts up to date."""
        for study_id in change.read if self._has_work else ():
            study = self._session.studies.get(study_id)
            if study is not None:
                self.ledger.look(study)
                self.open_drafts.move_along(study)
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
        return bool(self.ledger.watched or self.open_drafts)

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
        return await self._screen.ask(question, yes("leave"), keep="stay") == "y"

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
