"""What the client does when the server refuses the key, wants a pause, or keeps failing."""

import asyncio
from collections.abc import Callable

import pytest

from api.raw_server import Received, Reply, Response, Stall, reply, study_json, talking
from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.api.gate import FAILURES, PROBE_INTERVAL, Gate
from avara_tui.api.wire import Effect, Problem
from avara_tui.clock import ManualClock
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study_requests import StudyFilter

STUDY_ID = "stu_1"
EMPTY = reply({"studies": [], "hasMore": False})


class Switch:
    """A handler that gives the answer set last."""

    def __init__(self, answer: Reply) -> None:
        self.answer = answer

    def __call__(self, _received: Received) -> Reply:
        return self.answer


async def failing(call: Callable[[], object]) -> AvaraError:
    with pytest.raises(AvaraError) as caught:
        await call()  # type: ignore[misc]
    return caught.value


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_700_000_000.0)


async def test_a_failing_server_is_left_alone_and_probed_every_thirty_seconds(
    clock: ManualClock,
) -> None:
    switch = Switch(Response(500))
    async with talking(switch, clock=clock) as (server, client):
        for _ in range(FAILURES):
            assert (await failing(client.list_studies)).kind is ErrorKind.SERVER
        sent = len(server.received)
        clock.advance(10)
        error = await failing(client.list_studies)
        assert error.kind is ErrorKind.PAUSED
        assert error.retry_after == pytest.approx(PROBE_INTERVAL - 10)
        assert "failed 5 times in a row" in str(error)
        assert "next try in 20 s" in str(error)
        assert len(server.received) == sent

        clock.advance(PROBE_INTERVAL - 10)
        assert (await failing(client.list_studies)).kind is ErrorKind.SERVER
        assert len(server.received) > sent
        sent = len(server.received)
        assert (await failing(client.list_studies)).kind is ErrorKind.PAUSED
        assert len(server.received) == sent

        switch.answer = EMPTY
        clock.advance(PROBE_INTERVAL)
        await client.list_studies()
        await client.list_studies()


async def test_four_failures_and_a_success_start_the_count_over(clock: ManualClock) -> None:
    switch = Switch(Response(500))
    async with talking(switch, clock=clock) as (_server, client):
        for _ in range(2):
            for _ in range(FAILURES - 1):
                assert (await failing(client.list_studies)).kind is ErrorKind.SERVER
            switch.answer = EMPTY
            await client.list_studies()
            switch.answer = Response(500)


async def test_an_answer_that_refuses_is_no_failure_of_the_server(clock: ManualClock) -> None:
    async with talking(Switch(Response(404)), clock=clock) as (_server, client):
        for _ in range(FAILURES + 1):
            error = await failing(lambda: client.retrieve(STUDY_ID))
            assert error.kind is ErrorKind.NOT_FOUND


async def test_calls_that_fail_together_are_one_failure() -> None:
    async with talking(Switch(Response(500))) as (_server, client):
        await asyncio.gather(*(failing(client.list_studies) for _ in range(2 * FAILURES)))
        assert (await failing(client.list_studies)).kind is ErrorKind.SERVER


async def test_a_held_back_write_did_nothing(clock: ManualClock) -> None:
    async with talking(Switch(Response(500)), clock=clock) as (server, client):
        for _ in range(FAILURES):
            await failing(client.list_studies)
        sent = len(server.received)
        error = await failing(lambda: client.cancel(STUDY_ID))
        assert (error.kind, error.outcome) == (ErrorKind.PAUSED, Outcome.NOT_APPLIED)
        assert "Nothing was changed." in str(error)
        assert len(server.received) == sent


async def test_a_person_can_have_it_tried_at_once(clock: ManualClock) -> None:
    switch = Switch(Response(500))
    async with talking(switch, clock=clock) as (_server, client):
        for _ in range(FAILURES):
            await failing(client.list_studies)
        client.resume()
        for _ in range(FAILURES):
            assert (await failing(client.list_studies)).kind is ErrorKind.SERVER
        switch.answer = EMPTY
        client.resume()
        await client.list_studies()

        switch.answer = Response(401)
        await failing(client.list_studies)
        switch.answer = EMPTY
        client.resume()
        await client.list_studies()

        switch.answer = Response(429, headers={"retry-after": "600"})
        await failing(client.list_studies)
        switch.answer = EMPTY
        client.resume()
        await client.list_studies()


