"""Everything can be read in every theme that comes with the program."""

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from avara_tui.tui.lines import Role
from avara_tui.tui.palette import CONTRAST, contrast, palette

COLOURED = [
    name
    for name, theme in BUILTIN_THEMES.items()
    if not theme.to_color_system().generate()["foreground"].startswith("ansi")
]
TERMINAL = sorted(BUILTIN_THEMES.keys() - set(COLOURED))


def colour(name: str | None, otherwise: str) -> Color:
    return Color.parse(name or otherwise)


@pytest.mark.parametrize("name", COLOURED)
def test_every_role_has_contrast_on_every_ground(name: str) -> None:
    theme = BUILTIN_THEMES[name]
    colours = theme.to_color_system().generate()
    for role, style in palette(theme).items():
        ink = style.color.name if style.color else None
        ground = style.bgcolor.name if style.bgcolor else None
        for under in ("background", "surface", "panel"):
            found = contrast(colour(ink, colours["foreground"]), colour(ground, colours[under]))
            assert found >= CONTRAST, f"{role} on {under}: {found:.2f}"


@pytest.mark.parametrize("name", TERMINAL)
def test_terminal_themes_use_only_the_terminals_own_colours(name: str) -> None:
    for style in palette(BUILTIN_THEMES[name]).values():
        for part in (style.color, style.bgcolor):
            assert part is None or part.triplet is None


def test_there_are_themes_of_both_kinds() -> None:
    assert len(COLOURED) > 10
    assert TERMINAL


@pytest.mark.parametrize("name", [*COLOURED, *TERMINAL])
def test_urgent_roles_differ_by_more_than_colour(name: str) -> None:
    styles = palette(BUILTIN_THEMES[name])
    assert styles[Role.STAT].bold
    assert styles[Role.STAT] != styles[Role.HIGH] != Style()


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(Color.parse("#ffffff"), Color.parse("#000000")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("#ffffff")) == pytest.approx(4.48, abs=0.01)
