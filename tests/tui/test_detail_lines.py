"""The detail: what stands where, what gives way, and what the pane's cursor reaches."""

import os
import re
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest

from avara_tui.study import ApiKeyRef, CustomerRef, Study, UserRef
from avara_tui.tui.keys.actions import BY_ID
from avara_tui.tui.keys.keymap import Keymap
from avara_tui.tui.keys.places import Place
from avara_tui.tui.keys.refusals import Situation
from avara_tui.tui.lines import Line, Role, as_plain, text_of, width_of
from avara_tui.tui.presentation.detail import Editing, Entry, entries
from avara_tui.tui.presentation.detail_head import field_keys, urgency
from avara_tui.tui.presentation.detail_layout import lay_out
from avara_tui.tui.presentation.detail_order import in_order
from avara_tui.tui.presentation.detail_packed import packed
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.times import exact_time, near_time, read_time
from avara_tui.worklist.clocks import Thresholds
from avara_tui.worklist.merge import Draft

NOW: Final = 1_773_657_000.0
"""16 March 2026, 10:30 UTC."""
KEYS: Final = {
    "description": "d",
    "severity": "s",
    "assigned_to": "m a",
    "status": "v",
    "add_metadata": "M",
    "detail": "enter",
}
HEADS: Final = ("description", "severity", "assigned_to", "status")
OKAFOR: Final = UserRef("usr_" + "1" * 32, "amara.okafor@example.org", "Amara", "Okafor")
FULL: Final = {
    "modality": "CT",
    "bodyPart": "CHEST",
    "accessionNumber": "A44467458",
    "department": "Emergency",
    "patientClass": "E",
    "referringSite": "St. Brigid Community Hospital",
    "examEnd": "2026-03-16T10:04:00.098Z",
    "indication": "chest pain",
    "priors": "3",
    "callback": "555-0119",
}


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def one(**fields: Any) -> Study:
    """Return an open STAT study of 10:10 that nobody has, but for ``fields``."""
    known: dict[str, Any] = {
        "study_id": "stu_" + "a" * 32,
        "uid": "1.2.840.113619.2.55.3.962328346.366.8974965366.412",
        "description": "CT Chest PE protocol",
        "severity": "stat",
        "status": "incomplete",
        "is_cancelled": False,
        "created_at": NOW - 1200,
        "updated_at": NOW - 1200,
        "customer": CustomerRef("cus_1", "City Medical Center"),
        "created_by_key": ApiKeyRef("key_1", "Night PACS bridge"),
        "metadata": FULL,
    }
    return Study(**{**known, **fields})


def context(**fields: Any) -> RowContext:
    return RowContext(now=NOW, **fields)


def shown(study: Study, where: RowContext | None = None, **draft: Any) -> list[Entry]:
    wanted = Draft.of(study)._replace(**draft)
    return entries(study, wanted, {OKAFOR.user_id: OKAFOR}, where or context())


def rows(study: Study, width: int = 39, height: int = 31, **more: Any) -> list[str]:
    return as_plain(lay_out(shown(study), KEYS, width, height=height, **more).lines)


def below(study: Study, width: int = 79, height: int = 4, **draft: Any) -> list[str]:
    return as_plain(packed(shown(study, **draft), KEYS, width, height, context()))


def roles(lines: list[Line]) -> dict[str, Role]:
    return {text.strip(): role for each in lines for text, role in each if text.strip()}


# The heads.


def test_four_heads_without_labels_each_with_its_keys() -> None:
    assert rows(one(assignee=OKAFOR))[:5] == [
        " CT Chest PE protocol                d",
        " ▲ STAT  due in 9m, 20m old          s",
        " Amara Okafor                      m a",
        " incomplete                          v",
        "",
    ]


