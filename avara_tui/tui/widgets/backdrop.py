"""What lies under the panes: rows, of which every row is like the other."""

from textual.containers import Container
from textual.geometry import Region
from textual.strip import Strip

from avara_tui.tui.terminal.backdrop import backdrop_rows


class Backdrop(Container):
    """A container with no border and no room of its own."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows in ``crop``."""
        return backdrop_rows(self, crop)
