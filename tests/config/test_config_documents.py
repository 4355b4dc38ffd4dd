"""The settings written out: every one is explained, and what is written can be read again."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from avara_tui.cli import main
from avara_tui.config import (
    Alarm,
    Config,
    ConfigError,
    Profile,
    Threshold,
    ThresholdRule,
    WorklistSetting,
)
from avara_tui.config.document import effective, example, schema, toml_value
from avara_tui.config.loading import parse_config
from avara_tui.config.values import ListOf, Table, TablesByName
from avara_tui.tui.keys.actions import ACTIONS
from config.plain_schema import violations
from config.test_config_loading import WHOLE

HERE = Path("config.toml")
SCHEMA = schema({each.id: each.help for each in ACTIONS})


def uncommented(text: str) -> str:
    """Take the # off every setting, as a person would."""
    return re.sub(r"(?m)^#(?=[a-z_]+ = |\[)", "", text)


def every_setting(table: Table) -> Iterator[str]:
    for name, declared in table.keys.items():
        kind = declared.kind
        yield name
        if isinstance(kind, ListOf):
            kind = kind.kind
        if isinstance(kind, TablesByName):
            kind = kind.table
        if isinstance(kind, Table):
            yield from every_setting(kind)


def test_the_example_means_the_defaults() -> None:
    assert parse_config(example(), HERE) == Config()


def test_every_setting_of_the_example_can_be_switched_on() -> None:
    text = uncommented(example()).replace('= "default"', '= "northside"')
    # What it watches is another profile than the one that it shows how to write.
    config = parse_config(f"{text}\n[profiles.lakeside]\n", HERE)
    assert config.watch == ("lakeside",)
    profile = config.profiles["northside"]
    for name in Profile.settings:
        assert getattr(profile, name) not in (None, ()), name
    assert len(config.worklists) == 1
    for name in WorklistSetting.settings:
        assert getattr(config.worklists[0], name) is not None, name
    assert config.refresh == Config().refresh
    defaults = Config().thresholds.with_values(clock_key="exam_end")
    assert config.thresholds.with_values(rules=()) == defaults
    (rule,) = config.thresholds.rules
    for name in ThresholdRule.settings:
        assert getattr(rule, name) is not None, name
    for name in Alarm.settings:
        assert getattr(config.alarm, name) is not None, name
    assert len(config.roster) == 1


def test_every_setting_is_explained_in_the_example() -> None:
    text = example()
    assert all(len(line) <= 94 for line in text.splitlines() if line.startswith("# "))
    for name in every_setting(Table(Config)):
        assert re.search(rf"\b{name}( =|\]|\.)", text), name
    for block in text.split("\n\n"):
        assert block.startswith("# "), block


def test_what_counts_can_be_read_again() -> None:
    config = parse_config(WHOLE, HERE)
    assert parse_config(effective(config), HERE) == config
    assert parse_config(effective(Config()), HERE) == Config()


@pytest.mark.parametrize(
    "value", ['a"b\\c\tü\x7f', True, 5, 1_000_000, 0.5, 3.0, ("a", "b"), (), "🩻"]
)
def test_values_are_written_as_toml_reads_them(value: object) -> None:
    read = tomllib.loads(f"x = {toml_value(value)}")["x"]
    assert read == (list(value) if isinstance(value, tuple) else value)


@pytest.mark.parametrize("text", ["", WHOLE, uncommented(example())])
def test_the_schema_allows_what_the_program_allows(text: str) -> None:
    assert list(violations(tomllib.loads(text), SCHEMA)) == []


@pytest.mark.parametrize(
    "text",
    [
        "link_secnds = 5",
        "link_seconds = 90",
        "link_seconds = '5'",
        "load_limit = 500.5",
        "clipboard = 'of'",
        "columns = []",
        "theme = ''",
        "refresh = 5",
        "[profiles.a]\nme = 'smith'",
        "[profiles.a]\napi_key = 'x'",
        "[thresholds]\nstat = {warn = 5}",
        "[[worklists]]\nname = 'A'",
        "[keys]\nclaim = ''",
    ],
)
def test_the_schema_refuses_what_the_program_refuses(text: str) -> None:
    assert list(violations(tomllib.loads(text), SCHEMA))
    with pytest.raises(ConfigError):
        parse_config(text, HERE)


def test_the_schema_explains_every_setting() -> None:
    def described(part: dict[str, Any]) -> Iterator[str]:
        for name, each in part.get("properties", {}).items():
            assert each["description"], name
            yield name
            yield from described(each)
            yield from described(each.get("items", {}))
            if isinstance(each.get("additionalProperties"), dict):
                yield from described(each["additionalProperties"])

    actions = [each.id for each in ACTIONS]
    assert sorted(described(SCHEMA)) == sorted([*every_setting(Table(Config)), *actions])


def test_the_schema_that_is_printed_knows_every_action_and_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["config", "schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    known = printed["properties"]["keys"]["properties"]
    assert {name: each["description"] for name, each in known.items()} == {
        each.id: each.help for each in ACTIONS
    }
    for action in ACTIONS:
        for keys in ("F5", ["F5", "r"], []):
            assert list(violations({"keys": {action.id: keys}}, printed)) == []
        assert list(violations({"keys": {action.id: 5}}, printed))
    assert list(violations({"keys": {"clam": "c"}}, printed)) == [".keys.clam is unknown"]


def test_settings_are_values_that_do_not_change() -> None:
    profile = Profile(name="a", read_only=True)
    assert profile == Profile("a", read_only=True)
    assert profile != Profile("b", read_only=True)
    assert hash(profile) == hash(Profile("a", read_only=True))
    assert profile.with_values(name="b") == Profile("b", read_only=True)
    assert "read_only=True" in repr(profile)
    with pytest.raises(AttributeError, match="cannot be changed"):
        profile.name = "b"  # type: ignore[misc]
    with pytest.raises(AttributeError, match="cannot be changed"):
        del profile.name
    with pytest.raises(AttributeError):
        profile.colur = "red"
    wrong: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
        ((), {"nam": "a"}),
        (("a",), {"name": "a"}),
        (("a",) * 99, {}),
    ]
    for values, named in wrong:
        with pytest.raises(TypeError):
            Profile(*values, **named)
    with pytest.raises(TypeError, match="needs due"):
        Threshold(5)  # type: ignore[call-arg]
