"""What a server says of a refusal is told to the person, whatever form it comes in."""

import json

import pytest

from avara_tui.api.server_words import LONGEST, server_message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"message": " no such study "}', "no such study"),
        (b'{"error": "bad", "message": ""}', "bad"),
        (b'{"error": {"message": "bad"}}', "bad"),
        (b'{"error": {"code": 7}, "detail": "worse"}', "worse"),
        (b'{"message": ["a", "b"]}', "a; b"),
        (b'{"errors": [{"message": "no UID"}, {"message": "no text"}]}', "no UID; no text"),
        (b'{"errors": ["no UID", 7, null, "no text"]}', "no UID; no text"),
        (b'{"errors": [{"detail": "no UID", "pointer": "#/uid"}]}', "no UID"),
        (b'{"type": "about:blank", "title": "Taken", "detail": "UID is taken"}', "UID is taken"),
        (b'{"type": "about:blank", "title": "Taken", "status": 409}', "Taken"),
        (b'{"error": "invalid_request", "error_description": "no UID"}', "invalid_request"),
        ("über the quota\n".encode(), "über the quota"),
        (b'{"errors": [[[["too deep"]]]]}', None),
        (b'{"code": 7}', None),
        (b'["a"]', None),
        (b'{"half', None),
        (b"<html>", None),
        (b" <!doctype html>", None),
        (b"a\x1b[31mb", None),
        (b"", None),
        (b"\xff\xfe\x00", None),
    ],
)
def test_the_servers_own_words(body: bytes, message: str | None) -> None:
    assert server_message(body) == message


@pytest.mark.parametrize("body", [json.dumps({"message": "x" * 10_000}), "x" * 10_000])
def test_the_servers_own_words_are_cut_short(body: str) -> None:
    assert server_message(body.encode()) == "x" * LONGEST
