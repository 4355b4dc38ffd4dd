"""Studies of one patient: the sign in the row, the line in the detail, and all of them by a key."""

import random
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import pytest
from rich.cells import cell_len

from avara_tui.clock import ManualClock
from avara_tui.config import Config, WorklistSetting
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from avara_tui.triage.site import saved_worklists
from avara_tui.tui.board.board import Board
from avara_tui.tui.board.patients import ONE_PATIENT
from avara_tui.tui.board.switching import Switching
from avara_tui.tui.commands.same_patient import SamePatient
from avara_tui.tui.lines import Role, text_of
from avara_tui.tui.options import RunOptions
from avara_tui.tui.presentation.detail import Entry, entries
from avara_tui.tui.presentation.detail_packed import packed
from avara_tui.tui.presentation.patient_lines import ago, same_sign
from avara_tui.tui.presentation.placing import place
from avara_tui.tui.presentation.row_context import RowContext
from avara_tui.tui.presentation.row_drawing import row_line
from avara_tui.tui.screens.locked import LockedScreen
from avara_tui.tui.screens.worklist import WorklistScreen
from avara_tui.worklist.clocks import DAY, HOUR, MINUTE
from avara_tui.worklist.merge import Draft
from avara_tui.worklist.saved import BUILT_IN
from avara_tui.worklist.studies import ChangeSet, StudySet
from masthead import READ_WHOLE
from studies import add_study
from tui.driver import Driver, worklist
from tui.fake_screen import FakeScreen
from tui.without_screen import CONNECTION, Commands
from worklist.making import CITY, LAKESIDE, ME, NOW, study, study_id

if TYPE_CHECKING:
    from collections.abc import Callable

EMULATED_STUDIES = 20
CONFIG: Final = Config(patient_key="mrn")
VALUE: Final = "ZQ-7731"
"""A number that nothing else on the screen or in a file is made of."""
MINE: Final = {"mrn": VALUE}
COLUMNS: Final = ("priority", "age", "description", "assignee", "customer")


class Place:
    """A board with its studies, and the key that shows one patient's."""

    def __init__(self, config: Config = CONFIG, own: tuple[WorklistSetting, ...] = ()) -> None:
        self.studies = StudySet()
        self.config = config
        self.screen = FakeScreen(RunOptions(lambda: CONNECTION, "test", config))
        self.board = Board(
            self.studies,
            ManualClock(NOW),
            self.screen.row_context,
            config,
            saved_worklists(config, own),
        )
        self.board.set_me(ME)
        screen = cast("Any", self.screen)
        self.keys = SamePatient(screen, self.board, lambda: None, self._show)
        self.switching = Switching(screen, self.board, own, config=config, shown_anew=lambda: None)
        self.switching.choose(BUILT_IN[4])

    def _show(self, study_id: str) -> None:
        self.board.pin(study_id)
        self.screen.table.go_to(study_id)

    def tell(self, change: ChangeSet) -> None:
        self.board.apply(change)

    def read(self, *studies: Study) -> None:
        self.tell(self.studies.merge(studies))

    def whole(self) -> None:
        self.board.patients.tell_whole(is_whole=True)

    async def press(self, number: int) -> None:
        found = self.studies.get(study_id(number))
        assert found is not None
        self.screen.table.go_to(found.study_id)
        await self.keys.show(found)

    @property
    def shown(self) -> set[str]:
        return set(self.board.ids)


def ids(*numbers: int) -> set[str]:
    return {study_id(each) for each in numbers}


def family() -> tuple[Study, ...]:
    """Return four studies of one patient in every state, and two that are not theirs."""
    return (
        study(1, metadata=MINE, severity="stat"),
        study(2, metadata=MINE, age=2 * HOUR),
        study(3, metadata=MINE, status="complete", age=800 * DAY),
        study(4, metadata=MINE, is_cancelled=True, age=3 * DAY),
        study(5, metadata=MINE, customer=CITY),
        study(6, metadata={"mrn": VALUE.lower()}),
    )


