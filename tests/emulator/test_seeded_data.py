"""Seeded studies: reproducible, valid, and such as a radiology department has."""

import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator

NOW = "2026-03-15T10:30:00Z"


def seeded(studies: int, seed: int = 1) -> list[dict[str, Any]]:
    with EmbeddedEmulator(studies=studies, seed=seed, now=NOW) as emulator:
        return emulator.studies()


@pytest.fixture(scope="module")
def department() -> list[dict[str, Any]]:
    return seeded(4_000)


def is_open(study: dict[str, Any]) -> bool:
    return study["studyViewerStatus"] == "incomplete" and not study["isCancelled"]


def age_minutes(study: dict[str, Any], field: str = "createdAt") -> float:
    at = datetime.fromisoformat(study[field])
    return (datetime(2026, 3, 15, 10, 30, tzinfo=UTC) - at).total_seconds() / 60


def test_the_number_and_the_seed_decide() -> None:
    assert seeded(50, seed=3) == seeded(50, seed=3)
    assert seeded(50, seed=3) != seeded(50, seed=4)


@pytest.mark.parametrize("number", [0, 1, 2, 9, 10, 37, 120])
def test_there_are_as_many_as_asked_for(number: int) -> None:
    assert len(seeded(number)) == number


@pytest.mark.parametrize("number", [10, 40, 120])
def test_even_a_small_department_has_an_open_stat_study(number: int) -> None:
    assert any(each["severity"] == "stat" and is_open(each) for each in seeded(number))


def test_identifiers_are_valid_and_distinct(department: list[dict[str, Any]]) -> None:
    ids = {each["studyId"] for each in department}
    uids = {each["studyInstanceUid"] for each in department}
    assert len(ids) == len(uids) == len(department)
    assert all(re.fullmatch(r"stu_[0-9a-f]{32}", each) for each in ids)
    assert all(len(uid) <= 64 for uid in uids)
    assert all(re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+", uid) for uid in uids)


def test_most_is_routine_and_little_is_stat(department: list[dict[str, Any]]) -> None:
    waiting = Counter(each["severity"] for each in department if is_open(each))
    share = {severity: number / waiting.total() for severity, number in waiting.items()}
    assert 0.05 < share["stat"] < 0.08
    assert 0.15 < share["high"] < 0.25
    assert share["normal"] > 0.65


def test_some_are_cancelled_and_most_old_ones_complete(department: list[dict[str, Any]]) -> None:
    cancelled = sum(each["isCancelled"] for each in department) / len(department)
    assert 0.02 < cancelled < 0.08
    old = [each for each in department if age_minutes(each) > 36 * 60]
    assert sum(each["studyViewerStatus"] == "complete" for each in old) / len(old) > 0.8


def test_the_more_urgent_the_younger_with_a_few_overdue(department: list[dict[str, Any]]) -> None:
    due = {"stat": 30, "high": 60, "normal": 24 * 60}
    medians = []
    for severity, minutes in due.items():
        ages = sorted(
            age_minutes(each)
            for each in department
            if is_open(each) and each["severity"] == severity
        )
        overdue = sum(age > minutes for age in ages) / len(ages)
        assert 0.01 < overdue < 0.25, severity
        medians.append(ages[len(ages) // 2])
    assert medians == sorted(medians)


def test_no_time_lies_in_the_future_or_before_the_creation(
    department: list[dict[str, Any]],
) -> None:
    for each in department:
        assert 0 <= age_minutes(each, "updatedAt") <= age_minutes(each)
        assert (each["cancelledAt"] is not None) == each["isCancelled"]


def test_assignments_are_those_of_a_department(department: list[dict[str, Any]]) -> None:
    waiting = [each for each in department if is_open(each)]
    unassigned = sum(each["assignedTo"] is None for each in waiting) / len(waiting)
    assert 0.25 < unassigned < 0.45
    assert all(each["assignedTo"] for each in department if each["studyViewerStatus"] == "complete")
    mine = sum((each["assignedTo"] or {}).get("userId") == DEMO_USER_ID for each in waiting)
    assert 0.03 < mine / len(waiting) < 0.2


@pytest.mark.parametrize("seed", range(5))
def test_the_demo_user_has_work_whatever_the_seed(seed: int) -> None:
    mine = [
        each
        for each in seeded(120, seed)
        if is_open(each) and (each["assignedTo"] or {}).get("userId") == DEMO_USER_ID
    ]
    assert mine


def test_metadata_agrees_with_the_description(department: list[dict[str, Any]]) -> None:
    words = {"CT": "CT ", "MR": "MR", "US": "US ", "DX": "XR ", "MG": "Mammogram"}
    described = [each for each in department if each["metadata"]]
    assert len(described) > 0.9 * len(department)
    for each in described:
        metadata = each["metadata"]
        assert {"modality", "accessionNumber", "department", "referringSite", "examEnd"} <= set(
            metadata
        )
        assert each["studyDescription"].startswith(words.get(metadata["modality"], ""))
        assert datetime.fromisoformat(metadata["examEnd"]) < datetime.fromisoformat(
            each["createdAt"]
        )
