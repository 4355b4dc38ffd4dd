"""Writes against a server that keeps studies, and that fails in the middle of things."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from api.raw_server import (
    KEY,
    STUDY_ID,
    UID,
    Raw,
    RawServer,
    Received,
    Reply,
    Reset,
    Response,
    Stall,
    reply,
    study_json,
    talking,
)
from avara_tui.api import retry
from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.api.wire import Problem
from avara_tui.study import Study
from avara_tui.study_requests import NewStudy, StudyChanges

TRUNCATED = Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")
BARE: dict[str, Any] = {"assignedTo": None, "expressCustomer": None, "metadata": {}}


class Viewer:
    """A server that holds one study or none, and counts what was done to it."""

    def __init__(self, study: dict[str, Any] | None) -> None:
        self.study = study
        self.applied = 0
        self.faults: list[tuple[bool, Reply]] = []
        """For the writes to come: whether it is applied first, and what is answered instead."""
        self.meanwhile: dict[str, Any] = {}
        """What somebody else changes while a write that failed is under way."""
        self.read_fault: Reply | None = None

    def handle(self, received: Received) -> Reply:
        if received.method == "GET":
            if self.read_fault is not None:
                return self.read_fault
            return Response(404) if self.study is None else reply(self.study)
        if not self.faults:
            return self._apply(received)
        is_applied, answer = self.faults.pop(0)
        if is_applied:
            self._apply(received)
        if self.study is not None:
            self.study |= self.meanwhile
        return answer

    def _apply(self, received: Received) -> Reply:
        self.applied += 1
        if received.method == "PATCH":
            assert self.study is not None
            change = dict(received.json)
            if "assignedTo" in change and change["assignedTo"] is not None:
                change["assignedTo"] = {"userId": change["assignedTo"], "email": "x@y.example"}
            self.study |= change
            return reply(self.study)
        if received.path.endswith("/cancel") or received.path.endswith("/uncancel"):
            assert self.study is not None
            self.study["isCancelled"] = received.path.endswith("/cancel")
            return reply({"success": True})
        self.study = study_json(**BARE | received.json)
        return reply(self.study, 201)


async def attempt(
    viewer: Viewer, call: Callable[[AvaraClient], Any], deadline: float = 3.0
) -> Study | AvaraError:
    """Return how ``call`` ends."""
    async with talking(viewer.handle, deadline=deadline) as (_server, client):
        async with asyncio.timeout(deadline + 2):
            try:
                study = await call(client)
            except AvaraError as error:
                return error
    assert isinstance(study, Study)
    return study


def to_stat(client: AvaraClient) -> Any:
    return client.update(STUDY_ID, StudyChanges(severity="stat"))


def cancel(client: AvaraClient) -> Any:
    return client.cancel(STUDY_ID)


def uncancel(client: AvaraClient) -> Any:
    return client.uncancel(STUDY_ID)


def create(client: AvaraClient) -> Any:
    return client.create(NewStudy(uid=UID, description="CT Head", severity="stat"))


async def test_an_update_sends_only_what_changes() -> None:
    viewer = Viewer(study_json())
    async with talking(viewer.handle) as (server, client):
        study = await client.update(
            STUDY_ID,
            StudyChanges(
                status="complete", assigned_to=None, metadata={"a": "\u00fc"}, description="x"
            ),
        )
        assert study.status == "complete"
        assert study.assignee is None
        patch = server.received[-1]
        assert (patch.method, patch.path) == ("PATCH", f"/v1/viewer/studies/{STUDY_ID}")
        assert patch.json == {
            "studyViewerStatus": "complete",
            "assignedTo": None,
            "metadata": {"a": "\u00fc"},
            "studyDescription": "x",
        }


async def test_an_update_with_its_base_needs_one_request() -> None:
    viewer = Viewer(study_json())
    async with talking(viewer.handle) as (server, client):
        base = await client.retrieve(STUDY_ID)
        await client.update(STUDY_ID, StudyChanges(severity="stat"), base=base)
    assert [received.method for received in server.received] == ["GET", "PATCH"]


async def test_an_update_of_nothing_writes_nothing() -> None:
    viewer = Viewer(study_json())
    study = await attempt(viewer, lambda client: client.update(STUDY_ID, StudyChanges()))
    assert isinstance(study, Study)
    assert viewer.applied == 0


async def test_metadata_can_be_cleared() -> None:
    viewer = Viewer(study_json())
    async with talking(viewer.handle) as (server, client):
        study = await client.update(STUDY_ID, StudyChanges(metadata=None))
    assert dict(study.metadata) == {}
    assert server.received[-1].json == {"metadata": None}


async def test_cancel_and_uncancel_return_the_study_as_it_then_stands() -> None:
    viewer = Viewer(study_json())
    async with talking(viewer.handle) as (server, client):
        assert (await client.cancel(STUDY_ID)).is_cancelled
        assert not (await client.uncancel(STUDY_ID)).is_cancelled
    assert [received.path.rpartition("/")[2] for received in server.received] == [
        "cancel",
        STUDY_ID,
        "uncancel",
        STUDY_ID,
    ]
    assert server.received[0].json == {"studyId": STUDY_ID}


async def test_create_sends_what_is_known_and_no_more() -> None:
    viewer = Viewer(None)
    async with talking(viewer.handle) as (server, client):
        study = await client.create(NewStudy(UID, "CT Head", "stat", metadata={"accession": "A1"}))
    assert (study.uid, study.description, study.severity) == (UID, "CT Head", "stat")
    assert [received.method for received in server.received] == ["GET", "POST"]
    assert server.received[1].json == {
        "studyInstanceUid": UID,
        "studyDescription": "CT Head",
        "severity": "stat",
        "metadata": {"accession": "A1"},
    }


async def test_create_never_makes_a_second_study_with_a_uid() -> None:
    viewer = Viewer(study_json())
    error = await attempt(viewer, create)
    assert isinstance(error, AvaraError)
    assert (error.kind, error.outcome) == (ErrorKind.CONFLICT, Outcome.NOT_APPLIED)
    assert error.study_id == STUDY_ID
    assert ": there is a study with this UID already." in str(error)
    assert viewer.applied == 0


FORBIDDEN = [
    (NewStudy("1.2.", "CT", "stat"), "no empty component"),
    (NewStudy("1.02", "CT", "stat"), "no component of a UID starts with 0"),
    (NewStudy(UID, "", "stat"), ": a study needs a description."),
    (
        NewStudy(UID, "CT", "stat", metadata={str(n): "" for n in range(51)}),
        "a study has at most 50 metadata entries",
    ),
    (
        NewStudy(UID, "CT", "stat", metadata={"k" * 101: ""}),
        "a metadata key has 1 to 100 characters",
    ),
    (NewStudy(UID, "CT", "stat", metadata={"": ""}), "a metadata key has 1 to 100 characters"),
    (
        NewStudy(UID, "CT", "stat", metadata={"k": "v" * 1001}),
        "a metadata value has at most 1000 characters",
    ),
]


def is_refusal(error: AvaraError, operation: str, reason: str) -> bool:
    """Whether the error is that of a write that was not sent, and says why."""
    said = str(error).startswith(f"Could not {operation}: ")
    said = said and reason in str(error) and str(error).endswith(". Nothing was changed.")
    return said and (error.kind, error.outcome) == (ErrorKind.INVALID, Outcome.NOT_APPLIED)


@pytest.mark.parametrize(("new", "reason"), FORBIDDEN)
async def test_what_the_contract_forbids_is_refused_unsent(new: NewStudy, reason: str) -> None:
    viewer = Viewer(None)
    async with talking(viewer.handle) as (server, client):
        with pytest.raises(AvaraError) as caught:
            await client.create(new)
        assert is_refusal(caught.value, "create study", reason)
        if not new.description or new.metadata:
            changes = StudyChanges(description=new.description, metadata=new.metadata)
            with pytest.raises(AvaraError) as caught:
                await client.update(STUDY_ID, changes)
            assert is_refusal(caught.value, "update study", reason)
            assert caught.value.study_id == STUDY_ID
    assert not server.received


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("update study", lambda client: client.update("..", StudyChanges(severity="stat"))),
        ("cancel study", lambda client: client.cancel("..")),
        ("uncancel study", lambda client: client.uncancel("..")),
    ],
)
async def test_a_write_to_no_study_is_refused_unsent(
    operation: str, call: Callable[[AvaraClient], Any]
) -> None:
    async with talking(Viewer(study_json()).handle) as (server, client):
        with pytest.raises(AvaraError) as caught:
            await call(client)
        assert is_refusal(caught.value, operation, "no identifier was given")
        assert caught.value.study_id == ".."
    assert not server.received


async def test_what_the_contract_just_allows_is_sent() -> None:
    viewer = Viewer(None)
    metadata = {str(n).rjust(100, "k"): "v" * 1000 for n in range(50)}
    study = await attempt(viewer, lambda c: c.create(NewStudy(UID, "C", "stat", metadata=metadata)))
    assert isinstance(study, Study)
    assert study.metadata == metadata


WRITES = [pytest.param(to_stat, id="update"), pytest.param(cancel, id="cancel")]
ALL_WRITES = [*WRITES, pytest.param(create, id="create")]


def viewer_for(call: Callable[[AvaraClient], Any]) -> Viewer:
    return Viewer(None if call is create else study_json())


def is_done(viewer: Viewer) -> bool:
    study = viewer.study
    return study is not None and (study["severity"] == "stat" or study["isCancelled"])


AFTER_THE_FACT = [
    pytest.param(Response(500), id="500"),
    pytest.param(Response(502), id="502"),
    pytest.param(Response(504), id="504"),
    pytest.param(Response(408), id="408"),
    pytest.param(Response(200, b"<html>"), id="html"),
    pytest.param(Response(200), id="empty"),
    pytest.param(Response(303), id="303"),
    pytest.param(TRUNCATED, id="truncated"),
    pytest.param(Reset(), id="reset"),
    pytest.param(Raw(b""), id="closed"),
    pytest.param(Stall(), id="stall"),
]


@pytest.mark.parametrize("call", ALL_WRITES)
@pytest.mark.parametrize("answer", AFTER_THE_FACT)
async def test_a_write_that_was_done_is_found_to_be_done_and_not_repeated(
    call: Callable[[AvaraClient], Any], answer: Reply
) -> None:
    viewer = viewer_for(call)
    viewer.faults = [(True, answer)]
    study = await attempt(viewer, call, deadline=1.0 if isinstance(answer, Stall) else 3.0)
    assert isinstance(study, Study)
    assert study.severity == "stat" or study.is_cancelled
    assert viewer.applied == 1


@pytest.mark.parametrize("call", ALL_WRITES)
@pytest.mark.parametrize("answer", AFTER_THE_FACT)
async def test_a_write_that_was_not_done_is_not_repeated_and_reported(
    call: Callable[[AvaraClient], Any], answer: Reply
) -> None:
    viewer = viewer_for(call)
    viewer.faults = [(False, answer)]
    error = await attempt(viewer, call, deadline=1.0 if isinstance(answer, Stall) else 3.0)
    assert isinstance(error, AvaraError)
    may_come = isinstance(answer, Stall) or getattr(answer, "status", 0) == 504
    assert error.outcome is (Outcome.UNKNOWN if may_come else Outcome.NOT_APPLIED)
    assert ("not known" in str(error)) == may_come
    assert viewer.applied == 0
    assert not is_done(viewer)


@pytest.mark.parametrize("call", ALL_WRITES)
@pytest.mark.parametrize("is_applied", [True, False])
async def test_a_write_whose_study_cannot_be_read_is_unknown(
    call: Callable[[AvaraClient], Any], *, is_applied: bool
) -> None:
    viewer = viewer_for(call)
    viewer.faults = [(is_applied, Response(500))]

    def blind(received: Received) -> Reply:
        answer = Viewer.handle(viewer, received)
        if received.method != "GET":
            viewer.read_fault = Response(500)
        return answer

    async with talking(blind) as (_server, client):
        with pytest.raises(AvaraError) as caught:
            await call(client)
    assert caught.value.outcome is Outcome.UNKNOWN
    assert caught.value.kind is ErrorKind.SERVER
    assert viewer.applied == int(is_applied)


async def test_somebody_elses_value_is_a_conflict() -> None:
    viewer = Viewer(study_json())
    viewer.faults = [(False, Response(500))]
    viewer.meanwhile = {"severity": "normal"}
    error = await attempt(viewer, to_stat)
    assert isinstance(error, AvaraError)
    assert (error.kind, error.outcome) == (ErrorKind.CONFLICT, Outcome.CONFLICT)
    assert viewer.applied == 0


async def test_somebody_elses_change_to_another_field_is_no_conflict() -> None:
    viewer = Viewer(study_json())
    viewer.faults = [(False, Response(500))]
    viewer.meanwhile = {"studyDescription": "MR"}
    error = await attempt(viewer, to_stat)
    assert isinstance(error, AvaraError)
    assert (error.kind, error.outcome) == (ErrorKind.SERVER, Outcome.NOT_APPLIED)


async def test_a_different_study_under_the_new_uid_is_a_conflict() -> None:
    viewer = Viewer(None)
    viewer.faults = [(True, Response(500))]
    viewer.meanwhile = {"studyDescription": "somebody else's"}
    error = await attempt(viewer, create)
    assert isinstance(error, AvaraError)
    assert (error.kind, error.outcome) == (ErrorKind.CONFLICT, Outcome.CONFLICT)


@pytest.mark.parametrize("call", ALL_WRITES)
async def test_a_write_that_was_turned_away_is_sent_again(
    call: Callable[[AvaraClient], Any],
) -> None:
    viewer = viewer_for(call)
    viewer.faults = [(False, Response(429)), (False, Response(429))]
    study = await attempt(viewer, call)
    assert isinstance(study, Study)
    assert viewer.applied == 1


async def test_create_looks_again_before_it_repeats() -> None:
    viewer = Viewer(None)
    viewer.faults = [(True, Response(429))]
    error = await attempt(viewer, create)
    assert isinstance(error, AvaraError)
    assert (error.kind, error.outcome) == (ErrorKind.CONFLICT, Outcome.NOT_APPLIED)
    assert viewer.applied == 1


@pytest.mark.parametrize("call", ALL_WRITES)
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ErrorKind.INVALID),
        (401, ErrorKind.UNAUTHORIZED),
        (403, ErrorKind.FORBIDDEN),
        (404, ErrorKind.NOT_FOUND),
        (409, ErrorKind.CONFLICT),
        (422, ErrorKind.INVALID),
        (307, ErrorKind.REDIRECTED),
    ],
)
async def test_a_refused_write_did_nothing(
    call: Callable[[AvaraClient], Any], status: int, kind: ErrorKind
) -> None:
    viewer = viewer_for(call)
    viewer.faults = [(False, reply({"message": "because"}, status))]
    error = await attempt(viewer, call)
    assert isinstance(error, AvaraError)
    assert (error.kind, error.outcome, error.status) == (kind, Outcome.NOT_APPLIED, status)
    assert error.server_message == (None if status == 307 else "because")
    assert "because" not in str(error) + repr(error)
    assert viewer.applied == 0


async def test_success_false_is_a_refusal() -> None:
    viewer = Viewer(study_json())
    viewer.faults = [(False, reply({"success": False, "message": "already read"}))]
    error = await attempt(viewer, cancel)
    assert isinstance(error, AvaraError)
    assert (error.kind, error.outcome) == (ErrorKind.REFUSED, Outcome.NOT_APPLIED)
    assert error.server_message == "already read"


async def test_a_cancelled_study_that_cannot_be_read_back_is_still_reported_as_cancelled() -> None:
    viewer = Viewer(study_json())
    viewer.read_fault = Response(500)
    error = await attempt(viewer, cancel)
    assert isinstance(error, AvaraError)
    assert (error.kind, error.outcome) == (ErrorKind.SERVER, Outcome.APPLIED)
    assert str(error).startswith("The change was made (cancel study)")


async def test_an_update_answered_with_another_study_is_read_back() -> None:
    viewer = Viewer(study_json())
    viewer.faults = [(True, reply(study_json(studyId="stu_other", severity="stat")))]
    study = await attempt(viewer, to_stat)
    assert isinstance(study, Study)
    assert study.study_id == STUDY_ID


async def test_a_write_to_nobody_did_nothing() -> None:
    async with RawServer(Viewer(None).handle).running() as server:
        pass
    async with AvaraClient(server.base_url, KEY) as client:
        with pytest.raises(AvaraError) as caught:
            await client.cancel(STUDY_ID)
    assert caught.value.kind is ErrorKind.UNREACHABLE
    assert caught.value.outcome is Outcome.NOT_APPLIED


async def test_a_write_that_never_left_is_sent_once_the_server_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    viewer = Viewer(study_json())
    async with RawServer(viewer.handle).running() as server:
        port = int(server.base_url.rpartition(":")[2])
    comes_back = RawServer(viewer.handle)
    async with contextlib.AsyncExitStack() as stack:

        def before_the_second_try(_attempt: int, _problem: Problem) -> float:
            return_of_the_server.set_result(None)
            return 0.2

        async def come_back() -> None:
            await return_of_the_server
            await stack.enter_async_context(comes_back.running(port))

        return_of_the_server = asyncio.get_running_loop().create_future()
        monkeypatch.setattr(retry, "pause_before", before_the_second_try)
        client = await stack.enter_async_context(AvaraClient(server.base_url, KEY))
        study, _ = await asyncio.gather(client.cancel(STUDY_ID), come_back())
    assert study.is_cancelled
    assert viewer.applied == 1


@pytest.mark.parametrize("is_applied", [True, False])
async def test_the_outcome_of_an_uncancel_is_looked_into_as_well(*, is_applied: bool) -> None:
    viewer = Viewer(study_json(isCancelled=True))
    viewer.faults = [(is_applied, Response(500))]
    result = await attempt(viewer, uncancel)
    assert viewer.applied == int(is_applied)
    if is_applied:
        assert isinstance(result, Study)
        assert not result.is_cancelled
    else:
        assert isinstance(result, AvaraError)
        assert result.outcome is Outcome.NOT_APPLIED


async def test_an_uid_answered_with_another_study_is_no_answer() -> None:
    async with talking(lambda _received: reply(study_json(studyInstanceUid="1.2"))) as (_s, client):
        with pytest.raises(AvaraError) as caught:
            await client.retrieve_by_uid(UID)
    assert caught.value.kind is ErrorKind.UNREADABLE
