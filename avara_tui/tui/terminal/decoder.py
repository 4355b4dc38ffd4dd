"""Takes apart what a terminal sends: keys, pastes and control sequences. The rest is swallowed.

The grammar is that of ECMA-48, in the states that Paul Williams drew for DEC's terminals. No byte
of a control sequence ever becomes a key, known or not, whole or torn. Knows nothing of Textual, and
no time but what it is told.
"""

import codecs
import re
from typing import TYPE_CHECKING, Final

from avara_tui.tui.terminal.tokens import Character, Control, Escape, Escaped, Pasted, Token

if TYPE_CHECKING:
    from collections.abc import Callable

ESC: Final = "\x1b"
LONGEST_PASTE: Final = 65_536
"""Characters of one paste that are kept; of the others only the number is."""
SEQUENCE_PATIENCE: Final = 0.5
"""Seconds of silence after which a control sequence that was begun is given up."""
STRING_PATIENCE: Final = 1.0
"""Seconds of silence after which a control string without an end is given up."""
PASTE_PATIENCE: Final = 2.0
"""Seconds of silence after which a paste without an end is let go."""
WORN_PATIENCE: Final = 0.2
"""The silence that is enough once a control string has gone on for too long."""
LONGEST_STRING: Final = 1 << 20
"""Characters after which a control string has gone on for too long."""
LONG_AGO: Final = 5.0
"""Seconds after which a control string has gone on for too long."""
_TAIL_PATIENCE: Final = 5.0
"""Seconds for which the rest of what was given up is known for what it is."""
_LONGEST_SEQUENCE: Final = 256

_ERRORS: Final = "avara-terminal"
_C1: Final = frozenset(map(chr, range(0x80, 0xA0)))
_STRINGS: Final = frozenset("\x90\x98\x9d\x9e\x9f")
"""DCS, SOS, OSC, PM and APC: what follows is not shown, up to BEL or ST."""
_ABORTS: Final = frozenset("\x18\x1a")
# Patterns are compiled at their first use: it takes time that the first frame would wait for.
_STRING_END: Final = "[\x07\x18\x1a\x1b\x9c]"
_WELL_FORMED: Final = "[<-?]?[0-9:;]*[ -/]*"
_RXVT_SHIFTED: Final = "[0-9]+\\$"
"""Keys of rxvt that end in what the standard puts before the end."""
_REST_OF_STRING: Final = "[^\x07\x1b\x9c]+(?:\x07|\x1b\\\\|\x9c)"
_REST_OF_PASTE: Final = "((?s:.*?))(?:\x1b\\[|\x9b)201~"
_REST_OF_SEQUENCE: Final = (
    "\\[(?:[<-?][0-9:;]*|[0-9:;]+)[ -/]*[@-~]|[\\]PX^_][^\x07\x1b\x9c]{2,}(?:\x07|\x1b\\\\|\x9c)"
)


class _Paste:
    """A pasted text on its way, which ends at what the pattern ``end`` finds."""

    def __init__(self, end: str) -> None:
        self._end = end
        self._kept: list[str] = []
        self._room = LONGEST_PASTE
        self._left_out = 0
        self._held_back = ""
        """What may be the beginning of its end."""

    def take(self, text: str) -> int | None:
        """Take what comes; return how many characters of it are behind the end, None before it."""
        new = self._held_back + text
        end = re.search(self._end, new)
        if end is None:
            self._held_back = _begun_mark(new)
            self.keep(new[: len(new) - len(self._held_back)])
            return None
        self._held_back = ""
        self.keep(new[: end.start()])
        return len(new) - end.end()

    def keep(self, text: str) -> None:
        """Take ``text`` as part of it, as far as there is room."""
        kept = text[: self._room]
        self._kept.append(kept)
        self._room -= len(kept)
        self._left_out += len(text) - len(kept)

    def token(self) -> Pasted:
        """Return all that came of it."""
        self.keep(self._held_back)
        return Pasted("".join(self._kept), self._left_out)


