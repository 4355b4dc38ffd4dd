"""What becomes of edits after they were made: nobody's edit is overwritten in silence."""

from collections.abc import Callable
from functools import partial

import pytest

from avara_tui.clock import ManualClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.ledger import WATCHED_FOR, Fate
from avara_tui.triage.writing.read_back import READ_BACK_AFTER
from avara_tui.worklist.merge import Draft
from avara_tui.worklist.studies import MISSES, ChangeSet, StudySet
from triage.making import Workplace, an_open_study, until, workplace


def twice_missed(held: StudySet, study_id: str) -> ChangeSet:
    """Let two walks miss a study, and nobody say what has become of it."""
    others = {each.study_id for each in held} - {study_id}
    for _ in range(MISSES):
        change = held.finish_walk(lambda _: True, others, held.revision)
    return change


async def save(work: Workplace, study_id: str, **fields: str | None) -> Ending:
    base = Draft.of(await work.read(study_id))
    result = await work.editor.save(study_id, base, base._replace(**fields))  # type: ignore[arg-type]
    return result.ending


async def test_a_refresh_that_shows_another_value_tells_once_what_was_and_is(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await save(work, study_id, severity="stat")
        await work.read(study_id)
        assert not work.told
        emulator.change(study_id, severity="high")
        await work.read(study_id)
        emulator.change(study_id, severity="normal")
        await work.read(study_id)
        (finding,) = work.told
        assert finding.fate is Fate.OVERWRITTEN
        assert finding.study_id == study_id
        assert finding.change == ("severity", "normal", "stat")
        assert finding.now == "high"
        assert finding.entry is work.history.entries[0]
        assert finding.updated_at is not None


async def test_another_field_or_the_same_value_is_no_finding(emulator: EmbeddedEmulator) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await save(work, study_id, severity="stat")
        emulator.change(study_id, studyDescription="other words", severity="stat")
        await work.read(study_id)
        assert not work.told


async def test_ones_own_later_edit_is_no_finding_and_is_watched_instead(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await save(work, study_id, severity="stat")
        await save(work, study_id, severity="high")
        await work.read(study_id)
        assert not work.told
        emulator.change(study_id, severity="stat")
        await work.read(study_id)
        assert [each.change.new for each in work.told] == ["high"]


async def test_an_edit_overwritten_while_another_is_written_is_told(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await save(work, study_id, severity="stat")
        base = Draft.of(await work.read(study_id))
        client, update = work.client, work.client.update

        async def meanwhile(*args: object, **named: object) -> object:
            emulator.change(study_id, severity="high")
            return await update(*args, **named)  # type: ignore[arg-type]

        client.update = meanwhile  # type: ignore[method-assign, assignment]
        result = await work.editor.save(study_id, base, base._replace(description="new words"))
        assert result.ending is Ending.DONE
        assert [each.change.field for each in work.told] == ["severity"]


async def test_edits_are_watched_for_ten_minutes(emulator: EmbeddedEmulator) -> None:
    assert WATCHED_FOR == 600
    early, late = (an_open_study(emulator, index, severity="normal") for index in (0, 1))
    clock = ManualClock(1_000.0)
    async with workplace(emulator, clock) as work:
        for study_id in (early, late):
            await save(work, study_id, severity="stat")
            emulator.change(study_id, severity="high")
        clock.advance(WATCHED_FOR - 1)
        await work.read(early)
        clock.advance(1)
        await work.read(late)
        assert [each.study_id for each in work.told] == [early]


async def test_time_in_which_nothing_may_be_read_is_not_time_watched(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    clock = ManualClock(1_000.0)
    async with workplace(emulator, clock) as work:
        await save(work, study_id, severity="stat")
        clock.advance(WATCHED_FOR - 2)
        work.ledger.hold()
        clock.advance(10 * WATCHED_FOR)
        work.ledger.expire()
        work.ledger.resume()
        clock.advance(1)
        emulator.change(study_id, severity="high")
        await work.read(study_id)
        assert work.fates == [Fate.OVERWRITTEN]


@pytest.mark.parametrize("fault", ["status-504-after-write", "status-504"])
async def test_what_nobody_knows_is_read_back_once_reading_is_allowed_again(
    emulator: EmbeddedEmulator, fault: str
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await unknown(work, emulator, study_id, fault)
        work.ledger.hold()
        await work.read_back.hold()
        before = emulator.count("studies.retrieve")
        work.pacer.pass_time(10 * WATCHED_FOR)
        assert not work.read_back.pending
        assert emulator.count("studies.retrieve") == before
        work.ledger.resume()
        work.read_back.resume()
        await read_everything_back(work)
        assert work.fates == [Fate.SAVED if "after" in fault else Fate.NOT_SAVED]


@pytest.mark.parametrize("drop", [StudySet.drop, lambda held, _: held.clear(), twice_missed])
async def test_a_study_that_is_only_let_go_of_is_not_told_of(
    emulator: EmbeddedEmulator, drop: Callable[[StudySet, str], ChangeSet]
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await save(work, study_id, severity="high")
        change = drop(work.shelf.studies, study_id)
        assert study_id in change.dropped
        work.shelf._notify(change)
        assert study_id not in work.shelf.studies
        assert not work.told
        await work.read(study_id)
        assert not work.told
        emulator.change(study_id, severity="stat")
        await work.read(study_id)
        assert work.fates == [Fate.OVERWRITTEN]


async def test_a_study_that_is_only_let_go_of_is_not_told_of_until_the_server_says_it_is_gone(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await save(work, study_id, severity="high")
        work.shelf._notify(work.shelf.studies.clear())
        work.shelf.forget(study_id)
        assert work.fates == [Fate.GONE]


async def test_a_study_that_goes_is_told_of_if_it_was_edited(emulator: EmbeddedEmulator) -> None:
    study_id, other = an_open_study(emulator), an_open_study(emulator, 1)
    async with workplace(emulator) as work:
        await save(work, study_id, description="new words")
        await work.read(other)
        for each in (study_id, other):
            emulator.delete(each)
            work.shelf.forget(each)
        assert [(each.fate, each.study_id) for each in work.told] == [(Fate.GONE, study_id)]


async def test_a_cancellation_that_somebody_takes_back_is_told(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator)
    async with workplace(emulator) as work:
        await work.editor.cancel(study_id)
        emulator.uncancel(study_id)
        await work.read(study_id)
        assert [(each.change.field, each.now) for each in work.told] == [("cancelled", "no")]


def has_read(emulator: EmbeddedEmulator, times: int) -> bool:
    return emulator.count("studies.retrieve") == times


async def test_what_was_written_is_read_back_at_its_moments(emulator: EmbeddedEmulator) -> None:
    assert READ_BACK_AFTER == (0.5, 1.5, 4.5)
    study_id = an_open_study(emulator)
    async with workplace(emulator) as work:
        await save(work, study_id, description="new words")
        emulator.forget_requests()
        for read, (moment, wait) in enumerate([(0.5, 0.5), (1.5, 1.0), (4.5, 3.0)], 1):
            await until(lambda: work.pacer.waits)
            assert work.pacer.waits == [wait], moment
            work.pacer.pass_time(wait)
            await until(partial(has_read, emulator, read))
        await work.read_back.done()
        assert emulator.count("studies.retrieve") == 3
        assert not work.told


async def test_reading_back_finds_what_somebody_else_wrote_at_the_same_time(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await save(work, study_id, severity="stat")
        emulator.change(study_id, severity="high")
        await until(lambda: work.pacer.waits)
        work.pacer.pass_time(0.5)
        await until(lambda: work.told)
        assert work.fates == [Fate.OVERWRITTEN]


async def unknown(work: Workplace, emulator: EmbeddedEmulator, study_id: str, fault: str) -> None:
    """Write a severity, so that nobody can say whether it was written."""
    base = Draft.of(await work.read(study_id))
    emulator.arm(fault, 1, "studies.update")
    emulator.arm("status-503", 3, "studies.retrieve")
    read = work.client.retrieve

    async def undisturbed(study_id: str) -> object:
        emulator.disarm()
        emulator.arm(fault, 1, "studies.update")
        study = await read(study_id)
        emulator.arm("status-503", 3, "studies.retrieve")
        return study

    work.client.retrieve = undisturbed  # type: ignore[method-assign, assignment]
    result = await work.editor.save(study_id, base, base._replace(severity="stat"))
    work.client.retrieve = read  # type: ignore[method-assign]
    emulator.disarm()
    assert result.ending is Ending.UNKNOWN
    assert work.ledger.unsure == {study_id}


async def read_everything_back(work: Workplace) -> None:
    while work.read_back.pending:
        work.client.resume()
        await until(lambda: work.pacer.waits or not work.read_back.pending)
        work.pacer.pass_time(5.0)


async def test_a_write_that_arrived_after_all_is_settled_by_reading_back(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await unknown(work, emulator, study_id, "status-504-after-write")
        await read_everything_back(work)
        assert work.fates == [Fate.SAVED]
        assert work.history.entries[0].changes[0].ending is Ending.DONE
        assert not work.ledger.unsure


async def test_a_write_that_never_arrived_is_said_not_to_be_saved(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await unknown(work, emulator, study_id, "status-504")
        await read_everything_back(work)
        assert work.fates == [Fate.NOT_SAVED]
        assert work.history.entries[0].changes[0].ending is Ending.FAILED
        assert not work.ledger.unsure
        emulator.change(study_id, severity="stat")
        await work.read(study_id)
        assert work.fates == [Fate.NOT_SAVED, Fate.SAVED]


async def test_two_writes_to_one_field_that_never_arrived_are_both_said_not_to_be_saved(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await unknown(work, emulator, study_id, "status-504")
        await unknown(work, emulator, study_id, "status-504")
        await read_everything_back(work)
        assert work.fates == [Fate.NOT_SAVED, Fate.NOT_SAVED]
        assert {each.entry.number for each in work.told} == {1, 2}
        endings = [each.changes[0].ending for each in work.history.entries]
        assert endings == [Ending.FAILED, Ending.FAILED]
        assert not work.ledger.unsure


async def test_a_write_of_unknown_outcome_is_read_until_the_server_answers(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await unknown(work, emulator, study_id, "status-504-after-write")
        emulator.arm("status-500", 12, "studies.retrieve")
        await read_everything_back(work)
        assert work.fates == [Fate.SAVED]


async def test_a_third_value_after_an_unknown_outcome_is_told(emulator: EmbeddedEmulator) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await unknown(work, emulator, study_id, "status-504-after-write")
        emulator.change(study_id, severity="high")
        await work.read(study_id)
        assert work.fates == [Fate.UNCLEAR]
        assert not work.ledger.unsure


async def test_an_edit_is_watched_on_when_a_later_one_turns_out_not_to_be_made(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        await save(work, study_id, severity="high")
        await unknown(work, emulator, study_id, "status-504")
        await read_everything_back(work)
        assert work.fates == [Fate.NOT_SAVED]
        emulator.change(study_id, severity="normal")
        await work.read(study_id)
        assert work.fates == [Fate.NOT_SAVED, Fate.OVERWRITTEN]
        assert work.told[-1].change.new == "high"
