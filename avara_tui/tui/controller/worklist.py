"""Behind the screen: the session, the board it fills, and the commands that the keys stand for.

It is made after the first frame, because what it needs takes longer to import than to paint.
"""

from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Final

from avara_tui.clock import Clock, SystemClock
from avara_tui.config import Config
from avara_tui.study import Study
from avara_tui.triage.journal.on_demand import JournalOnDemand
from avara_tui.triage.opener.openings import Openings
from avara_tui.triage.person import Person
from avara_tui.triage.reading.session import Listener, TriageSession
from avara_tui.triage.site import saved_worklists
from avara_tui.tui.board.arranging import Arranging
from avara_tui.tui.board.board import Board
from avara_tui.tui.board.filtering import Filtering
from avara_tui.tui.board.marks import Marks
from avara_tui.tui.board.news import News
from avara_tui.tui.board.switching import Switching
from avara_tui.tui.commands.edit_controller import EditController
from avara_tui.tui.commands.opened_before import OpenedBefore
from avara_tui.tui.commands.own import OwnCommands
from avara_tui.tui.commands.own_open import OwnOpen
from avara_tui.tui.commands.people import People
from avara_tui.tui.commands.targets import Targets
from avara_tui.tui.commands.viewer import ViewerController
from avara_tui.tui.controller.alarm import AlarmController
from avara_tui.tui.controller.cursor import Cursor
from avara_tui.tui.controller.following import Following
from avara_tui.tui.controller.guide import Guide
from avara_tui.tui.controller.handing_off import HandingOff
from avara_tui.tui.controller.lock import Lock
from avara_tui.tui.controller.logging_in import LoggingIn
from avara_tui.tui.controller.lower_panes import LowerPanes
from avara_tui.tui.controller.profile_switch import ProfileSwitch
from avara_tui.tui.controller.quitting import Quitting
from avara_tui.tui.controller.showing import Showing
from avara_tui.tui.controller.taken_settings import TakesSettings, ThemeSetting
from avara_tui.tui.controller.throttle import Throttle
from avara_tui.tui.controller.watched_profiles import WatchedProfiles
from avara_tui.tui.controller_protocol import Refused
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.keys.handlers import Handlers
from avara_tui.tui.lines import Line, line
from avara_tui.tui.presentation.detail_head import field_keys

if TYPE_CHECKING:
    from avara_tui.triage.reading.connector import Connector
    from avara_tui.tui.controller.leaving import Leaving
    from avara_tui.tui.controller.other_profiles import OtherProfiles
    from avara_tui.tui.screens.worklist import WorklistScreen

SHOW_INTERVAL: Final = 0.2
"""Seconds between two drawings of what is around the table, while studies come in."""


