"""What is understood of an answer that is not quite what the contract says, and what is not."""

import json
from typing import Any

import pytest

from api.raw_server import study_json
from avara_tui.api import parse, shared
from avara_tui.api.parse import Parser
from avara_tui.study import NO_METADATA, ApiKeyRef, CustomerRef, Study, UserRef

REQUIRED = (
    "studyId",
    "studyInstanceUid",
    "studyDescription",
    "severity",
    "studyViewerStatus",
    "isCancelled",
)


def study_of(**changes: object) -> Study | None:
    return Parser().study(json.dumps(study_json(**changes)).encode())


def good(**changes: object) -> Study:
    study = study_of(**changes)
    assert study is not None
    return study


def test_a_key_of_tomorrow_is_left_aside() -> None:
    assert good(priorityScore={"a": [1]}) == good()


def test_a_value_of_tomorrow_is_kept_as_it_came() -> None:
    study = good(severity="Critical!", studyViewerStatus="in-review")
    assert (study.severity, study.status) == ("Critical!", "in-review")


@pytest.mark.parametrize("key", sorted(set(study_json()) - set(REQUIRED)))
def test_any_other_key_may_be_missing_or_null(key: str) -> None:
    row = study_json()
    del row[key]
    study = Parser().study(json.dumps(row).encode())
    assert study is not None
    assert study == good(**{key: None})


@pytest.mark.parametrize(("cancelled_at", "expected"), [(None, False), ("2024-03-15T10:30Z", True)])
def test_a_null_cancellation_is_known_by_its_time(
    cancelled_at: str | None, *, expected: bool
) -> None:
    assert good(isCancelled=None, cancelledAt=cancelled_at).is_cancelled is expected


@pytest.mark.parametrize("study_id", [None, "", 7, True, [], {}, "stu_\ud800"])
def test_what_has_no_id_is_no_study(study_id: object) -> None:
    assert study_of(studyId=study_id) is None


@pytest.mark.parametrize("value", [7, True, {}, [], "soon", "2024-03-15", ""])
def test_a_time_that_is_none_is_not_known(value: object) -> None:
    study = good(createdAt=value, updatedAt=value, cancelledAt=value)
    assert (study.created_at, study.updated_at, study.cancelled_at) == (None, None, None)


@pytest.mark.parametrize("value", ["somebody", 7, [], {"userId": 7}, {"userId": {}}])
def test_an_unclear_creator_costs_no_study(value: object) -> None:
    study = good(createdByUser=value, createdByApiKey=value)
    assert (study.created_by_user, study.created_by_key) == (None, None)
    assert study.unreadable == ("created_by_user", "created_by_key")
    assert study._replace(created_by_key=good().created_by_key, unreadable=()) == good()


def test_metadata_of_other_types_become_text() -> None:
    study = good(metadata={"a": 1, "b": None, "c": True, "d": {"e": ["\u00fc"]}, "f": "g"})
    assert study.unreadable == ("metadata",)
    assert study.metadata == {"a": "1", "b": "", "c": "true", "d": '{"e": ["\u00fc"]}', "f": "g"}


@pytest.mark.parametrize("metadata", [None, {}])
def test_studies_without_metadata_share_the_lack_of_it(metadata: object) -> None:
    assert good(metadata=metadata).metadata is NO_METADATA


def test_half_a_surrogate_pair_costs_one_character() -> None:
    row = json.dumps(study_json(studyDescription="\ud83d CT", metadata={"k\udc00": "\ud83d"}))
    study = Parser().study(row.encode())
    assert study is not None
    assert study.description == "\ufffd CT"
    assert study.metadata == {"k\ufffd": "\ufffd"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_other_encodings_of_json_are_read(encoding: str) -> None:
    row = json.dumps(study_json(studyDescription="Sch\u00e4del"), ensure_ascii=False)
    study = Parser().study(row.encode(encoding))
    assert study == good(studyDescription="Sch\u00e4del")


def test_bytes_that_are_no_utf8_cost_one_character() -> None:
    row = json.dumps(study_json(studyDescription="Sch\u00e4del"), ensure_ascii=False)
    study = Parser().study(row.encode("latin-1"))
    assert study == good(studyDescription="Sch\ufffddel")


def test_the_raw_text_of_the_server_is_kept() -> None:
    text = "CT\x1b[31m\u202e \u0000[red] "
    assert good(studyDescription=text).description == text


def page(*rows: object, **envelope: object) -> bytes:
    return json.dumps({"studies": rows, "hasMore": False} | envelope).encode()


def test_a_good_answer_is_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "load_object", None)
    listing = Parser().studies(page(study_json(), study_json(assignedTo=None)))
    assert listing is not None
    assert (len(listing.rows), listing.unreadable) == (2, 0)
    assert Parser().study(json.dumps(study_json()).encode()) == listing.rows[0]


def test_a_good_study_is_read_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Parser, "_one_by_one", None)
    assert Parser().study(json.dumps(study_json()).encode()) is not None


def test_a_customer_without_a_name_is_shown_without_one() -> None:
    customer = good(expressCustomer={"expressCustomerId": "cus_1"}).customer
    assert customer == CustomerRef("cus_1", "")
    user = good(assignedTo={"userId": "usr_1"}).assignee
    assert user == UserRef("usr_1", "")
    key = good(createdByApiKey={"apiKeyId": "1"}).created_by_key
    assert key == ApiKeyRef("1", "")


