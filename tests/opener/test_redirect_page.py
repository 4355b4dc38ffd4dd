"""The private page: it leaves when its time is over, whatever becomes of the program."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from avara_tui.triage.opener.links import OpenerError
from avara_tui.triage.opener.page_folders import page_folders
from avara_tui.triage.opener.redirect_page import LIFE, RedirectPage, sweep
from avara_tui.triage.opener.viewing import sweep_soon
from terminal.harness import WAIT, Terminal, environment
from terminal.processes import sweepers_of

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")

TOKEN = "planted-token"
URL = f"https://viewer.example/study/stu_1?token={TOKEN}"
OPENED = """
import os, signal, sys, time
from pathlib import Path
from avara_tui.triage.opener.redirect_page import RedirectPage
page = RedirectPage(sys.argv[1], Path(sys.argv[2]), life=float(sys.argv[3]))
assert page.path.exists()
print(page.path, flush=True)
"""
"""A program that opens something, and what it does then."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory that nobody else can enter."""
    made = tmp_path / "run"
    made.mkdir(mode=0o700)
    return made


def until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < limit, "it never came"
        time.sleep(0.02)


def program(folder: Path, then: str, life: float) -> list[str]:
    return [sys.executable, "-c", OPENED + then, URL, str(folder), f"{life:g}"]


def left(folder: Path, name: str, age: float, mode: int = 0o600) -> Path:
    """Make a file that is ``age`` seconds old."""
    path = folder / name
    path.touch()
    path.chmod(mode)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def page_name(number: int) -> str:
    return f"open-{number:032x}.html"


def test_a_page_is_deleted_after_its_life(folder: Path) -> None:
    page = RedirectPage(URL, folder, life=0.2)
    until(lambda: not page.path.exists())
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "then",
    [
        "",
        "os._exit(0)",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os.abort()",
        "os.kill(os.getpid(), signal.SIGSEGV)",
        "os.kill(os.getpid(), signal.SIGTERM)",
        "os.kill(os.getpid(), signal.SIGHUP)",
        "os.killpg(0, signal.SIGKILL)",
    ],
)
def test_a_page_is_deleted_whatever_ends_the_program(folder: Path, then: str) -> None:
    done = subprocess.run(
        program(folder, then, 1),
        check=False,
        capture_output=True,
        text=True,
        timeout=WAIT,
        start_new_session=True,
    )
    page = Path(done.stdout.strip())
    assert page.parent == folder
    assert (done.returncode == 0) is ("kill" not in then and "abort" not in then)
    until(lambda: not page.exists())


@pytest.mark.terminal
def test_a_page_is_deleted_after_its_terminal_has_gone(folder: Path, tmp_path: Path) -> None:
    argv = program(folder, "time.sleep(300)", 1)
    with Terminal(argv, environ=environment(tmp_path / "home"), columns=400) as terminal:
        terminal.wait_for("open-")
        page = Path(terminal.text.strip())
        terminal.hang_up()
        assert terminal.wait_exit() == -signal.SIGHUP
        until(lambda: not page.exists())


def test_a_page_of_a_program_that_stays_open_leaves_with_it(folder: Path) -> None:
    for then, returncode in (("", 0), ("raise KeyError", 1), ("sys.exit(3)", 3)):
        argv = program(folder, f"page.leave_with_us()\n{then}", LIFE)
        done = subprocess.run(
            argv, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=WAIT
        )
        assert done.returncode == returncode
        page = Path(os.fsdecode(done.stdout.strip()))
        assert page.parent == folder
        assert not page.exists()
        end_sweeper(page)


def test_a_page_stays_for_its_time_though_the_command_ends(folder: Path) -> None:
    # The browser is still starting.
    done = subprocess.run(
        program(folder, "", LIFE), check=True, capture_output=True, text=True, timeout=WAIT
    )
    page = Path(done.stdout.strip())
    assert TOKEN in page.read_text()
    end_sweeper(page)
    until(lambda: not page.exists())


def end_sweeper(page: Path) -> None:
    """End who waits for the page's end, as a shutdown does."""
    until(lambda: bool(sweepers_of(page)))
    for each in sweepers_of(page):
        os.kill(each, signal.SIGTERM)


