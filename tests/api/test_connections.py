"""Calls that were given up leave the connections to those that follow."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.raw_server import (
    STUDY_ID,
    Drip,
    Received,
    Reply,
    Reset,
    Stall,
    reply,
    study_json,
    talking,
)
from avara_tui.api.errors import AvaraError, ErrorKind

HALF = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"


@pytest.mark.parametrize("fault", [Stall(), Stall(HALF), Drip(), Reset()])
async def test_the_pool_survives_many_failures(fault: Reply) -> None:
    answer = fault

    def handle(_received: Received) -> Reply:
        return answer

    async with talking(handle, deadline=0.3) as (_server, client):
        for _ in range(2):
            calls = (client.retrieve(STUDY_ID) for _ in range(40))
            results = await asyncio.gather(*calls, return_exceptions=True)
            assert all(isinstance(result, AvaraError) for result in results)
        answer = reply(study_json())
        client.resume()
        assert (await client.retrieve(STUDY_ID)).study_id == STUDY_ID


async def test_the_pool_survives_calls_that_are_cancelled() -> None:
    answer: Reply = Stall()

    def handle(_received: Received) -> Reply:
        return answer

    async with talking(handle) as (server, client):
        for _ in range(30):
            waiting = asyncio.create_task(client.retrieve(STUDY_ID))
            before = len(server.received)
            while len(server.received) == before:  # noqa: ASYNC110 - a server has no event for it
                await asyncio.sleep(0.001)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        answer = reply(study_json())
        assert (await client.retrieve(STUDY_ID)).study_id == STUDY_ID


async def test_more_calls_than_connections_take_turns() -> None:
    async with talking(lambda _received: reply(study_json())) as (server, client):
        studies = await asyncio.gather(*(client.retrieve(STUDY_ID) for _ in range(100)))
        assert len(studies) == 100
        assert server.connections <= 20


async def test_closing_lets_calls_under_way_end() -> None:
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def handle(_received: Received) -> Reply:
        asked.set()
        await may_answer.wait()
        return reply(study_json())

    async with talking(handle) as (_server, client):
        call = asyncio.create_task(client.retrieve(STUDY_ID))
        await asked.wait()
        await client.aclose()
        may_answer.set()
        assert (await call).study_id == STUDY_ID
        with pytest.raises(AvaraError) as caught:
            await client.retrieve(STUDY_ID)
        assert caught.value.kind is ErrorKind.SETUP


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=10))
def test_calls_side_by_side_do_not_mix_up_their_answers(delays: list[int]) -> None:
    async def handle(received: Received) -> Reply:
        number = int(received.path.rpartition("_")[2])
        await asyncio.sleep(delays[number] / 1000)
        return reply(study_json(studyId=f"stu_{number}"))

    async def talk() -> None:
        async with talking(handle) as (_server, client):
            ids = [f"stu_{number}" for number in range(len(delays))]
            studies = await asyncio.gather(*map(client.retrieve, ids))
            assert [study.study_id for study in studies] == ids

    asyncio.run(talk())
