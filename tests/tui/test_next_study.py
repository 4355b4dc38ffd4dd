"""The key ``n``: mine and nobody's by urgency, in the worklist shown, nothing passed silently."""

from typing import Any, Final

import pytest

from avara_tui.api.errors import ErrorKind
from avara_tui.config import Config, NextRule
from avara_tui.study import COMPLETE
from avara_tui.triage.aside import ASIDE_FOR
from avara_tui.worklist.clocks import HOUR
from tui.without_screen import OKAFOR, SMITH, Commands

POOL: Final = Config(next=NextRule.POOL)


def show(commands: Commands, name: str) -> None:
    """Show a saved worklist."""
    board = commands.board
    board.choose(next(each for each in board.worklists if each.name == name))


def opened(commands: Commands) -> list[str]:
    return [study_id for study_id, _ in commands.viewer.opened]


async def test_mine_comes_first_in_its_band_and_is_opened_without_a_write() -> None:
    commands = Commands()
    older = commands.there_is(1, severity="stat", age=2 * HOUR)
    mine = commands.there_is(2, severity="stat", age=HOUR, assignee=SMITH)
    commands.there_is(3, severity="high", assignee=SMITH)
    await commands.do("next")
    assert opened(commands) == [mine.study_id]
    assert commands.screen.table.cursor_id == mine.study_id
    assert commands.server.writes == []
    assert commands.server.requests == ["retrieve"]
    assert commands.viewer.opened[0][1] == "is yours already"
    assert len(commands.edits.history.entries) == 0
    # Having been opened it is in hand: the next one is another.
    await commands.do("next")
    assert opened(commands) == [mine.study_id, older.study_id]
    assert commands.writes(older.study_id) == ["update"]


async def test_ones_own_overdue_stat_is_never_passed_for_a_routine_study() -> None:
    commands = Commands()
    mine = commands.there_is(1, severity="stat", age=5 * HOUR, assignee=SMITH)
    commands.there_is(2, age=9 * HOUR)
    await commands.do("next")
    assert opened(commands) == [mine.study_id]


async def test_the_pool_is_nobodys_and_says_what_of_mine_it_passes() -> None:
    commands = Commands(config=POOL)
    mine = commands.there_is(1, severity="stat", assignee=SMITH)
    free = commands.there_is(2, severity="high", age=60)
    await commands.do("next")
    assert opened(commands) == [free.study_id]
    assert "; passed over 1 STAT yours" in commands.viewer.opened[0][1]
    commands.edits.take_settings(Config())
    await commands.do("next")
    assert opened(commands) == [free.study_id, mine.study_id]


@pytest.mark.parametrize(
    ("worklist", "filter_text", "said"),
    [
        ("Mine", "", "1 STAT not in “Mine”"),
        ("All open", "head", "1 STAT hidden by the filter"),
        ("Complete", "head", "1 STAT hidden by the filter"),
    ],
)
async def test_it_keeps_to_worklist_and_filter_and_says_what_waits_outside(
    worklist: str, filter_text: str, said: str
) -> None:
    commands = Commands()
    commands.there_is(1, severity="stat", description="Lion spine")
    mine = commands.there_is(2, assignee=SMITH)
    show(commands, worklist)
    commands.board.narrow(filter_text)
    await commands.do("next")
    assert opened(commands) == [mine.study_id]
    assert commands.viewer.opened[0][1] == f"is yours already; passed over {said}"


async def test_an_empty_mine_takes_nothing_from_the_pool() -> None:
    commands = Commands()
    commands.there_is(1, severity="stat")
    show(commands, "Mine")
    await commands.do("next")
    assert opened(commands) == []
    assert commands.screen.status == (
        "none to take: no open study is yours or nobody's in “Mine”; 1 elsewhere"
        "; passed over 1 STAT not in “Mine”"
    )


async def test_what_is_aside_is_passed_and_told_until_it_is_back() -> None:
    commands = Commands()
    mine = commands.there_is(1, severity="stat", assignee=SMITH)
    commands.there_is(2, assignee=SMITH)
    await commands.do("aside", mine)
    await commands.do("next")
    assert "; passed over 1 STAT put aside" in commands.viewer.opened[-1][1]
    commands.clock.advance(ASIDE_FOR + 1)
    commands.edits.tick()
    await commands.do("next")
    assert opened(commands)[-1] == mine.study_id


