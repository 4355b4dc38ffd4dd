"""Each kind of fault does on the wire what it says, and applies a write or does not."""

import json
import socket
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.emulator.faults.catalogue import KINDS
from emulator.plain_http import client_of
from emulator.raw_socket import Received, eventually, exchange

STUDIES = "/v1/viewer/studies"


def test_there_are_many_kinds_and_each_has_a_summary() -> None:
    assert len(KINDS) >= 30
    assert all(kind.summary for kind in KINDS.values())


def one_study(emulator: EmbeddedEmulator) -> dict[str, Any]:
    return next(each for each in emulator.studies() if not each["isCancelled"])


def struck(emulator: EmbeddedEmulator, kind: str, **options: Any) -> Received:
    """Return what came of a GET of a study that ``kind`` struck."""
    emulator.arm(kind)
    received = exchange(emulator, "GET", f"{STUDIES}/{one_study(emulator)['studyId']}", **options)
    assert emulator.requests[-1].fault == kind
    return received


def test_after_a_fault_everything_is_as_before(emulator: EmbeddedEmulator) -> None:
    with client_of(emulator) as http:
        for kind in ("reset-in-body", "status-503", "truncated-json"):
            emulator.arm(kind)
            with suppress(httpx.TransportError):
                http.get(STUDIES)
            assert http.get(STUDIES).status_code == 200


# Below HTTP.


@pytest.mark.parametrize(
    ("kind", "ending"),
    [
        ("reset-before-answer", "reset"),
        ("reset-after-write", "reset"),
        ("close-before-answer", "closed"),
        ("close-after-write", "closed"),
        ("stall-before-answer", "silent"),
        ("stall-after-write", "silent"),
    ],
)
def test_no_byte_of_an_answer(emulator: EmbeddedEmulator, kind: str, ending: str) -> None:
    assert struck(emulator, kind) == Received(b"", ending)


@pytest.mark.parametrize(("kind", "ending"), [("reset", "reset"), ("stall", "silent")])
def test_an_end_within_the_headers(emulator: EmbeddedEmulator, kind: str, ending: str) -> None:
    received = struck(emulator, f"{kind}-in-headers")
    assert received.ending == ending
    assert received.data.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\n\r\n" not in received.data


@pytest.mark.parametrize(
    ("kind", "ending"), [("reset", "reset"), ("close", "closed"), ("stall", "silent")]
)
def test_an_end_within_the_body(emulator: EmbeddedEmulator, kind: str, ending: str) -> None:
    received = struck(emulator, f"{kind}-in-body")
    assert received.ending == ending
    assert 0 < len(received.body) < received.length


def test_a_reset_after_the_whole_body(emulator: EmbeddedEmulator) -> None:
    received = struck(emulator, "reset-after-body")
    assert received.ending == "reset"
    assert json.loads(received.body) == one_study(emulator)


@pytest.mark.parametrize("kind", ["drip-headers", "drip-body"])
def test_dripping(emulator: EmbeddedEmulator, kind: str) -> None:
    pieces: list[int] = []

    def seen(data: bytes) -> bool:
        pieces.append(len(data))
        return len(pieces) > 6

    received = struck(emulator, kind, until=seen)
    assert received.ending == "enough"
    # However slow this machine is, six reads brought the headers at most, and six bytes.
    start = 0 if kind == "drip-headers" else len(received.head) + 4
    assert 0 < len(received.data) - start <= 6


def test_a_content_length_that_is_too_long(emulator: EmbeddedEmulator) -> None:
    received = struck(emulator, "length-too-long")
    assert received.ending == "silent"
    assert json.loads(received.body) == one_study(emulator)
    assert received.length == len(received.body) + 100


def test_a_content_length_that_is_too_short(emulator: EmbeddedEmulator) -> None:
    received = struck(emulator, "length-too-short")
    assert json.loads(received.body) == one_study(emulator)
    assert received.length == len(received.body) // 2


def test_chunks_without_an_end(emulator: EmbeddedEmulator) -> None:
    received = struck(emulator, "chunks-cut")
    assert received.ending == "closed"
    size, _, rest = received.body.partition(b"\r\n")
    assert json.loads(rest) == one_study(emulator)
    assert int(size, 16) == len(rest.removesuffix(b"\r\n"))
    assert not rest.endswith(b"0\r\n\r\n")


def test_something_that_is_not_http(emulator: EmbeddedEmulator) -> None:
    assert struck(emulator, "not-http").data.startswith(b"SSH-2.0")


def test_a_huge_header(emulator: EmbeddedEmulator) -> None:
    received = struck(emulator, "huge-headers")
    assert len(received.head) > 200_000
    assert json.loads(received.body) == one_study(emulator)


