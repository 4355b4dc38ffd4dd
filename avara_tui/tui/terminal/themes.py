"""A theme for eyes that do not tell red from green or blue from yellow, and people's own themes."""

from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

from avara_tui.config import Config, ConfigError, error_at

SAFE: Final = Theme(
    name="avara-safe",
    # The colours of Okabe and Ito, which differ in lightness as well: vermilion, orange, sky blue
    # and bluish green are told apart with every kind of colour blindness.
    primary="#56b4e9",
    secondary="#0072b2",
    accent="#56b4e9",
    warning="#f0e442",
    error="#ff8c4b",
    success="#6fd0b4",
    foreground="#f2f2f2",
    background="#101418",
    surface="#161b21",
    panel="#1f2730",
    dark=True,
)
"""For every kind of colour blindness."""


def own_themes(config: Config | None) -> list[Theme]:
    """Return the themes that the settings describe."""
    if config is None:
        return []
    return [
        Theme(
            name=each.name,
            dark=each.dark,
            primary=each.primary,
            error=each.error,
            warning=each.warning,
            success=each.success,
            accent=each.accent,
            foreground=each.foreground,
            background=each.background,
            surface=each.surface,
            panel=each.panel,
        )
        for each in config.themes.values()
    ]


def theme_problem(config: Config) -> ConfigError | None:
    """Return what is wrong with the theme that the settings name, or None."""
    known = sorted({*BUILTIN_THEMES, SAFE.name, *config.themes})
    if config.theme is None or config.theme in known:
        return None
    import difflib  # noqa: PLC0415 - only needed after a mistake

    near = difflib.get_close_matches(config.theme, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
    return error_at(config, ("theme",), f"names no theme {config.theme!r}; {hint}")
