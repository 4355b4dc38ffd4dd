"""Whose turn the keys are, and whether a hand pressed them.

A question, an input or a card takes a moment to appear. What is typed in that moment is meant for
it, and must never act on the table instead. A key that acts does so once it is known that a hand
pressed it: what came in a burst, what a held key repeats, and what goes on being typed after a text
has ended, do nothing and are told of.
"""

import asyncio
from typing import Final, NamedTuple

from textual import events
from textual.app import App
from textual.widget import Widget

from avara_tui.tui.keys.actions import Does
from avara_tui.tui.keys.places import Place
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.terminal.bursts import MOST_BY_HAND, Arrivals, Run, Verdict
from avara_tui.tui.terminal.layouts import pressed
from avara_tui.tui.terminal.screen import TerminalScreen
from avara_tui.tui.terminal.translation import TerminalPaste

PAUSE: Final = 0.8
"""Seconds without a key after which nobody is still typing the text that was asked for before:
longer than the gaps inside a word, and what it takes to read a question."""
MOVING_KEYS: Final = frozenset(
    {"up", "down", "left", "right", "pageup", "pagedown", "home", "end", "j", "k", "g", "G",
     "ctrl+d", "ctrl+u", "tab"}
)  # fmt: skip
"""Keys that only move on every card."""
_MOST_NAMED: Final = 3


class Meaning(NamedTuple):
    """What a key means where it is pressed."""

    does: Does
    name: str = ""
    """What to call it when it does nothing."""


FREE: Final = Meaning(Does.MOVES)


class Hold:
    """One reason to hold keys back."""


def arrivals_of(app: App[None]) -> Arrivals | None:
    """Return when each key came, if ``app`` takes note of it."""
    arrivals = getattr(app, "arrivals", None)
    return arrivals if isinstance(arrivals, Arrivals) else None


def is_by_hand(app: App[None], event: events.Key) -> bool:
    """Whether a hand pressed ``event``, as far as it can be told at once."""
    arrivals = arrivals_of(app)
    return arrivals is None or arrivals.verdict(event) in {Verdict.HAND, Verdict.OPEN}


class KeyTurn:
    """Holds keys back while the keys change hands, and then gives them to whoever has the focus.

    Several may hold at once, each for a reason of its own: the keys go on when the last lets go.
    """

    def __init__(self, screen: "KeyScreen") -> None:
        self._screen = screen
        self._kept: list[events.Key | events.Paste] = []
        self._again: list[tuple[events.Key, Widget]] = []
        """Keys that were held back, and who has got them but not looked at them yet."""
        self._holds: set[Hold] = set()
        self._handover: Hold | None = None
        self._own_arrivals = Arrivals()
        self._refused: tuple[Run, list[str]] | None = None
        self._is_after_text = False
        self._goes_on_typing = False
        self.pressed = 0
        """Grows with every key: tells what came after the person has gone on."""

    @property
    def arrivals(self) -> Arrivals:
        """When each key came: the app knows it for all its screens."""
        return arrivals_of(self._screen.app) or self._own_arrivals

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

    def text_ended(self) -> None:
        """Take note that a text was ended by a key: somebody may not have seen it, and type on."""
        self._is_after_text, self._goes_on_typing = True, False

    def text_goes_on(self) -> None:
        """Take note that the text that seemed to have ended did not."""
        self._is_after_text = False

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

    # Whether a hand pressed it.

    def _may(self, event: events.Key, meaning: Meaning) -> bool:
        """Whether a key may do what it means; say so if not."""
        does = meaning.does
        if event.key == "escape":
            self._is_after_text = False
            return True
        if does is Does.MOVES:
            return True
        verdict = self.arrivals.verdict(event)
        if verdict is Verdict.OPEN:
            self._look_again(event)
            return False
        if verdict is Verdict.FIRST and does is not Does.ACTS:
            is_of_two = self.arrivals.run(event).count <= MOST_BY_HAND
            verdict = Verdict.HAND if is_of_two or does is Does.FILTERS else verdict
        if verdict in {Verdict.FIRST, Verdict.BURST}:
            self._refuse(event, meaning.name)
        return verdict is Verdict.HAND and not self._is_text_still(event, meaning)

    def _look_again(self, event: events.Key) -> None:
        """Hold ``event``, and what comes after it, until it can be told what it is."""
        hold = self.hold()
        self._kept.append(copy_of(event))
        wait = max(self.arrivals.wait(event), 0.0)
        asyncio.get_running_loop().call_later(wait, self.release, hold)

    def _refuse(self, event: events.Key, name: str) -> None:
        run = self.arrivals.run(event)
        names = self._refused[1] if self._refused is not None and self._refused[0] is run else []
        self._refused = (run, names)
        if name not in names:
            names.append(name)
        self._screen.show_refusal(burst_line(run.count, names))

    def is_told_of(self, event: events.Key) -> bool:
        """Whether the screen says of the burst that ``event`` is part of that it did nothing."""
        return self._refused is not None and self.arrivals.run(event) is self._refused[0]

    def _is_text_still(self, event: events.Key, meaning: Meaning) -> bool:
        """Whether ``event`` goes on with a text that has ended; say so if it does.

        A key that is no character ends the doubt, unless characters came right before it.
        """
        if not self._is_after_text:
            return False
        has_paused = self.arrivals.pause(event) >= PAUSE
        self._goes_on_typing = not has_paused and (event.is_printable or self._goes_on_typing)
        if self._goes_on_typing:
            self._screen.show_refusal(still_line(meaning.name))
            return True
        # What a question leads to may be a question again: only the worklist ends it.
        self._is_after_text = event.is_printable and not self._screen.is_at_rest
        return False


def copy_of(event: events.Key) -> events.Key:
    """Return ``event`` to be handled anew; it came when it came."""
    again = events.Key(event.key, event.character)
    again.time = event.time
    return again


def burst_line(count: int, names: list[str]) -> Line:
    """Say that ``count`` keys came at once, and that those called ``names`` did nothing."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    which = f"{', '.join(names[:_MOST_NAMED])}{more}"
    if count <= MOST_BY_HAND:
        return line((f"two keys came at once: press {which} again", Role.WARNING))
    said = f"{count:,} keys at once were taken for a paste"
    return line((said, Role.WARNING), f": if you meant {which}, press again")


def still_line(name: str) -> Line:
    """Say that a key called ``name`` was taken for text."""
    return line(("still typing? ", Role.WARNING), f"nothing was done: pause, then press {name}")


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

    def do_key(self, event: events.Key, place: Place) -> None:
        """Do what a key stands for in ``place``, before the next key is looked at."""
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
    if isinstance(screen, KeyScreen) and not screen.key_turn.keeps(
        event, widget, screen.meaning(event, place)
    ):
        screen.do_key(event, place)


def hand_over(widget: Widget) -> None:
    """Hold back the keys that follow: ``widget`` has taken its last one."""
    if isinstance(widget.screen, KeyScreen):
        widget.screen.key_turn.hand_over()


def text_ended(widget: Widget) -> None:
    """Take note that the text that was asked for has ended."""
    if isinstance(widget.screen, KeyScreen):
        widget.screen.key_turn.text_ended()


def keep_keys(widget: Widget) -> None:
    """Let the keys go on to ``widget``: the one that was to be its last was not."""
    if isinstance(widget.screen, KeyScreen):
        turn = widget.screen.key_turn
        turn.text_goes_on()
        turn.release(turn.take_hold())
