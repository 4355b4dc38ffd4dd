"""Whose turn the keys are.

A question, an input or a card takes a moment to appear. What is typed in that moment is meant for
it, and must never act on the table instead. A key that acts does so once it is known that a hand
pressed it, and keeps those behind it waiting until then.
"""

import asyncio
from typing import Final

from textual import events
from textual.widget import Widget

from avara_tui.tui.keys.actions import FREE, Does, Meaning
from avara_tui.tui.keys.by_hand import HandCheck
from avara_tui.tui.keys.places import Place
from avara_tui.tui.lines import Line
from avara_tui.tui.terminal.layouts import pressed
from avara_tui.tui.terminal.screen import TerminalScreen
from avara_tui.tui.terminal.translation import TerminalPaste

MOVING_KEYS: Final = frozenset(
    {"up", "down", "left", "right", "pageup", "pagedown", "home", "end", "j", "k", "g", "G",
     "ctrl+d", "ctrl+u", "tab"}
)  # fmt: skip
"""Keys that only move on every card."""


class Hold:
    """One reason to hold keys back."""


class KeyTurn:
    """Holds keys back while the keys change hands, and then gives them to whoever has the focus.

    Several may hold at once, each for a reason of its own: the keys go on when the last lets go.
    """

    def __init__(self, screen: "KeyScreen") -> None:
        self._screen = screen
        self.hand = HandCheck(screen)
        """Whether the keys may act."""
        self._kept: list[events.Key | events.Paste] = []
        self._again: list[tuple[events.Key, Widget]] = []
        """Keys that were held back, and who has got them but not looked at them yet."""
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
        """Hold keys back for whoever ends what the focus was for, and calls :meth:`take_hold`."""
        if self._handover is None:
            self._handover = self.hold()

    def take_hold(self) -> Hold:
        """Return the hold of who had the keys until now, or a new one."""
        hold, self._handover = self._handover, None
        return hold or self.hold()

    def keeps(self, event: events.Key, widget: Widget, meaning: Meaning = FREE) -> bool:
        """Whether ``widget`` must not act on ``event``, which there has ``meaning``.

        It is held back, or meant for the focus, or no hand pressed it.
        """
        self.pressed += 1
        if self._is_let_through(event, widget) and self._may(event, meaning):
            return False
        event.stop()
        event.prevent_default()
        return True

    def keeps_paste(self, event: events.Paste) -> bool:
        """Whether a pasted text that nobody took is for who gets the keys next, or has them now."""
        left_out = event.left_out if isinstance(event, TerminalPaste) else 0
        again = TerminalPaste(event.text, left_out, is_again=True)
        was_refused = isinstance(event, TerminalPaste) and event.is_again
        taker = self._screen.focused
        if self._holds:
            self._kept.append(again)
        elif taker is not None and types(taker) and not was_refused:
            taker.post_message(again)
        else:
            return False
        return True

    def _is_let_through(self, event: events.Key, widget: Widget) -> bool:
        taker = self._screen.focused
        overtakes = self._overtakes(event)
        if not self._holds and not overtakes and (taker is None or taker is widget):
            return True
        if self._holds:
            self._kept.append(copy_of(event))
        elif taker is not None:
            self._hand_on(copy_of(event), taker)
        else:
            self._hand_on(copy_of(event), self._screen)
        return False

    def _overtakes(self, event: events.Key) -> bool:
        """Whether keys that came before ``event`` are still on their way to the focus."""
        taker = self._screen.focused or self._screen
        while self._again:
            first, got_by = self._again[0]
            if got_by is not taker or first is event:
                del self._again[0]
            if first is event:
                return False
            if got_by is taker:
                return True
        return False

    def _hand_on(self, event: events.Key, taker: Widget) -> None:
        if taker.post_message(event):
            self._again.append((event, taker))

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
            if isinstance(event, events.Key):
                self._hand_on(event, taker)
            else:
                taker.post_message(event)

    def release_soon(self, hold: Hold) -> None:
        """Release once whoever runs at this moment had the chance to hold the keys anew."""
        asyncio.get_running_loop().call_soon(self.release, hold)

    def _may(self, event: events.Key, meaning: Meaning) -> bool:
        """Whether a key may do what it means, as far as that can be told by now."""
        may = self.hand.may(event, meaning)
        if may is None:
            self._look_again(event)
        return may is True

    def _look_again(self, event: events.Key) -> None:
        """Hold ``event``, and what comes after it, until it can be told what it is."""
        hold = self.hold()
        self._kept.append(copy_of(event))
        asyncio.get_running_loop().call_later(self.hand.wait(event), self.release, hold)


