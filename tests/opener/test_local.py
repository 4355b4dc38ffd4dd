"""Opening a link on this machine: never waiting, never telling others, never a text browser."""

import asyncio
import html
import os
import re
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from avara_tui.triage.opener.links import OpenerError
from avara_tui.triage.opener.local import choose_opener, open_local
from terminal.harness import Terminal, environment

HOST = "viewer.avarasoftware.com"
TOKEN = "planted-token"
URL = f"https://{HOST}/study/stu_1234?token={TOKEN}&x='1;y=(2)"


class Desktop:
    """A machine with a display, and openers of our own making."""

    def __init__(self, directory: Path) -> None:
        self.bin = directory / "bin"
        self.bin.mkdir()
        self.notes = directory / "notes"
        self.notes.mkdir()
        self.runtime = directory / "runtime"
        self.runtime.mkdir(mode=0o700)
        self.environ = {
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "DISPLAY": ":99",
            "AVARA_API_KEY": "sk_live_planted",
            "GITHUB_TOKEN": "planted",
        }

    def program(self, name: str, script: str) -> Path:
        """Install a program that notes its arguments, environment and id before it goes on."""
        path = self.bin / name
        path.write_text(
            "#!/bin/sh\n"
            f'for part in "$0" "$@"; do echo "$part"; done > {self.notes}/argv\n'
            f"env > {self.notes}/environ\n"
            f"echo $$ > {self.notes}/pid.part && mv {self.notes}/pid.part {self.notes}/pid\n"
            f"{script}\n"
        )
        path.chmod(0o755)
        return path

    def note(self, name: str) -> str:
        """Return what the program noted."""
        return (self.notes / name).read_text()

    @property
    def pages(self) -> list[Path]:
        """The redirect pages that lie about."""
        return list(self.runtime.iterdir())

    async def open(self, url: str = URL, command: tuple[str, ...] | None = None) -> str:
        """Open a link; return the name of the program that was asked to."""
        handed = await open_local(
            url,
            allowed=[HOST],
            environ=self.environ,
            browser_command=command,
            directory=self.runtime,
            patience=30.0,
        )
        assert handed.doubt == ""
        return handed.program


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    return Desktop(tmp_path)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - the condition lies outside the loop
        await asyncio.sleep(0.01)


def leads_to(page: Path) -> str:
    """Return where a browser goes that loads the page."""
    text = page.read_text()
    refresh = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', text)
    assert refresh is not None
    return html.unescape(refresh.group(1))


async def test_the_opener_gets_a_private_page_and_never_the_link(desktop: Desktop) -> None:
    desktop.program("xdg-open", "exit 0")
    assert await desktop.open() == "xdg-open"
    (page,) = desktop.pages
    assert desktop.note("argv").splitlines()[1:] == [page.as_uri()]
    for noted in (desktop.note("argv"), desktop.note("environ")):
        assert "planted" not in noted
    assert "DISPLAY=:99" in desktop.note("environ")
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert leads_to(page) == URL.replace("'", "%27")
    assert 'name="referrer" content="no-referrer"' in page.read_text()


async def test_an_opener_that_fails_is_reported_and_leaves_no_page(desktop: Desktop) -> None:
    for script, message in (("exit 3", "exit status 3"), ("kill -9 $$", "signal 9")):
        desktop.program("xdg-open", script)
        with pytest.raises(OpenerError, match=message) as caught:
            await desktop.open()
        assert TOKEN not in str(caught.value)
        assert "browser_command" in caught.value.remedy
        assert desktop.pages == []


async def test_the_event_loop_goes_on_while_the_opener_is_watched(desktop: Desktop) -> None:
    # The opener ends only when the loop has made a file, so a blocked loop would never return.
    go = desktop.notes / "go"
    desktop.program("xdg-open", f"while [ ! -e {go} ]; do sleep 0.01; done")
    opening = asyncio.create_task(desktop.open())
    await until((desktop.notes / "pid").exists)
    assert not opening.done()
    go.touch()
    assert await opening == "xdg-open"


async def test_an_opener_that_hangs_is_not_waited_for(desktop: Desktop) -> None:
    desktop.program("xdg-open", "exec sleep 300")
    handed = await open_local(
        URL, allowed=[HOST], environ=desktop.environ, directory=desktop.runtime, patience=0.2
    )
    assert handed.program == "xdg-open"
    await until((desktop.notes / "pid").exists)
    pid = int(desktop.note("pid"))
    assert os.getsid(pid) == pid
    os.kill(pid, signal.SIGKILL)
    # It is taken note of when it ends: no zombie stays.
    await until(lambda: not Path(f"/proc/{pid}").exists() if sys.platform == "linux" else True)