async def test_a_refused_key_stops_every_call(clock: ManualClock) -> None:
    switch = Switch(Response(401))
    async with talking(switch, clock=clock) as (server, client):
        assert (await failing(client.list_studies)).kind is ErrorKind.UNAUTHORIZED
        assert len(server.received) == 1
        clock.advance(PROBE_INTERVAL - 1)
        for call in (client.list_studies, client.list_users, lambda: client.cancel(STUDY_ID)):
            error = await failing(call)
            assert (error.kind, error.status) == (ErrorKind.UNAUTHORIZED, 401)
        assert len(server.received) == 1

        clock.advance(1)
        assert (await failing(client.list_studies)).kind is ErrorKind.UNAUTHORIZED
        assert len(server.received) == 2
        await failing(client.list_studies)
        assert len(server.received) == 2

        switch.answer = EMPTY
        clock.advance(PROBE_INTERVAL)
        await client.list_studies()
        await client.list_studies()


async def test_a_long_pause_is_told_and_kept_by_all_calls(clock: ManualClock) -> None:
    switch = Switch(Response(429, headers={"retry-after": "90"}))
    async with talking(switch, clock=clock) as (server, client):
        error = await failing(client.list_studies)
        assert (error.kind, error.status) == (ErrorKind.RATE_LIMITED, 429)
        assert error.retry_after == 90
        assert "next try in 90 s" in str(error)

        switch.answer = EMPTY
        clock.advance(60)
        error = await failing(client.list_users)
        assert error.kind is ErrorKind.PAUSED
        assert error.retry_after == pytest.approx(30)
        assert len(server.received) == 1

        clock.advance(30)
        await client.list_studies()


async def test_a_paused_call_says_nothing_about_the_server(clock: ManualClock) -> None:
    switch = Switch(Response(500))
    async with talking(switch, clock=clock) as (_server, client):
        for _ in range(FAILURES - 1):
            await failing(client.list_studies)
        switch.answer = Response(500, headers={"retry-after": "90"})
        await failing(client.list_studies)
        clock.advance(PROBE_INTERVAL)
        for _ in range(3):
            assert (await failing(client.list_studies)).kind is ErrorKind.PAUSED
        clock.advance(90)
        assert (await failing(client.list_studies)).kind is ErrorKind.SERVER


@pytest.mark.parametrize("status", [429, 503])
async def test_a_short_pause_is_sat_out_by_every_call(status: int) -> None:
    first_refused = asyncio.Event()
    arrivals: list[float] = []
    loop = asyncio.get_running_loop()

    def handle(received: Received) -> Reply:
        arrivals.append(loop.time())
        if len(arrivals) == 1:
            first_refused.set()
            return Response(status, headers={"retry-after-ms": "300"})
        return EMPTY if received.path.endswith("studies") else reply({"users": []})

    async with talking(handle) as (_server, client):

        async def second() -> None:
            await first_refused.wait()
            while not client._gate.pause_left:  # noqa: ASYNC110
                await asyncio.sleep(0)
            await client.list_users()

        await asyncio.gather(client.list_studies(), second())
    assert len(arrivals) == 3
    assert min(arrivals[1:]) - arrivals[0] > 0.29


async def test_a_timeout_counts_as_a_failure(clock: ManualClock) -> None:
    async with talking(Switch(Stall()), clock=clock, deadline=0.1) as (_server, client):
        for _ in range(FAILURES):
            assert (await failing(client.list_studies)).kind is ErrorKind.TIMEOUT
        assert (await failing(client.list_studies)).kind is ErrorKind.PAUSED


@pytest.mark.parametrize("is_write", [False, True])
async def test_a_server_that_says_when_to_come_back_is_asked_until_the_deadline(
    *, is_write: bool
) -> None:
    refusals, is_cancelled = 0, not is_write

    def handle(received: Received) -> Reply:
        nonlocal refusals, is_cancelled
        if received.method == ("POST" if is_write else "GET") and refusals < 5:
            refusals += 1
            return Response(429, headers={"retry-after-ms": "100"})
        if received.method == "POST":
            is_cancelled = True
            return reply({"success": True})
        return reply(study_json(isCancelled=is_cancelled))

    async with talking(handle) as (_server, client):
        call = client.cancel if is_write else client.retrieve
        assert (await call(study_json()["studyId"])).is_cancelled
    assert refusals == 5


@pytest.mark.parametrize("headers", [{}, {"retry-after": "0"}, {"retry-after-ms": "99"}])
async def test_a_server_that_refuses_without_a_time_is_asked_three_times(
    headers: dict[str, str],
) -> None:
    async with talking(lambda _received: Response(429, headers=headers)) as (server, client):
        assert (await failing(client.list_studies)).kind is ErrorKind.RATE_LIMITED
    assert len(server.received) == 3


def limited(clock: ManualClock, gate: Gate) -> float:
    """Return the space between requests after the server refused one more for being too busy."""
    gate.note_answer(Problem(ErrorKind.RATE_LIMITED, Effect.NONE, 429, retry_after=1.0))
    clock.advance(1.0)
    return space(clock, gate)


def space(clock: ManualClock, gate: Gate) -> float:
    """Return the space between two requests."""
    clock.advance(gate.take_turn())
    wait = gate.take_turn()
    clock.advance(2 * wait)
    return wait


