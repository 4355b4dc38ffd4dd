"""A screen that draws through the terminal's front buffer."""

from typing import Self, TypeVar

from textual._compositor import LayoutUpdate
from textual.app import App
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip

from avara_tui.tui.terminal.backdrop import backdrop_rows
from avara_tui.tui.terminal.compositor import RowCompositor
from avara_tui.tui.terminal.front_buffer import FrontBuffer

Result = TypeVar("Result")


class TerminalScreen(Screen[Result]):
    """Draws what has changed, compared with what the terminal shows, whoever has drawn that."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor: RowCompositor = RowCompositor(lambda: front_buffer_of(self.app))

    def add_breakpoint_classes(self, size: Size) -> None:
        """Add the classes that the breakpoints give a screen of ``size``.

        Textual would do this after the first frame, and then lay out and draw all once more.
        """
        for length, breakpoints in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            self.add_class(*self._get_breakpoint_classes(length, breakpoints or []), update=False)

    @property
    def is_shown(self) -> bool:
        """Whether the terminal shows what this screen has drawn last."""
        return self._compositor.is_shown

    def whole_picture(self) -> LayoutUpdate:
        """Return all that the screen shows, to be compared with what the terminal shows."""
        return self._compositor.render_full_update()

    def draw_whole(self) -> None:
        """Draw all of it at the next opportunity; only what differs is sent."""
        super().refresh(layout=True)

    def on_screen_resume(self) -> None:
        """Draw all of it after another screen."""
        self.draw_whole()

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Draw again, unless only the focus has moved: the screen shows nothing but its panes."""
        if regions or layout or recompose or not self.is_mounted:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        return self

    def _on_timer_update(self) -> None:
        if self._repaint_required:
            # For this, Textual lets go of what its widgets have to draw, even if the screen was
            # asked before it was mounted, and so has no region of its own to draw.
            self._set_dirty()
        super()._on_timer_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return rows of what lies under the panes."""
        return backdrop_rows(self, crop)

    def _screen_resized(self, size: Size) -> None:
        """Draw everything for another size.

        Textual tells the size several times at the start, when all is drawn for it already.
        """
        if size != self._compositor.size or not self.is_shown:
            super()._screen_resized(size)


def front_buffer_of(app: App[object]) -> FrontBuffer:
    """Return the front buffer of an app's terminal.

    Of an app that keeps none, nothing is known of what the terminal shows.
    """
    known = getattr(app, "front_buffer", None)
    return known if isinstance(known, FrontBuffer) else FrontBuffer()
