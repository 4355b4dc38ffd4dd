"""The cursor of a table: it belongs to a study, not to a row. Draws nothing and tells nobody."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from avara_tui.study import Study

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


class NoRows:
    """The rows of a table that nobody has given any."""

    ids: Sequence[str] = ()

    def position(self, study_id: str) -> int | None:  # noqa: ARG002 - as the protocol has it
        """Return None: no study is shown."""
        return None

    def study(self, study_id: str) -> "Study | None":  # noqa: ARG002 - as the protocol has it
        """Return None: no study is known."""
        return None


class TableCursor:
    """Which study the keys are about, and which rows are on the screen around it.

    Rows may come, go and move between two key presses: the cursor stays on its study and its
    study stays on its line of the screen. ``page`` is how many rows the screen has room for.
    """

    def __init__(self) -> None:
        self.rows: Rows = NoRows()
        self.study_id: str | None = None
        """The study it is on; None when it is on none."""
        self.row = 0
        """The row it is on, counted from 0; only meaningful with a study."""
        self.top = 0
        """The row at the top of the screen."""
        self._is_touched = False
        self._awaited: str | None = None

    def out_of_sight(self, page: int) -> tuple[int, int]:
        """Return how many rows are above and below those on the screen."""
        return self.top, max(len(self.rows.ids) - self.top - page, 0)

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

    def fit(self, page: int) -> None:
        """Stay in sight on a screen of another size."""
        self._set_top(self.top, page)
        self._keep_in_sight(page)

    def scroll(self, by: int, page: int) -> int:
        """Scroll down by rows, or up if negative; return the nearest row that is in sight."""
        self._set_top(self.top + by, page)
        last = min(self.top + page, len(self.rows.ids)) - 1
        return min(max(self.row, self.top), max(last, 0))

    def follow(self, page: int) -> bool:
        """Stay on the study where its row is by now; return whether the study is another."""
        offset = self.row - self.top
        row = self.rows.position(self.study_id) if self.study_id is not None else None
        if row is not None:
            self.row = row
            # Nobody has looked for anything yet: what comes in above, such as STAT, is to be seen.
            self._set_top(row - offset if self._is_touched else 0, page)
            self._keep_in_sight(page)
            return False
        row = self.rows.position(self._awaited) if self._awaited is not None else None
        return self._lose(page) if row is None else self.move_to(row, page)

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
        self.top = min(max(top, 0), max(len(self.rows.ids) - page, 0))

    def _keep_in_sight(self, page: int) -> None:
        """Scroll by half a page past an edge: each line of scrolling repaints everything."""
        if self.row < self.top:
            self._set_top(min(self.row, self.top - page // _HALF), page)
        elif self.row >= self.top + page:
            self._set_top(max(self.row - page + 1, self.top + page // _HALF), page)
