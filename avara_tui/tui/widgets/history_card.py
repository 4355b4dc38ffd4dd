"""The card of what was done in this session: changes and openings, and what came after."""

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import events

from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.terminal.layouts import pressed
from avara_tui.tui.widgets.card import LEAVING_KEYS, Card, takes


class Item(NamedTuple):
    """One entry of the history, ready to be shown."""

    key: str
    """What no other entry has."""
    lines: Sequence[Line]
    """The entry in one line, and what became of it in the lines below."""
    details: Sequence[Line] = ()
    """A line for each study, for an entry of many."""
    can_be_undone: bool = False


class HistoryCard(Card):
    """Lies over the worklist; the newest entry is on top."""

    covers_all: ClassVar[bool] = True
    DEFAULT_CSS = """
    HistoryCard { layer: over; dock: top; height: 100%; width: 100%; background: $surface; }
    """

    def __init__(
        self, items: Callable[[], Sequence[Item]], undo: Callable[[str], object], undo_key: str
    ) -> None:
        """``items`` returns what is shown, the newest first; ``undo`` takes one back by its key."""
        super().__init__()
        self._undo = undo
        self._items_now = items
        self._items = items()
        self._undo_key = undo_key
        self._cursor = 0
        self._top = 0
        self._open: set[str] = set()

    def on_resize(self, event: events.Resize) -> None:
        """Lay the card out for the room there is."""
        super().on_resize(event)
        self.draw()

    def on_key(self, event: events.Key) -> None:
        """Move, open, undo and close."""
        if not takes(self, event):
            return
        last = len(self._items) - 1
        match event.key:
            case "j" | "down":
                self._cursor = min(self._cursor + 1, max(last, 0))
            case "k" | "up":
                self._cursor = max(self._cursor - 1, 0)
            case "g" | "home":
                self._cursor = 0
            case "G" | "end":
                self._cursor = max(last, 0)
            case "enter" | "space":
                self._open ^= {self._items[self._cursor].key} if self._items else set()
            case _ if event.key in LEAVING_KEYS or pressed(event.key, event.character) == "H":
                self.close_by_key()
                return
            case _ if pressed(event.key, event.character) == self._undo_key and self._items:
                self._undo(self._items[self._cursor].key)
        self.draw()

    def draw(self) -> None:
        """Show the history as it is now; the cursor stays on its entry."""
        key = self._items[self._cursor].key if self._items else ""
        self._items = self._items_now()
        keys = [each.key for each in self._items]
        self._cursor = keys.index(key) if key in keys else 0
        height = self.size.height
        body, first, last = self._body()
        room = height - 2
        if last >= self._top + room:
            self._top = last - room + 1
        self._top = max(min(self._top, first, len(body) - room), 0)
        self.show([self._title(), (), *body[self._top : self._top + room]])

    def _title(self) -> Line:
        can_undo = bool(self._items) and self._items[self._cursor].can_be_undone
        keys = [
            ("j k", "move"),
            ("enter", "each study"),
            *([(self._undo_key, "undo")] if can_undo else []),
            ("esc", "close"),
        ]
        hints = [part for key, word in keys for part in ((key, Role.KEY), f" {word}  ")]
        return line((" Done in this session   ", Role.STRONG), *hints)

    def _body(self) -> tuple[list[Line], int, int]:
        """Return the lines, and the first and the last of the entry under the cursor."""
        if not self._items:
            return [line(("  Nothing has been changed or opened in this session.", Role.DIM))], 0, 0
        body: list[Line] = []
        first = last = 0
        for index, item in enumerate(self._items):
            is_here = index == self._cursor
            if is_here:
                first = len(body)
            head, *below = item.lines
            sign = line(("▌", Role.KEY)) if is_here else line(" ")
            body.append(sign + head)
            body += [line("   ") + each for each in below]
            if item.details and item.key in self._open:
                body += [line("   ") + each for each in item.details]
            if is_here:
                last = len(body) - 1
        return body, first, last