def test_gzip_that_lies(emulator: EmbeddedEmulator) -> None:
    received = struck(emulator, "gzip-lies", until=lambda data: data.endswith(b"}"))
    assert b"content-encoding: gzip" in received.head
    assert json.loads(received.body) == one_study(emulator)


def test_gzip_that_ends_early(emulator: EmbeddedEmulator) -> None:
    received = struck(emulator, "gzip-cut")
    assert len(received.body) == received.length
    opened = zlib.decompressobj(wbits=31)
    assert json.dumps(one_study(emulator), ensure_ascii=False)[:10].encode() in opened.decompress(
        received.body
    ).replace(b":", b": ")
    assert not opened.eof


def test_a_refused_connection(emulator: EmbeddedEmulator) -> None:
    with client_of(emulator) as http:
        assert http.get(STUDIES).status_code == 200
        with emulator.refusing_connections():
            for _ in range(2):
                with pytest.raises(httpx.ConnectError, match="refused"):
                    http.get(STUDIES)
        assert http.get(STUDIES).status_code == 200
    assert emulator.count("studies.list") == 2


def test_refusing_and_accepting_in_quick_turns(emulator: EmbeddedEmulator) -> None:
    with client_of(emulator) as http:
        for _ in range(20):
            with emulator.refusing_connections(), pytest.raises(httpx.ConnectError):
                http.get(STUDIES)
            assert http.get(STUDIES).status_code == 200


def test_a_refusal_keeps_the_port() -> None:
    with EmbeddedEmulator(studies=1) as emulator:
        address = ("127.0.0.1", int(emulator.base_url.rpartition(":")[2]))
        emulator.refuse_connections()
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(address)
        # Stopped while it refuses, the emulator neither hangs nor fails, and frees the port.
    with socket.create_server(address):
        pass


def test_the_refusing_fault_resets_refuses_and_ends(emulator: EmbeddedEmulator) -> None:
    assert struck(emulator, "refuse") == Received(b"", "reset")
    with client_of(emulator) as http:
        with pytest.raises(httpx.ConnectError):
            http.get(STUDIES)

        def accepts() -> bool:
            try:
                return http.get(STUDIES).status_code == 200
            except httpx.ConnectError:
                return False

        eventually(accepts)


# Honest HTTP.


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("status-")])
def test_a_status(emulator: EmbeddedEmulator, http: httpx.Client, kind: str) -> None:
    emulator.arm(kind)
    answer = http.get(STUDIES)
    assert answer.status_code == int(kind.split("-")[1])
    assert answer.json()["message"]


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host(
    emulator: EmbeddedEmulator, http: httpx.Client, code: int
) -> None:
    emulator.arm(f"redirect-{code}", count=2)
    answer = http.get(f"{STUDIES}/by-uid/1.2.3")
    assert answer.status_code == code
    assert answer.headers["location"] == "http://elsewhere.invalid/v1/viewer/studies/by-uid/1.2.3"
    with EmbeddedEmulator(studies=1) as other:
        emulator.redirect_to(other.base_url)
        assert http.get(STUDIES, follow_redirects=True).status_code == 401
        assert [each.path for each in other.requests] == [STUDIES]


def test_rate_limits() -> None:
    with EmbeddedEmulator(studies=1, now="2026-03-15T10:30:00Z") as emulator:
        told = {}
        for kind in ("short", "long", "date", "nonsense"):
            emulator.arm(f"rate-limit-{kind}")
            with client_of(emulator) as client:
                answer = client.get(STUDIES)
            assert answer.status_code == 429
            told[kind] = answer.headers["retry-after"]
    assert told == {
        "short": "1",
        "long": "3600",
        "date": "Sun, 15 Mar 2026 10:30:30 GMT",
        "nonsense": "soon",
    }


# What is in the body.


def body_of(emulator: EmbeddedEmulator, http: httpx.Client, kind: str, path: str) -> bytes:
    emulator.arm(kind)
    answer = http.get(path)
    assert answer.status_code in {200, 204}
    return answer.content


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("empty-200", b""),
        ("no-content", b""),
        ("null-body", b"null"),
        ("list-body", b"[]"),
        ("string-body", b'"ok"'),
        ("empty-object", b"{}"),
    ],
)
def test_a_body_of_the_wrong_shape(
    emulator: EmbeddedEmulator, http: httpx.Client, kind: str, body: bytes
) -> None:
    assert body_of(emulator, http, kind, STUDIES) == body


