"""What terminals answer when they are asked, and what they say unasked: none of it is a key.

Collected from the documents of xterm, VTE, kitty, iTerm2, Windows Terminal, mintty, foot, Contour,
tmux and GNU screen.
"""

import random
from collections.abc import Iterator
from typing import Final

ANSWERS: Final = {
    "DA1, VT100": "\x1b[?1;2c",
    "DA1, VT102": "\x1b[?6c",
    "DA1, xterm": "\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c",
    "DA1, VTE": "\x1b[?65;1;9c",
    "DA1, kitty": "\x1b[?62;c",
    "DA1, Windows Terminal": "\x1b[?61;4;6;7;14;21;22;23;24;28;32;42;52c",
    "DA2, xterm": "\x1b[>41;397;0c",
    "DA2, VTE": "\x1b[>65;7600;1c",
    "DA2, kitty": "\x1b[>1;4000;36c",
    "DA2, tmux": "\x1b[>84;0;0c",
    "DA2, screen": "\x1b[>83;50001;0c",
    "DA2, mintty": "\x1b[>77;30701;0c",
    "DA3, xterm": "\x1bP!|00000000\x1b\\",
    "DA3, VTE": "\x1bP!|7E565445\x1b\\",
    "DA3, iTerm2": "\x1bP!|6954726D\x1b\\",
    "XTVERSION, xterm": "\x1bP>|XTerm(397)\x1b\\",
    "XTVERSION, VTE": "\x1bP>|VTE(7600)\x1b\\",
    "XTVERSION, kitty": "\x1bP>|kitty(0.36.4)\x1b\\",
    "XTVERSION, iTerm2": "\x1bP>|iTerm2 3.5.10\x1b\\",
    "XTVERSION, mintty": "\x1bP>|mintty 3.7.1\x1b\\",
    "XTVERSION, tmux": "\x1bP>|tmux 3.5a\x1b\\",
    "XTVERSION, foot": "\x1bP>|foot(1.19.0)\x1b\\",
    "DECRPM, synchronized output": "\x1b[?2026;2$y",
    "DECRPM, unknown": "\x1b[?2048;0$y",
    "DECRPM, bracketed paste": "\x1b[?2004;1$y",
    "RPM, insert mode": "\x1b[4;2$y",
    "DSR, ready": "\x1b[0n",
    "DSR, malfunction": "\x1b[3n",
    "DSR, printer": "\x1b[?13n",
    "DSR, keys locked": "\x1b[?21n",
    "DSR, keyboard": "\x1b[?27;1;0;0n",
    "DSR, locator": "\x1b[?50n",
    "DSR, locator kind": "\x1b[?57;1n",
    "DSR, macro space": "\x1b[0*{",
    "DSR, checksum": "\x1bP1!~A3F2\x1b\\",
    "DSR, data integrity": "\x1b[?70n",
    "DSR, sessions": "\x1b[?83n",
    "CPR": "\x1b[17;42R",
    "CPR at the top": "\x1b[1;1R",
    "CPR that looks like F3": "\x1b[1;5R",
    "DECXCPR": "\x1b[?17;42;1R",
    "OSC 4": "\x1b]4;1;rgb:cdcd/0000/0000\x1b\\",
    "OSC 5": "\x1b]5;0;rgb:ffff/ffff/ffff\x07",
    "OSC 10": "\x1b]10;rgb:e5e5/e5e5/e5e5\x07",
    "OSC 11": "\x1b]11;rgb:0000/0000/0000\x1b\\",
    "OSC 11, with alpha": "\x1b]11;rgba:1e1e/1e1e/2e2e/f0f0\x1b\\",
    "OSC 12": "\x1b]12;rgb:ffff/ffff/ffff\x07",
    "OSC 17": "\x1b]17;rgb:3333/3333/3333\x07",
    "OSC 19": "\x1b]19;rgb:cccc/cccc/cccc\x1b\\",
    "OSC 21, kitty": "\x1b]21;foreground=rgb:dd/dd/dd;cursor=?\x1b\\",
    "OSC 22, kitty": "\x1b]22;default,pointer\x1b\\",
    "OSC 50": "\x1b]50;-misc-fixed-medium-r-*\x07",
    "OSC 52": "\x1b]52;c;bm93IG1hcmsgaXQgbW1t\x07",
    "OSC 52, primary": "\x1b]52;p;eG0=\x1b\\",
    "OSC 99, kitty": "\x1b]99;i=mnx:p=?;p=title,body:a=focus\x1b\\",
    "OSC 1337, iTerm2 cell size": "\x1b]1337;ReportCellSize=17.50;8.00;2.0\x1b\\",
    "OSC 1337, iTerm2 variable": "\x1b]1337;ReportVariable=bW1t\x07",
    "OSC 1337, iTerm2 capabilities": "\x1b]1337;Capabilities=T3CwLrMSc7UUw9Ts3BFGsSyHNoSx\x07",
    "OSC 5522, kitty": "\x1b]5522;type=read:status=DATA:mime=dGV4dA==;bW1t\x1b\\",
    "OSC 7770, mintty font size": "\x1b]7770;12\x07",
    "OSC 777, unasked": "\x1b]777;notify;mm;nn\x07",
    "DECRQSS, SGR": "\x1bP1$r0;1;38;5;4m\x1b\\",
    "DECRQSS, margins": "\x1bP1$r1;40r\x1b\\",
    "DECRQSS, cursor": "\x1bP1$r2 q\x1b\\",
    "DECRQSS, refused": "\x1bP0$r\x1b\\",
    "DECRQSS, tmux": "\x1bP1$r0m\x1b\\",
    "XTGETTCAP": "\x1bP1+r544e=787465726d2d6b69747479\x1b\\",
    "XTGETTCAP, colours": "\x1bP1+r436F=323536\x1b\\",
    "XTGETTCAP, refused": "\x1bP0+r6d6d\x1b\\",
    "DECCIR": "\x1bP1$u1;1;1;@;@;@;0;2;@;BBBB\x1b\\",
    "DECTABSR": "\x1bP2$u9/17/25/33\x1b\\",
    "DECRQUPSS": "\x1bP0!u%5\x1b\\",
    "DECREQTPARM": "\x1b[2;1;1;128;128;1;0x",
    "DECRPTUI": "\x1bP!|7E7E7E7E\x1b\\",
    "locator": "\x1b[1;2;17;42;0&w",
    "kitty keyboard flags": "\x1b[?25u",
    "kitty graphics": "\x1b_Gi=31;OK\x1b\\",
    "kitty graphics, refused": "\x1b_Gi=31;ENOTSUPPORTED:mmm nnn\x1b\\",
    "kitty remote control": '\x1bP@kitty-cmd{"ok":true,"data":"mmm"}\x1b\\',
    "kitty cursors": "\x1b[>1;2;3;29;30;40;100;101 q",
    "XTSMGRAPHICS": "\x1b[?1;0;256S",
    "XTSMGRAPHICS, size": "\x1b[?2;0;1000;1000S",
    "XTQMODKEYS": "\x1b[>4;2m",
    "XTQFMTKEYS": "\x1b[>4;1f",
    "window, shown": "\x1b[1t",
    "window, iconified": "\x1b[2t",
    "window, place": "\x1b[3;100;200t",
    "window, pixels": "\x1b[4;800;1200t",
    "window, screen pixels": "\x1b[5;1080;1920t",
    "window, cell": "\x1b[6;20;10t",
    "window, characters": "\x1b[8;40;120t",
    "window, screen characters": "\x1b[9;54;192t",
    "window, icon label": "\x1b]Lmm label\x1b\\",
    "window, title": "\x1b]lnm title, ä and 日本\x1b\\",
    "colour scheme, dark": "\x1b[?997;1n",
    "colour scheme, light": "\x1b[?997;2n",
    "colour stack": "\x1b[?1;10#Q",
    "selected rectangle's checksum": "\x1bP7!~0F1A\x1b\\",
    "SGR report": "\x1b[0;1;4m",
    "status string, SOS": "\x1bXmm nn x\x1b\\",
    "privacy message": "\x1b^mm nn x\x1b\\",
    "application program command": "\x1b_mm nn x\x1b\\",
    "urxvt's mouse": "\x1b[32;45;12M",
    "xterm's first mouse": "\x1b[M -,",
    "screen's hardstatus": "\x1b_mail for mm\x1b\\",
    "a string terminator alone": "\x1b\\",
}
"""Nothing here is a key, and nothing tells the program anything that it acts on."""

