"""Settings from the environment: checked like the file's, and before them."""

from pathlib import Path

import pytest

from avara_tui.config import Config, ConfigError, load_config
from avara_tui.config.document import example
from avara_tui.config.environment import unknown_variables, variables, with_environment


@pytest.mark.parametrize(
    ("variable", "text", "setting", "value"),
    [
        ("AVARA_TUI_THEME", "nord", "theme", "nord"),
        ("AVARA_TUI_LINK_SECONDS", "2.5", "link_seconds", 2.5),
        ("AVARA_TUI_LOAD_LIMIT", "500", "load_limit", 500),
        ("AVARA_TUI_CLIPBOARD", "off", "clipboard", "off"),
        ("AVARA_TUI_KEY_PRESET", "vi", "key_preset", "vi"),
        ("AVARA_TUI_JOURNAL", "False", "journal", False),
        ("AVARA_TUI_JOURNAL", "", "journal", True),
    ],
)
def test_a_variable_stands_for_a_setting(
    variable: str, text: str, setting: str, value: object
) -> None:
    assert getattr(with_environment(Config(), {variable: text}), setting) == value


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "other.toml"
    file.write_text('theme = "nord"\nlink_seconds = 7\n')
    monkeypatch.setenv("AVARA_TUI_CONFIG", str(file))
    monkeypatch.setenv("AVARA_TUI_THEME", "gruvbox")
    config = load_config()
    assert (config.theme, config.link_seconds, config.path) == ("gruvbox", 7, str(file))
    # A file that is looked at by name is looked at as it stands.
    assert load_config(file).theme == "nord"


def test_a_file_that_the_environment_names_has_to_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AVARA_TUI_CONFIG", str(tmp_path / "absent.toml"))
    with pytest.raises(ConfigError, match="there is no such file"):
        load_config()


@pytest.mark.parametrize(
    ("variable", "text", "sentence"),
    [
        ("AVARA_TUI_LINK_SECONDS", "90", "AVARA_TUI_LINK_SECONDS: must be from 1 to 60, not 90"),
        ("AVARA_TUI_LINK_SECONDS", "soon", "AVARA_TUI_LINK_SECONDS: must be a number"),
        ("AVARA_TUI_LOAD_LIMIT", "500.5", "must be a whole number, not 500.5"),
        ("AVARA_TUI_JOURNAL", "yes", "AVARA_TUI_JOURNAL: must be true or false"),
        ("AVARA_TUI_KEY_PRESET", "vim", "did you mean 'vi'?"),
    ],
)
def test_what_will_not_do_is_refused_by_name(variable: str, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        with_environment(Config(), {variable: text})
    assert sentence in str(refused.value)


def test_a_contradiction_names_the_variable(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('default_profile = "a"\n[profiles.a]\n')
    with pytest.raises(ConfigError, match=r"^AVARA_TUI_DEFAULT_PROFILE: default_profile names 'b'"):
        with_environment(load_config(file), {"AVARA_TUI_DEFAULT_PROFILE": "b"})


def test_a_variable_with_a_slip_of_the_pen_is_found() -> None:
    environ = {"AVARA_TUI_THEMES": "x", "AVARA_TUI_THEME": "y", "AVARA_TUI_CI": "1", "PATH": "/"}
    (sentence,) = unknown_variables(environ)
    assert (
        sentence == "AVARA_TUI_THEMES is no variable of this program; did you mean AVARA_TUI_THEME?"
    )


def test_the_example_names_every_variable() -> None:
    head = example().partition("\n\n")[0]
    for variable in (*variables(), "AVARA_TUI_CONFIG"):
        assert variable in head
