"""Every rule of the API is enforced, with a sentence, and a refused write changes nothing.

All tests share one emulator: none of them may change a study.
"""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from emulator.plain_http import client_of

STUDIES = "/v1/viewer/studies"
UID = "1.2.840.113619.2.55.3.604688119.868.1234567890.123"
NOBODY = "usr_" + "0" * 32
NO_CUSTOMER = "cus_" + "0" * 32
NO_STUDY = "stu_" + "0" * 32
GOOD: dict[str, Any] = {
    "severity": "high",
    "studyDescription": "CT Chest",
    "studyInstanceUid": UID,
}


@pytest.fixture(scope="module")
def emulator() -> Iterator[EmbeddedEmulator]:
    with EmbeddedEmulator(studies=120, seed=1) as running:
        yield running


@pytest.fixture(scope="module")
def http(emulator: EmbeddedEmulator) -> Iterator[httpx.Client]:
    with client_of(emulator) as client:
        yield client


def refused(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["message"].endswith(".")


BAD_CREATES: list[tuple[dict[str, Any], int]] = [
    ({"severity": "urgent"}, 400),
    ({"severity": "STAT"}, 400),
    ({"severity": None}, 400),
    ({"severity": 1}, 400),
    ({"studyDescription": ""}, 400),
    ({"studyDescription": None}, 400),
    ({"studyDescription": ["CT"]}, 400),
    ({"studyDescription": "half \ud83d of a pair"}, 400),
    ({"studyInstanceUid": ""}, 400),
    ({"studyInstanceUid": "1"}, 400),
    ({"studyInstanceUid": "1.02.3"}, 400),
    ({"studyInstanceUid": "1..2"}, 400),
    ({"studyInstanceUid": "1.2."}, 400),
    ({"studyInstanceUid": "1.2.x"}, 400),
    ({"studyInstanceUid": "1.2.3\n"}, 400),
    ({"studyInstanceUid": "1.2.٣"}, 400),
    ({"studyInstanceUid": "1." + "2" * 63}, 400),
    ({"studyInstanceUid": 1.2}, 400),
    ({"assignedTo": "usr_1"}, 400),
    ({"assignedTo": "USR_" + "0" * 32}, 400),
    ({"assignedTo": NOBODY + "\n"}, 400),
    ({"assignedTo": NOBODY}, 422),
    ({"expressCustomerId": "cus_"}, 400),
    ({"expressCustomerId": NO_CUSTOMER}, 422),
    ({"metadata": {str(number): "x" for number in range(51)}}, 400),
    ({"metadata": {"k" * 101: "x"}}, 400),
    ({"metadata": {"": "x"}}, 400),
    ({"metadata": {"k": "v" * 1001}}, 400),
    ({"metadata": {"k": 7}}, 400),
    ({"metadata": {"k": None}}, 400),
    ({"metadata": ["k"]}, 400),
    ({"metadata": None}, 400),
    ({"metadata": {"k": "\udc00"}}, 400),
    ({"studyViewerStatus": "complete"}, 400),
    ({"nonsense": 1}, 400),
]


@pytest.mark.parametrize(("wrong", "status"), BAD_CREATES)
def test_a_wrong_create(
    http: httpx.Client, emulator: EmbeddedEmulator, wrong: dict[str, Any], status: int
) -> None:
    refused(http.post(STUDIES, content=json.dumps({**GOOD, **wrong})), status)
    assert len(emulator.studies()) == 120


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_a_create_without_a_required_field(http: httpx.Client, missing: str) -> None:
    answer = http.post(STUDIES, json={name: GOOD[name] for name in GOOD if name != missing})
    refused(answer, 400)
    assert missing in answer.json()["message"]


def test_an_inactive_customer_gets_no_study(http: httpx.Client) -> None:
    customers = http.get("/v1/express", params={"limit": 100}).json()["expressCustomers"]
    closed = next(each for each in customers if not each["isActive"])
    body = {**GOOD, "expressCustomerId": closed["expressCustomerId"]}
    refused(http.post(STUDIES, json=body), 422)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"stat"',
        b"\xff\xfe",
        b'{"severity": NaN}',
        b'{"severity": "stat", "severity": "high"}',
        b"[" * 100_000,
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", STUDIES),
        ("PATCH", f"{STUDIES}/{NO_STUDY}"),
        ("POST", f"{STUDIES}/cancel"),
        ("POST", f"{STUDIES}/uncancel"),
        ("POST", f"{STUDIES}/reroute-url"),
    ],
)
def test_a_body_that_is_no_json_object(
    http: httpx.Client, method: str, path: str, body: bytes
) -> None:
    refused(http.request(method, path, content=body), 400)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"severity": "urgent"}, 400),
        ({"severity": None}, 400),
        ({"studyDescription": ""}, 400),
        ({"studyViewerStatus": "read"}, 400),
        ({"assignedTo": ""}, 400),
        ({"assignedTo": "me"}, 400),
        ({"assignedTo": NOBODY}, 422),
        ({"metadata": {"k": "v" * 1001}}, 400),
        ({"metadata": "k=v"}, 400),
        ({"expressCustomerId": NO_CUSTOMER}, 400),
        ({"studyInstanceUid": UID}, 400),
        ({"isCancelled": True}, 400),
    ],
)
def test_a_wrong_patch_changes_nothing(
    http: httpx.Client, emulator: EmbeddedEmulator, wrong: dict[str, Any], status: int
) -> None:
    before = emulator.studies()[0]
    right = {"severity": "stat"} if "severity" not in wrong else {"studyDescription": "CT"}
    answer = http.patch(f"{STUDIES}/{before['studyId']}", json={**right, **wrong})
    refused(answer, status)
    assert emulator.study(before["studyId"]) == before
    assert emulator.writes(before["studyId"]) == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (NO_STUDY, 404),
        ("stu_1234", 400),
        ("STU_" + "0" * 32, 400),
        (f"{NO_STUDY}%0A", 400),
        ("%ff%00", 400),
        ("by-uid/1.2.3", 404),
        ("by-uid/1.02.3", 400),
        ("by-uid/CT", 400),
    ],
)
def test_a_study_that_does_not_exist(http: httpx.Client, path: str, status: int) -> None:
    refused(http.get(f"{STUDIES}/{path}"), status)


