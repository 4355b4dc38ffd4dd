"""Keys every 50 ms: every study that is written has been named on the screen."""

import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from homes import write_settings
from terminal.harness import Terminal, program, shown
from terminal.workplace import wait_until_loaded

STROKE: Final = 0.05
SECONDS: Final = 12.0
KEYS: Final = "nnnnjkmvsh"
LATENCY_MS: Final = 80.0


class Recorded(Terminal):
    """A terminal that keeps every line that its last row has ever shown."""

    def __init__(self, argv: Sequence[str], *, environ: Mapping[str, str]) -> None:
        super().__init__(argv, environ=environ)
        self.said: set[str] = set()

    def _draw(self, piece: bytes) -> None:
        super()._draw(piece)
        self.said.add(shown(self.screen)[-1])


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", [5, 6])
def test_no_study_is_written_that_was_not_named(
    environ: dict[str, str], tmp_path: Path, seed: int
) -> None:
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o700)
    write_settings(
        environ["HOME"],
        f'[profiles.default]\nme = "{DEMO_USER_ID}"\nbrowser_command = ["{browser}"]\n',
    )
    chance = random.Random(seed)
    with EmbeddedEmulator(studies=400, seed=seed, latency_ms=LATENCY_MS) as emulator:
        environ |= {"AVARA_BASE_URL": emulator.base_url, "AVARA_API_KEY": emulator.api_key}
        with Recorded(program(), environ=environ) as terminal:
            wait_until_loaded(terminal)
            began = time.monotonic()
            for number in range(round(SECONDS / STROKE)):
                terminal.send(chance.choice(KEYS).encode())
                # The rhythm is what is tried.
                time.sleep(max(began + (number + 1) * STROKE - time.monotonic(), 0.0))
            terminal.press("escape")
            # What was begun is carried out, and drawn.
            terminal.wait_until_still(2.0)
            said = "\n".join(terminal.said)
        written = [each["studyId"] for each in emulator.studies()]
        written = [each for each in written if emulator.writes(each)]
    assert len(written) > 5
    assert [each for each in written if f"…{each[-6:]}]" not in said] == []
