from typing import Any

import pytest

from avara_tui.api.standing import WriteStanding, after_creation, after_update
from avara_tui.study import CustomerRef, Study, UserRef
from avara_tui.study_requests import NewStudy, StudyChanges

BEFORE = Study(
    "stu_1",
    "1.2",
    "CT",
    "high",
    "incomplete",
    is_cancelled=False,
    assignee=UserRef("usr_1", "a@b.example"),
    metadata={"a": "1"},
)
FIELDS: list[tuple[str, Any, dict[str, Any], dict[str, Any]]] = [
    # The change, the study that has it, and the study with something else in that place.
    ("severity", "stat", {"severity": "stat"}, {"severity": "normal"}),
    ("status", "complete", {"status": "complete"}, {"status": "other"}),
    ("description", "MR", {"description": "MR"}, {"description": "XR"}),
    ("assigned_to", None, {"assignee": None}, {"assignee": UserRef("usr_3", "")}),
    ("assigned_to", "usr_2", {"assignee": UserRef("usr_2", "")}, {"assignee": None}),
    ("metadata", {"a": "2"}, {"metadata": {"a": "2"}}, {"metadata": {"a": "2", "b": ""}}),
    ("metadata", None, {"metadata": {}}, {"metadata": {"b": ""}}),
    ("metadata", {}, {"metadata": {}}, {"metadata": {"a": "3"}}),
]


@pytest.mark.parametrize(("name", "value", "wanted", "other"), FIELDS)
def test_the_field_that_was_written_tells_what_became_of_the_write(
    name: str, value: Any, wanted: dict[str, Any], other: dict[str, Any]
) -> None:
    changes = StudyChanges(**{name: value})
    assert after_update(BEFORE._replace(**wanted), changes, BEFORE) is WriteStanding.WANTED
    assert after_update(BEFORE, changes, BEFORE) is WriteStanding.UNTOUCHED
    assert after_update(BEFORE._replace(**other), changes, BEFORE) is WriteStanding.OTHER


@pytest.mark.parametrize(("name", "value", "wanted", "other"), FIELDS)
def test_fields_that_were_not_written_tell_nothing(
    name: str, value: Any, wanted: dict[str, Any], other: dict[str, Any]
) -> None:
    changes = StudyChanges(severity="urgent")
    del value
    for fields in (wanted, other):
        if name != "severity":
            theirs = BEFORE._replace(**fields)
            assert after_update(theirs, changes, BEFORE) is WriteStanding.UNTOUCHED


def test_half_of_what_was_written_is_something_else() -> None:
    changes = StudyChanges(severity="stat", description="MR")
    half = BEFORE._replace(severity="stat")
    assert after_update(half, changes, BEFORE) is WriteStanding.OTHER


def test_a_change_to_what_it_was_is_done() -> None:
    assert after_update(BEFORE, StudyChanges(severity="high"), BEFORE) is WriteStanding.WANTED


NEW = NewStudy("1.2", "CT", "high", "usr_1", "cus_1", {"a": "1"})
CREATED = BEFORE._replace(customer=CustomerRef("cus_1", "Lakeside"))


def test_a_study_is_the_one_that_was_to_be_created_only_in_every_field() -> None:
    assert after_creation(CREATED, NEW) is WriteStanding.WANTED
    assert after_creation(CREATED._replace(status="complete"), NEW) is WriteStanding.WANTED


@pytest.mark.parametrize(
    "other",
    [
        {"uid": "1.3"},
        {"description": "MR"},
        {"severity": "stat"},
        {"assignee": None},
        {"assignee": UserRef("usr_2", "")},
        {"customer": None},
        {"customer": CustomerRef("cus_2", "")},
        {"metadata": {}},
        {"metadata": {"a": "2"}},
    ],
)
def test_any_other_study_is_not(other: dict[str, Any]) -> None:
    assert after_creation(CREATED._replace(**other), NEW) is WriteStanding.OTHER


def test_a_bare_study_may_be_wanted_bare() -> None:
    bare = CREATED._replace(assignee=None, customer=None, metadata={})
    assert after_creation(bare, NewStudy("1.2", "CT", "high")) is WriteStanding.WANTED
    assert after_creation(CREATED, NewStudy("1.2", "CT", "high")) is WriteStanding.OTHER
