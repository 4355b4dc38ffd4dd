"""What lies under the panes: ground, of which every row is like the other."""

from rich.segment import Segment
from textual.containers import Container
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


def ground_lines(widget: Widget, crop: Region, row: Strip | None = None) -> list[Strip]:
    """Return rows of a widget that are all like ``row``, or else blank.

    Textual would make each of them anew.
    """
    strip = row or Strip.blank(widget.size.width, widget.rich_style)
    for each in widget.get_line_filters():
        strip = strip.apply_filter(each, widget.background_colors[1])
    if crop.column_span != (0, strip.cell_length):
        strip = strip.crop(*crop.column_span)
    return [strip] * crop.height


class Ground(Container):
    """A container with no border and no room of its own, and a line beside its last pane.

    The line is drawn here because Textual would draw the pane row by row for the sake of a border.
    """

    COMPONENT_CLASSES = {"ground--line"}  # noqa: RUF012 - Textual's type
    DEFAULT_CSS = "Ground > .ground--line { color: $panel; background: $surface; }"

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows in ``crop``."""
        pane, width = self.children[-1], self.size.width
        at = pane.region.x - self.region.x - 1
        if not pane.display or at < 1:
            return ground_lines(self, crop)
        blank = self.rich_style
        segments = [
            Segment(" " * at, blank),
            Segment("│", self.get_component_rich_style("ground--line")),
            Segment(" " * (width - at - 1), blank),
        ]
        return ground_lines(self, crop, Strip(segments, width))
