"""How people write keys, what Textual calls them, and which ones no program ever gets."""

from typing import Final

_SHOWN: Final = {
    "escape": "esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "delete": "Del",
    "insert": "Ins",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
}
_WRITTEN: Final = {
    "esc": "escape",
    "pgdn": "pagedown",
    "pgup": "pageup",
    "del": "delete",
    "ins": "insert",
    "return": "enter",
    "↓": "down",
    "↑": "up",
    "←": "left",
    "→": "right",
}
_CURSOR_KEYS: Final = frozenset(
    {"up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"}
)
_NAMED: Final = _CURSOR_KEYS | {"enter", "escape", "tab", "space", "backspace", "shift+tab"}
_FUNCTION_KEYS: Final = frozenset(f"f{number}" for number in range(1, 21))
_PUNCTUATION: Final = {
    "!": "exclamation_mark",
    '"': "quotation_mark",
    "#": "number_sign",
    "$": "dollar_sign",
    "%": "percent_sign",
    "&": "ampersand",
    "'": "apostrophe",
    "(": "left_parenthesis",
    ")": "right_parenthesis",
    "*": "asterisk",
    "+": "plus",
    ",": "comma",
    "-": "minus",
    ".": "full_stop",
    "/": "slash",
    ":": "colon",
    ";": "semicolon",
    "<": "less_than_sign",
    "=": "equals_sign",
    ">": "greater_than_sign",
    "?": "question_mark",
    "@": "at",
    "[": "left_square_bracket",
    "\\": "backslash",
    "]": "right_square_bracket",
    "^": "circumflex_accent",
    "_": "underscore",
    "`": "grave_accent",
    "{": "left_curly_bracket",
    "|": "vertical_line",
    "}": "right_curly_bracket",
    "~": "tilde",
    " ": "space",
}
"""Textual's names: those of Unicode, some shortened."""
_SIGNS: Final = {name: sign for sign, name in _PUNCTUATION.items() if sign != " "}
_TAKEN: Final = {
    "ctrl+a": "GNU screen takes it for its commands",
    "ctrl+b": "tmux takes it for its commands",
    "ctrl+c": "terminals use it to interrupt a program",
    "ctrl+h": "terminals send it for backspace",
    "ctrl+i": "terminals send it for tab",
    "ctrl+left_square_bracket": "terminals send it for esc",
    "ctrl+m": "terminals send it for enter",
    "ctrl+q": "flow control takes it, to let a terminal go on",
    "ctrl+s": "flow control takes it, to stop a terminal",
    "ctrl+z": "shells use it to suspend a program",
    "ctrl+backslash": "terminals use it to end a program",
}
"""Keys that something between the keyboard and this program may keep for itself."""
_BEGINS_ANSWER: Final = frozenset("OPX")
"""With alt, what terminals send for these is how their answers and other keys begin."""
_DESKTOP: Final = frozenset({"super", "cmd", "win", "hyper", "meta"})


def textual_name(written: str) -> str:
    """Return Textual's name for a key as people write it: ``slash`` for ``/``.

    What is no key comes back as it is: :func:`key_problem` says what is wrong with it.
    """
    *modifiers, key = written.strip().split("+") if len(written.strip()) > 1 else [written]
    if not key and modifiers:
        # The last of two plus signs is the key.
        key = "+"
        modifiers = modifiers[:-1]
    modifiers = sorted(each.strip().lower() for each in modifiers)
    if len(key) == 1:
        key = _PUNCTUATION.get(key, key)
        if "ctrl" in modifiers and key.isalpha():
            key = key.lower()
    else:
        key = key.strip().lower()
        key = _WRITTEN.get(key, key)
    return "+".join([*modifiers, key])


def key_name(key: str) -> str:
    """Return a key as a person reads it: ``/`` rather than ``slash``."""
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, _shown(last)])


def _shown(key: str) -> str:
    if key in _FUNCTION_KEYS:
        return key.upper()
    return _SHOWN.get(key) or _SIGNS.get(key) or key


def key_problem(written: str) -> str | None:
    """Return why a key as people write it can stand for no action, or None if it can."""
    key = textual_name(written)
    if key in _TAKEN:
        return f"may never arrive: {_TAKEN[key]}"
    if len(key) == 1 and key in "123456789":
        return "is a number, and the numbers choose worklists"
    *modifiers, last = key.split("+")
    if not modifiers or key in _NAMED:
        return None if _is_key(key) else f"is no key; write it as {_EXAMPLES}"
    if any(each in _DESKTOP for each in modifiers):
        return "never arrives: the desktop keeps it"
    if modifiers == ["shift"] and len(last) == 1 and last.isalpha():
        return f"is written as the capital letter, {last.upper()!r}"
    return None if _is_sent(modifiers, last) else _unsent(modifiers, last)


_EXAMPLES: Final = "a letter, a sign, F5, ctrl+p, alt+x, esc, enter, space, Home or PgDn"


def _is_key(key: str) -> bool:
    is_sign = key in _SIGNS or (len(key) == 1 and key.isalnum())
    return is_sign or key in _NAMED or key in _FUNCTION_KEYS


def _is_sent(modifiers: list[str], last: str) -> bool:
    """Whether terminals, and tmux between them, send a key with modifiers as one of its own."""
    if modifiers == ["ctrl"]:
        is_letter = len(last) == 1 and last.isascii() and last.isalpha()
        return is_letter or last in _CURSOR_KEYS
    if modifiers == ["shift"]:
        return last in _CURSOR_KEYS
    if modifiers != ["alt"] or last in _BEGINS_ANSWER:
        return False
    return len(last) == 1 and last.isascii() and last.isalnum()


def _unsent(modifiers: list[str], last: str) -> str:
    if not _is_key(last):
        return f"is no key; write it as {_EXAMPLES}"
    if modifiers == ["ctrl", "shift"]:
        return f"never arrives: most terminals send ctrl+{key_name(last)} for it"
    return "never arrives: most terminals send it as another key or not at all"
