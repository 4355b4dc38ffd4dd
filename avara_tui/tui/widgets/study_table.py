"""The worklist's table: draws only the rows on the screen, and belongs to studies, not rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from avara_tui.tui.keys.key_turn import forward_key
from avara_tui.tui.keys.places import Place
from avara_tui.tui.lines import Line
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.widgets.pane import Pane
from avara_tui.tui.widgets.table_cursor import Rows, TableCursor
from avara_tui.tui.widgets.table_drawing import TableDrawing

if TYPE_CHECKING:
    from avara_tui.config import Config
    from avara_tui.tui.keys.actions import Actions
    from avara_tui.tui.lines import Span
    from avara_tui.tui.presentation.placing import Placement
    from avara_tui.worklist.order import Order


class StudyTable(Pane, can_focus=True):
    """A virtual table of studies, with a cursor that stays on its study."""

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

    takes: ClassVar[tuple[str, ...]] = ("zebra",)

    def __init__(self, context: RowContext, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._cursor = TableCursor()
        self._drawing = TableDrawing(self, self._cursor, context)
        self._when_moved: Callable[[], None] = lambda: None
        self._when_scrolled: Callable[[], None] = lambda: None
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
        self._drawing.has_stripes = config.zebra
        self.repaint()

    @property
    def cursor_id(self) -> str | None:
        """The id of the study under the cursor; None when no study is."""
        return self._cursor.study_id

    @property
    def cursor_row(self) -> int:
        """The row the cursor is on, counted from 0; only meaningful with a cursor."""
        return self._cursor.row

    @property
    def cursor_screen_row(self) -> int | None:
        """The row of the screen that the cursor is on; None where no study is under it."""
        if self._cursor.study_id is None or not self.region:
            return None
        line = self._cursor.line_of(self._cursor.row) - self._cursor.top
        return self.region.y + self._drawing.title_rows + line

    @property
    def actions(self) -> "Actions":
        """How the cursor can be moved, by action id."""
        return {
            "down": lambda: self.move_by(1),
            "up": lambda: self.move_by(-1),
            "page_down": lambda: self.move_by(self.page_rows),
            "page_up": lambda: self.move_by(-self.page_rows),
            "top": lambda: self.move_to(0),
            "bottom": lambda: self.move_to(len(self._cursor.rows.ids) - 1),
            "scroll_right": lambda: self.scroll_columns(1),
            "scroll_left": lambda: self.scroll_columns(-1),
        }

    @property
    def page_rows(self) -> int:
        """How many lines fit on the screen at once, with studies or words between them."""
        return max(self.size.height - self._drawing.title_rows, 1)

    def show_rows(self, rows: Rows) -> None:
        """Show ``rows`` from here on; tell of their changes with :meth:`rows_changed`."""
        self._cursor.rows = rows
        self.rows_changed()

    def show_columns(
        self,
        names: Sequence[str],
        order: "Order | None" = None,
        *,
        in_order: bool = False,
        wide: Sequence[str] = (),
    ) -> None:
        """Show the columns ``names`` as far as they fit, and by which of them rows are sorted.

        Where the room does not do, the least important ones leave; or, ``in_order``, the last.
        Where there is much, it is ``wide`` instead, if there are any.
        """
        if self._drawing.columns.show(names, order, in_order=in_order, wide=wide):
            self.repaint()

    def fit_columns(self, needs: Mapping[str, int]) -> None:
        """Take in how many cells the longest value of a column has, by the column's name."""
        if self._drawing.columns.fit(needs):
            self.repaint()

    def scroll_columns(self, by: int) -> None:
        """Move columns out of sight at the left, or back, so that others come into sight."""
        if self._drawing.columns.scroll(by, self.size.width):
            self.repaint()

    @property
    def placement(self) -> "Placement":
        """The columns on the screen."""
        return self._drawing.placement

    @property
    def has_stripes(self) -> bool:
        """Whether every other row has a ground of its own."""
        return self._drawing.has_stripes

    @has_stripes.setter
    def has_stripes(self, has_stripes: bool) -> None:
        self._drawing.has_stripes = has_stripes

    def show_empty_state(self, empty_state: Sequence[Line]) -> None:
        """Show ``empty_state`` in the middle of the table whenever it has no rows."""
        if empty_state != self._drawing.empty_state:
            self._drawing.empty_state = empty_state
            if not self._cursor.rows.ids:
                self.repaint()

    def rows_changed(self) -> None:
        """Draw the rows as they are now, the cursor's study on its line of the screen."""
        is_other = self._cursor.follow(self.page_rows)
        self._tell_scrolled()
        if is_other:
            self._when_moved()
        self.repaint()

    def go_to(self, study_id: str) -> bool:
        """Move the cursor to a study; return whether it is shown at all."""
        row = self._cursor.rows.position(study_id)
        if row is not None:
            self.move_to(row)
        return row is not None

    def move_to(self, row: int) -> None:
        """Move the cursor to ``row``, or to the nearest that exists."""
        cursor = self._cursor
        previous, top = cursor.row, cursor.top
        is_other = cursor.move_to(row, self.page_rows)
        if cursor.top == top:
            self._repaint_rows(previous, cursor.row)
        else:
            self._tell_scrolled()
            self._repaint_all()
        if is_other:
            self._when_moved()

    def move_by(self, rows: int) -> None:
        """Move the cursor down by ``rows``, or up if negative."""
        self.move_to(self.cursor_row + (rows if self.cursor_id is not None else 0))

    def scroll_rows(self, by: int) -> None:
        """Scroll down by rows, or up if negative; the cursor stays in sight."""
        row = self._cursor.scroll(by, self.page_rows)
        self._tell_scrolled()
        self.move_to(row)
        self.repaint()

    def forget_cursor(self) -> None:
        """Start again at the first row, as for another worklist."""
        if self._cursor.forget():
            # Where there is no first row, nothing else would say that the study is gone.
            self._when_moved()

    def await_study(self, study_id: str | None) -> None:
        """Have no cursor until this study is shown or the person moves; None awaits no more."""
        if self._cursor.await_study(study_id):
            self.rows_changed()

    @property
    def out_of_sight(self) -> tuple[int, int]:
        """How many rows are above and below those on the screen."""
        return self._cursor.out_of_sight(self.page_rows)

    def bar(self, stat: Iterable[tuple[int, bool]]) -> "list[Span]":
        """Return the cells of the scroll bar beside the table, from the top down.

        ``stat`` are the rows of STAT studies, and whether nobody has them.
        """
        return self._drawing.bar(stat)

    def _tell_scrolled(self) -> None:
        if self.out_of_sight != self._said_out_of_sight:
            self._said_out_of_sight = self.out_of_sight
            self._when_scrolled()

    def visible_strips(self) -> list[Strip]:
        """Return the titles and the rows on the screen, as they go to the terminal."""
        return self._drawing.strips()

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
        regions, titles = [], self._drawing.title_rows
        for row in set(rows):
            y = self._cursor.line_of(row) - self._cursor.top + titles
            if titles <= y < len(self._strips) and row < len(self._cursor.rows.ids):
                self._strips[y] = self._drawing.row(row)
                regions.append(Region(0, y, self.size.width, 1))
        if regions:
            self.refresh(*regions)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the columns to the room there is and keep the cursor in sight."""
        self._cursor.fit(self.page_rows, has_words=self._drawing.has_words)
        self._tell_scrolled()
        super().on_resize(event)

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 - Textual's signature
        """Show by the cursor's colour whether the keys go to the table."""
        super().watch_has_focus(has_focus)
        self._repaint_rows(self.cursor_row)

    def on_key(self, event: events.Key) -> None:
        """Let the screen act on the key."""
        forward_key(self, event, Place.TABLE)

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the study that was clicked; a second click opens its detail.

        With ctrl the study is marked, with shift all from the last mark to it. A click on a title
        sorts.
        """
        event.stop()
        titles = self._drawing.title_rows
        if event.y < titles:
            self._click_title(event)
            return
        row = self._cursor.row_at(self._cursor.top + event.y - titles)
        if row is None:
            return
        self.move_to(row)
        if event.ctrl or event.shift:
            self.post_message(self.MarkClicked(up_to=event.shift))
        elif event.chain > 1 and self.cursor_id is not None:
            self.post_message(self.Chosen(self.cursor_id))

    def _click_title(self, event: events.Click) -> None:
        from avara_tui.tui.presentation.placing import GUTTER  # noqa: PLC0415 - on a click only

        column = self.placement.at(event.x)
        if column is not None or event.x < GUTTER:
            column_id = column.id if column is not None else None
            self.post_message(self.TitleClicked(column_id, adds=event.ctrl or event.shift))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down; the cursor stays in sight, so that keys act on what is seen."""
        self.scroll_rows(3)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up; the cursor stays in sight, so that keys act on what is seen."""
        self.scroll_rows(-3)
        event.stop()
