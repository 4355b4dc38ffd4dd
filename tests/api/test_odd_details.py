"""One odd detail costs that detail: the study stays, and says what of it could not be read."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from api.raw_server import STUDY_ID, Received, Reply, Reset, reply, study_json, talking
from avara_tui.api.checks import changes_problem, overwriting_problem
from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.api.parse import Parser
from avara_tui.api.selection import select
from avara_tui.study import (
    NO_METADATA,
    UNREADABLE,
    UNREADABLE_CUSTOMER,
    UNREADABLE_USER,
    CustomerRef,
    Study,
    UserRef,
)
from avara_tui.study_requests import StudyChanges, StudyFilter

ABSENT: Final = object()
"""Stands for a key that is not there."""
CREATOR: Final = {"userId": "usr_9", "email": "ada@example.org", "firstName": "Ada"}
ROW: Final = study_json(
    severity="stat", createdByUser=CREATOR, isCancelled=True, cancelledAt="2024-03-15T15:00:00Z"
)
FIELDS: Final = {
    "studyInstanceUid": "uid",
    "studyDescription": "description",
    "severity": "severity",
    "studyViewerStatus": "status",
    "isCancelled": "is_cancelled",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "cancelledAt": "cancelled_at",
    "assignedTo": "assignee",
    "expressCustomer": "customer",
    "createdByUser": "created_by_user",
    "createdByApiKey": "created_by_key",
    "metadata": "metadata",
}
TEXTS: Final = {"studyInstanceUid", "studyDescription", "severity", "studyViewerStatus"}
NULLABLE: Final = FIELDS.keys() - TEXTS - {"isCancelled"}
VALUES: Final[tuple[object, ...]] = (
    *(ABSENT, None, 0, 7, -1.5, 10**400, True, False, "", "odd", "x" * 100_000, "2024-03-15"),
    *([], ["a"], [{"userId": "usr_1"}], {}, {"a": 1}, {"a": "b"}, {"userId": 7}, {"userId": ""}),
    *({"a": {"b": [[[]]]}}, {"expressCustomerName": "x"}, {"apiKeyId": None}, {"orgId": []}),
)
INSTEAD: Final[dict[str, object]] = {
    "severity": "stat",
    "assignee": UNREADABLE_USER,
    "customer": UNREADABLE_CUSTOMER,
    "metadata": NO_METADATA,
    "is_cancelled": True,
} | dict.fromkeys(("uid", "description", "status"), UNREADABLE)


def is_readable(key: str, value: object) -> bool:
    """Whether the contract allows ``value``, or what it says is as good as if it did."""
    if value is None or value is ABSENT:
        return key in NULLABLE
    if key in TEXTS:
        return isinstance(value, str) and (value != "" or key != "severity")
    if key == "isCancelled":
        return isinstance(value, bool)
    if key == "metadata":
        return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
    return False


def changed(key: str, value: object, row: dict[str, Any] = ROW) -> dict[str, Any]:
    rest = {name: each for name, each in row.items() if name != key}
    return rest if value is ABSENT else {**rest, key: value}


def read(row: object) -> Study:
    study = Parser().study(json.dumps(row).encode())
    assert study is not None
    return study


GOOD: Final = read(ROW)


def check(study: Study, key: str, value: object) -> None:
    """Fail unless only what ``key`` says is lost, and only where it says nothing."""
    name = FIELDS[key]
    # Whether it is cancelled is told by the time as well.
    lost = () if is_readable(key, value) else (name,)
    assert study.unreadable == lost, (key, value)
    assert study._replace(**{name: getattr(GOOD, name)}, unreadable=()) == GOOD, (key, value)
    if lost and value == {"a": 1}:
        assert study.metadata == ({"a": "1"} if key == "metadata" else GOOD.metadata)
    elif lost and key != "metadata":
        assert getattr(study, name) == INSTEAD.get(name), (key, value)


@pytest.mark.parametrize("key", FIELDS)
async def test_every_wrong_type_of_every_field_costs_that_field_alone(key: str) -> None:
    """In a list, in a single study, and in the answer to a write."""
    served: dict[str, Any] = {}
    other = study_json(studyId="stu_other")

    def handle(received: Received) -> Reply:
        if received.path.endswith("/studies"):
            return reply({"studies": [other, served, other | {"studyId": "stu_3"}]})
        return reply(served)

    async with talking(handle) as (_, client):
        for value in VALUES:
            served = changed(key, value)
            page = await client.list_studies()
            assert page.unreadable == 0
            assert [each.study_id for each in page.studies] == ["stu_other", STUDY_ID, "stu_3"]
            assert page.studies[0] == read(other)
            changes = StudyChanges(status="incomplete")
            answers = [
                page.studies[1],
                await client.retrieve(STUDY_ID),
                await client.update(STUDY_ID, changes, base=GOOD),
            ]
            for study in answers:
                check(study, key, value)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=20)
    | st.sampled_from(["stat", "usr_1", "cus_1", "2024-03-15T10:30:00Z", "incomplete", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["userId", "email", "orgId", "expressCustomerId", "k", "\ud800"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@seed(13)
@settings(max_examples=400, deadline=None, database=None)
@given(st.dictionaries(st.sampled_from([*FIELDS, "org", "more"]), json_values, max_size=14))
def test_whatever_stands_in_its_fields_a_study_is_a_study(fields: dict[str, Any]) -> None:
    rows = [ROW | {"studyId": "stu_1"}, {**fields, "studyId": STUDY_ID}, ROW | {"studyId": "stu_2"}]
    listing = Parser().studies(json.dumps({"studies": rows}).encode())
    assert listing is not None
    assert listing.unreadable == 0
    first, study, last = listing.rows
    assert (first, last) == (
        GOOD._replace(study_id="stu_1"),
        GOOD._replace(study_id="stu_2"),
    )
    assert study.study_id == STUDY_ID
    told = fields.get("severity")
    if not isinstance(told, str) or told in {"", "stat"}:
        assert study.severity == "stat"
    for text in (study.uid, study.description, study.status, *study.metadata.values()):
        assert isinstance(text, str)
        json.dumps(text, ensure_ascii=False).encode()
    hash((study.assignee, study.customer, study.created_by_user, study.created_by_key))
    absent = (
        set(FIELDS.values()) - NULLABLE_NAMES - {FIELDS[key] for key in fields if key in FIELDS}
    )
    assert absent <= set(study.unreadable)


NULLABLE_NAMES: Final = {FIELDS[key] for key in NULLABLE}


@pytest.mark.parametrize("depth", [30, 100, 400])
def test_what_is_nested_deeply_costs_no_page(depth: int) -> None:
    row = json.dumps(changed("metadata", {"a": "%", "b": "c"}))
    page = '{"studies": [' + row.replace('"%"', "[" * depth + "]" * depth) + "]}"
    listing = Parser().studies(page.encode())
    assert listing is not None
    (study,) = listing.rows
    assert study.unreadable == ("metadata",)
    assert study.metadata["b"] == "c"


def test_a_number_that_python_refuses_costs_no_page() -> None:
    page = json.dumps({"studies": [changed("more", 1)]}).replace(
        '"more": 1', '"more": ' + "9" * 9999
    )
    listing = Parser().studies(page.encode())
    assert listing is not None
    assert listing.rows == [GOOD]


@pytest.mark.parametrize(
    ("changes", "name", "expected"),
    [
        ({"assignedTo": "usr_1"}, "assignee", UserRef("usr_1", "")),
        ({"createdByUser": "usr_1"}, "created_by_user", UserRef("usr_1", "")),
        ({"expressCustomer": "cus_1"}, "customer", CustomerRef("cus_1", "")),
        (
            {"expressCustomer": {"orgId": "o1", "orgName": "Lake"}},
            "customer",
            CustomerRef("o1", "Lake"),
        ),
    ],
)
def test_an_id_alone_is_a_reference(changes: dict[str, Any], name: str, expected: object) -> None:
    study = read(ROW | changes)
    assert getattr(study, name) == expected
    assert study.unreadable == ()


@pytest.mark.parametrize(
    ("org", "expected", "unreadable"),
    [
        ({"orgId": "org_1", "orgName": "Lakeside"}, CustomerRef("org_1", "Lakeside"), ()),
        ({"orgId": "org_1"}, CustomerRef("org_1", ""), ()),
        (None, None, ()),
        ({"orgName": "Lakeside"}, UNREADABLE_CUSTOMER, ("customer",)),
        ([], UNREADABLE_CUSTOMER, ("customer",)),
        ("Lakeside", UNREADABLE_CUSTOMER, ("customer",)),
    ],
)
def test_a_customer_may_be_called_org(
    org: object, expected: object, unreadable: tuple[str, ...]
) -> None:
    row = changed("expressCustomer", ABSENT) | {"org": org}
    study = read(row)
    assert (study.customer, study.unreadable) == (expected, unreadable)
    # Today's name goes before it, also where it says that there is none.
    assert read(row | {"expressCustomer": None}).customer is None


def test_a_good_org_is_read_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Parser, "_one_by_one", None)
    row = changed("expressCustomer", ABSENT) | {"org": {"orgId": "org_1", "orgName": "Lakeside"}}
    assert read(row).customer == CustomerRef("org_1", "Lakeside")


def test_an_odd_detail_of_a_person_costs_neither_person_nor_study() -> None:
    person = {"userId": "usr_1", "email": 7, "firstName": ["x"], "lastName": "Smith"}
    study = read(ROW | {"assignedTo": person})
    assert study.assignee == UserRef("usr_1", "", None, "Smith")
    assert study.unreadable == ("assignee.email", "assignee.firstName")


@pytest.mark.parametrize(
    ("cancelled_at", "expected"),
    [("2024-03-15T15:00:00Z", True), (None, False), ("soon", False), (1710498600, False)],
)
@pytest.mark.parametrize("told", [ABSENT, None, "true", 1, [], {}])
def test_a_study_counts_as_cancelled_only_if_its_time_says_so(
    told: object, cancelled_at: object, *, expected: bool
) -> None:
    study = read(changed("isCancelled", told, ROW | {"cancelledAt": cancelled_at}))
    assert study.is_cancelled is expected
    assert "is_cancelled" in study.unreadable


@pytest.mark.parametrize("key", ["severity", "studyViewerStatus", "studyInstanceUid"])
def test_what_did_not_come_through_whole_is_unreadable(key: str) -> None:
    row = json.dumps(ROW | {key: "st\ud800t"})
    study = Parser().study(row.encode())
    assert study is not None
    assert study.unreadable == (FIELDS[key],)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("assignedTo", {"userId": "usr_\ud800"}, UNREADABLE_USER),
        ("assignedTo", "usr_\ud800", UNREADABLE_USER),
        ("expressCustomer", {"expressCustomerId": "cus_\ud800"}, UNREADABLE_CUSTOMER),
    ],
)
def test_a_reference_that_did_not_come_through_whole_is_unreadable(
    key: str, value: object, expected: object
) -> None:
    study = read(ROW | {key: value})
    assert study.unreadable == (FIELDS[key],)
    assert getattr(study, FIELDS[key]) == expected


def test_metadata_that_did_not_come_through_whole_are_shown_and_not_trusted() -> None:
    study = read(ROW | {"metadata": {"site": "Sch\ud800del", "side": "left"}})
    assert study.metadata == {"site": "Sch\ufffddel", "side": "left"}
    assert study.unreadable == ("metadata",)


def test_what_could_not_be_read_fits_whatever_filter_the_server_says_it_fits() -> None:
    odd = [
        read(changed(key, 7))
        for key in (
            "severity",
            "assignedTo",
            "isCancelled",
            "studyViewerStatus",
            "expressCustomer",
            "studyDescription",
        )
    ]
    for query in (
        StudyFilter(severity="high"),
        StudyFilter(assigned_to=None),
        StudyFilter(assigned_to="usr_7"),
        StudyFilter(is_cancelled=False),
        StudyFilter(status="complete"),
        StudyFilter(customer_id=None),
        StudyFilter(description="head"),
    ):
        asked = next(
            name for name, value in query._asdict().items() if value != getattr(StudyFilter(), name)
        )
        name = {"assigned_to": "assignee", "customer_id": "customer"}.get(asked, asked)
        kept, _ignored = select(odd, query)
        assert name in [each for study in kept for each in study.unreadable]


# Writing.


def test_what_could_not_be_read_is_never_sent() -> None:
    for changes in (
        StudyChanges(severity=UNREADABLE),
        StudyChanges(status=UNREADABLE),
        StudyChanges(description=UNREADABLE),
        StudyChanges(assigned_to=UNREADABLE),
        StudyChanges(metadata={"a": UNREADABLE}),
    ):
        assert changes_problem(changes) is not None
    assert changes_problem(StudyChanges(severity="stat", metadata={"a": "b"})) is None


@pytest.mark.parametrize("metadata", [[], {"a": 1}, "x", 7, {"k": "\ud800"}])
@pytest.mark.parametrize("is_read_before", [True, False])
async def test_metadata_that_could_not_be_read_are_not_overwritten(
    metadata: object, *, is_read_before: bool
) -> None:
    row = ROW | {"metadata": metadata}
    changes = StudyChanges(metadata={"side": "left"})
    async with talking(
        lambda got: reply(row | {"severity": "high"} if got.method == "PATCH" else row)
    ) as (server, client):
        base = read(row) if is_read_before else None
        with pytest.raises(AvaraError) as caught:
            await client.update(STUDY_ID, changes, base=base)
        assert server.count("PATCH") == 0
        assert caught.value.kind is ErrorKind.INVALID
        assert caught.value.outcome is Outcome.NOT_APPLIED
        assert "metadata could not be read whole" in str(caught.value)
        study = await client.update(STUDY_ID, StudyChanges(severity="high"), base=base)
        assert study.unreadable == ("metadata",)
        (sent,) = [each.json for each in server.received if each.method == "PATCH"]
        assert sent == {"severity": "high"}
    assert overwriting_problem(changes, GOOD) is None


async def test_an_answer_to_a_write_that_says_a_part_is_read_whole() -> None:
    row = dict(ROW)

    def handle(received: Received) -> Reply:
        if received.method != "PATCH":
            return reply(row)
        row["severity"] = "high"
        return reply({"studyId": STUDY_ID, "severity": "high"})

    async with talking(handle) as (server, client):
        study = await client.update(STUDY_ID, StudyChanges(severity="high"), base=GOOD)
    assert study == GOOD._replace(severity="high")
    assert [each.method for each in server.received][-2:] == ["PATCH", "GET"]


@pytest.mark.parametrize(
    ("key", "write"),
    [
        ("severity", lambda client: client.update(STUDY_ID, StudyChanges(severity="stat"))),
        (
            "studyViewerStatus",
            lambda client: client.update(STUDY_ID, StudyChanges(status="complete")),
        ),
        (
            "studyDescription",
            lambda client: client.update(STUDY_ID, StudyChanges(description="CT")),
        ),
        ("assignedTo", lambda client: client.update(STUDY_ID, StudyChanges(assigned_to=None))),
        ("isCancelled", lambda client: client.cancel(STUDY_ID)),
        ("isCancelled", lambda client: client.uncancel(STUDY_ID)),
    ],
)
async def test_nothing_is_known_of_a_lost_write_to_what_cannot_be_read(
    key: str, write: Callable[[AvaraClient], Any]
) -> None:
    """It looks the same before and after: neither done nor not done, and never sent twice."""
    row = study_json(cancelledAt=None) | {key: 7}
    async with talking(
        lambda got: reply(row) if got.method == "GET" else Reset(), deadline=4.0
    ) as (server, client):
        with pytest.raises(AvaraError) as caught:
            await write(client)
        assert caught.value.outcome is Outcome.UNKNOWN
        assert server.count("PATCH") + server.count("POST") == 1
