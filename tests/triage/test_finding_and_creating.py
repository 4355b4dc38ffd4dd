"""One study by its id or UID, and a new one: what there is already is found, never made twice."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from avara_tui.api.errors import ErrorKind
from avara_tui.clock import ManualClock
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from avara_tui.study_requests import NewStudy
from avara_tui.triage.journal.keeping import Journal
from avara_tui.triage.journal.reading import read
from avara_tui.triage.person import Person
from avara_tui.triage.reading.finding import find, identifier_problem
from avara_tui.triage.writing.creating import create, problem_of
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.undoing import Undoer
from studies import is_out_of_sight
from triage.making import workplace

UID = "1.2.840.99999.77"
NEW = NewStudy(UID, "CT head", "high")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("stu_" + "a" * 32, None),
        ("stu_" + "aB" * 16, None),
        ("  1.2.840.1\0 ", None),
        ("UID: \u201c1.2.840.1\u201d.", None),
        ("\uff11.\uff12.840", None),
        ("study id: stu_" + "a" * 32, None),
        ("stu_abc", "this one has 3"),
        ("1.2.abc", "only digits and dots"),
        ("CT head", "neither a study id"),
        (" \0", "paste an id"),
    ],
)
def test_what_can_name_a_study(text: str, problem: str | None) -> None:
    said = identifier_problem(text)
    assert said == problem or (problem is not None and problem in (said or ""))


@pytest.mark.parametrize("by", ["studyId", "studyInstanceUid"])
async def test_a_study_that_is_not_held_is_found_and_joins(
    emulator: EmbeddedEmulator, by: str
) -> None:
    study = emulator.studies()[5]
    async with workplace(emulator) as work:
        found = await find(work.shelf, f" {study[by]}\0\n")
        assert found.study is not None
        assert found.study.study_id == study["studyId"]
        assert found.is_fresh
        assert study["studyId"] in work.shelf.studies


async def test_a_study_that_is_not_there_is_said_to_be_absent_and_is_dropped(
    emulator: EmbeddedEmulator,
) -> None:
    study_id = emulator.studies()[5]["studyId"]
    async with workplace(emulator) as work:
        await work.read(study_id)
        emulator.delete(study_id)
        found = await find(work.shelf, study_id)
        assert (found.study, found.is_absent) == (None, True)
        assert study_id not in work.shelf.studies
        assert (await find(work.shelf, "1.2.3.4")).is_absent


@pytest.mark.parametrize("spell", [str.upper, str.title])
async def test_a_study_is_found_and_dropped_by_an_id_of_either_case(
    emulator: EmbeddedEmulator, spell: Callable[[str], str]
) -> None:
    study_id = emulator.studies()[5]["studyId"]
    odd = "stu_" + spell(study_id.removeprefix("stu_"))
    assert odd != study_id
    async with workplace(emulator) as work:
        found = await find(work.shelf, odd)
        assert found.study is not None
        assert found.study.study_id == study_id
        emulator.arm("status-403", 1, "studies.retrieve")
        held = await find(work.shelf, odd)
        assert (held.study, held.is_fresh) == (found.study, False)
        emulator.delete(study_id)
        assert (await find(work.shelf, odd)).is_absent
        assert study_id not in work.shelf.studies


async def test_a_server_that_fails_leaves_what_is_held_and_is_no_absence(
    emulator: EmbeddedEmulator,
) -> None:
    study = emulator.studies()[5]
    async with workplace(emulator) as work:
        await work.read(study["studyId"])
        emulator.arm("status-403", 2)
        found = await find(work.shelf, study["studyInstanceUid"])
        assert found.study is not None
        assert not found.is_fresh
        assert found.error is not None
        missing = await find(work.shelf, "1.2.3.4")
        assert (missing.study, missing.is_absent) == (None, False)


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        (NEW, None),
        (NEW._replace(uid="1.02"), "starts with 0"),
        (NEW._replace(uid=""), "a UID is needed"),
        (NEW._replace(description="  "), "needs a description"),
        (NEW._replace(metadata={str(each): "" for each in range(51)}), "at most 50"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_sent(
    new: NewStudy, problem: str | None
) -> None:
    said = problem_of(new)
    assert said == problem or (problem is not None and problem in (said or ""))


async def test_a_study_is_created_with_everything_the_api_takes(
    emulator: EmbeddedEmulator, tmp_path: Path
) -> None:
    customer = emulator.customers()[0]["expressCustomerId"]
    new = NewStudy(UID, "CT DOE head", "stat", DEMO_USER_ID, customer, {"room": "DOE"})
    async with workplace(emulator) as work:
        journal = Journal(tmp_path / "j", lambda: Person("test", None), ManualClock(0.0))
        work.history.subscribe(journal)
        creation = await create(work.shelf, work.history, new)
        journal.close()
        assert creation.ending is Ending.DONE
        assert creation.study is not None
        study = emulator.study(creation.study.study_id)
        assert (study["studyInstanceUid"], study["severity"]) == (UID, "stat")
        assert study["assignedTo"]["userId"] == DEMO_USER_ID
        assert study["expressCustomer"]["expressCustomerId"] == customer
        assert study["metadata"] == {"room": "DOE"}
        assert creation.study.study_id in work.shelf.studies
        (attempt,) = read(tmp_path / "j").attempts
        told = attempt.as_json()
        assert (told["action"], told["outcome"]) == ("create", "done")
        assert told["studyId"] == creation.study.study_id
        text = (tmp_path / "j").read_text()
        assert "DOE" not in text
        assert UID not in text


async def test_undoing_a_creation_cancels_what_cannot_be_removed(
    emulator: EmbeddedEmulator,
) -> None:
    async with workplace(emulator) as work:
        creation = await create(work.shelf, work.history, NEW)
        assert creation.study is not None
        undoer = Undoer(work.editor)
        entry = undoer.last()
        assert entry is not None
        assert [each.study_id for each in entry.changes] == [creation.study.study_id]
        (undone,) = await undoer.undo(entry)
        assert undone.result.is_good
        assert emulator.study(creation.study.study_id)["isCancelled"]
        assert undoer.last() is None


async def test_a_uid_that_is_taken_is_answered_with_the_study_that_has_it(
    emulator: EmbeddedEmulator,
) -> None:
    there = emulator.studies()[3]
    async with workplace(emulator) as work:
        creation = await create(
            work.shelf, work.history, NEW._replace(uid=there["studyInstanceUid"])
        )
        assert creation.is_taken
        assert creation.ending is Ending.FAILED
        assert creation.study is not None
        assert creation.study.study_id == there["studyId"]
        assert emulator.counts["studies.create"] == 0
        assert work.history.last_undoable() is None


@pytest.mark.parametrize("others", [True, False])
async def test_a_uid_that_is_taken_by_a_study_out_of_sight_is_said_to_be(*, others: bool) -> None:
    """A key with the study scope Self sees its own source's studies only."""
    with EmbeddedEmulator(studies=60, seed=1, scope="self") as emulator:
        uid = next(
            each["studyInstanceUid"]
            for each in emulator.studies()
            if is_out_of_sight(each) is others
        )
        before = emulator.studies()
        async with workplace(emulator) as work:
            made = await create(work.shelf, work.history, NEW._replace(uid=uid))
            assert made.ending is Ending.FAILED
            assert made.is_taken
            assert made.is_hidden is others
            assert (made.study is None) is others
        assert emulator.studies() == before


