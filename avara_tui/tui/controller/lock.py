"""Locking the worklist, and hiding its texts: for the moments when somebody else can see it."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from avara_tui.clock import Clock
from avara_tui.config import Config
from avara_tui.study import INCOMPLETE, STAT, UNREADABLE, Study
from avara_tui.triage.access.connection import ConnectionProblem
from avara_tui.triage.process.background import in_daemon_thread
from avara_tui.triage.reading.connector import Connector
from avara_tui.triage.reading.lanes import LaneState
from avara_tui.tui.board.board import Board
from avara_tui.tui.commands.edit_controller import EditController
from avara_tui.tui.commands.own import OwnCommands
from avara_tui.tui.controller.alarm import AlarmController
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.lines import Line, line
from avara_tui.tui.protocols import Drawing, Hosted, Pointing, Started, Telling

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession
    from avara_tui.tui.screens.locked import LockedScreen
    from avara_tui.tui.widgets.pane import Pane

SAVING_LIMIT: Final = 20.0
"""Seconds that a change under way may take: more than any of its deadlines."""
_LOOK_AGAIN: Final = 0.05
MINUTE: Final = 60.0


class LockedOthers(Protocol):
    """Other profiles that are watched, behind the lock too."""

    def locked_lines(self) -> Sequence[Line]:
        """Return what a locked screen says of them: numbers, a line each."""
        ...


class LockedController(Protocol):
    """What is locked away."""

    session: "TriageSession"
    board: Board
    alarms: AlarmController
    edits: EditController
    own: OwnCommands

    @property
    def others(self) -> LockedOthers | None:
        """Other profiles, where any is watched."""
        ...

    def rows_changed(self) -> None:
        """Draw the table and everything around it anew."""
        ...

    def start(self) -> None:
        """Connect, load and keep fresh."""
        ...


class LockableScreen(Telling, Pointing, Drawing, Started, Hosted, Protocol):
    """What locking and masking need of the screen."""

    @property
    def masthead(self) -> "Pane":
        """The line that says whose worklist it is."""
        ...

    @property
    def is_typing(self) -> bool:
        """Whether a text or an answer has been begun and not ended."""
        ...

    def close_cards(self) -> None:
        """Take away what lies over the worklist."""
        ...

    def show_keys(self) -> None:
        """Show the keys that fit the moment."""
        ...


class Lock:
    """Blanks the screen and forgets the studies, on request or when nobody has been there."""

    takes: ClassVar[tuple[str, ...]] = ("refresh",)

    def __init__(
        self,
        screen: LockableScreen,
        controller: LockedController,
        connector: Connector,
        clock: Clock,
        config: Config,
    ) -> None:
        self._screen = screen
        self._controller = controller
        self._connector = connector
        self._clock = clock
        self._lock_minutes = config.lock_minutes
        self.take_settings(config)
        self._locked: LockedScreen | None = None
        self._guards = False
        """Whether anything was ever read that only who has a key may see."""
        self._forgetting: asyncio.Task[None] | None = None

    @property
    def actions(self) -> Actions:
        """What can be done with nothing but a key, by action id."""
        return {"lock": self.lock, "mask": self.toggle_mask}

    def take_settings(self, config: Config) -> None:
        """Let other settings count, behind the lock too."""
        self._stat_interval = config.refresh.stat

    @property
    def is_locked(self) -> bool:
        """Whether the worklist is locked."""
        return self._locked is not None

    def locks_now(self) -> bool:
        """Lock if nobody has been there for long enough; return whether it was so."""
        idle = self._clock.now() - self._screen.app.last_input
        if idle < self._lock_minutes * MINUTE:
            return False
        self.lock()
        return True

    def toggle_mask(self) -> None:
        """Hide descriptions, names, identifiers and metadata, or show them again."""
        context = self._screen.row_context
        context.hide_texts(masked=not context.masked)
        self._controller.rows_changed()
        self._screen.detail.refresh_entries()
        self._screen.show_keys()
        key = self._screen.key("mask")
        said = f"names and texts hidden; {key} shows them"
        self._screen.notice(line(said if context.masked else "everything is shown"))

    def lock(self) -> None:
        """Blank the screen at once; forget the studies as soon as nothing is being saved."""
        if self._locked is not None:
            return
        from avara_tui.tui.screens.locked import LockedScreen  # noqa: PLC0415 - on request only

        self._guards = self._guards or self._controller.session.connection is not None
        screen = self._screen
        screen.close_cards()
        screen.clear_notice()
        self._locked = LockedScreen(
            screen.options.profile,
            screen.masthead.own_styles,
            clock=self._clock,
            unlock=self.unlock,
            unsaved=sum(len(each.changes) for each in self._controller.edits.open_drafts),
            is_typing=screen.is_typing,
            alarms=lambda: self._controller.alarms.waiting,
            others=self._others,
        )
        screen.app.push_screen(self._locked)
        self._locked.run_worker(self._watch(), group="lock", description="the lock")

    def _others(self) -> Sequence[Line]:
        others = self._controller.others
        return [] if others is None else others.locked_lines()

    async def _watch(self) -> None:
        """Forget what must not stay, then count STAT studies until unlocked."""
        self._forgetting = asyncio.create_task(self._forget())
        session = self._controller.session
        connection, known = session.connection, known_stat(session)
        await asyncio.shield(self._forgetting)
        locked = self._locked
        if locked is None or connection is None:
            return
        from avara_tui.triage.reading.stat_count import StatWatch  # noqa: PLC0415 - on request only

        watch = StatWatch(
            connection,
            known,
            self._clock,
            interval=lambda: self._stat_interval,
            severities=lambda: self._controller.alarms.severities,
            follows=lambda: self._controller.alarms.followed,
            look=self._controller.alarms.look_from_behind_a_lock,
            me=lambda: self._controller.session.me,
            notify=locked.show_count,
        )
        await watch.run()

    async def _forget(self) -> None:
        limit = self._clock.monotonic() + SAVING_LIMIT
        saving = self._controller.edits.editor.under_way
        while saving.ids and self._clock.monotonic() < limit:  # noqa: ASYNC110 - no event
            await asyncio.sleep(_LOOK_AGAIN)
        detail = self._screen.detail
        if not detail.is_dirty:
            detail.show_study(None)
        cursor = self._screen.table.cursor_id
        self._screen.table.forget_cursor()
        self._screen.table.await_study(cursor)
        self._controller.own.forget()
        await self._controller.edits.hold()
        await self._controller.session.forget_all()
        self._controller.rows_changed()

    async def unlock(self) -> ConnectionProblem | None:
        """Ask for the key as at the start; show the worklist again if there is one.

        Returns why it stays locked otherwise.
        """
        try:
            await in_daemon_thread(self._connector.try_key)
        except ConnectionProblem as problem:
            # Who has no key still can give one there, and sees nothing until then.
            if self._guards:
                return problem
        if self._forgetting is not None:
            await self._forgetting
        self._locked = None
        screen = self._screen
        screen.app.pop_screen()
        self._controller.session.reopen()
        self._bring_back_draft()
        self._controller.start()
        self._controller.edits.resume()
        return None

    def _bring_back_draft(self) -> None:
        """Put the cursor on the study of an unsaved draft, as it was."""
        study = self._screen.detail.study
        if study is not None and self._screen.detail.is_dirty:
            self._controller.session.merge([study])
            self._controller.board.pin(study.study_id)
            self._controller.rows_changed()
            self._screen.table.go_to(study.study_id)


def known_stat(session: "TriageSession") -> frozenset[str] | None:
    """Return the ids of the open STAT studies that are shown; None before all were read."""
    if not any(_is_read(lane) for lane in session.lanes):
        return None
    return frozenset(each.study_id for each in session.studies if _is_open_stat(each))


def _is_read(lane: LaneState) -> bool:
    return lane.lane.name == "STAT" and lane.completed_at is not None


def _is_open_stat(study: Study) -> bool:
    is_open = study.status in {INCOMPLETE, UNREADABLE} and not study.is_cancelled
    return study.severity == STAT and is_open
