"""The same to many studies: each ends by itself, and all of them are one thing that was done."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from avara_tui.api.errors import AvaraError
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import METADATA_MAX_PAIRS
from avara_tui.triage.writing.bulk import AT_ONCE, BulkRun, Job, Obstacle, Phase, Row
from avara_tui.triage.writing.editing import Result
from avara_tui.triage.writing.ending import Ending
from triage.making import Notes, Workplace, workplace

STAT = Job("severity", {"severity": "stat"})


def open_ids(emulator: EmbeddedEmulator, count: int, severity: str = "normal") -> list[str]:
    found = [
        str(each["studyId"])
        for each in emulator.studies()
        if each["studyViewerStatus"] == "incomplete"
        and not each["isCancelled"]
        and each["severity"] == severity
    ]
    return found[:count]


async def a_run(work: Workplace, job: Job, ids: Sequence[str]) -> BulkRun:
    studies = [await work.read(each) for each in ids]
    return BulkRun.of(work.editor, work.shelf, job, studies)


def endings(run: BulkRun) -> list[Ending | None]:
    return [row.result.ending if row.result is not None else None for row in run.rows]


async def test_every_study_is_written_once_and_all_are_one_entry(
    emulator: EmbeddedEmulator,
) -> None:
    ids = open_ids(emulator, 12)
    async with workplace(emulator) as work:
        run = await a_run(work, STAT, ids)
        await run.run()
        assert endings(run) == [Ending.DONE] * 12
        assert all(emulator.study(each)["severity"] == "stat" for each in ids)
        assert all(emulator.writes(each) == ["update"] for each in ids)
        (entry,) = work.history.entries
        assert entry.action == "severity"
        assert sorted(each.study_id for each in entry.changes) == sorted(ids)
        assert work.history.last_undoable() is entry


@pytest.mark.parametrize(
    ("job", "fields", "obstacle"),
    [
        (STAT, {"severity": "stat"}, Obstacle.ALREADY),
        (STAT, {"severity": "high"}, None),
        (Job("cancel", cancelled=True), {"isCancelled": True}, Obstacle.ALREADY),
        (Job("cancel", cancelled=True), {}, None),
        (Job("uncancel", cancelled=False), {}, Obstacle.ALREADY),
        (Job("uncancel", cancelled=False), {"isCancelled": True}, None),
        (Job("status", {"status": "complete"}), {"isCancelled": True}, Obstacle.CANCELLED),
        (Job("status", {"status": "complete"}), {}, None),
        (Job("unassign", {"assigned_to": None}), {"assignedTo": None}, Obstacle.ALREADY),
        (
            Job("claim", {"assigned_to": "usr_1"}, is_claim=True),
            {"assignedTo": DEMO_USER_ID},
            Obstacle.HELD,
        ),
        (
            Job("claim", {"assigned_to": DEMO_USER_ID}, is_claim=True),
            {"assignedTo": DEMO_USER_ID},
            Obstacle.ALREADY,
        ),
        (Job("assign", {"assigned_to": "usr_1"}), {"assignedTo": DEMO_USER_ID}, None),
        (Job("metadata", {"metadata room": "1"}), {"metadata": {"room": "1"}}, Obstacle.ALREADY),
        (Job("metadata", {"metadata room": "2"}), {"metadata": {"room": "1"}}, None),
        (Job("metadata", {"metadata room": None}), {"metadata": {}}, Obstacle.ALREADY),
        (
            Job("metadata", {"metadata room": "1"}),
            {"metadata": {str(number): "" for number in range(METADATA_MAX_PAIRS)}},
            Obstacle.FULL,
        ),
        (
            Job("metadata", {"metadata 7": None}),
            {"metadata": {str(number): "" for number in range(METADATA_MAX_PAIRS)}},
            None,
        ),
    ],
)
async def test_what_needs_nothing_or_cannot_be_done_is_left_out_with_the_reason(
    emulator: EmbeddedEmulator, job: Job, fields: dict[str, Any], obstacle: Obstacle | None
) -> None:
    (study_id,) = open_ids(emulator, 1)
    is_cancelled = fields.pop("isCancelled", False)
    emulator.change(study_id, severity="normal", assignedTo=None)
    if fields:
        emulator.change(study_id, **fields)
    if is_cancelled:
        emulator.cancel(study_id)
    async with workplace(emulator) as work:
        study = await work.read(study_id)
        assert job.obstacle(study) is obstacle
        assert len((await a_run(work, job, [study_id])).rows) == (obstacle is None)


async def test_what_somebody_else_set_meanwhile_is_left_alone_until_the_person_says_so(
    emulator: EmbeddedEmulator,
) -> None:
    ids = open_ids(emulator, 4)
    async with workplace(emulator) as work:
        run = await a_run(work, STAT, ids)
        emulator.change(ids[1], severity="high")
        emulator.change(ids[2], studyDescription="somebody else's words")
        await run.run()
        assert endings(run) == [Ending.DONE, Ending.CONFLICT, Ending.DONE, Ending.DONE]
        assert emulator.study(ids[1])["severity"] == "high"
        assert emulator.study(ids[2])["studyDescription"] == "somebody else's words"
        await run.retry()
        assert emulator.study(ids[1])["severity"] == "high"
        await run.overwrite()
        assert endings(run) == [Ending.DONE] * 4
        assert emulator.study(ids[1])["severity"] == "stat"
        assert len(work.history.entries) == 1


async def test_what_failed_is_tried_again_and_what_went_well_is_not(
    emulator: EmbeddedEmulator,
) -> None:
    ids = open_ids(emulator, 6)
    async with workplace(emulator) as work:
        run = await a_run(work, STAT, ids)
        emulator.arm("status-403", 2, "studies.update")
        emulator.delete(ids[5])
        await run.run()
        assert sorted(str(each) for each in endings(run)) == sorted(
            str(each) for each in [Ending.DONE] * 3 + [Ending.FAILED] * 2 + [Ending.GONE]
        )
        await run.retry()
        assert endings(run) == [Ending.DONE] * 5 + [Ending.GONE]
        assert all(emulator.writes(each) == ["update"] for each in ids[:5])
        (entry,) = work.history.entries
        assert len([each for each in entry.changes if each.can_be_undone]) == 5


async def test_an_answer_that_got_lost_is_settled_by_trying_again_and_written_once(
    emulator: EmbeddedEmulator,
) -> None:
    ids = open_ids(emulator, 3)
    async with workplace(emulator, deadline=2.0) as work:
        run = await a_run(work, STAT, ids)
        emulator.arm("stall-after-write", 1, "studies.update")
        emulator.arm("stall-before-answer", 40, "studies.retrieve")
        task = asyncio.create_task(run.run())
        await asyncio.wait({task})
        emulator.disarm()
        await run.retry()
        assert all(row.is_good for row in run.rows)
        assert all(emulator.writes(each) == ["update"] for each in ids)


async def test_it_can_be_stopped_at_any_time_and_what_is_under_way_ends(
    emulator: EmbeddedEmulator,
) -> None:
    ids = open_ids(emulator, 20)
    async with workplace(emulator) as work:
        run = await a_run(work, STAT, ids)

        def stop_at_the_third(row: Row) -> None:
            if row.phase is Phase.ENDED and run.ended >= 3:
                run.stop()

        run.tell(stop_at_the_third)
        await run.run()
        done = [row for row in run.rows if row.is_good]
        left = [row for row in run.rows if row.phase is Phase.NOT_SENT]
        assert 3 <= len(done) <= 3 + AT_ONCE
        assert len(done) + len(left) == 20
        assert all(not emulator.writes(row.study.study_id) for row in left)
        assert not run.is_running
        run.tell(None)
        await run.retry()
        assert all(row.is_good for row in run.rows)


async def test_only_a_few_studies_are_written_to_at_once(emulator: EmbeddedEmulator) -> None:
    ids = open_ids(emulator, 16)
    most = 0
    async with workplace(emulator) as work:
        run = await a_run(work, STAT, ids)

        def count(_: Row) -> None:
            nonlocal most
            most = max(most, sum(row.phase is Phase.UNDER_WAY for row in run.rows))

        run.tell(count)
        await run.run()
        assert most == AT_ONCE


async def test_too_many_requests_slow_it_down_and_lose_nothing(emulator: EmbeddedEmulator) -> None:
    ids = open_ids(emulator, 8)
    async with workplace(emulator) as work:
        run = await a_run(work, STAT, ids)
        emulator.arm("rate-limit-short", 4, "studies.update")
        await run.run()
        await run.retry()
        assert all(row.is_good for row in run.rows)
        assert all(emulator.writes(each) == ["update"] for each in ids)


@pytest.mark.parametrize("cancelled", [True, False])
async def test_cancelling_and_restoring_many(
    emulator: EmbeddedEmulator, *, cancelled: bool
) -> None:
    ids = open_ids(emulator, 5)
    for each in ids if not cancelled else []:
        emulator.cancel(each)
    async with workplace(emulator) as work:
        run = await a_run(work, Job("cancel", cancelled=cancelled), ids)
        await run.run()
        assert endings(run) == [Ending.DONE] * 5
        assert all(emulator.study(each)["isCancelled"] is cancelled for each in ids)


async def test_a_claim_that_somebody_overwrote_at_once_is_not_believed(
    emulator: EmbeddedEmulator,
) -> None:
    ids = open_ids(emulator, 2)
    other = next(each["userId"] for each in emulator.users() if each["userId"] != DEMO_USER_ID)
    for each in ids:
        emulator.change(each, assignedTo=None)
    async with workplace(emulator) as work:
        job = Job("claim", {"assigned_to": DEMO_USER_ID}, is_claim=True)
        run = await a_run(work, job, ids)

        class Rival(Notes):
            def ended(self, _: object, change: Any) -> None:
                if change.study_id == ids[1]:
                    emulator.change(ids[1], assignedTo=other)

        work.history.subscribe(Rival())
        await run.run()
        assert endings(run) == [Ending.DONE, Ending.DIFFERENT]


@pytest.mark.parametrize(
    ("first", "then", "told"),
    [
        (Ending.UNKNOWN, Ending.FAILED, Ending.UNKNOWN),
        (Ending.UNKNOWN, Ending.NOTHING_TO_DO, Ending.NOTHING_TO_DO),
        (Ending.UNKNOWN, Ending.CONFLICT, Ending.CONFLICT),
        (Ending.FAILED, Ending.FAILED, Ending.FAILED),
    ],
)
async def test_an_attempt_that_failed_says_nothing_of_an_earlier_one_that_may_have_written(
    emulator: EmbeddedEmulator,
    monkeypatch: pytest.MonkeyPatch,
    first: Ending,
    then: Ending,
    told: Ending,
) -> None:
    async with workplace(emulator) as work:
        run = await a_run(work, STAT, open_ids(emulator, 1))
        results = iter([Result(first), Result(then)])

        async def save(*_: object, **__: object) -> Result:
            return next(results)

        monkeypatch.setattr(work.editor, "save", save)
        await run.run()
        await run.retry()
        assert endings(run) == [told]


FAULTS = {
    "reset-before-answer": 0.08,
    "reset-after-write": 0.08,
    "status-502-after-write": 0.08,
    "status-503": 0.08,
    "truncated-json": 0.08,
}


@pytest.mark.parametrize(
    "seed", [0, 49, *(pytest.param(each, marks=pytest.mark.slow) for each in range(1, 40))]
)
async def test_whatever_fails_nothing_is_written_twice_and_nothing_is_told_wrong(seed: int) -> None:
    with EmbeddedEmulator(studies=60, seed=seed, faults=FAULTS) as emulator:
        ids = open_ids(emulator, 10)
        async with workplace(emulator) as work:
            studies = [await stubborn_read(work, each) for each in ids]
            run = BulkRun.of(work.editor, work.shelf, STAT, studies)
            await run.run()
            for _ in range(20):
                for row in run.rows:
                    is_stat = emulator.study(row.study.study_id)["severity"] == "stat"
                    if row.is_good:
                        assert is_stat
                    if row.result is not None and row.result.ending is Ending.FAILED:
                        assert not is_stat
                if all(row.is_good for row in run.rows):
                    break
                work.client.resume()
                await run.retry()
            assert all(row.is_good for row in run.rows)
            assert all(emulator.writes(each) == ["update"] for each in ids)
            (entry,) = work.history.entries
            assert sum(each.can_be_undone for each in entry.changes) == 10


async def stubborn_read(work: Workplace, study_id: str) -> Any:
    """Read a study through faults: what is tested begins after it."""
    while True:
        try:
            return await work.read(study_id)
        except AvaraError:
            work.client.resume()
