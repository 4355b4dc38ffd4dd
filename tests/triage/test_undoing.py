"""Taking back: the guarded way, all of it, and an honest no where somebody has moved on."""

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.writing.ending import Ending
from avara_tui.worklist.merge import Draft
from triage.making import Workplace, an_open_study, workplace


async def save(work: Workplace, study_id: str, **fields: object) -> None:
    base = Draft.of(await work.read(study_id))
    await work.editor.save(study_id, base, base._replace(**fields))  # type: ignore[arg-type]


async def undo(work: Workplace) -> list[Ending]:
    entry = work.undoer.last()
    assert entry is not None
    return [each.result.ending for each in await work.undoer.undo(entry)]


async def test_everything_that_a_save_changed_is_as_before(emulator: EmbeddedEmulator) -> None:
    study_id = an_open_study(
        emulator, severity="normal", assignedTo=None, metadata={"room": "B12", "bed": "3"}
    )
    before = emulator.study(study_id)
    async with workplace(emulator) as work:
        await save(
            work,
            study_id,
            severity="stat",
            description="new words",
            assigned_to=emulator.users()[0]["userId"],
            metadata={"room": "C1", "note": "seen"},
        )
        emulator.change(study_id, studyViewerStatus="complete")
        assert await undo(work) == [Ending.DONE]
        after = emulator.study(study_id)
        names = ("severity", "studyDescription", "assignedTo", "metadata")
        assert [after.get(each) for each in names] == [before.get(each) for each in names]
        assert after["studyViewerStatus"] == "complete"
        assert work.undoer.last() is None


async def test_undo_goes_back_one_entry_at_a_time(emulator: EmbeddedEmulator) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await save(work, study_id, severity="high")
        await save(work, study_id, severity="stat")
        await undo(work)
        assert emulator.study(study_id)["severity"] == "high"
        await undo(work)
        assert emulator.study(study_id)["severity"] == "normal"
        assert work.undoer.last() is None


async def test_what_somebody_has_changed_since_stays_and_is_said(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await save(work, study_id, severity="stat")
        emulator.change(study_id, severity="high")
        entry = work.undoer.last()
        assert entry is not None
        (undone,) = await work.undoer.undo(entry)
        assert undone.result.ending is Ending.CONFLICT
        (conflict,) = undone.result.conflicts
        assert (conflict.base, conflict.mine, conflict.theirs) == ("stat", "normal", "high")
        assert emulator.study(study_id)["severity"] == "high"
        assert entry.can_be_undone


async def test_cancelling_and_restoring_are_taken_back(emulator: EmbeddedEmulator) -> None:
    study_id = an_open_study(emulator)
    async with workplace(emulator) as work:
        await work.editor.cancel(study_id)
        assert await undo(work) == [Ending.DONE]
        assert not emulator.study(study_id)["isCancelled"]
        emulator.cancel(study_id)
        await work.editor.uncancel(study_id)
        assert await undo(work) == [Ending.DONE]
        assert emulator.study(study_id)["isCancelled"]


async def test_of_many_studies_all_are_taken_back_and_the_failed_can_be_tried_again(
    emulator: EmbeddedEmulator,
) -> None:
    ids = [an_open_study(emulator, index, severity="normal") for index in range(8)]
    async with workplace(emulator) as work:
        entry = work.history.begin("severity")
        for study_id in ids:
            base = Draft.of(await work.read(study_id))
            await work.editor.save(study_id, base, base._replace(severity="stat"), entry=entry)
        emulator.change(ids[3], severity="high")
        emulator.arm("status-403", 1, "studies.update")
        seen: list[tuple[int, int]] = []
        waiting: list[int] = []

        def look(done: int, total: int) -> None:
            seen.append((done, total))
            waiting.append(len(work.undoer.waiting))

        undone = await work.undoer.undo(entry, look)
        endings = sorted(each.result.ending.value for each in undone)
        assert endings == ["conflict", *["done"] * 6, "failed"]
        assert seen == [(number, 8) for number in range(1, 9)]
        # Four are written to at a time; of the others it is known that their turn has not come.
        assert 0 < waiting[0] <= 4
        assert waiting == sorted(waiting, reverse=True)
        assert waiting[-1] == 0
        again = await work.undoer.undo(entry)
        assert sorted(each.result.ending.value for each in again) == ["conflict", "done"]
        severities = [emulator.study(each)["severity"] for each in ids]
        assert severities == ["normal"] * 3 + ["high"] + ["normal"] * 4


async def test_an_entry_that_is_being_taken_back_is_not_the_last_any_more(
    emulator: EmbeddedEmulator,
) -> None:
    first, second = (an_open_study(emulator, index, severity="normal") for index in (0, 1))
    async with workplace(emulator) as work:
        await save(work, first, severity="stat")
        await save(work, second, severity="stat")
        older, newer = work.history.entries
        seen = []

        def look(_done: int, _total: int) -> None:
            seen.append(work.undoer.last())

        await work.undoer.undo(newer, look)
        assert seen == [older]


async def test_a_write_that_was_never_made_is_undone_by_nothing(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        base = Draft.of(await work.read(study_id))
        emulator.arm("status-504", 3, "studies.update")
        result = await work.editor.save(study_id, base, base._replace(severity="stat"))
        assert result.ending is Ending.UNKNOWN
        emulator.disarm()
        assert await undo(work) == [Ending.NOTHING_TO_DO]
        assert emulator.writes(study_id) == []
