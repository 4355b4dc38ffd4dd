"""The private page of an opening in the real program: somebody deletes it, whatever happens."""

import os
import re
import signal
import time
from pathlib import Path

import pytest

from avara_tui.triage.opener.redirect_page import LIFE
from homes import write_settings
from terminal.attaching import until
from terminal.processes import is_running, sweepers_of
from terminal.workplace import Workplace, wait_for_cursor_on

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc"),
]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV])
def test_who_deletes_the_page_outlives_the_program(
    workplace: Workplace, tmp_path: Path, number: signal.Signals
) -> None:
    notes = tmp_path / "notes"
    browser = tmp_path / "own-way"
    browser.write_text(f'#!/bin/sh\necho "$1" > {notes}.part\nmv {notes}.part {notes}\n')
    browser.chmod(0o755)
    write_settings(
        workplace.environ["HOME"], f'[profiles.default]\nbrowser_command = ["{browser}"]\n'
    )
    workplace.create("Zebra head")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra head")
        terminal.press("o")
        until(notes.exists)
        page = Path(notes.read_text().strip().removeprefix("file://"))
        assert re.search("token=", page.read_text())
        until(lambda: len(sweepers_of(page)) == 1)
        # The whole session of the terminal goes, as by a closed window.
        os.killpg(terminal.pid, number)
        assert terminal.wait_exit() == -number
    (sweeper,) = sweepers_of(page)
    assert is_running(sweeper)
    assert page.exists()
    # It need not be waited for: told to leave, it deletes the page as it would in time.
    os.kill(sweeper, signal.SIGTERM)
    until(lambda: not page.exists())


def test_a_start_deletes_what_is_left(workplace: Workplace, tmp_path: Path) -> None:
    session = tmp_path / "session"
    folder = session / "avara-tui"
    folder.mkdir(parents=True, mode=0o700)
    session.chmod(0o700)
    old, young = folder / f"open-{1:032x}.html", folder / f"open-{2:032x}.html"
    for page, age in ((old, LIFE + 60), (young, -LIFE / 2)):
        page.touch(mode=0o600)
        os.utime(page, (time.time() - age, time.time() - age))
    workplace.environ["XDG_RUNTIME_DIR"] = str(session)
    with workplace.worklist():
        until(lambda: not old.exists())
        assert young.exists()
