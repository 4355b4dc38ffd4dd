"""Worklists that a person saved: written whole or not at all, and read like settings."""

import stat
from pathlib import Path

import pytest

from avara_tui.config import Config, ConfigError, WorklistSetting
from avara_tui.config.own_worklists import (
    own_worklists_file,
    read_own_worklists,
    write_own_worklists,
)
from avara_tui.triage.site import order_text, saved_worklists, sort_order

MINE = WorklistSetting("My “CT”", 'assignee:me "a b" -x', "-updated,age", ("age", "meta.x y"))
PLAIN = WorklistSetting("Plain", "severity:stat")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "avara-tui"


def test_what_was_saved_is_read_again() -> None:
    assert read_own_worklists() == ()
    write_own_worklists([MINE, PLAIN])
    assert read_own_worklists() == (MINE, PLAIN)
    write_own_worklists([PLAIN])
    assert read_own_worklists() == (PLAIN,)


def test_the_file_is_for_its_owner_and_nothing_is_left_beside_it(home: Path) -> None:
    write_own_worklists([MINE])
    assert [each.name for each in home.iterdir()] == ["worklists.toml"]
    assert stat.S_IMODE(own_worklists_file().stat().st_mode) == 0o600


def test_a_write_that_fails_leaves_the_file_as_it_was(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_own_worklists([MINE])

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_own_worklists([PLAIN])
    assert read_own_worklists() == (MINE,)
    assert [each.name for each in home.iterdir()] == ["worklists.toml"]


def test_a_link_stays_a_link(home: Path, tmp_path: Path) -> None:
    home.mkdir()
    target = tmp_path / "dotfiles.toml"
    target.write_text("")
    own_worklists_file().symlink_to(target)
    write_own_worklists([PLAIN])
    assert own_worklists_file().is_symlink()
    assert "severity:stat" in target.read_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[worklists]]\nname = 'A'\n", ":1: worklists[1] needs the key 'filter'"),
        ("[[worklist]]\nname = 'A'\n", ":1: worklist is no setting"),
        ("[[worklists]]\nname = 'A'\nfilter = 'severty:x'\n", ":3: worklists[1].filter cannot be"),
        ("worklists = [\n", ":2: is no TOML"),
    ],
)
def test_a_mistake_is_named_with_its_line(home: Path, text: str, message: str) -> None:
    home.mkdir()
    own_worklists_file().write_text(text)
    with pytest.raises(ConfigError) as caught:
        saved_worklists(Config(), read_own_worklists())
    assert str(caught.value).startswith(f"{own_worklists_file()}{message}")


def test_the_persons_own_come_after_the_sites_and_get_the_keys_that_are_left() -> None:
    saved = saved_worklists(Config(), (MINE, PLAIN, WorklistSetting("Third", "ct")))
    assert [each.name for each in saved[-3:]] == ["My “CT”", "Plain", "Third"]
    assert [each.key for each in saved] == [*"123456789", ""]
    assert order_text(saved[-3].order) == "-updated,age"


def test_a_name_that_the_site_has_come_to_use_stays_apart() -> None:
    saved = saved_worklists(Config(), (WorklistSetting("Stat", "ct"),))
    assert saved[0].name == "STAT"
    assert saved[-1].name == "Stat (own)"


@pytest.mark.parametrize("text", ["triage", "-updated", "age,-meta.modality"])
def test_an_order_has_a_name_that_can_be_read_again(text: str) -> None:
    assert order_text(sort_order(text)) == text