# The key.


async def test_the_key_shows_them_all_whatever_their_state_and_escape_goes_back() -> None:
    at = Place()
    at.read(*family())
    at.whole()
    at.board.narrow("head")
    before = list(at.board.ids)
    await at.press(1)
    assert at.shown == ids(1, 2, 3, 4)
    assert at.board.filter_text == ""
    assert at.board.count(at.board.active) == 4
    assert "4 studies with the same mrn" in at.screen.status
    assert "read" not in at.screen.status
    # What is open and urgent stands first, what is closed last.
    assert at.board.ids[0] == study_id(1)
    at.screen.table.go_to(study_id(3))
    assert at.keys.back()
    assert at.board.active == BUILT_IN[4]
    assert at.board.filter_text == "head"
    assert at.screen.table.cursor_id == study_id(1)
    assert list(at.board.ids) == before
    assert not at.keys.back()


async def test_the_same_key_goes_back_as_well() -> None:
    at = Place()
    at.read(*family())
    await at.press(2)
    assert at.board.patients.is_shown
    await at.press(3)
    assert at.board.active == BUILT_IN[4]
    assert at.screen.table.cursor_id == study_id(2)


async def test_a_filter_narrows_them_and_is_gone_with_them() -> None:
    at = Place()
    at.read(*family())
    at.board.narrow("assignee:none")
    await at.press(1)
    for text, expected in (
        ("is:open", ids(1, 2)),
        ("is:cancelled", ids(4)),
        ("status:complete", ids(3)),
        ("-is:cancelled", ids(1, 2, 3)),
        ("customer:none", ids(1, 2, 3, 4)),
        ("customer:city", set()),
    ):
        at.board.narrow(text)
        assert at.shown - {at.screen.table.cursor_id} == expected - {at.screen.table.cursor_id}
    at.switching.choose(BUILT_IN[0])
    assert at.board.filter_text == "assignee:none"
    assert at.board.active == BUILT_IN[0]
    assert not at.keys.back()


async def test_going_to_the_next_worklist_goes_on_from_the_one_before() -> None:
    at = Place()
    at.read(*family())
    await at.press(1)
    step = cast("Callable[[], None]", at.switching.actions["next_worklist"])
    step()
    assert at.board.active == BUILT_IN[5]
    assert not at.board.patients.is_shown


@pytest.mark.parametrize("action_id", ["save_worklist", "forget_worklist"])
async def test_one_patients_studies_are_never_saved_as_a_worklist(action_id: str) -> None:
    at = Place()
    at.read(*family())
    await at.press(1)
    await cast("Any", at.switching.actions[action_id])()
    assert at.screen.status == "one patient's studies are no worklist; esc goes back to yours"


ALONE: Final[tuple[tuple[dict[str, str], str], ...]] = (
    ({}, "this study has no mrn that can be compared"),
    ({"mrn": "  "}, "this study has no mrn that can be compared"),
    ({"mrn": "other"}, "no other study of what is read has the same mrn"),
)


@pytest.mark.parametrize(("metadata", "said"), ALONE)
async def test_where_there_is_no_other_study_nothing_moves_and_it_says_so(
    metadata: dict[str, str], said: str
) -> None:
    at = Place()
    at.read(*family(), study(9, metadata=metadata))
    await at.press(9)
    assert at.screen.status == said
    assert at.board.active == BUILT_IN[4]
    at.whole()
    await at.press(9)
    assert at.screen.status == said.replace(" of what is read", "")


def random_study(draw: random.Random, number: int) -> Study:
    return study(
        number,
        severity=draw.choice(("stat", "high", "normal")),
        status=draw.choice(("incomplete", "complete")),
        is_cancelled=draw.random() < 0.2,
        customer=draw.choice((None, LAKESIDE)),
        metadata=draw.choice(({}, {"mrn": "a"}, {"mrn": "a"}, {"mrn": "b"})),
        age=draw.random() * DAY,
    )


