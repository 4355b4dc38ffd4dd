"""The studies of a new database: as many of each kind, and as old, as a department has."""

import math
import random
import sqlite3
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from avara_tui.emulator.seeding.maker import StudyMaker
from avara_tui.emulator.seeding.people import seed_people
from avara_tui.emulator.seeding.vocabulary import PROCEDURES
from avara_tui.emulator.study_row import INSERT_STUDY, StudyRow, intern_description

_MINUTE: Final = 60_000
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


class _Age(NamedTuple):
    """A log-normal age in milliseconds: half are below the median, none outside the bounds."""

    median: float
    spread: float
    least: float
    most: float

    def draw(self, rng: random.Random) -> float:
        age = self.median * math.exp(self.spread * rng.gauss(0.0, 1.0))
        return min(
            max(age, self.least * (1.0 + rng.random())), self.most * (1.0 - rng.random() / 4)
        )


class _Kind(NamedTuple):
    """A share of the studies that have state, severity and typical age in common."""

    share: float
    severity: str
    state: Literal["open", "complete", "cancelled"]
    age: _Age
    unassigned: float
    """The share of them that nobody is assigned to."""


# Shares of all studies. Of the open ones about 6 % are STAT and 20 % HIGH.
_KINDS: Final = (
    _Kind(0.340, "normal", "complete", _Age(40 * _HOUR, 0.9, 5 * _HOUR, 14 * _DAY), 0.0),
    _Kind(0.332, "normal", "open", _Age(5 * _HOUR, 1.0, 4 * _MINUTE, 6 * _DAY), 0.33),
    _Kind(0.110, "high", "complete", _Age(30 * _HOUR, 0.9, 2 * _HOUR, 14 * _DAY), 0.0),
    _Kind(0.090, "high", "open", _Age(28 * _MINUTE, 0.8, 2 * _MINUTE, 5 * _HOUR), 0.38),
    _Kind(0.050, "stat", "complete", _Age(30 * _HOUR, 0.9, _HOUR, 14 * _DAY), 0.0),
    _Kind(0.038, "normal", "cancelled", _Age(30 * _HOUR, 0.9, 30 * _MINUTE, 14 * _DAY), 0.7),
    _Kind(0.028, "stat", "open", _Age(14 * _MINUTE, 0.7, _MINUTE, 70 * _MINUTE), 0.45),
    _Kind(0.012, "high", "cancelled", _Age(24 * _HOUR, 0.9, 20 * _MINUTE, 14 * _DAY), 0.7),
)

_TURNAROUND: Final = {
    "stat": _Age(24 * _MINUTE, 0.5, 5 * _MINUTE, 3 * _HOUR),
    "high": _Age(70 * _MINUTE, 0.6, 10 * _MINUTE, 12 * _HOUR),
    "normal": _Age(7 * _HOUR, 0.7, 15 * _MINUTE, 3 * _DAY),
}


def seed_database(connection: sqlite3.Connection, *, studies: int, seed: int, now_ms: int) -> None:
    """Fill the new tables of ``connection`` with ``studies`` studies as they are at ``now_ms``."""
    rng = random.Random(f"avara-tui emulator {seed}")  # noqa: S311 - data, not a secret
    seed_people(connection, rng, now_ms)
    descriptions = {
        each.description: intern_description(connection, each.description) for each in PROCEDURES
    }
    rows = _draw_studies(StudyMaker(rng), rng, studies, now_ms)
    connection.executemany(
        INSERT_STUDY,
        (
            (number, number, *row._replace(description=descriptions[str(row.description)]))
            for number, row in enumerate(rows, 1)
        ),
    )


def _draw_studies(
    maker: StudyMaker, rng: random.Random, number: int, now_ms: int
) -> Iterator[StudyRow]:
    aged = [(kind.age.draw(rng), kind) for kind in _quotas(number)]
    aged.sort(key=lambda each: -each[0])
    for age, kind in aged:
        created_at = now_ms - round(age)
        completed_at = cancelled_at = None
        if kind.state == "complete":
            turnaround = _TURNAROUND[kind.severity].draw(rng)
            completed_at = created_at + round(min(turnaround, age * 0.95))
        if kind.state == "cancelled":
            cancelled_at = created_at + round(age * (0.02 + 0.6 * rng.random()))
        yield maker.draw(
            kind.severity,
            created_at,
            now_ms,
            unassigned=kind.unassigned,
            completed_at=completed_at,
            cancelled_at=cancelled_at,
        )


def _quotas(number: int) -> Iterator[_Kind]:
    """Yield ``number`` kinds in exact shares; from 10 studies up one open study is STAT."""
    given = 0
    share = 0.0
    for kind in reversed(_KINDS):
        share += kind.share
        wanted = round(share * number)
        if number >= 10 and (kind.severity, kind.state) == ("stat", "open"):
            wanted = max(wanted, given + 1)
        for _ in range(wanted - given):
            yield kind
        given = max(given, wanted)
