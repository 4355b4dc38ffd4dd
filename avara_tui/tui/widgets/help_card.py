"""The card of keys: what can be done here, by which key, and if it cannot, why."""

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple, Protocol

from textual import events
from textual.geometry import Region

from avara_tui.text import is_text
from avara_tui.tui.keys.actions import FREE
from avara_tui.tui.keys.key_turn import KeyScreen, text_ended
from avara_tui.tui.keys.keymap import Keymap
from avara_tui.tui.lines import Line, Role, line, spread, squeeze, width_of
from avara_tui.tui.presentation import help_layout
from avara_tui.tui.presentation.help_text import Help
from avara_tui.tui.widgets.card import Card, takes

if TYPE_CHECKING:
    from textual.screen import Screen

_LONGEST: Final = 40
"""Characters of a search."""
_FAR: Final = 10**6
_LEAST_NAME: Final = 24
"""Cells from which on the title names the study; below it has the end of its id, if that fits."""

_APART: Final = 3
"""Cells between what the title says at the left and at the right."""


class Behind(Protocol):
    """The table under the card."""

    @property
    def region(self) -> Region:
        """Where on the screen it is."""
        ...

    @property
    def cursor_screen_row(self) -> int | None:
        """The row of the screen that the cursor is on; None where no study is under it."""
        ...


class Spot(NamedTuple):
    """The rows of the screen that a card takes."""

    top: int
    height: int


def spot(wanted: int, screen: int, *, foot: int, first: int, cursor: int | None) -> Spot:
    """Return where a card lies that would be ``wanted`` rows high on ``screen`` rows.

    It leaves the ``foot`` in sight, the head and some rows of the table, whose first row is
    ``first``, and the row of the cursor: it lies below it, or above where that has more room.
    """
    end = screen - foot
    top = first + max(3, screen // 4 - 4)
    if cursor is None or cursor < top:
        return Spot(max(top, end - wanted), min(wanted, end - top))
    below, above = end - cursor - 1, cursor - first
    if below >= min(above, wanted):
        return Spot(max(cursor + 1, end - wanted), min(wanted, below))
    return Spot(first, min(wanted, above))


class HelpCard(Card):
    """Lies over the lower part of the worklist; the study under the cursor stays in sight.

    What is typed narrows it; esc takes that back, and then closes.
    """

    DEFAULT_CSS: ClassVar[str] = """
    HelpCard { layer: over; dock: top; width: 100%; background: $panel; }
    """

    def __init__(self, content: Help, keymap: Keymap, behind: Behind, meant: Line = ()) -> None:
        """``meant`` says which study the keys are for."""
        super().__init__()
        self._content = content
        self._keymap = keymap
        self._behind = behind
        self._meant = meant
        self._search = ""
        self._shows_ids = False
        self._top = 0
        self._spot = Spot(0, 0)
        self._columns: dict[int, list[Line]] = {}
        """The help in columns, by the cells of the screen."""

    def on_mount(self) -> None:
        """Draw, and again whenever there is other room."""
        self.screen.screen_layout_refresh_signal.subscribe(self, self._layout_changed)
        self.draw()

    def on_resize(self, event: events.Resize) -> None:
        """Lay the card out for the room there is."""
        super().on_resize(event)
        self.draw()

    def _layout_changed(self, _: "Screen[object]") -> None:
        if self.is_attached and self._find_spot() != self._spot:
            self.draw()

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
        elif event.key == "tab":
            self._shows_ids = not self._shows_ids
            self._narrow(self._search)
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
        self._top = 0
        self.draw()

    def _scroll(self, event: events.Key) -> None:
        page = max(self._spot.height - 1, 1)
        steps = {"down": 1, "up": -1, "pagedown": page, "pageup": -page, "ctrl+d": page // 2}
        steps |= {"ctrl+u": -page // 2, "home": -_FAR, "end": _FAR}
        if event.key in steps:
            self._scroll_by(steps[event.key])

    def _scroll_by(self, rows: int) -> None:
        self._top += rows
        self.draw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self._scroll_by(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self._scroll_by(-3)

    def draw(self) -> None:
        """Draw the keys that are searched for, from the row that they were scrolled to."""
        if not self.is_attached:
            return
        found = self._find_spot()
        if found != self._spot:
            self._spot = found
            self.styles.height = found.height
            self.styles.margin = (found.top, 0, 0, 0)
        body, room = self._body(), max(found.height - 1, 1)
        self._top = max(min(self._top, len(body) - room), 0)
        last = min(self._top + room, len(body))
        where = "" if len(body) <= room else f"{self._top + 1} to {last} of {len(body)}   "
        self.show([self._title(where), *body[self._top : last]])

    def _find_spot(self) -> Spot:
        width, height = self.screen.size
        alarms = self.screen.alarm_rows if isinstance(self.screen, KeyScreen) else 0
        wanted = len(self._in_columns(width)) + 1
        first = self._behind.region.y + 1 if self._behind.region else 2
        foot = alarms + 1 if alarms else 0
        cursor = self._behind.cursor_screen_row
        return spot(wanted, height, foot=foot, first=first, cursor=cursor)

    def _in_columns(self, width: int) -> list[Line]:
        if width not in self._columns:
            self._columns[width] = help_layout.in_columns(self._content.stacks(), width)
        return self._columns[width]

    def _body(self) -> list[Line]:
        width = self.screen.size.width
        if not self._search and not self._shows_ids:
            return self._in_columns(width)
        sections = self._content.sections()
        return help_layout.searched(sections, self._search, width, ids=self._shows_ids)

    def _title(self, where: str) -> Line:
        width = self.screen.size.width
        ids = " without ids" if self._shows_ids else " ids for the settings"
        if width < 100:
            ids = " keys" if self._shows_ids else " ids"
        right = line((f"{where}type to search   ", Role.DIM), ("tab", Role.KEY), (ids, Role.DIM))
        left = line((" Keys", Role.STRONG), "  ")
        if self._search:
            left += line((self._search, Role.STRONG), ("▏", Role.KEY))
            return spread(
                left, right + line("   ", ("esc", Role.KEY), (" all keys ", Role.DIM)), width
            )
        right += line("   ", ("esc", Role.KEY), (" close ", Role.DIM))
        room = width - width_of(left) - width_of(right) - len("for ") - _APART
        name = (
            self._meant
            if room >= _LEAST_NAME
            else tuple((text.strip(), role) for text, role in self._meant[-1:])
        )
        if name and room >= min(width_of(name), _LEAST_NAME):
            left += line(("for ", Role.DIM)) + squeeze(name, room)
        return spread(left, right, width)
