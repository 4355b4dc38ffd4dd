"""The first things to know, laid over the foot of the worklist."""

from typing import Final

from textual import events

from avara_tui.tui.keys.keymap import Keymap
from avara_tui.tui.lines import Line, Role, line, spread
from avara_tui.tui.presentation.tour import tour
from avara_tui.tui.widgets.card import Card

_LEFT_FREE: Final = 9
"""Rows that a tour which comes unasked leaves to the worklist: what is urgent stays in sight."""


class TourCard(Card):
    """Asked for, it has the keys until it is closed. Unasked, it never gets them: any key ends it.

    The key then does what it always does, but for those that close cards, write or open a study:
    they only close it.
    """

    DEFAULT_CSS = """
    TourCard { layer: over; dock: bottom; width: 100%; margin-bottom: 1; background: $panel; }
    """

    def __init__(self, keymap: Keymap, *, unasked: bool) -> None:
        super().__init__()
        self._keymap = keymap
        self._unasked = unasked
        self.can_focus = not unasked

    def on_mount(self) -> None:
        """Draw."""
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the room there is."""
        super().on_resize(event)
        self._draw()

    def _draw(self) -> None:
        width, height = self.screen.size
        title, *things = tour(self._keymap, width)
        lines: list[Line] = [spread(title, line(("esc closes ", Role.DIM)), width), *things]
        room = height - (_LEFT_FREE if self._unasked else 1)
        if len(lines) > room:
            more = f" … {len(lines) - room + 1} more lines: "
            key = self._keymap.key("tour")
            lines = [*lines[: room - 1], line((more, Role.DIM), (key, Role.KEY))]
        self.styles.height = len(lines)
        self.show(lines)
