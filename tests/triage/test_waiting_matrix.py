"""Every edit that has to wait, against everything that somebody else may do in the meantime.

9 edits x 6 things that happen meanwhile x 8 waits are 432 cells, and 24 more are a cancellation of
a study that somebody has made weightier.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.writing.claiming import ClaimStanding
from avara_tui.triage.writing.editing import Result
from avara_tui.triage.writing.ending import Ending
from avara_tui.worklist.merge import Draft, FieldConflict
from triage.making import Notes, Workplace, an_open_study
from triage.test_conflict_matrix import EDITS, MEANWHILE, Cell, check
from triage.waiting import Delay, after_the_next_read, hurried

WAITS: Final = (
    "rate-limit-nonsense",
    "rate-limit-short",
    "rate-limit-nonsense x 2 in 1",
    "rate-limit-nonsense x 2 in 2",
    "rate-limit-short x 2 in 2",
    "paused by another's refusal",
    "connections refused",
    "a new connection",
)
THEIRS: Final = tuple(each for each in MEANWHILE if each != "404")
WEIGHTY: Final[dict[str, tuple[dict[str, Any], FieldConflict]]] = {
    "made STAT": ({"severity": "stat"}, FieldConflict("severity", "normal", "normal", "stat")),
    "claimed": (
        {"assignedTo": DEMO_USER_ID},
        FieldConflict("assigned_to", None, None, DEMO_USER_ID),
    ),
    "completed": (
        {"studyViewerStatus": "complete"},
        FieldConflict("status", "incomplete", "incomplete", "complete"),
    ),
}


def test_the_matrix_has_432_cells() -> None:
    assert len(EDITS) * len(THEIRS) * len(WAITS) == 432
    assert len(WEIGHTY) * len(WAITS) == 24


async def held_up(work: Workplace, delay: Delay, wait: str, write: Callable[[], Any]) -> Any:
    """Return what becomes of a write that has to wait."""
    notes = Notes()
    work.history.subscribe(notes)
    after_the_next_read(work, lambda: delay.begin(wait))
    result = await write()
    assert delay.has_acted, "there was no wait"
    heard = [line[0] for line in notes.lines]
    # Whatever was noted as about to be sent has been noted as ended.
    assert heard == ["intended", "ended"] * (len(heard) // 2)
    return result


async def run(cell: Cell, wait: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with hurried(cell.emulator, monkeypatch) as (work, waits):
        base = Draft.of(await work.read(cell.id))
        delay = Delay(cell.emulator, work, waits)
        delay.act = cell.act_meanwhile
        edit = cell.edit

        async def write() -> Result:
            if edit.mine is None:
                return await work.editor.cancel(cell.id)
            return await work.editor.save(cell.id, base, edit.mine(base))

        result = await held_up(work, delay, wait, write)
        check(cell, "ok", result, work)
        if result.ending is Ending.CONFLICT:
            assert all(each.theirs != each.mine for each in result.conflicts)
            assert result.conflicts


@pytest.mark.parametrize("theirs", THEIRS)
@pytest.mark.parametrize("wait", WAITS)
async def test_nobody_is_overwritten_by_an_edit_that_waited(
    wait: str, theirs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedEmulator(studies=1, seed=1) as emulator:
        for name in EDITS:
            cell = Cell(emulator, name, theirs)
            try:
                await run(cell, wait, monkeypatch)
            except AssertionError as error:
                raise AssertionError(f"{name} x {theirs} x {wait}: {error}") from error
            finally:
                monkeypatch.undo()
                emulator.disarm()


@pytest.mark.parametrize("change", WEIGHTY)
@pytest.mark.parametrize("wait", WAITS)
async def test_a_study_that_has_become_weightier_is_not_cancelled_after_a_wait(
    emulator: EmbeddedEmulator, change: str, wait: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields, conflict = WEIGHTY[change]
    study_id = an_open_study(emulator, severity="normal", assignedTo=None)
    async with hurried(emulator, monkeypatch) as (work, waits):
        delay = Delay(emulator, work, waits)
        delay.act = lambda: emulator.change(study_id, **fields)
        result = await held_up(work, delay, wait, lambda: work.editor.cancel(study_id))
        assert (result.ending, result.conflicts) == (Ending.CONFLICT, (conflict,))
        assert not emulator.study(study_id)["isCancelled"]


@pytest.mark.parametrize("change", WEIGHTY)
async def test_nor_one_that_became_so_since_the_person_was_asked(
    emulator: EmbeddedEmulator, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields, conflict = WEIGHTY[change]
    study_id = an_open_study(emulator, severity="normal", assignedTo=None)
    async with hurried(emulator, monkeypatch) as (work, _):
        seen = await work.read(study_id)
        emulator.change(study_id, **fields)
        result = await work.editor.cancel(study_id, seen=seen)
        assert (result.ending, result.conflicts) == (Ending.CONFLICT, (conflict,))
        assert emulator.writes(study_id) == []
        assert result.study is not None
        again = await work.editor.cancel(study_id, seen=result.study)
        assert again.ending is Ending.DONE


async def test_restoring_harms_nobody_and_is_done_whatever_became_of_the_study(
    emulator: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    emulator.cancel(study_id)
    async with hurried(emulator, monkeypatch) as (work, waits):
        delay = Delay(emulator, work, waits)
        delay.act = lambda: emulator.change(study_id, severity="stat")
        result = await held_up(
            work, delay, "rate-limit-short", lambda: work.editor.uncancel(study_id)
        )
        assert result.ending is Ending.DONE
        assert not emulator.study(study_id)["isCancelled"]


@pytest.mark.parametrize("wait", WAITS)
async def test_a_claim_that_waited_names_who_was_quicker(
    emulator: EmbeddedEmulator, wait: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rival = next(each["userId"] for each in emulator.users() if each["userId"] != DEMO_USER_ID)
    study_id = an_open_study(emulator, assignedTo=None)
    async with hurried(emulator, monkeypatch) as (work, waits):
        delay = Delay(emulator, work, waits)
        delay.act = lambda: emulator.change(study_id, assignedTo=rival)
        claim = await held_up(work, delay, wait, lambda: work.claimer.claim(study_id, DEMO_USER_ID))
        assert claim.standing is ClaimStanding.HELD
        assert claim.holder is not None
        assert claim.holder.user_id == rival
        assert emulator.writes(study_id) == []


async def test_next_passes_over_a_study_that_was_completed_while_it_waited(
    emulator: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (an_open_study(emulator, index, assignedTo=None) for index in (0, 1))
    async with hurried(emulator, monkeypatch) as (work, waits):
        studies = [await work.read(first), await work.read(second)]
        delay = Delay(emulator, work, waits)
        delay.act = lambda: emulator.change(first, studyViewerStatus="complete")
        after_the_next_read(work, lambda: delay.begin("rate-limit-short"))
        claim = await work.claimer.next(lambda: studies, DEMO_USER_ID)
        assert claim is not None
        assert (claim.study_id, claim.standing) == (second, ClaimStanding.YOURS)
        assert emulator.writes(first) == []


async def test_undo_that_waited_leaves_what_was_changed_since(
    emulator: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with hurried(emulator, monkeypatch) as (work, waits):
        base = Draft.of(await work.read(study_id))
        await work.editor.save(study_id, base, base._replace(severity="high"))
        delay = Delay(emulator, work, waits)
        delay.act = lambda: emulator.change(study_id, severity="stat")
        entry = work.undoer.last()
        assert entry is not None
        (undone,) = await held_up(work, delay, "rate-limit-short", lambda: work.undoer.undo(entry))
        assert undone.result.ending is Ending.CONFLICT
        assert emulator.study(study_id)["severity"] == "stat"
        assert not entry.changes[0].is_undone


async def test_a_write_that_waited_for_ones_own_is_held_against_what_came_between(
    emulator: EmbeddedEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with hurried(emulator, monkeypatch) as (work, _):
        base = Draft.of(await work.read(study_id))

        class Between(Notes):
            """Somebody who writes as soon as the first of two writes has ended."""

            def ended(self, *_: object) -> None:
                emulator.change(study_id, severity="stat")

        work.history.subscribe(Between())
        first, second = await asyncio.gather(
            work.editor.save(study_id, base, base._replace(description="mine")),
            work.editor.save(study_id, base, base._replace(severity="high")),
        )
        assert first.ending is Ending.DONE
        assert second.conflicts == (FieldConflict("severity", "normal", "high", "stat"),)
        assert emulator.study(study_id)["severity"] == "stat"
