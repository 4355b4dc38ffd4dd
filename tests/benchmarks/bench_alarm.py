"""From the arrival of a STAT study to the screen, with 10,000 others open, at default settings."""

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from tui.alarm_run import Watched, happen, listen, settle
from tui.driver import worklist

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(420)]

STUDIES = 22_500
"""Of which 10,000 are open."""
EVENTS = 200
EVERY = 0.7
"""Seconds from one event to the next, on average."""


async def test_200_stat_studies_reach_the_screen_in_15_seconds() -> None:
    watched = Watched()
    with EmbeddedEmulator(
        studies=STUDIES, seed=3, latency_ms=100, arrivals_per_minute=30
    ) as emulator:
        open_ones = sum(
            each["studyViewerStatus"] == "incomplete" and not each["isCancelled"]
            for each in emulator.studies()
        )
        async with worklist(emulator, wait=False) as driver:
            await driver.until(lambda: " seen" in driver.lines[-1], patience=60.0)
            listen(driver, watched)
            await happen(emulator, watched, EVENTS, EVERY)
            await settle(emulator, watched)
    p50, p95, longest = (watched.percentile(share) for share in (0.5, 0.95, 1.0))
    print(f"\n{open_ones:,} open studies, 100 ms latency, 30 other arrivals a minute")
    print(f"{EVENTS} became STAT: shown after {p50:.1f} s in the middle, p95 {p95:.1f} s,")
    print(f"  the last after {longest:.1f} s; {len(watched.lost)} read by others before, ")
    print(f"  {len(watched.missed)} missed, {_twice(watched)} alarmed twice")
    assert open_ones >= 10_000
    assert not watched.missed
    assert not _twice(watched)
    assert p95 <= 15.0


def _twice(watched: Watched) -> int:
    return sum(watched.raised[each] > 1 for each in watched.happened)
