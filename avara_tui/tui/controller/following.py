"""What follows when the session speaks, and when time passes."""

from typing import TYPE_CHECKING, Protocol

from avara_tui.study import STAT
from avara_tui.triage.reading.health import State
from avara_tui.tui.board.board import Board
from avara_tui.tui.board.marks import Marks
from avara_tui.tui.board.news import News
from avara_tui.tui.commands.edit_controller import EditController
from avara_tui.tui.controller.alarm import AlarmController
from avara_tui.tui.protocols import Hosted, Pointing
from avara_tui.worklist.studies import ChangeSet

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession
    from avara_tui.tui.controller.guide import Guide
    from avara_tui.tui.controller.lock import Lock
    from avara_tui.tui.controller.throttle import Throttle
    from avara_tui.tui.controller.watched_profiles import WatchedProfiles


class FollowingScreen(Pointing, Hosted, Protocol):
    """What following the session needs of the screen."""


class Followed(Protocol):
    """What follows."""

    session: "TriageSession"
    board: Board
    news: News
    marks: Marks
    alarms: AlarmController
    edits: EditController
    guide: "Guide"
    lock: "Lock"
    show_soon: "Throttle"
    watched: "WatchedProfiles"

    def show(self) -> None:
        """Draw everything around the table again."""
        ...

    def rows_changed(self) -> None:
        """Draw the table, and everything around it, as they are now."""
        ...


class Following:
    """Tells all parts of the worklist what has changed, each after those that it goes by."""

    def __init__(self, screen: FollowingScreen, parts: Followed) -> None:
        self._screen = screen
        self._parts = parts

    def news_came(self, change: ChangeSet) -> None:
        """Take in what the server brought, before it is told as a change."""
        self._parts.news.note(change)
        if any(map(self._is_stat, change.added)):
            self._parts.guide.end_tour()

    def studies_changed(self, change: ChangeSet) -> None:
        """Take in a change of the studies.

        The signs of rows come before the rows, and the alarm before anything is drawn. Drafts move
        along before the detail shows them.
        """
        parts, table, detail = self._parts, self._screen.table, self._screen.detail
        parts.news.follow(change)
        parts.board.apply(change)
        parts.alarms.studies_changed(change)
        parts.marks.forget(change.gone)
        table.rows_changed()
        parts.marks.rows_changed()
        parts.show_soon()
        parts.edits.studies_changed(change)
        shown = detail.study
        if shown is not None and shown.study_id in change.read:
            detail.show_again(parts.session.studies.get(shown.study_id))

    def health_changed(self) -> None:
        """Take in how far the data may be believed."""
        parts = self._parts
        health = parts.session.health
        if health.loaded or health.state not in {State.CONNECTING, State.LOADING}:
            self._screen.app.freeze_memory()
        if not health.loading and not parts.lock.is_locked:
            self._screen.table.await_study(None)
        parts.guide.health_changed()
        parts.alarms.health_changed()
        parts.watched.health_changed()
        parts.show_soon()

    def me_changed(self) -> None:
        """Take in who sits at the keys."""
        self._parts.board.set_me(self._parts.session.me)
        self._parts.rows_changed()
        self.health_changed()

    def tick(self) -> None:
        """Take in that time has passed."""
        parts = self._parts
        parts.edits.tick()
        parts.alarms.tick()
        parts.watched.tick()
        if parts.lock.is_locked or parts.lock.locks_now():
            return
        parts.board.tick()
        parts.rows_changed()
        parts.show()
        detail = self._screen.detail
        if not detail.is_dirty and not detail.has_focus:
            detail.refresh_entries()

    def _is_stat(self, study_id: str) -> bool:
        study = self._parts.board.study(study_id)
        return study is not None and study.severity == STAT
