"""What a person can answer: by one key, or by choosing from a list."""

from collections.abc import Callable
from typing import Final, NamedTuple

from avara_tui.tui.lines import Line

Check = Callable[[str], str | None]
"""Returns why a text that was typed will not do, or None if it will."""


class Answer(NamedTuple):
    """One way to answer a question."""

    key: str
    word: str


YES_NO: Final = (Answer("y", "yes"), Answer("n", "no"))


class Choice(NamedTuple):
    """One thing to choose."""

    key: str
    """What choosing it returns."""
    label: Line
    search: str
    """The text that typing looks in, in lower case."""
