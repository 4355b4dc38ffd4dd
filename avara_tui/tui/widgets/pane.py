"""A widget made of lines, that writes to the terminal only the cells that changed."""

from collections.abc import Sequence
from typing import Self

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.geometry import Region, Size, Spacing
from textual.strip import Strip
from textual.widget import Widget

from avara_tui.tui.keys.key_turn import forward_paste
from avara_tui.tui.lines import Line, Role, crop
from avara_tui.tui.terminal.changed_cells import changed_cells
from avara_tui.tui.terminal.palette import palette
from avara_tui.tui.terminal.right_to_left import walled


class Pane(Widget):
    """Lines of text. Give it lines with :meth:`show`; it repaints what differs from before."""

    DEFAULT_CSS = "Pane { height: 1; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Line] = ()
        self._strips: list[Strip] = []
        self._drawn_for = Size(0, 0)
        self._ground: Style | None = None
        self._ground_colour: Color | None = None
        self._styles_by_role: dict[Role, Style] = {}
        self.own_styles: dict[Role, Style] = {}
        """Styles that go before the theme's, such as a colour from the settings."""

    def on_paste(self, event: events.Paste) -> None:
        """Leave a pasted text to who can use it, behind the keys that came before it."""
        forward_paste(self, event)

    def show(self, lines: Sequence[Line]) -> None:
        """Show ``lines`` in place of what was shown."""
        self._lines = lines
        self.repaint()

    @property
    def lines(self) -> Sequence[Line]:
        """The lines last given."""
        return self._lines

    def visible_strips(self) -> list[Strip]:
        """Return what the widget shows, a strip a row of its height."""
        width, height = self.size
        strips = [self.strip(content, width) for content in self._lines[:height]]
        blank = Strip.blank(width, self.ground)
        return strips + [blank] * (height - len(strips))

    def strip(self, content: Line, width: int) -> Strip:
        """Return ``content`` in the colours of the style sheet, in exactly ``width`` cells."""
        drawn = walled(crop(content, width), width)
        segments = [Segment(text, self.role_style(role)) for text, role in drawn if text]
        return Strip(segments).adjust_cell_length(width, self.ground).simplify()

    @property
    def ground(self) -> Style:
        """What the widget looks like where it shows nothing."""
        if self._ground is None:
            self._ground = self.rich_style
        return self._ground

    @property
    def ground_colour(self) -> Color:
        """The colour behind the widget's text."""
        if self._ground_colour is None:
            self._ground_colour = self.background_colors[1]
        return self._ground_colour

    def role_style(self, role: Role) -> Style:
        """Return what ``role`` looks like on this widget's ground, in the app's theme."""
        style = self._styles_by_role.get(role)
        if style is None:
            app = self.app
            styles = palette(app.current_theme, has_colour=not app.no_color)
            own = self.own_styles.get(role) or styles[role]
            style = self.ground + own
            self._styles_by_role[role] = style
        return style

    def repaint(self) -> None:
        """Draw again, and send the terminal only the cells that differ."""
        if not self.size:
            return
        strips = self.visible_strips()
        before, self._strips = self._strips, strips
        if len(before) != len(strips) or self._drawn_for != self.size:
            self._drawn_for = self.size
            super().refresh()
            return
        pairs = enumerate(zip(before, strips, strict=True))
        regions = [
            region for y, (old, new) in pairs for region in self.changed_regions(y, old, new)
        ]
        if regions:
            self.refresh(*regions)

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Draw again. Textual asks for it at every change of focus: only what differs is sent."""
        is_drawn = bool(self._strips) and self._drawn_for == self.size
        if regions or layout or recompose or not is_drawn:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        self.repaint()
        return self

    @staticmethod
    def changed_regions(y: int, old: Strip, new: Strip) -> list[Region]:
        """Return the part of row ``y`` to send again when ``new`` takes the place of ``old``."""
        changed = changed_cells(old, new)
        return [Region(changed[0], y, changed[1], 1)] if changed else []

    def _draw_for_size(self) -> None:
        """Draw for the size that the layout has just given the widget."""
        size = self.size
        if self._drawn_for != size:
            self._strips, self._drawn_for = self.visible_strips(), size

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return rows as they were drawn, with nothing of Textual's around them."""
        if self.styles.gutter != Spacing():
            return super().render_lines(crop)
        self._draw_for_size()
        strips = self.on_terminal(self._strips[crop.y : crop.bottom])
        if crop.column_span == (0, self._drawn_for.width):
            return strips
        return [strip.crop(*crop.column_span) for strip in strips]

    def on_terminal(self, strips: list[Strip]) -> list[Strip]:
        """Return what becomes of drawn rows on this terminal, such as one without colours."""
        for each in self.get_line_filters():
            strips = [strip.apply_filter(each, self.ground_colour) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """Return row ``y`` of the widget."""
        self._draw_for_size()
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.ground)

    def notify_style_update(self) -> None:
        """Draw again in the colours of a changed theme or state."""
        super().notify_style_update()
        self._ground = self._ground_colour = None
        self._styles_by_role.clear()
        # Gaining and losing the focus come this way too, and seldom change a cell.
        self.call_later(self.repaint)

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the size that the widget has been given."""
        event.stop()
        self.repaint()
