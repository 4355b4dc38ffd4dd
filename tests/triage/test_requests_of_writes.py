"""How many requests a write takes: no more than its guard needs."""

from collections.abc import Awaitable, Callable
from typing import Final

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.writing.bulk import BulkRun, Job
from avara_tui.worklist.merge import Draft
from triage.making import Workplace, an_open_study
from triage.waiting import Delay, after_the_next_read, hurried


async def save(work: Workplace, study_id: str) -> None:
    base = Draft.of(await work.read(study_id))
    await work.editor.save(study_id, base, base._replace(severity="stat"))


async def undo(work: Workplace, study_id: str) -> None:
    await save(work, study_id)
    entry = work.undoer.last()
    assert entry is not None
    await work.undoer.undo(entry)


async def claim(work: Workplace, study_id: str) -> None:
    await work.claimer.claim(study_id, DEMO_USER_ID)


async def cancel(work: Workplace, study_id: str) -> None:
    await work.editor.cancel(study_id, seen=await work.read(study_id))


async def bulk(work: Workplace, study_id: str) -> None:
    job = Job("severity", {"severity": "stat"})
    await BulkRun.of(work.editor, work.shelf, job, [await work.read(study_id)]).run()


WRITES: Final = {
    "save": (save, {"studies.retrieve": 2, "studies.update": 1}),
    "undo": (undo, {"studies.retrieve": 3, "studies.update": 2}),
    "claim": (claim, {"studies.retrieve": 2, "studies.update": 1}),
    "cancel": (cancel, {"studies.retrieve": 3, "studies.cancel": 1}),
    "bulk": (bulk, {"studies.retrieve": 2, "studies.update": 1}),
}
"""Each write with its requests, what the test itself reads among them."""


@pytest.mark.parametrize("name", WRITES)
async def test_a_write_that_waits_for_nothing(
    emulator: EmbeddedEmulator, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, requests = WRITES[name]
    assert await counted(emulator, monkeypatch, write, "") == requests


@pytest.mark.parametrize("name", ["save", "claim", "cancel", "bulk"])
async def test_a_write_that_waits_takes_one_read_more(
    emulator: EmbeddedEmulator, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, requests = WRITES[name]
    more = {**requests, "studies.retrieve": requests["studies.retrieve"] + 1}
    counts = await counted(emulator, monkeypatch, write, "paused by another's refusal")
    assert counts == more


async def counted(
    emulator: EmbeddedEmulator,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Workplace, str], Awaitable[None]],
    wait: str,
) -> dict[str, int]:
    study_id = an_open_study(emulator, severity="normal", assignedTo=None)
    async with hurried(emulator, monkeypatch) as (work, waits):
        delay = Delay(emulator, work, waits)
        emulator.forget_requests()
        if wait:
            # The first read of some is the test's own.
            first = work.read

            async def reading(of: str) -> object:
                study = await first(of)
                after_the_next_read(work, lambda: delay.begin(wait))
                return study

            if write is claim:
                after_the_next_read(work, lambda: delay.begin(wait))
            else:
                work.read = reading  # type: ignore[method-assign, assignment]
        await write(work, study_id)
        assert delay.has_acted == bool(wait)
        return dict(emulator.counts)
