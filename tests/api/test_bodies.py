"""How much of an answer's body is believed."""

import json

import pytest

from api.raw_server import STUDY_ID, Raw, Reply, Response, script, study_json, talking
from avara_tui.api import http_exchange
from avara_tui.api.errors import AvaraError, ErrorKind

BODY = json.dumps(study_json()).encode()


def chunked(*pieces: bytes, status: int = 200) -> Raw:
    """Return an answer whose length nobody knows before its end."""
    head = b"HTTP/1.1 %d Reason\r\ntransfer-encoding: chunked\r\n\r\n" % status
    return Raw(head + b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in (*pieces, b"")))


async def kind_of(answer: Reply) -> ErrorKind:
    async with talking(script([answer])) as (_, client):
        with pytest.raises(AvaraError) as caught:
            await client.retrieve(STUDY_ID)
    return caught.value.kind


async def test_the_pieces_of_a_body_are_put_together() -> None:
    async with talking(script([chunked(BODY[:7], BODY[7:90], BODY[90:])])) as (_, client):
        assert (await client.retrieve(STUDY_ID)).study_id == STUDY_ID


@pytest.mark.parametrize("pieces", [1, 40])
async def test_a_body_beyond_all_measure_is_no_answer(
    monkeypatch: pytest.MonkeyPatch, pieces: int
) -> None:
    size = -(-len(BODY) // pieces)
    parts = [BODY[start : start + size] for start in range(0, len(BODY), size)]
    monkeypatch.setattr(http_exchange, "LARGEST_BODY", len(BODY) - 1)
    assert await kind_of(chunked(*parts)) is ErrorKind.UNREADABLE
    monkeypatch.setattr(http_exchange, "LARGEST_BODY", len(BODY))
    async with talking(script([chunked(*parts)])) as (_, client):
        assert (await client.retrieve(STUDY_ID)).study_id == STUDY_ID


async def test_a_refusal_is_one_however_much_comes_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_exchange, "LARGEST_BODY", 10)
    assert await kind_of(Response(404, b"x" * 1000)) is ErrorKind.NOT_FOUND


async def test_what_comes_with_a_redirect_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_exchange, "LARGEST_BODY", 10)
    answer = Response(300, b"x" * 1000, {"location": "/elsewhere"})
    assert await kind_of(answer) is ErrorKind.REDIRECTED


async def test_a_refusal_that_is_cut_off_is_still_one() -> None:
    cut = Raw(b"HTTP/1.1 404 Not Found\r\ncontent-length: 100\r\n\r\n{")
    assert await kind_of(cut) is ErrorKind.NOT_FOUND
