"""A line above the foot, for a word to somebody who answers, types or looks at a card."""

import asyncio
from typing import Final

from textual import events

from avara_tui.tui.keys.key_turn import KeyScreen
from avara_tui.tui.lines import Line, line
from avara_tui.tui.widgets.pane import Pane
from avara_tui.tui.widgets.work_card import WorkCard

STAYS: Final = 4.0
"""Seconds for which a hint is shown."""


class Hint(Pane):
    """Says one thing for a while, whatever else lies over the worklist, and never has the keys."""

    DEFAULT_CSS = """
    Hint { layer: alert; dock: bottom; width: 100%; background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._goes: asyncio.TimerHandle | None = None
        self.is_gone = False
        """Whether it is being taken away."""

    def show_line(self, said: Line) -> None:
        """Show ``said`` from now on, for a while."""
        if self._goes is not None:
            self._goes.cancel()
        self._goes = asyncio.get_running_loop().call_later(STAYS, self._go)
        screen = self.screen
        # Alarms stay in sight whatever lies over the screen.
        alarms = screen.alarm_rows if isinstance(screen, KeyScreen) else 0
        taker = screen.focused
        # So does what a card asks about.
        foot = taker.size.height if isinstance(taker, WorkCard) else 1
        self.styles.margin = (0, 0, foot + alarms, 0)
        self.show([line(" ") + said])

    def _go(self) -> None:
        self._goes, self.is_gone = None, True
        if self.is_attached:
            self.remove()

    def on_unmount(self, event: events.Unmount) -> None:
        """Forget about going: it is gone."""
        event.stop()
        if self._goes is not None:
            self._goes.cancel()
            self._goes = None
