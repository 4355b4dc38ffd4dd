"""Whether a key that acts may act: only if a hand pressed it, for what is on the screen.

What came in a burst, what a held key repeats, and what goes on being typed after a text has ended,
do nothing and are told of.
"""

from typing import Final, Protocol

from textual import events
from textual.app import App

from avara_tui.tui.keys.actions import Does, Meaning
from avara_tui.tui.lines import Line, Role, line
from avara_tui.tui.terminal.bursts import MOST_BY_HAND, Arrivals, Run, Verdict

PAUSE: Final = 0.8
"""Seconds without a key after which nobody is still typing the text that was asked for before:
longer than the gaps inside a word, and what it takes to read a question."""
_MOST_NAMED: Final = 3


class Refusing(Protocol):
    """What a hand check needs of the screen that the keys are pressed on."""

    @property
    def app(self) -> App[object]:
        """The app, which may take note of when each key came."""
        ...

    @property
    def is_at_rest(self) -> bool:
        """Whether the keys go to the worklist itself, and nothing waits for an answer."""
        ...

    def show_refusal(self, said: Line) -> None:
        """Say that a key did nothing, where the person looks."""
        ...


def arrivals_of(app: App[object]) -> Arrivals | None:
    """Return when each key came, if ``app`` takes note of it."""
    arrivals = getattr(app, "arrivals", None)
    return arrivals if isinstance(arrivals, Arrivals) else None


def is_by_hand(app: App[object], event: events.Key) -> bool:
    """Whether a hand pressed ``event``, as far as it can be told at once."""
    arrivals = arrivals_of(app)
    return arrivals is None or arrivals.verdict(event) in {Verdict.HAND, Verdict.OPEN}


class HandCheck:
    """Tells of the keys of one screen whether they may do what they mean; says so if not."""

    def __init__(self, screen: Refusing) -> None:
        self._screen = screen
        self._own_arrivals = Arrivals()
        self._refused: tuple[Run, list[str]] | None = None
        self._is_after_text = False
        self._goes_on_typing = False

    @property
    def _arrivals(self) -> Arrivals:
        """When each key came: the app knows it for all its screens."""
        return arrivals_of(self._screen.app) or self._own_arrivals

    def text_ended(self) -> None:
        """Take note that a text was ended by a key: somebody may not have seen it, and type on."""
        self._is_after_text, self._goes_on_typing = True, False

    def text_goes_on(self) -> None:
        """Take note that the text that seemed to have ended did not."""
        self._is_after_text = False

    def may(self, event: events.Key, meaning: Meaning) -> bool | None:
        """Whether a key may do what it means; None if that cannot be told yet.

        Where it may not, that has been said.
        """
        does = meaning.does
        if event.key == "escape":
            self._is_after_text = False
            return True
        if does is Does.MOVES:
            return True
        verdict = self._arrivals.verdict(event)
        if verdict is Verdict.OPEN:
            return None
        if verdict is Verdict.FIRST and does is not Does.ACTS:
            is_of_two = self._arrivals.run(event).count <= MOST_BY_HAND
            verdict = Verdict.HAND if is_of_two or does is Does.FILTERS else verdict
        if verdict in {Verdict.FIRST, Verdict.BURST}:
            self._refuse(event, meaning.name)
        return verdict is Verdict.HAND and not self._is_text_still(event, meaning)

    def wait(self, event: events.Key) -> float:
        """Return the seconds after which it can be told whether ``event`` may act."""
        return max(self._arrivals.wait(event), 0.0)

    def _refuse(self, event: events.Key, name: str) -> None:
        run = self._arrivals.run(event)
        names = self._refused[1] if self._refused is not None and self._refused[0] is run else []
        self._refused = (run, names)
        if name not in names:
            names.append(name)
        self._screen.show_refusal(_burst_line(run.count, names))

    def is_told_of(self, event: events.Key) -> bool:
        """Whether the screen says of the burst that ``event`` is part of that it did nothing."""
        return self._refused is not None and self._arrivals.run(event) is self._refused[0]

    def _is_text_still(self, event: events.Key, meaning: Meaning) -> bool:
        """Whether ``event`` goes on with a text that has ended; say so if it does.

        A key that is no character ends the doubt, unless characters came right before it.
        """
        if not self._is_after_text:
            return False
        has_paused = self._arrivals.pause(event) >= PAUSE
        self._goes_on_typing = not has_paused and (event.is_printable or self._goes_on_typing)
        if self._goes_on_typing:
            self._screen.show_refusal(_still_line(meaning.name))
            return True
        # What a question leads to may be a question again: only the worklist ends it.
        self._is_after_text = event.is_printable and not self._screen.is_at_rest
        return False


def _burst_line(count: int, names: list[str]) -> Line:
    """Say that ``count`` keys came at once, and that those called ``names`` did nothing."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    which = f"{', '.join(names[:_MOST_NAMED])}{more}"
    if count <= MOST_BY_HAND:
        return line((f"two keys came at once: press {which} again", Role.WARNING))
    said = f"{count:,} keys at once were taken for a paste"
    return line((said, Role.WARNING), f": if you meant {which}, press again")


def _still_line(name: str) -> Line:
    """Say that a key called ``name`` was taken for text."""
    return line(("still typing? ", Role.WARNING), f"nothing was done: pause, then press {name}")