def test_the_fast_and_the_slow_way_read_the_same() -> None:
    rows = [study_json(studyId=f"stu_{n}", assignedTo=None) for n in range(3)]
    fast, slow = Parser().studies(page(*rows)), Parser().studies(page(*rows, 7))
    assert fast is not None
    assert slow is not None
    assert fast.rows == slow.rows
    assert (fast.unreadable, slow.unreadable) == (0, 1)


@pytest.mark.parametrize(
    ("envelope", "cursor", "has_more", "is_cut_off"),
    [
        ({"hasMore": True, "cursor": "a"}, "a", True, False),
        ({"hasMore": True, "cursor": ""}, None, True, True),
        ({"hasMore": True, "cursor": None}, None, True, True),
        ({"hasMore": True, "cursor": 20}, None, True, True),
        ({"hasMore": None, "cursor": "a"}, "a", None, False),
        ({"hasMore": "false", "cursor": "a"}, "a", None, False),
        ({"hasMore": False, "cursor": "a"}, "a", False, False),
        ({"hasMore": False}, None, False, False),
    ],
)
@pytest.mark.parametrize("odd_row", [[], [7]])
def test_what_a_page_says_about_the_next(
    envelope: dict[str, Any],
    cursor: str | None,
    *,
    has_more: bool | None,
    is_cut_off: bool,
    odd_row: list[int],
) -> None:
    listing = Parser().studies(page(*odd_row, **envelope))
    assert listing is not None
    assert (listing.cursor, listing.has_more, listing.is_cut_off) == (cursor, has_more, is_cut_off)
    assert listing.next_cursor == (None if has_more is False else cursor)


def test_studies_share_what_they_have_in_common() -> None:
    parser = Parser()
    first, second = parser.study(page_row()), parser.study(page_row())
    assert first is not None
    assert second is not None
    assert first.assignee is second.assignee
    assert first.customer is second.customer
    assert first.created_by_key is second.created_by_key
    assert first.description is second.description
    assert first.severity is second.severity


def page_row(**changes: object) -> bytes:
    return json.dumps(study_json(**changes)).encode()


def test_what_changed_is_not_shared() -> None:
    parser = Parser()
    parser.study(page_row())
    renamed = study_json()
    renamed["assignedTo"]["lastName"] = "Jones"
    renamed["expressCustomer"]["expressCustomerName"] = "Lakeside"
    renamed["createdByApiKey"]["description"] = "Test key"
    study = parser.study(json.dumps(renamed).encode())
    assert study is not None
    assert study.assignee is not None
    assert study.assignee.last_name == "Jones"
    assert study.customer is not None
    assert study.customer.name == "Lakeside"
    assert study.created_by_key is not None
    assert study.created_by_key.description == "Test key"


def test_sharing_forgets_in_the_long_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "SHARED_MAX", 10)
    parser = Parser()
    for number in range(35):
        row = study_json(studyDescription=f"CT {number}")
        row["assignedTo"]["userId"] = f"usr_{number}"
        row["expressCustomer"]["expressCustomerId"] = f"cus_{number}"
        row["createdByApiKey"]["apiKeyId"] = f"key_{number}"
        study = parser.study(json.dumps(row).encode())
        assert study is not None
        assert study.assignee is not None
        assert study.assignee.user_id == f"usr_{number}"
    values = parser._shared
    assert len(values.users) <= 10
    assert len(values.customers) <= 10
    assert len(values.keys) <= 10
    assert len(values._texts) <= 13


def test_who_made_a_study_and_when_it_was_cancelled_are_read() -> None:
    maker = {"userId": "usr_1", "email": "a@example.org", "firstName": "Ada"}
    study = good(createdByUser=maker, isCancelled=True, cancelledAt="2024-03-15T15:00:00Z")
    assert study.created_by_user == UserRef("usr_1", "a@example.org", "Ada")
    assert study.cancelled_at == 1710514800.0


def test_the_same_person_may_be_told_of_differently_later() -> None:
    parser = Parser()

    def maker(name: str) -> UserRef | None:
        told = {"userId": "usr_1", "email": "a@example.org", "firstName": name}
        study = parser.study(json.dumps(study_json(createdByUser=told)).encode())
        assert study is not None
        return study.created_by_user

    first, again, later = maker("Ada"), maker("Ada"), maker("Augusta")
    assert first is again
    assert later == UserRef("usr_1", "a@example.org", "Augusta")


@pytest.mark.parametrize("odd", ["yesterday", "2024-13-99T00:00:00Z"])
def test_one_time_that_is_none_leaves_the_other(odd: str) -> None:
    study = good(createdAt=odd)
    assert (study.created_at, study.updated_at) == (None, 1710512400.0)
    study = good(updatedAt=odd)
    assert (study.created_at, study.updated_at) == (1710498600.0, None)


def test_a_time_that_is_none_beside_one_that_is_missing() -> None:
    study = good(createdAt="yesterday", updatedAt=None)
    assert (study.created_at, study.updated_at) == (None, None)
    study = good(createdAt=None, updatedAt="yesterday")
    assert (study.created_at, study.updated_at) == (None, None)
