"""The signs of the language, in every form in which keyboards, letters and web pages write them."""

import unicodedata
from typing import Final

QUOTE: Final = '"'
CURLED: Final = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u301d\u301e\u301f\uff02"
"""Other double quotes. They quote only where a word or a value begins: 5\u201d is five inches."""
COLONS: Final = ":\uff1a\ufe55\ufe13"
MINUS: Final = "-\uff0d\ufe63\u2212\u2013\u2010\u2011"
COMMAS: Final = ",\uff0c\ufe50\u3001\uff64"
UNSEEN: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
"""What comes with a paste most often, of all that :func:`is_unseen`."""


def is_unseen(character: str) -> bool:
    """Whether a character has no width, and only says how others are to be drawn."""
    return character in UNSEEN or unicodedata.category(character) == "Cf"


def is_apart(character: str) -> bool:
    """Whether a character parts terms, or counts for nothing between them."""
    return character.isspace() or is_unseen(character)


def seen(text: str) -> str:
    """Return ``text`` without what has no width."""
    if text.isascii():
        return text
    return "".join(each for each in text if not is_unseen(each))