class WorklistController:
    """Everything that the screen shows and does, once it is there."""

    showing: Showing
    board: Board
    switching: Switching
    filter: Filtering

    def __init__(self, screen: "WorklistScreen", connector: "Connector") -> None:
        self._screen = screen
        self._options = screen.options
        config = screen.options.config or Config()
        clock: Clock = screen.options.clock or SystemClock()
        self._make_rows(connector, config, clock)
        self._make_commands(config, clock)
        self._make_session(connector, config, clock)
        self.handlers = self._all_handlers()
        screen.table.show_rows(self.board)
        self.switching.begin(self._options.view)
        if self._options.filter_text:
            self.filter.narrow(self._options.filter_text)
        screen.table.take_settings(config)
        screen.detail.take_settings(config)
        screen.detail.show_keys_of(self._keys_of)
        self.showing.show_columns()

    def _make_rows(self, connector: "Connector", config: Config, clock: Clock) -> None:
        """Make what decides which studies are shown, from the session up."""
        screen, own = self._screen, self._options.own_worklists
        showing = self.showing = Showing(screen, self)
        self.news = News(screen.row_context, clock)
        self.show_soon = Throttle(screen, showing.show, SHOW_INTERVAL)
        follow = self._following = Following(screen, self)
        listener = Listener(
            follow.studies_changed, follow.health_changed, follow.news_came, follow.me_changed
        )
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
            screen, self.board, own, config=config, shown_anew=showing.shown_anew
        )
        self.marks = Marks(screen, self.board)
        self.arranging = Arranging(screen, self.board, self.session.studies, showing.shown_anew)
        self.filter = Filtering(screen, self.board, self.session.studies, showing.shown_anew)

    def _make_commands(self, config: Config, clock: Clock) -> None:
        """Make what the keys do to studies, and what keeps account of it."""
        screen, showing, openings = self._screen, self.showing, Openings(clock)
        profile = config.profile(self._options.profile)
        self._viewer = ViewerController(screen, self.session, config, profile, openings)
        self.people = People(screen, self.session, config, self._options.profile)
        self.edits = EditController(
            screen,
            self.session,
            self.board,
            clock,
            viewer=self._viewer,
            people=self.people,
            config=config,
            openings=openings,
        )
        self.lower = LowerPanes(screen, self.board, self.news, self.edits, self.show_soon)
        self.journal = JournalOnDemand(
            self._options.journal,
            self.edits.history,
            openings,
            person=self._person,
            clock=clock,
            changed=showing.show,
        )
        self.targets = Targets(
            screen,
            self.session,
            self.edits,
            self.board,
            marks=self.marks,
            people=self.people,
            config=config,
            rows_changed=showing.rows_changed,
        )
        self.own = OwnCommands(screen, config)

    def _make_session(self, connector: "Connector", config: Config, clock: Clock) -> None:
        """Make what is about the session as a whole."""
        screen = self._screen
        may_leave = self.edits.drafts.may_leave
        self.alarms = AlarmController(
            screen,
            self.session,
            self.board,
            self.edits.history,
            config=config,
            clock=clock,
            may_leave=may_leave,
            noticed=self.showing.show,
            elsewhere=lambda: self.others,
        )
        self.cursor = Cursor(
            screen,
            self.session,
            self.board,
            self.news,
            may_leave=may_leave,
            rows_changed=self.showing.rows_changed,
        )
        self.guide = Guide(self, screen)
        self.lock = Lock(screen, self, connector, clock, config)
        give_away = self.targets.give_away
        own_open = OwnOpen(screen, self.session, lambda: self.session.me, give_away)
        self.quitting = Quitting(screen, self.edits, self.targets, own_open)
        self.watched = WatchedProfiles(screen, self, clock)
        self.profiles = ProfileSwitch(screen, self.quitting.may_leave, self.watched.left_for)
        self.watched.take_settings(config)

    def _keys_of(self, study: Study) -> Mapping[str, str]:
        return field_keys(study, self.targets.situation)

    def _person(self) -> Person:
        return Person(self._options.profile, self.session.me)

    def start(self) -> None:
        """Connect, load and keep fresh."""
        run = self.session.run()
        self._screen.run_worker(run, group="session", description="the session")

    @property
    def settings_takers(self) -> tuple[TakesSettings, ...]:
        """For whom settings count that are saved while the worklist is on the screen."""
        return (
            ThemeSetting(self._screen.app),
            self._screen,
            self._screen.table,
            self._screen.detail,
            self.session,
            self._viewer,
            self.alarms,
            self.people,
            self.edits,
            self.targets,
            self.lock,
            self.watched,
            self.switching,
        )

    @property
    def others(self) -> "OtherProfiles | None":
        """Other profiles, where any is watched."""
        return self.watched.others

    def tick(self) -> None:
        """Take in that time has passed."""
        self._following.tick()

    # What is shown.

    def show(self) -> None:
        """Draw everything around the table again; what has not changed costs nothing."""
        self.showing.show()

    def show_count(self) -> None:
        """Show how many rows there are, and how many are out of sight."""
        self.showing.show_count()

    def rows_changed(self) -> None:
        """Draw the table, and everything around it, as they are now."""
        self.showing.rows_changed()

    def keys(self) -> Line:
        """Return the keys that fit the moment."""
        return self.showing.keys()

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
        self.filter.edited(text)

    def filter_asked(self, key: str, text: str) -> None:
        """Complete what is typed, or bring a former filter back."""
        self.filter.asked(key, text)

    async def filter_finished(self, text: str | None) -> None:
        """End the typing of a filter; None takes it back."""
        await self.filter.finish(text)

    def end_tour(self) -> bool:
        """Take away the tour that came unasked; return whether it was there."""
        return self.guide.end_tour()

    @property
    def has_target(self) -> bool:
        """Whether there is a study that a key means at this moment."""
        return self.target() is not None

    def cursor_moved(self, study_id: str | None) -> None:
        """Keep the study under the cursor on the table, and take it as seen."""
        self.cursor.moved(study_id)

    async def detail_follows(self) -> None:
        """Show the study under the cursor in the detail, unless a draft is in the way."""
        await self.cursor.detail_follows()

    # Keys.

    def target(self) -> Study | None:
        """Return the study that a key means at this moment."""
        return self.cursor.target()

    def choose(self, index: int) -> None:
        """Show the saved worklist on the number key ``index`` + 1."""
        if index < len(self.board.worklists):
            self.switching.choose(self.board.worklists[index])

    def refusal(self, action_id: str) -> str | None:
        """Return why an action cannot be done at this moment, or None if it can."""
        return self.targets.refusal(self._screen.keymap.actions[action_id], self.target())

    def act(self, action_id: str) -> Awaitable[object] | Refused | None:
        """Do what a key stands for, if it can be done; return what is left to be waited for."""
        action = self._screen.keymap.actions[action_id]
        studies = self.targets.of(action, self.target())
        reason = self.targets.why_not(action, studies)
        if reason is None and action.needs_study and not studies:
            # Nothing else is done without the study that it needs.
            return self.people.me()
        return self.handlers.handle(action_id, studies) if reason is None else Refused(reason)

    def _all_handlers(self) -> Handlers:
        handlers, edits, targets = Handlers(), self.edits, self.targets
        handlers.add_for_study(edits.commands, edits.commands.actions)
        handlers.add_for_study(edits.claims, edits.claims.study_actions)
        handlers.add_for_study(targets, targets.study_actions)
        handlers.add_for_study(self.own, self.own.study_actions)
        handlers.add_for_study(edits.opening, edits.opening.study_actions)
        handlers.add_for_many(targets, targets.bulk_actions)
        rows = (self._screen.table, self.cursor, self.marks, self.arranging)
        lists = (self.switching, self.filter, HandingOff(self._screen, self.session, self.board))
        opened = OpenedBefore(self._screen, self.session, edits.openings, targets.show_study)
        changes = (opened, edits.drafts, edits.claims, edits.past, targets, self.own)
        login = LoggingIn(self._screen, self.session)
        session = (self.alarms, self.guide, self.lock, login, self.profiles, self.quitting, self)
        for owner in (*rows, *lists, *changes, *session):
            handlers.add(owner, owner.actions)
        return handlers

    @property
    def actions(self) -> Actions:
        """What is done with no study in particular and by nobody else, by action id."""
        return {
            "clear_filter": self._clear,
            "refresh": self._refresh,
            "pause": lambda: self.session.pause(paused=not self.session.paused),
        }

    def leave(self) -> "Leaving":
        """Count what is not saved, and send nothing more."""
        return self.quitting.count_losses(self._screen)

    async def stop(self) -> None:
        """Close what is open before the program ends."""
        self._screen.end_commands()
        await self.edits.stop()
        await self.session.stop()
        await self.watched.stop()
        self.journal.close()

    def _refresh(self) -> None:
        self.session.refresh()
        self.watched.ask_again()
        self._screen.notice(line("reading everything again …"))

    def _clear(self) -> None:
        if not self.marks.clear():
            self.filter.clear()
