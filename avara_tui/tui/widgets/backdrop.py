"""What lies under the panes: rows, of which every row is like the other."""

from rich.segment import Segment
from textual.containers import Container
from textual.geometry import Region
from textual.strip import Strip

from avara_tui.tui.terminal.backdrop import backdrop_rows


class Backdrop(Container):
    """A container with no border and no room of its own, and a line beside its last pane.

    The line is drawn here because Textual would draw the pane row by row for the sake of a border.
    """

    COMPONENT_CLASSES = {"backdrop--line"}  # noqa: RUF012 - Textual's type
    DEFAULT_CSS = "Backdrop > .backdrop--line { color: $panel; background: $surface; }"

    _line: tuple[object, Strip] | None = None
    """A row with the line in it, and what it was made for: it is drawn with every row beside it."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows in ``crop``."""
        pane, width = self.children[-1], self.size.width
        at = pane.region.x - self.region.x - 1
        if not pane.display or at < 1:
            return backdrop_rows(self, crop)
        made_for = at, width, crop.column_span
        if self._line is None or self._line[0] != made_for:
            blank = self.rich_style
            segments = [
                Segment(" " * at, blank),
                Segment("│", self.get_component_rich_style("backdrop--line")),
                Segment(" " * (width - at - 1), blank),
            ]
            self._line = made_for, backdrop_rows(self, crop, Strip(segments, width))[0]
        return [self._line[1]] * crop.height

    def notify_style_update(self) -> None:
        """Make the row anew: the colours may be others."""
        self._line = None
        super().notify_style_update()
