"""The card that shows what a command of the site's own has printed."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from avara_tui.tui.lines import Line, Role, line, spread, wrap
from avara_tui.tui.widgets.card import Card

_ABOVE = 5
"""Rows that the card leaves to the worklist."""


class OutputCard(Card):
    """Text that can be scrolled, under a title that says how it came about."""

    DEFAULT_CSS = """
    OutputCard { layer: over; dock: bottom; width: 100%; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_card(1)", show=False),
        Binding("up,k", "scroll_card(-1)", show=False),
        Binding("pagedown,space", "scroll_card(10)", show=False),
        Binding("pageup", "scroll_card(-10)", show=False),
    ]

    def __init__(self, title: Line, output: Sequence[str]) -> None:
        super().__init__()
        self._title = title
        self._output = output
        self._top = 0

    def on_mount(self) -> None:
        """Draw."""
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Lay the text out for the room there is."""
        super().on_resize(event)
        self._draw()

    def action_scroll_card(self, by: int) -> None:
        """Move the text."""
        self._top += by
        self._draw()

    def _draw(self) -> None:
        width, height = self.screen.size
        body = [line(f" {row}") for text in self._output for row in wrap_rows(text, width - 2)]
        body = body or [line((" it printed nothing", Role.DIM))]
        room = max(height - _ABOVE - 1, 1)
        self._top = max(min(self._top, len(body) - room), 0)
        below = max(len(body) - room - self._top, 0)
        rest = line((f"↓{below} more  ", Role.DIM)) if below else ()
        hint = rest + line(("esc", Role.KEY), " closes ")
        rows = body[self._top : self._top + room]
        self.styles.height = len(rows) + 1
        self.show([spread(line(" ") + self._title, hint, width), *rows])


def wrap_rows(text: str, width: int) -> list[str]:
    """Return a line of output in rows of ``width`` cells, its indentation kept if it fits."""
    return [text] if len(text) <= width and text.isascii() else wrap(text, width) or [""]
