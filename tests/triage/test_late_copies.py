"""What a late copy shows is taken neither for a failure nor for somebody else's change."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from api.late_copy import LateCopy
from api.raw_server import KEY, STUDY_ID, RawServer
from avara_tui.api import writes
from avara_tui.study import Study
from avara_tui.triage.writing import late_readings
from avara_tui.triage.writing.bulk import BulkRun, Job
from avara_tui.triage.writing.claiming import ClaimStanding
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.ledger import Fate
from avara_tui.worklist.merge import Draft, with_values
from cli.commands import Shell
from triage.making import Workplace, workplace

if TYPE_CHECKING:
    from avara_tui.emulator.embedded import EmbeddedEmulator

ME = "usr_00000000000000000000000000000001"
ANOTHER = "usr_00000000000000000000000000000002"


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the pauses between readings, which no behaviour here depends on."""
    monkeypatch.setattr(writes, "_SECOND_LOOK", 0.05)
    monkeypatch.setattr(late_readings, "PAUSES", (0.01, 0.02))


@dataclass
class _Place:
    base_url: str
    api_key: str = KEY


@asynccontextmanager
async def at_work(server: LateCopy) -> AsyncIterator[Workplace]:
    async with RawServer(server.handle).running() as raw:
        place = cast("EmbeddedEmulator", _Place(raw.base_url))
        async with workplace(place) as work, asyncio.timeout(30):
            yield work


async def save(work: Workplace, seen: Study, **values: str | None) -> Any:
    base = Draft.of(seen)
    return await work.editor.save(STUDY_ID, base, with_values(base, values))


async def read_back(work: Workplace) -> None:
    """Let the time pass in which what was written is read back."""
    async with asyncio.timeout(20):
        while work.read_back.pending:
            work.pacer.pass_time(10.0)
            await asyncio.sleep(0.002)


def seen_on(work: Workplace) -> Study:
    study = work.shelf.studies.get(STUDY_ID)
    assert study is not None
    return study


EDITS: list[dict[str, str | None]] = [
    {"severity": "stat"},
    {"status": "complete"},
    {"assigned_to": ME},
    {"assigned_to": None},
    {"description": "CT Head"},
    {"metadata note": "x"},
    {"metadata priority": None},
    {"severity": "normal", "status": "complete", "metadata priority": "low"},
]


@pytest.mark.parametrize("values", EDITS, ids=str)
@pytest.mark.parametrize("late_reads", [0, 1])
async def test_an_edit_that_shows_itself_late_is_saved_and_nobody_overwrote_it(
    values: dict[str, str | None], late_reads: int
) -> None:
    server = LateCopy(late_reads=late_reads)
    async with at_work(server) as work:
        result = await save(work, await work.read(STUDY_ID), **values)
        assert result.ending is Ending.DONE
        # Further readings from the late copy are as old as it is, and say nothing.
        server._late = 2
        await read_back(work)
        assert (work.told, len(server.writes)) == ([], 1)
        assert Draft.of(seen_on(work)) == with_values(Draft.of(seen_on(work)), values)


@pytest.mark.parametrize("values", EDITS, ids=str)
async def test_an_edit_that_is_later_than_anybody_waits_for_is_told_once_it_is_there(
    values: dict[str, str | None],
) -> None:
    server = LateCopy(late_reads=3)
    async with at_work(server) as work:
        result = await save(work, await work.read(STUDY_ID), **values)
        assert result.ending is Ending.UNKNOWN
        await read_back(work)
        assert set(work.fates) == {Fate.SAVED}
        assert len(server.writes) == 1


@pytest.mark.parametrize("values", EDITS, ids=str)
async def test_an_edit_that_was_never_made_is_told_as_not_saved(
    values: dict[str, str | None],
) -> None:
    server = LateCopy(applies=False)
    async with at_work(server) as work:
        result = await save(work, await work.read(STUDY_ID), **values)
        assert result.ending is Ending.UNKNOWN
        await read_back(work)
        assert set(work.fates) == {Fate.NOT_SAVED}
        assert len(server.writes) == 1


@pytest.mark.parametrize("late_reads", [1, 2])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"severity": "stat"}, {"severity": "normal"}),
        ({"assigned_to": ME}, {"assigned_to": None}),
        ({"description": "CT Head"}, {"description": "CT Neck", "status": "complete"}),
        ({"metadata note": "x"}, {"metadata note": "y"}),
    ],
)
async def test_the_next_edit_does_not_clash_with_the_last_one(
    first: dict[str, str | None], second: dict[str, str | None], late_reads: int
) -> None:
    """The reading before it comes from the copy that lacks the last one."""
    server = LateCopy(is_late_answer=False, late_reads=late_reads)
    async with at_work(server) as work:
        await save(work, await work.read(STUDY_ID), **first)
        result = await save(work, seen_on(work), **second)
        assert (result.ending, result.conflicts) == (Ending.DONE, ())
        assert len(server.writes) == 2
        await read_back(work)
        assert work.told == []


