"""The control endpoints: what a test in another language needs."""

import httpx
import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from emulator.plain_http import fetch

STUDIES = "/v1/viewer/studies"


def test_arming_and_disarming(http: httpx.Client) -> None:
    body = {"kind": "status-503", "count": 2, "operation": "studies.list"}
    assert http.post("/_emulator/faults", json=body).status_code == 204
    assert http.get("/v1/express").status_code == 200
    assert http.get(STUDIES).status_code == 503
    faults = http.get("/_emulator/faults").json()
    assert faults["armed"] == [{**body, "count": 1}]
    assert faults["kinds"]["status-503"]["isApplied"] is False
    assert faults["kinds"]["status-503-after-write"]["isApplied"] is True
    assert http.delete("/_emulator/faults").status_code == 204
    assert http.get(STUDIES).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "nonsense"},
        {"kind": "status-503", "count": 0},
        {"kind": "status-503", "count": "two"},
        {"kind": "status-503", "operation": "studies.nonsense"},
        {"kind": "status-503", "rate": 1},
    ],
)
def test_a_wrong_order_is_refused(http: httpx.Client, body: dict[str, object]) -> None:
    answer = http.post("/_emulator/faults", json=body)
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert http.get(STUDIES).status_code == 200


def test_the_record_of_requests(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    study_id = emulator.studies()[0]["studyId"]
    http.get(STUDIES, params={"severity": "stat"})
    http.patch(f"{STUDIES}/{study_id}", json={"severity": "stat"})
    record = http.get("/_emulator/requests").json()
    assert record["counts"] == {"studies.list": 1, "studies.update": 1}
    listed, updated = record["requests"]
    assert (listed["method"], listed["query"], listed["status"]) == ("GET", "severity=stat", 200)
    assert (updated["path"], updated["body"]) == (f"{STUDIES}/{study_id}", '{"severity":"stat"}')
    assert emulator.api_key not in str(record)
    assert http.get(f"/_emulator/writes/{study_id}").json() == {
        "writes": [{"operation": "update", "author": "api"}]
    }
    http.delete("/_emulator/requests")
    assert http.get("/_emulator/requests").json() == {"counts": {}, "requests": []}


def test_the_switches(http: httpx.Client) -> None:
    first = http.get(STUDIES).json()["studies"]
    assert http.get("/_emulator/switches").json()["order"] == "newest"
    changed = http.patch("/_emulator/switches", json={"order": "oldest", "rate-limit": 0})
    assert changed.json()["order"] == "oldest"
    assert http.get(STUDIES).json()["studies"] != first
    assert http.patch("/_emulator/switches", json={"order": "random"}).status_code == 400
    wrong = {"cursors": "keyset", "nothing": "x"}
    assert http.patch("/_emulator/switches", json=wrong).status_code == 400
    assert http.get("/_emulator/switches").json()["cursors"] == "offset"


def test_the_clock(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    key = {"studyId": emulator.studies()[0]["studyId"]}
    url = http.post(f"{STUDIES}/reroute-url", json=key).json()["url"]
    assert fetch(url).status_code == 200
    assert http.post("/_emulator/clock", json={"advance": 301}).status_code == 204
    assert fetch(url).status_code == 403
    assert http.post("/_emulator/clock", json={"advance": "soon"}).status_code == 400


def test_the_key_is_asked_for_and_faults_leave_control_alone(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    for path in ("faults", "requests", "switches", "writes/stu_0"):
        assert fetch(f"{emulator.base_url}/_emulator/{path}").status_code == 401
    emulator.arm("status-503")
    assert http.get("/_emulator/faults").status_code == 200
    assert http.get(STUDIES).status_code == 503
