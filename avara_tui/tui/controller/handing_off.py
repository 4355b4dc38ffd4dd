"""The key that shows the hand-off."""

from typing import TYPE_CHECKING, Protocol

from avara_tui.triage.handoff import HandOff, Row, certainty, rows
from avara_tui.triage.reading.health import State
from avara_tui.tui.board.board import Board
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.presentation.columns import priority_role
from avara_tui.tui.protocols import Covering, Started, Telling
from avara_tui.worklist.handoff import MINE, hand_off

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession


class HandOffScreen(Telling, Covering, Started, Protocol):
    """What handing off needs of the screen."""


class HandingOff:
    """Makes the hand-off from what the screen holds at the moment."""

    def __init__(self, screen: HandOffScreen, session: "TriageSession", board: Board) -> None:
        self._screen = screen
        self._session = session
        self._board = board

    @property
    def actions(self) -> Actions:
        """What can be done, by action id."""
        return {"handoff": self.show}

    def show(self) -> None:
        """Lay the hand-off over the worklist."""
        from avara_tui.tui.widgets.handoff_card import HandoffCard  # noqa: PLC0415 - on request

        health = self._session.health
        context = self._board.context()
        notes = []
        if self._board.row_context.are_placeholders:
            notes.append("Time limits are assumed: your site has set none.")
        sections = hand_off(self._session.studies, context)
        if context.me is None:
            sections = tuple(each for each in sections if each.title != MINE)
            notes.append("Mine: unknown, as you have not said who you are.")
        told = HandOff(
            self._screen.options.profile,
            sections,
            context,
            certainty(health),
            is_complete=health.is_complete and health.state is State.LIVE,
            notes=notes,
            masked=self._screen.masked,
            on_screen=True,
        )
        is_sure = told.is_complete
        self._screen.lay(HandoffCard([_line(each, is_sure=is_sure) for each in rows(told)]))


def _line(row: Row, *, is_sure: bool) -> Line:
    if row.is_title:
        return line((f" {row.text}", Role.STRONG))
    if row.is_certainty:
        return line((f" {row.text}", Role.PLAIN if is_sure else Role.WARNING))
    if row.study is None:
        return line((f" {row.text}", Role.DIM))
    urgency = (f" {row.urgency}", priority_role(row.study.severity))
    return line(urgency, row.text.removeprefix(row.urgency))
