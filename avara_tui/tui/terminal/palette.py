"""What each meaning looks like in a theme, with enough contrast to be read for eight hours."""

from collections.abc import Mapping, Sequence
from typing import Final

from rich.style import Style
from textual.color import WHITE, Color
from textual.theme import Theme

from avara_tui.tui.lines import Role
from avara_tui.tui.terminal.own_colours import COLOURLESS, ON_DARK, ON_LIGHT

CONTRAST: Final = 4.5
"""The least contrast of text and ground: WCAG 2.2, success criterion 1.4.3."""
_GROUNDS: Final = ("background", "surface", "panel")
_STEP: Final = 0.02


_made: Final[dict[str, Mapping[Role, Style]]] = {}


def palette(theme: Theme, *, has_colour: bool = True) -> Mapping[Role, Style]:
    """Return the style of every role in ``theme``, to be laid over a widget's own.

    It is made once for each name of a theme.
    """
    if not has_colour:
        return COLOURLESS
    if theme.name not in _made:
        _made[theme.name] = _palette(theme)
    return _made[theme.name]


def profile_style(colour: str) -> Style:
    """Return the style of a profile's name in one of the terminal's own colours."""
    ink = "bright_white" if colour in {"red", "blue", "magenta"} else "black"
    return Style(color=ink, bgcolor=colour, bold=True)


def _palette(theme: Theme) -> Mapping[Role, Style]:
    colours = theme.to_color_system().generate()
    if colours["foreground"].startswith("ansi"):
        return ON_DARK if theme.dark else ON_LIGHT
    grounds = [Color.parse(colours[name]) for name in _GROUNDS]
    ink = Color.parse(colours["foreground"])

    def readable(name: str) -> str:
        return legible(Color.parse(colours[name]), grounds).hex

    cursor = _cursor_ground(ink, grounds[0], Color.parse(colours["primary"]))
    under = legible(ink, [cursor]).hex
    alarm = _ground_for(WHITE, Color.parse(colours["error"]))
    plain = legible(ink, grounds).hex
    return {
        Role.PLAIN: Style(color=plain),
        Role.DIM: Style(color=legible(ink.blend(grounds[0], 0.45), grounds).hex),
        Role.STRONG: Style(color=plain, bold=True),
        Role.STAT: Style(color=readable("error"), bold=True),
        Role.HIGH: Style(color=readable("warning")),
        Role.OVERDUE: Style(color=plain, bold=True),
        Role.HIGH_OVERDUE: Style(color=readable("warning"), bold=True),
        Role.OWN: Style(color=readable("primary")),
        Role.GOOD: Style(color=readable("success")),
        Role.WARNING: Style(color=readable("warning"), bold=True),
        Role.KEY: Style(color=plain, bold=True),
        Role.TITLE: Style(color=legible(ink.blend(grounds[0], 0.45), grounds).hex, bold=True),
        Role.MARKED: Style(color=readable("primary"), bold=True),
        Role.CURSOR: Style(color=under, bgcolor=cursor.hex, bold=True),
        Role.RESTING: Style(color=plain, bgcolor=colours["panel"], bold=True),
        Role.CURSOR_STAT: Style(
            color=legible(Color.parse(colours["error"]), [cursor]).hex,
            bgcolor=cursor.hex,
            bold=True,
        ),
        Role.RESTING_STAT: Style(color=readable("error"), bgcolor=colours["panel"], bold=True),
        Role.FOUND: Style(color=readable("accent"), underline=True),
        Role.CURSOR_FOUND: Style(color=under, bgcolor=cursor.hex, bold=True, underline=True),
        Role.RESTING_FOUND: Style(color=plain, bgcolor=colours["panel"], bold=True, underline=True),
        Role.STRIPE: Style(color=plain, bgcolor=colours["surface"]),
        Role.ACTIVE: Style(color=plain, reverse=True, bold=True),
        Role.ALARM: Style(color=WHITE.hex, bgcolor=alarm.hex, bold=True),
        Role.PROFILE: Style(color=plain, reverse=True, bold=True),
        Role.IN_RED: Style(color="#ffffff", bgcolor="#b00000", bold=True),
        Role.IN_GREEN: Style(color="#000000", bgcolor="#00b050", bold=True),
        Role.IN_YELLOW: Style(color="#000000", bgcolor="#cdcd00", bold=True),
        Role.IN_BLUE: Style(color="#ffffff", bgcolor="#1f3fd0", bold=True),
        Role.IN_MAGENTA: Style(color="#ffffff", bgcolor="#a000a0", bold=True),
        Role.IN_CYAN: Style(color="#000000", bgcolor="#00b8b8", bold=True),
        Role.IN_WHITE: Style(color="#000000", bgcolor="#e5e5e5", bold=True),
        Role.CODE: Style(color="#000000", bgcolor="#ffffff"),
    }


def legible(colour: Color, grounds: Sequence[Color]) -> Color:
    """Return ``colour``, made as light or dark as it takes to be read on every one of ``grounds``.

    It moves away from them: lighter on dark ones, darker on light ones.
    """
    brightness = sum(each.brightness for each in grounds) / len(grounds)
    towards = Color.lighten if brightness < 0.5 else Color.darken
    share = 0.0
    moved = colour
    while share < 1.0 and any(contrast(moved, ground) < CONTRAST for ground in grounds):
        share += _STEP
        moved = towards(colour, share)
    return moved


def _ground_for(ink: Color, colour: Color) -> Color:
    """Return ``colour``, as dark as it takes for ``ink`` to be read on it."""
    share = 0.0
    ground = colour
    while share < 1.0 and contrast(ink, ground) < CONTRAST:
        share += _STEP
        ground = colour.darken(share)
    return ground


def _cursor_ground(ink: Color, ground: Color, colour: Color) -> Color:
    """Return the ground of the cursor's row: ``ground`` with as much ``colour`` as ink bears.

    Half of it is calm enough to be looked at all day, and strong enough to be found at once.
    """
    share = 0.5
    mixed = ground.blend(colour, share)
    while share > 0 and contrast(ink, mixed) < CONTRAST:
        share -= _STEP
        mixed = ground.blend(colour, share)
    return mixed


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of that name)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b)
