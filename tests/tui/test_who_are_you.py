"""Nobody has said who sits at the keys: what takes that to know is asked for, and never counted."""

from itertools import product
from typing import Any

import pytest

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.config import WorklistSetting
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.triage.access.connection import ConnectionProblem, ProblemKind
from avara_tui.triage.reading.health import Health, State
from avara_tui.tui.keys.actions import ACTIONS, BY_ID
from avara_tui.tui.keys.keymap import Keymap
from avara_tui.tui.keys.places import Place
from avara_tui.tui.keys.refusals import Situation, why_not
from avara_tui.tui.lines import text_of
from avara_tui.tui.presentation.empty_states import empty_state
from avara_tui.tui.presentation.footer import footer
from avara_tui.tui.presentation.masthead import shown_forms
from avara_tui.worklist.query import parse
from studies import open_studies
from tui.driver import worklist
from tui.without_screen import ME, Commands
from worklist.making import study

EMULATED_STUDIES = 30

HEALTH = Health(State.LIVE, 0.0, 0.0, 120, None, 0, (), ())
NAMING_ME = (
    "assignee:me",
    "assignee:ME",
    "-assignee:me",
    "assignee:none,me",
    "assignee:me is:overdue",
    'ct assignee:"me" age:>1h',
)
NAMING_NOBODY = ("me", "assignee:none", "customer:me", "meta.reader:me", "assignee:okafor", "")


def said(health: Health, **more: Any) -> str:
    given = {"worklist": "Mine", "filter_text": "", "server": "x.example", "width": 80, **more}
    return "\n".join(map(text_of, empty_state(health, **given)))


# Nothing is counted.


@pytest.mark.parametrize("text", NAMING_ME)
def test_a_filter_names_the_person_however_it_is_written(text: str) -> None:
    assert parse(text).names_me


@pytest.mark.parametrize("text", NAMING_NOBODY)
def test_a_filter_that_names_somebody_else_or_nobody_does_not(text: str) -> None:
    assert not parse(text).names_me


def test_no_worklist_is_counted_that_takes_who_one_is_until_that_is_known() -> None:
    own = tuple(
        WorklistSetting(f"own {number}", text)
        for number, text in enumerate((*NAMING_ME, *filter(None, NAMING_NOBODY)))
    )
    commands = Commands(me=None, own=own)
    # One of mine without a time, which may be overdue as well.
    commands.there_is(1, assignee=None, created_at=None)
    board = commands.board
    naming = {each.name for each in board.worklists if parse(each.query_text).names_me}
    assert len(naming) == len(NAMING_ME) + 1
    for each in board.worklists:
        assert (board.count(each) is None) is (each.name in naming), each
        assert each.name not in naming or board.unsure(each) == 0
    commands.session.say_who(ME)
    assert all(board.count(each) is not None for each in board.worklists)


@pytest.mark.parametrize("text", NAMING_ME)
def test_rows_of_somebody_unknown_are_not_said_to_be_all(text: str) -> None:
    commands = Commands(me=None)
    commands.there_is(1)
    commands.board.narrow(text)
    assert commands.board.lacks_me
    for rows in (0, 3):
        for form in shown_forms(
            rows, 5, (0, 0), is_filtered=True, unsure=0, lacks_me=commands.board.lacks_me
        ):
            assert "yours unknown" in text_of(form)
            assert "of 5" not in text_of(form)
    commands.session.say_who(ME)
    assert not commands.board.lacks_me


# It is asked for.


def test_an_empty_table_asks_who_one_is_and_never_says_that_nothing_is_there() -> None:
    error = AvaraError(ErrorKind.UNREACHABLE, "list studies")
    for state, loading, missing, cut_off, problem, filter_text in product(
        (State.LIVE, State.LOADING, State.STALE, State.OFFLINE, State.PAUSED),
        ((), ("routine",)),
        (0, 3),
        ((), ("routine",)),
        (None, error),
        ("", "ct"),
    ):
        health = HEALTH._replace(
            state=state, loading=loading, missing=missing, cut_off=cut_off, problem=problem
        )
        text = said(health, filter_text=filter_text, lacks_me=True)
        assert "Nothing" not in text
        assert "No study" not in text
        assert "up to date" not in text
        if problem is None or health.is_complete:
            assert text.startswith("Who are you? “Mine” needs to know.  m says it")
            assert not filter_text or "esc clears it" in text
        else:
            # Whom the server does not answer, it does not help to have said it.
            assert "out of reach" in text