def test_bodies_that_are_no_json(emulator: EmbeddedEmulator, http: httpx.Client) -> None:
    whole = http.get(STUDIES).content
    assert body_of(emulator, http, "truncated-json", STUDIES) == whole[: len(whole) // 2]
    assert body_of(emulator, http, "html-200", STUDIES).startswith(b"<html>")
    assert body_of(emulator, http, "html-as-json", STUDIES).startswith(b"<html>")
    with pytest.raises(UnicodeDecodeError):
        body_of(emulator, http, "bad-utf8", STUDIES).decode()
    with pytest.raises(RecursionError):
        json.loads(body_of(emulator, http, "deep-json", STUDIES))


def altered(emulator: EmbeddedEmulator, http: httpx.Client, kind: str, path: str) -> Any:
    return json.loads(body_of(emulator, http, kind, path))


def test_fields_of_a_study(emulator: EmbeddedEmulator, http: httpx.Client) -> None:
    before = next(each for each in emulator.studies() if each["assignedTo"])
    path = f"{STUDIES}/{before['studyId']}"
    missing = altered(emulator, http, "missing-fields", path)
    assert not {"studyId", "studyInstanceUid", "severity"} & set(missing)
    assert "userId" not in missing["assignedTo"]
    unknown = altered(emulator, http, "unknown-fields", path)
    assert set(before) < set(unknown)
    assert set(before["assignedTo"]) < set(unknown["assignedTo"])
    assert unknown["metadata"] == before["metadata"]
    enums = altered(emulator, http, "unknown-enums", path)
    assert enums == {**before, "severity": "critical", "studyViewerStatus": "preliminary"}
    nulls = altered(emulator, http, "nulls", path)
    assert nulls["studyId"] == before["studyId"]
    for name in ("createdAt", "updatedAt", "assignedTo", "expressCustomer", "metadata"):
        assert nulls[name] is None
    types = altered(emulator, http, "wrong-types", path)
    assert types["isCancelled"] in {"true", "false"}
    assert types["createdAt"] == 1_710_498_600
    assert types["studyDescription"] == 42
    naive = altered(emulator, http, "naive-times", path)
    assert naive["createdAt"] == before["createdAt"].removesuffix("Z")
    other = altered(emulator, http, "another-study", path)
    assert sorted(other) == sorted(before)
    assert other["studyId"] != before["studyId"]
    assert len(other["studyId"]) == 36
    assert http.get(path).json() == before


def test_studies_with_an_odd_detail_each(emulator: EmbeddedEmulator, http: httpx.Client) -> None:
    truth = {each["studyId"]: each for each in emulator.studies()}
    odd: dict[str, list[object]] = {}
    for each in altered(emulator, http, "odd-details", f"{STUDIES}?limit=100")["studies"]:
        before = truth[each["studyId"]]
        (name,) = (name for name in each if each[name] != before.get(name))
        odd.setdefault(name, []).append(each[name])
        one = altered(emulator, http, "odd-details", f"{STUDIES}/{each['studyId']}")
        assert one == each
    assert {type(value) for value in odd["severity"]} == {type(None), int}
    assert set(odd) == {
        *("severity", "metadata", "studyDescription", "assignedTo", "isCancelled"),
        *("studyViewerStatus", "createdAt", "expressCustomer", "studyInstanceUid", "updatedAt"),
    }


def test_a_study_whose_id_is_lost(emulator: EmbeddedEmulator, http: httpx.Client) -> None:
    *whole, last = http.get(STUDIES).json()["studies"]
    altered_page = altered(emulator, http, "lost-ids", STUDIES)["studies"]
    assert altered_page == [*whole, {**last, "studyId": None}]


def test_a_cancel_that_is_refused_with_2xx(emulator: EmbeddedEmulator, http: httpx.Client) -> None:
    study_id = one_study(emulator)["studyId"]
    emulator.arm("success-false")
    # It can strike a cancel only: the GET passes and does not use it up.
    assert http.get(STUDIES).json()["studies"]
    answer = http.post(f"{STUDIES}/cancel", json={"studyId": study_id})
    assert (answer.status_code, answer.json()["success"]) == (200, False)
    assert not emulator.study(study_id)["isCancelled"]


# Pages.


def test_pages_that_lead_astray(emulator: EmbeddedEmulator, http: httpx.Client) -> None:
    def page(cursor: str | None = None) -> Any:
        query = {"limit": "100", **({"cursor": cursor} if cursor else {})}
        return http.get(STUDIES, params=query).json()

    first = page()
    last = page(first["cursor"])

    emulator.arm("repeated-cursor", count=2)
    again = page()
    assert page(again["cursor"])["cursor"] == again["cursor"]

    emulator.arm("endless-pages", count=4)
    assert page() == first
    laps = [page(first["cursor"]) for _ in range(2)]
    assert all(each["studies"] == last["studies"] and each["hasMore"] for each in laps)
    assert laps[0]["cursor"] != laps[1]["cursor"]
    assert page(laps[0]["cursor"]) == first

    emulator.arm("empty-pages")
    empty = page()
    assert (empty["studies"], empty["hasMore"], bool(empty["cursor"])) == ([], True, True)

    emulator.arm("lost-cursor")
    assert sorted(page()) == ["hasMore", "studies"]
    emulator.arm("lost-has-more")
    assert sorted(page()) == ["cursor", "studies"]
    emulator.arm("doubled-rows")
    assert page()["studies"] == first["studies"] + first["studies"][:3]

    emulator.arm("expired-cursor")
    assert page() == first  # only a later page can be struck
    refused = http.get(STUDIES, params={"limit": 100, "cursor": first["cursor"]})
    assert refused.status_code == 400


# Whether a write is applied.


def writes(emulator: EmbeddedEmulator, kind: str) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Return, by the operation it is, a write request that ``kind`` can strike."""
    active = one_study(emulator)["studyId"]
    cancelled = next(each for each in emulator.studies() if each["isCancelled"])["studyId"]
    requests: dict[str, tuple[str, str, dict[str, Any]]] = {
        "update": ("PATCH", f"{STUDIES}/{active}", {"severity": "stat"}),
        "cancel": ("POST", f"{STUDIES}/cancel", {"studyId": active}),
        "uncancel": ("POST", f"{STUDIES}/uncancel", {"studyId": cancelled}),
    }
    return {
        name: request
        for name, request in requests.items()
        # Connections are refused for a second each time: one write tells.
        if KINDS[kind].strikes(f"studies.{name}", "") and (kind != "refuse" or name == "update")
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_struck_write_is_applied_once_or_not_at_all(
    emulator: EmbeddedEmulator, kind: str
) -> None:
    for name, (method, path, body) in writes(emulator, kind).items():
        study_id = body.get("studyId", path.rpartition("/")[2])
        before = emulator.writes(study_id)
        emulator.arm(kind)
        exchange(emulator, method, path, body, until=bool)
        if KINDS[kind].is_applied:
            eventually(has_changed(emulator, study_id, before))
            assert emulator.writes(study_id) == [*before, name]
        else:
            assert emulator.requests[-1].fault == kind
            assert emulator.writes(study_id) == before


def has_changed(emulator: EmbeddedEmulator, study_id: str, before: list[str]) -> Callable[[], bool]:
    return lambda: emulator.writes(study_id) != before


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if KINDS[kind].strikes("studies.create", "")]
)
def test_a_struck_create_is_applied_once_or_not_at_all(
    emulator: EmbeddedEmulator, kind: str
) -> None:
    body: dict[str, object] = {
        "severity": "stat",
        "studyDescription": "CT",
        "studyInstanceUid": "1.2.3",
    }
    emulator.arm(kind)
    exchange(emulator, "POST", STUDIES, body, until=bool)
    is_applied = KINDS[kind].is_applied
    eventually(lambda: len(emulator.studies()) == 120 + is_applied)


# Arming.


def test_an_armed_fault_strikes_as_often_as_asked_and_only_its_operation(
    emulator: EmbeddedEmulator, http: httpx.Client
) -> None:
    emulator.arm("status-503", count=2, operation="studies.list")
    statuses = [http.get(path).status_code for path in (STUDIES, "/v1/express", STUDIES, STUDIES)]
    assert statuses == [503, 200, 503, 200]
    emulator.arm("status-500", count=9)
    emulator.disarm()
    assert http.get(STUDIES).status_code == 200


def test_an_unknown_fault_is_refused_with_the_known_ones(emulator: EmbeddedEmulator) -> None:
    with pytest.raises(ValueError, match="status-503"):
        emulator.arm("status-999")
    with pytest.raises(ValueError, match="status-503"):
        EmbeddedEmulator(faults={"nonsense": 1.0}).__enter__()


def test_faults_by_chance_are_as_frequent_as_asked_and_the_same_for_the_same_seed() -> None:
    def statuses(seed: int) -> list[int]:
        with (
            EmbeddedEmulator(studies=1, seed=seed, faults={"status-503": 0.3}) as emulator,
            client_of(emulator) as http,
        ):
            return [http.get(STUDIES).status_code for _ in range(80)]

    first = statuses(1)
    assert 10 < first.count(503) < 40
    assert first == statuses(1)
    assert first != statuses(2)
