"""Who has a study is named before somebody else acts on it, once, and only then."""

from itertools import product
from typing import Any, Final

import pytest

from avara_tui.config import Colleague, Config, OpenClaims
from avara_tui.study import COMPLETE, UNREADABLE_USER, Study, UserRef
from tui.without_screen import OKAFOR, SMITH, Commands
from worklist.making import NAMELESS

ACTIONS: Final = ("open", "status", "severity", "assign")
DEEDS: Final = {"open": "Open", "status": "Complete", "severity": "Set severity",
                "assign": "Assign"}  # fmt: skip
HOLDERS: Final = {
    "mine": SMITH,
    "nobody's": None,
    "Okafor's": OKAFOR,
    "unreadable": UNREADABLE_USER,
}
DEMIR: Final = UserRef("usr_" + "e" * 32, "", "Yasemin", "Demir")
"""Whom studies are assigned to; has none."""
CLAIM_IT: Final = "Claim it as it opens?"


def desk(claims: OpenClaims = OpenClaims.NO, *, masked: bool = False, **fields: Any) -> Commands:
    roster = (Colleague(user=DEMIR.user_id, name="Demir, Yasemin"),)
    commands = Commands(config=Config(open_claims=claims, roster=roster), **fields)
    commands.server.people[DEMIR.user_id] = DEMIR
    commands.screen.masked = masked
    return commands


def follow(commands: Commands, action: str) -> None:
    """Answer what an action asks for in any case."""
    if action == "severity":
        commands.screen.will("Severity of", "s")
    if action == "assign":
        commands.screen.will("Assign", DEMIR.user_id)


def was_done(commands: Commands, study: Study, action: str) -> bool:
    """Whether an action was carried out on a study."""
    if action == "open":
        return [each for each, _ in commands.viewer.opened] == [study.study_id]
    now = commands.on_server(study.study_id)
    done = {"status": now.status == COMPLETE, "severity": now.severity == "stat",
            "assign": now.assignee == DEMIR}  # fmt: skip
    return done[action]


@pytest.mark.parametrize(("action", "whose"), list(product(ACTIONS, HOLDERS)))
async def test_one_question_for_who_is_not_the_holder_and_none_for_ones_own(
    action: str, whose: str
) -> None:
    """Every setting, with and without a mask and the right to write, and every answer."""
    for claims, masked, read_only, answer in product(
        OpenClaims, (False, True), (False, True), ("y", "n", None)
    ):
        if read_only and action != "open":
            continue  # It is refused before anybody is asked: see test_refusals.
        if masked and action == "assign":
            continue
        commands = desk(claims, masked=masked, read_only=read_only)
        study = commands.there_is(assignee=HOLDERS[whose])
        case = (action, whose, claims, masked, read_only, answer)
        is_done, is_claimed = True, False
        if whose in {"Okafor's", "unreadable"}:
            name = "•••" if masked else "Okafor A"
            asked = "could not be read" if whose == "unreadable" else f"{name} has"
            commands.screen.will(asked, answer)
            is_done = answer == "y"
        elif whose == "nobody's" and action == "open" and not read_only:
            is_claimed = claims is OpenClaims.YES
            if claims is OpenClaims.ASK:
                commands.screen.will(CLAIM_IT, answer)
                is_done, is_claimed = answer is not None, answer == "y"
        if is_done:
            follow(commands, action)
        await commands.do(action, study)
        assert was_done(commands, study, action) == is_done, case
        if action == "open":
            writes = commands.writes(study.study_id)
            assert writes == (["update"] if is_claimed else []), case
            if is_claimed:
                assert commands.on_server(study.study_id).assignee == SMITH


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", [{"status": COMPLETE}, {"is_cancelled": True}])
async def test_of_what_is_done_nobody_is_the_holder(action: str, state: dict[str, Any]) -> None:
    if action == "status" and "is_cancelled" in state:
        return
    commands = desk(OpenClaims.ASK)
    commands.board.choose(commands.board.worklists[-1 if "is_cancelled" in state else -2])
    study = commands.there_is(assignee=OKAFOR, **state)
    assert commands.board.selects(study)
    follow(commands, action)
    await commands.do(action, study)
    now = commands.on_server(study.study_id)
    done = was_done(commands, study, action) or now.status != study.status
    assert done


async def test_who_nobody_knows_is_asked_about_a_holder_but_offered_no_claim() -> None:
    commands = desk(OpenClaims.YES, me=None)
    free, held = commands.there_is(1), commands.there_is(2, assignee=SMITH)
    await commands.do("open", free)
    commands.screen.will("Smith J has this study.", "y")
    await commands.do("open", held)
    assert [each for each, _ in commands.viewer.opened] == [free.study_id, held.study_id]
    assert commands.server.writes == []


