"""What was done here and what came in, below the detail, where a large screen has blank rows."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from avara_tui.triage.writing.history import Entry, StudyChange
from avara_tui.tui.board.board import Board
from avara_tui.tui.board.news import News
from avara_tui.tui.commands.edit_controller import EditController
from avara_tui.tui.lines import Line
from avara_tui.tui.presentation.lower_panes import MOST, DoneHere, JustIn, lower_panes
from avara_tui.tui.protocols import Pointing, Telling

LARGE: Final = (160, 40)
"""Columns and rows of a screen from which on the panes are there."""


class LowerScreen(Telling, Pointing, Protocol):
    """Where they are shown."""


class LowerPanes:
    """Draws both panes anew when what they tell has changed, and only then."""

    def __init__(
        self,
        screen: LowerScreen,
        board: Board,
        news: News,
        edits: EditController,
        soon: Callable[[], None],
    ) -> None:
        """``soon`` draws in a moment what is around the table, with these panes."""
        self._screen = screen
        self._board = board
        self._news = news
        self._past = edits.past
        self._history = edits.history
        self._soon = soon
        self._told: object = None
        self._lines: dict[tuple[int, int], Sequence[Line]] = {}
        edits.history.subscribe(self)
        screen.detail.show_below(self.lines)

    def intended(self, entry: Entry, change: StudyChange) -> None:  # noqa: ARG002 - as histories tell
        """Show that something is under way."""
        self._soon()

    def ended(self, entry: Entry, change: StudyChange) -> None:  # noqa: ARG002 - as above
        """Show how it ended."""
        self._soon()

    def show(self) -> None:
        """Show what has changed; where nothing has, or there is no room, it costs nothing."""
        if not self._is_large:
            # No text is kept that nobody sees.
            self._told = None
            self._lines.clear()
        elif self._has_changed():
            self._screen.detail.below_changed()

    def lines(self, width: int, room: int) -> Sequence[Line]:
        """Return both panes in at most ``room`` lines of ``width`` cells."""
        if not self._is_large:
            return ()
        self._has_changed()
        size = width, min(room, MOST)
        if size not in self._lines:
            self._lines[size] = lower_panes(
                self._done(), self._just_in(), *size, masked=self._screen.masked
            )
        return self._lines[size]

    @property
    def _is_large(self) -> bool:
        width, height = self._screen.size
        return width >= LARGE[0] and height >= LARGE[1]

    def _has_changed(self) -> bool:
        """Whether the panes may have something else to tell than what they were laid out for."""
        told = (
            self._history.revision,
            self._past.told,
            self._news.revision,
            self._screen.masked,
            self._keys(),
        )
        if told == self._told:
            return False
        self._told = told
        self._lines.clear()
        return True

    def _keys(self) -> tuple[tuple[str, str], ...]:
        return (self._screen.key("history"), "all"), (self._screen.key("undo"), "undo the last")

    def _done(self) -> DoneHere:
        keys = self._keys() if self._history.last_undoable() is not None else self._keys()[:1]
        return DoneHere(
            self._history.entries[-MOST:], self._board.study, self._past.changed_since, keys
        )

    def _just_in(self) -> JustIn:
        return JustIn(self._news.came, self._board.study, len(self._news.changed))
