"""A write that had to wait, or is sent again, is preceded by a look at what it rests on."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from api.raw_server import (
    STUDY_ID,
    UID,
    Received,
    Reply,
    Response,
    Stall,
    reply,
    study_json,
    talking,
)
from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.api.gate import Gate
from avara_tui.api.routes import cancel_study
from avara_tui.api.wire import NOT_CONNECTED, Departure, Effect, Problem
from avara_tui.clock import ManualClock
from avara_tui.study import METADATA_MAX_PAIRS, Study
from avara_tui.study_requests import NewStudy, StudyChanges

Call = Callable[[AvaraClient], Any]
THEM = {"userId": "usr_them", "email": "them@example.org"}
REFUSALS = [
    pytest.param({}, id="without a time"),
    pytest.param({"retry-after-ms": "100"}, id="with a time"),
]


class Shared:
    """A server with one study or none, where somebody else writes while we are being refused."""

    def __init__(self, study: dict[str, Any] | None, theirs: dict[str, Any] | None = None) -> None:
        self.study = study
        self.theirs = theirs
        self.refusals: list[Reply] = []
        """What the writes to come are answered with instead of being done."""
        self.looks: list[Reply] = []
        """What the reads after the first refusal are answered with, before they are true again."""
        self.before_look: Callable[[], object] = lambda: None
        self.headers: dict[str, str] = {}
        self.done: list[str] = []
        self._has_refused = False

    def __call__(self, received: Received) -> Reply:
        answer = self._answer(received)
        if isinstance(answer, Response):
            answer.headers = {**answer.headers, **self.headers}
        return answer

    def _answer(self, received: Received) -> Reply:
        if received.method == "GET":
            if self._has_refused:
                self.before_look()
                if self.looks:
                    return self.looks.pop(0)
            return Response(404) if self.study is None else reply(self.study)
        if self.refusals:
            self._has_refused = True
            self.they_write()
            return self.refusals.pop(0)
        return self._do(received)

    def they_write(self) -> None:
        """Let somebody else write what they want to, once."""
        if self.theirs is not None:
            self.study = (self.study or study_json()) | self.theirs
            self.theirs = None

    def _do(self, received: Received) -> Reply:
        self.done.append(received.path.rpartition("/")[2])
        if received.method == "POST" and received.path.endswith("cancel"):
            assert self.study is not None
            self.study["isCancelled"] = received.path.endswith("/cancel")
            return reply({"success": True})
        known = study_json(metadata={}, assignedTo=None, expressCustomer=None)
        self.study = (self.study or known) | received.json
        return reply(self.study)


def update(changes: StudyChanges) -> Call:
    async def call(client: AvaraClient) -> Study:
        base = await client.retrieve(STUDY_ID)
        return await client.update(STUDY_ID, changes, base=base)

    return call


def create(client: AvaraClient) -> Any:
    return client.create(NewStudy(UID, "CT Head", "stat"))


async def ending(server: Shared, call: Call, deadline: float = 5.0) -> Study | AvaraError:
    async with talking(server, deadline=deadline) as (_server, client):
        try:
            study = await call(client)
        except AvaraError as error:
            return error
    assert isinstance(study, Study)
    return study


TO_STAT = update(StudyChanges(severity="stat"))
CLASHES = [
    pytest.param(StudyChanges(severity="stat"), {"severity": "normal"}, id="severity"),
    pytest.param(StudyChanges(status="complete"), {"studyViewerStatus": "odd"}, id="status"),
    pytest.param(StudyChanges(description="x"), {"studyDescription": "y"}, id="description"),
    pytest.param(StudyChanges(assigned_to=None), {"assignedTo": THEM}, id="assignee"),
    pytest.param(
        StudyChanges(metadata={"department": "radiology"}),
        {"metadata": {"department": "radiology", "priority": "urgent", "new": "theirs"}},
        id="another metadata pair",
    ),
    pytest.param(
        StudyChanges(severity="stat", description="x"), {"severity": "normal"}, id="one of two"
    ),
]


@pytest.mark.parametrize("headers", REFUSALS)
@pytest.mark.parametrize(("changes", "theirs"), CLASHES)
async def test_what_somebody_else_wrote_meanwhile_is_a_conflict_and_stays(
    changes: StudyChanges, theirs: dict[str, Any], headers: dict[str, str]
) -> None:
    server = Shared(study_json(), theirs)
    server.refusals = [Response(429, headers=headers)]
    error = await ending(server, update(changes))
    assert isinstance(error, AvaraError)
    assert (error.kind, error.outcome) == (ErrorKind.CONFLICT, Outcome.CONFLICT)
    assert server.done == []
    assert server.study == study_json() | theirs


@pytest.mark.parametrize("theirs", [None, {"studyDescription": "MR"}, {"assignedTo": THEM}])
async def test_what_somebody_else_wrote_elsewhere_is_kept_and_no_obstacle(
    theirs: dict[str, Any] | None,
) -> None:
    server = Shared(study_json(), theirs)
    server.refusals = [Response(429)]
    study = await ending(server, TO_STAT)
    assert isinstance(study, Study)
    assert server.study == study_json(severity="stat") | (theirs or {})


async def test_what_somebody_else_has_done_already_is_not_done_again() -> None:
    server = Shared(study_json(), {"severity": "stat"})
    server.refusals = [Response(429)]
    study = await ending(server, TO_STAT)
    assert isinstance(study, Study)
    assert study.severity == "stat"
    assert server.done == []


@pytest.mark.parametrize("verb", ["cancel", "uncancel"])
async def test_a_study_that_somebody_else_has_cancelled_or_restored_is_left_as_it_is(
    verb: str,
) -> None:
    is_cancelled = verb == "cancel"
    server = Shared(study_json(isCancelled=not is_cancelled), {"isCancelled": is_cancelled})
    server.refusals = [Response(429)]
    study = await ending(server, lambda client: getattr(client, verb)(STUDY_ID))
    assert isinstance(study, Study)
    assert study.is_cancelled is is_cancelled
    assert server.done == []


async def test_a_uid_that_somebody_else_has_taken_is_not_created_again() -> None:
    server = Shared(None, {"studyDescription": "theirs"})
    server.refusals = [Response(429)]
    error = await ending(server, create)
    assert isinstance(error, AvaraError)
    assert (error.kind, error.study_id) == (ErrorKind.CONFLICT, STUDY_ID)
    assert server.done == []


async def test_a_study_that_is_gone_after_a_wait_is_said_to_be_gone() -> None:
    server = Shared(study_json())
    server.refusals, server.looks = [Response(429)], [Response(404)]
    error = await ending(server, TO_STAT)
    assert isinstance(error, AvaraError)
    assert (error.kind, error.outcome) == (ErrorKind.NOT_FOUND, Outcome.NOT_APPLIED)
    assert server.done == []


@pytest.mark.parametrize(
    ("look", "kind", "looks"),
    [
        pytest.param(Stall(), ErrorKind.TIMEOUT, 1, id="stall"),
        pytest.param(Response(500), ErrorKind.SERVER, 2, id="500"),
        pytest.param(Response(200, b"<html>"), ErrorKind.UNREADABLE, 2, id="html"),
        pytest.param(Response(429), ErrorKind.RATE_LIMITED, 2, id="429"),
        pytest.param(Response(401), ErrorKind.UNAUTHORIZED, 1, id="401"),
    ],
)
async def test_what_cannot_be_looked_at_again_is_not_written(
    look: Reply, kind: ErrorKind, looks: int
) -> None:
    server = Shared(study_json())
    server.refusals, server.looks = [Response(429, headers={"retry-after-ms": "100"})], [look] * 9
    if kind is not ErrorKind.TIMEOUT:
        server.refusals = [Response(429)]
    error = await ending(server, TO_STAT, deadline=1.5 if kind is ErrorKind.TIMEOUT else 5.0)
    assert isinstance(error, AvaraError)
    assert (error.kind, error.outcome) == (kind, Outcome.NOT_APPLIED)
    assert server.done == []
    assert 9 - len(server.looks) >= looks


async def test_a_look_that_fails_once_is_taken_again() -> None:
    server = Shared(study_json())
    server.refusals, server.looks = [Response(429)], [Response(503)]
    study = await ending(server, TO_STAT)
    assert isinstance(study, Study)
    assert len(server.done) == 1


async def test_a_pause_that_begins_during_the_look_is_followed_by_another_look() -> None:
    server = Shared(study_json(), {"severity": "normal"})
    theirs, server.theirs = server.theirs, None
    server.refusals = [Response(429)]
    looks = 0
    async with talking(server) as (_server, client):

        def pause() -> None:
            nonlocal looks
            looks += 1
            if looks == 1:
                asked = Problem(ErrorKind.RATE_LIMITED, Effect.NONE, 429, retry_after=0.2)
                client._gate.note_answer(asked)
            else:
                server.theirs = theirs
                server.they_write()

        server.before_look = pause
        with pytest.raises(AvaraError) as caught:
            await TO_STAT(client)
    assert caught.value.outcome is Outcome.CONFLICT
    assert (looks, server.done) == (2, [])


async def test_pauses_without_end_end_in_a_failure() -> None:
    server = Shared(study_json())
    server.refusals = [Response(429)]
    async with talking(server, deadline=2.0) as (_server, client):

        def pause() -> None:
            asked = Problem(ErrorKind.RATE_LIMITED, Effect.NONE, 429, retry_after=0.2)
            client._gate.note_answer(asked)

        server.before_look = pause
        with pytest.raises(AvaraError) as caught:
            await TO_STAT(client)
    assert (caught.value.kind, caught.value.outcome) == (ErrorKind.PAUSED, Outcome.NOT_APPLIED)
    assert server.done == []


async def test_what_is_to_be_changed_by_now_is_sent_and_only_that() -> None:
    server = Shared(study_json(metadata={"a": "1"}), {"metadata": {"a": "1", "theirs": "2"}})
    server.refusals = [Response(429)]
    seen = []

    def revise(study: Study) -> StudyChanges:
        seen.append(dict(study.metadata))
        return StudyChanges(metadata={**study.metadata, "mine": "3"})

    async with talking(server) as (raw, client):
        base = await client.retrieve(STUDY_ID)
        changes = StudyChanges(metadata={"a": "1", "mine": "3"})
        study = await client.update(STUDY_ID, changes, base=base, revise=revise)
    assert seen == [{"a": "1", "theirs": "2"}]
    assert study.metadata == {"a": "1", "theirs": "2", "mine": "3"}
    assert raw.received[-1].json == {"metadata": dict(study.metadata)}


async def test_what_can_no_longer_be_sent_is_refused_unsent() -> None:
    server = Shared(study_json())
    server.refusals = [Response(429)]
    many = {str(number): "" for number in range(METADATA_MAX_PAIRS + 1)}
    async with talking(server) as (_server, client):
        base = await client.retrieve(STUDY_ID)
        with pytest.raises(AvaraError) as caught:
            await client.update(
                STUDY_ID,
                StudyChanges(severity="stat"),
                base=base,
                revise=lambda _: StudyChanges(metadata=many),
            )
    assert (caught.value.kind, caught.value.outcome) == (ErrorKind.INVALID, Outcome.NOT_APPLIED)
    assert server.done == []


# What it costs.

FREE: list[Any] = [
    pytest.param(TO_STAT, ["GET", "PATCH"], id="update"),
    pytest.param(lambda client: client.cancel(STUDY_ID), ["POST", "GET"], id="cancel"),
    pytest.param(create, ["GET", "POST"], id="create"),
]


def stage(call: Call) -> Shared:
    return Shared(None if call is create else study_json())


@pytest.mark.parametrize(("call", "requests"), FREE)
async def test_where_nothing_waits_nothing_is_read_besides(call: Call, requests: list[str]) -> None:
    async with talking(stage(call)) as (server, client):
        await call(client)
    assert [each.method for each in server.received] == requests


@pytest.mark.parametrize(("call", "requests"), FREE)
async def test_a_write_goes_right_behind_its_read_though_requests_are_spaced_out(
    call: Call, requests: list[str]
) -> None:
    clock = ManualClock(1_700_000_000.0)
    async with talking(stage(call), clock=clock) as (server, client):
        # As after a refusal that lies behind: what comes next has to wait for its turn.
        client._gate.note_answer(Problem(ErrorKind.RATE_LIMITED, Effect.NONE, 429))
        assert client._gate.pace > 0
        async with asyncio.timeout(20):
            await call(client)
    assert [each.method for each in server.received] == requests


@pytest.mark.parametrize("call", [TO_STAT, create])
async def test_a_server_that_closes_every_connection_costs_one_read(call: Call) -> None:
    shared = stage(call)
    shared.headers = {"connection": "close"}
    async with talking(shared) as (server, client):
        study = await call(client)
    assert study.severity == "stat"
    written = "POST" if call is create else "PATCH"
    assert [each.method for each in server.received] == ["GET", "GET", written]


def test_a_read_and_the_write_behind_it_take_the_turns_of_both() -> None:
    clock = ManualClock(1_700_000_000.0)
    gate = Gate(clock)
    gate.note_answer(Problem(ErrorKind.RATE_LIMITED, Effect.NONE, 429))
    assert gate.take_turn(2) == 0.0
    assert gate.take_turn() == pytest.approx(2 * gate.pace)
    gate.follow()
    assert gate.take_turn() == pytest.approx(4 * gate.pace)


def test_a_pause_is_heeded_once_and_a_longer_one_again() -> None:
    clock = ManualClock(1_700_000_000.0)
    gate = Gate(clock)
    assert not gate.has_paused_since(gate.pause_ends)
    gate.note_answer(Problem(ErrorKind.SERVER, Effect.NONE, 503, retry_after=1.0))
    assert gate.has_paused_since(float("-inf"))
    heeded = gate.pause_ends
    assert not gate.has_paused_since(heeded)
    gate.note_answer(Problem(ErrorKind.SERVER, Effect.NONE, 503, retry_after=2.0))
    assert gate.has_paused_since(heeded)
    clock.advance(2.0)
    assert not gate.has_paused_since(heeded)


# What holds a write back at the last moment.


async def test_a_write_that_would_leave_late_or_wait_for_a_connection_does_not_leave() -> None:
    shared = Shared(study_json())
    async with talking(shared) as (server, client):
        transport, request = client._transport, cancel_study(STUDY_ID)
        unconnected = await transport.exchange(request, 5.0, Departure(1.0, may_connect=False))
        assert unconnected is NOT_CONNECTED
        late = await transport.exchange(request, 5.0, Departure(-1.0, may_connect=True))
        assert late == Problem(ErrorKind.TIMEOUT, Effect.NONE)
        assert not server.received
        await client.retrieve(STUDY_ID)
        http = transport._http
        assert http is not None
        turns = http._pool._turns
        while not turns.locked():
            await turns.acquire()
        full = await transport.exchange(request, 5.0, Departure(1.0, may_connect=False))
        assert full is NOT_CONNECTED
        turns.release()
        assert shared.done == []
        answer = await transport.exchange(request, 5.0, Departure(60.0, may_connect=False))
        assert not isinstance(answer, Problem)
        assert shared.done == ["cancel"]


async def test_the_time_that_passes_before_the_exchange_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with talking(Shared(study_json())) as (server, client):
        await client.retrieve(STUDY_ID)
        transport = client._transport
        settled = transport._settled_http

        async def slowly() -> Any:
            await asyncio.sleep(0.06)
            return await settled()

        monkeypatch.setattr(transport, "_settled_http", slowly)
        departure = Departure(0.05, may_connect=True)
        late = await transport.exchange(cancel_study(STUDY_ID), 5.0, departure)
        assert late == Problem(ErrorKind.TIMEOUT, Effect.NONE)
    assert server.count("POST") == 0
