"""Random histories of one person whose writes wait, while somebody else writes in those waits.

Nobody else ever writes but in a wait or between two things that the person does, so that a value
of theirs that is gone afterwards was overwritten by the person, knowingly or not.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from avara_tui.api import calls, writes
from avara_tui.api.client import AvaraClient
from avara_tui.clock import ManualClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from avara_tui.triage.writing.guards import WEIGHTY
from avara_tui.triage.writing.history import CANCELLED, NO, YES, Entry, StudyChange
from avara_tui.worklist.merge import Draft, differences, value_of
from triage.histories import Person, Tally, edited, stored, value_in
from triage.waiting import NOW, Waits, after_the_next_read, pause_by_another

FAULTS: Final = {
    "rate-limit-nonsense": 0.06,
    "rate-limit-short": 0.06,
    "reset-before-answer": 0.02,
    "reset-after-write": 0.03,
    "status-500-after-write": 0.03,
    "status-504-after-write": 0.02,
    "status-503": 0.03,
}
READ_BACK: Final = "read back"
DEADLINE: Final = 3.0
"""Seconds that a call may take: what it costs if a connection is lost without a word."""
_ACTS: Final = 5
_DELAYS: Final = ("none", "none", "paused", "refused", "connection")


@dataclass
class Somebody:
    """Who writes to the same study past the API."""

    emulator: EmbeddedEmulator
    study_id: str
    users: list[str]
    values: dict[str, str | None] = field(default_factory=dict)
    """What they last wrote, field by field, since this was emptied."""
    count: int = 0
    """How often they wrote."""

    def write(self, rng: random.Random) -> None:
        """Change one or two things, or cancel the study, or restore it."""
        emulator, study_id = self.emulator, self.study_id
        study = emulator.study(study_id)
        self.count += 1
        if rng.random() < 0.15:
            is_cancelled = study["isCancelled"]
            (emulator.uncancel if is_cancelled else emulator.cancel)(study_id)
            self.values[CANCELLED] = NO if is_cancelled else YES
            return
        before = stored(study)
        after = edited(before, rng, self.users)
        emulator.change(
            study_id,
            severity=after.severity,
            studyViewerStatus=after.status,
            studyDescription=after.description,
            assignedTo=after.assigned_to,
            metadata=dict(after.metadata),
        )
        self.values |= {each.field: each.new for each in differences(before, after)}


def changes_of(entries: Sequence[Entry]) -> list[tuple[str, StudyChange]]:
    """Return what was done, each change with the action it belongs to."""
    return [(entry.action, change) for entry in entries for change in entry.changes]


def overwritten(
    theirs: dict[str, str | None], made: list[tuple[str, StudyChange]], study: Any
) -> Iterator[str]:
    """Yield what was lost of ``theirs``, unless whoever wrote over it knew it.

    ``theirs`` was there before the last write that was ``made`` left.
    """
    known = {(each.field, each.old) for _, change in made for each in change.fields}
    for name, value in theirs.items():
        if value_in(study, name) != value and (name, value) not in known:
            yield f"{name} {value} is {value_in(study, name)}"


def cancelled_over(
    theirs: dict[str, str | None], made: list[tuple[str, StudyChange]], seen: Study | None
) -> Iterator[str]:
    """Yield what of ``theirs`` should have kept somebody from cancelling who had seen ``seen``."""
    was_cancelled = any(
        action == "cancel"
        and change.ending is not None
        and change.ending.may_have_changed
        and any(each.field == CANCELLED and each.new == YES for each in change.fields)
        for action, change in made
    )
    if was_cancelled and seen is not None:
        for name in WEIGHTY:
            if name in theirs and theirs[name] != value_of(Draft.of(seen), name):
                yield f"cancelled over {name} {theirs[name]}"


class Delays:
    """Makes the person's next write wait, now and then, and lets somebody write meanwhile."""

    def __init__(
        self, person: Person, waits: Waits, somebody: Somebody, rng: random.Random
    ) -> None:
        self._person = person
        self._waits = waits
        self._somebody = somebody
        self._rng = rng
        self._delay = "none"
        self._is_refusing = False
        waits.meanwhile = self._meanwhile
        transport = person.work.client._transport
        self._exchange = transport.exchange
        self._renews = False
        self.there_before: dict[str, str | None] = {}
        """What somebody else had written when the person's last write left."""
        transport.exchange = self._late  # type: ignore[method-assign, assignment]

    def arm(self) -> None:
        """Choose what becomes of the next write once its study has been read."""
        self.there_before = {}
        self._delay = self._rng.choice(_DELAYS)
        after_the_next_read(self._person.work, self._begin)

    def disarm(self) -> None:
        """Let nothing wait any more on purpose."""
        self._delay = "none"
        self._renews = False
        self._accept()

    def _begin(self) -> None:
        match self._delay:
            case "paused":
                pause_by_another(self._person.work.client)
            case "refused":
                self._is_refusing = True
                self._somebody.emulator.refuse_connections()
            case "connection":
                self._renews = True

    def _meanwhile(self) -> None:
        task = asyncio.current_task()
        if task is not None and task.get_name() == READ_BACK:
            # Its waits are none of a write's, which may be on its way at that moment.
            return
        if self._rng.random() < 0.6:
            self._somebody.write(self._rng)
        if self._rng.random() < 0.7:
            self._accept()

    def _accept(self) -> None:
        if self._is_refusing:
            self._is_refusing = False
            self._somebody.emulator.accept_connections()

    async def _late(self, request: Any, *rest: Any) -> Any:
        http = self._person.work.client._transport._http
        if self._renews and request.method != "GET" and http is not None:
            self._renews = False
            await http.renew()
            self._somebody.write(self._rng)
        if request.method != "GET":
            self.there_before = dict(self._somebody.values)
        return await self._exchange(request, *rest)


