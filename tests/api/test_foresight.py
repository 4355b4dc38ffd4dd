"""Pages are asked for early only where the cursor that the server will give is certain."""

import asyncio
import base64
import itertools

import pytest

from api.raw_server import Received, Reply, Response, reply, study_json, talking
from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError
from avara_tui.api.prefetch import foresee
from avara_tui.emulator.embedded import EmbeddedEmulator


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("cursor", "foreseen"),
    [
        (encoded('{"offset":100}'), encoded('{"offset":200}')),
        (encoded('{ "skip" : 100 }'), encoded('{ "skip" : 200 }')),
        (encoded('{"offset":50}'), None),
        (encoded('{"offset":100,"v":1}'), None),
        (encoded('{"after":8812}'), None),
        (encoded('{"after":"stu_0a1b"}'), None),
        (encoded("ünd 100"), None),
        ("not base64", None),
        ("", None),
    ],
)
def test_only_a_count_of_rows_is_foreseen(cursor: str, foreseen: str | None) -> None:
    assert foresee(cursor, 100, 100) == foreseen


async def read(emulator: EmbeddedEmulator, ahead: int, pages: int | None = None) -> list[str]:
    async with AvaraClient(emulator.base_url, emulator.api_key) as client:
        walk = client.walk_studies(limit=10, urgency=0, ahead=ahead, pages=pages)
        return [study.study_id async for page in walk for study in page.studies]


@pytest.mark.parametrize("cursors", ["offset", "keyset"])
@pytest.mark.parametrize("order", ["newest", "shuffled"])
async def test_looking_ahead_brings_what_a_plain_walk_brings(
    emulator: EmbeddedEmulator, cursors: str, order: str
) -> None:
    emulator.switch("cursors", cursors)
    emulator.switch("order", order)
    assert await read(emulator, 4) == await read(emulator, 0)


async def test_pages_are_under_way_together() -> None:
    with EmbeddedEmulator(studies=120, seed=1, latency_ms=30) as emulator:
        await read(emulator, 4)
        began = [each.at for each in emulator.requests]
        gaps = [after - before for before, after in itertools.pairwise(began)]
        assert min(gaps) < 0.03


async def test_a_server_whose_cursors_name_rows_gets_no_request_more(
    emulator: EmbeddedEmulator,
) -> None:
    emulator.switch("cursors", "keyset")
    await read(emulator, 4)
    assert emulator.count("studies.list") == 12


async def test_the_number_of_pages_known_from_before_is_not_exceeded(
    emulator: EmbeddedEmulator,
) -> None:
    await read(emulator, 4, pages=12)
    assert emulator.count("studies.list") == 12


@pytest.mark.parametrize("ahead", [0, 4])
@pytest.mark.parametrize("fault", ["expired-cursor", "status-500", "rate-limit-short", "not-http"])
async def test_a_fault_while_looking_ahead_is_made_good(
    emulator: EmbeddedEmulator, fault: str, ahead: int
) -> None:
    whole = await read(emulator, 0)
    async with AvaraClient(emulator.base_url, emulator.api_key) as client:
        found: list[str] = []
        async for page in client.walk_studies(limit=10, urgency=0, ahead=ahead):
            if not found:
                emulator.arm(fault, 1, "studies.list")
            found += [study.study_id for study in page.studies]
    assert list(dict.fromkeys(found)) == whole


async def test_a_page_foreseen_wrongly_is_never_used() -> None:
    """The server counts like a row count once, and then goes on in another way."""
    said = {None: encoded('{"offset":2}'), encoded('{"offset":2}'): "elsewhere"}

    def handle(received: Received) -> Reply:
        cursor = received.query.get("cursor")
        if cursor == encoded('{"offset":4}'):
            return reply({"studies": [study_json(studyId="stu_wrong")], "hasMore": False})
        if cursor == "elsewhere":
            return reply({"studies": [study_json(studyId="stu_last")], "hasMore": False})
        rows = [study_json(studyId=f"stu_{cursor}_{each}") for each in range(2)]
        return reply({"studies": rows, "hasMore": True, "cursor": said[cursor]})

    async with talking(handle) as (_server, client):
        found = [
            study.study_id
            async for page in client.walk_studies(limit=2, ahead=4)
            for study in page.studies
        ]
    assert "stu_wrong" not in found
    assert found[-1] == "stu_last"
    assert len(found) == 5


async def test_the_first_walk_asks_for_a_page_while_the_one_before_is_taken_in(
    emulator: EmbeddedEmulator,
) -> None:
    """One behind the other all the same: never for a page whose cursor the server has not named."""
    async with AvaraClient(emulator.base_url, emulator.api_key) as client:
        walk = client.walk_studies(limit=10, urgency=0)
        for number in range(1, 13):
            await anext(walk)
            async with asyncio.timeout(20):
                while emulator.count("studies.list") < min(number + 1, 12):  # noqa: ASYNC110
                    await asyncio.sleep(0.001)
            # Nobody takes in what has come, so that nothing more is asked for.
            for _ in range(20):
                await asyncio.sleep(0.001)
            assert emulator.count("studies.list") == min(number + 1, 12)
        with pytest.raises(StopAsyncIteration):
            await anext(walk)
    assert emulator.count("studies.list") == 12


@pytest.mark.parametrize("urgency", [None, 1])
async def test_other_walks_do_not_ask_for_what_nobody_may_want(
    emulator: EmbeddedEmulator, urgency: int | None
) -> None:
    async with AvaraClient(emulator.base_url, emulator.api_key) as client:
        walk = client.walk_studies(limit=10, urgency=urgency)
        for number in range(1, 4):
            await anext(walk)
            for _ in range(20):
                await asyncio.sleep(0.001)
            assert emulator.count("studies.list") == number
        await walk.aclose()


@pytest.mark.parametrize("ahead", [0, 4])
async def test_a_walk_that_is_given_up_leaves_nothing_under_way(ahead: int) -> None:
    with EmbeddedEmulator(studies=120, seed=1, latency_ms=50) as emulator:
        async with AvaraClient(emulator.base_url, emulator.api_key) as client:
            before = asyncio.all_tasks()
            walk = client.walk_studies(limit=10, urgency=0, ahead=ahead)
            for _ in range(3):
                await anext(walk)
            assert asyncio.all_tasks() > before
            await walk.aclose()
            async with asyncio.timeout(5):
                while asyncio.all_tasks() > before:  # noqa: ASYNC110 - tasks end by themselves
                    await asyncio.sleep(0)


async def test_a_refused_page_ahead_ends_the_walk_as_without_looking_ahead() -> None:
    def handle(received: Received) -> Reply:
        if "cursor" in received.query:
            return Response(403)
        rows = [study_json(studyId=f"stu_{each}") for each in range(2)]
        return reply({"studies": rows, "hasMore": True, "cursor": encoded('{"offset":2}')})

    async with talking(handle) as (_server, client):
        with pytest.raises(AvaraError, match="403"):
            [page async for page in client.walk_studies(limit=2, ahead=4)]
