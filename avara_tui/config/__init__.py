"""Settings and profiles: read, checked and explained, from one TOML file."""

from avara_tui.config.alarm import Alarm, Desktop
from avara_tui.config.base_url import DEFAULT_BASE_URL
from avara_tui.config.errors import ConfigError
from avara_tui.config.loading import error_at, load_config
from avara_tui.config.model import (
    COLUMNS,
    DEFAULT_COLUMNS,
    TRIAGE_ORDER,
    Colleague,
    Config,
    Refresh,
    WorklistSetting,
)
from avara_tui.config.own_commands import OwnCommand
from avara_tui.config.profile import DEFAULT_PROFILE, Profile
from avara_tui.config.resolve import BASE_URL_VARIABLE, Settings, SettingsError
from avara_tui.config.thresholds import Threshold, ThresholdRule, Thresholds
from avara_tui.config.words import (
    Ascii,
    Bandwidth,
    Clipboard,
    Colour,
    KeyPreset,
    NextRule,
    OpenClaims,
    TriageOrder,
)

__all__ = [
    "BASE_URL_VARIABLE",
    "COLUMNS",
    "DEFAULT_BASE_URL",
    "DEFAULT_COLUMNS",
    "DEFAULT_PROFILE",
    "TRIAGE_ORDER",
    "Alarm",
    "Ascii",
    "Bandwidth",
    "Clipboard",
    "Colleague",
    "Colour",
    "Config",
    "ConfigError",
    "Desktop",
    "KeyPreset",
    "NextRule",
    "OpenClaims",
    "OwnCommand",
    "Profile",
    "Refresh",
    "Settings",
    "SettingsError",
    "Threshold",
    "ThresholdRule",
    "Thresholds",
    "TriageOrder",
    "WorklistSetting",
    "error_at",
    "load_config",
]