async def history(emulator: EmbeddedEmulator, waits: Waits, number: int, users: list[str]) -> Tally:
    """Run the history that ``number`` seeds; return what came of it."""
    rng = random.Random(number)
    tally = Tally(histories=1)
    study_id = emulator.create(
        studyDescription="CT",
        severity="normal",
        studyInstanceUid=f"1.2.3.{number}",
        metadata={"a": "0", "b": "0"},
    )["studyId"]
    async with AvaraClient(
        emulator.base_url, emulator.api_key, clock=waits.clock, deadline=DEADLINE
    ) as client:
        person = Person(client, study_id, users)
        somebody = Somebody(emulator, study_id, users)
        delays = Delays(person, waits, somebody, rng)
        for _ in range(_ACTS):
            if rng.random() < 0.4:
                somebody.write(rng)
            somebody.values.clear()
            before, written = len(person.work.history.entries), somebody.count
            seen = person.work.shelf.studies.get(study_id)
            delays.arm()
            await person.act(rng)
            delays.disarm()
            made = changes_of(person.work.history.entries[before:])
            tally.fates["MEANWHILE"] += somebody.count - written
            # What they changed once more themselves is not lost.
            theirs = dict(delays.there_before.items() & somebody.values.items())
            study = emulator.study(study_id)
            lost = [*overwritten(theirs, made, study)]
            lost += cancelled_over(theirs, made, seen) if study["isCancelled"] else ()
            tally.problems += [f"{number}: {said}" for said in lost]
            person.work.pacer.pass_time(rng.choice((0.0, 0.6, 5.0)))
        waits.meanwhile = lambda: None
        await person.see_it_through()
        tally.problems += person.problems(emulator.study(study_id), number)
        for entry in person.work.history.entries:
            ended = (each.ending for each in entry.changes if each.ending is not None)
            tally.endings.update(Counter(ending.name for ending in ended))
        await person.work.read_back.stop()
    return tally


def run_waiting_histories(first: int, count: int) -> Tally:
    """Run ``count`` histories one after the other; ``first`` seeds the first of them."""
    waits = Waits(ManualClock(NOW))
    tally = Tally()

    async def run(emulator: EmbeddedEmulator) -> None:
        nonlocal tally
        users = [each["userId"] for each in emulator.users()[:3]]
        for number in range(first, first + count):
            tally += await history(emulator, waits, number, users)

    with (
        pytest.MonkeyPatch.context() as patch,
        EmbeddedEmulator(studies=1, seed=first, faults=FAULTS) as emulator,
    ):
        patch.setattr(calls, "asyncio", waits)
        patch.setattr(writes, "asyncio", waits)
        asyncio.run(run(emulator))
    return tally
