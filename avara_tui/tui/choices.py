"""What a person can answer: by one key, or by choosing from a list."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from avara_tui.tui.lines import Line, Role, join, line

Check = Callable[[str], str | None]
"""Returns why a text that was typed will not do, or None if it will."""


class Answer(NamedTuple):
    """One way to answer a question."""

    key: str
    word: str
    """What it says on the screen; empty for a key that need not be told of."""


YES_NO: Final = (Answer("y", "yes"), Answer("n", ""))
"""Yes or no. What has no word is not shown: escape says the same."""
BACK: Final = "back"
"""What escape does where there is nothing that stays as it is."""
LEAVE_IT: Final = "leave it as it is"
TAKE: Final = "take it"


def yes(deed: str) -> tuple[Answer, ...]:
    """Return the answers to whether to do ``deed``, as in ``cancel it``."""
    return (Answer("y", f"yes, {deed}"), *YES_NO[1:])


def answers_line(answers: Sequence[Answer], keep: str) -> Line:
    """Return the keys that answer, and what escape does: what stays, or where it leads."""
    keys = [line((each.key, Role.KEY), f" {each.word}") for each in answers if each.word]
    return join([*keys, line(("esc", Role.KEY), f" {keep}")], "   ")


class Choice(NamedTuple):
    """One thing to choose."""

    key: str
    """What choosing it returns."""
    label: Line
    search: str
    """The text that typing looks in, in lower case."""
    names: tuple[str, ...] = ()
    """What people call it, each by itself, in lower case: who types one of these means it."""
