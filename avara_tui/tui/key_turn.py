"""Whose turn the keys are: keys typed ahead wait until what they are meant for is there.

A question, an input or a card takes a moment to appear. What is typed in that moment is meant for
it, and must never act on the table instead.
"""

import asyncio

from textual import events
from textual.screen import Screen
from textual.widget import Widget

from avara_tui.tui.places import Place
from avara_tui.tui.terminal.screen import TerminalScreen


class Hold:
    """One reason to hold keys back."""


class KeyTurn:
    """Holds keys back while the keys change hands, and then gives them to whoever has the focus.

    Several may hold at once, each for a reason of its own: the keys go on when the last lets go.
    """

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self._kept: list[events.Key] = []
        self._holds: set[Hold] = set()
        self._handover: Hold | None = None
        self.pressed = 0
        """Grows with every key: tells what came after the person has gone on."""

    def hold(self) -> Hold:
        """Hold keys back from here on; return what releases them."""
        hold = Hold()
        self._holds.add(hold)
        return hold

    def hand_over(self) -> None:
        """Hold keys back for whoever ends what the focus was for, and calls :meth:`take_over`."""
        if self._handover is None:
            self._handover = self.hold()

    def take_over(self) -> Hold:
        """Return the hold of who had the keys until now, or a new one."""
        hold, self._handover = self._handover, None
        return hold or self.hold()

    def keeps(self, event: events.Key, widget: Widget) -> bool:
        """Whether ``widget`` must not act on ``event``: it is held back, or meant for the focus."""
        taker = self._screen.focused
        self.pressed += 1
        if not self._holds and (taker is None or taker is widget):
            return False
        event.stop()
        event.prevent_default()
        again = events.Key(event.key, event.character)
        if self._holds:
            self._kept.append(again)
        elif taker is not None:
            taker.post_message(again)
        return True

    def release(self, hold: Hold) -> None:
        """Let go; the last one to let go gives the keys to the focus."""
        if hold not in self._holds:
            return
        self._holds.discard(hold)
        if self._holds:
            return
        kept, self._kept = self._kept, []
        taker = self._screen.focused or self._screen
        for event in kept:
            taker.post_message(event)

    def release_soon(self, hold: Hold) -> None:
        """Release once whoever runs at this moment had the chance to hold the keys anew."""
        asyncio.get_running_loop().call_soon(self.release, hold)


class KeyScreen(TerminalScreen[None]):
    """A screen that decides what a key means, at the moment that a widget gets it."""

    def __init__(self) -> None:
        super().__init__()
        self.key_turn = KeyTurn(self)

    @property
    def is_too_small(self) -> bool:
        """Whether the terminal has no room to show a study safely."""
        return False

    @property
    def alarm_rows(self) -> int:
        """How many rows above the last one must stay in sight whatever lies over the screen."""
        return 0

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


def hand_over(widget: Widget) -> None:
    """Hold back the keys that follow: ``widget`` has taken its last one."""
    if isinstance(widget.screen, KeyScreen):
        widget.screen.key_turn.hand_over()


def take_back(widget: Widget) -> None:
    """Let the keys go on to ``widget``: the one that was to be its last was not."""
    if isinstance(widget.screen, KeyScreen):
        turn = widget.screen.key_turn
        turn.release(turn.take_over())
