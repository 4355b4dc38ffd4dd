"""Desktop notifications by the terminal, which work over SSH too: a count, and no study's text."""

from collections.abc import Mapping
from typing import Final

from avara_tui.config import Desktop
from avara_tui.triage.opener.passthrough import through_screen, through_tmux

BELL: Final = "\x07"
TITLE: Final = "avara-tui"
_OSC: Final = "\x1b]"
_ST: Final = "\x1b\\"
_BY_PROGRAM: Final = {
    "iterm.app": Desktop.OSC9,
    "iterm2": Desktop.OSC9,
    "wezterm": Desktop.OSC9,
    "ghostty": Desktop.OSC9,
    "warpterminal": Desktop.OSC9,
}
_BY_TERM: Final = {
    "xterm-kitty": Desktop.OSC99,
    "xterm-ghostty": Desktop.OSC9,
    "wezterm": Desktop.OSC9,
    "foot": Desktop.OSC777,
    "rxvt-unicode": Desktop.OSC777,
    "contour": Desktop.OSC777,
}


def notification(number: int, wanted: Desktop, environ: Mapping[str, str]) -> str:
    """Return what has the terminal say that ``number`` alarms wait; nothing if it cannot.

    A terminal that does not know a sequence may print it, so only known ones are sent any, or
    those that the person vouches for.
    """
    way = known_way(environ) if wanted is Desktop.AUTO else wanted
    text = "an alarm waits" if number == 1 else f"{number} alarms wait"
    match way:
        case Desktop.OSC9:
            sequence = f"{_OSC}9;{TITLE}: {text}{BELL}"
        case Desktop.OSC777:
            sequence = f"{_OSC}777;notify;{TITLE};{text}{BELL}"
        case Desktop.OSC99:
            sequence = f"{_OSC}99;i={TITLE}:d=1;{TITLE}: {text}{_ST}"
        case _:
            return ""
    if environ.get("STY"):
        return through_screen(sequence)
    if environ.get("TMUX") or environ.get("TERM", "").startswith("tmux"):
        return through_tmux(sequence)
    return sequence


def known_way(environ: Mapping[str, str]) -> Desktop:
    """Return how the terminal wants to be asked for a notification, as far as that is known.

    Inside tmux and screen nobody can tell which terminal is around them.
    """
    if environ.get("STY") or environ.get("TMUX"):
        return Desktop.OFF
    program = environ.get("TERM_PROGRAM") or environ.get("LC_TERMINAL", "")
    by_program = _BY_PROGRAM.get(program.lower())
    if by_program is not None:
        return by_program
    if environ.get("KITTY_WINDOW_ID"):
        return Desktop.OSC99
    term = environ.get("TERM", "")
    for name, way in _BY_TERM.items():
        if term == name or term.startswith(f"{name}-"):
            return way
    return Desktop.OFF