async def test_what_was_opened_is_next_again_after_a_while_or_when_nothing_else_is() -> None:
    commands = Commands()
    mine = commands.there_is(1, severity="stat", assignee=SMITH)
    other = commands.there_is(2, assignee=SMITH)
    for expected in (mine, other):
        await commands.do("next")
        assert opened(commands)[-1] == expected.study_id
    assert "; passed over 1 STAT opened already" in commands.viewer.opened[-1][1]
    await commands.do("next")
    assert opened(commands)[-1] == mine.study_id
    commands.there_is(3, assignee=SMITH)
    commands.clock.advance(ASIDE_FOR + 1)
    await commands.do("next")
    assert opened(commands)[-1] == mine.study_id


async def test_what_could_not_be_opened_is_next_again() -> None:
    commands = Commands()
    mine = commands.there_is(1, severity="stat", assignee=SMITH)
    commands.there_is(2, assignee=SMITH)
    commands.viewer.is_broken = True
    await commands.do("next")
    await commands.do("next")
    assert opened(commands) == [mine.study_id, mine.study_id]


async def test_what_a_hand_opened_is_in_hand_as_well() -> None:
    commands = Commands()
    mine = commands.there_is(1, severity="stat", assignee=SMITH)
    other = commands.there_is(2, assignee=SMITH)
    await commands.do("open", mine)
    await commands.do("next")
    assert opened(commands) == [mine.study_id, other.study_id]


@pytest.mark.parametrize(
    "meanwhile", [{"assignee": OKAFOR}, {"status": COMPLETE}, {"is_cancelled": True}]
)
async def test_mine_that_is_not_mine_or_done_by_now_is_not_opened(
    meanwhile: dict[str, Any],
) -> None:
    commands = Commands()
    mine = commands.there_is(1, severity="stat", assignee=SMITH)
    other = commands.there_is(2, assignee=SMITH)
    commands.somebody(mine.study_id, **meanwhile)
    await commands.do("next")
    assert opened(commands) == [other.study_id]
    assert "; passed over 1 STAT taken or done meanwhile" in commands.viewer.opened[0][1]
    assert commands.server.writes == []


async def test_mine_that_lost_its_reader_is_claimed_again() -> None:
    commands = Commands()
    mine = commands.there_is(1, severity="stat", assignee=SMITH)
    commands.somebody(mine.study_id, assignee=None)
    await commands.do("next")
    assert opened(commands) == [mine.study_id]
    assert commands.writes(mine.study_id) == ["update"]
    assert commands.on_server(mine.study_id).assignee == SMITH


async def test_mine_that_the_server_does_not_know_any_more_is_passed() -> None:
    commands = Commands()
    mine = commands.there_is(1, severity="stat", assignee=SMITH)
    other = commands.there_is(2, assignee=SMITH)
    del commands.server.studies[mine.study_id]
    await commands.do("next")
    assert opened(commands) == [other.study_id]


async def test_a_server_that_does_not_answer_opens_nothing_and_is_told_of() -> None:
    commands = Commands()
    commands.there_is(1, severity="stat", assignee=SMITH)
    commands.fails(ErrorKind.SERVER, "retrieve")
    await commands.do("next")
    assert opened(commands) == []
    assert "not opened: whether it is still yours could not be read" in commands.screen.status
    assert "not saved" not in commands.screen.status


async def test_after_a_completed_study_the_next_one_is_not_delayed_by_it() -> None:
    commands = Commands()
    show(commands, "Mine")
    first = commands.there_is(1, severity="stat", assignee=SMITH)
    second = commands.there_is(2, assignee=SMITH)
    for expected in (first, second):
        await commands.do("next")
        await commands.do("status", expected)
    assert commands.viewer.opened == [
        (first.study_id, "is yours already"), (second.study_id, "is yours already")
    ]  # fmt: skip
    assert commands.on_server(second.study_id).status == COMPLETE
