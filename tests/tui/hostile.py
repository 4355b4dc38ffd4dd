"""Texts that a server could send to move a terminal, and how to see whether one got through."""

import unicodedata
from collections.abc import Iterable
from typing import Final

PAYLOADS: Final = (
    "\x1b]0;stolen title\x07CT Head",
    "\x1b]52;c;aGFja2Vk\x07",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]9;owned\x07\x1b]777;notify;a;b\x07\x1b]99;;x\x1b\\",
    "\x1b[2J\x1b[H\x1b[31mscreen gone\x1b[?1049l",
    '\x1bP$q"p\x1b\\\x1b_x\x1b\\\x1b^y\x1b\\\x1bXz\x1b\\',
    "C1 \x9b31m \x9d0;t\x9c \x90q\x9c \x85 \x84",
    "\x00\x07\x08\x0b\x0c\x0e\x0f\x7f",
    "one\r\ntwo\rthree\nfour\u2028five\u2029six\tseven",
    "[@click=app.quit]quit[/] [@click='app.bell']x[/]",
    "DOE [STAT] CT [/ X] [/x] [",
    "[red]Smith[/red] [link=https://evil.example]a[/link] [b",
    "CT \u202etxeT\u202c \u2066a\u2069 \u200eb\u200f \u061c",
    "zero\u200bwidth\u2060\ufeff\u00ad\u180e\u034f",
    "Z" + "\u0301" * 40 + "algo" + "\u0489" * 40,
    "$x {y} %s %(z)s \\ \\[ \\x1b ${jndi:ldap://x} <b>&amp;",
    "\ud800 lone \udfff surrogates",
    "\ue000 private \U000f0000 \U0010ffff tags \U000e0041\U000e007f",
    "胸部CT \uff21\u3000 👩\u200d⚕️ 🇩🇪 \u1100\u1161\u11a8" + "宽" * 300,
    "x" * 5000 + "\x1b[6n",
)
_FORBIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def raw_controls(text: str) -> list[str]:
    """Return the characters that a terminal obeys, reorders by or does not show."""
    return [each for each in text if unicodedata.category(each) in _FORBIDDEN]


def assert_harmless(texts: Iterable[str]) -> None:
    """Check that no text holds a raw control."""
    __tracebackhide__ = True
    for text in texts:
        assert not raw_controls(text), repr(text)
