"""Opening a study: what decides between a browser here and a link, and how long it may take."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from avara_tui.config import Profile
from avara_tui.triage.opener import viewing, whereabouts
from avara_tui.triage.opener.place import ELSEWHERE, NO_DISPLAY, UNKNOWN, Place
from avara_tui.triage.opener.viewing import LinkToGive, Opened, open_study, told_of, why_not_here

LINK = "https://viewer.avarasoftware.com/study/stu_1?token=planted"


class Server:
    """A server that gives a link, as far as opening needs one."""

    base_url = "https://api.avarasoftware.com"

    async def reroute_url(self, study_id: str) -> str:
        """Return the link."""
        assert study_id == "stu_1"
        return LINK

    @property
    def client(self) -> Any:
        return self

    @property
    def connection(self) -> Any:
        return self


@pytest.fixture
def browser(tmp_path: Path) -> Callable[[str], tuple[str, ...]]:
    """Return what installs a browser under a name; it notes on which display it was."""

    def install(name: str) -> tuple[str, ...]:
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho "$DISPLAY" > {tmp_path}/display\n')
        program.chmod(0o755)
        return (str(program),)

    return install


@pytest.fixture
def sits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Place], None]:
    """Return what decides where the person sits."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)

    def sit(place: Place) -> None:
        monkeypatch.setattr(whereabouts, "find_place", lambda _: place)

    return sit


async def opened(command: tuple[str, ...]) -> Opened | LinkToGive:
    profile = Profile(name="default", browser_command=command)
    return await open_study(cast("Any", Server()), "stu_1", profile)


@pytest.mark.parametrize("why", [ELSEWHERE, NO_DISPLAY, "Nobody is attached to tmux."])
async def test_a_browser_is_not_started_where_nobody_sits_and_another_program_is(
    sits: Callable[[Place], None],
    browser: Callable[[str], tuple[str, ...]],
    tmp_path: Path,
    why: str,
) -> None:
    sits(Place({"PATH": "/usr/bin:/bin"}, why))
    firefox = browser("firefox-esr")
    assert await opened(firefox) == LinkToGive(LINK, why)
    assert why_not_here(Profile(name="default", browser_command=firefox)) == why
    assert not (tmp_path / "display").exists()
    other = browser("lemonade")
    assert await opened(other) == Opened("lemonade")
    assert why_not_here(Profile(name="default", browser_command=other)) is None


async def test_it_opens_on_the_display_of_who_is_there(
    sits: Callable[[Place], None], browser: Callable[[str], tuple[str, ...]], tmp_path: Path
) -> None:
    environ: Mapping[str, str] = {"PATH": "/usr/bin:/bin", "DISPLAY": ":7"}
    sits(Place(environ, shown_on="on this machine's display :7"))
    found = await opened(browser("firefox"))
    assert found == Opened("firefox", "on this machine's display :7")
    assert (tmp_path / "display").read_text() == ":7\n"
    assert isinstance(found, Opened)
    assert told_of(found) == "firefox on this machine's display :7"
    assert told_of(Opened("firefox", doubt="who knows")) == "firefox; who knows"


async def test_a_machine_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, browser: Callable[[str], tuple[str, ...]]
) -> None:
    never, asked = threading.Event(), threading.Event()

    def hang(_: Mapping[str, str]) -> Place:
        asked.set()
        never.wait()
        raise AssertionError("it was waited for")

    monkeypatch.setattr(whereabouts, "find_place", hang)
    monkeypatch.setattr(viewing, "PATIENCE", 0.1)
    assert await opened(browser("firefox")) == LinkToGive(LINK, UNKNOWN)
    assert asked.is_set()
