"""Why an action cannot be done: every action in every situation, by the one rule there is."""

from collections.abc import Iterator
from itertools import product

import pytest

from avara_tui.config import Config, OwnCommand
from avara_tui.study import Study
from avara_tui.tui.keys.actions import ACTIONS, BY_ID, Action, Scope
from avara_tui.tui.keys.keymap import Keymap
from avara_tui.tui.keys.own_actions import own_actions
from avara_tui.tui.keys.places import Place
from avara_tui.tui.keys.refusals import Situation, why_not
from worklist.making import study

OPEN, CANCELLED = study(1), study(2, is_cancelled=True)
TABLE, DETAIL = Situation(Place.TABLE), Situation(Place.DETAIL)
OWN = own_actions(
    Config(
        commands=(
            OwnCommand(name="Touch", key="Z", argv=("true",)),
            OwnCommand(name="Look", key="K", argv=("true",), writes=False),
        )
    )
)
ALL = (*ACTIONS, *OWN)
HERE = {
    Place.TABLE: {Place.TABLE, Place.WORKLIST},
    Place.DETAIL: {Place.DETAIL, Place.WORKLIST},
}


def situations() -> Iterator[Situation]:
    """Yield every situation that differs in kind."""
    marks = ((0, 0), (1, 0), (1, 1), (3, 0), (3, 1), (3, 3))
    flags = (False, True)
    for place, read_only, masked, (marked, unread), has_opened, wants_key in product(
        HERE, flags, flags, marks, flags, flags
    ):
        yield Situation(place, read_only, masked, marked, unread, has_opened, wants_key)


def every_case() -> Iterator[tuple[Action, Study | None, Situation]]:
    yield from product(ALL, (None, OPEN, CANCELLED), situations())


def reasons(action: Action, target: Study | None, situation: Situation) -> set[str]:
    """Return what each reason that there is begins with, in whatever order they are looked at."""
    in_table = situation.place is Place.TABLE
    for_marked = action.scope is Scope.MARKED and in_table
    is_for_several = for_marked and situation.marked > 1
    several_marked = in_table and situation.marked > 1
    speaks_against = {
        "only in the": action.place not in HERE[situation.place],
        "read-only": action.writes and situation.read_only,
        "names and texts": action.shows_text and situation.masked,
        f"{situation.unread} marked": for_marked and situation.unread > 0,
        "is for one study": action.scope is Scope.SINGLE and several_marked,
        "no API key is": action.id == "login" and not situation.wants_key,
        "no study was opened": action.id == "previous_opened" and not situation.has_opened,
        "the list is empty": action.scope is not Scope.NONE
        and target is None
        and not is_for_several,
        "this study is": action.id in {"cancel", "uncancel"}
        and target is not None
        and not is_for_several
        and target.is_cancelled is (action.id == "cancel"),
    }
    return {begin for begin, speaks in speaks_against.items() if speaks}


def test_an_action_is_refused_exactly_where_something_speaks_against_it() -> None:
    cases, refused = 0, 0
    for action, target, situation in every_case():
        why, known = why_not(action, target, situation), reasons(action, target, situation)
        case = (action.id, target, situation, why)
        if why is None:
            assert not known, case
        else:
            assert any(why.startswith(begin) for begin in known), case
            refused += 1
        cases += 1
    assert 0 < refused < cases


def test_what_writes_is_never_done_read_only_whatever_else_is_so() -> None:
    for action, target, situation in every_case():
        if action.writes and situation.read_only:
            assert why_not(action, target, situation) is not None, (action.id, situation)


def test_what_is_hidden_is_never_shown_whatever_else_is_so() -> None:
    for action, target, situation in every_case():
        if action.shows_text and situation.masked:
            assert why_not(action, target, situation) is not None, (action.id, situation)


def test_nothing_is_done_to_marked_studies_that_nobody_can_see() -> None:
    """Which of them is cancelled, or somebody else's by now, is not known."""
    for action in ALL:
        if action.scope is Scope.MARKED:
            for target in (None, OPEN, CANCELLED):
                assert why_not(action, target, TABLE._replace(marked=3, unread=1)), action.id


@pytest.mark.parametrize("target", [None, OPEN, CANCELLED])
def test_marks_do_not_count_in_the_detail(target: Study | None) -> None:
    marked = DETAIL._replace(marked=3, unread=2)
    for action in ALL:
        assert why_not(action, target, marked) == why_not(action, target, DETAIL), action.id


def test_leaving_hiding_and_looking_are_possible_whatever_is_so() -> None:
    for action_id in ("help", "quit", "lock", "mask", "redraw", "filter", "refresh", "acknowledge"):
        for situation in situations():
            assert why_not(BY_ID[action_id], None, situation) is None, action_id


@pytest.mark.parametrize(
    ("action_id", "target", "situation", "why"),
    [
        ("claim", None, TABLE, "the list is empty"),
        ("cancel", CANCELLED, TABLE, "this study is cancelled already; X restores it"),
        ("uncancel", OPEN, DETAIL, "this study is not cancelled"),
        ("next", None, TABLE._replace(read_only=True), "read-only: nothing is written"),
        (
            "assign",
            OPEN,
            TABLE._replace(masked=True),
            "names and texts hidden; # shows them",
        ),
        (
            "severity",
            OPEN,
            TABLE._replace(marked=1200, unread=1100),
            "1,100 marked studies are not read by now; esc takes the marks back",
        ),
        (
            "severity",
            None,
            TABLE._replace(marked=2, unread=1),
            "1 marked study is not read by now; esc takes the marks back",
        ),
        (
            "description",
            OPEN,
            TABLE._replace(marked=2),
            "is for one study, and 2 are marked; esc takes the marks back",
        ),
        ("edit_field", OPEN, TABLE, "only in the detail; enter goes there"),
        ("mark", OPEN, DETAIL, "only in the table; esc goes back there"),
    ],
)
def test_the_reason_names_the_way_out(
    action_id: str, target: Study | None, situation: Situation, why: str
) -> None:
    assert why_not(BY_ID[action_id], target, situation) == why


def test_the_way_out_is_told_in_the_persons_own_keys() -> None:
    keymap = Keymap({"uncancel": ("U",), "detail": ("l",), "mask": ("f9",)})
    mine = TABLE._replace(keymap=keymap, masked=True)
    assert "; U restores" in str(why_not(BY_ID["cancel"], CANCELLED, mine))
    assert "; l goes there" in str(why_not(BY_ID["save"], OPEN, mine))
    assert "; F9 shows" in str(why_not(BY_ID["assign"], OPEN, mine))
