"""The card of what has changed since the last look."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from textual import events

from avara_tui.tui.keys.key_turn import hand_over
from avara_tui.tui.lines import Line, Role, line, spread
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
        page = self.page
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "home": -FAR, "g": -FAR, "end": FAR}
        steps["G"] = FAR
        if event.key in steps:
            self._move_to(self._cursor + steps[event.key])
        elif event.key in {"pagedown", "pageup", "space"}:
            self._page(-page if event.key == "pageup" else page)
        elif event.key == "enter" and self._heads:
            hand_over(self)
            self.close()
            self._doing.go(self._cursor)
        elif event.key in LEAVING_KEYS or pressed(event.key, event.character) == self._doing.key:
            self._doing.looked()
            self.close_by_key()

    def _move_to(self, study: int) -> None:
        self._cursor = max(min(study, len(self._heads) - 1), 0)
        self._show_cursor()
        self.draw()

    def _page(self, rows: int) -> None:
        """Move by ``rows``, to the study that is there."""
        if not self._heads:
            return
        row = self._heads[self._cursor] + rows
        before = [number for number, head in enumerate(self._heads) if head <= row]
        step = 1 if rows > 0 else -1
        self._move_to(
            max(before[-1] if before else 0, self._cursor + step, key=lambda at: at * step)
        )

    def _show_cursor(self) -> None:
        """Scroll to where the study under the cursor is in sight, and as much of it as fits."""
        first = self._heads[self._cursor] if self._heads else 0
        is_last = self._cursor + 1 >= len(self._heads)
        below = self._listed.total if is_last else self._heads[self._cursor + 1]
        last = below - 1
        while not is_last and self._listed.study(last) is None:
            last -= 1
        # The foot belongs to the last study, and the title above to the first one below it.
        last += is_last
        if first and self._listed.study(first - 1) is None:
            first -= 1
        self.top = max(self.top, last - self._room + 1)
        self.top = min(self.top, first)

    @property
    def _room(self) -> int:
        return max(self.size.height - self.heading_rows, 1)

    def draw(self) -> None:
        """Draw the rows that fit; the others cost nothing."""
        width, listed = self.size.width, self._listed
        rows = listed.total + bool(self._around.foot)
        self.top = max(min(self.top, rows - self._room), 0)
        body = [self._row(row) for row in range(self.top, min(self.top + self._room, rows))]
        below = rows - self.top - len(body)
        hidden = line((f"↑{self.top} ", Role.DIM)) if self.top else ()
        hidden += line((f"↓{below} more ", Role.DIM)) if below else ()
        heading = self._around.heading + line("   ", *self._hints())
        self.show([spread(heading, hidden, width), self._around.certainty, (), *body])

    def _hints(self) -> Line:
        words = [("esc", "seen, close")]
        if self._heads:
            words = [("j k", "move"), ("enter", "go there"), *words]
        return line(*(part for key, word in words for part in ((key, Role.KEY), f" {word}  ")))

    def _row(self, row: int) -> Line:
        if row >= self._listed.total:
            return self._around.foot
        is_here = bool(self._heads) and self._listed.study(row) == self._cursor
        sign = line(("▌", Role.KEY)) if is_here else line(" ")
        return sign + self._listed.line(row, self.size.width - 1)
