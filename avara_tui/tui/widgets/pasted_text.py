"""What one line can hold of a pasted text, and what is to be said of the rest."""

import re
import unicodedata
from typing import Final, NamedTuple

LONGEST: Final = 4096
"""Characters that a line without a limit of its own takes."""
_LINE_BREAK: Final = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


class Fitted(NamedTuple):
    """A text that fits, and what was done to make it fit."""

    text: str
    said: str
    """Empty if the text is as it was pasted."""


def fit(text: str, room: int, left_out: int = 0) -> Fitted:
    """Return ``text`` as one line of at most ``room`` characters.

    Lines are joined by a space; the line break at the end of a copied line counts for nothing.
    ``left_out``: how many characters were left out before.
    """
    said = []
    text = text.strip("\r\n")
    first, *others = _LINE_BREAK.split(text)
    if others:
        # A space where lines meet, and every other one as it was.
        last = others.pop()
        middle = filter(None, (each.strip(" \t") for each in others))
        text = " ".join([first.rstrip(" \t"), *middle, last.lstrip(" \t")])
        said.append("line breaks became spaces")
    if "\t" in text:
        text = text.replace("\t", " ")
        said.append("tabs became spaces")
    plain = "".join(each for each in text if unicodedata.category(each) != "Cc")
    if (controls := len(text) - len(plain)) > 0:
        said.append(f"{controls:,} control character{'s' * (controls > 1)} left out")
    if len(plain) > room or left_out:
        kept = min(len(plain), max(room, 0))
        said.append(f"only {kept:,} of {len(plain) + left_out:,} characters fit")
    return Fitted(plain[: max(room, 0)], f"pasted: {', '.join(said)}" if said else "")
