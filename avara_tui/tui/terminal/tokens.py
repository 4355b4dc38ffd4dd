"""What a terminal's bytes come down to: keys, control sequences and pastes."""

from typing import NamedTuple, TypeAlias


class Character(NamedTuple):
    """A key that sends one character, which may be a control character."""

    text: str


class Escape(NamedTuple):
    """The key esc."""


class Escaped(NamedTuple):
    """ESC and a character in one: alt and a key, or esc and a key right after it."""

    text: str


class Control(NamedTuple):
    """A whole, well-formed control sequence, or a key of the SS3 kind, spelled in 7 bits."""

    text: str


class Pasted(NamedTuple):
    """A pasted text, as it came."""

    text: str
    left_out: int
    """How many characters more there were than are kept."""


Token: TypeAlias = Character | Escape | Escaped | Control | Pasted
