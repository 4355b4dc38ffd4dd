"""What is saved in the settings file counts at once where that is safe, and is told."""

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from avara_tui.config import Config, load_config
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.reading.stat_count import StatWatch
from avara_tui.tui import app as app_module
from avara_tui.tui.options import RunOptions
from avara_tui.worklist.clocks import is_open
from studies import open_studies
from tui.driver import Driver, connection_to, worklist

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
    def elsewhere(name: str) -> RunOptions:
        return RunOptions(connect=lambda: connection_to(emulator), profile=name)

    async with worklist(
        emulator, config=load_config(), settings_file=file, for_profile=elsewhere
    ) as driver:
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
        await driver.sees("settings changed: ")
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
        assert (controller.board.count(late) or 0) >= len(open_routine)
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
        await driver.sees("settings changed: keys")


async def test_where_studies_come_from_waits_for_a_restart(
    emulator: EmbeddedEmulator, file: Path
) -> None:
    async with watching(emulator, file) as driver:
        save(file, 'theme = "nord"\n[profiles.default]\nbase_url = "https://other.example"\n')
        await driver.sees("counts after a restart: profiles")
        assert driver.app.theme == "nord"
        controller = driver.controller
        assert controller.session.connection is not None
        assert controller.session.connection.base_url == emulator.base_url
        save(file, "")
        await driver.until(lambda: driver.status == "settings changed: theme", "the default")
        assert driver.app.theme == "textual-dark"