def patients_studies(studies: StudySet, of: Study) -> set[str]:
    """Return the studies of the patient of ``of``, by looking at each."""
    return {
        each.study_id
        for each in studies
        if each.metadata.get("mrn") == of.metadata.get("mrn") and each.customer == of.customer
    }


@pytest.mark.parametrize("seed", range(12))
async def test_what_is_shown_is_the_patients_whatever_comes_changes_and_goes(seed: int) -> None:
    """Whose they are is told by the study that one came from, or by another once that is gone."""
    draw = random.Random(seed)
    at = Place()
    # Among many others, so that a change is a small part of all.
    at.read(*(study(number) for number in range(100, 1000)))
    at.read(*(random_study(draw, number) for number in range(20)))
    shown_steps = 0
    for _ in range(120):
        patients = at.board.patients
        number = draw.randrange(24)
        known = at.studies.get(study_id(number))
        match draw.randrange(6):
            case 0 if known is not None:
                await at.press(number)
            case 1:
                at.tell(at.studies.discard(study_id(number)))
            case 2:
                at.board.tick()
            case 3:
                at.keys.back()
            case _:
                at.read(*(random_study(draw, draw.randrange(24)) for _ in range(3)))
        anchor = patients.shown_for
        if not patients.is_shown or anchor is None:
            continue
        shown_steps += 1
        has_value = "mrn" in anchor.metadata
        expected = patients_studies(at.studies, anchor) if has_value else set()
        # The one under the cursor stays, whatever becomes of it.
        kept = {at.screen.table.cursor_id}
        assert at.shown - kept == expected - kept
    assert shown_steps > 10


async def test_another_study_stands_for_the_patient_once_the_first_one_is_gone() -> None:
    at = Place()
    at.read(*family())
    await at.press(1)
    at.tell(at.studies.discard(study_id(1)))
    assert at.shown == ids(2, 3, 4)
    at.tell(at.studies.drop(study_id(2)))
    at.read(study(8, metadata=MINE))
    at.screen.table.go_to(study_id(8))
    assert at.shown - ids(1) == ids(3, 4, 8)
    assert at.keys.back()
    # Where one came from is gone: the cursor stays where it can be.
    assert at.screen.table.cursor_id == study_id(8)


def test_next_keeps_to_the_patient_that_is_shown() -> None:
    commands = Commands(config=CONFIG)
    states: list[dict[str, Any]] = [
        {},
        {"severity": "high"},
        {"status": "complete"},
        {"is_cancelled": True},
    ]
    for number, fields in enumerate(states, 1):
        commands.there_is(number, metadata=MINE, **fields)
    commands.there_is(9, severity="stat", metadata={"mrn": "other"})
    offered = commands.edits.candidates
    assert {each.study_id for each in offered()} == ids(1, 2, 9)
    commands.board.show_patient_of(study_id(3))
    assert [each.study_id for each in offered()] == [study_id(2), study_id(1)]
    assert commands.board.why_hidden(study_id(9)) == "not in “Same patient”"
    assert commands.board.why_hidden(study_id(4)) is None


def test_another_key_counts_at_once_and_none_ends_it() -> None:
    at = Place()
    at.read(*family(), study(7, metadata={"mrn": VALUE, "pid": "1"}))
    at.board.narrow("head")
    at.board.show_patient_of(study_id(1))
    at.board.take_settings(CONFIG, at.board.worklists)
    assert at.board.active is ONE_PATIENT
    assert at.shown == ids(1, 2, 3, 4, 7)
    for key in ("pid", None):
        at.board.show_patient_of(study_id(7))
        at.board.take_settings(Config(patient_key=key), at.board.worklists)
        assert at.board.active == BUILT_IN[4]
        assert at.board.filter_text == "head"
        assert at.board.patients.count(study_id(1)) == 0
        assert at.board.patients.count(study_id(7)) == (1 if key else 0)
    assert at.screen.row_context.patients is None


