"""What the screens need of the app that they are in."""

import gc
from typing import TYPE_CHECKING, Final

from avara_tui.clock import Clock, SystemClock
from avara_tui.tui.terminal.app import TerminalApp
from avara_tui.tui.terminal.traits import TerminalTraits

if TYPE_CHECKING:
    from avara_tui.tui.options import RunOptions

DEFAULT_TRAITS: Final = TerminalTraits()


class Host(TerminalApp[None]):
    """An app that knows how its terminal is to be treated, and when somebody was last there."""

    def __init__(self, traits: TerminalTraits = DEFAULT_TRAITS, clock: Clock | None = None) -> None:
        super().__init__()
        self.traits = traits
        self._clock = clock or SystemClock()
        self.last_input = self._clock.now()
        """When the person was last known to be there, in seconds since the epoch."""

    async def show_profile(self, options: "RunOptions") -> None:
        """Close what is open, drop its studies, and start again as ``options`` say."""
        raise NotImplementedError

    def freeze_memory(self) -> None:
        """Let the garbage collector run again; nothing made so far will become garbage.

        To be called when the first studies are there: until then hardly anything but imports
        happens, and a collection would walk all of them again and again.
        """
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
