"""An app that knows what its terminal shows, whichever screen draws and however."""

import re
import sys
from typing import Final, TypeVar

from rich.console import RenderableType
from textual import events, messages, on
from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen

from avara_tui.tui.terminal.drawing import WholeUpdate
from avara_tui.tui.terminal.front_buffer import FrontBuffer
from avara_tui.tui.terminal.screen import TerminalScreen

Result = TypeVar("Result")
_OSC: Final = r"\x1b\][^\a\x1b]*(?:\a|\x1b\\)"
_DCS: Final = r"\x1bP(?:[^\x1b]|\x1b[^\\])*\x1b\\"
_DRAWS_NOTHING: Final = re.compile(rf"(?:\a|{_OSC}|{_DCS})*")
"""Bells, and strings that are for the terminal itself, such as a notification or a copied text."""


class TerminalApp(App[Result]):
    """Has the one front buffer, and lets every picture stand on what the terminal really shows.

    A part of a picture is sent only on top of the picture that it belongs to. After anything else
    has drawn, or may have, all of it is compared with what is known, or sent whole.
    """

    def __init__(self) -> None:
        super().__init__()
        self.front_buffer = FrontBuffer()
        # The driver tells the size when it starts.
        self._sizes_to_come = 1

    def on_mount(self) -> None:
        """Draw everything after the shell had the terminal: it may have written anywhere."""
        self.app_resume_signal.subscribe(self, lambda _: self.draw_anew(), immediate=True)

    def draw_anew(self) -> None:
        """Draw everything, whatever the terminal may show."""
        self.front_buffer.forget()
        self.screen.refresh(layout=True)

    def write_to_terminal(self, sequence: str) -> None:
        """Send the terminal a control sequence of ours, between two frames."""
        if self._driver is None:
            return
        self._driver.write(sequence)
        if not _DRAWS_NOTHING.fullmatch(sequence):
            self.draw_anew()

    async def replace_screen(self, screen: Screen[None]) -> None:
        """Show ``screen`` in the place of the one that is shown, also of the very first."""
        if not self.screen._result_callbacks:
            # Nobody asked for the first screen, so that nobody waits for its answer.
            self.screen._push_result_callback(self.screen, None)
        await self.switch_screen(screen)

    def crashed(self, error: BaseException | None) -> None:
        """Take note of an error that nobody expected; the app ends by it."""

    def _fatal_error(self) -> None:
        """End after an error nobody expected, and print nothing of it.

        Textual would print every local variable: keys, tokens, patients' text.
        """
        self.crashed(sys.exc_info()[1])
        self._return_code = 1
        self._close_messages_no_wait()

    async def on_event(self, event: events.Event) -> None:
        """Take note that the terminal may show anything once its size has changed."""
        if isinstance(event, events.Resize) and self._size is not None:
            is_news = event.size != self._size or self._sizes_to_come == 0
            if is_news:
                # Also of the same size: it may have been another one in between.
                self.front_buffer.forget()
            else:
                self._sizes_to_come -= 1
        await super().on_event(event)

    @on(messages.InBandWindowResize)
    def _size_is_told_in_band(self, message: messages.InBandWindowResize) -> None:
        """Expect the size once more: a terminal that tells of changes begins with what is."""
        self._sizes_to_come += message.enabled

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        draws = self._running and not self._closed and not self._batch_count
        if self._driver is None or self.is_headless or not draws:
            super()._display(screen, renderable)
            return
        if isinstance(screen, TerminalScreen):
            if not screen.is_shown and not isinstance(renderable, WholeUpdate):
                renderable = screen.whole_picture()
            super()._display(screen, renderable)
            return
        super()._display(screen, renderable)
        if renderable is not None:
            self.front_buffer.forget()


def bound_action(node: DOMNode, key: str) -> str | None:
    """Return what a widget, a screen or an app itself does with ``key``; None if nothing.

    What its parents do with the key is not asked for.
    """
    bindings = node._bindings.key_to_bindings.get(key)
    return bindings[0].action if bindings else None