@pytest.mark.parametrize(
    ("fields", "severity", "assignee"),
    [
        ({}, Role.ALARM, Role.STRONG),
        ({"severity": "high"}, Role.HIGH, Role.DIM),
        ({"assignee": OKAFOR}, Role.STAT, Role.PLAIN),
        ({"status": "complete"}, Role.STAT, Role.DIM),
        ({"is_cancelled": True}, Role.STAT, Role.DIM),
        ({"unreadable": ("severity",)}, Role.ALARM, Role.STRONG),
    ],
)
def test_the_fill_is_for_a_stat_that_nobody_has(
    fields: dict[str, Any], severity: Role, assignee: Role
) -> None:
    found = {each.field: each for each in shown(one(**fields))}
    assert found["severity"].role is severity
    assert found["assigned_to"].role is assignee
    me = context(me=OKAFOR.user_id)
    mine = {each.field: each for each in shown(one(assignee=OKAFOR), me)}
    assert mine["assigned_to"].role is Role.OWN


@pytest.mark.parametrize(
    ("severity", "age", "said", "role"),
    [
        ("stat", 600, "due in 19m, 10m old", Role.DIM),
        ("stat", 1200, "due in 9m, 20m old", Role.WARNING),
        ("stat", 3900, "overdue by 35m, 1h05 old", Role.STAT),
        ("high", 4200, "overdue by 10m, 1h10 old", Role.HIGH_OVERDUE),
        ("normal", 90000, "overdue by 1h00, 1d1h old", Role.OVERDUE),
    ],
)
def test_due_and_age_stand_behind_the_priority(
    severity: str, age: float, said: str, role: Role
) -> None:
    due, old = urgency(one(severity=severity, created_at=NOW - age), context())
    assert f"{text_of(due)} {text_of(old)}" == said
    assert due[0][1] is role


def test_an_age_by_another_clock_says_by_which() -> None:
    by_exam = context()
    by_exam.take_thresholds(Thresholds(clock_key="examEnd"), are_placeholders=False)
    said = [text_of(each) for each in urgency(one(), by_exam)]
    assert said == ["due in 3m,", "25m since examEnd"]
    said = [text_of(each) for each in urgency(one(metadata={}), by_exam)]
    assert said == ["due in 9m,", "20m old"]


def test_a_study_that_is_not_open_has_no_limit_and_is_not_due() -> None:
    for fields in ({"status": "complete"}, {"is_cancelled": True}):
        text = "\n".join(rows(one(**fields)))
        assert "due" not in text
        assert "limit" not in text
        assert "20m old" in text
    assert " incomplete  cancelled" in "\n".join(rows(one(is_cancelled=True)))


def test_an_assumed_limit_is_never_taken_for_the_sites() -> None:
    assumed, own = context(are_placeholders=True), context()
    for width in (39, 70):
        text = " ".join(as_plain(lay_out(shown(one(), assumed), {}, width, height=31).lines))
        assert "30m assumed: your site has set no limit" in " ".join(text.split())
        text = " ".join(as_plain(lay_out(shown(one(), own), {}, width, height=31).lines))
        assert "site limit 30m" in " ".join(text.split())
        assert "assumed" not in text


# Keys.


def test_a_key_is_shown_where_it_works_and_as_it_was_changed() -> None:
    found = field_keys(one(), Situation(Place.TABLE))
    assert found == KEYS
    inside = {each: key for each, key in KEYS.items() if each != "detail"}
    assert field_keys(one(), Situation(Place.DETAIL)) == {**inside, "add_metadata": "+ M"}
    keymap = Keymap({"severity": ("E",), "claim": ()})
    found = field_keys(one(), Situation(Place.TABLE, keymap=keymap))
    assert (found["severity"], found["assigned_to"]) == ("E", "a")


def test_a_key_that_would_be_refused_is_not_shown() -> None:
    read_only = field_keys(one(), Situation(Place.TABLE, read_only=True))
    assert read_only == {"detail": "enter"}
    masked = field_keys(one(), Situation(Place.TABLE, masked=True))
    assert masked == {"severity": "s", "assigned_to": "m", "status": "v", "detail": "enter"}
    assert not any(BY_ID[each].shows_text for each in ("severity", "claim", "status"))


