"""What is saved in the settings file counts at once where that is safe, and is told."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from avara_tui.config import load_config
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.reading.stat_count import StatWatch
from avara_tui.tui import app as app_module
from studies import open_studies
from tui.driver import Driver, worklist

EMULATED_STUDIES = 30


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("AVARA_TUI_CONFIG", str(path))
    monkeypatch.setattr(app_module, "TICK", 0.2)
    save(path, "")
    return path


def save(file: Path, text: str) -> None:
    """Put another file in its place, written long enough ago to be whole."""
    new = file.with_suffix(".new")
    new.write_text(text)
    os.utime(new, (1, len(text)))
    new.replace(file)


@asynccontextmanager
async def watching(emulator: EmbeddedEmulator, file: Path) -> AsyncIterator[Driver]:
    async with worklist(emulator, config=load_config(), settings_file=file) as driver:
        yield driver


async def test_what_is_saved_counts_at_once(emulator: EmbeddedEmulator, file: Path) -> None:
    async with watching(emulator, file) as driver:
        save(
            file,
            'theme = "textual-light"\n'
            'columns = ["priority", "description", "uid"]\n'
            "thresholds = { normal = { warn = 0, due = 0 } }\n"
            "refresh = { stat = 60 }\n"
            '[keys]\nquit = "Q"\n'
            '[[worklists]]\nname = "Only CT"\nfilter = "is:open meta.modality:ct"\n'
            '[[worklists]]\nname = "Late"\nfilter = "is:overdue"\n',
        )
        await driver.sees("settings taken over: ")
        for name in ("thresholds", "refresh", "worklists", "columns", "theme", "keys"):
            assert name in driver.status
        assert driver.app.theme == "textual-light"
        assert "STUDY UID" in driver.text
        assert "Only CT" in driver.lines[1]
        assert "Unassigned" not in driver.lines[1]
        assert driver.screen.key("quit") == "Q"
        controller = driver.controller
        assert controller.session.lanes[0].lane.interval == 60
        # Every open study is past a limit of no minutes.
        late = next(each for each in controller.board.worklists if each.name == "Late")
        open_routine = open_studies(emulator, severity="normal")
        assert controller.board.count(late) >= len(open_routine)
        await driver.press("q")
        assert driver.app.is_running
        await driver.press("Q")
        await driver.until(lambda: driver.says("Q leave"))
        await driver.press("Q")
        await driver.until(lambda: not driver.app.is_running, "the end")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[keys]\nquit = "Q"\nclaim = 5\n', "config.toml:3: keys.claim must be"),
        ('theme = "dracula"\nthem = "x"\n', "config.toml:2: them is no setting"),
        ('theme = "dracula"\n[keys]\nclaim = "v"\n', "config.toml:3: keys.claim takes 'v'"),
        (
            'theme = "dracula"\n[[worklists]]\nname = "A"\nfilter = "sev:stat"\n',
            "config.toml:4: worklists[1].filter cannot be understood",
        ),
        ('theme = "plaid"\n[keys]\nquit = "Q"\n', "config.toml:1: theme names no theme 'plaid'"),
        ("theme = \n", "config.toml:1: is no TOML"),
    ],
)
async def test_what_will_not_do_changes_nothing_and_is_told_with_its_line(
    emulator: EmbeddedEmulator, file: Path, text: str, sentence: str
) -> None:
    async with watching(emulator, file) as driver:
        theme = driver.app.theme
        save(file, text)
        await driver.sees("settings stay as they were: ")
        assert sentence in driver.status
        assert driver.app.theme == theme
        assert driver.screen.key("quit") == "q"
        assert "Unassigned" in driver.lines[1]
        # Told once, and mended.
        await driver.press("j")
        save(file, '[keys]\nquit = "Q"\n')
        await driver.sees("settings taken over: keys")


async def test_where_studies_come_from_waits_for_a_restart(
    emulator: EmbeddedEmulator, file: Path
) -> None:
    async with watching(emulator, file) as driver:
        save(file, 'theme = "nord"\n[profiles.default]\nbase_url = "https://other.example"\n')
        await driver.sees("after a restart: profiles")
        assert driver.app.theme == "nord"
        controller = driver.controller
        assert controller.session.connection is not None
        assert controller.session.connection.base_url == emulator.base_url
        save(file, "")
        await driver.until(lambda: driver.status == "settings taken over: theme", "the default")
        assert driver.app.theme == "textual-dark"


async def test_the_alarm_and_own_commands(emulator: EmbeddedEmulator, file: Path) -> None:
    async with watching(emulator, file) as driver:
        save(file, "alarm = { bell = false }\n")
        await driver.until(lambda: driver.status == "settings taken over: alarm", "the bell")
        assert not driver.rings
        # Which studies raise the alarm was settled at the start.
        save(file, 'alarm = { bell = true, filter = "severity:high" }\n')
        await driver.until(lambda: driver.status == "after a restart: alarm", "the filter")
        assert not driver.rings
        # A key and the command that it was taken for count together.
        command = '[[commands]]\nname = "Call"\nkey = "m"\nargv = ["true"]\n'
        save(file, f'alarm = {{ bell = false }}\n[keys]\nclaim = "c"\n{command}')
        await driver.until(
            lambda: driver.status == "after a restart: keys, commands", "the commands"
        )
        assert driver.screen.key("claim") == "m"


async def test_a_theme_of_ones_own_is_shown_as_it_is_saved(
    emulator: EmbeddedEmulator, file: Path
) -> None:
    async with watching(emulator, file) as driver:

        def is_other(before: str) -> bool:
            return driver.app.theme_variables["primary"] != before

        for colour in ("#ff0000", "#0000ff"):
            before = driver.app.theme_variables["primary"]
            save(file, f'theme = "night"\n[themes.night]\nprimary = "{colour}"\n')
            await driver.until(partial(is_other, before), colour)
            assert driver.app.current_theme.primary == colour


async def test_how_often_stat_is_counted_counts_behind_the_lock_too(
    emulator: EmbeddedEmulator, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    intervals: list[Callable[[], float]] = []

    class Watch(StatWatch):
        async def run(self) -> None:
            intervals.append(self._interval)

    monkeypatch.setattr("avara_tui.triage.reading.stat_count.StatWatch", Watch)
    async with watching(emulator, file) as driver:
        save(file, "refresh = { stat = 61 }\n")
        await driver.sees("settings taken over: refresh")
        await driver.press("L")
        await driver.until(lambda: intervals, "a count behind the lock")
        assert intervals[0]() == 61.0
        # The settings are looked at behind the lock as well.
        save(file, "refresh = { stat = 62 }\n")
        await driver.until(lambda: intervals[0]() == 62.0, "the next interval")
