"""The hand-off on the screen: what whoever takes over has to know."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events

from avara_tui.tui.key_turn import hand_over, keeps
from avara_tui.tui.lines import Line, Role, line, spread
from avara_tui.tui.widgets.card import CLOSING_KEYS, Card

_HEADING: Final = 1


class HandoffCard(Card):
    """Lies over the worklist until a key closes it. It shows the moment at which it was opened."""

    covers_all: ClassVar[bool] = True
    DEFAULT_CSS = """
    HandoffCard { layer: over; dock: top; height: 100%; width: 100%; background: $surface; }
    """

    def __init__(self, body: Sequence[Line]) -> None:
        super().__init__()
        self._body = body
        self._top = 0

    def on_resize(self, event: events.Resize) -> None:
        """Lay the card out for the room there is."""
        super().on_resize(event)
        self._draw()

    def on_key(self, event: events.Key) -> None:
        """Scroll or close."""
        if keeps(self, event):
            return
        event.stop()
        event.prevent_default()
        if event.key in CLOSING_KEYS:
            hand_over(self)
            self.close()
            return
        page = max(self.size.height - _HEADING - 1, 1)
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": page, "space": page}
        steps |= {"pageup": -page, "home": -(10**6), "g": -(10**6), "end": 10**6, "G": 10**6}
        if event.key in steps:
            self._top += steps[event.key]
            self._draw()

    def _draw(self) -> None:
        width, height = self.size
        room = max(height - _HEADING, 1)
        self._top = max(min(self._top, len(self._body) - room), 0)
        below = len(self._body) - room - self._top
        more = line((f"↓{below} more ", Role.DIM)) if below > 0 else ()
        above = line((f"↑{self._top} ", Role.DIM)) if self._top else ()
        left = line((" Hand-off", Role.STRONG), ("   esc", Role.KEY), " closes   ")
        left += line(("avara-tui handoff", Role.KEY), (" prints it", Role.DIM))
        title = spread(left, above + more, width)
        self.show([title, *self._body[self._top : self._top + room]])
