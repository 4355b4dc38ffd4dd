"""Control sequences for the terminal around tmux and GNU screen, past both of them."""

from typing import Final

_ESC: Final = "\x1b"
_ST: Final = "\x1b\\"
_SCREEN_CHUNK: Final = 240
"""Characters: GNU screen drops a longer string."""


def through_tmux(sequence: str) -> str:
    """Return ``sequence`` wrapped for tmux, which passes it on with ``allow-passthrough on``."""
    return f"{_ESC}Ptmux;{sequence.replace(_ESC, _ESC + _ESC)}{_ST}"


def through_screen(sequence: str) -> str:
    """Return ``sequence`` wrapped for GNU screen."""
    chunks = range(0, len(sequence), _SCREEN_CHUNK)
    return "".join(f"{_ESC}P{sequence[at : at + _SCREEN_CHUNK]}{_ST}" for at in chunks)
