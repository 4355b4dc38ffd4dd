"""The zero width joiner and non-joiner: where words are spelled with them, they are no damage.

Persian, Urdu, Hindi, Bengali, Malayalam and others write them, and so do pictures that are made of
several. The rule is that of RFC 5892, appendix A, told by scripts rather than by joining types:
anywhere else, such as between Latin letters or digits, a joiner only hides.
"""

import re
import unicodedata
from typing import Final

ZERO_WIDTH_NON_JOINER: Final = "\u200c"
ZERO_WIDTH_JOINER: Final = "\u200d"
JOINERS: Final = ZERO_WIDTH_NON_JOINER + ZERO_WIDTH_JOINER

_VIRAMA: Final = 9
"""The combining class of the signs that take a consonant's vowel away."""
_JOINING: Final = re.compile(
    # Scripts whose letters are joined in a word,
    "ARABIC|SYRIAC|MANDAIC|NKO|MONGOLIAN|PHAGS-PA|MANICHAEAN|HANIFI|ADLAM|SOGDIAN|"
    # and those whose consonants are joined in a syllable.
    "DEVANAGARI|BENGALI|GURMUKHI|GUJARATI|ORIYA|TAMIL|TELUGU|KANNADA|MALAYALAM|SINHALA|TIBETAN|"
    "MYANMAR|KHMER|BALINESE|JAVANESE"
)
"""The beginning of the names of characters of scripts that need joiners."""
_PICTURE_MARKS: Final = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
"""What may stand between a picture and the joiner: how it is to look."""


def belongs(text: str, index: int) -> bool:
    """Whether the joiner at ``index`` of ``text`` stands where words, or pictures, have one."""
    if not index:
        return False
    before, after = text[index - 1], text[index + 1 : index + 2]
    if unicodedata.combining(before) == _VIRAMA:
        return True
    if not after:
        return False
    script = _script(before)
    if script is not None and script == _script(after):
        return True
    return text[index] == ZERO_WIDTH_JOINER and _is_of_pictures(text[:index], after)


def _script(char: str) -> str | None:
    """Return the script of a letter or mark of those that need joiners, else None."""
    if unicodedata.category(char)[0] not in "LM":
        return None
    script = unicodedata.name(char, "").partition(" ")[0]
    return script if _JOINING.fullmatch(script) else None


def _is_of_pictures(before: str, after: str) -> bool:
    plain = before[-3:].rstrip(_PICTURE_MARKS)
    return bool(plain) and _is_picture(plain[-1]) and _is_picture(after)


def _is_picture(char: str) -> bool:
    if unicodedata.category(char) != "So":
        return char in "\u2194\u2195"
    return char >= "\U0001f000" or "\u2600" <= char <= "\u27bf" or char in "\u2b1b\u27a1"
