"""Which key of the keyboard a letter stands for, whatever alphabet the keyboard types."""

import unicodedata
from typing import Final

_FULL_WIDTH: Final = 0xFEE0
"""From the full-width forms down to ASCII."""
_WITH_SHIFT: Final = dict(
    zip("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?', strict=True),
)


def folded(character: str) -> str | None:
    """Return the ASCII character that is meant by another form of it; None if there is none.

    Those are the full-width forms, and the digits of other scripts.
    """
    if len(character) != 1 or character.isascii():
        return None
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - _FULL_WIDTH)
    if character == "\N{IDEOGRAPHIC SPACE}":
        return " "
    return str(unicodedata.decimal(character)) if character.isdecimal() else None


def is_foreign(character: str) -> bool:
    """Whether a letter is of an alphabet that no key of ours is in, such as Cyrillic."""
    if len(character) != 1 or character.isascii() or not character.isalpha():
        return False
    return folded(character) is None and "LATIN" not in unicodedata.name(character, "LATIN")


def pressed(key: str, character: str | None) -> str:
    """Return what a key with Textual's name ``key`` types where keyboards type Latin letters.

    ``character`` is what it types here. A key that types nothing is told by its name.
    """
    if character is None or not character.isprintable():
        return key
    if character.isascii() or len(key) > 1:
        return folded(character) or character
    return key


def shifted(base: str) -> str:
    """Return what a key of the US layout types with shift."""
    return _WITH_SHIFT.get(base) or base.upper()
