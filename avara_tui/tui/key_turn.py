"""Whose turn the keys are: keys typed ahead wait until what they are meant for is there.

A question, an input or a card takes a moment to appear. What is typed in that moment is meant for
it, and must never act on the table instead.
"""

import asyncio
from typing import Self

from textual import events
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

from avara_tui.tui.actions import Place


class KeyTurn:
    """Holds keys back while the keys change hands, and then gives them to whoever has the focus."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self._turn = 0
        self._kept: list[events.Key] = []
        self._is_held = False

    def hold(self) -> int:
        """Hold keys back from here on; return what releases them."""
        self._turn += 1
        self._is_held = True
        return self._turn

    def keeps(self, event: events.Key, widget: Widget) -> bool:
        """Whether ``widget`` must not act on ``event``: it is held back, or meant for the focus."""
        taker = self._screen.focused
        if not self._is_held and (taker is None or taker is widget):
            return False
        event.stop()
        event.prevent_default()
        again = events.Key(event.key, event.character)
        if self._is_held:
            self._kept.append(again)
        elif taker is not None:
            taker.post_message(again)
        return True

    def release(self, turn: int) -> None:
        """Give the keys to the focus, unless somebody has held them anew since ``turn``."""
        if not self._is_held or turn != self._turn:
            return
        self._is_held = False
        kept, self._kept = self._kept, []
        taker = self._screen.focused or self._screen
        for event in kept:
            taker.post_message(event)

    def release_soon(self, turn: int) -> None:
        """Release once whoever runs at this moment had the chance to hold the keys anew."""
        asyncio.get_running_loop().call_soon(self.release, turn)


class KeyScreen(Screen[None]):
    """A screen that decides what a key means, at the moment that a widget gets it."""

    def __init__(self) -> None:
        super().__init__()
        self.key_turn = KeyTurn(self)

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Draw again, unless only the focus has moved: the screen shows nothing but its panes."""
        if regions or layout or recompose or not self.is_mounted:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        return self

    def take_key(self, event: events.Key, place: Place) -> None:
        """Do what a key stands for in ``place``, before the next key is looked at."""
        raise NotImplementedError


def keeps(widget: Widget, event: events.Key) -> bool:
    """Whether ``widget`` must leave ``event`` alone."""
    screen = widget.screen
    return isinstance(screen, KeyScreen) and screen.key_turn.keeps(event, widget)


def take(widget: Widget, event: events.Key, place: Place) -> None:
    """Let the screen act on a key that ``widget`` got, if it is this widget's to take."""
    screen = widget.screen
    if isinstance(screen, KeyScreen) and not screen.key_turn.keeps(event, widget):
        screen.take_key(event, place)


def hold(widget: Widget) -> None:
    """Hold back the keys that follow: ``widget`` has taken its last one."""
    if isinstance(widget.screen, KeyScreen):
        widget.screen.key_turn.hold()
