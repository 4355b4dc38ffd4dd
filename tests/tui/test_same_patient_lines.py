"""What is said of other studies of a patient: the sign in the row, the line in the detail."""

import re
from dataclasses import replace
from typing import Any, Final

import pytest
from rich.cells import cell_len

from avara_tui.config import Config
from avara_tui.study import Study
from avara_tui.tui.lines import Role, text_of
from avara_tui.tui.presentation.detail import Entry, entries
from avara_tui.tui.presentation.detail_packed import packed
from avara_tui.tui.presentation.patient_lines import ago, same_sign
from avara_tui.tui.presentation.placing import place
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.row_drawing import row_line
from avara_tui.worklist.clocks import DAY, HOUR, MINUTE
from avara_tui.worklist.merge import Draft
from tui.patients import MINE, VALUE, Place, family
from worklist.making import CITY, NOW, study, study_id

COLUMNS: Final = ("priority", "age", "description", "assignee", "customer")

# The sign in the row.


class Counting:
    """Says of every study how many its patient has, and counts how often it is asked."""

    key = "mrn"
    is_whole = True

    def __init__(self, count: int) -> None:
        self._count = count
        self.asked = 0

    def count(self, study_id: str) -> int:  # noqa: ARG002 - the same for all
        self.asked += 1
        return self._count

    def others(self, study_id: str) -> list[Study]:
        raise AssertionError(study_id)


def drawn(one: Study, width: int, context: RowContext, cursor: Role | None = None) -> str:
    return text_of(row_line(one, place(COLUMNS, width).columns, width, context, cursor))


SIGNS = ((0, ""), (1, ""), (2, "=2"), (3, "=3"), (99, "=99"), (100, "=99+"), (5000, "=99+"))
TEXTS = (
    "CT",
    "CT Abdomen/Pelvis without contrast and more",
    "胸部造影CT検査胸部造影CT検査胸部造影",
    "ראש ללא חומר ניגוד",
    "",
)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_sign_stands_at_the_end_of_the_description_and_moves_nothing(
    width: int, text: str
) -> None:
    one = study(1, description=text, customer=CITY)
    plain = drawn(one, width, RowContext(now=NOW))
    for count, sign in SIGNS:
        context = RowContext(now=NOW, patients=Counting(count))
        row = drawn(one, width, context)
        assert same_sign(one, context) == sign
        if not sign:
            assert row == plain
            continue
        assert sign in row
        # Everything before and behind the description is where it was.
        begin = plain.index("RTN")
        assert row[:begin] == plain[:begin]
        behind, ends = row.rindex("—"), plain.rindex("—")
        assert row[behind:] == plain[ends:]
        assert cell_len(row[:behind]) == cell_len(plain[:ends])
        assert cell_len(row) == width
        assert row.index(sign) < behind


def test_the_sign_is_dim_has_no_colour_of_its_own_and_none_on_a_slow_line() -> None:
    columns = place(COLUMNS, 120).columns
    context = RowContext(now=NOW, patients=Counting(3))
    one = study(1)
    roles = {role for text, role in row_line(one, columns, 120, context) if "=3" in text}
    assert roles == {Role.DIM}
    under = {
        role for text, role in row_line(one, columns, 120, context, Role.CURSOR) if "=3" in text
    }
    assert under == {Role.CURSOR}
    slow = replace(context, is_slow=True)
    on_a_slow_line = row_line(one, columns, 120, slow)
    assert {role for text, role in on_a_slow_line if "=3" in text} == {Role.PLAIN}


def test_patients_are_counted_for_the_rows_drawn_alone_and_once_for_each() -> None:
    patients = Counting(3)
    drawn(study(1), 120, RowContext(now=NOW, patients=patients))
    assert patients.asked == 1


def test_a_narrow_description_keeps_its_cells() -> None:
    narrow = place(("priority", "description"), 22).columns
    context = RowContext(now=NOW, patients=Counting(3))
    one = study(1)
    plain = row_line(one, narrow, 22, RowContext(now=NOW))
    assert row_line(one, narrow, 22, context) == plain


def test_a_sign_behind_text_from_the_right_is_kept_apart_from_it() -> None:
    one = study(1, description="ראש ללא", customer=CITY)
    row = drawn(one, 120, RowContext(now=NOW, patients=Counting(3)))
    assert re.search("\u2800=3\u2800", row) is not None


# The line in the detail.


def told(at: Place, number: int = 1) -> list[Entry]:
    one = at.studies.get(study_id(number))
    assert one is not None
    return entries(one, Draft.of(one), {}, at.screen.row_context)


def line_of(at: Place, number: int = 1) -> str:
    """Return what the detail says of other studies of the patient, with what is unsure."""
    found = [each for each in told(at, number) if each.label == "same mrn"]
    parts = [part for each in found for part in (each.value, *map(text_of, each.more))]
    return " ".join(parts)


