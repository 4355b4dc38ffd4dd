"""What is asked for early saves time, and changes nothing else: neither answers nor requests."""

import asyncio
import contextlib
import gzip
import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.raw_server import (
    KEY,
    Handler,
    Raw,
    RawServer,
    Reply,
    Reset,
    Response,
    Stall,
    reply,
    script,
    study_json,
)
from api.test_tls import certificate, tls_server  # noqa: F401 - a fixture
from avara_tui.api import early
from avara_tui.api.client import AvaraClient
from avara_tui.api.early import EarlyAnswer
from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.api.request_base import RequestBase
from avara_tui.api.routes import list_studies
from avara_tui.api.skew import ServerClock
from avara_tui.api.wire import Answer, Effect, Problem
from avara_tui.clock import SystemClock
from avara_tui.study_requests import StudyFilter

STAT = StudyFilter(severity="stat")
PAGE = {"studies": [study_json(severity="stat")], "hasMore": False}
TRUNCATED = Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{")
PACKED = Response(200, gzip.compress(b"{}"), {"content-encoding": "gzip"})
ENDLESS = Raw(b'HTTP/1.1 200 OK\r\n\r\n{"studies": []')
"""A body that ends with the connection: nobody can say whether it is whole."""


def asked(base_url: str, ca_file: str | None = None) -> EarlyAnswer:
    base = RequestBase(base_url, KEY, ca_file)
    return EarlyAnswer(base, list_studies(STAT, None, 100), SystemClock())


@contextlib.asynccontextmanager
async def early_client(
    handler: Handler, *, deadline: float = 10.0
) -> AsyncIterator[tuple[RawServer, AvaraClient]]:
    """Run a server, and a client that asks it for the STAT studies before all else."""
    async with RawServer(handler).running() as server:
        answer = asked(server.base_url)
        fetching = asyncio.create_task(asyncio.to_thread(answer.fetch))
        async with AvaraClient(server.base_url, KEY, deadline=deadline, early=answer) as client:
            yield server, client
        await fetching


async def test_it_answers_the_request_that_it_was_sent_for_once() -> None:
    async with early_client(lambda _: reply(PAGE)) as (server, client):
        page = await client.list_studies(STAT)
        assert [study.severity for study in page.studies] == ["stat"]
        (request,) = server.received
        assert request.query == {"severity": "stat", "limit": "100"}
        assert request.headers["authorization"] == f"Bearer {KEY}"
        assert request.headers["host"] == server.base_url.removeprefix("http://")
        assert request.headers["user-agent"].startswith("avara-tui/")
        assert request.headers["accept-encoding"] == "identity"
        assert request.headers["connection"] == "close"
        await client.list_studies(STAT)
        assert len(server.received) == 2


async def test_it_answers_no_other_request() -> None:
    other = {"studies": [], "hasMore": False}

    def handler(received: object) -> Reply:
        return reply(PAGE if "severity" in getattr(received, "query", {}) else other)

    async with early_client(handler) as (server, client):
        assert not (await client.list_studies()).studies
        assert (await client.list_studies(STAT)).studies
        assert len(server.received) == 2


@pytest.mark.parametrize(
    "first",
    [
        Reset(),
        Raw(b"no HTTP at all\r\n\r\n"),
        Raw(b""),
        TRUNCATED,
        PACKED,
        ENDLESS,
        Raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
    ],
    ids=["reset", "no HTTP", "nothing", "truncated", "packed", "without an end", "bad chunk"],
)
async def test_what_is_no_answer_is_asked_for_again_in_the_usual_way(first: Reply) -> None:
    async with early_client(script([first, reply(PAGE)])) as (server, client):
        page = await client.list_studies(STAT)
        assert len(page.studies) == 1
        assert server.count("GET") == 2


async def test_a_body_in_chunks_is_an_answer() -> None:
    body = reply(PAGE).body
    half = len(body) // 2
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in (body[:half], body[half:]))
    raw = Raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + pieces + b"0\r\n\r\n")
    async with early_client(script([raw])) as (server, client):
        assert len((await client.list_studies(STAT)).studies) == 1
        assert len(server.received) == 1


@pytest.mark.parametrize(("first", "is_page"), [(reply(PAGE), True), (Response(403), False)])
async def test_how_soon_a_page_comes_is_known_from_an_early_one(
    first: Reply, *, is_page: bool
) -> None:
    async with early_client(script([first])) as (_server, client):
        with contextlib.suppress(AvaraError):
            await client.list_studies(STAT)
        assert math.isfinite(client._transport.server_clock.quickest) is is_page


async def heard(handler: Handler) -> Answer | Problem | None:
    """Return what an early answer says of a server, asked for whole before it is looked at."""
    async with RawServer(handler).running() as server:
        answer = asked(server.base_url)
        await asyncio.to_thread(answer.fetch)
        return await answer.answer(10.0, ServerClock(SystemClock()))


@pytest.mark.parametrize(("room", "is_answer"), [(-1, False), (0, True)])
async def test_a_body_beyond_all_measure_is_no_answer(
    monkeypatch: pytest.MonkeyPatch, room: int, is_answer: bool
) -> None:
    monkeypatch.setattr(early, "LARGEST_BODY", len(reply(PAGE).body) + room)
    assert (await heard(lambda _: reply(PAGE)) is not None) is is_answer


