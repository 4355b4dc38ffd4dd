"""A theme of the person's own, in as many colours as they care to choose."""

import re
from typing import Final

from avara_tui.config.declaring import Settable, setting
from avara_tui.config.values import Flag, Text

_COLOUR: Final = "#[0-9A-Fa-f]{6}"


def _colour_problem(text: str) -> str | None:
    return None if re.fullmatch(_COLOUR, text) else "must be a colour such as #56b4e9"


def _name_problem(text: str) -> str | None:
    if len(text) <= 40 and text.isascii() and text.replace("-", "").replace("_", "").isalnum():
        return None
    return "is no name of a theme: use up to 40 letters, digits, - and _"


_HEX: Final = Text(_colour_problem, pattern=f"^{_COLOUR}$")


class OwnTheme(Settable):
    """Colours by their meaning. What is left out follows from the others."""

    name: str = setting(Text(_name_problem), "The theme's name.")
    primary: str = setting(_HEX, "One's own studies, marks, the cursor.", example="#56b4e9")
    dark: bool = setting(Flag(), "Whether it is light on dark.", default=True)
    error: str | None = setting(_HEX, "STAT and overdue.", default=None, example="#ff8c4b")
    warning: str | None = setting(_HEX, "High, and warnings.", default=None, example="#f0e442")
    success: str | None = setting(_HEX, "Data that is live.", default=None, example="#6fd0b4")
    accent: str | None = setting(_HEX, "What a filter found.", default=None, example="#56b4e9")
    foreground: str | None = setting(_HEX, "Text.", default=None, example="#f2f2f2")
    background: str | None = setting(_HEX, "The table's ground.", default=None, example="#101418")
    surface: str | None = setting(_HEX, "The detail's ground.", default=None, example="#161b21")
    panel: str | None = setting(_HEX, "The header's ground.", default=None, example="#1f2730")
