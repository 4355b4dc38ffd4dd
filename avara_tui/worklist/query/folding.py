"""Texts made alike for comparing: capitals, widths and ways of composing letters do not count.

Nor do accents, for whoever types none: ``muller`` finds ``MÜLLER``, ``и`` finds ``й``, and Hebrew
and Arabic are found without their points. What is typed with an accent is looked for with it.
Signs that are letters of their own always count: the vowels of Indic scripts and Thai, voiced kana,
the parts of a Hangul syllable. Joiners, and the other signs without width, never do.
"""

import functools
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

MOST_REMEMBERED: Final = 1 << 17
"""Texts whose form is remembered, so that not every key of a filter makes it anew."""

_ACCENTS: Final = range(200, 240)
"""Combining classes of accents: marks attached, above, below and around."""
_POINTS: Final = range(10, 37)
"""Combining classes of Hebrew and Arabic vowel points, which are left out as often as not."""
_OVERLAY: Final = 1
_VOWELS_AND_FINALS: Final = ("\u1160", "\u11ff")
"""The first and last of the parts that a Hangul syllable does not begin with."""
_UNACCENTED: Final = {
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ł": "l",
    "ħ": "h",
    "ŧ": "t",
    "ŋ": "n",
    "ĸ": "k",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
}
"""Letters with an accent that Unicode does not take off, and what is typed for them."""
_ALIKE: Final = {
    "\N{ARABIC LETTER YEH}": "\N{ARABIC LETTER FARSI YEH}",
    "\N{ARABIC LETTER KAF}": "\N{ARABIC LETTER KEHEH}",
    "\N{ARABIC TATWEEL}": "",
}
"""Letters as Arabic keyboards write Persian, and as Persian ones do."""


def fold(text: str) -> str:
    """Return ``text`` without accents, and all else that does not count.

    Folding a folded text changes nothing.
    """
    return text.lower() if text.isascii() else _folded(text)


def fold_case(text: str) -> str:
    """Return ``text`` in Unicode's compatibility case folding: the form in which words are kept."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def sought(word: str) -> tuple[str, Callable[[str], str]]:
    """Return what to look for to find a word, and what makes the form of a text to look for it in.

    The word is as :func:`fold_case` gives it. An ASCII text needs only lower case; the forms of
    others are remembered until :func:`forget_forms`.
    """
    parts = unicodedata.normalize("NFKD", word)
    is_accented = any(_is_accent(each) or each in _UNACCENTED for each in parts)
    form = _accented if is_accented else _folded
    # What does not count by itself is not to be found everywhere.
    return form(word) or word, form


def holds_all(text: str, words: Iterable[str]) -> bool:
    """Whether every one of the ``words``, of :func:`fold_case`, is in ``text``."""
    lower = text.lower() if text.isascii() else None
    return all(part in (lower or form(text)) for part, form in map(sought, words))


def forget_forms() -> None:
    """Forget every text that was compared."""
    _folded.cache_clear()
    _accented.cache_clear()


@functools.lru_cache(maxsize=MOST_REMEMBERED)
def _accented(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).translate(_accented_folds)
    return unicodedata.normalize("NFC", apart)


@functools.lru_cache(maxsize=MOST_REMEMBERED)
def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).translate(_folds)
    return unicodedata.normalize("NFC", apart)


def goes_on(character: str) -> bool:
    """Whether ``character`` may become one letter with the one before it, or vanish in it."""
    if character.isascii():
        return False
    first = unicodedata.normalize("NFKD", character)[0]
    return (
        unicodedata.category(first)[0] == "M"
        or _VOWELS_AND_FINALS[0] <= first <= (_VOWELS_AND_FINALS[1])
    )


class _Table(dict[int, str]):
    """What becomes of each character of a text that has been taken apart."""

    def __init__(self, *, keeps_accents: bool) -> None:
        super().__init__()
        self._keeps_accents = keeps_accents

    def __missing__(self, code: int) -> str:
        parts = unicodedata.normalize("NFKD", chr(code).casefold())
        if not self._keeps_accents:
            plain = _UNACCENTED | _ALIKE
            parts = "".join(plain.get(each, each) for each in parts if not _is_accent(each))
        become = "".join(each for each in parts if not _has_no_width(each))
        self[code] = become
        return become


_accented_folds: Final = _Table(keeps_accents=True)
_folds: Final = _Table(keeps_accents=False)


def _is_accent(character: str) -> bool:
    """Whether a character only says how another one is to be pronounced or drawn."""
    combining = unicodedata.combining(character)
    return combining in _ACCENTS or combining in _POINTS or combining == _OVERLAY


def _has_no_width(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or (
        "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    )
