"""The eight study operations, as a client without any knowledge of ours sees them."""

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from emulator.plain_http import client_at, client_of, fetch

STUDIES = "/v1/viewer/studies"
UID = "1.2.840.113619.2.55.3.604688119.868.1234567890.123"


def new_study(**fields: Any) -> dict[str, Any]:
    required = {"severity": "high", "studyDescription": "CT Chest", "studyInstanceUid": UID}
    return {**required, **fields}


def first(http: httpx.Client, **query: str) -> dict[str, Any]:
    studies: list[dict[str, Any]] = http.get(STUDIES, params=query).json()["studies"]
    return studies[0]


def walk(http: httpx.Client, **query: str) -> list[dict[str, Any]]:
    """Return every study of a list, page by page."""
    studies: list[dict[str, Any]] = []
    while True:
        page = http.get(STUDIES, params=query).json()
        studies += page["studies"]
        if not page["hasMore"]:
            assert "cursor" not in page
            return studies
        assert page["studies"]
        query["cursor"] = page["cursor"]


def test_a_created_study_is_stored_as_sent(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    user = emulator.users()[0]
    customer = emulator.customers()[0]
    sent = new_study(
        assignedTo=user["userId"],
        expressCustomerId=customer["expressCustomerId"],
        metadata={"department": "radiology", "priority": "urgent"},
    )
    answer = http.post(STUDIES, json=sent)
    assert answer.status_code == 201
    study = answer.json()
    assert study["studyInstanceUid"] == UID
    assert study["assignedTo"] == user
    assert study["expressCustomer"] == customer
    assert study["metadata"] == sent["metadata"]
    assert (study["severity"], study["studyViewerStatus"]) == ("high", "incomplete")
    assert (study["isCancelled"], study["cancelledAt"]) == (False, None)
    assert study["createdByApiKey"]["description"] == "Production API Key"
    assert http.get(f"{STUDIES}/{study['studyId']}").json() == study
    assert http.get(f"{STUDIES}/by-uid/{UID}").json() == study
    assert emulator.writes(study["studyId"]) == ["create"]


def test_the_list_is_paged_to_the_last_row(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    assert walk(http, limit="7") == emulator.studies()


def test_a_page_has_twenty_studies_unless_told_otherwise(http: httpx.Client) -> None:
    assert len(http.get(STUDIES).json()["studies"]) == 20


def test_an_exactly_full_last_page_says_that_it_is_the_last(http: httpx.Client) -> None:
    assert len(walk(http, limit="60")) == 120
    assert "cursor" in http.get(STUDIES, params={"limit": "60"}).json()


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ({"severity": "stat"}, lambda each: each["severity"] == "stat"),
        ({"studyViewerStatus": "complete"}, lambda each: each["studyViewerStatus"] == "complete"),
        ({"isCancelled": "true"}, lambda each: each["isCancelled"]),
        ({"isCancelled": "false"}, lambda each: not each["isCancelled"]),
        ({"isCancelled": "null"}, lambda _each: True),
        ({"assignedTo": ""}, lambda each: each["assignedTo"] is None),
        ({"assignedTo": "null"}, lambda each: each["assignedTo"] is None),
        ({"expressCustomerId": ""}, lambda each: each["expressCustomer"] is None),
        ({"expressCustomerId": "null"}, lambda each: each["expressCustomer"] is None),
        ({"studyDescription": "CHEST"}, lambda each: "chest" in each["studyDescription"].lower()),
        ({"studyDescription": "100%_"}, lambda _each: False),
        (
            {"studyDescription": "ct", "severity": "high", "isCancelled": "false"},
            lambda each: (
                "ct" in each["studyDescription"].lower()
                and each["severity"] == "high"
                and not each["isCancelled"]
            ),
        ),
    ],
)
def test_a_filter_lets_through_exactly_what_matches(
    http: httpx.Client, emulator: EmbeddedEmulator, query: dict[str, str], matches: Any
) -> None:
    assert walk(http, limit="9", **query) == [each for each in emulator.studies() if matches(each)]


