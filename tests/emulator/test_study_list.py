"""The list of studies against a model: every filter, order and cursor, page by page."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avara_tui.emulator.behaviour import Behaviour, Order
from avara_tui.emulator.requests import NewStudy, StudyChange, StudyKey, StudyQuery
from avara_tui.emulator.schema import DOCUMENTED_LANES, lane_of
from avara_tui.emulator.settings import Settings
from avara_tui.emulator.world import World

SEVERITIES = ("normal", "high", "stat")
STATUSES = ("incomplete", "complete")
# Values that studies may hold although the documented API, and so the filters, do not have them.
STORED_SEVERITIES = (*SEVERITIES, "critical")
STORED_STATUSES = (*STATUSES, "in_review")
# Texts that a pattern language, a tokeniser or a case rule could stumble over.
TEXTS = (
    "CT Head",
    "ct head",
    "CT",
    "",
    "ß",
    "SS",
    "İ",
    "é",
    "É",
    "%",
    "_",
    '"',
    "'",
    "*",
    "\0",
    "a",
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World(Settings(studies=0))
    yield world
    world.close()


def people(world: World) -> tuple[list[str], list[str]]:
    """Return two users and two customers."""
    users = [row[0] for row in world.connection.execute("SELECT user_id FROM users LIMIT 2")]
    customers = [
        row[0] for row in world.connection.execute("SELECT customer_id FROM customers LIMIT 2")
    ]
    return users, customers


def fill(world: World, rows: list[dict[str, Any]]) -> None:
    users, customers = people(world)
    world.connection.execute("DELETE FROM studies")
    for number, row in enumerate(rows):
        study = NewStudy(
            uid=f"1.2.{number}",
            description=row["text"] or "x",
            severity=row["severity"],
            assigned_to=None if row["user"] is None else users[row["user"]],
            customer_id=None if row["customer"] is None else customers[row["customer"]],
            metadata={},
        )
        study_id = world.store.create(study, api_key_id=world.api_key_id)["study_id"]
        world.store.change(study_id, StudyChange({"status": row["status"]}))
        if row["is_cancelled"]:
            world.store.cancel(StudyKey(study_id=study_id))


studies = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.lists(st.sampled_from(TEXTS), max_size=3).map(" ".join),
            "severity": st.sampled_from(STORED_SEVERITIES),
            "user": st.sampled_from((None, 0, 1)),
            "customer": st.sampled_from((None, 0, 1)),
            "status": st.sampled_from(STORED_STATUSES),
            "is_cancelled": st.booleans(),
        }
    ),
    max_size=25,
)
queries = st.fixed_dictionaries(
    {},
    optional={
        "assigned_to": st.sampled_from((None, 0, 1)),
        "customer_id": st.sampled_from((None, 0, 1)),
        "is_cancelled": st.booleans(),
        "severity": st.sampled_from(SEVERITIES),
        "status": st.sampled_from(STATUSES),
        "description": st.lists(st.sampled_from(TEXTS), max_size=2).map(" ".join),
    },
)


def query_of(world: World, fields: dict[str, Any]) -> StudyQuery:
    users, customers = people(world)
    given = dict(fields)
    for name, ids in (("assigned_to", users), ("customer_id", customers)):
        if given.get(name) is not None:
            given[name] = ids[given[name]]
    return StudyQuery(**given)


def expected(world: World, fields: dict[str, Any]) -> list[str]:
    """Return the study ids that the query lets through, in order, found the slow way."""
    users, customers = people(world)
    behaviour = world.behaviour
    rows = [(row, world.references.study(row)) for row in world.store.all()]

    def passes(study: dict[str, Any]) -> bool:
        user = (study["assignedTo"] or {}).get("userId")
        customer = (study["expressCustomer"] or {}).get("expressCustomerId")
        text = study["studyDescription"]
        wanted = fields.get("description", "")
        if behaviour.description_case == "ignored":
            text, wanted = text.casefold(), wanted.casefold()
        for name, actual, ids in (
            ("assigned_to", user, users),
            ("customer_id", customer, customers),
        ):
            if name in fields:
                number = fields[name]
                if actual != (None if number is None else ids[number]):
                    return False
        return (
            fields.get("is_cancelled", study["isCancelled"]) == study["isCancelled"]
            and fields.get("severity", study["severity"]) == study["severity"]
            and fields.get("status", study["studyViewerStatus"]) == study["studyViewerStatus"]
            and wanted in text
        )

    keys = {
        "newest": lambda row: -row["seq"],
        "oldest": lambda row: row["seq"],
        "updated": lambda row: -row["position"],
        "shuffled": lambda row: row["position"],
    }
    kept = [(keys[behaviour.order](row), study["studyId"]) for row, study in rows if passes(study)]
    return [study_id for _, study_id in sorted(kept)]


def listed(world: World, query: StudyQuery, limit: int) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = world.study_list.page(query, limit, cursor)
        assert len(page.rows) == limit or page.next is None
        found += [row["study_id"] for row in page.rows]
        if page.next is None:
            return found
        assert page.rows
        cursor = page.next


behaviours = st.fixed_dictionaries(
    {
        "order": st.sampled_from([each for each in get_args(Order) if each != "ties"]),
        "cursors": st.sampled_from(("offset", "keyset")),
        "description_case": st.sampled_from(("ignored", "exact")),
    }
)


@given(studies, st.lists(queries, min_size=1, max_size=5), behaviours, st.integers(1, 7))
@settings(max_examples=120, deadline=None)
def test_the_list_is_what_the_model_says(
    world: World,
    rows: list[dict[str, Any]],
    wanted: list[dict[str, Any]],
    behaviour: dict[str, Any],
    limit: int,
) -> None:
    fill(world, rows)
    for name, value in behaviour.items():
        setattr(world.behaviour, name, value)
    world.store.reorder()
    for fields in wanted:
        assert listed(world, query_of(world, fields), limit) == expected(world, fields)


@pytest.mark.parametrize("text", ["\0 CT Head", "CT\0Head CT Head", "CT Head\0"])
@pytest.mark.parametrize("wanted", ["CT Head", "T He", "\0"])
def test_a_description_is_found_whatever_control_characters_it_has(
    world: World, text: str, wanted: str
) -> None:
    row = {"severity": "normal", "user": None, "customer": None, "status": "incomplete"}
    fill(world, [row | {"text": text, "is_cancelled": False}])
    assert len(listed(world, query_of(world, {"description": wanted}), 5)) == (wanted in text)


@pytest.mark.parametrize("cursors", ["offset", "keyset"])
def test_more_descriptions_than_are_merged_one_by_one(cursors: Any) -> None:
    world = World(Settings(studies=300, behaviour=Behaviour(cursors=cursors)))
    try:
        for number in range(2_500):
            study = NewStudy(f"1.2.{number}", f"CT number {number}", "stat", None, None, {})
            world.store.create(study, api_key_id=world.api_key_id)
        for fields in (
            {"description": "number"},
            {"description": "number 24"},
            {"description": "t n", "severity": "stat"},
            {"description": "number", "severity": "high"},
            {"description": "ct", "assigned_to": None, "is_cancelled": False},
        ):
            found = listed(world, query_of(world, fields), 100)
            assert found == expected(world, fields)
    finally:
        world.close()


def test_the_lane_that_is_computed_is_the_lane_that_is_stored(world: World) -> None:
    everything = [
        {"text": "x", "user": None, "customer": None, **state}
        for severity in STORED_SEVERITIES
        for state in (
            {"severity": severity, "status": status, "is_cancelled": is_cancelled}
            for status in STORED_STATUSES
            for is_cancelled in (False, True)
        )
    ]
    fill(world, everything)
    rows = world.connection.execute("SELECT severity, status, is_cancelled, lane FROM studies")
    lanes = {
        lane: lane_of(severity, status, is_cancelled=bool(is_cancelled))
        for severity, status, is_cancelled, lane in rows
    }
    assert len(lanes) == len(everything)
    assert all(stored == computed for stored, computed in lanes.items())
    assert sum(lane < DOCUMENTED_LANES for lane in lanes) == DOCUMENTED_LANES
