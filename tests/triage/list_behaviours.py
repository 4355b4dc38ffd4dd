"""The ways in which a server may list studies, as an emulator plays them.

A list is *honest* that has an order: whoever reads it to its end while nobody changes it has seen
all of it. One that somebody changes meanwhile may lose rows, and is honest all the same. The others
leave open which of several studies comes first, and answer so for every page anew.
"""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal, NamedTuple, Self

from avara_tui.emulator.behaviour import Behaviour, Order
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.emulator.world import World

Json = dict[str, Any]
STUDIES: Final = 840
"""Of these an eighth each is STAT, high and cancelled: two pages each."""
_DAY: Final = 86_400.0
_EVER: Final = 1e9
PAGES_A_SECOND: Final = 100
"""Pages that a server is taken to give in a second: however busy the machine is, no more happens to
a list from one page to the next."""
_GLANCE: Final = 0.002
"""Seconds between two looks at how many pages were given."""


class ListBehaviour(NamedTuple):
    """How a server lists studies, and what happens to the list while it is read."""

    name: str
    cursors: Literal["offset", "keyset"]
    order: Order = "newest"
    tie_seconds: float = 0.0
    span: float = 2 * _DAY
    """Seconds in which all the studies came."""
    changes: float = 0.0
    """What others do to the studies, times a second."""
    inserts: float = 0.0
    """Studies that arrive, at the head of the list, times a second."""

    @property
    def is_honest(self) -> bool:
        """Whether the list has an order."""
        return self.order != "ties"

    @property
    def is_moving(self) -> bool:
        """Whether anybody changes the list while it is read."""
        return bool(self.changes or self.inserts)


def _both(name: str, **how: Any) -> tuple[ListBehaviour, ListBehaviour]:
    return (
        ListBehaviour(f"{name}, by offset", cursors="offset", **how),
        ListBehaviour(f"{name}, by keyset", cursors="keyset", **how),
    )


BEHAVIOURS: Final = (
    *_both("stable"),
    *_both("ties at 1 s", order="ties", tie_seconds=1.0, span=STUDIES / 4),
    *_both("ties at 60 s", order="ties", tie_seconds=60.0, span=STUDIES * 7.5),
    *_both("ties at 1 h", order="ties", tie_seconds=3_600.0),
    *_both("random per page", order="ties", tie_seconds=_EVER),
    *_both("1 change a second", changes=1.0),
    *_both("20 changes a second", changes=20.0),
    *_both("10 inserts at the head a second", inserts=10.0),
)


@contextmanager
def listing(
    behaviour: ListBehaviour, *, studies: int = STUDIES, seed: int = 1
) -> Iterator[EmbeddedEmulator]:
    """Run an emulator whose list behaves as ``behaviour`` says, but for what moves it."""
    switches = Behaviour(
        cursors=behaviour.cursors,
        order=behaviour.order,
        tie_seconds=behaviour.tie_seconds or 60.0,
    )
    with EmbeddedEmulator(studies=studies, seed=seed, behaviour=switches) as emulator:
        rearrange(emulator, behaviour, seed=seed)
        yield emulator


def rearrange(emulator: EmbeddedEmulator, behaviour: ListBehaviour, *, seed: int) -> None:
    """Let the studies have come at other times, and be of other kinds, by ``seed``."""
    emulator.run(lambda world: _arrange(world, behaviour.span, seed))


def _arrange(world: World, span: float, seed: int) -> None:
    """Make as many studies of every lane as take several pages, created within ``span`` seconds."""
    draw = random.Random(f"times {seed}")
    numbers = [seq for (seq,) in world.connection.execute("SELECT seq FROM studies ORDER BY seq")]
    now = world.clock.now_ms() - 1000
    times = sorted(round(now - draw.random() * span * 1000) for _ in numbers)
    places = list(range(len(numbers)))
    draw.shuffle(places)
    rows = []
    for seq, created, place in zip(numbers, times, places, strict=True):
        kind = place % 8
        # Three kinds of eight are complete; then come STAT, high, two of routine, and cancelled.
        severity = ("stat", "high", "normal", "stat", "high", "normal", "normal", "normal")[kind]
        status, is_cancelled = "complete" if kind < 3 else "incomplete", kind == 7
        cancelled_at = created if is_cancelled else None
        rows.append((created, created, severity, status, is_cancelled, cancelled_at, seq))
    world.connection.executemany(
        "UPDATE studies SET created_at = ?, updated_at = ?, severity = ?, status = ?,"
        " is_cancelled = ?, cancelled_at = ? WHERE seq = ?",
        rows,
    )


class Others:
    """Those who change the studies of an emulator while they are read, in a thread of their own."""

    def __init__(
        self, emulator: EmbeddedEmulator, behaviour: ListBehaviour, *, seed: int = 1
    ) -> None:
        self._emulator = emulator
        self._rates = {self._insert: behaviour.inserts, self._change: behaviour.changes}
        self._draw = random.Random(f"others {seed}")
        self._studies = {each["studyId"]: each for each in emulator.studies()}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self.touched: set[str] = set()
        """The studies that were created or changed, or were about to be."""

    def __enter__(self) -> Self:
        if any(self._rates.values()):
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        if self._thread.is_alive():
            self._thread.join()

    def untouched(self) -> set[str]:
        """Return the studies that have been there all the time, and as they are."""
        return self._studies.keys() - self.touched

    def _work(self) -> None:
        acts, rates = list(self._rates), list(self._rates.values())
        given, wait = self._given(), self._wait(rates)
        while not self._is_over.wait(_GLANCE):
            while self._given() - given >= wait and not self._is_over.is_set():
                (act,) = self._draw.choices(acts, rates)
                act()
                wait += self._wait(rates)

    def _given(self) -> int:
        """Return how many answers the server has given so far."""
        return self._emulator.run(lambda world: len(world.recorder.requests))

    def _wait(self, rates: list[float]) -> float:
        """Return after how many pages the next thing happens."""
        return self._draw.expovariate(sum(rates) / PAGES_A_SECOND)

    def _insert(self) -> None:
        number = len(self._studies)
        study = self._emulator.create(
            studyDescription="CT Head",
            severity=self._draw.choice(("stat", "high", "normal")),
            studyInstanceUid=f"1.2.840.99999.{number}",
        )
        self.touched.add(study["studyId"])
        self._studies[study["studyId"]] = study

    def _change(self) -> None:
        """Let one thing happen that a department does all day."""
        if self._draw.random() < 0.2:
            self._insert()
            return
        study_id = self._draw.choice(list(self._studies))
        study = self._studies[study_id]
        self.touched.add(study_id)
        if study["isCancelled"]:
            self._emulator.uncancel(study_id)
        elif self._draw.random() < 0.2:
            self._emulator.cancel(study_id)
        elif self._draw.random() < 0.5:
            status = {"complete": "incomplete"}.get(study["studyViewerStatus"], "complete")
            self._emulator.change(study_id, studyViewerStatus=status)
        else:
            severity = self._draw.choice(("stat", "high", "normal"))
            self._emulator.change(study_id, severity=severity)
        self._studies[study_id] = self._emulator.study(study_id)


def ids(emulator: EmbeddedEmulator) -> set[str]:
    """Return the ids of all studies that there are."""
    return {each["studyId"] for each in emulator.studies()}
