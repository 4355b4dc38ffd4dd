"""Server text made fit to show: nothing in it can move the cursor, hide, or reorder its line.

What a server sends is kept as it came and cleaned at the moment it becomes display text. A
character that a terminal would obey, or that a person could not see, is shown as ``�``; a line
break as ``↵``; a tab as ``→``. Ordinary text comes back unchanged, and so do the joiners that some
scripts are spelled with, where they belong.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from avara_tui.joiners import JOINERS, ZERO_WIDTH_JOINER, ZERO_WIDTH_NON_JOINER, belongs

LONGEST_LINE: Final = 2000
"""How many characters of one line are shown: twice the longest metadata value."""

MOST_LINES: Final = 500
"""How many lines of one text are shown."""

MARKS_PER_CHARACTER: Final = 4
"""How many combining marks may stand on one character; written languages need at most these."""

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"
_LINE_BREAK_SIGN: Final = "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}"
_TAB_SIGN: Final = "\N{RIGHTWARDS ARROW}"
_MARK_BASE: Final = "\N{DOTTED CIRCLE}"

# Latin, Greek, Cyrillic, kana, Han and Hangul syllables, without combining marks.
_PLAIN: Final = (
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u2027"
    "\u2030-\u205e\u20a0-\u20bf\u2190-\u23ff\u2500-\u27bf\u3001-\u3029\u3030-\u3096"
    "\u309b-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f]*"
)
_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")

# Unicode calls these letters, marks or symbols; on a screen they are blank or have no width.
_INVISIBLE: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\U0001d159"
)
_CONTROL_NAMES: Final = {
    0x00: "NULL",
    0x07: "BELL",
    0x08: "BACKSPACE",
    0x09: "TAB",
    0x0A: "LINE FEED",
    0x0B: "LINE TABULATION",
    0x0C: "FORM FEED",
    0x0D: "CARRIAGE RETURN",
    0x1B: "ESCAPE",
    0x7F: "DELETE",
    0x85: "NEXT LINE",
    0x90: "DEVICE CONTROL STRING",
    0x9B: "CONTROL SEQUENCE INTRODUCER",
    0x9C: "STRING TERMINATOR",
    0x9D: "OPERATING SYSTEM COMMAND",
}


def clean(text: str, limit: int = LONGEST_LINE) -> str:
    """Return ``text`` safe to show on one line, at most ``limit`` characters of it.

    The result holds no control, format, bidirectional, invisible, private or unassigned
    character, no line break, no lone surrogate and no tower of combining marks; each is made
    visible. Only a zero width non-joiner within a word that is spelled with it stays. Cleaning a
    cleaned text changes nothing.
    """
    if len(text) <= limit:
        if text.isascii():
            if text.isprintable():
                return text
        elif text.isprintable() and _plain().fullmatch(text):
            return text
    return _cleaned(text, limit)


def clean_lines(text: str, limit: int = LONGEST_LINE, most: int = MOST_LINES) -> list[str]:
    """Return the lines of ``text``, each made safe to show by :func:`clean`.

    Past ``most`` lines, the last one returned is an ellipsis.
    """
    lines = _LINE_BREAK.split(text, maxsplit=most)
    cleaned = [clean(line.expandtabs(4), limit) for line in lines[:most]]
    if len(lines) > most:
        cleaned[-1] = ELLIPSIS
    return cleaned


def hidden_characters(text: str) -> tuple[str, ...]:
    """Name the characters in ``text`` that a person editing it would not see, each one once.

    For example ``("U+200B ZERO WIDTH SPACE", "U+001B ESCAPE")``, in order of appearance.
    """
    if text.isascii() and text.isprintable():
        return ()
    found = dict.fromkeys(
        char
        for index, char in enumerate(text)
        if _is_hidden(char) and not (char in JOINERS and belongs(text, index))
    )
    return tuple(f"U+{ord(char):04X} {_name(char)}" for char in found)


def clean_in_place(text: str) -> str:
    """Return ``text`` safe to show on one line, each character where it was.

    For a text that is being typed: what :func:`clean` leaves out is a character without width.
    """
    if text.isascii() and text.isprintable():
        return text
    raw = _LINE_BREAK.sub(lambda found: _LINE_BREAK_SIGN * len(found[0]), text)
    return "".join(each[-1:] or ZERO_WIDTH_NON_JOINER for each in _each_shown(raw))


def is_text(character: str | None) -> bool:
    """Whether a key that stands for ``character`` types it: whether it is no control character.

    Blanks of other kinds, joiners and the like are text, whatever can be seen of them.
    """
    if not character:
        return False
    return character.isprintable() or unicodedata.category(character[0]) not in {"Cc", "Cs"}


@functools.cache
def _plain() -> re.Pattern[str]:
    # Compiled on first use: it takes milliseconds that the first frame would wait for.
    return re.compile(_PLAIN)


def _cleaned(text: str, limit: int) -> str:
    # Twice the limit is read, for what is left out or drawn on the character before it.
    raw = _LINE_BREAK.sub(_LINE_BREAK_SIGN, text[: 2 * limit + 2])
    shown = [char for each in _each_shown(raw) for char in each]
    if len(shown) > limit or len(text) > 2 * limit + 2:
        return "".join(shown[: max(limit - 1, 0)]).rstrip(ZERO_WIDTH_NON_JOINER) + ELLIPSIS
    return "".join(shown)


def _each_shown(text: str) -> Iterator[str]:
    """Yield what is shown for each character of ``text``: mostly one, or none."""
    marks = 0
    base = before = ""
    for index, char in enumerate(text):
        if _is_mark(char):
            marks += 1
            shown = char if marks <= MARKS_PER_CHARACTER else ""
            if marks == MARKS_PER_CHARACTER + 1:
                shown = REPLACEMENT
            elif not before:
                shown = _MARK_BASE + shown
        elif _picks_form(char, base):
            # Terminals disagree about the width of the form that is picked: the plain one is shown.
            base = shown = ""
        elif char in JOINERS and belongs(text, index):
            shown = _joiner_shown(text, index, before)
            base = ""
        else:
            marks = 0
            base = shown = _visible(char)
        before = shown[-1:] or before
        yield shown


def _joiner_shown(text: str, index: int, before: str) -> str:
    """Return what is shown for a joiner that belongs where it is, behind ``before``.

    What is joined is shown apart: terminals disagree about its width.
    """
    if text[index] == ZERO_WIDTH_JOINER or not text[index + 1 : index + 2].isalpha():
        return ""
    return text[index] if before == text[index - 1] else REPLACEMENT


def _picks_form(char: str, base: str) -> bool:
    """Whether ``char`` is a variation selector where one belongs: the first one on ``base``."""
    if not base:
        return False
    if char in "\ufe0e\ufe0f":
        return base in "#*0123456789" if base.isascii() else not base.isalpha()
    return _is_variation_selector(char) and base >= "\u2e80" and base.isalpha()


def _visible(char: str) -> str:
    if char == "\t":
        return _TAB_SIGN
    if char in _INVISIBLE or _is_variation_selector(char):
        return REPLACEMENT
    if char.isprintable():
        return char
    return " " if unicodedata.category(char) == "Zs" else REPLACEMENT


def _is_mark(char: str) -> bool:
    """Whether ``char`` is drawn on the character before it."""
    if char in _INVISIBLE or _is_variation_selector(char) or not char.isprintable():
        return False
    # Hangul vowels and finals have no width of their own, whatever their category says.
    return unicodedata.category(char) in ("Mn", "Me") or (
        "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7fb"
    )


def _is_variation_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _is_hidden(char: str) -> bool:
    if char in _INVISIBLE or _is_variation_selector(char):
        return True
    return not char.isprintable() and char != "\N{IDEOGRAPHIC SPACE}"


def _name(char: str) -> str:
    if name := unicodedata.name(char, ""):
        return name
    category = unicodedata.category(char)
    if category == "Cs":
        return "SURROGATE"
    if category == "Co":
        return "PRIVATE USE"
    return _CONTROL_NAMES.get(ord(char), "CONTROL" if category == "Cc" else "UNASSIGNED")
