"""Where the cursor is: which study a key means, and which one the detail shows."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from avara_tui.study import Study
from avara_tui.tui.board.board import Board
from avara_tui.tui.board.news import News
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.protocols import Pointing

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession


class Cursor:
    """Says which study is meant, and moves the detail along."""

    def __init__(
        self,
        screen: Pointing,
        session: "TriageSession",
        board: Board,
        news: News,
        *,
        may_leave: Callable[[], Awaitable[bool]],
        rows_changed: Callable[[], None],
    ) -> None:
        """``may_leave`` asks what shall become of a draft before another study is shown."""
        self._screen = screen
        self._session = session
        self._board = board
        self._news = news
        self._may_leave = may_leave
        self._rows_changed = rows_changed

    @property
    def actions(self) -> Actions:
        """How one goes into the detail and back, by action id."""
        return {"detail": self._enter_detail, "back": self._leave_detail}

    def target(self) -> Study | None:
        """Return the study that a key means at this moment."""
        shown = self._screen.detail.study
        if self._screen.focused is self._screen.detail and shown is not None:
            return self._board.study(shown.study_id) or shown
        return self.study

    @property
    def study(self) -> Study | None:
        """The study under the table's cursor."""
        study_id = self._screen.table.cursor_id
        return None if study_id is None else self._board.study(study_id)

    def moved(self, study_id: str | None) -> None:
        """Keep the study under the cursor on the table, and take it as seen."""
        seen = self._news.look_at(study_id)
        if seen:
            self._board.apply(seen)
        if self._board.pin(study_id) or seen:
            self._rows_changed()

    async def detail_follows(self) -> None:
        """Show the study under the cursor in the detail, unless a draft is in the way."""
        detail, wanted = self._screen.detail, self.study
        held = detail.study
        if (
            detail.is_dirty
            and held is not None
            and (wanted is None or held.study_id != wanted.study_id)
            and not await self._may_leave()
        ):
            self._screen.table.go_to(held.study_id)
            self._screen.set_focus(detail, scroll_visible=False)
            return
        self._show_detail()

    def _show_detail(self) -> None:
        cursor = self._screen.table.cursor_id
        study = None if cursor is None else self._session.studies.get(cursor)
        self._screen.detail.show_study(study)

    def _enter_detail(self) -> None:
        self._show_detail()
        self._screen.set_focus(self._screen.detail, scroll_visible=False)

    async def _leave_detail(self) -> None:
        if await self._may_leave():
            self._screen.set_focus(self._screen.table, scroll_visible=False)
