"""No STAT study is missed or announced twice though every fifth answer of the server is broken."""

import pytest

from avara_tui.config import Config, Refresh
from avara_tui.emulator.embedded import EmbeddedEmulator
from tui.alarm_run import Watched, happen, listen, settle
from tui.driver import worklist

FAULTS = {
    "status-503": 0.05,
    "status-502": 0.03,
    "reset-in-body": 0.03,
    "close-before-answer": 0.02,
    "truncated-json": 0.03,
    "expired-cursor": 0.02,
    "rate-limit-short": 0.02,
}
"""Together every fifth answer."""


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_no_alarm_is_lost_or_repeated_with_a_fifth_of_the_answers_broken() -> None:
    assert sum(FAULTS.values()) == pytest.approx(0.2)
    watched = Watched()
    fast = Config(refresh=Refresh(stat=0.5, high=3, normal=6, closed=20))
    with EmbeddedEmulator(studies=3_000, seed=3, arrivals_per_minute=60, faults=FAULTS) as emulator:
        async with worklist(emulator, config=fast, wait=False) as driver:
            await driver.until(lambda: " seen" in driver.lines[-1], patience=60.0)
            listen(driver, watched)
            await happen(emulator, watched, 200, 0.2)
            await settle(emulator, watched)
    assert not watched.missed
    noticed = watched.happened.keys() - watched.lost
    assert len(noticed) >= 180
    assert {each for each in noticed if watched.raised[each] != 1} == set()