class Decoder:
    """Turns bytes into tokens. Give it what was read, and the time, in seconds of any clock.

    What the tokens are does not depend on how the bytes are split, as long as no time passes.
    """

    def __init__(self, escape_delay: float) -> None:
        """``escape_delay``: the seconds after which ESC is the key, and begins nothing."""
        self._escape_delay = escape_delay
        self._characters = codecs.getincrementaldecoder("utf-8")(_ERRORS)
        self._state: Callable[[str, int], int] = self._ground
        self._tokens: list[Token] = []
        self._sequence = ""
        self._is_malformed = False
        self._missing = 0
        self._string_length = 0
        self._string_began = 0.0
        self._paste_end = _paste_end(ESC)
        self._paste = _Paste(self._paste_end)
        self._now = self._last = 0.0
        self._tail: str | None = None
        self._tail_until = 0.0

    @property
    def deadline(self) -> float | None:
        """When :meth:`tick` has something to do if nothing comes before; None for never."""
        if self._state == self._ground and not self._is_torn:
            return None
        return self._last + self._patience()

    @property
    def last_read(self) -> float:
        """When anything was given to it last."""
        return self._last

    def feed(self, data: bytes, now: float) -> list[Token]:
        """Return what ``data`` completes."""
        tokens = self.tick(now)
        self._now = self._last = now
        self._read(self._without_tail(self._characters.decode(data)))
        return tokens + self._taken()

    def tick(self, now: float) -> list[Token]:
        """Return what the time completes: give up what has waited too long for its end."""
        deadline = self.deadline
        if deadline is None or now < deadline:
            return []
        self._now = now
        if self._is_torn:
            self._read(self._characters.decode(b"", final=True))
            self._characters.reset()
        self._give_up()
        return self._taken()

    def _read(self, text: str) -> None:
        position = 0
        while position < len(text):
            position = self._state(text, position)

    def _taken(self) -> list[Token]:
        taken, self._tokens = self._tokens, []
        return taken

    # Waiting, and giving up.

    @property
    def _is_torn(self) -> bool:
        """Whether a character has begun and not ended."""
        return bool(self._characters.getstate()[0])

    def _patience(self) -> float:
        is_rxvt = self._state == self._in_control and re.fullmatch(_RXVT_SHIFTED, self._sequence)
        if is_rxvt or self._state in {self._escape, self._in_shifted}:
            # No answer begins so: what follows soon is of the key, and nothing later is.
            return self._escape_delay
        if self._state == self._in_paste:
            return PASTE_PATIENCE
        if self._state not in {self._in_string, self._in_string_escape}:
            return SEQUENCE_PATIENCE
        is_worn = self._string_length > LONGEST_STRING or self._last - self._string_began > LONG_AGO
        return WORN_PATIENCE if is_worn else STRING_PATIENCE

    def _give_up(self) -> None:
        state, self._state = self._state, self._ground
        if state == self._escape:
            self._tokens.append(Escape())
            self._expect(_REST_OF_SEQUENCE)
        elif state == self._in_paste:
            self._tokens.append(self._paste.token())
            self._expect(_REST_OF_PASTE)
        elif state == self._in_control:
            self._end_of_rxvt_key()
        elif state in {self._in_string, self._in_string_escape}:
            self._expect(_REST_OF_STRING)

    def _expect(self, tail: str) -> None:
        """Know the rest of what was given up, should a slow line deliver it after all."""
        self._tail, self._tail_until = tail, self._now + _TAIL_PATIENCE

    def _without_tail(self, text: str) -> str:
        if self._tail is None or self._state != self._ground:
            return text
        if self._now >= self._tail_until:
            self._tail = None
            return text
        match = re.match(self._tail, text)
        if match is None:
            return text
        if self._tail == _REST_OF_PASTE:
            paste = _Paste("")
            paste.keep(match[1])
            self._tokens.append(paste.token())
        self._tail = None
        return text[match.end() :]

    # The states. Each takes what begins at a position, and returns where the next begins.

    def _ground(self, text: str, position: int) -> int:
        character = text[position]
        if character == ESC:
            self._state = self._escape
        elif character in _C1:
            self._begin(character)
        else:
            self._tokens.append(Character(character))
        return position + 1

    def _begin(self, control: str) -> None:
        """Begin what a control character of the C1 set begins; most begin nothing."""
        self._state = self._ground
        self._sequence, self._is_malformed = "", False
        if control == "\x9b":
            self._state = self._in_control
            self._paste_end = _paste_end(control)
        elif control == "\x8f":
            self._state = self._in_shifted
        elif control in _STRINGS:
            self._state = self._in_string
            self._string_length, self._string_began = 0, self._now

    def _escape(self, text: str, position: int) -> int:
        character = text[position]
        if character == ESC:
            self._tokens.append(Escape())
        elif character in _C1:
            self._tokens.append(Escape())
            self._begin(character)
        elif character in "[OPX]^_\\":
            self._begin(chr(ord(character) + 0x40))
            self._paste_end = _paste_end(ESC)
        else:
            self._state = self._ground
            self._tokens.append(Escaped(character))
        return position + 1

    def _in_control(self, text: str, position: int) -> int:
        """Collect a control sequence: parameters, intermediates, and the one that ends it."""
        character = text[position]
        if character == ESC:
            self._end_of_rxvt_key()
            self._state = self._escape
        elif character in _C1:
            self._begin(character)
        elif character in _ABORTS:
            self._state = self._ground
        elif " " <= character <= "?" and len(self._sequence) < _LONGEST_SEQUENCE:
            self._sequence += character
        elif "@" <= character <= "~":
            self._end_control(character)
        elif character >= " " and character != "\x7f":
            self._is_malformed = True
        return position + 1

    def _end_control(self, final: str) -> None:
        self._state = self._ground
        if not self._sequence and final in "[M" and not self._is_malformed:
            # The Linux console's function keys, and the mouse as the first xterm told it.
            self._state, self._missing = self._in_fixed, 1 if final == "[" else 3
        elif self._sequence + final == "200~":
            self._state = self._in_paste
            self._paste = _Paste(self._paste_end)
        elif not self._is_malformed and re.fullmatch(_WELL_FORMED, self._sequence):
            self._tokens.append(Control(f"{ESC}[{self._sequence}{final}"))

    def _end_of_rxvt_key(self) -> None:
        if re.fullmatch(_RXVT_SHIFTED, self._sequence) and not self._is_malformed:
            self._tokens.append(Control(f"{ESC}[{self._sequence}"))

    def _in_fixed(self, text: str, position: int) -> int:
        """Collect what has a fixed length."""
        character = text[position]
        if character < " ":
            self._state = self._ground
            return position
        self._sequence += character
        if len(self._sequence) == self._missing:
            self._state = self._ground
            if self._missing == 1:
                self._tokens.append(Control(f"{ESC}[[{character}"))
        return position + 1

    def _in_shifted(self, text: str, position: int) -> int:
        """Collect a key of the SS3 kind: one character, with modifiers before it in old xterms."""
        character = text[position]
        if not " " <= character <= "~":
            self._state = self._ground
            return position
        if character in "0123456789;" and len(self._sequence) < _LONGEST_SEQUENCE:
            self._sequence += character
        else:
            self._state = self._ground
            self._tokens.append(Control(f"{ESC}O{self._sequence}{character}"))
        return position + 1

    def _in_string(self, text: str, position: int) -> int:
        end = re.compile(_STRING_END).search(text, position)
        self._string_length += len(text) - position
        if end is None:
            return len(text)
        self._state = self._in_string_escape if end[0] == ESC else self._ground
        return end.end()

    def _in_string_escape(self, text: str, position: int) -> int:
        """ESC in a string ends it: by ST, or by beginning something else."""
        if text[position] == "\\":
            self._state = self._ground
            return position + 1
        self._state = self._escape
        return position

    def _in_paste(self, text: str, position: int) -> int:
        """Keep everything up to the mark that ends it, whatever it is."""
        behind = self._paste.take(text[position:])
        if behind is None:
            return len(text)
        self._state = self._ground
        self._tokens.append(self._paste.token())
        return len(text) - behind


def _paste_end(introducer: str) -> str:
    """Return what ends a paste: in 8 bits only if it began so, for a text may hold that one."""
    return "\x1b\\[201~" if introducer == ESC else "(?:\x1b\\[|\x9b)201~"


def _begun_mark(text: str) -> str:
    """Return the end of ``text`` that may be the beginning of the mark that ends a paste."""
    marks = ("\x1b[201~", "\x9b201~")
    begun = (mark[:length] for mark in marks for length in range(len(mark) - 1, 0, -1))
    return next(filter(text.endswith, begun), "")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for bytes that are no UTF-8: a C1 control for what is one in 8 bits."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    is_control = len(bad) == 1 and 0x80 <= bad[0] < 0xA0
    return (chr(bad[0]) if is_control else "\N{REPLACEMENT CHARACTER}"), error.end


codecs.register_error(_ERRORS, _replaced)
