"""What the tokens of a terminal are in Textual: the same events that its own parser makes of them.

A key's name is the key that is meant, and its character the text that it types: on a Cyrillic
keyboard they differ, where the terminal tells.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from textual import constants, events, messages
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual._xterm_parser import FOCUSIN, FOCUSOUT, IS_ITERM, XTermParser
from textual.keys import _character_to_key
from textual.message import Message

from avara_tui.tui.terminal.layouts import folded, is_foreign, shifted
from avara_tui.tui.terminal.tokens import Character, Control, Escape, Escaped, Pasted, Token

# Patterns are compiled at their first use: it takes time that the first frame would wait for.
_EXTENDED_KEY: Final = (
    r"\x1b\[(\d{0,7})(?::(\d{0,7})(?::(\d{0,7}))?)?"
    r"(?:;(\d{0,4})(?::(\d?))?(?:;([\d:]{0,99}))?)?([u~ABCDEFHPQRS])"
)
"""The kitty keyboard protocol: key, with shift, in the US layout; modifiers, kind; text; end."""
_OTHER_KEY: Final = r"\x1b\[27;\d{1,4};(\d{1,7})~"
"""xterm's own way of telling keys with modifiers."""
_MOUSE: Final = r"\x1b\[<\d{1,4};\d{1,5};\d{1,5}[Mm]"
_MODE_REPORT: Final = r"\x1b\[\?(\d+);(\d)\$y"
_RESIZE: Final = (
    r"\x1b\[48;(\d{1,5})(?::\d*)*;(\d{1,5})(?::\d*)*;(\d{1,6})(?::\d*)*;(\d{1,6})(?::\d*)*t"
)
_CURSOR_POSITION: Final = r"\x1b\[\d+;[\d;]*R"
"""What a terminal answers when asked for it. F3 with modifiers looks the same in old terminals."""
_RELEASED: Final = "3"
_SHIFT, _CAPS_LOCK, _COMMANDS = 1, 64, 0b111110
"""Bits of the modifiers; the last are those with which a key types nothing."""
_SYNCHRONIZED_OUTPUT: Final = "2026"
_IN_BAND_RESIZE: Final = "2048"


class EscapedKey(events.Key):
    """ESC and a key in one: the key with alt if that means anything, else esc and the key."""

    def __init__(self, whole: events.Key, second: events.Key) -> None:
        super().__init__(whole.key, whole.character)
        self.whole = whole
        self.second = second

    @property
    def with_alt(self) -> events.Key:
        """The key with alt, as the settings spell it: Textual has other names for some."""
        return events.Key(f"alt+{self.second.key}", self.second.character)

    @property
    def parts(self) -> tuple[events.Key, events.Key]:
        """The two keys that it may have been."""
        return _escape(), self.second


class TerminalPaste(events.Paste):
    """A pasted text, of which a part may be left out."""

    def __init__(self, text: str, left_out: int = 0, *, is_again: bool = False) -> None:
        """``is_again``: somebody had it before, and left it to who has the keys now."""
        super().__init__(text)
        self.is_again = is_again
        self.left_out = left_out
        """How many characters too many there were."""


# Whoever takes a paste takes this one.
TerminalPaste.handler_name = events.Paste.handler_name


