"""What is typed into the filter: it narrows the worklist at once, and can be taken back."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from avara_tui.tui.actions import Actions
from avara_tui.tui.board import Board
from avara_tui.tui.lines import Role, line
from avara_tui.worklist.query import QueryError, Vocabulary
from avara_tui.worklist.studies import StudySet

if TYPE_CHECKING:
    from avara_tui.tui.screens.worklist import WorklistScreen


class Filtering:
    """The filter of the person at the keys, on top of the saved worklist's own."""

    def __init__(
        self,
        screen: "WorklistScreen",
        board: Board,
        studies: StudySet,
        shown_anew: Callable[[], None],
    ) -> None:
        self._screen = screen
        self._board = board
        self._studies = studies
        self._shown_anew = shown_anew
        self._text_before = ""
        self._study_before: str | None = None

    @property
    def actions(self) -> Actions:
        """What can be done with the filter, by action id."""
        return {"filter": self.type}

    def narrow(self, text: str) -> bool:
        """Filter by ``text``; return whether it could be understood."""
        try:
            self._board.narrow(text)
        except QueryError as error:
            self._screen.notice(line((str(error), Role.WARNING)))
            return False
        self._screen.clear_notice()
        self._shown_anew()
        if self._screen.filter_bar.is_typing and self._study_before is not None:
            # Half a word may have left it out for a moment.
            self._screen.table.go_to(self._study_before)
        return True

    def clear(self) -> None:
        """Show the whole worklist again."""
        if self._board.filter_text:
            self.narrow("")
            self._screen.notice(line("filter cleared"))

    def type(self) -> Awaitable[None]:
        """Open the line to type in, with the present filter in it."""
        self._text_before = self._board.filter_text
        self._study_before = self._screen.table.cursor_id
        return self._screen.type_filter(self.vocabulary)

    async def finish(self, text: str | None) -> None:
        """Keep the filter typed, or go back to the one before if None."""
        if self.narrow(self._text_before if text is None else text):
            await self._screen.filter_bar.close()
            self._screen.set_focus(self._screen.table, scroll_visible=False)

    def vocabulary(self) -> Vocabulary:
        """Return what the studies that are loaded can be filtered by."""
        studies = self._studies
        return Vocabulary(studies.people(), studies.customers(), studies.metadata_keys())
