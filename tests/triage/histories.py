"""Random histories of several people who edit one study over a server that fails.

Each person has a program of their own: what it believes and what it has told its person is held
against what the server has in the end.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final, Self

import pytest

from avara_tui.api import calls
from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError
from avara_tui.clock import Clock, ManualClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import CANCELLED, NO, YES, Entry, StudyChange
from avara_tui.triage.writing.ledger import Fate
from avara_tui.worklist.merge import Draft, value_of
from triage.making import Workplace
from triage.waiting import NOW, Waits

FAULTS: Final = {
    "reset-before-answer": 0.02,
    "reset-after-write": 0.03,
    "close-after-write": 0.02,
    "status-500": 0.02,
    "status-500-after-write": 0.03,
    "status-504": 0.01,
    "status-504-after-write": 0.02,
    "truncated-json": 0.02,
    "html-200": 0.01,
    "stall-before-answer": 0.004,
    "stall-after-write": 0.004,
    "rate-limit-nonsense": 0.03,
}
DEADLINE: Final = 0.6
"""Seconds that a call may take: what a stall costs here."""
AT_ONCE: Final = 6
"""Histories that run side by side, each on a study of its own."""
_TRIES: Final = 60
_BELIEVED: Final = frozenset({Ending.DONE, Ending.NOTHING_TO_DO})
_MAY_BE: Final = frozenset({*_BELIEVED, Ending.UNKNOWN, Ending.DIFFERENT})


@dataclass
class Tally:
    """What came of many histories."""

    histories: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    fates: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Tally") -> Self:
        self.histories += other.histories
        self.endings += other.endings
        self.fates += other.fates
        self.problems += other.problems
        return self


class Sent:
    """A watcher that counts the writes that were sent."""

    def __init__(self) -> None:
        self.count = 0

    def intended(self, *_: object) -> None:
        self.count += 1

    def ended(self, *_: object) -> None:
        pass


class Person:
    """Somebody who opens a form, thinks, and saves; who cancels, restores and takes back."""

    def __init__(self, client: AvaraClient, study_id: str, users: list[str]) -> None:
        self.work = Workplace(client)
        self.sent = Sent()
        self.work.history.subscribe(self.sent)
        self._study_id = study_id
        self._users = users
        self._form: Draft | None = None

    async def act(self, rng: random.Random) -> None:
        """Do one thing."""
        self.work.client.resume()
        match rng.choices(("save", "look", "cancel", "undo"), (65, 10, 10, 15))[0]:
            case "save":
                await self._save(rng)
            case "look":
                await self._open()
            case "cancel":
                editor, seen = self.work.editor, self.work.shelf.studies.get(self._study_id)
                write = editor.cancel if rng.random() < 0.5 else editor.uncancel
                await write(self._study_id, seen=seen)
            case _:
                entry = self.work.undoer.last()
                if entry is not None:
                    await self.work.undoer.undo(entry)

    async def _open(self) -> None:
        try:
            self._form = Draft.of(await self.work.read(self._study_id))
        except AvaraError:
            return

    async def _save(self, rng: random.Random) -> None:
        if self._form is None or rng.random() < 0.4:
            await self._open()
        if self._form is not None:
            mine = edited(self._form, rng, self._users)
            await self.work.editor.save(self._study_id, self._form, mine)
            # The next edit begins from what is on the screen, or from a form left open.
            study = self.work.shelf.studies.get(self._study_id)
            self._form = Draft.of(study) if study is not None and rng.random() < 0.6 else None

    async def see_it_through(self) -> None:
        """Let everything be read back, and refresh once more."""
        while self.work.read_back.pending:
            self.work.client.resume()
            self.work.pacer.pass_time(60.0)
            await asyncio.sleep(0.001)
        for _ in range(_TRIES):
            self.work.client.resume()
            try:
                await self.work.read(self._study_id)
            except AvaraError:
                continue
            return
        raise AssertionError("the server never answered")

    def problems(self, study: Any, number: int) -> Iterator[str]:
        """Yield the edits that are lost though the person believes in them."""
        latest: dict[str, tuple[Entry, StudyChange, str | None]] = {}
        for entry in self.work.history.entries:
            for change in entry.changes:
                for each in change.fields:
                    if change.ending in _MAY_BE:
                        latest[each.field] = (entry, change, each.new)
        for name, (entry, change, new) in latest.items():
            told = [
                each.fate
                for each in self.work.told
                if each.entry.number >= entry.number and each.change.field == name
            ]
            is_lost = change.ending in _BELIEVED and value_in(study, name) != new
            if is_lost and not {Fate.OVERWRITTEN, Fate.UNCLEAR} & set(told):
                yield f"{number}: {name} of {entry.action} {entry.number} lost, told {told}"
            if change.ending is Ending.UNKNOWN and Fate.UNCLEAR not in told:
                yield f"{number}: {name} of {entry.action} {entry.number} is still not known"


def stored(study: Any) -> Draft:
    """Return what the server has of a study."""
    person = study.get("assignedTo")
    return Draft(
        study["severity"],
        study["studyViewerStatus"],
        study["studyDescription"],
        person["userId"] if person else None,
        study.get("metadata") or {},
    )


def value_in(study: Any, name: str) -> str | None:
    """Return the value that a field of a change has on the server."""
    if name == CANCELLED:
        return YES if study["isCancelled"] else NO
    return value_of(stored(study), name)


def edited(draft: Draft, rng: random.Random, users: list[str]) -> Draft:
    """Return ``draft`` with one or two things changed."""
    for _ in range(rng.choice((1, 1, 2))):
        match rng.randrange(5):
            case 0:
                draft = draft._replace(severity=rng.choice(("stat", "high", "normal")))
            case 1:
                flipped = "incomplete" if draft.status == "complete" else "complete"
                draft = draft._replace(status=flipped)
            case 2:
                draft = draft._replace(description=rng.choice(("CT", "MR", "XR")))
            case 3:
                draft = draft._replace(assigned_to=rng.choice((None, *users)))
            case _:
                pairs = dict(draft.metadata)
                key = rng.choice("abc")
                if rng.random() < 0.3:
                    pairs.pop(key, None)
                else:
                    pairs[key] = rng.choice("0123")
                draft = draft._replace(metadata=pairs)
    return draft


async def history(
    emulator: EmbeddedEmulator, clients: list[AvaraClient], number: int, users: list[str]
) -> Tally:
    """Run the history that ``number`` seeds; return what came of it."""
    rng = random.Random(number)
    study_id = emulator.create(
        studyDescription="CT",
        severity="normal",
        studyInstanceUid=f"1.2.3.{number}",
        metadata={"a": "0", "b": "0"},
    )["studyId"]
    people = [Person(client, study_id, users) for client in clients[: rng.choice((2, 3))]]
    for _ in range(rng.randint(2, 4)):
        together = rng.sample(people, rng.randint(1, len(people)))
        seeds = [rng.random() for _ in together]
        await asyncio.gather(
            *(person.act(random.Random(seed)) for person, seed in zip(together, seeds, strict=True))
        )
        for person in people:
            person.work.pacer.pass_time(rng.choice((0.0, 0.6, 5.0)))
    for person in people:
        await person.see_it_through()
    # What one reads may lead another to nothing more: everybody has read the last state now.
    return _judged(emulator, people, study_id, number)


def _judged(emulator: EmbeddedEmulator, people: list[Person], study_id: str, number: int) -> Tally:
    tally = Tally(histories=1)
    study = emulator.study(study_id)
    for person in people:
        tally.problems += person.problems(study, number)
        tally.fates.update(each.fate.name for each in person.work.told)
        for entry in person.work.history.entries:
            tally.endings.update(
                each.ending.name for each in entry.changes if each.ending is not None
            )
    applied, sent = len(emulator.writes(study_id)), sum(each.sent.count for each in people)
    if applied > sent:
        tally.problems.append(f"{number}: {sent} writes were sent, {applied} applied")
    return tally


async def _run(emulator: EmbeddedEmulator, numbers: list[int], clock: Clock) -> Tally:
    tally, left = Tally(), iter(numbers)
    users = [each["userId"] for each in emulator.users()[:3]]

    def client() -> AvaraClient:
        return AvaraClient(emulator.base_url, emulator.api_key, deadline=DEADLINE, clock=clock)

    async def work() -> None:
        nonlocal tally
        for number in left:
            # Programs that have learned from refusals to go slowly would hardly get to a write.
            async with AsyncExitStack() as stack:
                clients = [await stack.enter_async_context(client()) for _ in range(3)]
                tally += await history(emulator, clients, number, users)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return tally


def run_histories(first: int, count: int) -> Tally:
    """Run ``count`` histories on an emulator of their own; ``first`` seeds the first of them."""
    waits = Waits(ManualClock(NOW))
    with (
        pytest.MonkeyPatch.context() as patch,
        EmbeddedEmulator(studies=1, seed=first, faults=FAULTS) as emulator,
    ):
        patch.setattr(calls, "asyncio", waits)
        numbers = list(range(first, first + count))
        return asyncio.run(_run(emulator, numbers, waits.clock))
