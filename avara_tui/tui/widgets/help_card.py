"""The card of keys: what can be done here, by which key, and if it cannot, why."""

from typing import ClassVar, Final

from textual import events

from avara_tui.text import is_text
from avara_tui.tui.keys.actions import FREE
from avara_tui.tui.keys.key_turn import text_ended
from avara_tui.tui.keys.keymap import Keymap
from avara_tui.tui.lines import Role, line
from avara_tui.tui.presentation import help_text
from avara_tui.tui.widgets.card import takes
from avara_tui.tui.widgets.scrolling_card import FAR, ScrollingCard

_LONGEST: Final = 40
"""Characters of a search."""


class HelpCard(ScrollingCard):
    """Lies over the worklist. What is typed narrows it; esc takes that back, and then closes."""

    heading_rows: ClassVar[int] = 2

    def __init__(self, sections: list[help_text.Section], keymap: Keymap) -> None:
        super().__init__()
        self._sections = sections
        self._keymap = keymap
        self._search = ""

    def on_key(self, event: events.Key) -> None:
        """Search, scroll or close. What is typed behind the last key is for the worklist."""
        if not takes(self, event, FREE):
            return
        if self._closes(event):
            if self._search:
                text_ended(self)
            self.close_by_key()
        elif event.key == "escape":
            self._narrow("")
        elif event.key == "backspace":
            self._narrow(self._search[:-1])
        elif event.character and is_text(event.character) and len(self._search) < _LONGEST:
            self._narrow(self._search + event.character)
        else:
            self._scroll(event)

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's
        """Whether a key is text: here one types what to look for."""
        return is_text(character)

    def _closes(self, event: events.Key) -> bool:
        if event.key == "enter":
            return True
        return not self._search and (event.key == "escape" or self._keymap.has_key("help", event))

    def _narrow(self, search: str) -> None:
        self._search = search.lstrip()
        self.top = 0
        self.draw()

    def _scroll(self, event: events.Key) -> None:
        page = self.page
        steps = {"down": 1, "up": -1, "pagedown": page, "pageup": -page, "ctrl+d": page // 2}
        steps |= {"ctrl+u": -page // 2, "home": -FAR, "end": FAR}
        self.scroll_by(event, steps)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self.top += 3
        self.draw()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self.top -= 3
        self.draw()

    def draw(self) -> None:
        """Draw the keys that are searched for, from the row that they were scrolled to."""
        width = self.size.width
        body = help_text.lines(self._sections, self._search, width)
        searched = line((" Keys", Role.STRONG), "   ")
        if self._search:
            searched += line((self._search, Role.STRONG), ("▏", Role.KEY))
            searched += line(("   esc", Role.KEY), " all keys")
        else:
            searched += line(("type to search", Role.DIM), ("   esc", Role.KEY), " closes")
        self.show_text(searched, body, min(width, help_text.WIDEST))
