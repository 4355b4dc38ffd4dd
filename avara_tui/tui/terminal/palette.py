"""What each meaning looks like in a theme, with enough contrast to be read for eight hours."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from rich.style import Style
from textual.color import BLACK, WHITE, Color
from textual.theme import Theme

from avara_tui.tui.lines import Role
from avara_tui.tui.terminal.colour_vision import APART, are_apart, distance
from avara_tui.tui.terminal.own_colours import COLOURLESS, ON_DARK, ON_LIGHT

CONTRAST: Final = 4.5
"""The least contrast of text and ground: WCAG 2.2, success criterion 1.4.3."""
SEEN: Final = 3.0
"""The least contrast of a ground that means something and the one it is on: criterion 1.4.11."""
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

    plain, stat, high, own = _apart(colours, grounds, legible(ink, grounds))
    alarm, on_alarm = _fill([Color.parse(colours["error"]), *_REDS], [grounds[0]], WHITE, _loud)
    hues = [Color.parse(colours[each]) for each in ("primary", "secondary", "accent")]
    cursor, under = _fill([*hues, *_BLUES, plain], [grounds[0]], ink, _calm, alarm)
    stat_under = legible(Color.parse(colours["error"]), [cursor]).hex
    faint = legible(ink.blend(grounds[0], 0.45), grounds).hex
    plain_hex, cursor_hex, panel = plain.hex, cursor.hex, colours["panel"]
    return {
        Role.PLAIN: Style(color=plain_hex),
        Role.DIM: Style(color=faint),
        Role.STRONG: Style(color=plain_hex, bold=True),
        Role.STAT: Style(color=stat.hex, bold=True),
        Role.HIGH: Style(color=high.hex),
        Role.OVERDUE: Style(color=plain_hex, bold=True),
        Role.HIGH_OVERDUE: Style(color=high.hex, bold=True),
        Role.OWN: Style(color=own.hex),
        Role.GOOD: Style(color=legible(Color.parse(colours["success"]), grounds).hex),
        Role.WARNING: Style(color=high.hex, bold=True),
        Role.KEY: Style(color=plain_hex, bold=True),
        Role.TITLE: Style(color=faint, bold=True),
        Role.MARKED: Style(color=own.hex, bold=True),
        Role.CURSOR: Style(color=under.hex, bgcolor=cursor_hex, bold=True),
        Role.RESTING: Style(color=plain_hex, bgcolor=panel, bold=True),
        Role.CURSOR_STAT: Style(color=stat_under, bgcolor=cursor_hex, bold=True),
        Role.RESTING_STAT: Style(color=stat.hex, bgcolor=panel, bold=True),
        # No colour: each of them means something already.
        Role.FOUND: Style(color=plain_hex, bold=True, underline=True),
        Role.CURSOR_FOUND: Style(color=under.hex, bgcolor=cursor_hex, bold=True, underline=True),
        Role.RESTING_FOUND: Style(color=plain_hex, bgcolor=panel, bold=True, underline=True),
        Role.STRIPE: Style(color=plain_hex, bgcolor=colours["surface"]),
        Role.ACTIVE: Style(color=plain_hex, bgcolor=colours["background"], bold=True),
        Role.ALARM: Style(color=on_alarm.hex, bgcolor=alarm.hex, bold=True),
        Role.PROFILE: Style(color=plain_hex, reverse=True, bold=True),
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

    It moves to where there is more room: lighter on dark ones, darker on light ones.
    """
    lightest, darkest = (
        min(contrast(each, ground) for ground in grounds) for each in (WHITE, BLACK)
    )
    towards = Color.lighten if lightest >= darkest else Color.darken
    share = 0.0
    moved = colour
    while share < 1.0 and any(contrast(moved, ground) < CONTRAST for ground in grounds):
        share += _STEP
        moved = towards(colour, share)
    if any(contrast(moved, ground) < CONTRAST for ground in grounds):
        moved = WHITE if lightest >= darkest else BLACK
    return moved


_REDS: Final = tuple(map(Color.parse, ("#d55e00", "#ff4040", "#c00000")))
_AMBERS: Final = tuple(map(Color.parse, ("#e69f00", "#f0e442", "#ffb000", "#805000")))
_BLUES: Final = tuple(map(Color.parse, ("#56b4e9", "#0072b2", "#009e73")))
"""What stands in for a theme's colours that some eyes cannot tell apart. Most are those of Okabe
and Ito (2008), which everybody can."""
_SHADES: Final = (0.0, 0.15, 0.3, 0.45)


def _apart(
    colours: Mapping[str, str], grounds: Sequence[Color], ink: Color
) -> tuple[Color, Color, Color, Color]:
    """Return the colours of plain text, STAT, HIGH and one's own: the theme's, where they can be.

    Everybody can tell them from each other.
    """
    names = ("error", "warning", "primary")
    as_it_is = [ink, *(legible(Color.parse(colours[each]), grounds) for each in names)]
    if are_apart(*as_it_is):
        return as_it_is[0], as_it_is[1], as_it_is[2], as_it_is[3]
    away = Color.lighten if grounds[0].brightness < 0.5 else Color.darken

    def shades(name: str, others: Sequence[Color]) -> list[Color]:
        hues = (Color.parse(colours[name]), *others)
        return [legible(away(each, shade), grounds) for each in hues for shade in _SHADES]

    stats, highs, owns = map(shades, names, (_REDS, _AMBERS, _BLUES))
    for plain in (ink, legible(WHITE if away is Color.lighten else BLACK, grounds)):
        for stat in (each for each in stats if are_apart(plain, each)):
            for high in (each for each in highs if are_apart(plain, stat, each)):
                for own in owns:
                    if are_apart(plain, stat, high, own):
                        return plain, stat, high, own
    return as_it_is[0], as_it_is[1], as_it_is[2], as_it_is[3]


def _fill(
    hues: Sequence[Color],
    grounds: Sequence[Color],
    ink: Color,
    shades: Callable[[Color, Color], Iterator[Color]],
    apart_from: Color | None = None,
) -> tuple[Color, Color]:
    """Return a ground that is seen on ``grounds``, and the ink on it, ``ink`` where that can be.

    It is the first of the ``shades`` of ``hues`` that will do.
    """
    nearest = hues[0]
    for wanted in dict.fromkeys((ink, WHITE, BLACK)):
        for each in (shade for hue in hues for shade in shades(hue, grounds[0])):
            if all(contrast(each, ground) >= SEEN for ground in grounds) and (
                apart_from is None or distance(each, apart_from) >= APART
            ):
                if contrast(wanted, each) >= CONTRAST:
                    return each, wanted
                nearest = each
    return nearest, max((WHITE, BLACK), key=lambda each: contrast(each, nearest))


def _calm(hue: Color, ground: Color) -> Iterator[Color]:
    """Yield a hue from the least of it in the ground: what is to be looked at all day."""
    for share in range(8, 21):
        yield ground.blend(hue, share / 20)
    yield from _loud(hue, ground)


def _loud(hue: Color, ground: Color) -> Iterator[Color]:  # noqa: ARG001 - as its calm counterpart
    """Yield a hue as it is, then lighter and darker: what is to be seen at once."""
    yield hue
    for share in range(1, 13):
        for move in (Color.lighten, Color.darken):
            yield move(hue, share / 20)


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of that name)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b)
