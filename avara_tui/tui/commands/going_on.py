"""The cursor after a study is done with: the study leaves the worklist, and the next one is meant.

The study under the cursor is kept on the table whatever becomes of it, so that it cannot slip away
between reading it and a key. Once the person has completed it, that would keep every key on a study
that is done: the cursor goes on at once, by that same key and not when the server answers, so that
no later key meets another study than the one that is seen.
"""

from typing import Protocol

from avara_tui.study import Study
from avara_tui.tui.board.board import Board
from avara_tui.tui.protocols import Pointing
from avara_tui.worklist.clocks import is_open
from avara_tui.worklist.drafts import Drafts


class GoingOnScreen(Pointing, Protocol):
    """What the cursor's going on needs of the screen."""

    @property
    def keys_pressed(self) -> int:
        """How many keys the table and the detail have had."""
        ...


class GoingOn:
    """Moves the cursor on from what is done with, and remembers that it was not a key for that."""

    def __init__(self, screen: GoingOnScreen, board: Board, drafts: Drafts) -> None:
        self._screen = screen
        self._board = board
        self._drafts = drafts
        self._came_to: tuple[str, int] | None = None

    def is_left_over(self, study: Study) -> bool:
        """Whether a study is done with, and is shown only because it is under the cursor."""
        return not is_open(study) and not self._board.selects(study)

    def came_to(self, study: Study) -> bool:
        """Whether the cursor came to a study by itself, and no other key has been pressed since."""
        return self._came_to == (study.study_id, self._screen.keys_pressed - 1)

    def leave(self, study: Study) -> None:
        """Let the cursor go on from ``study``, which is given as it will be, to the one below.

        It stays where the worklist keeps the study, where the person is in its detail or has a
        draft of it, and where there is no other study.
        """
        table, ids = self._screen.table, self._board.ids
        row = self._board.position(study.study_id)
        if row is None or table.cursor_id != study.study_id or self._board.selects(study):
            return
        if self._screen.focused is self._screen.detail or study.study_id in self._drafts.ids:
            return
        to = row + 1 if row + 1 < len(ids) else row - 1
        if to < 0:
            return
        self._came_to = (ids[to], self._screen.keys_pressed)
        table.go_to(ids[to])
