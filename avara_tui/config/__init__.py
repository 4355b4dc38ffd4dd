"""Settings and profiles: read, checked and explained, from one TOML file."""

from avara_tui.config.base_url import DEFAULT_BASE_URL, is_loopback
from avara_tui.config.loading import ConfigError, error_at, load_config
from avara_tui.config.model import (
    COLUMNS,
    DEFAULT_COLUMNS,
    DEFAULT_PROFILE,
    TRIAGE_ORDER,
    Config,
    Profile,
    Refresh,
    Threshold,
    Thresholds,
    WorklistSetting,
)
from avara_tui.config.resolve import BASE_URL_VARIABLE, Settings, SettingsError
from avara_tui.config.words import Clipboard, Colour, KeyPreset

__all__ = [
    "BASE_URL_VARIABLE",
    "COLUMNS",
    "DEFAULT_BASE_URL",
    "DEFAULT_COLUMNS",
    "DEFAULT_PROFILE",
    "TRIAGE_ORDER",
    "Clipboard",
    "Colour",
    "Config",
    "ConfigError",
    "KeyPreset",
    "Profile",
    "Refresh",
    "Settings",
    "SettingsError",
    "Threshold",
    "Thresholds",
    "WorklistSetting",
    "error_at",
    "is_loopback",
    "load_config",
]
