"""How many bytes the worklist writes to the terminal, beside Textual's own DataTable."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from masthead import READ_WHOLE
from terminal.harness import Terminal, environment, program

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]

SIZE = {"columns": 120, "rows": 40}
DATA_TABLE = """
from textual.app import App
from textual.widgets import DataTable

class Table(App):
    def compose(self):
        yield DataTable(cursor_type="row")
    def on_mount(self):
        table = self.query_one(DataTable)
        for name, width in (("PRI", 6), ("AGE", 6), ("DESCRIPTION", 34), ("ASSIGNEE", 16),
                            ("STATUS", 10), ("CUSTOMER", 20)):
            table.add_column(name, width=width)
        for n in range(400):
            table.add_row("STAT", f"{n}m", f"CT Head without contrast {n}", "Okafor A",
                          "incomplete", "Northside Hospital")
Table().run()
"""

FOLLOWED: Final = 1800
"""Bytes of a move of the cursor, with the detail of the study that it comes to."""
ONE_CHANGED: Final = 300
"""Bytes that a study which somebody else changed may cost."""


def spent(terminal: Terminal, act: Callable[[], None]) -> int:
    """Return the bytes written from ``act`` until the screen rests."""
    terminal.wait_until_still()
    before = terminal.byte_count
    act()
    terminal.wait_until_still()
    return terminal.byte_count - before


def moves(terminal: Terminal, key: str, times: int) -> float:
    """Return the mean bytes of pressing ``key``, each press seen through before the next."""
    total = spent(terminal, lambda: None)
    for _ in range(times):
        total += spent(terminal, lambda: terminal.press(key))
    return total / times


def changed(terminal: Terminal, emulator: EmbeddedEmulator, study: Any) -> int:
    """Return the bytes that it takes to show a study which somebody else has changed.

    It shows at the next look, seconds later, and within these all ages may become a minute more.
    So it is changed up to three times, and the least counts.
    """
    least = sys.maxsize
    for text in ("CT Neck, changed again", "CT Hand, changed twice", "CT Knee, changed lately"):
        terminal.wait_until_still(3.0)
        before = terminal.byte_count
        emulator.change(study["studyId"], studyDescription=text)
        terminal.wait_for(text[-8:])
        terminal.wait_until_still(2.0)
        least = min(least, terminal.byte_count - before)
        if least <= ONE_CHANGED:
            break
    return least


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    home = tmp_path_factory.mktemp("home")
    environ = environment(home)
    measured: dict[str, float] = {}
    with EmbeddedEmulator(studies=800, seed=1) as emulator:
        environ |= {"AVARA_BASE_URL": emulator.base_url, "AVARA_API_KEY": emulator.api_key}
        config = home / ".config" / "avara-tui"
        config.mkdir(parents=True)
        (config / "config.toml").write_text(
            f'[profiles.default]\nme = "{DEMO_USER_ID}"\n[refresh]\nstat = 600\nhigh = 3600\n'
            "normal = 3600\nclosed = 86400\n"
        )
        with Terminal(program(), environ=environ, **SIZE) as terminal:
            terminal.wait_for(READ_WHOLE)
            measured["start"] = terminal.byte_count
            measured["cursor, and the detail of another study"] = moves(terminal, "j", 8)
            measured["page"] = moves(terminal, "pagedown", 3)
            measured["question"] = spent(terminal, lambda: terminal.press("x"))
            terminal.press("escape")
            study = next(
                each
                for each in emulator.studies()
                if each["severity"] == "stat" and each["studyViewerStatus"] == "incomplete"
            )
            terminal.press("g")
            terminal.wait_until_still()
            before = terminal.byte_count
            time.sleep(60)
            measured["idle minute"] = terminal.byte_count - before
            emulator.change(study["studyId"], studyDescription="CT Head, changed elsewhere")
            measured["refresh with one study changed"] = spent(
                terminal, lambda: terminal.press("r")
            )
            terminal.leave()
        (config / "config.toml").write_text(f'[profiles.default]\nme = "{DEMO_USER_ID}"\n')
        with Terminal(program(), environ=environ, **SIZE) as terminal:
            terminal.wait_for(READ_WHOLE)
            measured["one study changed, found by itself"] = changed(terminal, emulator, study)
    argv = [sys.executable, "-c", DATA_TABLE]
    with Terminal(argv, environ=environment(home), **SIZE) as terminal:
        terminal.wait_for("Northside")
        measured["DataTable cursor"] = moves(terminal, "down", 8)
        measured["DataTable page"] = moves(terminal, "pagedown", 3)
    return measured


def test_bytes_on_the_terminal(figures: dict[str, float], tmp_path: Path) -> None:  # noqa: ARG001
    """Moving, paging, asking and resting stay small; DataTable stands beside."""
    print()
    for name, count in figures.items():
        print(f"{name:42} {count:8.0f} bytes")
    assert figures["page"] <= 0.6 * figures["DataTable page"]
    assert figures["cursor, and the detail of another study"] <= FOLLOWED
    assert figures["idle minute"] <= 500
    assert figures["question"] <= 1000
    assert figures["one study changed, found by itself"] <= ONE_CHANGED
