"""What a person can answer: by one key, or by choosing from a list."""

from typing import Final, NamedTuple

from avara_tui.tui.lines import Line


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
