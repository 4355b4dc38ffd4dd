"""Whose turn the keys are: keys typed ahead wait until what they are meant for is there.

A question, an input or a card takes a moment to appear. What is typed in that moment is meant for
it, and must never act on the table instead.
"""

import asyncio
from typing import Self

from textual import events
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from avara_tui.tui.lean_update import LeanCompositor
from avara_tui.tui.places import Place
from avara_tui.tui.terminal.translation import TerminalPaste
from avara_tui.tui.widgets.ground import ground_lines


class Hold:
    """One reason to hold keys back."""


class KeyTurn:
    """Holds keys back while the keys change hands, and then gives them to whoever has the focus.

    Several may hold at once, each for a reason of its own: the keys go on when the last lets go.
    """

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self._kept: list[events.Key | events.Paste] = []
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


class KeyScreen(Screen[None]):
    """A screen that decides what a key means, at the moment that a widget gets it."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor: LeanCompositor = LeanCompositor()
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

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return rows of what lies under the panes."""
        return ground_lines(self, crop)

    def _screen_resized(self, size: Size) -> None:
        """Draw everything for another size: a terminal that changes its size may show anything.

        Textual tells the size several times at the start, when all is drawn for it already.
        """
        if size == self._compositor.size and self._compositor.shadow.is_known:
            return
        self._compositor.shadow.forget()
        super()._screen_resized(size)

    def draw_anew(self) -> None:
        """Draw everything, whatever the terminal may show."""
        self._compositor.shadow.forget()
        super().refresh()

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

    def refuse_paste(self) -> None:
        """Say that a pasted text does nothing here."""

    def tell_layout(self, event: events.Key) -> None:
        """Say so if the keyboard types letters that no key of ours is in."""


def take_paste(widget: Widget, event: events.Paste) -> None:
    """Leave a pasted text to whoever has the keys by now; say so if nobody has a use for it."""
    screen = widget.screen
    if isinstance(screen, KeyScreen):
        event.stop()
        if not screen.key_turn.keeps_paste(event):
            screen.refuse_paste()


def types(widget: Widget) -> bool:
    """Whether ``widget`` is a field that one can type in."""
    return widget.check_consume_key("a", "a")


def keeps(widget: Widget, event: events.Key) -> bool:
    """Whether ``widget`` must leave ``event`` alone."""
    screen = widget.screen
    if not isinstance(screen, KeyScreen):
        return False
    if screen.key_turn.keeps(event, widget):
        return True
    if not types(widget):
        screen.tell_layout(event)
    return False


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
