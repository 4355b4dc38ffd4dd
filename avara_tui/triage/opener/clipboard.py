"""The clipboard of the terminal that the person sits at, by OSC 52: it also works over SSH."""

import base64
from collections.abc import Mapping
from typing import Final

from avara_tui.triage.opener.links import OpenerError
from avara_tui.triage.opener.passthrough import through_screen, through_tmux

LONGEST_TEXT: Final = 74_994
"""Bytes: in base64 they make 99,992, and common terminals drop a sequence over 100,000."""

_ESC: Final = "\x1b"
_BEL: Final = "\x07"
_WITHOUT_CLIPBOARD: Final = frozenset({"", "dumb", "linux", "vt100", "vt220"})


def osc52(text: str, environ: Mapping[str, str]) -> str:
    """Return what asks the terminal to put ``text`` on its clipboard.

    No terminal says whether it did: tell the person "sent to the terminal", not "copied". Inside
    tmux it arrives with ``set-clipboard on`` or with ``allow-passthrough on``, and both are tried.
    Raises :class:`OpenerError` for a text that is too long or holds control characters, which a
    shell might obey when it is pasted, and for a terminal that has no clipboard.
    """
    if environ.get("TERM", "") in _WITHOUT_CLIPBOARD:
        raise OpenerError("This terminal has no clipboard that a program can reach.")
    if any(not line.isprintable() for line in text.split("\n")):
        raise OpenerError("The text holds control characters, and was not sent.")
    content = text.encode()
    if len(content) > LONGEST_TEXT:
        raise OpenerError(f"The text is longer than {LONGEST_TEXT:,} bytes, and was not sent.")
    plain = f"{_ESC}]52;c;{base64.b64encode(content).decode()}{_BEL}"
    if environ.get("STY"):
        return through_screen(plain)
    if environ.get("TMUX") or environ.get("TERM", "").startswith("tmux"):
        return plain + through_tmux(plain)
    return plain