TOLD: Final = {
    "focus in": "\x1b[I",
    "focus out": "\x1b[O",
    "DECRPM, in-band resize": "\x1b[?2048;2$y",
    "in-band resize": "\x1b[48;40;120;800;1200t",
}
"""What the program acts on, though not as on a key."""

_TEXT: Final = "mnoxvas2 dqpLX;:=/?|{}~ыЛ日é\r\n\t"


def in_8_bits(sequence: str) -> bytes:
    """Return a sequence with its 7-bit controls as the single bytes that they stand for."""
    raw = sequence.encode()
    for second in b"[OPX]^_\\":
        raw = raw.replace(bytes([0x1B, second]), bytes([second + 0x40]))
    return raw


def sequences(seed: int, count: int) -> Iterator[bytes]:
    """Return ``count`` answers, in 7 and in 8 bits, and things that look like answers."""
    chance = random.Random(seed)
    known = list(ANSWERS.values())
    for _ in range(count):
        kind = chance.random()
        if kind < 0.4:
            sequence = chance.choice(known)
        elif kind < 0.7:
            sequence = _control(chance)
        else:
            sequence = _string(chance)
        # X10's mouse tells its place in raw bytes, of which none begins a sequence.
        yield in_8_bits(sequence) if chance.random() < 0.3 else sequence.encode()


def pieces(seed: int, data: bytes) -> Iterator[bytes]:
    """Return ``data`` cut at places that the seed chooses."""
    chance = random.Random(seed)
    while data:
        length = chance.choice((1, 1, 2, 3, 5, 8, 40))
        yield data[:length]
        data = data[length:]


def pieces_for_a_terminal(seed: int, data: bytes) -> Iterator[bytes]:
    """Return ``data`` cut anywhere but behind ESC, which alone, on a busy machine, is a key."""
    held = b""
    for piece in pieces(seed, data):
        held += piece
        if not held.endswith(b"\x1b"):
            yield held
            held = b""
    yield held


def _control(chance: random.Random) -> str:
    """Return a control sequence that is no key: none has such a marker or such parameters."""
    marker = chance.choice("<=>?")
    parameters = ";".join(str(chance.randrange(3000)) for _ in range(chance.randrange(6)))
    between = "".join(
        chance.choice(" !\"#$%&'()*+,-./") for _ in range(chance.choice((0, 0, 1, 2)))
    )
    final = chr(chance.randrange(0x40, 0x7F))
    if marker == "<" and final in "mM":
        final = "n"
    if final == "y" and parameters.startswith(("2048", "2026")):
        final = "n"
    return f"\x1b[{marker}{parameters}{between}{final}"


def _string(chance: random.Random) -> str:
    introducer = chance.choice("]PX^_")
    text = "".join(chance.choice(_TEXT) for _ in range(chance.choice((1, 4, 20, 200))))
    end = chance.choice(("\x1b\\", "\x07"))
    return f"\x1b{introducer}{text}{end}"
