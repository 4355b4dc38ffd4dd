"""Commands of a site's own run from a key, for the study that was under the cursor."""

import sys
from pathlib import Path
from typing import Any

import pytest

from avara_tui.config import Config, OwnCommand
from avara_tui.config.loading import parse_config
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.keys.key_settings import key_problems, keymap_of
from tui.driver import worklist

EMULATED_STUDIES = 30


def config(source: str, *arguments: str, **more: Any) -> Config:
    argv = (sys.executable, "-c", source, *arguments)
    command = OwnCommand(name="Phone", key="F6", argv=argv, **more)
    return Config(commands=(command,))


def problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return [
        str(each).partition("config.toml:")[2] for each in key_problems(parse_config(text, path))
    ]


COMMAND = '[[commands]]\nname = "Phone"\nargv = ["true"]\n'


def test_a_key_that_is_taken_is_told(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, f'{COMMAND}key = "m"\n')
    assert said == (
        "4: commands[1].key takes 'm', which stands for claim (everywhere): choose another"
    )
    (said,) = problems(tmp_path, f'{COMMAND}key = "j"\n\n[keys]\nfield_down = "down"\n')
    assert "stands for down (in the table)" in said


def test_a_key_that_never_arrives_is_told(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, f'{COMMAND}key = "ctrl+i"\n')
    assert said == "4: commands[1].key 'ctrl+i' may never arrive: terminals send it for tab"


def test_two_commands_cannot_share_a_key(tmp_path: Path) -> None:
    other = COMMAND.replace("Phone", "Fax")
    (said,) = problems(tmp_path, f'{COMMAND}key = "F6"\n{other}key = "f6"\n')
    assert "8: commands[2].key takes 'F6', which stands for command.phone" in said


@pytest.mark.parametrize("other", ["Phone_site", "phone  SITE", "Phone site "])
def test_two_commands_that_would_be_one_action_are_told(tmp_path: Path, other: str) -> None:
    """One would go without its key, and the other be run in its place."""
    command = '[[commands]]\nname = "{}"\nargv = ["true"]\nkey = "{}"\n'
    text = command.format("Phone site", "F6") + command.format(other, "F7")
    (said,) = problems(tmp_path, text)
    assert said == (
        "6: commands[2].name is the same as 'Phone site', but for spaces, capitals or _"
    )
    assert problems(tmp_path, text.replace(other, "Phone the site")) == []


def test_a_key_that_is_free_is_taken(tmp_path: Path) -> None:
    assert problems(tmp_path, f'{COMMAND}key = "F6"\n') == []
    assert keymap_of(config("")).text("command.phone") == "F6"


async def test_its_output_and_status_are_shown_and_it_got_the_study(
    emulator: EmbeddedEmulator,
) -> None:
    own = config("import sys; print('phoned for', sys.argv[1])", "{study_id}")
    async with worklist(emulator, config=own) as driver:
        meant = driver.screen.table.cursor_id
        await driver.press("F6".lower())
        await driver.sees(f"phoned for {meant}")
        assert "Phone  done" in driver.text
        await driver.press("escape")
        await driver.until(lambda: "phoned for" not in driver.text)
        await driver.press("O")
        await driver.sees(f"phoned for {meant}")


async def test_a_failure_is_told_with_its_status(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, config=config("import sys; sys.exit(7)")) as driver:
        await driver.press("f6")
        await driver.sees("failed: exit status 7")
        assert "it printed nothing" in driver.text


async def test_it_asks_first_if_the_site_wants_that(
    emulator: EmbeddedEmulator, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    own = config(f"open({str(told)!r}, 'w').write('x'); print('asked')", ask="Phone about")
    async with worklist(emulator, config=own) as driver:
        await driver.press("f6")
        await driver.until(lambda: "Phone about" in driver.status)
        await driver.press("n")
        await driver.until(lambda: "Phone about" not in driver.status)
        assert not told.exists()
        await driver.press("f6", "y")
        await driver.sees("asked")


async def test_a_card_takes_no_key_from_somebody_who_goes_on(
    emulator: EmbeddedEmulator, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    source = (
        f"import os, time\nwhile not os.path.exists({str(go)!r}): time.sleep(.01)\nprint('tardy')"
    )
    async with worklist(emulator, config=config(source)) as driver:
        await driver.press("f6")
        await driver.until(lambda: "Phone  runs for" in driver.status)
        await driver.press("f6")
        await driver.until(lambda: "still runs for" in driver.status)
        await driver.press("j")
        go.touch()
        await driver.until(lambda: "O shows what it printed" in driver.status)
        assert "tardy" not in driver.text
        await driver.press("O")
        await driver.sees("tardy")


@pytest.mark.parametrize(("writes", "runs"), [(True, False), (False, True)])
async def test_read_only_refuses_what_may_write(
    emulator: EmbeddedEmulator, *, writes: bool, runs: bool
) -> None:
    own = config("print('ran')", writes=writes)
    async with worklist(emulator, config=own, read_only=True) as driver:
        await driver.press("f6")
        await driver.sees("Phone  done" if runs else "Phone: read-only: nothing is written")


async def test_help_and_palette_know_it(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, config=config("print('ran')"), size=(120, 50)) as driver:
        await driver.press("question_mark")
        await driver.sees("YOUR OWN")
        await driver.type("phone")
        await driver.press("tab")
        await driver.sees("command.phone")
        await driver.press("escape", "escape", "ctrl+p")
        await driver.sees("Do what?")
        await driver.type("phone")
        await driver.press("enter")
        await driver.sees("Phone  done")
