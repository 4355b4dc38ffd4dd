"""Servers that refuse pages of the size that the contract allows: everything is read all the same.

A refusal does not say what it is about, so that it is the size only where a smaller page comes.
"""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from api.raw_server import Received, Reply, Response, Stall, reply, study_json, talking
from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.study_requests import StudyFilter

ROWS = 230
LISTS = {
    "studies": ("/v1/viewer/studies", "walk_studies"),
    "users": ("/v1/viewer/users", "walk_users"),
    "expressCustomers": ("/v1/express", "walk_customers"),
}


def row_of(key: str, number: int) -> dict[str, Any]:
    if key == "studies":
        return study_json(studyId=f"stu_{number:032x}")
    if key == "users":
        return {"userId": f"usr_{number}", "email": "a@b.example"}
    return {"expressCustomerId": f"cus_{number}", "expressCustomerName": "x"}


class Strict:
    """A server whose pages have at most ``most`` rows; None refuses every limit."""

    def __init__(self, most: int | None, *, status: int = 400, counts: bool = True) -> None:
        self.most = most
        self.status = status
        self.counts = counts
        """Whether its cursors count rows, so that they can be foreseen."""
        self.asked: list[tuple[str | None, str | None]] = []
        """The cursor and the limit of every request."""
        self.second: str | None = None
        """The cursor of the second page."""

    def handle(self, received: Received) -> Reply:
        key = next(key for key, (path, _) in LISTS.items() if path == received.path)
        cursor, limit = received.query.get("cursor"), received.query.get("limit")
        self.asked.append((cursor, limit))
        if limit is not None and (self.most is None or int(limit) > self.most):
            said = {"errors": [{"message": f"limit must be at most {self.most}"}]}
            return reply(said, self.status)
        offset, size = self._offset(cursor), int(limit or 20)
        rows = [row_of(key, each) for each in range(offset, min(offset + size, ROWS))]
        page: dict[str, Any] = {key: rows, "hasMore": offset + size < ROWS}
        if page["hasMore"]:
            page["cursor"] = self._cursor(offset + size)
            self.second = self.second or page["cursor"]
        return reply(page)

    def _cursor(self, offset: int) -> str:
        text = json.dumps({"offset": offset} if self.counts else {"after": f"x{offset:x}y"})
        return base64.b64encode(text.encode()).decode()

    def _offset(self, cursor: str | None) -> int:
        if cursor is None:
            return 0
        loaded = json.loads(base64.b64decode(cursor))
        return int(loaded["offset"]) if self.counts else int(loaded["after"][1:-1], 16)

    @property
    def refused(self) -> int:
        return sum(
            limit is not None and (self.most is None or int(limit) > self.most)
            for _, limit in self.asked
        )


def everything(key: str) -> list[Any]:
    return [next(iter(row_of(key, number).values())) for number in range(ROWS)]


def ids_of(key: str, found: list[Any]) -> list[str]:
    if key == "users":
        return [each.user_id for each in found]
    if key == "expressCustomers":
        return [each.customer_id for each in found]
    return [each.study_id for each in found]


async def read(client: AvaraClient, key: str, **how: object) -> list[str]:
    walked = getattr(client, LISTS[key][1])(**how)
    return ids_of(key, [noun async for page in walked for noun in page[0]])


@pytest.mark.parametrize("key", LISTS)
@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize(
    ("most", "found_out"),
    [(100, 0), (99, 1), (50, 1), (49, 2), (25, 2), (24, 3), (20, 3), (None, 4)],
)
async def test_a_walk_brings_everything_whatever_page_is_the_largest(
    key: str, status: int, most: int | None, found_out: int
) -> None:
    server = Strict(most, status=status)
    async with talking(server.handle) as (_raw, client):
        assert await read(client, key) == everything(key)
        assert server.refused == found_out
        # What is known is not asked for again, by walks of the same list and in their middle.
        server.asked.clear()
        assert await read(client, key) == everything(key)
        assert server.refused == 0
        sizes = {limit for _, limit in server.asked}
        assert len(sizes) == 1


