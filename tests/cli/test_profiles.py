"""Which key goes to which server when profiles change while the program runs."""

from pathlib import Path

import pytest

from avara_tui.cli.options import WorklistOptions
from avara_tui.cli.profiles import Profiles
from avara_tui.config import ConfigError, SettingsError, load_config

SETTINGS = """
default_profile = "north"
[profiles.north]
base_url = "https://north.example"
credential_command = ["echo", "north-key"]
[profiles.south]
base_url = "https://south.example"
credential_command = ["echo", "south-key"]
read_only = true
me = "usr_0123456789abcdef0123456789abcdef"
"""
ENVIRON = {"AVARA_API_KEY": "environment-key", "AVARA_BASE_URL": "https://elsewhere.example"}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / "avara-tui" / "config.toml"
    path.parent.mkdir()
    path.write_text(SETTINGS)
    return path


@pytest.mark.usefixtures("file")
def test_a_key_from_the_environment_is_for_the_profile_of_the_start_alone() -> None:
    profiles = Profiles(WorklistOptions(view="Mine"), ENVIRON | {"PATH": "/usr/bin:/bin"})
    start = profiles.at_start(load_config())
    assert start.connect()[:2] == ("https://elsewhere.example", "environment-key")
    assert (start.profile, start.view, start.read_only) == ("north", "Mine", False)
    assert start.profiles == ("north", "south")
    south = profiles.another("south")
    connection = south.connect()
    assert connection[:2] == ("https://south.example", "south-key")
    assert connection.me == "usr_0123456789abcdef0123456789abcdef"
    assert (south.profile, south.view, south.read_only) == ("south", None, True)
    again = profiles.another("north")
    assert again.connect()[:2] == ("https://elsewhere.example", "environment-key")


@pytest.mark.usefixtures("file")
def test_read_only_on_the_command_line_holds_for_every_profile() -> None:
    profiles = Profiles(WorklistOptions(read_only=True), {})
    assert profiles.at_start(load_config()).read_only
    assert profiles.another("south").read_only
    assert profiles.another("north").read_only


def test_the_settings_are_read_again(file: Path) -> None:
    profiles = Profiles(WorklistOptions(), {"PATH": "/usr/bin:/bin"})
    profiles.at_start(load_config())
    file.write_text(SETTINGS.replace("south.example", "new.example"))
    assert profiles.another("south").connect().base_url == "https://new.example"
    file.write_text(SETTINGS.partition("[profiles.south]")[0])
    with pytest.raises(SettingsError, match="no profile 'south'"):
        profiles.another("south")
    file.write_text("theme = ")
    with pytest.raises(ConfigError):
        profiles.another("south")