async def test_an_undo_does_not_clash_with_what_it_undoes() -> None:
    server = LateCopy(late_reads=1)
    async with at_work(server) as work:
        await save(work, await work.read(STUDY_ID), severity="stat")
        server._late = 1
        entry = work.history.last_undoable()
        assert entry is not None
        await work.undoer.undo(entry)
        assert server.study["severity"] == "high"
        assert len(server.writes) == 2


async def test_a_cancellation_is_not_stopped_by_an_edit_of_ones_own() -> None:
    server = LateCopy(is_late_answer=False, late_reads=1)
    async with at_work(server) as work:
        await save(work, await work.read(STUDY_ID), severity="stat")
        result = await work.editor.cancel(STUDY_ID, seen=seen_on(work))
        assert (result.ending, result.conflicts) == (Ending.DONE, ())
        server._late = 1
        result = await work.editor.uncancel(STUDY_ID)
        assert result.ending is Ending.DONE
        assert server.study["isCancelled"] is False


@pytest.mark.parametrize("late_reads", [0, 1, 2, 3])
async def test_a_claim_that_shows_itself_late_is_nobody_elses(late_reads: int) -> None:
    server = LateCopy(is_late_answer=False, late_reads=late_reads, assignedTo=None)
    async with at_work(server) as work:
        await work.read(STUDY_ID)
        claim = await work.claimer.claim(STUDY_ID, ME)
        assert claim.standing is ClaimStanding.YOURS
        assert claim.is_verified is (late_reads < 3)
        await read_back(work)
        assert work.told == []
        assert len(server.writes) == 1


@pytest.mark.parametrize("late_reads", [0, 1, 2, 3])
async def test_many_claims_that_show_themselves_late_are_nobody_elses(late_reads: int) -> None:
    server = LateCopy(is_late_answer=False, late_reads=late_reads, assignedTo=None)
    async with at_work(server) as work:
        job = Job("claim", {"assigned_to": ME}, is_claim=True)
        run = BulkRun.of(work.editor, work.shelf, job, [await work.read(STUDY_ID)])
        await run.run()
        assert [row.result and row.result.ending for row in run.rows] == [Ending.DONE]


@pytest.mark.parametrize("is_late_answer", [True, False])
async def test_what_somebody_else_does_is_told_all_the_same(*, is_late_answer: bool) -> None:
    server = LateCopy(is_late_answer=is_late_answer, late_reads=1)
    async with at_work(server) as work:
        result = await save(work, await work.read(STUDY_ID), severity="stat")
        assert result.ending is Ending.DONE
        # They put the old value back, which only its time tells from the old version.
        server.write(severity="high")
        await read_back(work)
        assert work.fates == [Fate.OVERWRITTEN]
        result = await save(work, seen_on(work)._replace(severity="stat"), severity="normal")
        assert result.ending is Ending.CONFLICT


async def test_a_claim_that_somebody_overwrote_is_told_all_the_same() -> None:
    server = LateCopy(is_late_answer=False, assignedTo=None)
    async with at_work(server) as work:
        await work.read(STUDY_ID)

        class Rival:
            def intended(self, *_: object) -> None: ...

            def ended(self, *_: object) -> None:
                server.write(assignedTo={"userId": ANOTHER, "email": "x@y.example"})

        work.history.subscribe(Rival())
        claim = await work.claimer.claim(STUDY_ID, ME)
        assert claim.standing is ClaimStanding.TAKEN


@pytest.mark.parametrize(
    ("late_reads", "applies", "status", "said"),
    [
        (0, True, 0, "severity high -> stat"),
        (1, True, 0, "severity high -> stat"),
        (9, True, 1, "may or may not be written"),
        (0, False, 1, "may or may not be written"),
    ],
)
async def test_a_command_says_what_is_so(
    tmp_path: Path, late_reads: int, status: int, said: str, *, applies: bool
) -> None:
    server = LateCopy(late_reads=late_reads, applies=applies)
    async with RawServer(server.handle).running() as raw:
        shell = Shell(tmp_path, raw.base_url, KEY)
        ended = await asyncio.to_thread(shell.run, "set", STUDY_ID, "--severity=stat")
    assert ended.status == status
    assert said in ended.out + ended.err
    assert len(server.writes) == 1