def test_requests_are_spaced_out_by_refusals_and_closed_up_by_answers(clock: ManualClock) -> None:
    gate = Gate(clock)
    assert [gate.take_turn() for _ in range(3)] == [0.0, 0.0, 0.0]
    assert [limited(clock, gate) for _ in range(7)] == pytest.approx(
        [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0]
    )
    gate.note_answer(None)
    assert space(clock, gate) == pytest.approx(2.0)
    clock.advance(3600.0)
    gate.note_answer(None)
    assert space(clock, gate) == pytest.approx(1.9)
    gate.note_answer(Problem(ErrorKind.NOT_FOUND, Effect.NONE, 404))
    assert space(clock, gate) == pytest.approx(1.805)
    for _ in range(200):
        gate.note_answer(None)
    assert [gate.take_turn() for _ in range(3)] == [0.0, 0.0, 0.0]


def test_refusals_of_requests_that_were_under_way_together_count_once(clock: ManualClock) -> None:
    gate = Gate(clock)
    for _ in range(4):
        gate.note_answer(Problem(ErrorKind.RATE_LIMITED, Effect.NONE, 429, retry_after=1.0))
    assert gate.pause_left == 1.0
    clock.advance(1.0)
    assert space(clock, gate) == pytest.approx(0.05)


def test_the_space_follows_from_what_the_server_let_through(clock: ManualClock) -> None:
    gate = Gate(clock)
    for _ in range(6):
        gate.note_answer(None)
    gate.note_answer(Problem(ErrorKind.RATE_LIMITED, Effect.NONE, 429, retry_after=1.0))
    for _ in range(4):
        gate.note_answer(None)
    clock.advance(1.0)
    assert space(clock, gate) == pytest.approx(0.115)
    assert gate.refusals == 1


def test_a_refusal_at_the_learned_pace_makes_it_slower(clock: ManualClock) -> None:
    gate = Gate(clock)
    for _ in range(10):
        gate.note_answer(None)
    for expected in (0.115, 0.115 * 1.25):
        gate.note_answer(Problem(ErrorKind.RATE_LIMITED, Effect.NONE, 429, retry_after=1.0))
        clock.advance(1.0)
        assert space(clock, gate) == pytest.approx(expected)
        for _ in range(10):
            gate.note_answer(None)


def test_refusals_without_a_time_that_come_together_count_once(clock: ManualClock) -> None:
    gate = Gate(clock)
    for _ in range(8):
        gate.note_answer(Problem(ErrorKind.RATE_LIMITED, Effect.NONE, 429))
    assert space(clock, gate) == pytest.approx(0.05)


def test_turns_begin_when_the_pause_ends(clock: ManualClock) -> None:
    gate = Gate(clock)
    gate.note_answer(Problem(ErrorKind.RATE_LIMITED, Effect.NONE, 429, retry_after=1.0))
    gate.note_answer(Problem(ErrorKind.TIMEOUT, Effect.PENDING, retry_after=0.5))
    assert [gate.take_turn() for _ in range(3)] == pytest.approx([1.0, 1.05, 1.1])


async def test_lists_side_by_side_come_through_a_narrow_limit(
    emulator: EmbeddedEmulator,
) -> None:
    emulator.switch("rate-limit", "8")
    async with AvaraClient(emulator.base_url, emulator.api_key) as client:

        async def walk(severity: str) -> int:
            query = StudyFilter(severity=severity)
            return sum([len(page.studies) async for page in client.walk_studies(query, limit=10)])

        counts = await asyncio.gather(*map(walk, ("stat", "high", "normal")))
    assert sum(counts) == 120


@pytest.mark.parametrize(("deadline", "pause"), [(100.0, 4), (1.0, 2), (1.0, 1)])
async def test_a_pause_that_is_long_or_does_not_fit_is_told_at_once(
    deadline: float, pause: int, clock: ManualClock
) -> None:
    answer = Response(429, headers={"retry-after": str(pause)})
    async with talking(lambda _received: answer, deadline=deadline, clock=clock) as (
        server,
        client,
    ):
        async with asyncio.timeout(0.9):
            error = await failing(client.list_studies)
        assert (error.kind, error.retry_after) == (ErrorKind.RATE_LIMITED, pause)
        assert len(server.received) == 1
        async with asyncio.timeout(0.9):
            error = await failing(client.list_studies)
        assert (error.kind, error.retry_after) == (ErrorKind.PAUSED, pause)
        assert len(server.received) == 1


async def test_a_write_that_is_turned_away_without_a_time_is_sent_three_times() -> None:
    async with talking(lambda _received: Response(429)) as (server, client):
        error = await failing(lambda: client.cancel(STUDY_ID))
    assert (error.kind, error.outcome) == (ErrorKind.RATE_LIMITED, Outcome.NOT_APPLIED)
    assert len(server.received) == 3