def test_while_studies_are_marked_no_key_is_for_the_one_that_is_shown() -> None:
    assert field_keys(one(), Situation(Place.TABLE, marked=1)) == {}
    # In the detail they are for the study that stands there.
    assert "severity" in field_keys(one(), Situation(Place.DETAIL, marked=1))


# The order.


def test_what_decides_comes_first_and_the_rest_by_the_alphabet() -> None:
    keys = [*FULL, "zulu", "alpha"]
    assert in_order(keys) == [
        *("indication", "priors", "patientClass", "callback", "accessionNumber", "modality"),
        *("bodyPart", "department", "referringSite", "examEnd", "alpha", "zulu"),
    ]
    spelled = ["exam_end", "Patient Class", "INDICATION"]
    assert in_order(spelled) == ["INDICATION", "Patient Class", "exam_end"]


def test_the_settings_say_what_comes_first() -> None:
    chosen = ("zulu", "meta.callback", "nowhere")
    assert in_order([*FULL, "zulu", "alpha"], chosen)[:4] == [
        *("zulu", "callback", "indication", "priors"),
    ]
    assert in_order(["meta.x", "x"], ("meta.x",)) == ["meta.x", "x"]
    labels = [each.label for each in shown(one(), context(detail_keys=("modality",)))]
    assert labels[4:6] == ["modality", "indication"]


# Where it stands.


def test_it_goes_from_what_decides_to_the_ids() -> None:
    labels = [each.label for each in shown(one())]
    assert labels == [
        *("description", "severity", "assignee", "status", *in_order(FULL), "metadata"),
        *("customer", "created", "updated", "site limit", "UID", "study id"),
    ]
    assert len(set(labels)) == len(labels)


def test_labels_and_values_stand_in_columns_and_what_does_not_fit_below() -> None:
    found = rows(one())
    assert " priors           3" in found
    assert " updated          not since" in found
    at = found.index(" examEnd")
    assert found[at + 1] == "   2026-03-16T10:04:00.098Z"
    at = found.index(" study id")
    assert found[at + 1] == "   stu_" + "a" * 32
    at = found.index(" referringSite    St. Brigid Community")
    assert found[at + 1] == "                  Hospital"


def test_a_long_label_takes_its_value_along() -> None:
    found = rows(one(metadata={"requestingPhysicianName": "Smith J", "x" * 60: "§" * 90}))
    assert " requestingPhysicianName  Smith J" in found
    assert sum(each.count("§") for each in found) == 90


def test_two_short_pairs_stand_side_by_side_where_it_is_wide() -> None:
    found = rows(one(), width=70)
    assert " indication       chest pain       priors        3" in found
    assert " examEnd          2026-03-16T10:04:00.098Z" in found
    assert " created          10:10 today  by Night PACS bridge" in found


@pytest.mark.parametrize("width", [39, 59, 60, 70, 79])
@pytest.mark.parametrize("height", [8, 13, 14, 20, 31, 46])
def test_nothing_is_wider_than_the_pane_and_every_value_is_whole(width: int, height: int) -> None:
    text = {"note": "word " * 30, "url": "x" * 200, "שלום": "צילום חזה", "": ""}
    study = one(metadata={**FULL, **text}, description="CT " * 40, assignee=OKAFOR)
    laid = lay_out(shown(study), KEYS, width, height=height)
    assert max(map(width_of, laid.lines)) <= width
    joined = "".join("".join(as_plain(laid.lines)).split())
    for value in (*study.metadata.values(), study.uid, study.study_id, study.description):
        assert "".join(value.split())[:30] in joined
    assert joined.count("x") >= 200


def test_the_foot_stays_where_it_is_from_study_to_study() -> None:
    few, many = rows(one(metadata={"modality": "CT"})), rows(one())
    assert len(few) == len(many) == 31
    for label in (" created", " updated", " site limit", " UID", " study id"):
        (at,) = (index for index, row in enumerate(few) if row.startswith(label))
        assert many[at].startswith(label)
    # It does not go away from all else where there is more room.
    assert len(rows(one(), height=60)) < 60
    # In the place of the table no study follows on another, and nothing is kept free.
    alone = rows(one(metadata={}), height=60, stands_still=False)
    assert alone.count("") == 2
    assert len(alone) < 25


