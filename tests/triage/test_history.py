"""The history of a session: what was tried, what it changed, how it ended."""

import asyncio

import pytest

from avara_tui.api.errors import ErrorKind
from avara_tui.clock import ManualClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import CANCELLED, MOST_ENTRIES, NO, YES, History, StudyChange
from avara_tui.worklist.merge import Draft, FieldChange
from triage.making import Notes, an_open_study, workplace

SEVERITY = FieldChange("severity", "normal", "stat")


async def test_a_save_is_kept_with_time_field_values_and_outcome(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator)
    emulator.change(study_id, severity="normal")
    async with workplace(emulator, ManualClock(1_000.0)) as work:
        base = Draft.of(await work.read(study_id))
        await work.editor.save(study_id, base, base._replace(severity="stat"))
        (entry,) = work.history.entries
        assert (entry.number, entry.action, entry.at) == (1, "save", 1_000.0)
        assert entry.changes == (StudyChange(study_id, (SEVERITY,), Ending.DONE),)
        assert work.history.last_undoable() is entry


async def test_only_what_was_written_is_kept_not_what_others_changed(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator)
    async with workplace(emulator) as work:
        base = Draft.of(await work.read(study_id))
        emulator.change(study_id, studyDescription="somebody else's words")
        mine = base._replace(metadata={**base.metadata, "note": "seen"})
        await work.editor.save(study_id, base, mine)
        (change,) = work.history.entries[0].changes
        assert change.fields == (FieldChange("metadata note", None, "seen"),)


async def test_cancelling_is_a_change_of_its_own(emulator: EmbeddedEmulator) -> None:
    study_id = an_open_study(emulator)
    async with workplace(emulator) as work:
        await work.editor.cancel(study_id)
        await work.editor.uncancel(study_id)
        changes = [each.changes[0] for each in work.history.entries]
        assert [each.fields for each in changes] == [
            (FieldChange(CANCELLED, NO, YES),),
            (FieldChange(CANCELLED, YES, NO),),
        ]
        assert [each.action for each in work.history.entries] == ["cancel", "uncancel"]


@pytest.mark.parametrize(
    ("fault", "ending", "kind"),
    [
        ("status-500", Ending.FAILED, ErrorKind.SERVER),
        ("status-403", Ending.FAILED, ErrorKind.FORBIDDEN),
    ],
)
async def test_a_failed_attempt_is_kept_and_is_not_undone(
    emulator: EmbeddedEmulator, fault: str, ending: Ending, kind: ErrorKind
) -> None:
    study_id = an_open_study(emulator)
    async with workplace(emulator) as work:
        base = Draft.of(await work.read(study_id))
        emulator.arm(fault, 10, "studies.update")
        await work.editor.save(study_id, base, base._replace(description="new words"))
        (change,) = work.history.entries[0].changes
        assert (change.ending, change.error) == (ending, kind)
        assert work.history.last_undoable() is None


async def test_a_watcher_hears_of_a_write_before_it_is_sent_and_after(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator)
    notes = Notes()
    async with workplace(emulator) as work:
        end = work.history.subscribe(notes)
        base = Draft.of(await work.read(study_id))
        await work.editor.save(study_id, base, base._replace(description="new words"))
        await work.editor.save(study_id, base, base._replace(description="new words"))
        end()
        await work.editor.cancel(study_id)
    assert notes.lines == [
        ("intended", 1, study_id, ""),
        ("ended", 1, study_id, "done"),
        ("ended", 2, study_id, "nothing to do"),
    ]


async def test_a_write_that_is_broken_off_is_kept_as_unknown(emulator: EmbeddedEmulator) -> None:
    study_id = an_open_study(emulator)
    async with workplace(emulator) as work:
        base = Draft.of(await work.read(study_id))
        under_way = asyncio.Event()

        class Bell(Notes):
            def intended(self, *_: object) -> None:
                under_way.set()

        work.history.subscribe(Bell())
        emulator.arm("stall-before-answer", 10, "studies.update")
        save = asyncio.create_task(
            work.editor.save(study_id, base, base._replace(description="new words"))
        )
        await under_way.wait()
        save.cancel()
        await asyncio.wait({save})
        (change,) = work.history.entries[0].changes
        assert change.ending is Ending.UNKNOWN
        assert change.can_be_undone


def a_change(study_id: str, ending: Ending) -> StudyChange:
    return StudyChange(study_id, (SEVERITY,), ending)


def test_many_studies_are_one_entry_and_a_repeated_attempt_one_change() -> None:
    history = History(ManualClock(0.0))
    entry = history.begin("severity")
    history.end(entry, a_change("stu_1", Ending.DONE))
    history.end(entry, a_change("stu_2", Ending.FAILED))
    history.end(entry, a_change("stu_3", Ending.UNKNOWN))
    history.end(entry, a_change("stu_2", Ending.DONE))
    history.end(entry, StudyChange("stu_3", (), Ending.NOTHING_TO_DO))
    assert list(history.entries) == [entry]
    assert [each.study_id for each in entry.changes] == ["stu_1", "stu_2", "stu_3"]
    assert all(each == a_change(each.study_id, Ending.DONE) for each in entry.changes)


@pytest.mark.parametrize(
    ("second", "kept"),
    [
        (Ending.NOTHING_TO_DO, Ending.DONE),
        (Ending.FAILED, Ending.UNKNOWN),
        (Ending.CONFLICT, Ending.UNKNOWN),
        (Ending.GONE, Ending.GONE),
        (Ending.DONE, Ending.DONE),
    ],
)
def test_what_may_have_been_done_is_not_forgotten_because_a_second_try_wrote_nothing(
    second: Ending, kept: Ending
) -> None:
    history = History(ManualClock(0.0))
    notes = Notes()
    history.subscribe(notes)
    entry = history.begin("severity")
    history.intend(entry, "stu_1", (SEVERITY,))
    history.end(entry, a_change("stu_1", Ending.UNKNOWN))
    history.end(entry, a_change("stu_1", second))
    assert entry.change("stu_1") == a_change("stu_1", kept)
    assert notes.lines[-1] == ("ended", 1, "stu_1", kept.value)
    history.resolve(entry, a_change("stu_1", Ending.FAILED))
    assert not entry.can_be_undone


def test_undo_goes_back_entry_by_entry_and_is_not_undone_itself() -> None:
    history = History(ManualClock(0.0))
    first, second = history.begin("severity"), history.begin("status")
    for entry in (first, second):
        history.end(entry, a_change("stu_1", Ending.DONE))
    assert history.last_undoable() is second
    undo = history.begin("undo", undoes=second.number)
    history.end(undo, a_change("stu_1", Ending.DONE))
    history.mark_undone(second, "stu_1")
    assert history.last_undoable() is first
    history.mark_undone(first, "stu_1")
    assert history.last_undoable() is None


def test_an_entry_that_nothing_belongs_to_is_not_listed_and_old_ones_go() -> None:
    history = History(ManualClock(0.0))
    history.begin("severity")
    assert not history.entries
    for number in range(MOST_ENTRIES + 5):
        history.end(history.begin("severity"), a_change(f"stu_{number}", Ending.DONE))
    assert len(history.entries) == MOST_ENTRIES
    assert history.entries[0].changes[0].study_id == "stu_5"