@pytest.mark.parametrize(("action", "deed"), list(DEEDS.items()))
async def test_the_question_names_the_study_and_what_would_be_done(action: str, deed: str) -> None:
    commands = desk()
    study = commands.there_is(assignee=OKAFOR)
    commands.screen.will(f"Okafor A has this study. {deed} all the same?", "n")
    await commands.do(action, study)
    assert f"Zebra head  Okafor A  …{study.study_id[-6:]}" in commands.screen.asked
    assert commands.server.requests == []


async def test_the_holder_is_as_known_at_the_key_press() -> None:
    commands = desk()
    study = commands.there_is(assignee=OKAFOR)

    def meanwhile() -> None:
        commands.somebody(study.study_id, assignee=None)
        commands.read()

    commands.screen.will("Okafor A has", "y", meanwhile)
    await commands.do("status", study)
    assert commands.on_server(study.study_id).status == COMPLETE


async def test_cancelling_names_the_holder_in_the_question_it_asks_anyway() -> None:
    commands = desk()
    for number, holder in enumerate((OKAFOR, SMITH, None)):
        study = commands.there_is(number, assignee=holder)
        commands.screen.will("Cancel this study for everybody?", "n")
        await commands.do("cancel", study)
        assert ("Okafor A has it" in commands.screen.asked) == (holder == OKAFOR)
        assert f"…{study.study_id[-6:]}" in commands.screen.asked


async def test_a_claim_that_somebody_was_quicker_with_names_the_holder_before_it_opens() -> None:
    for answer in ("y", "n"):
        commands = desk(OpenClaims.YES)
        study = commands.there_is()
        commands.somebody(study.study_id, assignee=OKAFOR)
        commands.screen.will("Okafor A has this study.", answer)
        await commands.do("open", study)
        assert was_done(commands, study, "open") == (answer == "y")
        assert commands.on_server(study.study_id).assignee == OKAFOR


async def test_who_has_gone_on_is_told_of_a_claim_that_failed_and_asked_nothing() -> None:
    commands = desk(OpenClaims.YES)
    study = commands.there_is()
    commands.somebody(study.study_id, assignee=OKAFOR)
    fails = commands.server.fails

    def goes_on(operation: str) -> Any:
        commands.screen.pressed += 1
        return fails(operation)

    commands.server.fails = goes_on
    await commands.do("open", study)
    assert commands.viewer.opened == []
    assert "not yours: Okafor A has it" in commands.screen.status


@pytest.mark.parametrize(
    ("holders", "said"),
    [
        ((OKAFOR, OKAFOR, SMITH, None, None), "2 of the 5 are Okafor A's"),
        ((OKAFOR, SMITH, None), "1 of the 3 is Okafor A's"),
        (
            (OKAFOR, OKAFOR, NAMELESS, None),
            "3 of the 4 are others': Okafor A 2, reader@example.org 1",
        ),
        ((SMITH, None), ""),
    ],
)
@pytest.mark.parametrize("action", ["status", "severity", "assign"])
@pytest.mark.parametrize("masked", [False, True])
async def test_many_studies_are_counted_in_the_one_question(
    holders: tuple[Any, ...], said: str, action: str, *, masked: bool
) -> None:
    commands = desk(masked=masked)
    studies = [commands.there_is(each, assignee=holder) for each, holder in enumerate(holders)]
    first = {"status": ("Status of", "c"), "severity": ("Severity of", "s")}
    if action in first:
        commands.screen.will(*first[action])
    else:
        commands.screen.will("Assign", DEMIR.user_id)
    shown: list[str] = []
    commands.screen.will("y yes, ", "n", lambda: shown.append(commands.screen.shown))
    await commands.bulk.actions[action](studies)
    commands.screen.assert_done()
    (card,) = shown
    if masked:
        assert "Okafor" not in card
        assert ("are others'" in card or "•••'s" in card) == bool(said)
    else:
        assert said in card
        assert ("of the" in card) == bool(said)
    assert commands.server.writes == []


# What is shown only because the cursor is on it.


CASES: Final = ("status", "cancel", "claim", "severity", "assign")


def left_over(commands: Commands, **state: Any) -> Study:
    """Show a study of Mine that is done with, and stays only because the cursor is on it."""
    board = commands.board
    board.choose(next(each for each in board.worklists if each.name == "Mine"))
    study = commands.there_is(assignee=SMITH)
    board.pin(study.study_id)
    commands.somebody(study.study_id, **state)
    commands.read()
    assert list(board.ids) == [study.study_id]
    return commands.held(study.study_id)