def test_a_lock_leaves_nothing_of_the_patient_and_they_are_shown_again() -> None:
    at = Place()
    at.read(*family())
    at.board.show_patient_of(study_id(1))
    at.tell(at.studies.clear())
    assert not at.shown
    assert VALUE not in everything_in(at.board.patients)
    at.read(study(8))
    assert not at.shown
    at.read(*family())
    assert at.shown == ids(1, 2, 3, 4)


def everything_in(thing: object, seen: set[int] | None = None) -> str:
    """Return all texts that can be reached from ``thing``, and from nothing but it."""
    seen = set() if seen is None else seen
    if id(thing) in seen or isinstance(thing, (StudySet, RowContext)):
        return ""
    seen.add(id(thing))
    if isinstance(thing, str):
        return f"{thing}\n"
    if isinstance(thing, dict):
        parts = [*thing.keys(), *thing.values()]
    elif isinstance(thing, (set, frozenset, list, tuple)):
        parts = list(thing)
    else:
        parts = list(getattr(thing, "__dict__", {}).values())
    return "".join(everything_in(each, seen) for each in parts)


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


# The real screen.


def add_family(emulator: EmbeddedEmulator) -> list[str]:
    """Add three studies of one patient: open STAT, open routine, complete."""
    made = [
        add_study(emulator, "Zebra head", metadata=MINE),
        add_study(emulator, "Zebra head", metadata=MINE, severity="normal"),
        add_study(emulator, "Zebra knee", metadata=MINE, severity="high"),
    ]
    emulator.change(made[2], studyViewerStatus="complete")
    return made


def texts_below(folder: Path) -> str:
    files = [each for each in folder.rglob("*") if each.is_file()]
    return "\n".join(each.read_text(errors="replace") for each in files)


async def unlocked(driver: Driver) -> None:
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, WorklistScreen), "unlocked")
    await driver.until(lambda: READ_WHOLE.search(driver.text) is not None, "loaded")


