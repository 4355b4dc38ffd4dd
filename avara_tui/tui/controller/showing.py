"""What is on the screen: the rows, what stands around them, and the keys that fit the moment."""

from typing import TYPE_CHECKING, Protocol

from avara_tui.tui.board.surroundings import Shown, SurroundingsScreen, show_around, show_count
from avara_tui.tui.lines import Line
from avara_tui.tui.presentation.footer import footer

if TYPE_CHECKING:
    from avara_tui.tui.board.marks import Marks
    from avara_tui.tui.commands.targets import Targets
    from avara_tui.tui.controller.alarm import AlarmController
    from avara_tui.tui.controller.cursor import Cursor
    from avara_tui.tui.controller.lower_panes import LowerPanes


class ShowingScreen(SurroundingsScreen, Protocol):
    """Where it is shown, with the keys of the moment."""

    def show_keys(self) -> None:
        """Show the keys that fit the moment."""
        ...


class ShownParts(Shown, Protocol):
    """What there is to show."""

    alarms: "AlarmController"
    cursor: "Cursor"
    lower: "LowerPanes"
    marks: "Marks"
    targets: "Targets"


class Showing:
    """Draws what the parts of the worklist are like by now."""

    def __init__(self, screen: ShowingScreen, parts: ShownParts) -> None:
        self._screen = screen
        self._parts = parts
        self._knew_indications = False

    def show(self) -> None:
        """Draw everything around the table again; what has not changed costs nothing."""
        if self._parts.board.knows_indications is not self._knew_indications:
            # Which metadata there are is known as studies come in.
            self._knew_indications = not self._knew_indications
            self.show_columns()
        self._screen.table.fit_columns(self._parts.board.longest.cells)
        show_around(self._parts, self._screen)
        self._parts.alarms.show()
        self._parts.lower.show()
        self._screen.show_keys()

    def show_count(self) -> None:
        """Show how many rows there are, and how many are out of sight."""
        show_count(self._parts, self._screen)

    def rows_changed(self) -> None:
        """Draw the table, and everything around it, as they are now."""
        self._screen.table.rows_changed()
        self._parts.marks.rows_changed()
        self.show()

    def shown_anew(self) -> None:
        """Show other rows; the cursor stays on its study if it is among them."""
        table, board = self._screen.table, self._parts.board
        if table.cursor_id is None or board.position(table.cursor_id) is None:
            table.forget_cursor()
        else:
            # Another selection lets go of the study: here it stays under the cursor.
            board.pin(table.cursor_id)
        self.show_columns()
        self.rows_changed()

    def show_columns(self) -> None:
        """Show the columns and the order of the worklist that is shown."""
        board = self._parts.board
        columns = board.columns
        self._screen.table.show_columns(
            columns, board.order, in_order=board.chose_columns, wide=board.wide(columns)
        )

    def keys(self) -> Line:
        """Return the keys that fit the moment."""
        return footer(
            self._parts.cursor.target(),
            self._screen.size.width,
            self._parts.targets.situation,
            marked=self._parts.marks.count(),
            seen=self._parts.alarms.seen_hint(),
            dirty=self._screen.detail.is_dirty,
        )