@pytest.mark.parametrize("action", CASES)
@pytest.mark.parametrize("state", [{"status": COMPLETE}, {"is_cancelled": True}])
@pytest.mark.parametrize("nobodys", [False, True])
async def test_what_is_done_and_only_pinned_is_not_acted_on_without_a_question(
    action: str, state: dict[str, Any], *, nobodys: bool
) -> None:
    commands = desk()
    study = left_over(commands, **state, **({"assignee": None} if nobodys else {}))
    is_refused = ("is_cancelled" in state and action in {"status", "cancel"}) or (
        action == "claim" and not nobodys
    )
    if not is_refused:
        commands.screen.will("Cancel" if action == "cancel" else "is c", "n")
    await commands.do(action, study)
    assert commands.server.writes == []
    assert commands.on_server(study.study_id).status == study.status


async def test_what_was_just_completed_is_reopened_after_a_question_only() -> None:
    for answer in ("n", "y"):
        commands = desk()
        study = left_over(commands, status=COMPLETE)
        commands.screen.will("is complete. Make it incomplete again?", answer)
        await commands.do("status", study)
        is_open = commands.on_server(study.study_id).status == "incomplete"
        assert is_open == (answer == "y")


async def test_in_a_worklist_that_keeps_it_nothing_is_asked() -> None:
    commands = desk()
    commands.board.choose(
        next(each for each in commands.board.worklists if each.name == "Complete")
    )
    study = commands.there_is(status=COMPLETE, assignee=OKAFOR)
    await commands.do("status", study)
    assert commands.on_server(study.study_id).status == "incomplete"


# The cursor after a study is done with.


def in_mine(commands: Commands, count: int) -> list[Study]:
    """Show so many studies of Mine, the cursor on the first."""
    board = commands.board
    board.choose(next(each for each in board.worklists if each.name == "Mine"))
    studies = [commands.there_is(each, assignee=SMITH, age=5000 - each) for each in range(count)]
    commands.screen.table.cursor_id = board.ids[0]
    board.pin(board.ids[0])
    return studies


async def test_o_v_o_v_completes_one_after_the_other() -> None:
    commands = desk()
    studies = in_mine(commands, 3)
    for study in studies:
        for action in ("open", "status"):
            under = commands.screen.table.cursor_id
            assert under == study.study_id
            await commands.do(action, study)
            commands.board.pin(commands.screen.table.cursor_id)
    # The last has nowhere to go on to.
    assert [each for each, _ in commands.viewer.opened] == [each.study_id for each in studies]
    assert all(commands.on_server(each.study_id).status == COMPLETE for each in studies)
    assert commands.screen.table.cursor_id == studies[-1].study_id
    commands.screen.will("Make it incomplete again?", "n")
    await commands.do("status", studies[-1])


async def test_from_the_last_row_the_cursor_goes_up() -> None:
    commands = desk()
    first, second = in_mine(commands, 2)
    commands.screen.table.cursor_id = second.study_id
    await commands.do("status", second)
    assert commands.screen.table.cursor_id == first.study_id


async def test_the_same_key_at_once_asks_about_the_study_it_came_to() -> None:
    commands = desk()
    first, second, third = in_mine(commands, 3)
    await commands.do("status", first)
    assert commands.screen.table.cursor_id == second.study_id
    commands.screen.will("Complete this study too?", "n")
    await commands.do("status", second)
    assert "Zebra head  Smith J  …000001" in commands.screen.asked
    assert commands.on_server(second.study_id).status == "incomplete"
    assert commands.screen.table.cursor_id == second.study_id
    # Any other key in between is a look at it.
    await commands.do("status", second)
    assert commands.screen.table.cursor_id == third.study_id
    await commands.do("open", third)
    await commands.do("status", third)
    assert commands.on_server(third.study_id).status == COMPLETE


async def test_the_cursor_stays_where_the_study_stays_or_a_draft_is() -> None:
    commands = desk()
    first, _ = in_mine(commands, 2)
    draft = commands.drafts.of(first)._replace(severity="high")
    commands.drafts.change(first, draft)
    await commands.do("status", first)
    assert commands.screen.table.cursor_id == first.study_id
    other = desk()
    other.board.narrow("")
    other.board.choose(other.board.worklists[0]._replace(name="All", query_text="zebra"))
    one, _ = other.there_is(1), other.there_is(2)
    other.screen.table.cursor_id = one.study_id
    await other.do("status", one)
    assert other.screen.table.cursor_id == one.study_id