class Translator:
    """Turns tokens into Textual's events. What it does not know becomes nothing."""

    def __init__(self) -> None:
        self._stock = XTermParser()

    def messages(self, tokens: Iterable[Token]) -> list[Message]:
        """Return what ``tokens`` are, in their order."""
        return [message for token in tokens for message in self._messages(token)]

    def _messages(self, token: Token) -> Iterable[Message]:
        match token:
            case Character(text):
                return map(_meant, self._stock._sequence_to_key_events(text))
            case Escape():
                return (_escape(),)
            case Escaped(text):
                return self._escaped(text)
            case Control(text):
                return self._control(text)
            case Pasted(text, left_out):
                return (TerminalPaste(text, left_out),)

    def _escaped(self, text: str) -> Iterator[Message]:
        known = list(_known_keys(f"\x1b{text}"))
        wholes = known or self._stock._sequence_to_key_events(text, alt=True)
        seconds = self._stock._sequence_to_key_events(text)
        for whole, second in zip(wholes, seconds, strict=False):
            yield EscapedKey(whole, _meant(second))

    def _control(self, text: str) -> Iterable[Message]:
        if text == FOCUSIN:
            return (events.AppFocus(),)
        if text == FOCUSOUT:
            return (events.AppBlur(),)
        if re.fullmatch(_CURSOR_POSITION, text):
            return ()
        if re.fullmatch(_MOUSE, text):
            message = self._stock.parse_mouse_code(text)
            return () if message is None else (message,)
        if match := re.fullmatch(_MODE_REPORT, text):
            return _mode(match[1], int(match[2]))
        if match := re.fullmatch(_RESIZE, text):
            return self._resize(*map(int, match.groups()))
        if not constants.DISABLE_KITTY_KEY:
            keys = self._extended_keys(text)
            if keys is not None:
                return keys
        return _known_keys(text)

    def _resize(
        self, height: int, width: int, pixel_height: int, pixel_width: int
    ) -> list[Message]:
        if not width or not height:
            return []
        resize = events.Resize.from_dimensions((width, height), (pixel_width, pixel_height))
        if pixel_width and pixel_height:
            # From here on the terminal tells the mouse's place in pixels.
            self._stock.terminal_size = resize.size
            self._stock.terminal_pixel_size = resize.pixel_size
            self._stock.mouse_pixels = True
        return [resize]

    def _extended_keys(self, text: str) -> list[events.Key] | None:
        """Return the keys of the kitty protocol or xterm's own; None if ``text`` is neither."""
        if match := re.fullmatch(_OTHER_KEY, text):
            return list(self._stock._sequence_to_key_events(text)) if _types(match[1]) else []
        match = re.fullmatch(_EXTENDED_KEY, text)
        if match is None:
            return None
        code, _, base, modifiers, kind, typed, end = (each or "" for each in match.groups())
        if kind == _RELEASED:
            return []
        if f"{code or 1}{end}" not in FUNCTIONAL_KEYS and not _is_key(code, end, typed):
            return None
        if not all(_types(each) for each in typed.split(":") if each):
            return []
        layout_key = chr(int(base)) if _types(base) and int(base) < 0x80 else ""
        held = max(int(modifiers or "1") - 1, 0)
        if layout_key and held & _COMMANDS and is_foreign(chr(int(code or "1"))):
            code = base
        plain = f"\x1b[{code}"
        if modifiers or typed:
            plain += f";{modifiers}"
        if typed:
            plain += f";{typed}"
        keys = list(self._stock._sequence_to_key_events(plain + end))
        return [_of_layout(key, layout_key, held) for key in keys]


def _escape() -> events.Key:
    return events.Key("escape", "\x1b")


def _known_keys(sequence: str) -> Iterator[events.Key]:
    """Return the keys that Textual's table has for a sequence."""
    keys = ANSI_SEQUENCES_KEYS.get(sequence)
    if isinstance(keys, str):
        yield events.Key(_character_to_key(keys), keys)
    elif isinstance(keys, tuple):
        for key in keys:
            yield events.Key(key.value, None)


def _mode(mode: str, setting: int) -> tuple[Message, ...]:
    """Return what a terminal says of a mode that it was asked about."""
    if mode == _SYNCHRONIZED_OUTPUT and setting > 0:
        return (messages.TerminalSupportsSynchronizedOutput(),)
    if mode == _IN_BAND_RESIZE and constants.SMOOTH_SCROLL and not IS_ITERM:
        return (messages.InBandWindowResize.from_setting_parameter(setting),)
    return ()


def _is_key(code: str, end: str, typed: str) -> bool:
    """Whether a code that stands for no key with a name is that of a key that types something."""
    return end == "u" and (_types(code) or (code == "0" and bool(typed)))


def _types(code: str) -> bool:
    """Whether a code point is a character that a keyboard may type, and no control."""
    number = int(code or "0")
    return (
        0x20 <= number < 0x7F
        or 0xA0 <= number < 0xD800
        or (0xF900 <= number <= 0x10FFFF and not 0xFFF9 <= number <= 0xFFFF)
    )


def _meant(key: events.Key) -> events.Key:
    """Return ``key`` under the name of the key that is meant; it types what it typed."""
    ascii_form = folded(key.character or "")
    if ascii_form is None:
        return key
    return events.Key(_character_to_key(ascii_form), key.character)


def _of_layout(key: events.Key, layout_key: str, held: int) -> events.Key:
    """Return ``key`` under the name that it has in the US layout, if its letter has none there."""
    if not layout_key or not is_foreign(key.character or ""):
        return _meant(key)
    has_shift = bool(held & _SHIFT)
    if layout_key.isalpha():
        has_shift ^= bool(held & _CAPS_LOCK)
    return events.Key(
        _character_to_key(shifted(layout_key) if has_shift else layout_key), key.character
    )