def test_a_second_line_of_the_description_moves_nothing_down() -> None:
    short, long = rows(one()), rows(one(description="CT Chest/Abdomen/Pelvis trauma protocol"))
    assert (short[4], long[4]) == ("", " incomplete                          v")
    assert short[5:] == long[5:]


def test_a_mail_address_gives_way_where_all_else_would_just_fit() -> None:
    study = one(assignee=OKAFOR, metadata={})
    whole = rows(study, height=60)
    assert any("amara.okafor" in each for each in whole)
    needed = len([each for each in whole if each]) + 3
    for height in range(needed - 4, needed + 3):
        found = rows(study, height=height)
        if not any("amara.okafor" in each for each in found):
            assert len(found) <= height
            break
    else:
        pytest.fail("it never gave way")


# The cursor.


@pytest.mark.parametrize("width", [39, 60, 79])
def test_the_cursor_reaches_everything_that_can_be_edited(width: int) -> None:
    study = one()
    found = shown(study)
    for index, entry in enumerate(found):
        if not entry.field:
            continue
        laid = lay_out(found, KEYS, width, height=31, marked=index)
        marked = [at for at, row in enumerate(as_plain(laid.lines)) if "▌" in row]
        assert marked == [laid.first]
        row = as_plain(laid.lines)[laid.first]
        assert row.partition("▌")[2].startswith(
            entry.value if entry.field in HEADS else entry.label
        )
        assert laid.first < laid.last
        # Nothing jumps: without its sign, all is as it was.
        plain = as_plain(lay_out(found, KEYS, width, height=31).lines)
        assert [each.replace("▌", " ") for each in as_plain(laid.lines)] == plain


# What is not on the server.


def test_a_draft_is_marked_before_its_value() -> None:
    study = one()
    drafted = shown(
        study,
        description="CT Chest",
        severity="high",
        assigned_to=OKAFOR.user_id,
        metadata={**FULL, "priors": "4", "new": "n"},
    )
    lines = lay_out(drafted, {}, 59, height=40).lines
    found = as_plain(lines)
    for row in (
        " * CT Chest",
        " * ● HIGH  saved: ▲ STAT due in 9m, 20m old",
        " * Amara Okafor",
        " priors          *4",
        " new             *n",
    ):
        assert row in found
    assert roles(lines)["* CT Chest"] is Role.WARNING
    # How urgent it is goes by what the server has.
    assert roles(lines)["▲ STAT"] is Role.ALARM


def test_what_is_on_its_way_is_marked_and_dim_and_counts() -> None:
    study = one()
    under_way = study._replace(severity="high")
    editing = Editing({"severity"}, shown=under_way)
    found = entries(study, Draft.of(under_way), {}, context(), editing)
    lines = lay_out(found, {}, 59, height=31).lines
    assert as_plain(lines)[1] == " … ● HIGH  due in 39m, 20m old"
    assert roles(lines)["… ● HIGH"] is Role.DIM


# Packed.


def test_four_rows_say_what_decides_and_how_to_see_the_rest() -> None:
    assert below(one()) == [
        " CT Chest PE protocol  ▲ STAT  due in 9m, 20m old                    unassigned",
        " indication chest pain   priors 3   patientClass E   callback 555-0119",
        " accessionNumber A44467458   modality CT   bodyPart CHEST",
        " department Emergency   examEnd 10:04 today                 enter all 21 fields",
    ]


@pytest.mark.parametrize("width", [59, 79, 99, 108])
@pytest.mark.parametrize("height", [4, 5, 8])
@pytest.mark.parametrize("text", ["", "x" * 300, "word " * 60, "部位 " * 40, "צילום חזה"])
def test_packed_rows_are_as_many_and_as_wide_as_there_is_room(
    width: int, height: int, text: str
) -> None:
    study = one(description=text, metadata={**FULL, text: "y", "z": text}, assignee=OKAFOR)
    lines = packed(shown(study), KEYS, width, height, context())
    assert len(lines) == height
    assert max(map(width_of, lines)) <= width
    assert "▲ STAT  due in 9m" in text_of(lines[0])
    assert text_of(lines[0]).endswith("Amara Okafor")
    assert text_of(lines[-1]).endswith("fields")


