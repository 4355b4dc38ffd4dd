"""A card that a command works with: it hands the command one key after the other."""

import asyncio
from collections.abc import Sequence

from textual import events
from textual.geometry import Size

from avara_tui.tui.keys.key_turn import Hold, KeyScreen
from avara_tui.tui.lines import Line
from avara_tui.tui.terminal.layouts import pressed
from avara_tui.tui.widgets.card import takes
from avara_tui.tui.widgets.pane import Pane


class WorkCard(Pane, can_focus=True):
    """Lies over the worklist at its foot while a command asks for keys."""

    DEFAULT_CSS = """
    WorkCard { layer: over; dock: bottom; width: 100%; background: $panel; }
    """

    def __init__(self, content: Sequence[Line] = ()) -> None:
        super().__init__()
        self._content = content
        self._keys: asyncio.Queue[tuple[str, Hold | None]] = asyncio.Queue()
        self._is_listening = False
        self._is_aside = False
        self.is_left = False
        """Whether the person is gone from the screen: nothing can be asked any more."""

    def on_mount(self) -> None:
        """Draw."""
        self.draw()

    async def next_key(self) -> str:
        """Return the next key: a character as it stands, else Textual's name for it.

        The keys behind it wait until the command has shown what they are for.
        """
        self._is_listening = True
        try:
            key, hold = await self._keys.get()
        finally:
            self._is_listening = False
        if hold is not None and isinstance(self.screen, KeyScreen):
            self.screen.key_turn.release_soon(hold)
        return key

    def leave(self) -> None:
        """Let the command know that the screen is being locked: it ends what it can."""
        self.is_left = True
        self._keys.put_nowait(("escape", None))

    def come_back(self) -> None:
        """Take note that the person will be there again: what is to be seen stays."""
        self.is_left = False

    def on_key(self, event: events.Key) -> None:
        """Hand the key to the command."""
        if not takes(self, event):
            return
        if self._is_unseen:
            return
        screen = self.screen
        hold = screen.key_turn.hold() if isinstance(screen, KeyScreen) else None
        self._keys.put_nowait((pressed(event.key, event.character), hold))

    def on_focus(self) -> None:
        """Lie on the foot of the screen."""
        self._is_aside = False
        self.draw()

    def on_blur(self) -> None:
        """Make room for what the command asks at the foot of the screen.

        A click elsewhere gets no keys: they must not act on what lies under the card.
        """
        if self._is_listening:
            self.screen.set_focus(self, scroll_visible=False)
        else:
            self._is_aside = True
            self.draw()

    def on_unmount(self) -> None:
        """Let go of the keys that nobody asked for any more."""
        while not self._keys.empty():
            _, hold = self._keys.get_nowait()
            if hold is not None and isinstance(self.screen, KeyScreen):
                self.screen.key_turn.release_soon(hold)

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the room there is."""
        super().on_resize(event)
        self.draw()

    def body(self, room: Size) -> Sequence[Line]:
        """Return what the card shows, at most ``room`` high."""
        return self._content[: room.height]

    @property
    def _is_unseen(self) -> bool:
        """Whether the terminal has no room to show safely what a key would answer."""
        return isinstance(self.screen, KeyScreen) and self.screen.is_too_small

    def draw(self) -> None:
        """Draw again, as high as it takes, above what must stay in sight."""
        if not self.is_attached:
            return
        width, height = self.screen.size
        below = self._rows_below
        room = Size(width, height - below)
        lines = () if self._is_unseen else self.body(room)
        self.styles.height = len(lines)
        self.styles.margin = (0, 0, below, 0)
        self.show(lines)

    @property
    def _rows_below(self) -> int:
        """How many rows stay free: the alarms, and the line below them if anything is on it."""
        alarms = self.screen.alarm_rows if isinstance(self.screen, KeyScreen) else 0
        return alarms + 1 if alarms or self._is_aside else 0
