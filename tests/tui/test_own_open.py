"""Leaving with open studies of one's own: asked once, given away with the person looking on."""

import pytest

from avara_tui.api.errors import ErrorKind
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import User
from avara_tui.tui.commands.own_open import Parting
from studies import add_study, open_studies
from tui.driver import Driver, worklist
from tui.without_screen import OKAFOR, SMITH, Commands


async def part(commands: Commands) -> Parting:
    parting = await commands.own_open.part()
    commands.screen.assert_done()
    return parting


def _a_user(role: str) -> User:
    return User(OKAFOR, can_manage_studies=True, level="admin", clinic_role=role)


def three_of_mine(commands: Commands) -> list[str]:
    """Let the person have three open studies, and a colleague; return the studies' ids."""
    commands.session.users[OKAFOR.user_id] = _a_user("Radiologist")
    for number, severity in enumerate(("stat", "high", "normal"), 1):
        commands.there_is(number, severity=severity, assignee=SMITH)
    return [each.study_id for each in commands.own_open.studies()]


# Who is asked, and of what.


async def test_only_what_is_open_and_mine_is_asked_for() -> None:
    commands = Commands()
    commands.there_is(1, assignee=OKAFOR)
    commands.there_is(2)
    commands.there_is(3, assignee=SMITH, status="complete")
    commands.there_is(4, assignee=SMITH, is_cancelled=True)
    assert await part(commands) is Parting.LEAVES
    commands.there_is(5, assignee=SMITH)
    commands.screen.will("1+ open studies are yours", "q")
    assert await part(commands) is Parting.LEAVES
    assert commands.server.writes == []


async def test_nobody_who_is_not_known_or_may_not_write_is_asked() -> None:
    unknown = Commands(me=None)
    unknown.there_is(1, assignee=SMITH)
    assert await part(unknown) is Parting.LEAVES
    reads = Commands()
    reads.there_is(1, assignee=SMITH)
    reads.screen.options = reads.screen.options._replace(read_only=True)
    assert await part(reads) is Parting.LEAVES


async def test_how_many_and_how_many_stat_is_said_and_esc_stays() -> None:
    commands = Commands()
    three_of_mine(commands)
    commands.screen.will("3+ open studies are yours, 1 STAT", None)
    assert await part(commands) is Parting.STAYS
    assert commands.server.writes == []


# Giving away.


async def test_giving_back_shows_which_and_what_came_of_it() -> None:
    commands = Commands()
    ids = three_of_mine(commands)
    commands.screen.will("are yours", "g")
    commands.screen.will("Assign 3 studies to nobody?", "y")
    commands.screen.will("esc close", "escape")
    assert await part(commands) is Parting.ASKED_FOR_MORE
    assert [commands.on_server(each).assignee for each in ids] == [None] * 3
    assert await part(commands) is Parting.LEAVES


async def test_handing_over_asks_for_the_person() -> None:
    commands = Commands()
    ids = three_of_mine(commands)
    commands.screen.will("are yours", "a")
    commands.screen.will("Hand over 3 studies to", OKAFOR.user_id)
    commands.screen.will("Assign 3 studies to", "y")
    commands.screen.will("esc close", "escape")
    assert await part(commands) is Parting.ASKED_FOR_MORE
    assert {commands.on_server(each).assignee for each in ids} == {OKAFOR}
    assert await part(commands) is Parting.LEAVES


async def test_what_did_not_go_is_asked_for_again() -> None:
    commands = Commands()
    ids = three_of_mine(commands)
    failures = [ErrorKind.FORBIDDEN]
    commands.server.fails = lambda asked: failures.pop() if asked == "update" and failures else None
    commands.screen.will("3+ open studies", "g")
    commands.screen.will("y yes, ", "y")
    commands.screen.will("r retry 1   esc close", "escape")
    assert await part(commands) is Parting.ASKED_FOR_MORE
    commands.screen.will("1+ open studies are yours", None)
    assert await part(commands) is Parting.STAYS
    assert sum(commands.on_server(each).assignee is None for each in ids) == 2


