"""The worklist's table: draws only the rows on the screen, and belongs to studies, not rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from avara_tui.tui.keys.key_turn import forward_key
from avara_tui.tui.keys.places import Place
from avara_tui.tui.lines import Line, Role
from avara_tui.tui.presentation.column_layout import ColumnLayout
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.widgets.pane import Pane
from avara_tui.tui.widgets.rows import NoRows, Rows, empty_lines

if TYPE_CHECKING:
    from avara_tui.config import Config
    from avara_tui.tui.keys.actions import Actions
    from avara_tui.tui.presentation.placing import Placed, Placement
    from avara_tui.worklist.order import Order

HEADER_ROWS = 1


class StudyTable(Pane, can_focus=True):
    """A virtual table of studies whose cursor is a study id.

    Rows may come, go and move between two key presses: the cursor stays on its study and its
    study stays on its line of the screen.
    """

    DEFAULT_CSS = "StudyTable { height: 1fr; }"

    @dataclass(eq=False, repr=False, match_args=False)
    class Chosen(Message):
        """The study under the cursor was chosen with the mouse."""

        study_id: str

    @dataclass(eq=False, repr=False, match_args=False)
    class TitleClicked(Message):
        """A column's title was clicked; None stands for the cells before the first column."""

        column_id: str | None
        adds: bool
        """Whether it was clicked to sort by it too, rather than by it alone."""

    @dataclass(eq=False, repr=False, match_args=False)
    class MarkClicked(Message):
        """A study was clicked to be marked; the cursor is on it."""

        up_to: bool
        """Whether all from the last mark to it are meant."""

    HALF: ClassVar[int] = 2
    takes: ClassVar[tuple[str, ...]] = ("zebra",)

    def __init__(self, context: RowContext, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._rows: Rows = NoRows()
        self._row_context = context
        self._column_layout = ColumnLayout()
        self._has_stripes = False
        self._when_moved: Callable[[], None] = lambda: None
        self._when_scrolled: Callable[[], None] = lambda: None
        self._top = 0
        self._cursor_id: str | None = None
        self._is_touched = False
        self._cursor_row = 0
        self._awaited: str | None = None
        self._empty_state: Sequence[Line] = ()
        self._over_titles: Line = ()
        self._said_out_of_sight = (0, 0)

    def call_when(self, *, moved: Callable[[], None], scrolled: Callable[[], None]) -> None:
        """Call ``moved`` when the cursor is on another study, or on none; plainly, at once.

        A message would take as long as drawing the row does, and leave time for a key before it
        arrives. ``scrolled`` is called when other rows are out of sight than before: what it draws
        goes to the terminal together with the rows.
        """
        self._when_moved, self._when_scrolled = moved, scrolled

    def take_settings(self, config: "Config") -> None:
        """Let every other row have a ground of its own, or none."""
        self._has_stripes = config.zebra
        self.repaint()

    @property
    def cursor_id(self) -> str | None:
        """The id of the study under the cursor; None when no study is."""
        return self._cursor_id

    @property
    def cursor_row(self) -> int:
        """The row the cursor is on, counted from 0; only meaningful with a cursor."""
        return self._cursor_row

    @property
    def actions(self) -> "Actions":
        """How the cursor can be moved, by action id."""
        return {
            "down": lambda: self.move_by(1),
            "up": lambda: self.move_by(-1),
            "page_down": lambda: self.move_by(self.page_rows),
            "page_up": lambda: self.move_by(-self.page_rows),
            "top": lambda: self.move_to(0),
            "bottom": lambda: self.move_to(len(self._rows.ids) - 1),
            "scroll_right": lambda: self.scroll_columns(1),
            "scroll_left": lambda: self.scroll_columns(-1),
        }

    @property
    def page_rows(self) -> int:
        """How many studies fit on the screen at once."""
        return max(self.size.height - HEADER_ROWS, 1)

    def show_rows(self, rows: Rows) -> None:
        """Show ``rows`` from here on; tell of their changes with :meth:`rows_changed`."""
        self._rows = rows
        self.rows_changed()

    def show_columns(
        self, names: Sequence[str], order: "Order | None" = None, *, in_order: bool = False
    ) -> None:
        """Show the columns ``names`` as far as they fit, and by which of them rows are sorted.

        Where the room does not do, the least important ones leave; or, ``in_order``, the last.
        """
        if self._column_layout.show(names, order, in_order=in_order):
            self.repaint()

    def scroll_columns(self, by: int) -> None:
        """Move columns out of sight at the left, or back, so that others come into sight."""
        if self._column_layout.scroll(by, self.size.width):
            self.repaint()

    @property
    def placement(self) -> "Placement":
        """The columns on the screen."""
        return self._column_layout.placed(self.size.width)

    def show_over_titles(self, content: Line) -> None:
        """Show a line in place of the columns' titles; an empty one brings them back."""
        self._over_titles = content
        self.repaint()

    def show_empty_state(self, empty_state: Sequence[Line]) -> None:
        """Show ``empty_state`` in the middle of the table whenever it has no rows."""
        if empty_state != self._empty_state:
            self._empty_state = empty_state
            if not self._rows.ids:
                self.repaint()

    def rows_changed(self) -> None:
        """Draw the rows as they are now, the cursor's study on its line of the screen."""
        offset = self._cursor_row - self._top
        row = self._rows.position(self._cursor_id) if self._cursor_id is not None else None
        if row is None and self._awaited is not None and self.go_to(self._awaited):
            pass
        elif row is None:
            self._lose_cursor()
        else:
            self._cursor_row = row
            # Nobody has looked for anything yet: what comes in above, such as STAT, is to be seen.
            self._set_top(row - offset if self._is_touched else 0)
            self._keep_cursor_in_sight()
        self.repaint()

    def go_to(self, study_id: str) -> bool:
        """Move the cursor to a study; return whether it is shown at all."""
        row = self._rows.position(study_id)
        if row is None:
            return False
        self.move_to(row)
        return True

    def move_to(self, row: int) -> None:
        """Move the cursor to ``row``, or to the nearest that exists."""
        ids = self._rows.ids
        if not ids:
            return
        self._is_touched = True
        self._awaited = None
        row = min(max(row, 0), len(ids) - 1)
        previous, self._cursor_row = self._cursor_row, row
        changed = ids[row] != self._cursor_id
        self._cursor_id = ids[row]
        top = self._top
        self._keep_cursor_in_sight()
        if self._top == top:
            self._repaint_rows(previous, row)
        else:
            self._repaint_all()
        if changed:
            self._when_moved()

    def move_by(self, rows: int) -> None:
        """Move the cursor down by ``rows``, or up if negative."""
        self.move_to(self._cursor_row + rows if self._cursor_id is not None else self._cursor_row)

    def _lose_cursor(self) -> None:
        """Put the cursor on no study at all, unless there never was one and there are rows.

        Nor is there one before the study that is awaited has come.
        """
        ids = self._rows.ids
        had_cursor = self._cursor_id is not None
        self._cursor_row = min(self._cursor_row, max(len(ids) - 1, 0))
        self._cursor_id = None
        self._set_top(self._top)
        if not had_cursor and self._awaited is not None:
            return
        if not had_cursor and ids:
            self._top = 0
            self._cursor_row = 0
            self._cursor_id = ids[0]
        if had_cursor or ids:
            self._when_moved()

    def forget_cursor(self) -> None:
        """Start again at the first row, as for another worklist."""
        had_cursor, self._cursor_id = self._cursor_id is not None, None
        self._cursor_row = self._top = 0
        self._awaited = None
        if had_cursor:
            # Where there is no first row, nothing else would say that the study is gone.
            self._when_moved()

    def await_study(self, study_id: str | None) -> None:
        """Have no cursor until this study is shown or the person moves; None awaits no more."""
        awaited, self._awaited = self._awaited, study_id
        if study_id is None and awaited is not None and self._cursor_id is None:
            self.rows_changed()

    def _set_top(self, top: int) -> None:
        self._top = min(max(top, 0), max(len(self._rows.ids) - self.page_rows, 0))
        if self.out_of_sight != self._said_out_of_sight:
            self._said_out_of_sight = self.out_of_sight
            self._when_scrolled()

    def _keep_cursor_in_sight(self) -> None:
        """Scroll by half a page past an edge: each line of scrolling repaints everything."""
        page = self.page_rows
        if self._cursor_row < self._top:
            self._set_top(min(self._cursor_row, self._top - page // self.HALF))
        elif self._cursor_row >= self._top + page:
            self._set_top(max(self._cursor_row - page + 1, self._top + page // self.HALF))

    def visible_strips(self) -> list[Strip]:
        """Return the titles and the rows on the screen, as they go to the terminal."""
        width, height = self.size
        if not height:
            return []
        over = [self._line_strip(self._over_titles)] if self._over_titles else []
        ids = self._rows.ids
        if not ids:
            # Titles over nothing look like a table that failed to fill.
            blank = self._line_strip(())
            empty_state = empty_lines(self._empty_state, height - len(over))
            return over + [self._line_strip(each) if each else blank for each in empty_state]
        # The first frame has no rows, and need not wait for what draws them.
        from avara_tui.tui.presentation.row_drawing import title_line  # noqa: PLC0415

        strips = over or [
            self._line_strip(title_line(self.placement, width, self._column_layout.order))
        ]
        rows = range(self._top, min(self._top + height - HEADER_ROWS, len(ids)))
        columns = self.placement.columns
        strips.extend(self._row_strip(row, width, columns) for row in rows)
        return strips + [self._line_strip(())] * (height - len(strips))

    @property
    def out_of_sight(self) -> tuple[int, int]:
        """How many rows are above and below those on the screen."""
        total = len(self._rows.ids)
        return self._top, max(total - self._top - self.page_rows, 0)

    def _row_strip(self, row: int, width: int, columns: "Sequence[Placed]") -> Strip:
        study_id = self._rows.ids[row]
        study = self._rows.study(study_id)
        if study is None:
            return self._line_strip(())
        cursor = None
        if study_id == self._cursor_id:
            cursor = Role.CURSOR if self.has_focus else Role.RESTING
        from avara_tui.tui.presentation.row_drawing import row_line  # noqa: PLC0415

        content = row_line(study, columns, width, self._row_context, cursor)
        striped = self._has_stripes and cursor is None and row % 2 == 1
        style = self._striped if striped else self.role_style
        return self._filtered([Segment(text, style(role)) for text, role in content], width)

    def _line_strip(self, content: Line) -> Strip:
        width = self.size.width
        return self._filtered(list(self.strip(content, width)), width)

    def _filtered(self, segments: list[Segment], width: int) -> Strip:
        """Apply what changes every text and colour for this terminal, once for a drawn row."""
        ground = self.ground_colour
        for each in self.get_line_filters():
            segments = each.apply(segments, ground)
        return Strip(segments, width)

    def _striped(self, role: Role) -> Style:
        return self.role_style(role) + self.role_style(Role.STRIPE).background_style

    def _repaint_all(self) -> None:
        """Draw other rows. To look for cells that stay as they are would not be worth it."""
        size = self.size
        self._strips, self._drawn_for = self.visible_strips(), size
        self.refresh(Region(0, 0, size.width, size.height))

    def on_terminal(self, strips: list[Strip]) -> list[Strip]:
        """Return the rows: they were made for this terminal when they were drawn."""
        return strips

    def _repaint_rows(self, *rows: int) -> None:
        """Draw some rows again. Which of their cells differ is found on the way to the terminal."""
        if not self._rows.ids:
            return
        width, columns = self.size.width, self.placement.columns
        regions = []
        for row in set(rows):
            y = row - self._top + HEADER_ROWS
            if HEADER_ROWS <= y < len(self._strips) and row < len(self._rows.ids):
                self._strips[y] = self._row_strip(row, width, columns)
                regions.append(Region(0, y, width, 1))
        if regions:
            self.refresh(*regions)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the columns to the room there is and keep the cursor in sight."""
        self._set_top(self._top)
        self._keep_cursor_in_sight()
        super().on_resize(event)

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 - Textual's signature
        """Show by the cursor's colour whether the keys go to the table."""
        super().watch_has_focus(has_focus)
        self._repaint_rows(self._cursor_row)

    def on_key(self, event: events.Key) -> None:
        """Let the screen act on the key."""
        forward_key(self, event, Place.TABLE)

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the study that was clicked; a second click opens its detail.

        With ctrl the study is marked, with shift all from the last mark to it. A click on a title
        sorts.
        """
        event.stop()
        if event.y < HEADER_ROWS:
            self._click_title(event)
            return
        row = self._top + event.y - HEADER_ROWS
        if row >= len(self._rows.ids):
            return
        self.move_to(row)
        if event.ctrl or event.shift:
            self.post_message(self.MarkClicked(up_to=event.shift))
        elif event.chain > 1 and self._cursor_id is not None:
            self.post_message(self.Chosen(self._cursor_id))

    def _click_title(self, event: events.Click) -> None:
        from avara_tui.tui.presentation.placing import GUTTER  # noqa: PLC0415 - as above

        column = self.placement.at(event.x)
        if column is not None or event.x < GUTTER:
            column_id = column.id if column is not None else None
            self.post_message(self.TitleClicked(column_id, adds=event.ctrl or event.shift))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down; the cursor stays in sight, so that keys act on what is seen."""
        self._wheel(3)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up; the cursor stays in sight, so that keys act on what is seen."""
        self._wheel(-3)
        event.stop()

    def _wheel(self, rows: int) -> None:
        self._set_top(self._top + rows)
        last = min(self._top + self.page_rows, len(self._rows.ids)) - 1
        row = min(max(self._cursor_row, self._top), max(last, 0))
        self.move_to(row)
        self.repaint()