async def test_a_missing_opener_is_reported(desktop: Desktop) -> None:
    desktop.environ["PATH"] = str(desktop.bin)
    with pytest.raises(OpenerError, match="No program to open links with is installed"):
        await desktop.open()
    with pytest.raises(OpenerError, match="'absent' is not installed"):
        await desktop.open(command=("absent",))
    broken = desktop.bin / "broken"
    broken.write_text("#!/nonexistent/interpreter\n")
    broken.chmod(0o755)
    with pytest.raises(OpenerError, match="'broken' cannot be started: No such file"):
        await desktop.open(command=("broken",))
    assert desktop.pages == []


async def test_nothing_is_started_for_a_link_that_is_refused(desktop: Desktop) -> None:
    desktop.program("xdg-open", "exit 0")
    for url in ("--help", "file:///etc/passwd", f"https://evil.example/?token={TOKEN}"):
        with pytest.raises(OpenerError):
            await desktop.open(url)
    assert not (desktop.notes / "pid").exists()
    assert desktop.pages == []


async def test_a_browser_command_gets_what_its_template_asks_for(desktop: Desktop) -> None:
    desktop.program("browser", "exit 0")
    await desktop.open(command=("browser", "--new-window"))
    assert desktop.note("argv").splitlines()[1] == "--new-window"
    assert desktop.note("argv").splitlines()[2].startswith("file://")
    await desktop.open(command=("browser", "--page={page}", "-x"))
    assert re.fullmatch(r"--page=file://.*\.html\n-x\n", desktop.note("argv").split("\n", 1)[1])
    before = len(desktop.pages)
    await desktop.open(command=("browser", "{url}"))
    assert desktop.note("argv").splitlines()[1] == URL
    assert len(desktop.pages) == before


@pytest.mark.parametrize("name", ["w3m", "lynx", "links", "links2", "elinks", "www-browser"])
async def test_a_text_browser_is_never_started(desktop: Desktop, name: str) -> None:
    browser = desktop.program(name, "exit 0")
    desktop.environ["PATH"] = str(desktop.bin)
    for alias in ("xdg-open", "x-www-browser", "firefox", "my-browser"):
        (desktop.bin / alias).symlink_to(browser)
    with pytest.raises(OpenerError, match="No program to open links"):
        await desktop.open()
    for command in ((name,), (str(browser),), ("my-browser",)):
        with pytest.raises(OpenerError, match="would take over this terminal"):
            await desktop.open(command=command)
    assert not (desktop.notes / "pid").exists()


async def test_xdg_open_is_not_told_of_a_text_browser(desktop: Desktop) -> None:
    desktop.program("xdg-open", "exit 0")
    for browsers, kept in (("w3m", False), ("firefox:lynx %s", False), ("firefox", True)):
        desktop.environ["BROWSER"] = browsers
        await desktop.open()
        assert (f"BROWSER={browsers}" in desktop.note("environ")) is kept


def test_without_a_display_no_browser_is_looked_for(desktop: Desktop) -> None:
    desktop.program("xdg-open", "exit 0")
    del desktop.environ["DISPLAY"]
    with pytest.raises(OpenerError, match="No browser here"):
        choose_opener(desktop.environ)
    desktop.program("lemonade", "exit 0")
    assert choose_opener(desktop.environ, ["lemonade", "open"])[1:] == ["open", "{page}"]


@pytest.mark.terminal
def test_an_opener_cannot_reach_the_terminal(desktop: Desktop) -> None:
    desktop.program(
        "xdg-open",
        "echo hijack; echo hijack >&2; echo hijack > /dev/tty; "
        'python3 -c \'open("/dev/tty", "w").write("hijack")\'; exit 0',
    )
    script = (
        "import asyncio, os, pathlib; from avara_tui.triage.opener.local import open_local\n"
        f"print(asyncio.run(open_local({URL!r}, allowed=[{HOST!r}], environ=os.environ,"
        f" directory=pathlib.Path({str(desktop.runtime)!r}), patience=30)).program)"
    )
    environ = {**environment(desktop.notes), **desktop.environ}
    with Terminal([sys.executable, "-c", script], environ=environ) as terminal:
        assert terminal.wait_exit() == 0
        assert terminal.text.split() == ["xdg-open"]
