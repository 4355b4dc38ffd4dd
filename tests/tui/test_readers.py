"""The picker of people: who may read first, and a question before a STAT goes to who does not."""

from typing import Any

import pytest

from avara_tui.config import Colleague, Config
from avara_tui.study import Study, User, UserRef
from avara_tui.tui.lines import text_of
from tui.without_screen import OKAFOR, SMITH, Commands

BELL = UserRef("usr_" + "1" * 32, "bell@example.org", "Marcus", "Bell")
ADLER = UserRef("usr_" + "2" * 32, "adler@example.org", "Ida", "Adler")
OTTO = UserRef("usr_" + "3" * 32, "otto@example.org", "Otto", "Zander")
ROSTERED = "usr_" + "4" * 32
ROLES = {
    SMITH: "Radiologist",
    OKAFOR: "Nuclear Medicine Physician",
    BELL: "IT Administrator",
    ADLER: "Patient Care Coordinator",
    OTTO: "Radiologist of tomorrow",
}


def a_site() -> Commands:
    """Return a worklist of a site where five people manage studies and one stands in the roster."""
    roster = (Colleague(user=ROSTERED, name="Roster, Rita"),)
    commands = Commands(config=Config(roster=roster))
    commands.server.people |= {each.user_id: each for each in ROLES}
    for user, role in ROLES.items():
        commands.session.users[user.user_id] = User(
            user, can_manage_studies=True, level="admin", clinic_role=role
        )
    return commands


def noted(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return where the picker's lines go."""
    shown: list[str] = []
    pick = commands.screen.pick

    async def noting(title: str, choices: Any, **more: Any) -> str | None:
        shown.extend(text_of(each.label) for each in choices)
        return await pick(title, choices, **more)

    monkeypatch.setattr(commands.screen, "pick", noting)
    return shown


async def test_who_may_read_comes_first_with_role_and_load(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commands = a_site()
    commands.there_is(1, severity="stat", assignee=OKAFOR)
    commands.there_is(2, assignee=BELL)
    nobodys = commands.there_is(3)
    shown = noted(commands, monkeypatch)
    commands.screen.will("Assign", None)
    await commands.do("assign", nobodys)
    people = [each.split("  ")[0].strip() for each in shown]
    # Oneself among those who read; then those of whom nothing is known; last who does not.
    assert people == [
        "John Smith (you)", "Ada Okafor", "Rita Roster", "Otto Zander", "Ida Adler", "Marcus Bell",
    ]  # fmt: skip
    for person, role, load in (
        ("Okafor", "Nuclear Medicine", "1+ open, 1+ STAT"),
        ("Roster", "role not known", "0+ open"),
        ("Zander", "Radiologist of tomorrow", "0+ open"),
        ("Bell", "IT Administrator", "1+ open"),
    ):
        (row,) = (each for each in shown if person in each)
        assert role in row
        assert load in row


async def assign(
    commands: Commands, each: Study, user_id: str, *, asked: str, answer: str | None
) -> None:
    commands.screen.will("Assign", user_id)
    if asked:
        commands.screen.will(asked, answer)
    await commands.do("assign", each)


@pytest.mark.parametrize(
    ("user", "asked"),
    [
        (OKAFOR, ""),
        (ROSTERED, ""),
        (BELL, "Bell M, IT Administrator doesn't read: STAT Zebra head …000001?"),
        (OTTO, "Zander O, Radiologist of to… may not read: STAT Zebra head …000001?"),
    ],
)
@pytest.mark.parametrize("answer", ["y", None])
async def test_before_a_stat_goes_to_who_does_not_read_it_is_asked_once(
    user: UserRef | str, asked: str, answer: str | None
) -> None:
    commands = a_site()
    user_id = user if isinstance(user, str) else user.user_id
    commands.server.people[ROSTERED] = UserRef(ROSTERED, "", "Rita", "Roster")
    stat = commands.there_is(1, severity="stat")
    await assign(commands, stat, user_id, asked=asked, answer=answer)
    holder = commands.on_server(stat.study_id).assignee
    goes = answer == "y" or not asked
    assert (holder.user_id if holder else None) == (user_id if goes else None)
    assert len(commands.server.writes) == goes


@pytest.mark.parametrize(
    "fields",
    [{"severity": "high"}, {"severity": "stat", "status": "complete"}],
)
async def test_what_is_not_an_open_stat_goes_to_anybody(fields: dict[str, str]) -> None:
    commands = a_site()
    if "status" in fields:
        (complete,) = (each for each in commands.board.worklists if each.name == "Complete")
        commands.board.choose(complete)
    each = commands.there_is(1, **fields)
    await assign(commands, each, BELL.user_id, asked="", answer="")
    assert commands.on_server(each.study_id).assignee == BELL


async def test_a_severity_that_could_not_be_read_counts_as_stat() -> None:
    commands = a_site()
    each = commands.there_is(1, severity="stat", unreadable=("severity",))
    await assign(commands, each, BELL.user_id, asked="doesn't read", answer=None)
    assert commands.server.writes == []


async def test_of_several_it_is_said_how_many_are_stat() -> None:
    commands = a_site()
    studies = [
        commands.there_is(number, severity=severity)
        for number, severity in enumerate(("stat", "high", "stat"), 1)
    ]
    commands.screen.will("Assign 3 studies to", BELL.user_id)
    commands.screen.will("doesn't read: assign 3 (2 STAT)?", None)
    await commands.bulk.assign(studies)
    commands.screen.assert_done()
    assert commands.server.writes == []
    commands.screen.will("Assign 3 studies to", BELL.user_id)
    commands.screen.will("(2 STAT)", "y")
    commands.screen.will("y yes, ", "y")
    commands.screen.will("esc close", "escape")
    await commands.bulk.assign(studies)
    assert {commands.on_server(each.study_id).assignee for each in studies} == {BELL}


@pytest.mark.parametrize("is_drafted", ["assignee", "severity"])
async def test_a_draft_that_gives_a_stat_to_who_does_not_read_stays_one_after_no(
    is_drafted: str,
) -> None:
    commands = a_site()
    severity = "normal" if is_drafted == "severity" else "stat"
    each = commands.there_is(1, severity=severity)
    commands.screen.detail.show_study(commands.held(each.study_id))
    draft = commands.drafts.of(each)
    wanted = draft._replace(assigned_to=BELL.user_id, severity="stat")
    commands.drafts.change(each, wanted)
    commands.screen.will("doesn't read", None)
    await commands.do("save")
    assert commands.server.writes == []
    assert each.study_id in commands.drafts.ids
    commands.screen.will("doesn't read", "y")
    await commands.do("save")
    assert commands.on_server(each.study_id).assignee == BELL
    assert commands.on_server(each.study_id).severity == "stat"


async def test_a_name_that_is_hidden_is_not_said_in_the_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commands = a_site()
    stat = commands.there_is(1, severity="stat")
    commands.screen.masked = True
    asked: list[str] = []
    ask = commands.screen.ask

    async def noting(*about: Any, **more: Any) -> str | None:
        answer = await ask(*about, **more)
        asked.append(commands.screen.asked)
        return answer

    monkeypatch.setattr(commands.screen, "ask", noting)
    commands.screen.will("doesn't read", None)
    assert not await commands.people.may_have(BELL.user_id, [stat])
    assert "Bell" not in asked[0]
    assert "Zebra" not in asked[0]