async def test_from_the_row_to_all_of_the_patient_and_back_on_the_real_screen(
    emulator: EmbeddedEmulator,
) -> None:
    stat, routine, complete = add_family(emulator)
    async with worklist(emulator, config=CONFIG, filter_text="zebra", view="All open") as driver:
        await driver.go_to(routine)
        row = next(each for each in driver.lines if each.startswith("▌"))
        assert re.search(r"Zebra head +=3 ", row)
        assert re.search(r"same mrn +1 open STAT, 1\b", driver.text)
        assert f"possible duplicate: …{stat[-6:]}" in driver.text
        await driver.press("=")
        assert driver.ids == [stat, routine, complete]
        await driver.sees("3 studies with the same mrn")
        assert "esc goes back" in driver.lines[-2]
        assert "same mrn as Zebra head" in driver.lines[-2]
        assert driver.screen.table.cursor_id == routine
        # One comes while they are shown, and stands there at once; also while one is in the detail.
        await driver.press("enter")
        late = add_study(emulator, "Zebra foot", metadata=MINE, severity="normal")
        await driver.press("r")
        await driver.until(lambda: late in driver.ids, "the new one")
        await driver.until(lambda: "=4 " in driver.text, "another sign")
        await driver.until(lambda: re.search(r"1 open\s[^│]*│?\s*routine", driver.text))
        patients = driver.controller.board.patients
        patients.tell_whole(is_whole=False)
        driver.screen.detail.refresh_entries()
        await driver.sees("of what is read")
        await driver.press("r")
        await driver.until(lambda: "of what is read" not in driver.text, "all is read")
        await driver.press("escape")
        await driver.type_filter("knee")
        await driver.press("enter")
        await driver.until(lambda: driver.screen.table.cursor_id == complete, "the one found")
        assert re.search(r"same mrn +/ knee", driver.lines[-2])
        await driver.press("escape")
        await driver.until(lambda: len(driver.ids) == 4, "no filter")
        await driver.press("escape")
        assert driver.screen.table.cursor_id == routine
        assert driver.filter_row.startswith(" / zebra")
        assert driver.controller.board.active.name == "All open"
        await driver.until(lambda: driver.screen.detail.study is not None)
        await driver.until(
            lambda: cast("Study", driver.screen.detail.study).study_id == routine, "its detail"
        )
        for each in (stat, routine, complete):
            assert emulator.writes(each) == []


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 15)])
async def test_going_back_brings_back_the_rows_that_were_in_sight(
    emulator: EmbeddedEmulator, size: tuple[int, int]
) -> None:
    for number in range(30):
        mrn = MINE if number in {3, 12, 20} else {"mrn": str(number)}
        add_study(emulator, f"Zebra {number}", metadata=mrn, severity="normal")
    async with worklist(emulator, config=CONFIG, size=size, view="All open") as driver:
        table = driver.screen.table
        (*_, last) = (each for each in driver.ids if driver.study(each).metadata == MINE)
        await driver.go_to(last)
        await driver.press("down", "down", "up", "up")

        def in_sight() -> tuple[object, ...]:
            return table.cursor_id, table.cursor_screen_row, table.out_of_sight

        before = in_sight()
        await driver.press("=")
        await driver.until(lambda: len(driver.ids) == 3, "all three")
        await driver.press("g", "G", "g")
        await driver.press("escape")
        await driver.until(lambda: in_sight() == before, f"{before}")


async def test_without_the_setting_the_key_says_what_is_missing(
    emulator: EmbeddedEmulator,
) -> None:
    stat, *_ = add_family(emulator)
    async with worklist(emulator) as driver:
        await driver.go_to(stat)
        assert "=3" not in driver.text
        assert "same mrn" not in driver.text
        await driver.press("=")
        await driver.sees("the settings name no patient_key, such as mrn")
        await driver.press("enter")
        # As soon as the settings say it, row and detail do, wherever the cursor stays.
        driver.controller.switching.take_settings(CONFIG)
        await driver.sees("same mrn")
        await driver.sees("=3")


async def test_what_a_patient_is_known_by_is_on_no_hidden_screen_and_in_no_file(
    emulator: EmbeddedEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    stat, *_ = add_family(emulator)
    seen: list[str] = []
    async with worklist(emulator, config=CONFIG, journal=tmp_path / "journal.jsonl") as driver:
        await driver.go_to(stat)
        assert VALUE in driver.text
        await driver.press("#", "=")
        await driver.until(lambda: len(driver.ids) == 3, "all three")
        await driver.sees("same mrn as •••")
        seen.append(driver.text)
        await driver.press("w")
        await driver.sees("are no worklist")
        seen.append(driver.text)
        await driver.press("escape", "=", "H")
        seen.append(driver.text)
        await driver.press("escape", "L")
        await driver.until(lambda: isinstance(driver.app.screen, LockedScreen), "locked")
        await driver.sees("open STAT stud")
        seen.append(driver.text)
        patients = driver.controller.board.patients
        await driver.until(lambda: not len(driver.session.studies), "studies forgotten")
        await driver.until(lambda: VALUE not in everything_in(patients), "the value forgotten")
        await unlocked(driver)
        seen.append(driver.text)
        # As if nothing had been locked: they are still there.
        await driver.until(lambda: len(driver.ids) == 3, "all three again")
        assert driver.controller.board.patients.is_shown
        assert VALUE not in str(driver.app.title) + str(driver.app.sub_title)
    assert not [text for text in seen if VALUE in text or "Zebra" in text]
    assert VALUE not in texts_below(tmp_path)
