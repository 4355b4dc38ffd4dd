"""Each switch of undocumented behaviour does what its name says."""

import base64
import json
from datetime import datetime
from typing import Any

import httpx
import pytest

from avara_tui.emulator.behaviour import Behaviour
from avara_tui.emulator.embedded import EmbeddedEmulator

STUDIES = "/v1/viewer/studies"


def ids(http: httpx.Client, **query: str) -> list[str]:
    """Return the study ids of a whole list, page by page."""
    found: list[str] = []
    while True:
        page = http.get(STUDIES, params=query).json()
        found += [each["studyId"] for each in page["studies"]]
        if "cursor" not in page:
            return found
        query["cursor"] = page["cursor"]


def test_metadata_is_replaced_or_merged(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    study_id = emulator.studies()[0]["studyId"]
    emulator.change(study_id, metadata={"a": "1", "b": "2"})

    def patched(metadata: dict[str, str] | None) -> Any:
        return http.patch(f"{STUDIES}/{study_id}", json={"metadata": metadata}).json()["metadata"]

    assert patched({"b": "3"}) == {"b": "3"}
    emulator.switch("metadata", "merge")
    assert patched({"a": "4"}) == {"a": "4", "b": "3"}
    assert patched({}) == {"a": "4", "b": "3"}
    assert patched(None) == {}


def test_merging_does_not_exceed_fifty_pairs(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    emulator.switch("metadata", "merge")
    study_id = emulator.studies()[0]["studyId"]
    emulator.change(study_id, metadata=None)
    full = {str(number): "x" for number in range(50)}
    path = f"{STUDIES}/{study_id}"
    assert http.patch(path, json={"metadata": full}).status_code == 200
    assert http.patch(path, json={"metadata": {"7": "y"}}).status_code == 200
    assert http.patch(path, json={"metadata": {"one more": "x"}}).status_code == 400
    assert emulator.study(study_id)["metadata"] == {**full, "7": "y"}


def test_an_offset_cursor_is_as_published_and_loses_rows_of_a_moving_list(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    page = http.get(STUDIES).json()
    assert json.loads(base64.b64decode(page["cursor"])) == {"offset": 20}
    emulator.delete(page["studies"][0]["studyId"])
    rest = ids(http, cursor=page["cursor"])
    assert len(page["studies"]) + len(rest) == 120 - 1


def test_a_keyset_cursor_loses_none(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    emulator.switch("cursors", "keyset")
    everything = ids(http)
    assert everything == [each["studyId"] for each in emulator.studies()]
    page = http.get(STUDIES).json()
    emulator.delete(page["studies"][0]["studyId"])
    emulator.create(severity="stat", studyDescription="CT Head", studyInstanceUid="1.2.3")
    assert ids(http, cursor=page["cursor"]) == everything[20:]


@pytest.mark.parametrize("cursors", ["offset", "keyset"])
def test_the_order_of_the_list(
    http: httpx.Client, emulator: EmbeddedEmulator, cursors: str
) -> None:
    emulator.switch("cursors", cursors)
    newest = [each["studyId"] for each in emulator.studies()]
    by_update = sorted(emulator.studies(), key=lambda each: str(each["updatedAt"]), reverse=True)
    assert ids(http) == newest
    emulator.switch("order", "oldest")
    assert ids(http) == newest[::-1]
    emulator.switch("order", "shuffled")
    shuffled = ids(http)
    assert shuffled not in (newest, newest[::-1])
    assert sorted(shuffled) == sorted(newest)
    emulator.switch("order", "updated")
    updated = [emulator.study(each)["updatedAt"] for each in ids(http)]
    assert updated == [each["updatedAt"] for each in by_update]
    emulator.change(newest[50], severity="high")
    assert ids(http)[0] == newest[50]
    created = emulator.create(severity="stat", studyDescription="CT", studyInstanceUid="1.2.3")
    assert ids(http)[:2] == [created["studyId"], newest[50]]
    emulator.switch("order", "newest")
    assert ids(http) == [created["studyId"], *newest]


def test_a_list_with_ties_that_counts_rows_serves_as_many_twice_as_never(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    everything = {each["studyId"] for each in emulator.studies()}
    emulator.switch("order", "ties")
    emulator.switch("tie-seconds", "36000")
    found = ids(http)
    repeated = len(found) - len(set(found))
    assert repeated > 0
    assert len(everything - set(found)) == repeated
    assert len(found) == len(everything)
    assert ids(http) == found, "nothing changed, and so nothing does in the answers"
    assert ids(http, limit="100") != found
    times = [datetime.fromisoformat(str(emulator.study(each)["createdAt"])) for each in found]
    assert times != sorted(times, reverse=True)
    coarse = [each.timestamp() // 36_000 for each in times]
    assert coarse == sorted(coarse, reverse=True)


def test_a_list_with_ties_that_goes_on_after_a_time_loses_studies_and_repeats_none(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    everything = {each["studyId"] for each in emulator.studies()}
    emulator.switch("order", "ties")
    emulator.switch("cursors", "keyset")
    emulator.switch("tie-seconds", "36000")
    found = ids(http)
    assert len(found) == len(set(found)) < len(everything)


@pytest.mark.parametrize("cursors", ["offset", "keyset"])
def test_times_that_are_fine_enough_leave_no_ties(
    http: httpx.Client, emulator: EmbeddedEmulator, cursors: str
) -> None:
    everything = {each["studyId"] for each in emulator.studies()}
    emulator.switch("order", "ties")
    emulator.switch("cursors", cursors)
    emulator.switch("tie-seconds", "0.001")
    found = ids(http)
    assert len(found) == len(everything)
    assert set(found) == everything


def test_a_page_need_not_say_has_more(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    emulator.switch("has-more", "never")
    assert sorted(http.get(STUDIES).json()) == ["cursor", "studies"]
    assert len(ids(http)) == 120


def test_null_filters_can_be_lost(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    assert len(ids(http, assignedTo="")) < 120
    emulator.switch("null-filters", "ignored")
    for name in ("assignedTo", "expressCustomerId"):
        for null in ("", "null"):
            assert len(ids(http, **{name: null})) == 120


def test_cancelled_studies_can_be_left_out_by_default(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    cancelled = sum(each["isCancelled"] for each in emulator.studies())
    emulator.switch("cancelled-by-default", "excluded")
    assert len(ids(http)) == 120 - cancelled
    assert len(ids(http, isCancelled="true")) == cancelled


def test_the_contains_match_can_mind_case(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    emulator.create(severity="stat", studyDescription="CT Éclair", studyInstanceUid="1.2.3")
    assert len(ids(http, studyDescription="éCLAIR")) == 1
    emulator.switch("description-case", "exact")
    assert ids(http, studyDescription="éCLAIR") == []
    assert len(ids(http, studyDescription="Éclair")) == 1


def test_a_uid_can_be_taken_twice(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    emulator.switch("duplicate-uids", "accepted")
    emulator.switch("created-status", "200")
    study = {"severity": "high", "studyDescription": "CT", "studyInstanceUid": "1.2.3"}
    first, second = (http.post(STUDIES, json=study) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["studyId"] != second.json()["studyId"]
    assert http.get(f"{STUDIES}/by-uid/1.2.3").json() == first.json()


def test_a_cancel_can_be_refused_with_success_false(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    emulator.switch("cancel-refusals", "success-false")
    study = emulator.studies()[0]
    for action in ("uncancel",) if not study["isCancelled"] else ("cancel",):
        answer = http.post(f"{STUDIES}/{action}", json={"studyId": study["studyId"]})
        assert answer.status_code == 200
        assert answer.json()["success"] is False
        assert answer.json()["message"]
    missing = http.post(f"{STUDIES}/cancel", json={"studyId": "stu_" + "0" * 32})
    assert missing.status_code == 404


def test_a_cancelled_study_can_be_closed_to_edits(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    study_id = next(each["studyId"] for each in emulator.studies() if each["isCancelled"])
    path = f"{STUDIES}/{study_id}"
    assert http.patch(path, json={"severity": "high"}).status_code == 200
    emulator.switch("cancelled-edits", "refused")
    assert http.patch(path, json={"severity": "stat"}).status_code == 409
    assert emulator.study(study_id)["severity"] == "high"


@pytest.mark.parametrize(
    ("shape", "kind"),
    [("json", "application/json"), ("text", "text/plain"), ("html", "text/html"), ("empty", "")],
)
def test_the_shape_of_errors(
    http: httpx.Client, emulator: EmbeddedEmulator, shape: str, kind: str
) -> None:
    emulator.switch("error-bodies", shape)
    answer = http.get(f"{STUDIES}/stu_<script>")
    assert answer.status_code == 400
    assert answer.headers.get("content-type", "").split(";")[0] == kind
    assert bool(answer.content) == (shape != "empty")
    assert "<script>" not in answer.text


def test_the_life_of_a_viewer_link_can_be_set(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    emulator.switch("viewer-link-seconds", "0")
    key = {"studyId": emulator.studies()[0]["studyId"]}
    url = http.post(f"{STUDIES}/reroute-url", json=key).json()["url"]
    assert http.get(url).status_code == 403


def test_the_rate_limit_refuses_what_exceeds_it_and_says_when_to_come_back(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    emulator.switch("rate-limit", "3")
    answers = [http.get(STUDIES) for _ in range(12)]
    admitted = [each for each in emulator.requests if each.status == 200]
    assert any(each.status_code == 429 for each in answers)
    for answer in answers:
        if answer.status_code == 429:
            assert answer.headers["retry-after"] == "1"
    # Whatever the speed of this machine: no four admitted requests lie within one second.
    for earlier, later in zip(admitted, admitted[3:], strict=False):
        assert later.at - earlier.at >= 1.0
    emulator.switch("rate-limit", "0")
    assert http.get(STUDIES).status_code == 200


def test_a_slow_rate_spans_several_seconds(http: httpx.Client, emulator: EmbeddedEmulator) -> None:
    emulator.switch("rate-limit", "0.01")
    assert http.get(STUDIES).status_code == 200
    refused = http.get(STUDIES)
    assert refused.status_code == 429
    assert 90 < int(refused.headers["retry-after"]) <= 100


def test_a_wrong_switch_is_refused_with_the_choices() -> None:
    with pytest.raises(ValueError, match="replace, merge"):
        Behaviour().set("metadata", "mix")
    with pytest.raises(ValueError, match="cancelled-by-default"):
        Behaviour().set("nothing", "x")
    for number in ("-1", "inf", "nan", "fast"):
        with pytest.raises(ValueError, match="from 0 up"):
            Behaviour().set("rate-limit", number)


def test_what_is_documented_without_a_switch(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    assert len(ids(http, studyDescription="")) == 120
    before = emulator.studies()[0]
    path = f"{STUDIES}/{before['studyId']}"
    after = http.patch(path, json={}).json()
    assert after["updatedAt"] > before["updatedAt"]
    assert after == {**before, "updatedAt": after["updatedAt"]}
    body = {"severity": "high", "studyDescription": "CT", "studyInstanceUid": "1.2.3"}
    nothing = {"assignedTo": None, "expressCustomerId": None}
    created = http.post(STUDIES, content=json.dumps({**body, **nothing})).json()
    assert (created["assignedTo"], created["expressCustomer"]) == (None, None)
    filtered = http.get(STUDIES, params={"severity": "stat", "limit": 1}).json()
    other = {"severity": "normal", "cursor": filtered["cursor"]}
    assert http.get(STUDIES, params=other).status_code == 200


def test_a_user_without_access_stays_on_studies_and_gets_no_new_ones(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    study = next(each for each in emulator.studies() if each["assignedTo"])
    user = study["assignedTo"]
    revoked = http.post("/v1/viewer/users/revoke-access", json={"userId": user["userId"]})
    assert revoked.status_code == 200
    assert http.get(f"{STUDIES}/{study['studyId']}").json()["assignedTo"] == user
    listed = http.get("/v1/viewer/users", params={"limit": 100}).json()["users"]
    assert user["userId"] not in {each["userId"] for each in listed}
    assert http.get(f"/v1/viewer/users/{user['userId']}").status_code == 200
    other = {"assignedTo": user["userId"]}
    refused = http.patch(f"{STUDIES}/{emulator.studies()[5]['studyId']}", json=other)
    assert refused.status_code == 422


def test_a_share_of_the_studies_can_lack_the_time_of_creation(
    http: httpx.Client, emulator: EmbeddedEmulator
) -> None:
    before = ids(http)

    def untimed() -> set[str]:
        return {each["studyId"] for each in emulator.studies() if each["createdAt"] is None}

    assert untimed() == set()
    emulator.switch("untimed", "0.25")
    some = untimed()
    assert len(some) == pytest.approx(30, abs=2)
    assert untimed() == some
    assert ids(http) == before, "they stay where they were"
    for study_id in before:
        read = http.get(f"{STUDIES}/{study_id}").json()
        assert (read["createdAt"] is None) == (study_id in some)
    emulator.switch("untimed", "1")
    assert untimed() == set(before)