async def test_a_body_that_would_have_to_be_unpacked_is_no_answer() -> None:
    assert await heard(lambda _: PACKED) is None


async def test_an_answer_is_one_whatever_its_status() -> None:
    assert await heard(lambda _: Response(200, b"x")) == Answer(200, b"x", None)
    told = {"retry-after": "7"}
    assert await heard(lambda _: Response(399, b"x", told)) == Answer(399, b"x", None)
    assert await heard(lambda _: Response(400, b"x", told)) == Answer(400, b"x", 7.0)


async def test_a_date_to_wait_for_is_held_against_our_clock_where_the_server_tells_no_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SystemClock, "now", lambda _: 0.0)
    told = {"retry-after": "Thu, 01 Jan 1970 00:01:30 GMT"}
    assert await heard(lambda _: Response(503, b"", told)) == Answer(503, b"", 90.0)


@pytest.mark.parametrize(
    ("status", "kind"), [(401, ErrorKind.UNAUTHORIZED), (403, ErrorKind.FORBIDDEN)]
)
async def test_a_refusal_is_one_and_is_not_asked_for_twice(status: int, kind: ErrorKind) -> None:
    async with early_client(lambda _: reply({"message": "no"}, status)) as (server, client):
        with pytest.raises(AvaraError) as caught:
            await client.list_studies(STAT)
        assert (caught.value.kind, caught.value.status) == (kind, status)
        assert len(server.received) == 1


async def test_a_redirect_is_not_followed() -> None:
    moved = Response(302, headers={"location": "http://127.0.0.1:1/elsewhere"})
    async with early_client(lambda _: moved) as (server, client):
        with pytest.raises(AvaraError):
            await client.list_studies(STAT)
        assert {request.path for request in server.received} == {"/v1/viewer/studies"}


async def test_a_server_that_asks_to_wait_is_waited_for() -> None:
    busy = reply({"message": "slow down"}, 429, retry_after="3600")
    async with early_client(lambda _: busy) as (server, client):
        with pytest.raises(AvaraError) as caught:
            await client.list_studies(STAT)
        assert caught.value.retry_after is not None
        assert 3500 < caught.value.retry_after <= 3600
        assert len(server.received) == 1


async def test_the_clock_of_the_server_is_learned_from_it() -> None:
    told = reply(PAGE, date="Thu, 01 Jan 2099 00:00:00 GMT")
    async with early_client(lambda _: told) as (_, client):
        await client.list_studies(STAT)
        assert client.clock_skew is not None
        ahead = datetime(2099, 1, 1, tzinfo=UTC).timestamp() - SystemClock().now()
        assert abs(client.clock_skew - ahead) < 60


async def test_a_silent_server_costs_no_more_than_the_deadline() -> None:
    async with RawServer(lambda _: Stall()).running() as server:
        answer = asked(server.base_url)
        fetching = asyncio.create_task(asyncio.to_thread(answer.fetch))
        said = await answer.answer(0.2, ServerClock(SystemClock()))
        assert said == Problem(ErrorKind.TIMEOUT, Effect.PENDING)
        assert not fetching.done()
    # The server has hung up.
    await fetching


async def test_nobody_waits_for_ever_for_a_silent_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early, "_TIMEOUT", 0.2)
    assert await heard(lambda _: Stall()) is None


async def test_a_client_that_is_closed_uses_it_no_more() -> None:
    async with early_client(lambda _: reply(PAGE)) as (_, client):
        await client.aclose()
        with pytest.raises(AvaraError, match="has been closed"):
            await client.list_studies(STAT)


async def test_behind_a_proxy_nothing_is_asked_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    async with RawServer(lambda _: reply(PAGE)).running() as server:
        answer = asked(server.base_url.replace("http:", "https:"))
        await asyncio.to_thread(answer.fetch)
        assert await answer.answer(1.0, ServerClock(SystemClock())) is None
        assert not server.connections


async def test_it_trusts_whom_the_client_trusts(certificate: Path) -> None:  # noqa: F811
    async with tls_server(certificate) as server:
        server.handler = lambda _: reply(PAGE)
        answer = asked(server.base_url, str(certificate))
        await asyncio.to_thread(answer.fetch)
        assert isinstance(await answer.answer(1.0, ServerClock(SystemClock())), Answer)


async def test_nobody_waits_for_ever_for_a_silent_tls_server(
    certificate: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(early, "_TIMEOUT", 0.2)
    async with tls_server(certificate) as server:
        server.handler = lambda _: Stall()
        answer = asked(server.base_url, str(certificate))
        await asyncio.to_thread(answer.fetch)
        assert await answer.answer(1.0, ServerClock(SystemClock())) is None


async def test_it_sends_no_key_to_whom_nobody_vouches_for(certificate: Path) -> None:  # noqa: F811
    async with tls_server(certificate) as server:
        answer = asked(server.base_url)
        await asyncio.to_thread(answer.fetch)
        async with AvaraClient(server.base_url, KEY, early=answer) as client:
            with pytest.raises(AvaraError) as caught:
                await client.list_studies(STAT)
        assert caught.value.kind is ErrorKind.SETUP
        assert not server.received


def test_the_key_is_in_no_repr() -> None:
    answer = asked("http://127.0.0.1:9")
    for each in (answer, answer.base, vars(answer)):
        assert KEY not in repr(each)