async def test_a_refusal_whose_reason_nobody_can_look_up_is_told_as_it_came(
    emulator: EmbeddedEmulator,
) -> None:
    emulator.arm("status-409", 1, "studies.create")
    async with workplace(emulator) as work:
        client = work.client
        by_uid = client.retrieve_by_uid

        async def refused(uid: str) -> Study:
            emulator.arm("status-403", 1, "studies.retrieve-by-uid")
            return await by_uid(uid)

        client.retrieve_by_uid = refused  # type: ignore[method-assign]
        made = await create(work.shelf, work.history, NEW)
        assert (made.study, made.is_hidden) == (None, False)
        assert made.error is not None
        assert made.error.kind is ErrorKind.CONFLICT


async def test_a_creation_whose_answer_got_lost_is_found_and_not_repeated(
    emulator: EmbeddedEmulator,
) -> None:
    async with workplace(emulator) as work:
        emulator.arm("status-502-after-write", 1, "studies.create")
        creation = await create(work.shelf, work.history, NEW)
        assert creation.ending is Ending.DONE
        assert emulator.counts["studies.create"] == 1


async def test_a_creation_of_which_nobody_knows_says_so(emulator: EmbeddedEmulator) -> None:
    async with workplace(emulator, deadline=3.0) as work:
        emulator.arm("stall-after-write", 1, "studies.create")
        task = asyncio.create_task(create(work.shelf, work.history, NEW))
        while not emulator.counts["studies.create"]:  # noqa: ASYNC110 - another thread's server
            await asyncio.sleep(0.01)
        # It is under way: from here on nobody says whether it is there.
        emulator.arm("status-403", 40, "studies.retrieve-by-uid")
        creation = await task
        assert creation.ending is Ending.UNKNOWN
        assert emulator.counts["studies.create"] == 1
        assert work.history.last_undoable() is None


async def test_a_refused_creation_changes_nothing(emulator: EmbeddedEmulator) -> None:
    async with workplace(emulator) as work:
        emulator.arm("status-403", 1, "studies.create")
        creation = await create(work.shelf, work.history, NEW)
        assert creation.ending is Ending.FAILED
        assert creation.error is not None
        assert creation.error.kind is ErrorKind.FORBIDDEN
