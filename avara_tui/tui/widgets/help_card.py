"""The card of keys: what can be done here, by which key, and if it cannot, why."""

from typing import ClassVar, Final

from textual import events

from avara_tui.tui import help_text
from avara_tui.tui.key_turn import hand_over, keeps
from avara_tui.tui.keymap import Keymap
from avara_tui.tui.lines import Role, line, spread
from avara_tui.tui.widgets.card import Card

_HEADING: Final = 2
"""Rows above the text: what is searched, a blank."""
_LONGEST: Final = 40
"""Characters of a search."""


class HelpCard(Card):
    """Lies over the worklist. What is typed narrows it; esc takes that back, and then closes."""

    covers_all: ClassVar[bool] = True
    DEFAULT_CSS = """
    HelpCard { layer: over; dock: top; height: 100%; width: 100%; background: $surface; }
    """

    def __init__(self, sections: list[help_text.Section], keymap: Keymap) -> None:
        super().__init__()
        self._sections = sections
        self._keymap = keymap
        self._search = ""
        self._top = 0

    def on_resize(self, event: events.Resize) -> None:
        """Lay the card out for the room there is."""
        super().on_resize(event)
        self._draw()

    def on_key(self, event: events.Key) -> None:
        """Search, scroll or close. What is typed behind the last key is for the worklist."""
        if keeps(self, event):
            return
        event.stop()
        event.prevent_default()
        if self._closes(event):
            hand_over(self)
            self.close()
        elif event.key == "escape":
            self._narrow("")
        elif event.key == "backspace":
            self._narrow(self._search[:-1])
        elif event.is_printable and event.character and len(self._search) < _LONGEST:
            self._narrow(self._search + event.character)
        else:
            self._scroll(event)

    def _closes(self, event: events.Key) -> bool:
        if event.key == "enter":
            return True
        return not self._search and (event.key == "escape" or self._keymap.has_key("help", event))

    def _narrow(self, search: str) -> None:
        self._search = search.lstrip()
        self._top = 0
        self._draw()

    def _scroll(self, event: events.Key) -> None:
        page = max(self.size.height - _HEADING - 1, 1)
        steps = {"down": 1, "up": -1, "pagedown": page, "pageup": -page, "ctrl+d": page // 2}
        steps |= {"ctrl+u": -page // 2, "home": -(10**6), "end": 10**6}
        if event.key in steps:
            self._top += steps[event.key]
            self._draw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self._top += 3
        self._draw()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self._top -= 3
        self._draw()

    def _draw(self) -> None:
        width, height = self.size
        body = help_text.lines(self._sections, self._search, width)
        room = max(height - _HEADING, 1)
        self._top = max(min(self._top, len(body) - room), 0)
        searched = line((" Keys", Role.STRONG), "   ")
        if self._search:
            searched += line((self._search, Role.STRONG), ("▏", Role.KEY))
            searched += line(("   esc", Role.KEY), " all keys")
        else:
            searched += line(("type to search", Role.DIM), ("   esc", Role.KEY), " closes")
        below = len(body) - room - self._top
        more = line((f"↓{below} more ", Role.DIM)) if below > 0 else ()
        above = line((f"↑{self._top} ", Role.DIM)) if self._top else ()
        title = spread(searched, above + more, min(width, help_text.WIDEST))
        self.show([title, (), *body[self._top : self._top + room]])
