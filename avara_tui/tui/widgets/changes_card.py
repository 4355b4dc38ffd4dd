"""The card of what has changed since the last look."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from textual import events

from avara_tui.tui.keys.key_turn import KeyScreen, hand_over
from avara_tui.tui.lines import Line, Role, line, spread, width_of
from avara_tui.tui.terminal.layouts import pressed
from avara_tui.tui.widgets.card import LEAVING_KEYS, takes
from avara_tui.tui.widgets.scrolling_card import FAR, ScrollingCard


class Listed(Protocol):
    """What is listed: titles, studies, and what changed about each, a row each."""

    @property
    def total(self) -> int:
        """How many rows there are."""
        ...

    def study(self, row: int) -> int | None:
        """Return which study a row is about, counted from 0; None for a title."""
        ...

    def line(self, row: int, width: int) -> Line:
        """Return a row in ``width`` cells."""
        ...


class Around(NamedTuple):
    """What stands around the list."""

    heading: Line
    certainty: Line
    """How far the list may be believed."""
    foot: Line
    """What stands below the last row."""


class Doing(NamedTuple):
    """What the keys of the card do."""

    go: Callable[[int], None]
    """Goes to a study of the list, by its number."""
    looked: Callable[[], None]
    """Takes the list as seen."""
    key: str
    """The key that opened the card; it closes it too."""


class ChangesCard(ScrollingCard):
    """Lies over the worklist, and shows the moment at which it was opened.

    To close it is to have looked. Where it goes to a study it is not closed for good: the rest of
    the list is there when it is opened again.
    """

    heading_rows = 3

    def __init__(self, listed: Listed, around: Around, doing: Doing) -> None:
        super().__init__()
        self._listed = listed
        self._around = around
        self._doing = doing
        self._heads = [
            row
            for row in range(listed.total)
            if listed.study(row) is not None and listed.study(row) != listed.study(row - 1)
        ]
        """The row of each study, the first of those about it."""
        self._cursor = 0

    def on_key(self, event: events.Key) -> None:
        """Move, go to the study, close."""
        if not takes(self, event):
            return
        match event.key:
            case "j" | "down":
                self._step(1)
            case "k" | "up":
                self._step(-1)
            case "g" | "home":
                self._cursor, self.top = 0, 0
            case "G" | "end":
                self._cursor, self.top = max(len(self._heads) - 1, 0), FAR
            case "pagedown" | "space":
                self._page_by(self.page)
            case "pageup":
                self._page_by(-self.page)
            case "enter" if self._heads:
                hand_over(self)
                self.close()
                self._doing.go(self._cursor)
                return
            case _ if event.key in LEAVING_KEYS or self._opens(event):
                self._doing.looked()
                self.close_by_key()
                return
        self.draw()

    def _opens(self, event: events.Key) -> bool:
        """Whether it is the key that opened the card."""
        return pressed(event.key, event.character) == self._doing.key

    def _rows_of(self, study: int) -> tuple[int, int]:
        """Return the first and the last row about a study."""
        first = last = self._heads[study]
        while last + 1 < self._listed.total and self._listed.study(last + 1) == study:
            last += 1
        return first, last

    def _step(self, by: int) -> None:
        """Move to the next study; through one that is higher than the screen first."""
        if not self._heads:
            return
        first, last = self._rows_of(self._cursor)
        if by > 0 and last >= self.top + self._room:
            self.top = min(self.top + self.page, last - self._room + 1)
            return
        if by < 0 and first < self.top:
            self.top = max(self.top - self.page, first)
            return
        self._cursor = max(min(self._cursor + by, len(self._heads) - 1), 0)
        self._show_cursor()

    def _page_by(self, rows: int) -> None:
        """Scroll by ``rows``; the cursor goes along where it would get out of sight."""
        before, self.top = self.top, self._within(self.top + rows)
        shown = range(self.top, min(self.top + self._room, self._listed.total))
        numbers = [each for each in map(self._listed.study, shown) if each is not None]
        if self.top == before and self._heads:
            self._cursor = len(self._heads) - 1 if rows > 0 else 0
        elif numbers and self._cursor not in numbers:
            self._cursor = numbers[0] if rows > 0 else numbers[-1]

    def _show_cursor(self) -> None:
        """Scroll to where the study under the cursor is in sight, its beginning at least."""
        first, last = self._rows_of(self._cursor)
        # The foot belongs to the last study, and a title to the first one below it.
        last += last + 1 == self._listed.total
        first -= first > 0 and self._listed.study(first - 1) is None
        self.top = min(max(self.top, last - self._room + 1), first)

    @property
    def page(self) -> int:
        """How many rows a page key moves."""
        return max(self._room - 1, 1)

    @property
    def _room(self) -> int:
        """The rows between the heading and the alarms, which lie over the card."""
        alarms = self.screen.alarm_rows if isinstance(self.screen, KeyScreen) else 0
        return max(self.size.height - self.heading_rows - alarms, 1)

    @property
    def _total(self) -> int:
        return self._listed.total + bool(self._around.foot)

    def _within(self, top: int) -> int:
        return max(min(top, self._total - self._room), 0)

    def draw(self) -> None:
        """Draw the rows that fit; the others cost nothing."""
        width = self.size.width
        self.top = self._within(self.top)
        shown = range(self.top, min(self.top + self._room, self._total))
        below = self._total - self.top - len(shown)
        hidden = line((f"↑{self.top} ", Role.DIM)) if self.top else ()
        hidden += line((f"↓{below} more ", Role.DIM)) if below else ()
        heading = spread(self._heading(width - width_of(hidden)), hidden, width)
        self.show([heading, self._around.certainty, (), *map(self._row, shown)])

    def _heading(self, width: int) -> Line:
        """Return how much there is, and as many of the keys as fit; how to close always does."""
        keys = [("j k", "move"), ("enter", "go there")] if self._heads else []
        while True:
            pairs = [*keys, ("esc", "seen")]
            parts = [part for key, word in pairs for part in ((key, Role.KEY), f" {word}  ")]
            heading = self._around.heading + line("   ", *parts)
            if width_of(heading) <= width or not keys:
                return heading
            keys.pop(0)

    def _row(self, row: int) -> Line:
        if row >= self._listed.total:
            return self._around.foot
        is_here = bool(self._heads) and self._listed.study(row) == self._cursor
        sign = line(("▌", Role.KEY)) if is_here else line(" ")
        return sign + self._listed.line(row, self.size.width - 1)
