"""Life in the department: reproducible, balanced, and seen by every client."""

from collections import Counter
from typing import Any

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from emulator.plain_http import client_of
from emulator.raw_socket import eventually

NOW = "2026-03-15T10:30:00Z"
STUDIES = "/v1/viewer/studies"


def lived(steps: int, seed: int = 1) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the studies before and after ``steps`` events."""
    with EmbeddedEmulator(studies=200, seed=seed, now=NOW) as emulator:
        before = emulator.studies()
        emulator.live(steps)
        return before, emulator.studies()


def test_the_seed_decides_what_happens() -> None:
    assert lived(300) == lived(300)
    assert lived(300) != lived(300, seed=2)


@pytest.fixture(scope="module")
def day() -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """The studies, by id, before and after a thousand events."""
    before, after = lived(1_000)
    return {each["studyId"]: each for each in before}, {each["studyId"]: each for each in after}


def test_studies_arrive_and_some_are_stat(day: Any) -> None:
    before, after = day
    arrived = [after[study_id] for study_id in after.keys() - before.keys()]
    assert 250 < len(arrived) < 450
    assert {each["severity"] for each in arrived} == {"normal", "high", "stat"}
    assert before.keys() <= after.keys()


def test_others_claim_read_escalate_reassign_cancel_and_restore(day: Any) -> None:
    before, after = day
    seen: Counter[str] = Counter()
    for study_id, old in before.items():
        new = after[study_id]
        seen["claimed"] += old["assignedTo"] is None and new["assignedTo"] is not None
        seen["reassigned"] += bool(old["assignedTo"]) and new["assignedTo"] != old["assignedTo"]
        seen["read"] += new["studyViewerStatus"] != old["studyViewerStatus"]
        seen["escalated"] += new["severity"] != old["severity"]
        seen["cancelled"] += new["isCancelled"] > old["isCancelled"]
        seen["restored"] += new["isCancelled"] < old["isCancelled"]
        if new != old:
            assert new["updatedAt"] > old["updatedAt"]
    assert {"claimed", "reassigned", "read", "escalated", "restored"} <= set(+seen)
    assert any(each["isCancelled"] for each in after.values() if each["studyId"] not in before)


def test_nobody_reads_the_demo_users_studies_for_them(day: Any) -> None:
    before, after = day
    for study_id, old in before.items():
        is_mine = (old["assignedTo"] or {}).get("userId") == DEMO_USER_ID
        if is_mine and after[study_id]["assignedTo"] == old["assignedTo"]:
            assert after[study_id]["studyViewerStatus"] == old["studyViewerStatus"]


def test_the_open_work_neither_vanishes_nor_grows_without_end(day: Any) -> None:
    def waiting(studies: Any) -> int:
        return sum(
            each["studyViewerStatus"] == "incomplete" and not each["isCancelled"]
            for each in studies.values()
        )

    before, after = day
    assert 0.5 < waiting(after) / waiting(before) < 2.5


def test_what_others_do_is_no_write_of_the_api() -> None:
    with EmbeddedEmulator(studies=20) as emulator:
        emulator.live(100)
        assert all(emulator.writes(each["studyId"]) == [] for each in emulator.studies())


def test_every_client_sees_the_same_life() -> None:
    with (
        EmbeddedEmulator(studies=20, arrivals_per_minute=60_000) as emulator,
        client_of(emulator) as one,
        client_of(emulator) as another,
    ):

        def newest(client: Any) -> str:
            (study,) = client.get(STUDIES, params={"limit": 1}).json()["studies"]
            return str(study["createdAt"])

        first = newest(one)
        eventually(lambda: newest(another) > first)
        study_id = one.get(STUDIES).json()["studies"][0]["studyId"]
        one.patch(f"{STUDIES}/{study_id}", json={"studyDescription": "Seen by one"})
        seen = another.get(f"{STUDIES}/{study_id}").json()
        assert seen["studyDescription"] == "Seen by one"


def test_an_empty_department_comes_to_life() -> None:
    with EmbeddedEmulator(studies=0) as emulator:
        emulator.live(50)
        assert emulator.studies()


def test_life_goes_on_after_a_restart_without_repeating_itself(tmp_path: Any) -> None:
    for _ in range(3):
        with EmbeddedEmulator(studies=5, database=tmp_path / "life.db") as emulator:
            emulator.live(60)
            ids = [each["studyId"] for each in emulator.studies()]
            assert len(set(ids)) == len(ids)
