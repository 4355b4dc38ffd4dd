"""Keys can be changed, every mistake in them is named, and the screen shows the ones that count."""

from pathlib import Path

import pytest
from textual import events
from textual.keys import _character_to_key

from avara_tui.config import Config, KeyPreset
from avara_tui.config.loading import parse_config
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.keys.actions import ACTIONS
from avara_tui.tui.keys.key_names import key_name, key_problem, textual_name
from avara_tui.tui.keys.key_settings import PRESETS, key_problems, keymap_of
from avara_tui.tui.keys.keymap import default_keys
from avara_tui.tui.keys.places import Place
from tui.driver import worklist


def settings(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return parse_config(text, path)


def problems(tmp_path: Path, text: str) -> list[str]:
    found = [str(each) for each in key_problems(settings(tmp_path, text))]
    return [each.removeprefix(f"{tmp_path}/config.toml:") for each in found]


@pytest.mark.parametrize("sign", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ aZ0")
def test_signs_have_textuals_names(sign: str) -> None:
    assert textual_name(sign) == _character_to_key(sign)
    assert sign == " " or key_name(textual_name(sign)) == sign


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ctrl+P", "ctrl+p"),
        ("esc", "escape"),
        ("PgDn", "pagedown"),
        ("F5", "f5"),
        ("ctrl++", "ctrl+plus"),
        ("shift+Tab", "shift+tab"),
        ("G", "G"),
        ("é", "é"),
    ],
)
def test_keys_may_be_written_as_people_write_them(written: str, name: str) -> None:
    assert textual_name(written) == name


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("ctrl+i", "tab"),
        ("ctrl+m", "enter"),
        ("ctrl+[", "esc"),
        ("ctrl+h", "backspace"),
        ("ctrl+s", "flow control"),
        ("ctrl+Q", "flow control"),
        ("ctrl+a", "screen"),
        ("ctrl+b", "tmux"),
        ("ctrl+c", "interrupt"),
        ("ctrl+shift+x", "ctrl+x"),
        ("shift+g", "'G'"),
        ("super+g", "desktop"),
        ("ctrl+enter", "never arrives"),
        ("ctrl+/", "never arrives"),
        ("5", "worklists"),
        ("gg", "is no key"),
        ("F99", "is no key"),
        ("ctrl+bogus", "is no key"),
    ],
)
def test_keys_that_never_arrive_are_refused_with_the_reason(written: str, why: str) -> None:
    assert why in (key_problem(written) or "")


@pytest.mark.parametrize("written", ["ctrl+p", "alt+x", "F5", "shift+up", "é", "0", "/", "tab"])
def test_keys_that_arrive_are_taken(written: str) -> None:
    assert key_problem(written) is None


def test_no_default_is_taken_by_something_else() -> None:
    for action in ACTIONS:
        for key in default_keys(action):
            assert key_problem(key) is None, action
    for preset, keys in PRESETS.items():
        for key in (key for each in keys.values() for key in each):
            assert key_problem(key) is None, preset


@pytest.mark.parametrize("preset", KeyPreset)
def test_the_keys_that_come_with_the_program_do_not_clash(tmp_path: Path, preset: str) -> None:
    assert problems(tmp_path, f'key_preset = "{preset}"\n') == []
    assert PRESETS[KeyPreset(preset)].keys() <= {each.id for each in ACTIONS}
    keymap = keymap_of(Config(key_preset=KeyPreset(preset)))
    for action in ACTIONS:
        assert keymap.keys(action.id), action


def test_an_unknown_action_is_named_with_its_line_and_the_nearest(tmp_path: Path) -> None:
    assert problems(tmp_path, '[keys]\nrefresh = "F5"\n\nclam = "c"\n') == [
        "4: keys.clam is no action; did you mean 'claim'?"
    ]
    (said,) = problems(tmp_path, '[keys]\nxyzzy = "c"\n')
    assert "there are acknowledge, acknowledge_all, add_metadata, " in said


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    said = problems(tmp_path, '[keys]\nclaim = ["ctrl+i", "ctrl+s"]\nquit = []\n')
    assert [each.partition(" ")[0] for each in said] == ["2:", "2:", "3:"]
    assert "'ctrl+i' may never arrive: terminals send it for tab" in said[0]
    assert "leave the program" in said[2]


def test_a_clash_names_both_actions_and_the_remedy(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, '[keys]\nclaim = "a"\n')
    assert said == (
        "2: keys.claim takes 'a', which stands for assign (everywhere): "
        "give assign another key, or [] for none"
    )
    assert problems(tmp_path, '[keys]\nclaim = "a"\nassign = "m"\n') == []
    assert problems(tmp_path, '[keys]\nclaim = "a"\nassign = []\n') == []


def test_a_key_of_everywhere_clashes_with_a_places_own(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, '[keys]\nclaim = "j"\nfield_down = "down"\n')
    assert "keys.claim takes 'j', which stands for down (in the table)" in said
    assert problems(tmp_path, '[keys]\nsave = "j"\nfield_down = "down"\n') == []


def test_a_changed_key_takes_the_place_of_all_defaults() -> None:
    keymap = keymap_of(Config(keys={"down": ("ctrl+n",)}))
    assert keymap.action(events.Key("ctrl+n", None), Place.TABLE) == "down"
    assert keymap.action(events.Key("j", "j"), Place.TABLE) is None
    assert keymap.action(events.Key("j", "j"), Place.DETAIL) == "field_down"


def test_an_alias_of_a_key_does_what_the_key_does() -> None:
    keymap = keymap_of(Config(keys={"claim": ("tab",)}))
    assert keymap.action(events.Key("tab", "\t"), Place.TABLE) == "claim"


async def test_changed_keys_work_and_are_shown() -> None:
    config = Config(keys={"uncancel": ("U",), "cancel": ("ctrl+x",), "help": ("f2",)})
    with EmbeddedEmulator(studies=12, seed=3) as emulator:
        study = emulator.create(
            studyDescription="MR knee", severity="stat", studyInstanceUid="1.2.3"
        )
        async with worklist(emulator, config=config) as driver:
            await driver.go_to(study["studyId"])
            await driver.until(lambda: "ctrl+x cancel" in driver.status, "the changed key")
            assert "F2 all keys" in driver.status
            await driver.press("x")
            assert "Cancel" not in driver.status
            await driver.press("ctrl+x")
            await driver.sees("Cancel this study")
            await driver.press("y")
            await driver.sees("cancelled; U restores it")
            await driver.press("f2")
            await driver.sees("ctrl+x")
            # There are more keys than rows: what is typed narrows them.
            await driver.type("restore")
            await driver.sees(" U  ")


async def test_plain_moves_by_the_cursor_keys_only() -> None:
    with EmbeddedEmulator(studies=12, seed=3) as emulator:
        async with worklist(emulator, config=Config(key_preset=KeyPreset.PLAIN)) as driver:
            first = driver.screen.table.cursor_id
            await driver.press("j")
            assert driver.screen.table.cursor_id == first
            await driver.press("down")
            assert driver.screen.table.cursor_id != first
