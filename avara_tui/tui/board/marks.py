"""The studies that are marked: for the actions that work on several at once, and for ``is:marked``.

Marks belong to study ids. They outlast refreshes, sorting, filters, other saved worklists and the
lock, and go when the person takes them back or the server says that the study is gone.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final, Protocol

from avara_tui.study import Study
from avara_tui.tui.board.board import Board
from avara_tui.tui.keys.actions import Actions
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.widgets.study_table import StudyTable

_ONE_BY_ONE: Final = 1000
"""Up to how many marks are looked up in the rows; more are found by going through the rows."""


class MarksScreen(Protocol):
    """What marking needs of a screen."""

    @property
    def table(self) -> StudyTable:
        """The table whose rows are marked."""
        ...

    def notice(self, *parts: Line) -> None:
        """Say something until the next key."""
        ...

    def key(self, action_id: str) -> str:
        """Return the key of an action as a person reads it."""
        ...

    def show_keys(self) -> None:
        """Show the foot of the screen anew, where the marks are counted."""
        ...


class Marks:
    """Marks studies, and says which ones an action is for."""

    def __init__(self, screen: MarksScreen, board: Board) -> None:
        self._screen = screen
        self._board = board
        self._ids: set[str] = set()
        self._last: str | None = None
        self._hidden = 0
        board.row_context.show_marks(self._ids)

    @property
    def ids(self) -> AbstractSet[str]:
        """The ids of the marked studies, shown or not."""
        return self._ids

    @property
    def actions(self) -> Actions:
        """How studies are marked, by action id."""
        return {"mark": self.mark, "mark_range": self.mark_range, "mark_all": self.mark_all}

    def targets(self, study: Study) -> list[str]:
        """Return the ids of the studies that an action is for, when a key means ``study``.

        They are the marked ones: those shown, in the order of their rows, and then those that are
        not shown. Without any marks it is ``study`` alone.
        """
        if not self._ids:
            return [study.study_id]
        shown = self._shown()
        return [*shown, *sorted(self._ids.difference(shown))]

    def count(self) -> Line:
        """Return how many studies are marked, in words; nothing if none are."""
        if not self._ids:
            return ()
        said = line((f"{len(self._ids):,} marked", Role.MARKED))
        if self._hidden:
            said += line((f", {self._hidden:,} not shown", Role.WARNING))
        return said

    def mark(self) -> None:
        """Mark the study under the cursor, or take its mark back, and move down."""
        self._toggle()
        self._screen.table.move_by(1)

    def clicked(self, *, up_to: bool) -> None:
        """Mark what was clicked, or all from the last mark ``up_to`` it."""
        if up_to:
            self.mark_range()
        else:
            self._toggle()

    def mark_range(self) -> None:
        """Mark everything from the study that was marked last to the one under the cursor."""
        study_id = self._screen.table.cursor_id
        if study_id is None:
            return
        start = None if self._last is None else self._board.position(self._last)
        end = self._board.position(study_id)
        if start is None or end is None:
            self._add([study_id])
            again = self._screen.key("mark_range")
            self._screen.notice(line(f"marked from here: move on, and {again} marks up to there"))
            return
        first, last = min(start, end), max(start, end)
        self._add(self._board.ids[first : last + 1])
        # The next range goes on from where this one ended.
        self._last = study_id

    def mark_all(self) -> None:
        """Mark every study shown; if all of them are marked, take these marks back."""
        shown = list(self._board.ids)
        if self._ids.issuperset(shown):
            self.unmark(shown)
        else:
            self._add(shown)

    def unmark(self, study_ids: Iterable[str]) -> None:
        """Take back the marks of some studies."""
        taken = self._ids.intersection(study_ids)
        self._ids -= taken
        if self._last in taken:
            self._last = None
        self._changed(taken)

    def clear(self) -> bool:
        """Take back all marks; return whether there were any."""
        count = len(self._ids)
        self.unmark(list(self._ids))
        if count:
            self._screen.notice(line(f"{count:,} {'mark' if count == 1 else 'marks'} taken back"))
        return bool(count)

    def forget(self, study_ids: AbstractSet[str]) -> None:
        """Drop the marks of studies that are gone."""
        if not self._ids.isdisjoint(study_ids):
            self.unmark(study_ids)

    def rows_changed(self) -> None:
        """Take in that other rows are shown than before."""
        hidden = len(self._ids) - len(self._shown()) if self._ids else 0
        if hidden != self._hidden:
            self._hidden = hidden
            self._screen.show_keys()

    def _toggle(self) -> None:
        study_id = self._screen.table.cursor_id
        if study_id is None:
            return
        if study_id in self._ids:
            self.unmark([study_id])
        else:
            self._add([study_id])

    def _add(self, study_ids: Iterable[str]) -> None:
        added = set(study_ids) - self._ids
        self._ids |= added
        if len(added) == 1:
            (self._last,) = added
        self._changed(added)

    def _changed(self, study_ids: set[str]) -> None:
        if not study_ids:
            return
        if self._board.marks_changed(study_ids):
            self._screen.table.rows_changed()
        else:
            self._screen.table.repaint()
        self._hidden = len(self._ids) - len(self._shown())
        self._screen.show_keys()

    def _shown(self) -> list[str]:
        """Return the marked studies among the rows, in their order."""
        if len(self._ids) > _ONE_BY_ONE:
            return [each for each in self._board.ids if each in self._ids]
        rows = [(self._board.position(each), each) for each in self._ids]
        return [each for _, each in sorted((row, each) for row, each in rows if row is not None)]
