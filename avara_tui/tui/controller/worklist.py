"""Behind the screen: the session, the board it fills, and the commands that the keys stand for.

It is made after the first frame, because what it needs takes longer to import than to paint.
"""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Final

from avara_tui.clock import Clock, SystemClock
from avara_tui.config import Config
from avara_tui.study import STAT, Study
from avara_tui.triage.journal.on_demand import JournalOnDemand
from avara_tui.triage.opener.openings import Openings
from avara_tui.triage.person import Person
from avara_tui.triage.reading.health import State
from avara_tui.triage.reading.session import Listener, TriageSession
from avara_tui.triage.site import saved_worklists
from avara_tui.tui.board.arranging import Arranging
from avara_tui.tui.board.board import Board
from avara_tui.tui.board.filtering import Filtering
from avara_tui.tui.board.marks import Marks
from avara_tui.tui.board.news import News
from avara_tui.tui.board.surroundings import show_around, show_count
from avara_tui.tui.board.switching import Switching
from avara_tui.tui.commands.edit_controller import EditController
from avara_tui.tui.commands.opened_before import OpenedBefore
from avara_tui.tui.commands.own import OwnCommands
from avara_tui.tui.commands.own_open import OwnOpen, Parting
from avara_tui.tui.commands.people import People
from avara_tui.tui.commands.targets import Targets
from avara_tui.tui.commands.viewer import ViewerController
from avara_tui.tui.controller.alarm import AlarmController
from avara_tui.tui.controller.guide import Guide
from avara_tui.tui.controller.handing_off import HandingOff
from avara_tui.tui.controller.lock import Lock
from avara_tui.tui.controller.profile_switch import ProfileSwitch
from avara_tui.tui.controller.throttle import Throttle
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.keys.handlers import Handlers
from avara_tui.tui.lines import Line, line
from avara_tui.tui.presentation.footer import footer
from avara_tui.worklist.studies import ChangeSet

if TYPE_CHECKING:
    from avara_tui.triage.reading.connector import Connector
    from avara_tui.tui.controller.leaving import Leaving
    from avara_tui.tui.screens.worklist import WorklistScreen

SHOW_INTERVAL: Final = 0.2
"""Seconds between two drawings of what is around the table, while studies come in."""


