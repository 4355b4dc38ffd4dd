"""The cursor of a table: it belongs to a study, not to a row. Draws nothing and tells nobody."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from avara_tui.study import Study
    from avara_tui.tui.presentation.groups import Group

_HALF: Final = 2


class Rows(Protocol):
    """What the table shows: study ids in order, and the studies behind them."""

    @property
    def ids(self) -> Sequence[str]:
        """The ids of the studies shown, in order."""
        ...

    def position(self, study_id: str) -> int | None:
        """Return the row of a study, or None if it is not shown."""
        ...

    def study(self, study_id: str) -> "Study | None":
        """Return the study behind a row."""
        ...

    @property
    def groups(self) -> "Sequence[Group]":
        """The groups of rows that have a word above them, in order."""
        ...


class NoRows:
    """The rows of a table that nobody has given any."""

    ids: Sequence[str] = ()
    groups: "Sequence[Group]" = ()

    def position(self, study_id: str) -> int | None:  # noqa: ARG002 - as the protocol has it
        """Return None: no study is shown."""
        return None

    def study(self, study_id: str) -> "Study | None":  # noqa: ARG002 - as the protocol has it
        """Return None: no study is known."""
        return None


class TableCursor:
    """Which study the keys are about, and which lines are on the screen around it.

    Rows may come, go and move between two key presses: the cursor stays on its study and its
    study stays on its line of the screen. A line shows a row, or the word above a group of rows,
    which the cursor passes over. ``page`` is how many lines the screen has room for.
    """

    def __init__(self) -> None:
        self.rows: Rows = NoRows()
        self.study_id: str | None = None
        """The study it is on; None when it is on none."""
        self.row = 0
        """The row it is on, counted from 0; only meaningful with a study."""
        self.top = 0
        """The line at the top of the screen."""
        self.has_words = False
        """Whether there is room for the words above groups."""
        self._groups: Sequence[Group] = ()
        self._firsts: list[int] = []
        self._is_touched = False
        self._awaited: str | None = None

    def line_of(self, row: int) -> int:
        """Return the line of a row."""
        return row + bisect_right(self._firsts, row)

    def row_at(self, line: int) -> int | None:
        """Return the row on a line; None for a word, and below the last row."""
        row = self._row_from(line)
        return row if row < len(self.rows.ids) and self.line_of(row) == line else None

    def word_at(self, line: int) -> str:
        """Return the word on a line; nothing where there is none."""
        row = self._row_from(line)
        group = bisect_right(self._firsts, row) - 1
        if group < 0 or self._firsts[group] != row or self.line_of(row) != line + 1:
            return ""
        return self._groups[group].word

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return len(self.rows.ids) + len(self._firsts)

    def _row_from(self, line: int) -> int:
        """Return the first row that is on a line or below it."""
        row = line
        for words, first in enumerate(self._firsts, 1):
            if line <= first + words - 1:
                return min(row, first)
            row = line - words
        return row

    def out_of_sight(self, page: int) -> tuple[int, int]:
        """Return how many rows are above and below those on the screen."""
        below = self._row_from(self.top + page)
        return min(self._row_from(self.top), len(self.rows.ids)), max(len(self.rows.ids) - below, 0)

    def move_to(self, row: int, page: int) -> bool:
        """Move to ``row``, or to the nearest that exists; return whether to another study."""
        ids = self.rows.ids
        if not ids:
            return False
        self._is_touched = True
        self._awaited = None
        self.row = min(max(row, 0), len(ids) - 1)
        before, self.study_id = self.study_id, ids[self.row]
        self._keep_in_sight(page)
        return self.study_id != before

    def fit(self, page: int, *, has_words: bool = False) -> None:
        """Stay in sight on a screen of another size, with or without room for words."""
        offset = self.line_of(self.row) - self.top
        self.has_words = has_words
        self._take_groups()
        self._set_top(self.line_of(self.row) - offset if self._is_touched else self.top, page)
        self._keep_in_sight(page)

    def scroll(self, by: int, page: int) -> int:
        """Scroll down by lines, or up if negative; return the nearest row that is in sight."""
        self._set_top(self.top + by, page)
        above, below = self.out_of_sight(page)
        return min(max(self.row, above), max(len(self.rows.ids) - below - 1, 0))

    def follow(self, page: int) -> bool:
        """Stay on the study where its row is by now; return whether the study is another."""
        offset = self.line_of(self.row) - self.top
        self._take_groups()
        row = self.rows.position(self.study_id) if self.study_id is not None else None
        if row is not None:
            self.row = row
            # Nobody has looked for anything yet: what comes in above, such as STAT, is to be seen.
            self._set_top(self.line_of(row) - offset if self._is_touched else 0, page)
            self._keep_in_sight(page)
            return False
        row = self.rows.position(self._awaited) if self._awaited is not None else None
        return self._lose(page) if row is None else self.move_to(row, page)

    def _take_groups(self) -> None:
        self._groups = self.rows.groups if self.has_words else ()
        self._firsts = [each.first for each in self._groups]

    def _lose(self, page: int) -> bool:
        """Be on no study at all, unless it never was on one and there are rows.

        Nor is it on one before the study that is awaited has come.
        """
        ids = self.rows.ids
        had_study = self.study_id is not None
        self.row = min(self.row, max(len(ids) - 1, 0))
        self.study_id = None
        self._set_top(self.top, page)
        if not had_study and self._awaited is not None:
            return False
        if not had_study and ids:
            self.row = self.top = 0
            self.study_id = ids[0]
            self._keep_in_sight(page)
        return had_study or bool(ids)

    def forget(self) -> bool:
        """Start again at the first row, as for another worklist; return whether it had a study."""
        had_study, self.study_id = self.study_id is not None, None
        self.row = self.top = 0
        self._awaited = None
        return had_study

    def await_study(self, study_id: str | None) -> bool:
        """Be on no study until this one is shown or the person moves; None awaits no more.

        Return whether the rows are to be looked at again for that.
        """
        awaited, self._awaited = self._awaited, study_id
        return study_id is None and awaited is not None and self.study_id is None

    def _set_top(self, top: int, page: int) -> None:
        self.top = min(max(top, 0), max(self.lines - page, 0))

    def _keep_in_sight(self, page: int) -> None:
        """Scroll by half a page past an edge: each line of scrolling repaints everything.

        The word above the row is in sight with it, if there is any.
        """
        line = self.line_of(self.row)
        first = line - 1 if page > 1 and self.row in self._firsts else line
        if first < self.top:
            self._set_top(min(first, self.top - page // _HALF), page)
        elif line >= self.top + page:
            self._set_top(max(line - page + 1, self.top + page // _HALF), page)
        if line >= self.top + page:
            self._set_top(line - page + 1, page)
