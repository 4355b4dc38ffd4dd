"""How to draw for the terminal at the other end: its letters, its colours, its line."""

from collections.abc import Mapping, MutableMapping
from enum import StrEnum
from typing import Final, NamedTuple

from avara_tui.config import Ascii, Bandwidth, Config

DETAIL_DELAY: Final = 0.08
SLOW_DETAIL_DELAY: Final = 0.3
"""Seconds that the cursor rests before the detail follows: a held key must not repaint it."""
_SSH: Final = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")
_COLOURS: Final = "TEXTUAL_COLOR_SYSTEM"
_NO_COLOUR: Final = "NO_COLOR"


class Letters(StrEnum):
    """Which characters may be drawn."""

    ALL = "all"
    ASCII_SIGNS = "ascii signs"
    """Signs of ours in ASCII, texts as they are."""
    ASCII = "ascii"


class TerminalTraits(NamedTuple):
    """How to draw."""

    letters: Letters = Letters.ALL
    is_slow: bool = False
    """Whether every byte counts."""

    @property
    def detail_delay(self) -> float:
        """Seconds that the cursor rests before the detail follows."""
        return SLOW_DETAIL_DELAY if self.is_slow else DETAIL_DELAY


def traits_of(config: Config, environ: Mapping[str, str]) -> TerminalTraits:
    """Return how to draw by the settings and, where they leave it open, by the environment."""
    is_slow = config.bandwidth is Bandwidth.LOW
    if config.bandwidth is Bandwidth.AUTO:
        is_slow = any(environ.get(name) for name in _SSH)
    letters = Letters.ALL
    if config.ascii is not Ascii.OFF and not speaks_utf8(environ):
        letters = Letters.ASCII
    elif config.ascii is Ascii.ON:
        letters = Letters.ASCII_SIGNS
    return TerminalTraits(letters, is_slow)


def speaks_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the locale is one of UTF-8, or none is named: then terminals of today are."""
    names = [environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    if not names[0] and names[1] == "C.UTF-8" and names[2] in {"C", "POSIX"}:
        # Python puts this LC_CTYPE there itself when the locale is C.
        names[1] = ""
    locale = next((name for name in names if name), "")
    if not locale:
        return True
    codeset = locale.partition(".")[2].partition("@")[0]
    return codeset.replace("-", "").casefold() == "utf8"


def choose_colours(traits: TerminalTraits, environ: MutableMapping[str, str]) -> None:
    """Have Textual take fewer colours on a slow line; to be called before it is imported.

    An empty NO_COLOR asks for nothing (no-color.org), which Textual does not know.
    """
    if environ.get(_NO_COLOUR) == "":
        del environ[_NO_COLOUR]
    if traits.is_slow:
        environ.setdefault(_COLOURS, "256")
