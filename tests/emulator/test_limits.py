"""What is just allowed, what is taken already, and what is done already."""

import gc
import socket
import sys
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator

STUDIES = "/v1/viewer/studies"
GOOD: dict[str, Any] = {
    "severity": "high",
    "studyDescription": "CT Chest",
    "studyInstanceUid": "1.2.840.113619.2.55.3.604688119.868.1234567890.123",
}


def refused(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.json()["message"].endswith(".")


@pytest.mark.parametrize(
    "field",
    [
        {"metadata": {str(number): "x" for number in range(50)}},
        {"metadata": {"k" * 100: "v" * 1000}},
        {"metadata": {"schlüssel": "läsion 🩻"}},
        {"metadata": {}},
        {"studyDescription": "x"},
        {"studyInstanceUid": "1." + "2" * 62},
        {"studyInstanceUid": "0.0"},
    ],
)
def test_what_is_just_allowed_is_stored(http: httpx.Client, field: dict[str, Any]) -> None:
    answer = http.post(STUDIES, json={**GOOD, **field})
    assert answer.status_code == 201
    assert field.items() <= answer.json().items()


def test_a_second_study_with_the_same_uid(http: httpx.Client) -> None:
    assert http.post(STUDIES, json=GOOD).status_code == 201
    refused(http.post(STUDIES, json=GOOD), 409)


def test_cancelling_twice_and_restoring_twice(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    study_id = next(each["studyId"] for each in emulator.studies() if not each["isCancelled"])
    key = {"studyId": study_id}
    refused(http.post(f"{STUDIES}/uncancel", json=key), 409)
    assert http.post(f"{STUDIES}/cancel", json=key).status_code == 200
    refused(http.post(f"{STUDIES}/cancel", json=key), 409)
    assert http.post(f"{STUDIES}/uncancel", json=key).status_code == 200
    refused(http.post(f"{STUDIES}/uncancel", json=key), 409)
    assert emulator.writes(study_id) == ["cancel", "uncancel"]


def test_a_cursor_past_the_end_is_an_empty_last_page(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    cursor = http.get(STUDIES, params={"limit": 100}).json()["cursor"]
    for study in emulator.studies()[100:]:
        emulator.delete(study["studyId"])
    page = http.get(STUDIES, params={"limit": 100, "cursor": cursor}).json()
    assert page == {"studies": [], "hasMore": False}


def test_a_body_that_is_too_large(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    refused(http.post(STUDIES, content=b" " * 2_000_000), 413)
    assert http.get(STUDIES).status_code == 200
    assert emulator.count("studies.create") == 1


@pytest.mark.filterwarnings("always::ResourceWarning")
def test_no_connection_is_left_open_that_came_while_the_emulator_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left_open: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", left_open.append)
    for _ in range(20):
        with EmbeddedEmulator(studies=1, seed=1) as emulator:
            parts = urlsplit(emulator.base_url)
            waiting = [
                socket.create_connection((str(parts.hostname), parts.port or 0)) for _ in range(6)
            ]
        for each in waiting:
            each.close()
        gc.collect()
    assert not left_open