class WorklistController:
    """Everything that the screen shows and does, once it is there."""

    def __init__(self, screen: "WorklistScreen", connector: "Connector") -> None:
        self._screen = screen
        self._options = screen.options
        config = self._config = screen.options.config or Config()
        own = screen.options.own_worklists
        clock: Clock = screen.options.clock or SystemClock()
        self.news = News(screen.row_context)
        self.show_soon = Throttle(screen, self.show, SHOW_INTERVAL)
        listener = Listener(self._studies_changed, self._health_changed, self._news_came)
        self.session = TriageSession(
            connector,
            listener,
            clock,
            refresh=config.refresh,
            load_limit=config.load_limit,
            take_early=connector.take_early,
        )
        self.board = Board(
            self.session.studies, clock, screen.row_context, config, saved_worklists(config, own)
        )
        self.switching = Switching(
            screen, self.board, own, shown_anew=self.shown_anew, saved=self._worklists_saved
        )
        self.marks = Marks(screen, self.board)
        self.arranging = Arranging(screen, self.board, self.session.studies, self.shown_anew)
        openings = Openings(clock)
        profile = config.profile(screen.options.profile)
        self._viewer = ViewerController(screen, self.session, config, profile, openings)
        self.people = People(screen, self.session, config, screen.options.profile)
        self.people.me_changed = self._health_changed
        self.edits = EditController(
            screen,
            self.session,
            self.board,
            clock,
            viewer=self._viewer,
            people=self.people,
            openings=openings,
        )
        self.journal = JournalOnDemand(
            screen.options.journal,
            self.edits.history,
            openings,
            person=self._person,
            clock=clock,
            changed=self.show,
        )
        self.targets = Targets(
            screen,
            self.session,
            self.edits,
            self.board,
            marks=self.marks,
            people=self.people,
            config=config,
            rows_changed=self.rows_changed,
        )
        give_away = self.targets.give_away
        self.own_open = OwnOpen(screen, self.session, lambda: self.board.me, give_away)
        self.alarms = AlarmController(
            screen,
            self.session,
            self.board,
            self.edits.history,
            config=config,
            clock=clock,
            may_leave=self.edits.drafts.may_leave,
        )
        self.filter = Filtering(screen, self.board, self.session.studies, self.shown_anew)
        self.guide = Guide(self, screen)
        self.own = OwnCommands(screen, config)
        self.lock = Lock(screen, self, connector, clock, config)
        self.profiles = ProfileSwitch(screen, self._may_quit)
        self.handlers = self._all_handlers()
        screen.table.show_rows(self.board)
        self.switching.begin(self._options.view)
        if self._options.filter_text:
            self.filter.narrow(self._options.filter_text)
        screen.table.has_stripes = config.zebra
        self._show_columns()

    def _person(self) -> Person:
        return Person(self._options.profile, self.board.me)

    def start(self) -> None:
        """Connect, load and keep fresh."""
        run = self.session.run()
        self._screen.run_worker(run, group="session", description="the session")

    def take_settings(self, config: Config) -> None:
        """Let other settings count, as far as they can while the worklist is on the screen."""
        self._config = config
        self.session.set_pace(config.refresh)
        self._viewer.config = config
        self._screen.table.has_stripes = config.zebra
        self.alarms.take_settings(config)
        self.people.take_settings(config)
        self.targets.take_settings(config)
        self.lock.take_settings(config)
        self._worklists_saved()

    def _worklists_saved(self) -> None:
        """Show the worklists that there are by now."""
        worklists = saved_worklists(self._config, self.switching.own)
        self.board.take_settings(self._config, worklists)
        self.shown_anew()

    # The session speaks.

    def _news_came(self, change: ChangeSet) -> None:
        self.news.take_in(change)
        if any(map(self._is_stat, change.added)):
            self.guide.end_tour()

    def _studies_changed(self, change: ChangeSet) -> None:
        self.news.follow(change)
        self.board.apply(change)
        self.alarms.studies_changed(change)
        self.marks.forget(change.gone)
        self._screen.table.rows_changed()
        self.marks.rows_changed()
        self.show_soon()
        self.edits.studies_changed(change)
        detail = self._screen.detail
        shown = detail.study
        if shown is not None and shown.study_id in change.read:
            detail.take_in(self.session.studies.get(shown.study_id))

    def _is_stat(self, study_id: str) -> bool:
        study = self.board.study(study_id)
        return study is not None and study.severity == STAT

    def _health_changed(self) -> None:
        health = self.session.health
        if health.loaded or health.state not in {State.CONNECTING, State.LOADING}:
            self._screen.app.settle_memory()
        connection = self.session.connection
        if connection is not None and connection.me != self.board.me:
            self.board.set_me(connection.me)
            self.rows_changed()
        if not health.loading and not self.lock.is_locked:
            self._screen.table.await_study(None)
        self.alarms.health_changed()
        self.show_soon()

    def tick(self) -> None:
        """Take in that time has passed."""
        self.edits.tick()
        self.alarms.tick()
        if self.lock.is_locked or self.lock.locks_now():
            return
        self.board.tick()
        self.rows_changed()
        self.show()
        detail = self._screen.detail
        if not detail.is_dirty and not detail.has_focus:
            detail.refresh_entries()

    # What is shown.

    def show(self) -> None:
        """Draw everything around the table again; what has not changed costs nothing."""
        show_around(self, self._screen)
        self.alarms.show()

    def show_count(self) -> None:
        """Show how many rows there are, and how many are out of sight."""
        show_count(self, self._screen)

    def rows_changed(self) -> None:
        """Draw the table, and everything around it, as they are now."""
        self._screen.table.rows_changed()
        self.marks.rows_changed()
        self.show()

    def keys(self) -> Line:
        """Return the keys that fit the moment."""
        return footer(
            self.target(),
            self._screen.size.width - 2,
            self.targets.situation,
            marked=self.marks.count(),
            dirty=self._screen.detail.is_dirty,
        )

    # What the screen tells.

    def show_alarms(self) -> None:
        """Draw the alarms where they fit by now."""
        self.alarms.show()

    def title_clicked(self, column_id: str | None, *, adds: bool) -> None:
        """Sort by the column whose title was clicked; None stands for the triage order."""
        self.arranging.title_clicked(column_id, adds=adds)

    def mark_clicked(self, *, up_to: bool) -> None:
        """Mark the study that was clicked, or all up to it."""
        self.marks.clicked(up_to=up_to)

    def filter_edited(self, text: str) -> None:
        """Filter by what is typed."""
        self.filter.narrow(text)

    def filter_asked(self, key: str, text: str) -> None:
        """Complete what is typed, or bring a former filter back."""
        self.filter.asked(key, text)

    async def filter_finished(self, text: str | None) -> None:
        """End the typing of a filter; None takes it back."""
        await self.filter.finish(text)

    def end_tour(self) -> bool:
        """Take away the tour that came unasked; return whether it was there."""
        return self.guide.end_tour()

    # Where the cursor is.

    @property
    def has_target(self) -> bool:
        """Whether there is a study that a key means at this moment."""
        return self.target() is not None

    def target(self) -> Study | None:
        """Return the study that a key means at this moment."""
        shown = self._screen.detail.study
        if self._screen.focused is self._screen.detail and shown is not None:
            return self.board.study(shown.study_id) or shown
        return self.under_cursor()

    def under_cursor(self) -> Study | None:
        """Return the study under the table's cursor."""
        study_id = self._screen.table.cursor_id
        return None if study_id is None else self.board.study(study_id)

    def cursor_moved(self, study_id: str | None) -> None:
        """Keep the study under the cursor on the table, and take it as seen."""
        seen = self.news.look_at(study_id)
        if seen:
            self.board.apply(seen)
        if self.board.pin(study_id) or seen:
            self.rows_changed()

    async def detail_follows(self) -> None:
        """Show the study under the cursor in the detail, unless a draft is in the way."""
        detail, wanted = self._screen.detail, self.under_cursor()
        held = detail.study
        if (
            detail.is_dirty
            and held is not None
            and (wanted is None or held.study_id != wanted.study_id)
            and not await self.edits.drafts.may_leave()
        ):
            self._screen.table.go_to(held.study_id)
            self._screen.set_focus(detail, scroll_visible=False)
            return
        self._show_detail()

    def _show_detail(self) -> None:
        cursor = self._screen.table.cursor_id
        self._screen.detail.show_study(None if cursor is None else self.session.studies.get(cursor))

    # Keys.

    def choose(self, index: int) -> None:
        """Show the saved worklist on the number key ``index`` + 1."""
        if index < len(self.board.worklists):
            self.switching.choose(self.board.worklists[index])

    def refusal(self, action_id: str) -> str | None:
        """Return why an action cannot be done at this moment, or None if it can."""
        return self.targets.refusal(self._screen.keymap.actions[action_id], self.target())

    def act(self, action_id: str) -> Awaitable[object] | None:
        """Do what a key stands for; return what is left to be waited for."""
        studies = self.targets.of(self._screen.keymap.actions[action_id], self.target())
        return self.handlers.handle(action_id, studies)

    def _all_handlers(self) -> Handlers:
        handlers, edits, targets = Handlers(), self.edits, self.targets
        handlers.add_for_study(edits.commands, edits.commands.actions)
        handlers.add_for_study(edits.claims, edits.claims.study_actions)
        handlers.add_for_study(targets, targets.study_actions)
        handlers.add_for_study(self.own, self.own.study_actions)
        handlers.add_for_study(self._viewer, {"open": self._viewer.open})
        handlers.add_for_many(targets, targets.bulk_actions)
        for owner in (
            self._screen.table,
            self.marks,
            self.alarms,
            self.arranging,
            self.switching,
            HandingOff(self._screen, self.session, self.board),
            self.filter,
            edits.drafts,
            edits.claims,
            edits.past,
            OpenedBefore(self._screen, self.session, edits.openings, targets.show_study),
            self.guide,
            self.own,
            targets,
            self.lock,
            self.profiles,
            self,
        ):
            handlers.add(owner, owner.actions)
        return handlers

    @property
    def actions(self) -> Actions:
        """What is done with no study in particular and by nobody else, by action id."""
        return {
            "detail": self._enter_detail,
            "back": self._leave_detail,
            "clear_filter": self._clear,
            "refresh": self._refresh,
            "pause": lambda: self.session.pause(paused=not self.session.paused),
            "quit": self.quit,
        }

    def _enter_detail(self) -> None:
        self._show_detail()
        self._screen.set_focus(self._screen.detail, scroll_visible=False)

    async def _leave_detail(self) -> None:
        if await self.edits.drafts.may_leave():
            self._screen.set_focus(self._screen.table, scroll_visible=False)

    async def quit(self) -> None:
        """Leave the program, unless something that is not saved wants an answer first."""
        while await self._may_quit():
            # Where nothing can be seen, nothing more is asked.
            unseen = self._screen.is_too_small
            parting = Parting.LEAVES if unseen else await self.own_open.part()
            if parting is Parting.LEAVES:
                self._screen.app.exit()
            if parting is not Parting.ASKED_FOR_MORE:
                return

    async def _may_quit(self) -> bool:
        return await self.edits.may_quit() and await self.targets.may_leave()

    def leave(self) -> "Leaving":
        """Count what is not saved, and send nothing more."""
        from avara_tui.tui.controller.leaving import leave  # noqa: PLC0415 - when all is over

        return leave(self._screen, self.edits, self.targets)

    async def stop(self) -> None:
        """Close what is open before the program ends."""
        self._screen.end_commands()
        await self.edits.stop()
        await self.session.stop()
        self.journal.close()

    def _refresh(self) -> None:
        self.session.refresh()
        self._screen.notice(line("reading everything again …"))

    def shown_anew(self) -> None:
        """Show other rows; the cursor stays on its study if it is among them."""
        table = self._screen.table
        if table.cursor_id is None or self.board.position(table.cursor_id) is None:
            table.forget_cursor()
        else:
            # Another selection lets go of the study: here it stays under the cursor.
            self.board.pin(table.cursor_id)
        self._show_columns()
        self.rows_changed()

    def _show_columns(self) -> None:
        board = self.board
        self._screen.table.show_columns(board.columns, board.order, in_order=board.chose_columns)

    def _clear(self) -> None:
        if not self.marks.clear():
            self.filter.clear()
