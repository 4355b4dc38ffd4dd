"""Everything can be read in every theme that comes with the program."""

from itertools import combinations
from pathlib import Path

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from avara_tui.config import ConfigError
from avara_tui.config.loading import parse_config
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.lines import Role
from avara_tui.tui.terminal.own_colours import COLOURLESS
from avara_tui.tui.terminal.palette import CONTRAST, contrast, palette
from avara_tui.tui.terminal.themes import SAFE, own_themes
from tui.driver import worklist

EMULATED_STUDIES = 30

THEMES = {**BUILTIN_THEMES, SAFE.name: SAFE}
COLOURED = [
    name
    for name, theme in THEMES.items()
    if not theme.to_color_system().generate()["foreground"].startswith("ansi")
]
TERMINAL = sorted(THEMES.keys() - set(COLOURED))
_EIGHT = "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5"
_BRIGHT = "7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff"
SIXTEEN = [f"#{each}" for each in f"{_EIGHT} {_BRIGHT}".split()]
"""xterm's own sixteen colours."""


def colour(name: str | None, otherwise: str) -> Color:
    return Color.parse(name or otherwise)


def assert_contrast(theme: Theme) -> None:
    """Check that whatever a role means can be read on every ground that a theme draws."""
    colours = theme.to_color_system().generate()
    for role, style in palette(theme).items():
        ink = style.color.name if style.color else None
        ground = style.bgcolor.name if style.bgcolor else None
        for under in ("background", "surface", "panel"):
            found = contrast(colour(ink, colours["foreground"]), colour(ground, colours[under]))
            assert found >= CONTRAST, f"{role} on {under}: {found:.2f}"


@pytest.mark.parametrize("name", COLOURED)
def test_every_role_has_contrast_on_every_ground(name: str) -> None:
    assert_contrast(THEMES[name])


@pytest.mark.parametrize("name", TERMINAL)
def test_terminal_themes_use_only_the_terminals_own_colours(name: str) -> None:
    for style in palette(THEMES[name]).values():
        for part in (style.color, style.bgcolor):
            assert part is None or part.triplet is None


@pytest.mark.parametrize(("name", "ground"), [("ansi-dark", "#000000"), ("ansi-light", "#ffffff")])
def test_the_terminals_own_colours_have_contrast_as_xterm_has_them(name: str, ground: str) -> None:
    for role, style in palette(THEMES[name]).items():
        under = SIXTEEN[style.bgcolor.number or 0] if style.bgcolor else ground
        if style.color is None:
            continue
        ink = SIXTEEN[style.color.number or 0]
        found = contrast(Color.parse(ink), Color.parse(under))
        assert found >= CONTRAST, f"{role}: {found:.2f}"


@pytest.mark.parametrize("name", THEMES)
def test_every_role_has_a_look_in_every_theme(name: str) -> None:
    assert set(palette(THEMES[name])) == set(Role) == set(COLOURLESS)


def seen_with(colour: Color, kind: str) -> tuple[float, float, float]:
    """Return a colour as eyes without one kind of cone see it (Vienot, Brettel, Mollon 1999)."""
    r, g, b = (
        ((c / 255) / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4)
        for c in (colour.r, colour.g, colour.b)
    )
    if kind == "protan":
        return (0.11238 * r + 0.88762 * g, 0.11238 * r + 0.88762 * g, 0.00401 * (r - g) + b)
    return (0.29275 * r + 0.70725 * g, 0.29275 * r + 0.70725 * g, -0.02234 * (r - g) + b)


@pytest.mark.parametrize("kind", ["protan", "deutan"])
def test_the_safe_theme_keeps_its_meanings_apart_for_colour_blind_eyes(kind: str) -> None:
    styles = palette(SAFE)
    names = [Role.STAT, Role.HIGH, Role.OWN, Role.GOOD]
    seen = {}
    for role in names:
        style = styles[role]
        assert style.color is not None
        seen[role] = seen_with(Color.parse(style.color.name), kind)
    for one, other in combinations(names, 2):
        apart = max(abs(a - b) for a, b in zip(seen[one], seen[other], strict=True))
        assert apart >= 0.12, f"{one} and {other}: {apart:.2f}"


async def test_no_color_means_none_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with EmbeddedEmulator(studies=12, seed=3) as emulator:
        async with worklist(emulator) as driver:
            for strip in driver.strips:
                for _, style, _ in strip:
                    for part in (style.color, style.bgcolor) if style else ():
                        assert part is None or part.is_default
            row = driver.strips[3]
            assert any(style and style.reverse for _, style, _ in row)


ILLEGIBLE = """
theme = "mine"

[themes.mine]
primary = "#202020"
foreground = "#444444"
background = "#303030"
surface = "#313131"
panel = "#323232"
error = "#303030"
"""


async def test_a_theme_of_ones_own_counts_and_is_made_legible(
    emulator: EmbeddedEmulator, tmp_path: Path
) -> None:
    config = parse_config(ILLEGIBLE, tmp_path / "config.toml")
    (mine,) = own_themes(config)
    assert_contrast(mine)
    async with worklist(emulator, config=config) as driver:
        driver.app.theme = "mine"

        def ground_drawn() -> str | None:
            drawn = driver.screen.table.rich_style.bgcolor
            return drawn and drawn.name

        await driver.until(lambda: ground_drawn() == "#303030")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[themes.mine]\n", "needs the key 'primary'"),
        ('[themes.mine]\nprimary = "blue"\n', "must be a colour such as"),
        ('[themes."my theme"]\nprimary = "#ffffff"\n', "is no name of a theme"),
        ('[themes.mine]\nprimary = "#ffffff"\nerorr = "#ffffff"\n', "did you mean 'error'?"),
    ],
)
def test_a_theme_that_cannot_be_is_told_with_its_line(text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml:\d+: themes") as caught:
        parse_config(text, Path("config.toml"))
    assert why in str(caught.value)


def test_there_are_themes_of_both_kinds() -> None:
    assert len(COLOURED) > 10
    assert TERMINAL


@pytest.mark.parametrize("name", [*COLOURED, *TERMINAL])
def test_urgent_roles_differ_by_more_than_colour(name: str) -> None:
    styles = palette(THEMES[name])
    assert styles[Role.STAT].bold
    assert styles[Role.STAT] != styles[Role.HIGH] != Style()


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(Color.parse("#ffffff"), Color.parse("#000000")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("#ffffff")) == pytest.approx(4.48, abs=0.01)
