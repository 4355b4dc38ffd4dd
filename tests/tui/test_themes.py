"""In every theme, what means different things looks different, and all of it can be read."""

import itertools
from random import Random

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from avara_tui.tui.lines import Role
from avara_tui.tui.terminal.own_colours import COLOURLESS, ON_DARK, ON_LIGHT
from avara_tui.tui.terminal.palette import palette
from avara_tui.tui.terminal.themes import SAFE

THEMES = {**BUILTIN_THEMES, SAFE.name: SAFE}
IN_COLOURS = [
    each
    for each in THEMES.values()
    if not each.to_color_system().generate()["foreground"].startswith("ansi")
]
TEXT = 4.5
"""WCAG 2.2, criterion 1.4.3."""
PART = 3.0
"""WCAG 2.2, criterion 1.4.11."""
TOLD = 0.05
"""The least distance in OKLab, of which a trained eye tells 0.02."""
SEEN_TOGETHER = (Role.STAT, Role.HIGH, Role.OWN, Role.PLAIN)
TABLES = {"no colours": COLOURLESS, "own, dark": ON_DARK, "own, light": ON_LIGHT}

# Viénot, Brettel and Mollon 1999: linear RGB as seen without the first or the second kind of cones;
# for the third kind, the plane of Brettel, Viénot and Mollon 1997 in the same colours.
EYES = {
    "common": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deutan": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
    "tritan": ((1.0, 0.14461, -0.14461), (0.0, 0.85924, 0.14076), (0.0, 0.85924, 0.14076)),
}


def linear(colour: Color) -> list[float]:
    shares = (channel / 255 for channel in (colour.r, colour.g, colour.b))
    return [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares]


def contrast(one: Color, other: Color) -> float:
    lights = sorted(
        sum(
            part * each for part, each in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True)
        )
        for colour in (one, other)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def oklab(rgb: list[float]) -> tuple[float, float, float]:
    red, green, blue = (min(max(each, 0.0), 1.0) for each in rgb)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
    )


def seen(colour: Color, eye: str) -> tuple[float, float, float]:
    rgb = linear(colour)
    return oklab([sum(a * b for a, b in zip(row, rgb, strict=True)) for row in EYES[eye]])


def apart(one: Color, other: Color, eye: str) -> float:
    pairs = zip(seen(one, eye), seen(other, eye), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def ink(style: Style) -> Color:
    assert style.color is not None
    return Color.from_rich_color(style.color)


def ground(style: Style) -> Color:
    assert style.bgcolor is not None
    return Color.from_rich_color(style.bgcolor)


def own_theme(chance: Random, name: str) -> Theme:
    """Return a theme such as a person may write: any colours, on grounds that belong together."""

    def any_colour() -> str:
        return f"#{chance.randrange(1 << 24):06x}"

    dark = chance.random() < 0.5
    base = chance.randrange(0, 48) if dark else chance.randrange(208, 256)
    grounds = [
        "#" + "".join(f"{min(max(base + chance.randrange(-12, 13), 0), 255):02x}" for _ in "rgb")
        for _ in range(3)
    ]
    return Theme(
        name,
        primary=any_colour(),
        error=any_colour(),
        warning=any_colour(),
        success=any_colour(),
        accent=any_colour(),
        foreground=any_colour(),
        background=grounds[0],
        surface=grounds[1],
        panel=grounds[2],
        dark=dark,
    )


OWN = [own_theme(Random(seed), f"own {seed}") for seed in range(300)]


def assert_holds(theme: Theme) -> None:
    looks = palette(theme)
    table = Color.parse(theme.to_color_system().generate()["background"])
    cursor, alarm = ground(looks[Role.CURSOR]), ground(looks[Role.ALARM])
    assert contrast(cursor, table) >= PART
    assert contrast(alarm, table) >= PART
    for role in (Role.CURSOR, Role.CURSOR_STAT, Role.CURSOR_FOUND, Role.ALARM):
        assert contrast(ink(looks[role]), ground(looks[role])) >= TEXT, role
    for role in (*SEEN_TOGETHER, Role.OVERDUE, Role.HIGH_OVERDUE, Role.WARNING, Role.FOUND):
        assert contrast(ink(looks[role]), table) >= TEXT, role
    for eye in EYES:
        assert apart(cursor, alarm, eye) >= TOLD, eye
        for one, other in itertools.combinations(SEEN_TOGETHER, 2):
            assert apart(ink(looks[one]), ink(looks[other]), eye) >= TOLD, (one, other, eye)


@pytest.mark.parametrize("theme", IN_COLOURS, ids=lambda theme: theme.name)
def test_every_theme_that_ships_can_be_read_and_told_apart_by_everybody(theme: Theme) -> None:
    assert_holds(theme)


@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
def test_so_can_whatever_somebody_makes(theme: Theme) -> None:
    assert_holds(theme)


@pytest.mark.parametrize("theme", IN_COLOURS, ids=lambda theme: theme.name)
def test_late_is_told_by_weight_and_what_was_found_by_a_line(theme: Theme) -> None:
    looks = palette(theme)
    assert looks[Role.OVERDUE].bold
    assert looks[Role.HIGH_OVERDUE].bold
    assert not looks[Role.HIGH].bold
    assert looks[Role.HIGH_OVERDUE].color == looks[Role.HIGH].color
    assert looks[Role.OVERDUE].color == looks[Role.PLAIN].color
    assert looks[Role.FOUND].underline
    assert looks[Role.FOUND].color == looks[Role.PLAIN].color


@pytest.mark.parametrize("name", TABLES)
def test_the_terminal_s_own_colours_and_none_tell_the_same_apart(name: str) -> None:
    looks = TABLES[name]
    told = (Role.PLAIN, Role.STAT, Role.HIGH, Role.OWN, Role.ALARM, Role.FOUND)
    for one, other in itertools.combinations(told, 2):
        assert looks[one] != looks[other], (one, other)
    assert looks[Role.OVERDUE].bold
    assert looks[Role.HIGH_OVERDUE] != looks[Role.HIGH] or looks[Role.HIGH].bold
    assert looks[Role.ALARM] != looks[Role.CURSOR]
    assert looks[Role.STAT].bold


def test_without_colour_a_stat_that_nobody_has_is_underlined_wherever_it_stands() -> None:
    alarm = COLOURLESS[Role.ALARM]
    assert alarm.underline
    assert alarm.bold
    # Filled, as with colours; the cursor's row is filled too.
    assert alarm.reverse
    assert alarm != COLOURLESS[Role.CURSOR]