OTHERS: Final[tuple[tuple[list[dict[str, Any]], str], ...]] = (
    ([{"severity": "stat"}, {"status": "complete", "age": 731 * DAY}],
     "1 open STAT, 1 complete 2 years ago"),
    ([{"severity": "normal"}, {"severity": "normal"}, {"severity": "high"}],
     "1 open high, 2 open routine"),
    ([{"severity": "critical"}, {"severity": "stat"}], "1 open critical?, 1 open STAT"),
    ([{"severity": "stat", "unreadable": ("severity",)}], "1 open STAT?"),
    ([{"status": "complete", "age": 3.1 * DAY}, {"status": "complete", "age": 90 * DAY}],
     "2 complete, the last 3 days ago"),
    ([{"is_cancelled": True, "status": "complete", "age": HOUR + MINUTE}], "1 cancelled 1 h ago"),
    ([{"status": "complete", "created_at": None}], "1 complete"),
    ([{"status": "in_review"}], "1 open routine"),
)  # fmt: skip


@pytest.mark.parametrize(("others", "said"), OTHERS)
def test_the_detail_says_which_other_studies_there_are(
    others: list[dict[str, Any]], said: str
) -> None:
    at = Place()
    made = [study(10 + i, metadata=MINE, **each) for i, each in enumerate(others)]
    at.read(study(1, metadata=MINE, description="MR Knee"), study(2), *made)
    assert line_of(at) == f"{said} of what is read"
    at.whole()
    assert line_of(at) == said
    assert line_of(at, 2) == ""


def test_that_there_is_no_other_is_said_as_long_as_one_may_be_missing() -> None:
    at = Place()
    at.read(study(1, metadata=MINE), study(2, metadata={"mrn": " "}))
    assert line_of(at) == "no other of what is read"
    assert line_of(at, 2) == ""
    at.whole()
    assert line_of(at) == ""


def test_nothing_is_said_where_the_settings_name_no_key() -> None:
    at = Place(Config())
    at.read(*family())
    assert line_of(at) == ""
    assert at.screen.row_context.patients is None


def test_what_everybody_has_is_hardly_one_patients_and_costs_nothing_to_tell() -> None:
    at = Place()
    at.whole()
    at.read(*(study(each, metadata={"mrn": "0"}) for each in range(1, 100)))
    assert line_of(at) == "98 open routine"
    at.read(*(study(each, metadata={"mrn": "0"}) for each in range(100, 1101)))
    assert line_of(at) == "1,099 other studies: hardly one patient's"
    assert not [each for each in told(at) if each.role is Role.WARNING]
    # Others than they were: nobody has looked at them.
    many = RowContext(now=NOW, patients=Counting(5000))
    one = at.studies.get(study_id(1))
    assert one is not None
    assert [each.value for each in entries(one, Draft.of(one), {}, many) if "mrn" in each.label]


AGES = (
    (30.0, "just now"), (5 * MINUTE, "5 min ago"), (HOUR, "1 h ago"), (DAY - 1, "23 h ago"),
    (DAY, "1 day ago"), (29.9 * DAY, "29 days ago"), (61 * DAY, "2 months ago"),
    (364 * DAY, "12 months ago"), (365 * DAY, "1 year ago"), (3650 * DAY, "10 years ago"),
)  # fmt: skip


@pytest.mark.parametrize(("seconds", "said"), AGES)
def test_how_long_ago_is_told_in_one_unit_and_never_rounded_up(seconds: float, said: str) -> None:
    assert ago(seconds) == said


def test_a_possible_duplicate_is_named_and_nothing_is_done() -> None:
    at = Place()
    at.whole()
    at.read(study(1, metadata=MINE), study(2, metadata=MINE), study(3, description="MR Knee"))
    notes = [each.value for each in told(at) if each.role is Role.WARNING]
    assert notes == [f"possible duplicate: …{study_id(2)[-6:]}"]
    rows = packed(told(at), {}, 78, 4, at.screen.row_context)
    assert any("possible duplicate" in text_of(each) for each in rows)
    at.read(study(4, metadata=MINE))
    (note,) = (each.value for each in told(at) if each.role is Role.WARNING)
    assert note == f"possible duplicate: …{study_id(2)[-6:]} and 1 more"
    at.read(study(2, metadata=MINE, is_cancelled=True, updated=0.0), study(4, updated=0.0))
    assert not [each for each in told(at) if each.role is Role.WARNING]


def test_what_others_there_are_is_hidden_while_texts_are() -> None:
    at = Place()
    at.read(*family())
    at.screen.masked = True
    (entry,) = (each for each in told(at) if each.label == "same mrn")
    assert entry.value == "•••"
    assert VALUE not in "\n".join(f"{each}" for each in told(at))
