"""Life: studies arrive, and other users claim, read, escalate, reassign and cancel them."""

import asyncio
import random
from typing import Final

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.requests import StudyChange, StudyKey
from avara_tui.emulator.schema import lane_of
from avara_tui.emulator.seeding.maker import StudyMaker
from avara_tui.emulator.seeding.vocabulary import PEOPLE
from avara_tui.emulator.world import World

_AUTHOR: Final = "life"
_NEARBY: Final = 6
"""How far from the head of the queue a reader takes the next study."""
_RECENT: Final = 100
"""Of how many of the latest studies one changes that nobody reads at the moment."""

_SEVERITIES: Final = ("normal", "high", "stat")
_SEVERITY_WEIGHTS: Final = (72, 21, 7)
_DEMO_USER: Final = 1 + [person.user_id for person in PEOPLE].index(DEMO_USER_ID)
"""The number of the demo's user: the place in the vocabulary."""


class Life:
    """What happens in a department. All of it follows from the seed and what is stored."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = world.store
        # A department that goes on after a restart does not repeat itself.
        start = f"life {world.settings.seed} {world.store.count()} {world.store.write_count()}"
        self._rng = random.Random(start)  # noqa: S311 - data, not a secret
        self._maker = StudyMaker(self._rng)
        # How often each event happens per arrival. What is claimed and read balances it.
        events = {
            self._arrive: 1.0,
            self._claim: 0.75,
            self._read: 0.9,
            self._escalate: 0.06,
            self._reassign: 0.12,
            self._cancel: 0.05,
            self._uncancel: 0.01,
        }
        self._events = list(events)
        self._weights = list(events.values())

    async def run(self, arrivals_per_minute: float) -> None:
        """Let one thing after another happen, for ever."""
        rate = arrivals_per_minute / 60 * sum(self._weights)
        while True:
            await asyncio.sleep(self._rng.expovariate(rate))
            self.step()

    def step(self) -> None:
        """Let the next thing happen at once; where there is nothing to do it to, nothing does."""
        (event,) = self._rng.choices(self._events, self._weights)
        event()

    def _arrive(self) -> None:
        now = self._world.clock.now_ms()
        self._store.insert(self._maker.draw(self._draw_severity(), now, now), author=_AUTHOR)

    def _claim(self) -> None:
        study_id = self._next("assignee IS NULL")
        if study_id is not None:
            self._change(study_id, assigned_to=self._colleague())

    def _read(self) -> None:
        # Nobody reads the demo's own studies but the person at the demo.
        study_id = self._next(f"assignee <> {_DEMO_USER}")
        if study_id is not None:
            self._change(study_id, status="complete")

    def _escalate(self) -> None:
        study_id = self._any(_open_lane(self._rng.choice(("normal", "high"))))
        if study_id is not None:
            self._change(study_id, severity="stat" if self._rng.random() < 0.6 else "high")

    def _reassign(self) -> None:
        lane = _open_lane(self._draw_severity())
        study_id = self._any(lane, "assignee IS NOT NULL")
        if study_id is not None:
            self._change(study_id, assigned_to=self._colleague())

    def _cancel(self) -> None:
        study_id = self._any(_open_lane(self._draw_severity()))
        if study_id is not None:
            self._store.cancel(StudyKey(study_id=study_id), author=_AUTHOR)

    def _uncancel(self) -> None:
        study_id = self._any(lane_of(self._draw_severity(), "incomplete", is_cancelled=True))
        if study_id is not None:
            self._store.uncancel(StudyKey(study_id=study_id), author=_AUTHOR)

    def _change(self, study_id: str, **fields: str) -> None:
        self._store.change(study_id, StudyChange(fields), author=_AUTHOR)

    def _draw_severity(self) -> str:
        (severity,) = self._rng.choices(_SEVERITIES, _SEVERITY_WEIGHTS)
        return severity

    def _colleague(self) -> str:
        while True:
            number = self._maker.draw_reader()
            if number != _DEMO_USER:
                return str(self._world.references.users[number]["userId"])

    def _next(self, condition: str) -> str | None:
        """Return an open study from the head of the queue: the most urgent, then the oldest."""
        for severity in reversed(_SEVERITIES):
            waiting = self._some(_open_lane(severity), condition, "ASC", _NEARBY)
            if waiting:
                return self._rng.choice(waiting)
        return None

    def _any(self, lane: int, condition: str = "TRUE") -> str | None:
        """Return one of the latest studies of ``lane`` that ``condition`` holds for."""
        found = self._some(lane, condition, "DESC", _RECENT)
        return self._rng.choice(found) if found else None

    def _some(self, lane: int, condition: str, direction: str, limit: int) -> list[str]:
        rows = self._world.connection.execute(
            f"SELECT study_id FROM studies WHERE lane = ? AND {condition}"
            f" ORDER BY position {direction} LIMIT ?",
            (lane, limit),
        )
        return [study_id for (study_id,) in rows]


def _open_lane(severity: str) -> int:
    return lane_of(severity, "incomplete", is_cancelled=False)
