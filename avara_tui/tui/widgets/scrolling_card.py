"""A card over the whole screen whose text may be longer than the screen is high."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from textual import events

from avara_tui.tui.lines import Line, Role, line, spread
from avara_tui.tui.widgets.card import Card

FAR: Final = 10**6
"""More rows than any text has: a step from anywhere to its beginning or end."""


class ScrollingCard(Card):
    """Text under a heading that says how many rows are out of sight above and below."""

    covers_all: ClassVar[bool] = True
    heading_rows: ClassVar[int] = 1
    """Rows above the text: the heading itself, and blank ones below it."""
    DEFAULT_CSS = """
    ScrollingCard { layer: over; dock: top; height: 100%; width: 100%; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.top = 0
        """The row of the text that is the first in sight."""

    def draw(self) -> None:
        """Draw the card, by :meth:`show_text`."""
        raise NotImplementedError

    @property
    def page(self) -> int:
        """How many rows a page key moves."""
        return max(self.size.height - self.heading_rows - 1, 1)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the card out for the room there is."""
        super().on_resize(event)
        self.draw()

    def scroll_by(self, event: events.Key, steps: Mapping[str, int]) -> None:
        """Move the text by as many rows as ``steps`` has for the key."""
        if event.key in steps:
            self.top += steps[event.key]
            self.draw()

    def show_text(self, heading: Line, text: Sequence[Line], width: int) -> None:
        """Show what fits of ``text`` under ``heading``, which is ``width`` cells wide."""
        room = max(self.size.height - self.heading_rows, 1)
        self.top = max(min(self.top, len(text) - room), 0)
        below = len(text) - room - self.top
        hidden = line((f"↑{self.top} ", Role.DIM)) if self.top else ()
        hidden += line((f"↓{below} more ", Role.DIM)) if below > 0 else ()
        blank: list[Line] = [()] * (self.heading_rows - 1)
        self.show([spread(heading, hidden, width), *blank, *text[self.top : self.top + room]])