def test_filters_by_person_and_by_customer(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    some = next(
        each for each in emulator.studies() if each["assignedTo"] and each["expressCustomer"]
    )
    user_id = some["assignedTo"]["userId"]
    customer_id = some["expressCustomer"]["expressCustomerId"]
    assert walk(http, assignedTo=user_id, expressCustomerId=customer_id) == [
        each
        for each in emulator.studies()
        if (each["assignedTo"] or {}).get("userId") == user_id
        and (each["expressCustomer"] or {}).get("expressCustomerId") == customer_id
    ]


def test_a_patch_changes_what_it_names_and_nothing_else(http: httpx.Client) -> None:
    before = first(http, isCancelled="false")
    path = f"{STUDIES}/{before['studyId']}"
    answer = http.patch(path, json={"severity": "stat", "studyDescription": "CT Head"})
    assert answer.status_code == 200
    after = answer.json()
    assert after["updatedAt"] > before["updatedAt"]
    changed = {"severity": "stat", "studyDescription": "CT Head", "updatedAt": after["updatedAt"]}
    assert after == {**before, **changed}
    assert http.get(path).json() == after


def test_null_unassigns_and_clears(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    some = next(each for each in emulator.studies() if each["assignedTo"] and each["metadata"])
    after = http.patch(
        f"{STUDIES}/{some['studyId']}", json={"assignedTo": None, "metadata": None}
    ).json()
    assert (after["assignedTo"], after["metadata"]) == (None, {})


def test_every_patch_moves_updated_at_even_when_the_clock_stands() -> None:
    with EmbeddedEmulator(studies=5, now="2026-03-15T10:30:00Z") as emulator:
        study_id = emulator.studies()[0]["studyId"]
        seen = [emulator.change(study_id, severity="high")["updatedAt"] for _ in range(3)]
        assert seen == sorted(set(seen))


@pytest.mark.parametrize("by", ["studyId", "studyInstanceUid"])
def test_cancel_and_uncancel(http: httpx.Client, emulator: EmbeddedEmulator, by: str) -> None:
    before = first(http, isCancelled="false")
    key = {by: before[by]}
    assert http.post(f"{STUDIES}/cancel", json=key).json()["success"] is True
    cancelled = emulator.study(before["studyId"])
    assert cancelled["isCancelled"]
    assert cancelled["cancelledAt"] is not None
    assert http.post(f"{STUDIES}/uncancel", json=key).json()["success"] is True
    restored = emulator.study(before["studyId"])
    assert restored == {**before, "updatedAt": restored["updatedAt"]}
    assert emulator.writes(before["studyId"]) == ["cancel", "uncancel"]


@pytest.mark.parametrize("by", ["studyId", "studyInstanceUid"])
def test_a_reroute_url_shows_the_study_without_the_key(
    http: httpx.Client, emulator: EmbeddedEmulator, by: str
) -> None:
    study = first(http)
    url = http.post(f"{STUDIES}/reroute-url", json={by: study[by]}).json()["url"]
    assert url.startswith(f"{emulator.base_url}/study/{study['studyId']}?token=")
    page = fetch(url)
    assert page.status_code == 200
    assert study["studyInstanceUid"] in page.text
    assert page.headers["cache-control"] == "no-store"


def test_a_viewer_link_is_refused_without_its_token(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    mine, other = http.get(STUDIES).json()["studies"][:2]
    key = {"studyId": mine["studyId"]}
    url = http.post(f"{STUDIES}/reroute-url", json=key).json()["url"]
    token = urlsplit(url).query
    deadline, _, mac = token.removeprefix("token=").partition(".")
    for path in (
        f"/study/{mine['studyId']}",
        f"/study/{mine['studyId']}?token=",
        f"/study/{mine['studyId']}?token=abc123",
        f"/study/{mine['studyId']}?token={int(deadline, 16) + 10**9:x}.{mac}",
        f"/study/{other['studyId']}?{token}",
        f"/study/stu_unknown?{token}",
    ):
        page = fetch(f"{emulator.base_url}{path}")
        assert page.status_code == 403, path
        assert mine["studyInstanceUid"] not in page.text
    # The API key is no token.
    assert http.get(f"/study/{mine['studyId']}").status_code == 403


def test_a_viewer_link_expires_and_stays_expired() -> None:
    with (
        EmbeddedEmulator(studies=3, now="2026-03-15T10:30:00Z") as emulator,
        client_of(emulator) as http,
    ):
        key = {"studyId": first(http)["studyId"]}
        url = http.post(f"{STUDIES}/reroute-url", json=key).json()["url"]
        emulator.clock.advance(299)
        assert fetch(url).status_code == 200
        emulator.clock.advance(1)
        for _ in range(2):
            assert fetch(url).status_code == 403


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer sk_live_wrong", "Basic c2tfbGl2ZQ==", "{key}"],
)
def test_nothing_is_answered_without_the_key(
    emulator: EmbeddedEmulator, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header.format(key=emulator.api_key)}
    known = emulator.studies()[0]["studyId"]
    with client_at(emulator.base_url, headers) as client:
        for method, path in (
            ("GET", STUDIES),
            ("GET", f"{STUDIES}/{known}"),
            ("PATCH", f"{STUDIES}/{known}"),
            ("POST", f"{STUDIES}/cancel"),
            ("GET", "/v1/viewer/users"),
            ("GET", "/v1/express"),
            ("GET", "/anything"),
        ):
            answer = client.request(method, path)
            assert answer.status_code == 401
            assert answer.json()["message"]
    assert emulator.writes(known) == []


def test_unknown_paths_and_methods_are_refused_in_json(http: httpx.Client) -> None:
    for method, path, status in (
        ("GET", "/v1/viewer/nothing", 404),
        ("DELETE", f"{STUDIES}/stu_{'0' * 32}", 405),
        ("PUT", STUDIES, 405),
        ("GET", f"{STUDIES}/", 404),
    ):
        answer = http.request(method, path)
        assert answer.status_code == status
        assert answer.json()["message"]


def test_the_date_of_an_answer_is_the_emulators_own() -> None:
    with EmbeddedEmulator(studies=3, now="2026-03-15T10:30:00Z") as emulator:
        answer = fetch(emulator.base_url)
        assert answer.headers.get_list("date") == ["Sun, 15 Mar 2026 10:30:00 GMT"]
