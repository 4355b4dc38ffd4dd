"""The guarded write where somebody else writes at the same time."""

from typing import Any

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.writing.ending import Ending
from avara_tui.worklist.merge import Draft, FieldConflict
from triage.making import Workplace, an_open_study, workplace


async def save_while(
    work: Workplace, emulator: EmbeddedEmulator, study_id: str, mine: Draft, **theirs: Any
) -> Any:
    """Lose the answer to a write, and let somebody else write before it is looked into."""
    base = Draft.of(await work.read(study_id))
    emulator.arm("reset-after-write", 1, "studies.update")
    calls = work.client._calls
    read = calls.attempt_read

    async def late(*args: Any) -> Any:
        if emulator.writes(study_id):
            emulator.change(study_id, **theirs)
            calls.attempt_read = read  # type: ignore[method-assign]
        return await read(*args)

    calls.attempt_read = late  # type: ignore[method-assign, assignment]
    return await work.editor.save(study_id, base, mine)


async def test_another_pair_written_at_the_same_time_is_no_failure_of_mine(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, metadata={"room": "B12"})
    async with workplace(emulator) as work:
        base = Draft.of(await work.read(study_id))
        mine = base._replace(metadata={"room": "B12", "note": "mine"})
        theirs = {"room": "B12", "note": "mine", "bed": "theirs"}
        result = await save_while(work, emulator, study_id, mine, metadata=theirs)
        assert result.ending is Ending.DONE
        assert emulator.study(study_id)["metadata"] == theirs


async def test_the_same_pair_written_at_the_same_time_is_a_conflict_with_both_sides(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        base = Draft.of(await work.read(study_id))
        mine = base._replace(severity="stat")
        result = await save_while(work, emulator, study_id, mine, severity="high")
        assert result.ending is Ending.CONFLICT
        assert result.conflicts == (FieldConflict("severity", "normal", "stat", "high"),)


@pytest.mark.parametrize("is_open", [True, False])
async def test_a_condition_on_the_study_is_asked_of_the_fresh_one(
    emulator: EmbeddedEmulator, is_open: bool
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        base = Draft.of(await work.read(study_id))
        if not is_open:
            emulator.change(study_id, studyViewerStatus="complete")
        result = await work.editor.save(
            study_id,
            base,
            base._replace(severity="stat"),
            only_if=lambda study: study.status == "incomplete",
        )
        assert result.ending is (Ending.DONE if is_open else Ending.CONFLICT)
        assert emulator.writes(study_id) == (["update"] if is_open else [])


async def test_what_is_asked_for_is_shown_until_it_is_confirmed(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = an_open_study(emulator, severity="normal")
    async with workplace(emulator) as work:
        study = await work.read(study_id)
        under_way, seen = work.editor.under_way, []

        def look(changed: str) -> None:
            seen.append((changed, under_way.shown(study, {}).severity, set(under_way.ids)))

        under_way.subscribe(look)
        base = Draft.of(study)
        await work.editor.save(study_id, base, base._replace(severity="stat"))
        assert seen == [(study_id, "stat", {study_id}), (study_id, "normal", set())]
        await work.editor.cancel(study_id)
        assert not under_way.ids
