"""What becomes of edits after they were made: nobody's edit is overwritten in silence."""

from collections.abc import Callable
from functools import partial

import pytest

from avara_tui.clock import ManualClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.ending import Ending
from avara_tui.triage.ledger import WATCHED_FOR, Fate
from avara_tui.triage.read_back import READ_BACK_AFTER
from avara_tui.worklist.merge import Draft
from avara_tui.worklist.studies import MISSES, ChangeSet, StudySet
from triage.making import Workplace, an_open_study, until, workplace


def twice_missed(held: StudySet, study_id: str) -> ChangeSet:
    """Let two walks miss a study, and nobody say what has become of it."""
    others = {each.study_id for each in held} - {study_id}
    for _ in range(MISSES):
        change = held.finish_walk(lambda _: True, others, held.revision)
    return change


async def save(desk: Workplace, study_id: str, **fields: str | None) -> Ending:
    base = Draft.of(await desk.read(study_id))
    result = await desk.editor.save(study_id, base, base._replace(**fields))  # type: ignore[arg-type]
    return result.ending


async def test_a_refresh_that_shows_another_value_tells_once_what_was_and_is(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as desk:
        await save(desk, study_id, severity="stat")
        await desk.read(study_id)
        assert not desk.told
        emulator.change(study_id, severity="high")
        await desk.read(study_id)
        emulator.change(study_id, severity="normal")
        await desk.read(study_id)
        (finding,) = desk.told
        assert finding.fate is Fate.OVERWRITTEN
        assert finding.study_id == study_id
        assert finding.change == ("severity", "normal", "stat")
        assert finding.now == "high"
        assert finding.entry is desk.history.entries[0]
        assert finding.updated_at is not None


async def test_another_field_or_the_same_value_is_no_finding(emulator: EmbeddedEmulator) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as desk:
        await save(desk, study_id, severity="stat")
        emulator.change(study_id, studyDescription="other words", severity="stat")
        await desk.read(study_id)
        assert not desk.told


async def test_ones_own_later_edit_is_no_finding_and_is_watched_instead(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as desk:
        await save(desk, study_id, severity="stat")
        await save(desk, study_id, severity="high")
        await desk.read(study_id)
        assert not desk.told
        emulator.change(study_id, severity="stat")
        await desk.read(study_id)
        assert [each.change.new for each in desk.told] == ["high"]


async def test_an_edit_overwritten_while_another_is_written_is_told(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as desk:
        await save(desk, study_id, severity="stat")
        base = Draft.of(await desk.read(study_id))
        client, update = desk.client, desk.client.update

        async def meanwhile(*args: object, **named: object) -> object:
            emulator.change(study_id, severity="high")
            return await update(*args, **named)  # type: ignore[arg-type]

        client.update = meanwhile  # type: ignore[method-assign, assignment]
        result = await desk.editor.save(study_id, base, base._replace(description="new words"))
        assert result.ending is Ending.DONE
        assert [each.change.field for each in desk.told] == ["severity"]


async def test_edits_are_watched_for_ten_minutes(emulator: EmbeddedEmulator) -> None:
    assert WATCHED_FOR == 600
    early, late = (an_open_study(emulator, index, severity="normal") for index in (0, 1))
    clock = ManualClock(1_000.0)
    async with workplace(emulator, clock) as desk:
        for study_id in (early, late):
            await save(desk, study_id, severity="stat")
            emulator.change(study_id, severity="high")
        clock.advance(WATCHED_FOR - 1)
        await desk.read(early)
        clock.advance(1)
        await desk.read(late)
        assert [each.study_id for each in desk.told] == [early]


async def test_time_in_which_nothing_may_be_read_is_not_time_watched(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    clock = ManualClock(1_000.0)
    async with workplace(emulator, clock) as desk:
        await save(desk, study_id, severity="stat")
        clock.advance(WATCHED_FOR - 2)
        desk.ledger.hold()
        clock.advance(10 * WATCHED_FOR)
        desk.ledger.expire()
        desk.ledger.resume()
        clock.advance(1)
        emulator.change(study_id, severity="high")
        await desk.read(study_id)
        assert desk.fates == [Fate.OVERWRITTEN]


@pytest.mark.parametrize("fault", ["status-504-after-write", "status-504"])
async def test_what_nobody_knows_is_read_back_once_reading_is_allowed_again(
    emulator: EmbeddedEmulator, fault: str
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as desk:
        await unknown(desk, emulator, study_id, fault)
        desk.ledger.hold()
        await desk.read_back.hold()
        before = emulator.count("studies.retrieve")
        desk.pacer.pass_time(10 * WATCHED_FOR)
        assert not desk.read_back.pending
        assert emulator.count("studies.retrieve") == before
        desk.ledger.resume()
        desk.read_back.resume()
        await read_everything_back(desk)
        assert desk.fates == [Fate.SAVED if "after" in fault else Fate.NOT_SAVED]


@pytest.mark.parametrize("drop", [StudySet.drop, lambda held, _: held.clear(), twice_missed])
async def test_a_study_that_is_only_let_go_of_is_not_told_of(
    emulator: EmbeddedEmulator, drop: Callable[[StudySet, str], ChangeSet]
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as desk:
        await save(desk, study_id, severity="high")
        change = drop(desk.shelf.studies, study_id)
        assert study_id in change.dropped
        desk.shelf._tell(change)
        assert study_id not in desk.shelf.studies
        assert not desk.told
        await desk.read(study_id)
        assert not desk.told
        emulator.change(study_id, severity="stat")
        await desk.read(study_id)
        assert desk.fates == [Fate.OVERWRITTEN]


async def test_a_study_that_is_only_let_go_of_is_not_told_of_until_the_server_says_it_is_gone(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as desk:
        await save(desk, study_id, severity="high")
        desk.shelf._tell(desk.shelf.studies.clear())
        desk.shelf.forget(study_id)
        assert desk.fates == [Fate.GONE]


async def test_a_study_that_goes_is_told_of_if_it_was_edited(emulator: EmbeddedEmulator) -> None:
    study_id, other = an_open_study(emulator), an_open_study(emulator, 1)
    async with workplace(emulator) as desk:
        await save(desk, study_id, description="new words")
        await desk.read(other)
        for each in (study_id, other):
            emulator.delete(each)
            desk.shelf.forget(each)
        assert [(each.fate, each.study_id) for each in desk.told] == [(Fate.GONE, study_id)]


async def test_a_cancellation_that_somebody_takes_back_is_told(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator)
    async with workplace(emulator) as desk:
        await desk.editor.cancel(study_id)
        emulator.uncancel(study_id)
        await desk.read(study_id)
        assert [(each.change.field, each.now) for each in desk.told] == [("cancelled", "no")]


def has_read(emulator: EmbeddedEmulator, times: int) -> bool:
    return emulator.count("studies.retrieve") == times


async def test_what_was_written_is_read_back_at_its_moments(emulator: EmbeddedEmulator) -> None:
    assert READ_BACK_AFTER == (0.5, 1.5, 4.5)
    study_id = an_open_study(emulator)
    async with workplace(emulator) as desk:
        await save(desk, study_id, description="new words")
        emulator.forget_requests()
        for read, (moment, wait) in enumerate([(0.5, 0.5), (1.5, 1.0), (4.5, 3.0)], 1):
            await until(lambda: desk.pacer.waits)
            assert desk.pacer.waits == [wait], moment
            desk.pacer.pass_time(wait)
            await until(partial(has_read, emulator, read))
        await desk.read_back.done()
        assert emulator.count("studies.retrieve") == 3
        assert not desk.told


async def test_reading_back_finds_what_somebody_else_wrote_at_the_same_time(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as desk:
        await save(desk, study_id, severity="stat")
        emulator.change(study_id, severity="high")
        await until(lambda: desk.pacer.waits)
        desk.pacer.pass_time(0.5)
        await until(lambda: desk.told)
        assert desk.fates == [Fate.OVERWRITTEN]


async def unknown(desk: Workplace, emulator: EmbeddedEmulator, study_id: str, fault: str) -> None:
    """Write a severity, so that nobody can say whether it was written."""
    base = Draft.of(await desk.read(study_id))
    emulator.arm(fault, 1, "studies.update")
    emulator.arm("status-503", 3, "studies.retrieve")
    read = desk.client.retrieve

    async def undisturbed(study_id: str) -> object:
        emulator.disarm()
        emulator.arm(fault, 1, "studies.update")
        study = await read(study_id)
        emulator.arm("status-503", 3, "studies.retrieve")
        return study

    desk.client.retrieve = undisturbed  # type: ignore[method-assign, assignment]
    result = await desk.editor.save(study_id, base, base._replace(severity="stat"))
    desk.client.retrieve = read  # type: ignore[method-assign]
    emulator.disarm()
    assert result.ending is Ending.UNKNOWN
    assert desk.ledger.unsure == {study_id}


async def read_everything_back(desk: Workplace) -> None:
    while desk.read_back.pending:
        desk.client.resume()
        await until(lambda: desk.pacer.waits or not desk.read_back.pending)
        desk.pacer.pass_time(5.0)


async def test_a_write_that_arrived_after_all_is_settled_by_reading_back(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as desk:
        await unknown(desk, emulator, study_id, "status-504-after-write")
        await read_everything_back(desk)
        assert desk.fates == [Fate.SAVED]
        assert desk.history.entries[0].changes[0].ending is Ending.DONE
        assert not desk.ledger.unsure


async def test_a_write_that_never_arrived_is_said_not_to_be_saved(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as desk:
        await unknown(desk, emulator, study_id, "status-504")
        await read_everything_back(desk)
        assert desk.fates == [Fate.NOT_SAVED]
        assert desk.history.entries[0].changes[0].ending is Ending.FAILED
        assert not desk.ledger.unsure
        emulator.change(study_id, severity="stat")
        await desk.read(study_id)
        assert desk.fates == [Fate.NOT_SAVED, Fate.SAVED]


async def test_two_writes_to_one_field_that_never_arrived_are_both_said_not_to_be_saved(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as desk:
        await unknown(desk, emulator, study_id, "status-504")
        await unknown(desk, emulator, study_id, "status-504")
        await read_everything_back(desk)
        assert desk.fates == [Fate.NOT_SAVED, Fate.NOT_SAVED]
        assert {each.entry.number for each in desk.told} == {1, 2}
        endings = [each.changes[0].ending for each in desk.history.entries]
        assert endings == [Ending.FAILED, Ending.FAILED]
        assert not desk.ledger.unsure


async def test_a_write_of_unknown_outcome_is_read_until_the_server_answers(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as desk:
        await unknown(desk, emulator, study_id, "status-504-after-write")
        emulator.arm("status-500", 12, "studies.retrieve")
        await read_everything_back(desk)
        assert desk.fates == [Fate.SAVED]


async def test_a_third_value_after_an_unknown_outcome_is_told(emulator: EmbeddedEmulator) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as desk:
        await unknown(desk, emulator, study_id, "status-504-after-write")
        emulator.change(study_id, severity="high")
        await desk.read(study_id)
        assert desk.fates == [Fate.UNCLEAR]
        assert not desk.ledger.unsure


async def test_an_edit_is_watched_on_when_a_later_one_turns_out_not_to_be_made(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as desk:
        await save(desk, study_id, severity="high")
        await unknown(desk, emulator, study_id, "status-504")
        await read_everything_back(desk)
        assert desk.fates == [Fate.NOT_SAVED]
        emulator.change(study_id, severity="normal")
        await desk.read(study_id)
        assert desk.fates == [Fate.NOT_SAVED, Fate.OVERWRITTEN]
        assert desk.told[-1].change.new == "high"
