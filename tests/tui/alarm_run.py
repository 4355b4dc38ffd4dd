"""A department in which studies become STAT, and a screen that is to notice every one of them."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.tui.widgets.alarm_banner import AlarmBanner
from avara_tui.worklist.rungs import ARRIVALS
from studies import is_open, open_studies
from tui.driver import Driver

PATIENCE = 90.0
"""Seconds after the last event in which everything has to have been noticed."""


@dataclass
class Watched:
    """What happened, and what the screen made of it."""

    happened: dict[str, float] = field(default_factory=dict)
    """When each study became STAT, by study id, in seconds of the monotonic clock."""
    raised: Counter[str] = field(default_factory=Counter)
    """How often each study raised the alarm by becoming STAT, however long it waits then."""
    shown: dict[str, float] = field(default_factory=dict)
    """When the banner first showed a study's alarm, or counted it among those that wait."""
    lost: set[str] = field(default_factory=set)
    """Studies that somebody read or cancelled before anybody could have seen them."""

    @property
    def waits(self) -> list[float]:
        """Return the seconds from happening to the screen, the longest last."""
        pairs = self.happened.items()
        return sorted(self.shown[each] - at for each, at in pairs if each in self.shown)

    def percentile(self, share: float) -> float:
        waits = self.waits
        return waits[min(int(len(waits) * share), len(waits) - 1)]

    @property
    def missed(self) -> set[str]:
        return self.happened.keys() - self.shown.keys() - self.lost


def listen(driver: Driver, watched: Watched) -> None:
    """Note what the alarm raises and what its banner shows."""
    driver.hear_alarms(
        lambda found: watched.raised.update(
            each.study_id for each in found if each.cause in ARRIVALS
        )
    )
    banner = driver.screen.alarm_banner
    show = banner.show_alarms

    def shown(lines: Any) -> None:
        show(lines)
        now = time.monotonic()
        for each in driver.alarm_book.pending:
            watched.shown.setdefault(each.study_id, now)

    banner.show_alarms = shown  # type: ignore[method-assign]
    assert isinstance(banner, AlarmBanner)


async def happen(emulator: EmbeddedEmulator, watched: Watched, number: int, every: float) -> None:
    """Let ``number`` studies become STAT, half of them new and half of them old ones."""
    draw = random.Random(7)
    old = [each["studyId"] for each in open_studies(emulator, severity="normal")]
    draw.shuffle(old)
    for event in range(number):
        if event % 2:
            study_id = _escalated(emulator, old)
        else:
            study = emulator.create(
                severity="stat",
                studyDescription=f"CT arrival {event}",
                studyInstanceUid=f"1.2.9.{event}",
            )
            study_id = study["studyId"]
        watched.happened[study_id] = time.monotonic()
        await asyncio.sleep(draw.expovariate(1 / every))


def _escalated(emulator: EmbeddedEmulator, old: list[str]) -> str:
    """Make an old study STAT that nobody has read or escalated meanwhile; return its id."""
    while True:
        study_id = old.pop()
        study = emulator.study(study_id)
        if is_open(study) and study["severity"] == "normal":
            emulator.change(study_id, severity="stat")
            return study_id


async def settle(emulator: EmbeddedEmulator, watched: Watched) -> None:
    """Wait until everything that can still be noticed has been."""
    limit = time.monotonic() + PATIENCE
    while watched.missed and time.monotonic() < limit:
        await asyncio.sleep(0.2)
        for study_id in watched.missed:
            study = emulator.study(study_id)
            if study["studyViewerStatus"] != "incomplete" or study["isCancelled"]:
                watched.lost.add(study_id)
