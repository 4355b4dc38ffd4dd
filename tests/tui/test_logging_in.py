"""Logging in from the worklist: a key is checked, kept and used at once, and shown to nobody."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from textual.widgets import Input

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.cli.options import WorklistOptions
from avara_tui.cli.profiles import Profiles
from avara_tui.config import Config, Profile, Settings
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.access.connection import ConnectionProblem, ProblemKind
from avara_tui.triage.access.credentials import LONGEST_KEY, connect
from avara_tui.triage.access.login import Login
from avara_tui.triage.reading.health import Health, State
from avara_tui.tui.app import WorklistApp
from avara_tui.tui.controller.logging_in import LoggingIn, LogInScreen
from avara_tui.tui.lines import Role, line
from avara_tui.tui.options import RunOptions
from avara_tui.tui.presentation.heading import freshness, freshness_word
from avara_tui.tui.screens.locked import LockedScreen
from avara_tui.tui.screens.worklist import WorklistScreen
from avara_tui.tui.terminal.translation import TerminalPaste
from kept_keyring import KeptKeyring, use_kept_keyring
from masthead import READ_WHOLE
from tui.driver import Driver, driving
from tui.fake_screen import FakeScreen

if TYPE_CHECKING:
    from avara_tui.triage.reading.session import TriageSession

EMULATED_STUDIES = 30

KEY = "sk_live_0123456789abcdef0123456789abcdef"
WRONG = "sk_live_" + "0" * 32
NOT_STORED = "Nothing was stored."


class FakeLogin:
    """A login that goes as the test says."""

    account = "north on https://x.example"

    def __init__(self) -> None:
        self.stored: list[str] = []
        self.asked: list[str] = []
        self.without_keyring: ConnectionProblem | None = None
        self.answer: Exception | None = None
        self.full: ConnectionProblem | None = None

    def keyring(self) -> str:
        if self.without_keyring is not None:
            raise self.without_keyring
        return "the test's"

    async def check(self, key: str) -> None:
        self.asked.append(key)
        if self.answer is not None:
            raise self.answer

    def store(self, key: str) -> None:
        if self.full is not None:
            raise self.full
        self.stored.append(key)


class FakeSession:
    """A session that counts how often it was to look for the key anew."""

    def __init__(self) -> None:
        self.renewed = 0

    def renew(self) -> None:
        self.renewed += 1


class Desk:
    """Somebody without a key, before a screen that is none."""

    def __init__(self) -> None:
        self.login, self.session = FakeLogin(), FakeSession()
        options = RunOptions(self._connect, "north", login=lambda: cast("Login", self.login))
        self.screen = FakeScreen(options)
        self.logging_in = LoggingIn(
            cast("LogInScreen", self.screen), cast("TriageSession", self.session)
        )

    def _connect(self) -> Any:
        raise NotImplementedError

    async def log_in(self) -> None:
        await self.logging_in.log_in()
        self.screen.assert_done()

    @property
    def all_shown(self) -> str:
        """Everything that was said, in whatever way."""
        screen = self.screen
        return "\n".join([*screen.said, *screen.alerts.values(), *screen.refused, screen.shown])


async def test_a_key_that_the_server_accepts_is_kept_and_used() -> None:
    desk = Desk()
    desk.screen.will("API key for north on https://x.example", f" {KEY}\n")
    await desk.log_in()
    assert (desk.login.asked, desk.login.stored, desk.session.renewed) == ([KEY], [KEY], 1)
    assert "logged in" in desk.screen.status
    assert KEY not in desk.all_shown


async def test_whoever_gives_up_stores_and_asks_nothing() -> None:
    desk = Desk()
    desk.screen.will("API key for", None)
    await desk.log_in()
    assert (desk.login.asked, desk.login.stored, desk.session.renewed) == ([], [], 0)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "the key is empty"),
        (" \n", "the key is empty"),
        (f"Bearer {KEY}", "the key holds a blank: give the key alone"),
        (f"{KEY} {KEY}", "the key holds a blank: give the key alone"),
        (f"{KEY}\N{NO-BREAK SPACE}x", "the key holds a character that no key has"),
        (f"{KEY}\N{ZERO WIDTH SPACE}", "the key holds a character that no key has"),
        ("\N{CYRILLIC SMALL LETTER ES}k_live_1", "the key holds a character that no key has"),
        (f"{KEY}\x1b[0m", "the key holds a character that no key has"),
        ("k" * (LONGEST_KEY + 1), "the key has 4,097 characters, more than any key"),
    ],
)
async def test_what_is_no_key_is_refused_before_anybody_is_asked(typed: str, why: str) -> None:
    desk = Desk()
    desk.screen.will("API key for", typed)
    desk.screen.will("API key for", None)
    await desk.log_in()
    assert desk.screen.refused[0].startswith(why)
    assert not typed.strip() or typed.strip() not in desk.all_shown
    assert (desk.login.asked, desk.login.stored) == ([], [])


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (ErrorKind.UNAUTHORIZED, "The server does not accept the key."),
        (ErrorKind.FORBIDDEN, "The server does not accept the key."),
        (ErrorKind.UNREACHABLE, "The key was not checked: the server is out of reach."),
        (ErrorKind.TIMEOUT, "The key was not checked: the server is out of reach."),
        (ErrorKind.UNREADABLE, "The key was not checked: the server did not answer as it should."),
        (ErrorKind.SETUP, "The key was not checked: the server did not answer as it should."),
    ],
)
async def test_a_key_that_the_server_does_not_accept_is_not_kept_and_can_be_given_again(
    kind: ErrorKind, said: str
) -> None:
    desk = Desk()
    desk.login.answer = AvaraError(kind, "list studies")
    desk.screen.will("API key for", "sk_other")
    desk.screen.will(NOT_STORED, "enter")
    await desk.log_in()
    assert said in desk.screen.shown
    assert "does not look like sk_live_" in desk.screen.shown
    assert "K asks for a key again" in desk.screen.shown
    assert "sk_other" not in desk.all_shown
    assert (desk.login.stored, desk.session.renewed) == ([], 0)
    desk.login.answer = None
    desk.screen.will("API key for", KEY)
    await desk.log_in()
    assert (desk.login.stored, desk.session.renewed) == ([KEY], 1)


async def test_without_a_keyring_no_key_is_asked_for_and_the_remedy_is_told() -> None:
    desk = Desk()
    desk.login.without_keyring = ConnectionProblem(
        "This session has no keyring.", remedy="Start one.\nOr set it.", kind=ProblemKind.KEYRING
    )
    desk.screen.will(NOT_STORED, "enter")
    await desk.log_in()
    for said in ("This session has no keyring.", "Start one.", "Or set it."):
        assert said in desk.screen.shown


async def test_a_keyring_that_does_not_take_the_key_is_told_of() -> None:
    desk = Desk()
    desk.login.full = ConnectionProblem(
        "The keyring is locked.", remedy="Unlock it.", kind=ProblemKind.KEYRING
    )
    desk.screen.will("API key for", KEY)
    desk.screen.will(NOT_STORED, "escape")
    await desk.log_in()
    assert "The keyring is locked." in desk.screen.shown
    assert "Unlock it." in desk.screen.shown
    assert KEY not in desk.all_shown
    assert desk.session.renewed == 0


@pytest.mark.parametrize(
    ("environ", "profile", "offered"),
    [
        ({}, Profile(name="default"), True),
        ({"AVARA_API_KEY": KEY}, Profile(name="default"), False),
        ({"AVARA_API_KEY": ""}, Profile(name="default"), False),
        ({}, Profile(name="default", credential_command=("true",)), False),
    ],
)
def test_a_login_is_offered_only_where_a_key_in_the_keyring_would_count(
    environ: Mapping[str, str], profile: Profile, *, offered: bool
) -> None:
    config = Config(profiles={"default": profile})
    start = Profiles(WorklistOptions(), environ).at_start(config)
    assert (start.login is not None) is offered


def test_rows_that_were_read_with_another_key_are_not_taken_for_fresh() -> None:
    problem = ConnectionProblem("The keyring is locked.", remedy="", kind=ProblemKind.KEYRING)
    unconnected = Health(State.UNCONNECTED, None, None, 0, problem, 0, (), ("STAT",))
    assert freshness(unconnected) == line(("not connected", Role.WARNING))
    for said in (freshness, freshness_word):
        shown = said(unconnected._replace(loaded=55))
        assert shown == line((" OFFLINE: not connected ", Role.ALARM))


# In the app, with the checks and the keyring code of the real one.


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> type[KeptKeyring]:
    return use_kept_keyring(monkeypatch)


@asynccontextmanager
async def without_a_key(
    emulator: EmbeddedEmulator, *, size: tuple[int, int] = (120, 36), **more: Any
) -> AsyncIterator[Driver]:
    """Run the app of somebody whose keyring holds what it holds."""
    environ = {"AVARA_BASE_URL": emulator.base_url}
    settings = Settings.resolve(Config(), environ)
    options = RunOptions(
        lambda: connect(settings, environ),
        "default",
        login=lambda: Login(settings, environ),
        **more,
    )
    app = WorklistApp(options)
    async with driving(app, size) as driver:
        yield driver


async def asked(driver: Driver) -> None:
    await driver.press("K")
    await driver.until(lambda: driver.lines[-1].startswith(" API key for default on"))


async def loaded(driver: Driver) -> None:
    await driver.until(lambda: READ_WHOLE.search(driver.text) is not None, "all studies")


def written_in(folder: Path) -> str:
    """Return what all files in ``folder`` hold."""
    return "".join(each.read_text() for each in folder.rglob("*") if each.is_file())


def everything_drawn(driver: Driver) -> str:
    return f"{driver.text}\n{driver.app.export_screenshot()}\n{driver.app.title}"


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 15)])
async def test_a_start_without_a_key_asks_for_one_and_goes_on(
    emulator: EmbeddedEmulator, keyring: type[KeptKeyring], size: tuple[int, int]
) -> None:
    async with without_a_key(emulator, size=size, tour=True) as driver:
        await driver.sees("No API key is stored")
        assert "K logs in here" in driver.text
        assert "Welcome" not in driver.text
        await asked(driver)
        await driver.type(WRONG)
        assert driver.lines[-1].rstrip().endswith("••••")
        assert WRONG[8:] not in everything_drawn(driver)
        await driver.press("enter")
        await driver.sees("The server does not accept the key.")
        assert not keyring.kept
        await driver.press("enter")
        await driver.until(lambda: driver.screen.is_at_rest)
        await asked(driver)
        await driver.type(emulator.api_key)
        assert emulator.api_key not in everything_drawn(driver)
        await driver.press("enter")
        await loaded(driver)
        assert list(keyring.kept.values()) == [emulator.api_key]
        assert emulator.api_key not in everything_drawn(driver)
        # Only now is there anything to welcome to.
        await driver.sees("Welcome: the first things to know")


async def test_a_pasted_key_is_text_and_never_ends_itself(
    emulator: EmbeddedEmulator, keyring: type[KeptKeyring]
) -> None:
    async with without_a_key(emulator) as driver:
        await driver.sees("No API key is stored")
        # At the table it does nothing.
        driver.app.post_message(TerminalPaste(emulator.api_key + "\n", 0))
        await driver.sees("pasted text is not keys: nothing was done")
        for as_keys in (False, True):
            await asked(driver)
            if as_keys:
                await driver.burst(emulator.api_key + "\n")
            else:
                driver.app.post_message(TerminalPaste(emulator.api_key + "\n", 0))
            dots = "•" * len(emulator.api_key)
            await driver.until(lambda dots=dots: dots in driver.lines[-1])  # type: ignore[misc]
            assert emulator.api_key not in everything_drawn(driver)
            assert not emulator.count("studies.list")
            await driver.press("escape", "escape")
            await driver.until(lambda: driver.screen.is_at_rest)
        await asked(driver)
        driver.app.post_message(TerminalPaste(f"name\n{emulator.api_key}\n", 0))
        await driver.sees("line breaks became spaces")
        await driver.press("enter")
        await driver.sees("the key holds a blank")
        assert not emulator.count("studies.list")
        await driver.press(*["backspace"] * (len(emulator.api_key) + 5))
        driver.app.post_message(TerminalPaste(emulator.api_key + "\r\n", 0))
        await driver.press("enter")
        await loaded(driver)
    assert list(keyring.kept.values()) == [emulator.api_key]


async def test_a_lock_throws_a_key_away_and_guards_nothing_before_there_is_one(
    emulator: EmbeddedEmulator, keyring: type[KeptKeyring]
) -> None:
    async with without_a_key(emulator) as driver:
        await driver.sees("No API key is stored")
        await asked(driver)
        await driver.type(emulator.api_key)
        left = driver.app.focused
        assert isinstance(left, Input)
        assert left.value == emulator.api_key
        driver.screen.act("lock")
        await driver.until(lambda: isinstance(driver.app.screen, LockedScreen))
        assert left.value == ""
        await driver.sees("enter unlocks")
        # It is not said to be kept.
        assert "not finished" not in driver.text
        assert emulator.api_key not in everything_drawn(driver)
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, WorklistScreen))
        await driver.sees("K logs in here")
        assert driver.screen.is_at_rest
        await asked(driver)
        assert "•" not in driver.lines[-1]
        await driver.type(emulator.api_key)
        given = driver.app.focused
        await driver.press("enter")
        await loaded(driver)
        assert isinstance(given, Input)
        assert given.value == ""
        # From here on it guards.
        await driver.press("L")
        await driver.until(lambda: isinstance(driver.app.screen, LockedScreen))
        keyring.kept.clear()
        await driver.press("enter")
        await driver.sees("No API key is stored")
        assert isinstance(driver.app.screen, LockedScreen)


async def test_a_stored_key_that_is_refused_can_be_replaced_there(
    emulator: EmbeddedEmulator, keyring: type[KeptKeyring]
) -> None:
    keyring.kept[f"default@{emulator.base_url}"] = WRONG
    async with without_a_key(emulator, tour=True) as driver:
        await driver.sees("The server does not accept the API key")
        assert "KEY REFUSED" in driver.lines[0]
        assert "K logs in here, with another key" in driver.text
        assert "Welcome" not in driver.text
        await asked(driver)
        await driver.type(emulator.api_key)
        await driver.press("enter")
        await loaded(driver)
        assert "KEY REFUSED" not in driver.lines[0]
    assert list(keyring.kept.values()) == [emulator.api_key]


async def test_a_key_that_ends_during_a_shift_is_replaced_and_nothing_typed_is_lost(
    emulator: EmbeddedEmulator, keyring: type[KeptKeyring], tmp_path: Path
) -> None:
    keyring.kept[f"default@{emulator.base_url}"] = emulator.api_key
    async with without_a_key(emulator, journal=tmp_path / "journal") as driver:
        await loaded(driver)
        await driver.draft_status()
        before, cursor = driver.ids, driver.screen.table.cursor_id
        emulator.arm("status-401", count=10_000)
        driver.session.refresh()
        await driver.until(lambda: "KEY REFUSED" in driver.lines[0])
        assert driver.ids == before
        emulator.disarm()
        await driver.until(lambda: "K log in" in driver.status)
        await asked(driver)
        await driver.type(emulator.api_key)
        await driver.press("enter")
        await driver.until(lambda: driver.is_loaded)
        assert (driver.ids, driver.screen.table.cursor_id) == (before, cursor)
        assert driver.screen.detail.is_dirty
        assert not driver.controller.news.line()
    assert emulator.api_key not in written_in(tmp_path)


async def test_a_keyring_that_is_locked_says_so_in_the_tables_place(
    emulator: EmbeddedEmulator, keyring: type[KeptKeyring], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "is_locked", True)
    async with without_a_key(emulator) as driver:
        await driver.sees("The keyring is locked.")
        # A key could not be kept there.
        assert "logs in here" not in driver.text
        await driver.press("K")
        await driver.until(lambda: driver.says("log in: no API key is asked for"))
        monkeypatch.setattr(keyring, "is_locked", False)
        await driver.press("r")
        await driver.sees("K logs in here")