def test_who_deletes_the_page_knows_nothing_and_is_nobodys_child(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AVARA_API_KEY", TOKEN)
    page = RedirectPage(URL, folder)
    until(lambda: bool(sweepers_of(page.path)))
    (pid,) = sweepers_of(page.path)
    sweeper = Path(f"/proc/{pid}")
    assert TOKEN.encode() not in (sweeper / "cmdline").read_bytes()
    names = re.findall(rb"(?:^|\0)(\w+)=", (sweeper / "environ").read_bytes())
    assert set(names) <= {b"PATH", b"PWD", b"SHLVL", b"_", b"OLDPWD"}
    assert os.getsid(pid) != os.getsid(0)
    assert f"PPid:\t{os.getpid()}\n" not in (sweeper / "status").read_text()
    for number in (0, 1, 2):
        assert (sweeper / "fd" / str(number)).readlink() == Path(os.devnull)
    # At a shutdown it does not wait.
    end_sweeper(page.path)
    until(lambda: not page.path.exists())


def test_without_anybody_to_delete_it_no_page_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avara_tui.triage.opener.redirect_page._SHELL", "/nonexistent/sh")
    with pytest.raises(OpenerError, match="No page could be written") as caught:
        RedirectPage(URL, folder)
    assert TOKEN not in str(caught.value)
    assert list(folder.iterdir()) == []


def test_a_directory_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    with pytest.raises(OpenerError, match="No page could be written"):
        RedirectPage(URL, tmp_path / "absent", life=0.1)


def test_only_pages_of_our_own_whose_time_is_over_are_swept(folder: Path, tmp_path: Path) -> None:
    old, ahead = left(folder, page_name(1), LIFE + 1), left(folder, page_name(2), -LIFE - 60)
    elsewhere = left(tmp_path, "somebody's", 3600)
    kept = [
        left(folder, page_name(3), 0),
        left(folder, page_name(4), 3600, mode=0o644),
        left(folder, "open-1.html", 3600),
        left(folder, "open-notes.html", 3600),
        left(folder, f"{page_name(5)}.bak", 3600),
        elsewhere,
    ]
    link = folder / page_name(6)
    link.symlink_to(elsewhere)
    os.utime(link, (1, 1), follow_symlinks=False)
    inner = folder / page_name(7)
    inner.mkdir(mode=0o700)
    os.utime(inner, (1, 1))
    sweep([folder])
    assert not old.exists()
    assert not ahead.exists()
    assert all(each.exists() for each in [*kept, link, inner])


def test_nothing_is_swept_where_others_can_enter_or_a_link_leads(
    folder: Path, tmp_path: Path
) -> None:
    page = left(folder, page_name(1), 3600)
    link = tmp_path / "link"
    link.symlink_to(folder)
    sweep([link, tmp_path / "absent", tmp_path / "somebody"])
    assert page.exists()
    folder.chmod(0o755)
    sweep([folder])
    assert page.exists()
    folder.chmod(0o700)
    sweep([folder])
    assert not page.exists()


def test_pages_of_another_running_program_are_left_alone(folder: Path) -> None:
    # Both sweep before each page that they make, and look whether all of theirs are still there.
    then = """
pages = [page] + [RedirectPage(sys.argv[1], Path(sys.argv[2])) for _ in range(6)]
assert all(each.path.exists() for each in pages), pages
print("all there", flush=True)
"""
    stale = left(folder, page_name(1), 3600)
    both = [
        subprocess.Popen(program(folder, then, LIFE), stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [each.communicate(timeout=WAIT)[0] for each in both]
    assert all("all there" in each for each in told)
    assert not stale.exists()
    pages = list(folder.iterdir())
    for page in pages:
        end_sweeper(page)
    until(lambda: not any(page.exists() for page in pages))


def test_a_start_sweeps_what_is_left_in_every_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "session"))
    folders = (
        "session/avara-tui",
        "state/avara-tui/run",
        "snap/firefox/common/avara-tui",
        ".snap/data/chromium/common/avara-tui",
        ".var/app/org.mozilla.firefox/cache/avara-tui",
    )
    assert [each for each in page_folders(os.environ) if each.exists()] == []
    pages = []
    for each in folders:
        (tmp_path / each).mkdir(parents=True)
        (tmp_path / each).chmod(0o700)
        pages.append(left(tmp_path / each, page_name(1), LIFE + 1))
    sweep_soon(after=0)
    until(lambda: not any(page.exists() for page in pages))
