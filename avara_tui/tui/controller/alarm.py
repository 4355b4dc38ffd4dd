"""The alarm on the screen: banner, bell and notification, and the key that takes notice."""

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from avara_tui.clock import Clock
from avara_tui.config import Config
from avara_tui.study import STAT, Study
from avara_tui.triage.alarms import AlarmWatch, Watch
from avara_tui.triage.notification import BELL, notification
from avara_tui.triage.writing.history import History
from avara_tui.tui.board.board import Board
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.lines import Line, Role, join, line
from avara_tui.tui.presentation.alarm_lines import (
    NARROW,
    alarm_line,
    rest_line,
    start_line,
    watch_line,
)
from avara_tui.tui.presentation.detail import name_line
from avara_tui.tui.protocols import Pointing, Telling, Terminal
from avara_tui.tui.widgets.card import Card
from avara_tui.worklist.clocks import Timeliness, timeliness
from avara_tui.worklist.rungs import Alarm
from avara_tui.worklist.studies import ChangeSet, StudySet

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession
    from avara_tui.tui.widgets.alarm_banner import AlarmBanner

TALL: Final = 20
"""Rows of the screen from which the banner may take three lines; below it takes two."""


class Elsewhere(Protocol):
    """The alarms of other profiles."""

    @property
    def waiting(self) -> int:
        """How many studies nobody has taken notice of."""
        ...

    def alarm_lines(self, way: str, width: int) -> list[Line]:
        """Return the alarms, a line each; ``way`` says on the first how to get there."""
        ...

    async def offer(self, *, alarms_only: bool) -> bool:
        """Offer to go where an alarm waits, else where STAT is open; return whether any is."""
        ...

    def take_as_seen(self) -> int:
        """Take all as noticed; return how many studies that were."""
        ...


class AlarmScreen(Telling, Terminal, Pointing, Protocol):
    """What the alarm needs of the screen."""

    @property
    def alarm_banner(self) -> "AlarmBanner":
        """Where alarms are shown."""
        ...

    def show_alarms_over_card(self, lines: Sequence[Line]) -> None:
        """Show alarms over a card that hides the place where they are shown else."""
        ...