def copy_of(event: events.Key) -> events.Key:
    """Return ``event`` to be handled anew; it came when it came."""
    again = events.Key(event.key, event.character)
    again.time = event.time
    return again


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

    @property
    def is_at_rest(self) -> bool:
        """Whether the keys go to the worklist itself, and nothing waits for an answer."""
        return True

    def meaning(self, event: events.Key, place: Place) -> Meaning:  # noqa: ARG002 - for the kinds
        """Return what a key means in ``place``."""
        return FREE

    def show_refusal(self, said: Line) -> None:
        """Say that a key did nothing, where the person looks."""

    def do_key(self, event: events.Key, meaning: Meaning) -> None:
        """Do what a key was found to mean, before the next key is looked at."""
        raise NotImplementedError

    def refuse_paste(self) -> None:
        """Say that a pasted text does nothing here."""

    def warn_of_layout(self, event: events.Key) -> None:
        """Say so if the keyboard types letters that no key of ours is in."""


def forward_paste(widget: Widget, event: events.Paste) -> None:
    """Leave a pasted text to whoever has the keys by now; say so if nobody has a use for it."""
    screen = widget.screen
    if isinstance(screen, KeyScreen):
        event.stop()
        if not screen.key_turn.keeps_paste(event):
            screen.refuse_paste()


def types(widget: Widget) -> bool:
    """Whether ``widget`` is a field that one can type in."""
    return widget.check_consume_key("a", "a")


def keeps(widget: Widget, event: events.Key, meaning: Meaning = FREE) -> bool:
    """Whether ``widget``, where ``event`` has ``meaning``, must leave it alone."""
    screen = widget.screen
    if not isinstance(screen, KeyScreen):
        return False
    if screen.key_turn.keeps(event, widget, meaning):
        return True
    if not types(widget):
        screen.warn_of_layout(event)
    return False


def card_meaning(event: events.Key) -> Meaning:
    """Return what a key means on a card: whatever does not move acts."""
    if event.key in MOVING_KEYS:
        return FREE
    return Meaning(Does.ACTS, pressed(event.key, event.character))


def forward_key(widget: Widget, event: events.Key, place: Place) -> None:
    """Let the screen act on a key that ``widget`` got, if it is this widget's to take."""
    screen = widget.screen
    if isinstance(screen, KeyScreen):
        meaning = screen.meaning(event, place)
        if not screen.key_turn.keeps(event, widget, meaning):
            screen.do_key(event, meaning)


def hand_over(widget: Widget) -> None:
    """Hold back the keys that follow: ``widget`` has taken its last one."""
    if isinstance(widget.screen, KeyScreen):
        widget.screen.key_turn.hand_over()


def text_ended(widget: Widget) -> None:
    """Take note that the text that was asked for has ended."""
    if isinstance(widget.screen, KeyScreen):
        widget.screen.key_turn.hand.text_ended()


def keep_keys(widget: Widget) -> None:
    """Let the keys go on to ``widget``: the one that was to be its last was not."""
    if isinstance(widget.screen, KeyScreen):
        turn = widget.screen.key_turn
        turn.hand.text_goes_on()
        turn.release(turn.take_hold())