def test_what_is_wrong_with_the_connection_goes_before_the_question() -> None:
    problem = ConnectionProblem("No API key.", remedy="Store one.", kind=ProblemKind.NO_KEY)
    unconnected = HEALTH._replace(state=State.UNCONNECTED, problem=problem)
    assert "Who are you" not in said(unconnected, lacks_me=True)
    connecting = HEALTH._replace(state=State.CONNECTING, loaded=0, loading=("STAT",))
    assert said(connecting, lacks_me=True) == "Connecting …"


def test_the_question_names_the_key_that_answers_it() -> None:
    keymap = Keymap({"claim": ("f9",)})
    assert "F9 says it" in said(HEALTH, lacks_me=True, keymap=keymap)
    asking = Situation(Place.TABLE, asks_who=True, keymap=keymap)
    assert "F9 say who you are" in text_of(footer(None, 120, asking, dirty=False))
    assert "who you are" not in text_of(footer(None, 120, Situation(Place.TABLE), dirty=False))


def test_saying_who_one_is_is_all_that_can_be_done_to_no_study() -> None:
    """It writes nothing, so that it is no matter whether anything may be written."""
    flags = (False, True)
    for place, read_only, masked, action in product(Place, flags, flags, ACTIONS):
        silent = Situation(place, read_only, masked)
        asking = silent._replace(asks_who=True)
        if action.id == "claim":
            assert why_not(action, None, asking) is None
        else:
            assert why_not(action, None, asking) == why_not(action, None, silent)
        assert why_not(action, study(1), asking) == why_not(action, study(1), silent)
    assert why_not(BY_ID["claim"], None, Situation(Place.TABLE)) is not None


# In the app.


@pytest.mark.parametrize(
    ("size", "read_only"), [((120, 36), False), ((80, 24), True), ((60, 15), False)]
)
async def test_mine_asks_and_fills_once_it_is_said(
    emulator: EmbeddedEmulator, size: tuple[int, int], read_only: bool
) -> None:
    me = next(each for each in emulator.users() if each["userId"] == DEMO_USER_ID)
    mine = {
        each["studyId"]
        for each in open_studies(emulator)
        if (each.get("assignedTo") or {}).get("userId") == DEMO_USER_ID
    }
    assert mine
    async with worklist(emulator, me=None, view="Mine", size=size, read_only=read_only) as driver:
        await driver.sees("Who are you? “Mine” needs to know.  m says it")
        assert " 2 Mine " in driver.lines[1]
        assert " 2 Mine 0" not in driver.lines[1]
        assert "yours unknown" in driver.lines[0]
        assert "Nothing" not in driver.text
        await driver.press("m")
        await driver.sees("type to search")
        await driver.type(me["email"].split("@")[0])
        await driver.press("enter")
        await driver.sees(f'me = "{DEMO_USER_ID}"')
        await driver.press("enter")
        await driver.until(lambda: set(driver.ids) == mine)
        await driver.until(lambda: f" 2 Mine {len(mine)} " in driver.lines[1])
        assert "yours unknown" not in driver.lines[0]
    assert emulator.counts["studies.update"] == 0


async def test_who_does_not_answer_is_asked_on(emulator: EmbeddedEmulator) -> None:
    async with worklist(emulator, me=None, filter_text="assignee:me") as driver:
        await driver.sees("“All open” needs to know")
        await driver.press("m")
        await driver.sees("type to search")
        await driver.press("escape")
        await driver.until(lambda: driver.screen.is_at_rest)
        assert "needs to know" in driver.text
        await driver.press("ctrl+p")
        await driver.type("worklist mine")
        await driver.sees("needs to know who you are")


async def test_the_hand_off_counts_nothing_as_mine_while_nobody_is_known(
    emulator: EmbeddedEmulator,
) -> None:
    async with worklist(emulator, me=None, size=(120, 50)) as driver:
        await driver.press("T")
        await driver.sees("Mine: unknown, as you have not said who you are.")
        await driver.press("G")
        assert "Put aside: 0" in driver.text
        assert "Mine: 0" not in driver.text
