"""The key that shows what has changed since the last look, and what the record of that is told."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.clock import Clock
from avara_tui.study import Study, UserRef
from avara_tui.triage.reading.health import Health, State
from avara_tui.triage.writing.history import History
from avara_tui.triage.writing.own_changes import OwnChanges
from avara_tui.tui.board.board import Board
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.lines import Line, Role, join, line
from avara_tui.tui.protocols import Covering, Telling
from avara_tui.worklist.changes import ChangeRecord, Group
from avara_tui.worklist.studies import ChangeSet

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession
    from avara_tui.tui.presentation.change_lines import ChangeLines, Row

BRIEF: Final = 20.0
"""Seconds for which a server may be silent before it is said to have been away."""
_NO_ANSWER: Final = frozenset(
    {ErrorKind.UNREACHABLE, ErrorKind.TIMEOUT, ErrorKind.SERVER, ErrorKind.PAUSED}
)
_AWAY: Final = frozenset({State.OFFLINE, State.REFUSED, State.UNCONNECTED})
_BY_WHOM: Final = "The server does not tell who changed a study; what you did is marked “you”."


class ChangesScreen(Telling, Covering, Protocol):
    """What showing changes needs of the screen."""


class _Listed:
    """The rows of the list, drawn as they come into sight."""

    def __init__(self, rows: "list[Row]", lines: "ChangeLines") -> None:
        self._rows = rows
        self._lines = lines

    @property
    def total(self) -> int:
        return len(self._rows)

    def study(self, row: int) -> int | None:
        return self._rows[row].study

    def line(self, row: int, width: int) -> Line:
        return self._lines.line(self._rows[row], width)


class WhatChanged:
    """Keeps what has changed, and shows it."""

    def __init__(
        self,
        screen: ChangesScreen,
        session: "TriageSession",
        board: Board,
        history: History,
        clock: Clock,
        *,
        show: Callable[[str], str | None],
    ) -> None:
        """``show`` puts the cursor on a study and says why the worklist would not hold it."""
        self._screen = screen
        self._session = session
        self._board = board
        self._clock = clock
        self._show = show
        self.record: Final = ChangeRecord(clock)
        self._trouble_since: float | None = None
        session.studies.watch(self.record)
        history.subscribe(OwnChanges(self.record, session.studies))

    @property
    def actions(self) -> Actions:
        """What is done with no study in particular, by action id."""
        return {"changes": self.show}

    # What the record is told.

    def news_came(self, change: ChangeSet) -> None:
        """Take in what the lanes brought and took away."""
        studies = self._session.studies
        came = (studies.get(each) for each in sorted(change.added))
        self.record.arrived(filter(None, came))
        self.record.unlisted(change.dropped)

    def health_changed(self) -> None:
        """Take in whether the server answers, and whether all has been read since it did not."""
        record, health, now = self.record, self._session.health, self._clock.now()
        if _is_silent(health, now, self._trouble_since):
            self._trouble_since = now if self._trouble_since is None else self._trouble_since
            if health.state in _AWAY or now - self._trouble_since >= BRIEF:
                record.server_away(self._trouble_since)
            return
        self._trouble_since = None
        record.server_back()
        back = record.back_since
        if back is not None and _is_read_since(back, health, now):
            record.caught_up()

    def note_lock(self) -> None:
        """Take in that the worklist is being locked."""
        self.record.note_lock()

    # The card.

    def show(self) -> None:
        """Lay what has changed over the worklist."""
        from avara_tui.triage.handoff import certainty  # noqa: PLC0415 - on request only
        from avara_tui.tui.presentation.change_lines import (  # noqa: PLC0415
            ChangeLines,
            Held,
            rows_of,
        )
        from avara_tui.tui.widgets.changes_card import (  # noqa: PLC0415
            Around,
            ChangesCard,
            Doing,
        )

        changes, health = self.record.since_last_look(), self._session.health
        held = Held(self._study, self._people(), self._board.why_hidden, self._board.selects)
        lines = ChangeLines(changes, held, masked=self._screen.masked)
        rows = rows_of(changes)
        is_sure = health.is_complete and health.state is State.LIVE
        role = Role.DIM if is_sure else Role.WARNING
        said = _BY_WHOM if is_sure and rows else certainty(health)
        foot = lines.earlier() if rows else lines.nothing()
        groups = [group for each in changes.sections for group in each.groups]
        self._screen.lay(
            ChangesCard(
                _Listed(rows, lines),
                Around(lines.heading(), line((f" {said}", role)), foot),
                Doing(
                    lambda number: self._go_to(groups[number], lines),
                    lambda: self.record.looked(changes),
                    self._screen.key("changes"),
                ),
            )
        )

    def _study(self, study_id: str) -> Study | None:
        return self._session.studies.get(study_id)

    def _people(self) -> dict[str, UserRef]:
        known = {each.user_id: each.ref for each in self._session.users.values()}
        return {**self._session.studies.people(), **known}

    def _go_to(self, group: Group, lines: "ChangeLines") -> None:
        """Put the cursor on a study, or say why it stays."""
        name = lines.name(group)
        if self._study(group.study_id) is None:
            why = "is no longer here: the table cannot show it"
            self._screen.notice(name, line((why, Role.WARNING)))
            return
        why_not = self._show(group.study_id)
        said = () if why_not is None else line((why_not, Role.WARNING))
        self._screen.notice(join([name, said]))


def _is_silent(health: Health, now: float, since: float | None) -> bool:
    """Whether there is trouble, and STAT studies were not read since it began."""
    problem = health.problem
    is_trouble = isinstance(problem, AvaraError) and problem.kind in _NO_ANSWER
    if health.state not in _AWAY and not is_trouble:
        return False
    return since is None or health.stat_age is None or now - health.stat_age <= since


def _is_read_since(moment: float, health: Health, now: float) -> bool:
    return health.oldest_age is not None and now - health.oldest_age >= moment
