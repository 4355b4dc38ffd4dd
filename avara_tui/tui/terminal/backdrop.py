"""What lies under the widgets: rows of which every one is like the other."""

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


def backdrop_rows(widget: Widget, crop: Region, row: Strip | None = None) -> list[Strip]:
    """Return rows of a widget that are all like ``row``, or else blank.

    Textual would make each of them anew.
    """
    strip = row or Strip.blank(widget.size.width, widget.rich_style)
    for each in widget.get_line_filters():
        strip = strip.apply_filter(each, widget.background_colors[1])
    if crop.column_span != (0, strip.cell_length):
        strip = strip.crop(*crop.column_span)
    return [strip] * crop.height
