"""What is said at the foot of the screen: which key it answers, and how much it matters."""

from contextvars import ContextVar
from enum import Enum
from typing import Final, NamedTuple

from avara_tui.tui.lines import Line

STANDS: Final = 0.1
"""Seconds for which what names a written study stays once it is drawn, whatever is pressed: six
frames."""
MOST_WAITING: Final = 2
"""Others that may wait while it stands that long."""
ONE_FRAME: Final = 0.02
"""Seconds for which it stands when more wait: the last word is soon about the last key."""
LATEST: Final = 1.0
"""Seconds after which it counts as drawn: the line may say nothing new to the terminal."""


class Press:
    """A key that something is done for. Everything that is said of it carries its number."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number
        """Grows with every key; another, later key may make the same work its own."""


PRESS: Final[ContextVar[Press | None]] = ContextVar("press", default=None)
"""The key that the code running now answers; None for what no key asked for."""


class Kind(Enum):
    """How much something that is said matters."""

    PASSING = (False, False)
    """Work goes on: not worth a word once something newer was said."""
    NAMING = (False, True)
    """The same, and it names the study that is being written."""
    ANSWER = (True, False)
    """What a key has led to."""
    WRITTEN = (True, True)
    """The same, for a study that was written."""

    @property
    def is_kept(self) -> bool:
        """Whether it must still reach the person when a newer key has been answered already."""
        return self.value[0]

    @property
    def stands(self) -> bool:
        """Whether it stays on the screen for a moment, whatever is pressed."""
        return self.value[1]


class Notice(NamedTuple):
    """Something that is said until the next key."""

    said: Line
    press: int
    """The number of the key that it answers."""
    kind: Kind


class Alert(NamedTuple):
    """Something that is said until the person has seen it."""

    said: Line
    about: str
    """What it is about, so that it can be withdrawn."""
    is_masked: bool
    """Whether it was put in words while names were hidden."""
    is_late: bool = False
    """Whether it is an answer to a key that came too late to be said at once."""
