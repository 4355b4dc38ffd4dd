"""The hand-off on the screen: what whoever takes over has to know."""

from collections.abc import Sequence

from textual import events

from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.widgets.card import CLOSING_KEYS, takes
from avara_tui.tui.widgets.scrolling_card import FAR, ScrollingCard


class HandoffCard(ScrollingCard):
    """Lies over the worklist until a key closes it. It shows the moment at which it was opened."""

    def __init__(self, body: Sequence[Line]) -> None:
        super().__init__()
        self._body = body

    def on_key(self, event: events.Key) -> None:
        """Scroll or close."""
        if not takes(self, event):
            return
        if event.key in CLOSING_KEYS:
            self.close_by_key()
            return
        page = self.page
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": page, "space": page}
        steps |= {"pageup": -page, "home": -FAR, "g": -FAR, "end": FAR, "G": FAR}
        self.scroll_by(event, steps)

    def draw(self) -> None:
        """Draw the hand-off from the row that it was scrolled to."""
        left = line((" Hand-off", Role.STRONG), ("   esc", Role.KEY), " closes   ")
        left += line(("to print: ", Role.DIM), ("avara-tui handoff", Role.KEY))
        self.show_text(left, self._body, self.size.width)