async def test_the_alarm_and_own_commands(emulator: EmbeddedEmulator, file: Path) -> None:
    async with watching(emulator, file) as driver:
        save(file, "alarm = { bell = false }\n")
        await driver.until(lambda: driver.status == "settings changed: alarm", "the bell")
        assert not driver.rings
        # Which studies raise the alarm was settled at the start.
        save(file, 'alarm = { bell = true, filter = "severity:high" }\n')
        await driver.until(lambda: driver.status == "counts after a restart: alarm", "the filter")
        assert not driver.rings
        # A key and the command that it was taken for count together.
        command = '[[commands]]\nname = "Call"\nkey = "m"\nargv = ["true"]\n'
        save(file, f'alarm = {{ bell = false }}\n[keys]\nclaim = "c"\n{command}')
        await driver.until(
            lambda: driver.status == "counts after a restart: keys, commands", "the commands"
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
        await driver.sees("settings changed: refresh")
        await driver.press("L")
        await driver.until(lambda: intervals, "a count behind the lock")
        assert intervals[0]() == 61.0
        # The settings are looked at behind the lock as well.
        save(file, "refresh = { stat = 62 }\n")
        await driver.until(lambda: intervals[0]() == 62.0, "the next interval")


# Who takes which settings.

AFTER_A_RESTART = {
    # Where studies come from, and how many.
    "default_profile", "profiles", "load_limit",
    # What may leave the program, and what is kept of it.
    "commands", "journal",
    # What else is decided before the first frame, and how long nobody may be there.
    "ascii", "bandwidth", "lock_minutes",
}  # fmt: skip


def is_told_of(name: str, driver: Driver) -> bool:
    return re.search(rf"settings changed: .*\b{name}\b", driver.status) is not None


async def see(what: Callable[[Driver], object], driver: Driver) -> object:
    return what(driver)


def one_of(driver: Driver, user_id: str | None) -> str:
    """Return an open study that this person has, or nobody."""
    for study in map(driver.study, driver.ids):
        if (study.assignee and study.assignee.user_id) == user_id and is_open(study):
            return study.study_id
    raise AssertionError(user_id)


async def asks_to_claim(driver: Driver) -> object:
    """Return whether opening a study that nobody has asks whether to claim it."""
    await driver.go_to(one_of(driver, None))
    await driver.press(driver.screen.key("open"))
    asked = "Claim it as it opens?"
    await driver.until(lambda: driver.says(asked) or "goes away in" in driver.text)
    is_asked = driver.says(asked)
    await driver.press("escape")
    return is_asked


async def at_the_link(what: str, driver: Driver) -> object:
    """Return what the card of a link says."""
    await driver.go_to(one_of(driver, DEMO_USER_ID))
    await driver.press(driver.screen.key("open"))
    await driver.sees("goes away in")
    await driver.press("c")
    found = re.search(what, driver.text)
    await driver.press("escape")
    return found and found[0]


EFFECTS: dict[str, tuple[str, Callable[[Driver], Awaitable[object]]]] = {
    "theme": ('theme = "textual-light"', partial(see, lambda d: d.app.theme)),
    "themes": (
        '[themes.night]\nprimary = "#ff0000"',
        partial(see, lambda d: "night" in d.app.available_themes),
    ),
    "key_preset": (
        'key_preset = "vi"',
        partial(see, lambda d: [d.screen.key(each) for each in d.screen.keymap.actions]),
    ),
    "keys": ('[keys]\nquit = "Q"', partial(see, lambda d: d.screen.key("quit"))),
    "columns": (
        'columns = ["priority", "uid"]',
        partial(see, lambda d: [e.column.id for e in d.screen.table.placement.columns]),
    ),
    "detail": (
        'detail = ["bodyPart"]',
        partial(see, lambda d: d.text.index("modality  ") > d.text.index("bodyPart  ")),
    ),
    "zebra": ("zebra = true", partial(see, lambda d: str(d.screen.table.visible_strips()))),
    "worklists": (
        '[[worklists]]\nname = "Only CT"\nfilter = "meta.modality:ct"',
        partial(see, lambda d: [each.name for each in d.controller.board.worklists]),
    ),
    "thresholds": (
        "thresholds = { normal = { warn = 0, due = 0 } }",
        partial(see, lambda d: d.controller.board.load),
    ),
    "refresh": ("refresh = { stat = 60 }", partial(see, lambda d: d.session.lanes[0].lane)),
    "alarm": ("alarm = { bell = false }", partial(see, lambda d: d.rings)),
    "next": (
        'next = "pool"',
        partial(see, lambda d: [each.study_id for each in d.controller.edits.candidates()]),
    ),
    "open_claims": ('open_claims = "no"', asks_to_claim),
    "watch": (
        'watch = ["north"]\n[profiles.default]\n[profiles.north]',
        partial(see, lambda d: d.controller.others is not None),
    ),
    "link_seconds": ("link_seconds = 9", partial(at_the_link, r"goes away in \d\d s")),
    "clipboard": ('clipboard = "off"', partial(at_the_link, "the clipboard is switched off")),
    "roster": (
        '[[roster]]\nuser = "usr_' + "9" * 32 + '"\nname = "Okafor, Amara"',
        partial(see, lambda d: len(d.controller.people.known())),
    ),
}
"""What somebody writes into the file, and what is to be another thing from then on."""


@pytest.mark.usefixtures("no_desktop")
async def test_every_setting_that_is_taken_over_has_an_effect(
    emulator: EmbeddedEmulator, file: Path
) -> None:
    settings = {name for name, each in Config.settings.items() if each.kind is not None}
    async with watching(emulator, file) as driver:
        taken = {name for taker in driver.controller.settings_takers for name in taker.takes}
        assert taken == EFFECTS.keys()
        assert taken | AFTER_A_RESTART == settings
        assert not taken & AFTER_A_RESTART
        for name, (text, look) in EFFECTS.items():
            before = await look(driver)
            save(file, text + "\n")
            await driver.until(partial(is_told_of, name, driver), name)
            assert await look(driver) != before, name


def test_the_readme_names_what_counts_at_once() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    found = re.search(r"also while the worklist is open: (.*?)\.", readme, re.DOTALL)
    assert found is not None
    # The theme is one of the themes, and a preset is of keys.
    assert set(re.findall(r"\w+", found[1])) == EFFECTS.keys() - {"theme", "key_preset"}


class Noting:
    """Settings that note which of them are read."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.read.add(name)
        return getattr(self._config, name)


async def test_who_takes_settings_reads_those_it_names_and_no_others(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator) as driver:
        takers = driver.controller.settings_takers
        for taker in takers:
            noting = Noting(Config())
            taker.take_settings(cast("Config", noting))
            read = noting.read & EFFECTS.keys()
            if taker is driver.controller.watched:
                # With nobody to watch there is no pace and no bell to be read.
                assert read <= set(taker.takes)
            else:
                assert read == set(taker.takes), taker
