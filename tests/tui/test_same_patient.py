"""All studies of one patient by a key, whatever comes meanwhile, and back to where one was."""

import random
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from avara_tui.config import Config
from avara_tui.study import Study
from avara_tui.tui.board.patients import ONE_PATIENT
from avara_tui.worklist.clocks import DAY
from avara_tui.worklist.saved import BUILT_IN
from avara_tui.worklist.studies import StudySet
from tui.patients import CONFIG, MINE, VALUE, Place, everything_in, family, ids
from tui.without_screen import Commands
from worklist.making import LAKESIDE, study, study_id

if TYPE_CHECKING:
    from collections.abc import Callable


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
