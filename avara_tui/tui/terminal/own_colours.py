"""What each meaning looks like in a terminal's own sixteen colours, and in none at all."""

from collections.abc import Mapping
from typing import Final

from rich.style import Style

from avara_tui.tui.lines import Role

_SHAPES: Final[Mapping[Role, Style]] = {
    Role.PLAIN: Style(),
    Role.DIM: Style(dim=True),
    Role.STRONG: Style(bold=True),
    Role.KEY: Style(bold=True),
    Role.TITLE: Style(dim=True, bold=True),
    Role.CURSOR: Style(reverse=True, bold=True),
    Role.RESTING: Style(bold=True, underline=True),
    Role.OVERDUE: Style(bold=True),
    Role.CURSOR_STAT: Style(reverse=True, bold=True),
    Role.RESTING_STAT: Style(bold=True, underline=True),
    Role.CURSOR_FOUND: Style(reverse=True, bold=True, underline=True),
    Role.RESTING_FOUND: Style(bold=True, underline=True, reverse=True),
    # The terminal's colours have no ground that is sure to differ from its own and be legible.
    Role.STRIPE: Style(),
    # Not filled: that is what asks for attention.
    Role.ACTIVE: Style(bold=True, underline=True),
    Role.PROFILE: Style(reverse=True, bold=True),
    Role.ALARM: Style(color="bright_white", bgcolor="red", bold=True),
    Role.IN_RED: Style(color="bright_white", bgcolor="red", bold=True),
    Role.IN_GREEN: Style(color="black", bgcolor="green", bold=True),
    Role.IN_YELLOW: Style(color="black", bgcolor="yellow", bold=True),
    Role.IN_BLUE: Style(color="bright_white", bgcolor="blue", bold=True),
    Role.IN_MAGENTA: Style(color="bright_white", bgcolor="magenta", bold=True),
    Role.IN_CYAN: Style(color="black", bgcolor="cyan", bold=True),
    Role.IN_WHITE: Style(color="black", bgcolor="white", bold=True),
    Role.CODE: Style(color="black", bgcolor="bright_white"),
}
"""What needs no colour of its own."""

PROFILES: Final = (
    *(Role.IN_RED, Role.IN_GREEN, Role.IN_YELLOW, Role.IN_BLUE, Role.IN_MAGENTA),
    *(Role.IN_CYAN, Role.IN_WHITE),
)
"""The names of profiles in the colours that the settings can give them."""

COLOURLESS: Final[Mapping[Role, Style]] = {
    **_SHAPES,
    **dict.fromkeys(PROFILES, Style(bold=True)),
    Role.STAT: Style(bold=True, underline=True),
    Role.HIGH: Style(bold=True),
    Role.HIGH_OVERDUE: Style(bold=True),
    Role.OWN: Style(italic=True),
    Role.GOOD: Style(),
    Role.WARNING: Style(bold=True),
    Role.MARKED: Style(bold=True, italic=True),
    Role.FOUND: Style(underline=True),
    # Filled; and underlined, because it stands in the cursor's row too, which is reversed.
    Role.ALARM: Style(reverse=True, bold=True, underline=True),
    Role.CODE: Style(reverse=True),
}
"""For people who want no colour: weight and lines tell the meanings apart."""

ON_DARK: Final[Mapping[Role, Style]] = {
    **_SHAPES,
    Role.STAT: Style(color="bright_red", bold=True),
    Role.HIGH: Style(color="yellow"),
    Role.HIGH_OVERDUE: Style(color="yellow", bold=True),
    Role.OWN: Style(color="cyan"),
    Role.GOOD: Style(color="green"),
    Role.WARNING: Style(color="yellow", bold=True),
    Role.MARKED: Style(color="cyan", bold=True),
    Role.FOUND: Style(bold=True, underline=True),
}
"""Those of the sixteen that can be read on black."""

ON_LIGHT: Final[Mapping[Role, Style]] = {
    **_SHAPES,
    Role.STAT: Style(color="red", bold=True),
    Role.HIGH: Style(color="blue"),
    Role.HIGH_OVERDUE: Style(color="blue", bold=True),
    Role.OWN: Style(underline=True),
    Role.GOOD: Style(),
    Role.WARNING: Style(color="red", bold=True),
    Role.MARKED: Style(color="blue", bold=True),
    Role.FOUND: Style(bold=True, underline=True),
}
"""Those that can be read on white: yellow, green and cyan cannot."""
