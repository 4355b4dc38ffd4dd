"""How calm the screen is, and how much of it is studies: cells and rows of a real terminal."""

from typing import Any

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from homes import write_settings
from masthead import READ_WHOLE
from terminal.harness import Terminal, environment, program

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(200)]

SIZES = {(60, 15): 12, (80, 24): 15, (120, 36): 29, (200, 50): 43}
"""Columns and rows, and how many studies are to be seen in them at least."""
MOST_RED = 185
"""Cells of red ink or on red ground at 120x36, of which more would be no calm screen."""


def is_red(colour: Any) -> bool:
    """Whether a colour of pyte's is red rather than anything else."""
    if len(colour) != 6:
        return colour in {"red", "brightred"}
    red, green, blue = (int(colour[start : start + 2], 16) for start in (0, 2, 4))
    return red > 140 and red > 1.4 * green and red > 1.25 * blue and green <= 1.6 * blue


def red_cells(terminal: Terminal) -> tuple[int, int]:
    """Return how many cells are written in red, and how many are on red."""
    lines, columns = len(terminal.lines), terminal.screen.columns
    cells = [terminal.cell(x, y) for y in range(lines) for x in range(columns)]
    filled = sum(is_red(each.bg) for each in cells)
    written = sum(bool(each.data.strip()) and is_red(each.fg) for each in cells)
    return written, filled


def studies_shown(terminal: Terminal) -> int:
    """Return how many rows are studies: behind cursor, sign and blank stands the priority."""
    words = ("▲ STAT", "● HIGH", "  RTN")
    return sum(line[3:].startswith(words) for line in terminal.lines[2:])


@pytest.mark.parametrize("size", SIZES)
def test_what_is_seen(size: tuple[int, int], tmp_path: Any) -> None:
    """The demo's studies, once everything is read and the start is still to be noticed."""
    environ = environment(tmp_path)
    write_settings(environ["HOME"], f'[profiles.default]\nme = "{DEMO_USER_ID}"\n')
    with EmbeddedEmulator(studies=400, seed=1) as emulator:
        environ |= {"AVARA_BASE_URL": emulator.base_url, "AVARA_API_KEY": emulator.api_key}
        with Terminal(program(), environ=environ, columns=size[0], rows=size[1]) as terminal:
            terminal.wait_for(READ_WHOLE)
            terminal.press("j", "j", "j")
            terminal.wait_until_still(1.0)
            written, filled = red_cells(terminal)
            studies = studies_shown(terminal)
    print(f"\n{size[0]}x{size[1]}: {studies} studies; red cells {written} written, {filled} filled")
    assert studies >= SIZES[size]
    assert size != (120, 36) or written + filled < MOST_RED
