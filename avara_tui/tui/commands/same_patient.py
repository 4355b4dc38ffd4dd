"""All studies of one patient, whatever their state, and back to where one was."""

from collections.abc import Callable
from typing import Protocol

from avara_tui.study import Study
from avara_tui.text import clean
from avara_tui.tui.board.board import Board
from avara_tui.tui.keys.actions import StudyActions
from avara_tui.tui.lines import Role, line
from avara_tui.tui.presentation.patient_lines import UNSURE, studies_text
from avara_tui.tui.protocols import Pointing, Telling
from avara_tui.worklist.same_patient import patient_of


class SamePatientScreen(Telling, Pointing, Protocol):
    """What showing one patient's studies needs of the screen."""


class SamePatient:
    """Shows the studies of one patient in the place of a worklist. It writes nothing."""

    def __init__(
        self,
        screen: SamePatientScreen,
        board: Board,
        shown_anew: Callable[[], None],
        show: Callable[[str], object],
    ) -> None:
        """``show`` puts the cursor on a study, wherever it is."""
        self._screen = screen
        self._board = board
        self._shown_anew = shown_anew
        self._show = show
        self._cursor: str | None = None
        self._screen_row: int | None = None

    @property
    def study_actions(self) -> StudyActions:
        """What is done to the study that a key means, by action id."""
        return {"same_patient": self.show}

    async def show(self, study: Study) -> None:
        """Show all studies of the patient of ``study``; where they are shown already, go back."""
        board, patients = self._board, self._board.patients
        if patients.is_shown:
            self.back()
            return
        count, key = patients.count(study.study_id), patients.key or ""
        if count < 2:
            has_value = patient_of(study, key) is not None
            self._screen.notice(line((self._why_none(key, has_value=has_value), Role.WARNING)))
            return
        table = self._screen.table
        self._cursor, self._screen_row = table.cursor_id or study.study_id, table.cursor_screen_row
        board.show_patient_of(study.study_id)
        self._shown_anew()
        self._go_to(study.study_id)
        self._screen.set_focus(table, scroll_visible=False)
        said = f"{studies_text(count)} with the same {clean(key)}"
        unsure = () if patients.is_whole else line((f" {UNSURE}", Role.WARNING))
        back = self._screen.key("clear_filter")
        self._screen.notice(line(said) + unsure, line((back, Role.KEY), " goes back"))

    def back(self) -> bool:
        """Go back to the worklist, filter and study that one came from; return whether one did."""
        if not self._board.patients.is_shown:
            return False
        self._board.choose(self._board.listed)
        self._shown_anew()
        if self._cursor is not None and self._cursor in self._board.studies:
            self._go_to(self._cursor)
            self._scroll_back()
        self._cursor = None
        self._screen.clear_notice()
        return True

    def _go_to(self, study_id: str) -> None:
        """Put the cursor on a study, unless it stayed there: everything is drawn anew for that."""
        if self._screen.table.cursor_id != study_id:
            self._show(study_id)

    def _scroll_back(self) -> None:
        """Have the rows around the cursor in sight that were there before."""
        table = self._screen.table
        if self._screen_row is not None and table.cursor_screen_row is not None:
            table.scroll_rows(table.cursor_screen_row - self._screen_row)

    def _why_none(self, key: str, *, has_value: bool) -> str:
        if not has_value:
            return f"this study has no {clean(key)} that can be compared"
        of_what = "" if self._board.patients.is_whole else f" {UNSURE}"
        return f"no other study{of_what} has the same {clean(key)}"