def test_a_long_description_gives_way_to_what_is_urgent() -> None:
    first = below(one(description="CT Abdomen and pelvis " * 9))[0]
    assert "… " in first
    assert re.search("▲ STAT  due in 9m, 20m old {2,3}unassigned$", first)


def test_packed_it_says_a_state_that_is_not_the_rule() -> None:
    assert "incomplete" not in below(one())[0]
    assert "▲ STAT  20m old  complete" in below(one(status="complete"))[0]
    assert "incomplete" not in below(one(is_cancelled=True))[0]
    assert "cancelled" in below(one(is_cancelled=True))[0]
    assert "*complete" in below(one(), status="complete")[0]


def test_packed_it_warns_first_and_then_says_what_is_not_saved() -> None:
    odd = one(unreadable=("severity", "customer"), uid="1..2", description="CT \u202e x")
    second = " ".join(below(odd, height=8)[1:])
    for said in ("hidden characters", "could not be read; it counts as STAT", "not a DICOM UID"):
        assert said in second
    assert "unreadable severity, customer" in second
    changed = below(one(), metadata={**FULL, "examEnd": "now"})[1]
    assert changed.startswith(" examEnd *now   indication chest pain")


def test_without_a_key_that_goes_in_none_is_shown() -> None:
    assert "fields" not in "".join(as_plain(packed(shown(one()), {}, 79, 4, context())))


# Times.


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (60, "10:29 today"),
        (10 * 3600, "00:30 today"),
        (11 * 3600, "yesterday 23:30"),
        (34 * 3600, "yesterday 00:30"),
        (35 * 3600, "2026-03-14 23:30"),
        (-14 * 3600, "2026-03-17 00:30"),
    ],
)
def test_a_time_is_told_as_one_says_it(before: float, said: str) -> None:
    assert near_time(NOW - before, NOW) == said


def test_the_day_is_the_one_on_the_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    assert os.environ["TZ"] == "Asia/Tokyo"
    assert near_time(NOW, NOW) == "19:30 today"
    assert near_time(NOW - 19.75 * 3600, NOW) == "yesterday 23:45"
    assert exact_time(NOW) == "2026-03-16 10:30:00Z"


def test_exact_times_stand_in_place_of_near_ones() -> None:
    found = as_plain(lay_out(shown(one(), context(exact_times=True)), {}, 70, height=31).lines)
    assert " created          2026-03-16 10:10:00Z  by Night PACS bridge" in found
    assert near_time(None, NOW) == exact_time(None) == "unknown"


@pytest.mark.parametrize(
    ("text", "is_time"),
    [
        ("2026-03-16T10:04:00.098Z", True),
        ("2026-03-16T10:04+01:00", True),
        ("2026-03-16T10:04", False),
        ("2026-03-16", False),
        ("20260316", False),
        ("7", False),
        ("", False),
    ],
)
def test_only_a_time_with_its_zone_is_told_as_one(text: str, is_time: bool) -> None:
    assert (read_time(text) is not None) is is_time


# Masked.


def test_masked_it_hides_labels_and_values_of_metadata_names_and_ids() -> None:
    study = one(assignee=OKAFOR, created_by_user=OKAFOR)
    found = shown(study, context(masked=True))
    text = "\n".join(
        as_plain(
            [
                *lay_out(found, {}, 39, height=60).lines,
                *lay_out(found, {}, 70, height=60).lines,
                *packed(found, {}, 79, 8, context(masked=True)),
            ]
        )
    )
    secret = (*FULL, *(each for each in FULL.values() if len(each) > 2), "Okafor", "example.org")
    for each in (*secret, "PE protocol", "City Medical", study.uid[:20], study.study_id[:12]):
        assert each not in text, each
    for each in ("▲ STAT", "due in 9m", "incomplete", "not since", "10 of 50"):
        assert each in text