class AlarmController:
    """Keeps the banner true. It moves the cursor only when the person asks it to."""

    takes: ClassVar[tuple[str, ...]] = ("alarm",)

    def __init__(
        self,
        screen: AlarmScreen,
        session: "TriageSession",
        board: Board,
        history: History,
        *,
        config: Config,
        clock: Clock,
        may_leave: Callable[[], Awaitable[bool]],
        noticed: Callable[[], None],
        elsewhere: Callable[[], Elsewhere | None] = lambda: None,
    ) -> None:
        """``noticed`` draws what is around the table, once the person has noticed something.

        ``elsewhere`` returns the alarms of other profiles, where any is watched.
        """
        self._screen = screen
        self._elsewhere = elsewhere
        self._session = session
        self._board = board
        self._desktop = config.alarm.desktop
        self._may_leave = may_leave
        self._noticed = noticed
        self._alarms = AlarmWatch(
            config.alarm, clock, lambda: session.lanes, self._raised, lambda: session.me
        )
        self._first: str | None = None
        """The study of the alarm that stands first on the screen: it is the one that is noticed."""
        history.subscribe(self._alarms)
        session.watch(self._alarms.severities)

    def take_settings(self, config: Config) -> None:
        """Let other settings count, but for the filter that says which studies raise the alarm."""
        self._desktop = config.alarm.desktop
        self._alarms.take_settings(config.alarm)

    @property
    def actions(self) -> Actions:
        """What can be done about alarms, by action id."""
        return {"acknowledge": self.acknowledge, "acknowledge_all": self.acknowledge_all}

    @property
    def waiting(self) -> int:
        """How many alarms nobody has taken notice of: all that a locked screen may say."""
        return len(self._alarms.book.pending)

    @property
    def unnoticed(self) -> Mapping[str, float]:
        """The studies of those alarms, and when each was raised, in seconds since the epoch."""
        return {each.study_id: each.raised_at for each in self._alarms.book.pending}

    @property
    def watch(self) -> Watch:
        """Whether a new STAT study would be noticed at this moment."""
        return self._alarms.watch(self._session.health)

    # What the session and the clock tell.

    def studies_changed(self, change: ChangeSet) -> None:
        """Take in a change of the studies."""
        self._alarms.changed(change, self._session.studies, self._board.context())

    def look_from_behind_a_lock(self, studies: StudySet) -> None:
        """Take in the open studies that may raise the alarm; nothing of them is kept."""
        ids = {each.study_id for each in studies}
        known = ids & self._session.studies.forgotten
        change = ChangeSet(added=ids - known, changed=known)
        self._alarms.changed(change, studies, self._board.context())

    @property
    def followed(self) -> Sequence[str]:
        """The studies that are urgent as far as is known, those with alarms first."""
        return self._alarms.book.followed

    @property
    def severities(self) -> AbstractSet[str]:
        """The severities whose open studies may raise the alarm."""
        return self._alarms.severities

    def health_changed(self) -> None:
        """Take in how far the session has come."""
        self._alarms.lanes_changed(self._board.context())
        self._session.watch(self._alarms.severities)

    def tick(self) -> None:
        """Raise what has come due, and ring again if it is time to."""
        self._alarms.tick(self._session.studies, self._board.context())
        if self._alarms.rings_now():
            self._screen.write_to_terminal(BELL)

    def _raised(self, alarms: Sequence[Alarm]) -> None:  # noqa: ARG002 - the book has them
        if self._alarms.rings_anew():
            self._screen.write_to_terminal(BELL)
        if not self._alarms.is_quiet:
            sequence = notification(self.waiting, self._desktop, os.environ)
            if sequence:
                self._screen.write_to_terminal(sequence)

    # What is shown.

    @property
    def is_start_seen(self) -> bool:
        """Whether the person has taken notice of what was urgent at the start."""
        return not self._alarms.book.at_start

    def seen_forms(self) -> Sequence[Line]:
        """Return by which key what was urgent at the start is noticed, while it is to be."""
        if self.is_start_seen or self._alarms.book.pending:
            return ()
        key, count = self._screen.key("acknowledge"), len(self._alarms.book.at_start)
        return [
            line((key, Role.KEY), (f" {count:,} STAT seen", Role.DIM)),
            line((key, Role.KEY), (" seen", Role.DIM)),
        ]

    def show(self) -> None:
        """Draw the banner again; what has not changed costs nothing."""
        narrow = self._screen.size.width < NARROW
        way = f"{self._screen.key('acknowledge')}{'' if narrow else ' go there,'}"
        card = self._screen.focused if isinstance(self._screen.focused, Card) else None
        lines = self._lines(way if card is None else "close this to go there,")
        self._screen.alarm_banner.show_alarms(lines)
        is_covered = card is not None and card.covers_all
        elsewhere = self._elsewhere()
        waits = self.waiting or (elsewhere is not None and elsewhere.waiting)
        over = self._lines("close this to go there,") if is_covered and waits else []
        self._screen.show_alarms_over_card(over)

    def _lines(self, way: str) -> list[Line]:
        """Return what the banner says; ``way`` says how to get to an alarm's study."""
        width, height = self._screen.size
        room = 3 if height >= TALL else 2
        blind = watch_line(self.watch)
        lines = [blind] if blind else []
        pending = self._alarms.book.pending
        elsewhere = self._elsewhere()
        if pending:
            lines += self._alarm_lines(pending, room - len(lines), way, width)
        else:
            self._first = None
        if elsewhere is not None:
            hint = "" if pending else way.rstrip(",")
            lines += elsewhere.alarm_lines(hint, width)[: room - len(lines)]
        if pending:
            return lines
        found = map(self._board.study, self._alarms.book.at_start)
        at_start = [study for study in found if study is not None]
        # The header counts what is STAT: by a filter of the site's, more than that may ring.
        is_more = any(study.severity != STAT for study in at_start)
        if is_more and len(lines) < room:
            lines.append(self._start_line(at_start, width))
        return lines

    def _alarm_lines(self, pending: Sequence[Alarm], room: int, way: str, width: int) -> list[Line]:
        """Return a line an alarm, as many as there is room for, and one that counts the others."""
        shown = room if len(pending) <= room else max(room - 1, 1)
        self._first = pending[0].study_id
        lines = []
        for number, alarm in enumerate(pending[:shown]):
            several = f"{way} 1 of {len(pending):,}" if len(pending) > 1 else way.rstrip(",")
            hint = several if number == 0 else ""
            study = self._board.study(alarm.study_id)
            lines.append(alarm_line(alarm, study, hint, width, masked=self._screen.masked))
        if shown < room and len(pending) > shown:
            key = self._screen.key("acknowledge_all")
            lines.append(rest_line(pending[shown:], f"{key} all seen", width))
        return lines

    def _start_line(self, at_start: Sequence[Study], width: int) -> Line:
        context, key = self._board.context(), self._screen.key("acknowledge")
        late = sum(
            timeliness(each, context.now, context.thresholds) is Timeliness.OVERDUE
            for each in at_start
        )
        count = self._alarms.book.start.count
        hint = f"{key} seen"
        return start_line(at_start, self._session.me, hint, width, count=count, late=late)

    # The keys.

    async def acknowledge(self) -> None:
        """Take the oldest alarm as noticed and go to its study."""
        if not self._alarms.book.pending:
            await self._nothing_pending()
            return
        if self._screen.focused is self._screen.detail and not await self._may_leave():
            return
        gone = set(self._alarms.book.gone)
        alarm = self._alarms.acknowledge(self._first)
        if alarm is not None:
            self._go_to(alarm, is_gone=alarm.study_id in gone)
        self._noticed()

    def acknowledge_all(self) -> None:
        """Take every alarm as noticed and go nowhere."""
        elsewhere = self._elsewhere()
        others = 0 if elsewhere is None else elsewhere.take_as_seen()
        if not self._alarms.book.pending and not others:
            self._nothing_to_notice()
            return
        count = self._alarms.acknowledge_all() + others
        self._screen.notice(line(f"{count:,} alarm{'' if count == 1 else 's'} marked as seen"))
        self._noticed()

    async def _nothing_pending(self) -> None:
        """Offer what waits in other profiles, where nothing waits here."""
        elsewhere, seen = self._elsewhere(), bool(self._alarms.book.at_start)
        if elsewhere is not None and await elsewhere.offer(alarms_only=seen):
            self._noticed()
        else:
            self._nothing_to_notice()

    def _nothing_to_notice(self) -> None:
        seen = bool(self._alarms.book.at_start)
        self._alarms.acknowledge()
        if not seen:
            self._screen.notice(line("no alarm waiting"))
        self._noticed()

    def _go_to(self, alarm: Alarm, *, is_gone: bool) -> None:
        """Put the cursor on an alarm's study, whatever filter is on, and the keys on the table."""
        study = self._board.study(alarm.study_id)
        table = self._screen.table
        if study is None:
            what = "is not in the list at the moment; the next refresh says"
            if is_gone:
                what = "is gone: the server does not know it any more"
            said = f"…{alarm.study_id[-6:]} {what}"
            self._screen.notice(line((said, Role.WARNING)))
            return
        is_left_out = self._board.position(alarm.study_id) is None
        if self._board.pin(alarm.study_id):
            table.rows_changed()
        table.go_to(alarm.study_id)
        self._screen.set_focus(table, scroll_visible=False)
        open_it, claim_it = self._screen.key("open"), self._screen.key("claim")
        keys = line((open_it, Role.KEY), " open  ", (claim_it, Role.KEY), " claim")
        why = line(("shown although the filter leaves it out", Role.DIM)) if is_left_out else ()
        self._screen.notice(join([name_line(study, masked=self._screen.masked), keys, why]))