def held_back(server: Strict) -> Callable[[Received], Awaitable[Reply]]:
    """Return a handler that answers the second page once the one after it was asked for as well."""
    is_asked = asyncio.Event()

    async def handle(received: Received) -> Reply:
        cursor = received.query.get("cursor")
        answer = server.handle(received)
        if cursor is not None and cursor == server.second:
            async with asyncio.timeout(30):
                await is_asked.wait()
        elif cursor is not None:
            is_asked.set()
        return answer

    return handle


@pytest.mark.parametrize("most", [100, 50, 25, 20, None])
async def test_what_is_asked_for_early_goes_by_the_size_in_force(most: int | None) -> None:
    server = Strict(most)
    async with talking(held_back(server)) as (_raw, client):
        assert await read(client, "studies", ahead=4) == everything("studies")
    followed = [cursor for cursor, _ in server.asked if cursor is not None]
    assert len(followed) == len(set(followed))


@pytest.mark.parametrize("most", [100, 50, 25, 20, None])
async def test_a_server_whose_cursors_name_rows_gets_no_request_more(most: int | None) -> None:
    server = Strict(most, counts=False)
    async with talking(server.handle) as (_raw, client):
        assert await read(client, "studies", ahead=4) == everything("studies")
    answered = len(server.asked) - server.refused
    assert answered == -(-ROWS // (most or 20))


@pytest.mark.parametrize("most", [100, 50, 20, None])
async def test_walks_side_by_side_find_out_together(most: int | None) -> None:
    server = Strict(most)
    async with talking(server.handle) as (_raw, client):
        walks = [read(client, "studies", ahead=ahead) for ahead in (0, 0, 4, 4)]
        assert await asyncio.gather(*walks) == [everything("studies")] * len(walks)
        server.asked.clear()
        assert await read(client, "studies") == everything("studies")
        assert server.refused == 0


@pytest.mark.parametrize("most", [50, 25, 20, None])
@pytest.mark.parametrize("cursor", [None, 100])
async def test_a_page_that_is_refused_after_another_walk_has_found_out_is_asked_for_again(
    most: int | None, cursor: int | None
) -> None:
    server, found_out = Strict(most), asyncio.Event()
    late = None if cursor is None else server._cursor(cursor)

    async def handle(received: Received) -> Reply:
        answer = server.handle(received)
        if len(server.asked) == 1:
            await found_out.wait()
        return answer

    async with talking(handle) as (raw, client):
        refused = asyncio.create_task(client.list_studies(cursor=late))
        while not raw.received:  # noqa: ASYNC110 - the server is on the same loop
            await asyncio.sleep(0)
        await client.list_studies()
        found_out.set()
        assert len((await refused).studies) == (most or 20)


@pytest.mark.parametrize("first", [1, 13, 37, 67, 99])
@pytest.mark.parametrize("most", [100, 50, 25, 20, None])
async def test_a_first_page_of_another_size_ends_elsewhere_in_small_pages_too(
    most: int | None, first: int
) -> None:
    server = Strict(most)
    async with talking(server.handle) as (_raw, client):
        for _ in range(2):
            # Only what is larger than any page that was answered can be too large.
            assert await read(client, "studies", first=first, ahead=4) == everything("studies")
        if most is not None:
            server.asked.clear()
            await read(client, "studies", first=first)
            assert server.asked[0] == (None, str(max(first * most // 100, 1)))
            assert {limit for _, limit in server.asked[1:]} == {str(most)}


async def test_each_list_finds_out_for_itself() -> None:
    server = Strict(50)
    async with talking(server.handle) as (_raw, client):
        for key in LISTS:
            await read(client, key)
    assert server.refused == len(LISTS)


async def test_one_page_is_asked_for_smaller_as_well() -> None:
    server = Strict(30)
    async with talking(server.handle) as (_raw, client):
        page = await client.list_studies()
        assert (len(page.studies), server.asked) == (
            25,
            [(None, "100"), (None, "50"), (None, "25")],
        )
        page = await client.list_studies(cursor=page.cursor)
        assert len(page.studies) == 25
        assert len((await client.list_studies(limit=7)).studies) == 7
    assert server.refused == 2


@pytest.mark.parametrize("status", [400, 422])
async def test_a_refusal_of_every_size_is_told_as_the_first_one_was(status: int) -> None:
    count = 0

    def handle(_received: Received) -> Reply:
        nonlocal count
        count += 1
        return reply({"message": f"refusal {count}"}, status)

    async with talking(handle) as (_raw, client):
        with pytest.raises(AvaraError) as caught:
            await client.list_studies(StudyFilter(severity="stat"))
        assert (caught.value.kind, caught.value.status) == (ErrorKind.INVALID, status)
        assert caught.value.server_message == "refusal 1"
        assert count == 5
        # Nothing was found out, so that the next walk asks as the contract allows.
        with pytest.raises(AvaraError, match=str(status)):
            await client.list_studies(limit=20)
        assert count == 7


async def test_a_server_that_takes_no_size_at_all_is_read_by_whoever_wants_little() -> None:
    """Such as who only asks whether the key is accepted."""
    server = Strict(None)
    async with talking(server.handle) as (_raw, client):
        assert (await client.list_studies(limit=1)).studies
        assert server.asked == [(None, "1"), (None, None)]
        assert await read(client, "studies") == everything("studies")
        assert server.refused == 1


@pytest.mark.parametrize(
    "then", [Response(403), Response(404), Response(500), Response(200, b"<html>")]
)
async def test_another_end_of_the_search_is_no_proof_and_the_first_error_is_told(
    then: Reply,
) -> None:
    def handle(received: Received) -> Reply:
        return Response(400) if received.query["limit"] == "100" else then

    async with talking(handle) as (raw, client):
        with pytest.raises(AvaraError) as caught:
            await client.list_studies()
        assert (caught.value.kind, caught.value.status) == (ErrorKind.INVALID, 400)
        raw.received.clear()
        with pytest.raises(AvaraError):
            await client.list_studies()
        assert raw.received[0].query["limit"] == "100"


@pytest.mark.parametrize("status", [401, 403, 404, 405, 409, 413, 429, 500])
async def test_other_refusals_have_nothing_to_do_with_the_size(status: int) -> None:
    def handle(received: Received) -> Reply:
        assert received.query["limit"] == "100"
        return Response(status, headers={"retry-after": "3600"})

    async with talking(handle) as (_raw, client):
        with pytest.raises(AvaraError) as caught:
            await client.list_studies()
    assert caught.value.status == status


async def test_a_search_ends_in_the_time_of_one_call() -> None:
    def handle(received: Received) -> Reply:
        return Response(400) if received.query["limit"] == "100" else Stall()

    async with talking(handle, deadline=0.5) as (_raw, client):
        with pytest.raises(AvaraError) as caught:
            await client.list_studies()
    assert caught.value.kind is ErrorKind.INVALID


def losing(cursor: str, handle: Callable[[Received], Reply]) -> Callable[[Received], Reply]:
    """Return a handler that does not know a cursor the first time."""
    lost = [cursor]

    def handler(received: Received) -> Reply:
        if received.query.get("cursor") in lost:
            lost.clear()
            return Response(400)
        return handle(received)

    return handler


@pytest.mark.parametrize("most", [100, 50, None])
async def test_a_lost_cursor_is_not_taken_for_a_page_too_large(most: int | None) -> None:
    server = Strict(most)
    size = most or 20
    handle = losing(server._cursor(2 * size), server.handle)
    async with talking(handle) as (raw, client):
        assert sorted(await read(client, "studies")) == sorted(everything("studies"))
        sizes = [received.query.get("limit") for received in raw.received]
    named = None if most is None else str(most)
    assert set(sizes[sizes.index(named) :]) == {named}
