"""Draws the titles and the rows of a table, each as it goes to the terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from avara_tui.tui.lines import Line, Role
from avara_tui.tui.presentation.column_layout import ColumnLayout
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.widgets.pane import Pane
from avara_tui.tui.widgets.table_cursor import TableCursor

if TYPE_CHECKING:
    from avara_tui.tui.presentation.placing import Placed, Placement

WORDY: Final = 30
"""Rows of the terminal from which there are words between groups of studies."""
SHORT: Final = 20
"""Rows of the terminal below which a study is worth more than the titles."""


class TableDrawing:
    """What a table looks like around its cursor, in the room that ``table`` has."""

    def __init__(self, table: Pane, cursor: TableCursor, context: RowContext) -> None:
        self._table = table
        self._cursor = cursor
        self._context = context
        self.columns = ColumnLayout()
        self.has_stripes = False
        """Whether every other row has a ground of its own."""
        self.empty_state: Sequence[Line] = ()
        """What stands in the middle where there are no rows."""

    @property
    def placement(self) -> "Placement":
        """The columns on the screen."""
        return self.columns.placed(self._table.size.width)

    def strips(self) -> list[Strip]:
        """Return the titles and the rows on the screen."""
        width, height = self._table.size
        if not height:
            return []
        total = len(self._cursor.rows.ids)
        if not total:
            # Titles over nothing look like a table that failed to fill.
            blank = self._line_strip(())
            lines = _empty_lines(self.empty_state, height)
            return [self._line_strip(each) if each else blank for each in lines]
        # The first frame has no rows, and need not wait for what draws them.
        from avara_tui.tui.presentation.row_drawing import title_line  # noqa: PLC0415

        placement, top = self.placement, self._cursor.top
        strips = []
        if self.title_rows:
            strips = [self._line_strip(title_line(placement, width, self.columns.order))]
        shown = range(top, min(top + height - len(strips), self._cursor.lines))
        strips.extend(self._screen_line(line, width, placement.columns) for line in shown)
        return strips + [self._line_strip(())] * (height - len(strips))

    @property
    def title_rows(self) -> int:
        """How many rows the titles take."""
        return 1 if self._table.app.size.height >= SHORT else 0

    @property
    def has_words(self) -> bool:
        """Whether there is room for words between groups of studies."""
        return self._table.app.size.height >= WORDY

    def _screen_line(self, line: int, width: int, columns: "Sequence[Placed]") -> Strip:
        row = self._cursor.row_at(line)
        if row is None:
            return self._line_strip((("  " + self._cursor.word_at(line), Role.DIM),))
        return self._row_strip(row, width, columns)

    def row(self, row: int) -> Strip:
        """Return a row that there is."""
        return self._row_strip(row, self._table.size.width, self.placement.columns)

    def _row_strip(self, row: int, width: int, columns: "Sequence[Placed]") -> Strip:
        study_id = self._cursor.rows.ids[row]
        study = self._cursor.rows.study(study_id)
        if study is None:
            return self._line_strip(())
        cursor = None
        if study_id == self._cursor.study_id:
            cursor = Role.CURSOR if self._table.has_focus else Role.RESTING
        from avara_tui.tui.presentation.row_drawing import row_line  # noqa: PLC0415 - as above

        content = row_line(study, columns, width, self._context, cursor)
        striped = self.has_stripes and cursor is None and row % 2 == 1
        style = self._striped if striped else self._table.role_style
        return self._filtered([Segment(text, style(role)) for text, role in content], width)

    def _line_strip(self, content: Line) -> Strip:
        width = self._table.size.width
        return self._filtered(list(self._table.strip(content, width)), width)

    def _filtered(self, segments: list[Segment], width: int) -> Strip:
        """Apply what changes every text and colour for this terminal, once for a drawn row."""
        ground = self._table.ground_colour
        for each in self._table.get_line_filters():
            segments = each.apply(segments, ground)
        return Strip(segments, width)

    def _striped(self, role: Role) -> Style:
        style = self._table.role_style
        return style(role) + style(Role.STRIPE).background_style


def _empty_lines(empty_state: Sequence[Line], height: int) -> list[Line]:
    """Return what stands in place of rows, a third of the way down a table of ``height`` rows."""
    above = max((height - len(empty_state)) // 3, 0)
    lines: list[Line] = [()] * above + [
        (("  ", Role.PLAIN), *content) for content in empty_state[:height]
    ]
    return lines + [()] * (height - len(lines))