@pytest.mark.parametrize("answer", ["g", "a"])
async def test_no_to_the_studies_shown_leads_back_to_the_question(answer: str) -> None:
    commands = Commands()
    three_of_mine(commands)
    commands.screen.will("are yours", answer)
    if answer == "a":
        commands.screen.will("Hand over", OKAFOR.user_id)
    commands.screen.will("y yes, ", "n")
    assert await part(commands) is Parting.ASKED_FOR_MORE
    assert commands.server.writes == []


async def test_what_somebody_else_has_by_now_is_left_alone() -> None:
    commands = Commands()
    first = three_of_mine(commands)[0]
    commands.screen.will("are yours", "g")
    commands.screen.will("y yes, ", "y", lambda: commands.somebody(first, assignee=OKAFOR))
    commands.screen.will("overwrite 1 all the same   esc close", "escape")
    assert await part(commands) is Parting.ASKED_FOR_MORE
    assert commands.on_server(first).assignee == OKAFOR
    assert await part(commands) is Parting.LEAVES


async def test_what_did_not_go_and_is_out_of_sight_keeps_the_program_open() -> None:
    """The screen was locked meanwhile, and holds no studies."""
    commands = Commands()
    ids = three_of_mine(commands)
    commands.fails(ErrorKind.FORBIDDEN)
    commands.screen.will("are yours", "g")
    commands.screen.will("y yes, ", "y")

    def locked() -> None:
        for each in ids:
            commands.session.forget(each)

    commands.screen.will("retry 3   esc close", "escape", locked)
    assert await part(commands) is Parting.STAYS
    assert "not all of them went: H shows which" in commands.screen.said


async def test_handing_stat_to_somebody_who_does_not_read_is_asked_for() -> None:
    commands = Commands()
    three_of_mine(commands)
    commands.session.users[OKAFOR.user_id] = _a_user("IT Administrator")
    commands.screen.will("are yours", "a")
    commands.screen.will("Hand over", OKAFOR.user_id)
    commands.screen.will("doesn't read: assign 3 (1 STAT)?", None)
    assert await part(commands) is Parting.ASKED_FOR_MORE
    assert commands.server.writes == []


# The real screen.


def mine(emulator: EmbeddedEmulator) -> list[str]:
    return [each["studyId"] for each in open_studies(emulator, assignee=DEMO_USER_ID)]


async def has_ended(driver: Driver) -> None:
    await driver.until(lambda: not driver.app.is_running, "the end")


async def test_q_g_y_esc_gives_all_back_and_leaves(emulator: EmbeddedEmulator) -> None:
    assert mine(emulator)
    async with worklist(emulator) as driver:
        await driver.press("q")
        await driver.until(lambda: driver.says("are yours"))
        await driver.press("g")
        await driver.sees("to nobody?")
        await driver.press("y")
        await driver.sees("esc close")
        assert driver.app.is_running
        await driver.press("escape")
        await has_ended(driver)
    assert mine(emulator) == []


async def test_where_nothing_can_be_seen_q_leaves_at_once(emulator: EmbeddedEmulator) -> None:
    assert mine(emulator)
    async with worklist(emulator, size=(50, 12), wait=False) as driver:
        await driver.until(lambda: driver.is_loaded)
        await driver.press("q")
        await has_ended(driver)


async def test_esc_stays_and_a_draft_is_asked_for_first(emulator: EmbeddedEmulator) -> None:
    """Two questions one after the other: the end of the first is no answer to the second."""
    zebra = add_study(emulator, "Zebra head")
    before = mine(emulator)
    async with worklist(emulator, filter_text="zebra") as driver:
        await driver.draft_status()
        await driver.press("escape")
        await driver.until(lambda: driver.says("keep for later"))
        await driver.press("k")
        await driver.until(lambda: driver.screen.focused is driver.screen.table)
        await driver.press("q")
        await driver.until(lambda: driver.says("Leave without them?"))
        await driver.press("y")
        await driver.until(lambda: driver.says("are yours"))
        await driver.press("escape")
        await driver.until(lambda: not driver.says("are yours"))
        assert driver.app.is_running
        await driver.press("q")
        await driver.until(lambda: driver.says("Leave without them?"))
        await driver.press("y")
        await driver.until(lambda: driver.says("are yours"))
        await driver.press("q")
        await has_ended(driver)
    assert mine(emulator) == before
    assert emulator.writes(zebra) == []
