"""What lies under the panes: rows, of which every row is like the other."""

from textual.containers import Container
from textual.geometry import Region
from textual.strip import Strip

from avara_tui.tui.terminal.backdrop import backdrop_rows


class Backdrop(Container):
    """A container with no border and no room of its own."""

    _row: tuple[object, Strip] | None = None
    """A row, and what it was made for: it is drawn with every row of the panes on it."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows in ``crop``."""
        made_for = self.size.width, crop.column_span
        if self._row is None or self._row[0] != made_for:
            self._row = made_for, backdrop_rows(self, crop)[0]
        return [self._row[1]] * crop.height

    def notify_style_update(self) -> None:
        """Make the row anew: the colours may be others."""
        self._row = None
        super().notify_style_update()
