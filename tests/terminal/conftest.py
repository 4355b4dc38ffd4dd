"""What every test in a real terminal needs."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from homes import write_settings
from terminal.harness import environment
from terminal.workplace import Workplace

_BROWSER = """
import pathlib, sys, urllib.request
page, told = sys.argv[1], pathlib.Path(sys.argv[2])
part = told.with_suffix(".part")
part.write_bytes(urllib.request.urlopen(page).read())
part.rename(told)
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a person with nothing but a terminal and an empty home."""
    return environment(tmp_path / "home")


@pytest.fixture
def workplace(tmp_path: Path, environ: dict[str, str]) -> Iterator[Workplace]:
    """Run an emulator, and give a person a key, a name and a browser that keeps what it gets."""
    browser = tmp_path / "browser.py"
    browser.write_text(_BROWSER)
    opened = tmp_path / "opened.html"
    command = [sys.executable, str(browser), "{page}", str(opened)]
    write_settings(
        environ["HOME"],
        f'[profiles.default]\nme = "{DEMO_USER_ID}"\nbrowser_command = {command!r}\n',
    )
    with EmbeddedEmulator(studies=60, seed=5) as emulator:
        environ["AVARA_BASE_URL"] = emulator.base_url
        environ["AVARA_API_KEY"] = emulator.api_key
        yield Workplace(emulator, environ, opened)
