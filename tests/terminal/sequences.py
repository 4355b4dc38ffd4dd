"""Takes apart what a program writes to a terminal: what a person sees, and what it switches on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_PIECE: Final = re.compile(
    rb"\x1b\[(?P<private>[<=>?]?)(?P<parameters>[0-9;:]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    rb"|\x1b[\]PX^_](?P<text>[^\x07\x1b\x9c]*)(?:\x07|\x1b\\)"
    rb"|\x1b[ -/]*[0-OQ-WYZ\\`-~]"
    rb"|[^\x1b]+"
)
"""One control sequence (ECMA-48), one control string, one escape sequence, or plain text."""
_LONGEST: Final = 1_000_000
"""Bytes of one control string: a clipboard may be long, but a lost terminator must be noticed."""

ALTERNATE_SCREEN: Final = 1049
CURSOR: Final = 25
MOUSE: Final = frozenset({9, 1000, 1001, 1002, 1003, 1005, 1006, 1015, 1016})
LINE_WRAP: Final = 7
USUAL: Final = {CURSOR: True, LINE_WRAP: True}
"""Private modes that are on in a terminal that nobody has touched; all others are off."""
_SYNCHRONIZED: Final = 2026


@dataclass(slots=True)
class Output:
    """The state of a terminal's switches after everything that was written to it."""

    modes: dict[int, bool] = field(default_factory=lambda: dict(USUAL))
    """DEC private modes by number, as far as they were touched."""
    keyboard_levels: int = 0
    """How many of the kitty keyboard protocol's modes are on the stack."""
    styled: bool = False
    """Whether text written next would have a colour or another attribute."""
    clipboard: list[bytes] = field(default_factory=list)
    """What OSC 52 sent to the clipboard, still in base64."""
    links: list[bytes] = field(default_factory=list)
    """Where OSC 8 links lead, in order."""
    titles: list[bytes] = field(default_factory=list)
    frames: int = 0
    """Synchronized updates (mode 2026) that ended."""
    _rest: bytes = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take note of what ``data`` switches; yield the pieces that draw or switch screens.

        Each is yielded while the switches are as it finds them. What a terminal without the kitty
        keyboard protocol, synchronized updates and the like would ignore is left out. An
        unfinished sequence waits for its end.
        """
        data = self._rest + data
        position = 0
        while position < len(data):
            match = _PIECE.match(data, position)
            if match is None:
                break
            position = match.end()
            if self._note(match):
                yield match.group()
        self._rest = data[position:]
        if len(self._rest) > _LONGEST:
            raise ValueError(f"no end to the sequence {self._rest[:40]!r}")

    def unusual(self) -> dict[str, object]:
        """Return what a shell would find switched wrongly; empty for a restored terminal."""
        wrong: dict[str, object] = {
            f"mode {number}": state
            for number, state in self.modes.items()
            if state != USUAL.get(number, False)
        }
        if self.keyboard_levels:
            wrong["kitty keyboard levels"] = self.keyboard_levels
        if self.styled:
            wrong["styled"] = True
        if self._rest:
            wrong["unfinished"] = self._rest
        return wrong

    def _note(self, match: re.Match[bytes]) -> bool:
        """Take note of a piece; return whether a plain terminal would draw something for it."""
        piece, final = match.group(), match["final"]
        if match["text"] is not None:
            self._note_string(piece[1:2], match["text"])
            return False
        if final is None:
            return True
        private, between = match["private"], match["between"]
        numbers = [int(each) for each in re.findall(rb"\d+", match["parameters"])]
        if final == b"u" and private in b"<>":
            self.keyboard_levels += 1 if private == b">" else -1
            return False
        if private == b"?" and final in b"hl" and not between:
            for number in numbers:
                if number == _SYNCHRONIZED and final == b"l":
                    self.frames += 1
                self.modes[number] = final == b"h"
            return True
        if final == b"m" and not private:
            # An empty or zero last parameter resets; 38;5;0 and 38;2;..;0 end in zero too.
            self.styled = match["parameters"] not in (b"", b"0")
            return True
        return not private and not between

    def _note_string(self, kind: bytes, text: bytes) -> None:
        if kind != b"]":
            return
        code, _, rest = text.partition(b";")
        if code == b"52":
            self.clipboard.append(rest.partition(b";")[2])
        elif code == b"8" and rest.partition(b";")[2]:
            self.links.append(rest.partition(b";")[2])
        elif code in (b"0", b"1", b"2"):
            self.titles.append(rest)