@pytest.mark.parametrize("action", ["cancel", "uncancel", "reroute-url"])
@pytest.mark.parametrize(
    ("key", "status"),
    [
        ({}, 400),
        ({"studyId": NO_STUDY, "studyInstanceUid": UID}, 400),
        ({"studyId": None}, 400),
        ({"studyId": "stu_1"}, 400),
        ({"studyInstanceUid": "1"}, 400),
        ({"studyId": NO_STUDY}, 404),
        ({"studyInstanceUid": UID}, 404),
        ({"id": NO_STUDY}, 400),
    ],
)
def test_an_action_on_no_study(
    http: httpx.Client, action: str, key: dict[str, Any], status: int
) -> None:
    refused(http.post(f"{STUDIES}/{action}", json=key), status)


@pytest.mark.parametrize("path", [STUDIES, "/v1/viewer/users", "/v1/express"])
@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=2.5",
        "limit=",
        "limit=ten",
        "limit=1_0",
        "limit=%2B5",
        "limit=NaN",
        "limit=1e400",
        "limit=5&limit=6",
        "cursor=",
        "cursor=nonsense",
        "cursor=bnVsbA==",
        "cursor=eyJvZmZzZXQiOi0xfQ==",
        "cursor=eyJvZmZzZXQiOjEuNX0=",
        "sort=createdAt",
        "ASSIGNEDTO=",
    ],
)
def test_a_wrong_page(http: httpx.Client, path: str, query: str) -> None:
    refused(http.get(f"{path}?{query}"), 400)


@pytest.mark.parametrize("limit", ["20.0", "2e1", "20", "1", "100"])
def test_a_limit_is_a_json_number(http: httpx.Client, limit: str) -> None:
    assert len(http.get(STUDIES, params={"limit": limit}).json()["studies"]) == float(limit)


@pytest.mark.parametrize(
    "query",
    [
        "severity=",
        "severity=null",
        "severity=STAT",
        "severity=stat,high",
        "studyViewerStatus=open",
        "isCancelled=yes",
        "isCancelled=True",
        "isCancelled=0",
        "assignedTo=me",
        "assignedTo=usr_0",
        "assignedTo=None",
        "expressCustomerId=NULL",
        "severity=stat&severity=high",
    ],
)
def test_a_wrong_filter(http: httpx.Client, query: str) -> None:
    refused(http.get(f"{STUDIES}?{query}"), 400)


@pytest.mark.parametrize("query", ["level=boss", "invitedSource=mail", "severity=stat"])
def test_a_wrong_filter_of_users(http: httpx.Client, query: str) -> None:
    refused(http.get(f"/v1/viewer/users?{query}"), 400)
