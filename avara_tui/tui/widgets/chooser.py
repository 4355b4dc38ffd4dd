"""A card with a list to change: one key moves, one changes, and the worklist shows it at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from textual import events

from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.presentation.chosen import NO_SIGN, chosen
from avara_tui.tui.widgets.card import LEAVING_KEYS, Card, takes

if TYPE_CHECKING:
    from avara_tui.tui.terminal.host import Host

_AROUND: Final = 2
"""Lines that are no entries: the title and the keys."""


class Chooser(Card):
    """Lists things by name; what a key does with one is for the kinds of choosers to say."""

    app: "Host"

    DEFAULT_CSS = """
    Chooser { layer: over; dock: bottom; width: 100%; background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._index = 0
        self._top = 0

    # What the kinds say.

    @property
    def names(self) -> Sequence[str]:
        """The entries, from top to bottom."""
        raise NotImplementedError

    def title(self) -> Line:
        """Return what the card is about."""
        raise NotImplementedError

    def hints(self) -> Line:
        """Return what the keys do."""
        raise NotImplementedError

    def entry(self, name: str) -> Line:
        """Return what an entry looks like."""
        raise NotImplementedError

    def acts(self) -> Mapping[str, Callable[[str], None]]:
        """Return what is done to the entry that the mark is on, by key."""
        raise NotImplementedError

    def clicked(self, name: str) -> None:
        """Do what a click on an entry means."""
        raise NotImplementedError

    # What they share.

    @property
    def shown(self) -> int:
        """How many entries fit: the card leaves half of the screen to the worklist."""
        return max(min(len(self.names), self.screen.size.height // 2 - _AROUND), 1)

    def go_to(self, name: str) -> None:
        """Put the mark on an entry."""
        if name in self.names:
            self._index = self.names.index(name)

    def on_mount(self) -> None:
        """Draw."""
        self.draw()

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the room there is."""
        super().on_resize(event)
        self.draw()

    def on_key(self, event: events.Key) -> None:
        """Move the mark, or do what the key does to the entry that it is on."""
        if not takes(self, event):
            return
        if event.key in LEAVING_KEYS:
            self.close_by_key()
            return
        act = self.acts().get(event.key)
        if act is not None and self.names:
            act(self.names[self._index])
        else:
            self._move(event.key)
        self.draw()

    def on_click(self, event: events.Click) -> None:
        """Choose the entry that was clicked."""
        event.stop()
        index = self._top + event.y - 1
        if 0 < event.y <= self.shown and index < len(self.names):
            self._index = index
            self.clicked(self.names[index])
            self.draw()

    def _move(self, key: str) -> None:
        last = len(self.names) - 1
        to = {
            "down": self._index + 1,
            "j": self._index + 1,
            "up": self._index - 1,
            "k": self._index - 1,
            "pagedown": self._index + self.shown,
            "pageup": self._index - self.shown,
            "home": 0,
            "g": 0,
            "end": last,
            "G": last,
        }.get(key, self._index)
        self._index = min(max(to, 0), max(last, 0))

    def draw(self) -> None:
        """Draw the card as things are now."""
        names, shown = self.names, self.shown
        self._index = min(self._index, max(len(names) - 1, 0))
        self._top = min(max(self._top, self._index - shown + 1), self._index)
        self._top = max(min(self._top, len(names) - shown), 0)
        below = len(names) - self._top - shown
        more = "  ".join(
            part
            for part in (f"↑{self._top}" if self._top else "", f"↓{below}" if below else "")
            if part
        )
        lines: list[Line] = [line(" ") + self.title() + line((f"  {more}", Role.DIM))]
        for index in range(self._top, min(self._top + shown, len(names))):
            entry = self.entry(names[index])
            if index == self._index:
                width = self.screen.size.width
                lines.append(chosen(entry, width, is_slow=self.app.traits.is_slow))
            else:
                lines.append(line(NO_SIGN) + entry)
        lines.append(line(" ") + self.hints())
        self.styles.height = len(lines)
        self.show(lines)


def keys_line(*pairs: tuple[str, str]) -> Line:
    """Return keys and what they do."""
    parts: Line = ()
    for key, meaning in pairs:
        parts += line((key, Role.KEY), f" {meaning}  ")
    return parts
