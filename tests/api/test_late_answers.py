"""A write is not called failed because its answer, or the first reading after it, is late."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from api.late_copy import FAILED, GONE, LateCopy
from api.raw_server import STUDY_ID, Received, Reply, reply, study_json, talking
from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.api.parse import Parser
from avara_tui.api.standing import WriteStanding, after_update
from avara_tui.study import Study
from avara_tui.study_requests import StudyChanges

ANOTHER = "usr_00000000000000000000000000000002"
CHANGES = {
    "severity": StudyChanges(severity="stat"),
    "status": StudyChanges(status="complete"),
    "description": StudyChanges(description="CT Head"),
    "assignee": StudyChanges(assigned_to=ANOTHER),
    "nobody": StudyChanges(assigned_to=None),
    "metadata": StudyChanges(metadata={"department": "radiology", "note": "\u00fc"}),
    "less metadata": StudyChanges(metadata={"department": "radiology"}),
    "no metadata": StudyChanges(metadata=None),
    "several": StudyChanges(severity="normal", status="complete", assigned_to=None),
}

Ended = Study | AvaraError


async def ending(server: LateCopy, call: Callable[[AvaraClient], Any]) -> Ended:
    async with talking(server.handle) as (_raw, client), asyncio.timeout(30):
        try:
            study = await call(client)
        except AvaraError as error:
            return error
    assert isinstance(study, Study)
    return study


def updating(changes: StudyChanges) -> Callable[[AvaraClient], Any]:
    return lambda client: client.update(STUDY_ID, changes)


def as_before() -> Study:
    study = Parser().study(json.dumps(study_json()).encode())
    assert study is not None
    return study


@pytest.mark.parametrize("stamps", [True, False])
@pytest.mark.parametrize("late_reads", [0, 1])
@pytest.mark.parametrize("is_late_answer", [True, False])
@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
async def test_a_change_that_shows_itself_late_is_made_and_sent_once(
    changes: StudyChanges, *, is_late_answer: bool, late_reads: int, stamps: bool
) -> None:
    server = LateCopy(is_late_answer=is_late_answer, late_reads=late_reads, stamps=stamps)
    study = await ending(server, updating(changes))
    assert isinstance(study, Study)
    assert after_update(study, changes, as_before()) is WriteStanding.WANTED
    assert len(server.writes) == 1
    assert server.reads_after == (1 + late_reads if is_late_answer else 0)


@pytest.mark.parametrize("applies", [True, False])
@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
async def test_a_change_that_does_not_show_itself_is_not_known_and_never_sent_again(
    changes: StudyChanges, *, applies: bool
) -> None:
    error = await ending(LateCopy(late_reads=99, applies=applies), updating(changes))
    assert isinstance(error, AvaraError)
    assert error.outcome is Outcome.UNKNOWN
    assert str(error) == (
        "Could not update study: the server said yes, and shows the study as it was before. It is "
        "not known whether the change was made: look at it before you write again."
    )


async def test_it_is_sent_once_whatever_it_shows() -> None:
    server = LateCopy(applies=False)
    await ending(server, updating(CHANGES["severity"]))
    assert (len(server.writes), server.reads_after) == (1, 2)


@pytest.mark.parametrize("fault", [FAILED, GONE])
async def test_what_cannot_be_read_back_is_not_known_or_gone(fault: Reply) -> None:
    server = LateCopy()
    server.read_fault = fault
    error = await ending(server, updating(CHANGES["severity"]))
    assert isinstance(error, AvaraError)
    if fault is GONE:
        assert error.kind is ErrorKind.NOT_FOUND
    else:
        assert error.outcome is Outcome.UNKNOWN
    assert len(server.writes) == 1


async def test_an_answer_of_now_with_other_values_is_the_servers_word() -> None:
    """A server that makes something else of a change is not asked again and again."""
    asked: list[str] = []

    def handle(received: Received) -> Reply:
        asked.append(received.method)
        is_written = "PATCH" in asked
        changed = {"studyDescription": "CT HEAD", "updatedAt": "2024-03-15T14:30:00Z"}
        return reply(study_json(**changed) if is_written else study_json())

    async with talking(handle) as (_raw, client):
        study = await client.update(STUDY_ID, CHANGES["description"])
    assert study.description == "CT HEAD"
    assert asked == ["GET", "PATCH"]


async def test_a_change_that_was_taken_and_changed_nothing_is_the_servers_word() -> None:
    """The study was changed since, as it says itself, and not in what was asked for."""
    written = False

    def handle(received: Received) -> Reply:
        nonlocal written
        written = written or received.method == "PATCH"
        at = "2024-03-15T14:30:00Z" if written else "2024-03-15T14:20:00Z"
        return reply(study_json(updatedAt=at))

    async with talking(handle) as (raw, client):
        study = await client.update(STUDY_ID, CHANGES["less metadata"])
        assert dict(study.metadata) == {"department": "radiology", "priority": "urgent"}
        assert [each.method for each in raw.received] == ["GET", "PATCH", "GET"]


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("late_reads", [0, 1])
async def test_a_cancellation_that_shows_itself_late_is_made_and_sent_once(
    *, wanted: bool, late_reads: int
) -> None:
    server = LateCopy(late_reads=late_reads, isCancelled=not wanted)
    study = await ending(
        server, lambda client: (client.cancel if wanted else client.uncancel)(STUDY_ID)
    )
    assert isinstance(study, Study)
    assert study.is_cancelled is wanted
    assert (len(server.writes), server.reads_after) == (1, 1 + late_reads)


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("applies", [True, False])
async def test_a_cancellation_that_does_not_show_itself_is_not_known(
    *, wanted: bool, applies: bool
) -> None:
    server = LateCopy(late_reads=99, applies=applies, isCancelled=not wanted)
    error = await ending(
        server, lambda client: (client.cancel if wanted else client.uncancel)(STUDY_ID)
    )
    assert isinstance(error, AvaraError)
    assert error.outcome is Outcome.UNKNOWN
    assert len(server.writes) == 1
