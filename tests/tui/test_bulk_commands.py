"""Commands on several studies, with a fake screen: those shown are written, each says how."""

from collections import Counter

import pytest

from avara_tui.api.errors import ErrorKind
from avara_tui.study import Study
from avara_tui.tui.keys.actions import ACTIONS, Scope
from tui.without_screen import OKAFOR, SMITH, Commands


def some(commands: Commands, count: int, **fields: object) -> list[Study]:
    return [commands.there_is(number, **fields) for number in range(1, count + 1)]


async def carry_out(commands: Commands, action_id: str, studies: list[Study]) -> None:
    """Do an action to several studies, and check that everything that was to be asked was."""
    await commands.bulk.actions[action_id](studies)
    commands.screen.assert_done()


def test_what_is_said_to_work_on_many_is_what_does() -> None:
    marked = {each.id for each in ACTIONS if each.scope is Scope.MARKED}
    assert {*Commands().bulk.actions, "copy"} == marked


@pytest.mark.parametrize("answer", ["n", "escape", "q"])
async def test_no_is_no(answer: str) -> None:
    commands = Commands()
    studies = some(commands, 3)
    commands.screen.will("Severity of 3 studies", "h")
    commands.screen.will("y yes, ", answer)
    await carry_out(commands, "severity", studies)
    assert commands.server.requests == []
    assert not commands.unmarked


async def test_a_failure_is_told_study_by_study_and_tried_again() -> None:
    commands = Commands()
    studies = some(commands, 4)
    failures = [ErrorKind.FORBIDDEN] * 2
    commands.server.fails = lambda asked: failures.pop() if asked == "update" and failures else None
    commands.screen.will("Status of 4", "c")
    commands.screen.will("Mark 4 studies complete?", "y")
    commands.screen.will("r retry 2", "r", lambda: shown.append(commands.screen.shown))
    commands.screen.will("esc close", "escape", lambda: shown.append(commands.screen.shown))
    shown: list[str] = []
    await carry_out(commands, "status", studies)
    failed, done = shown
    assert "2 done  2 not done" in failed
    assert failed.count("not done: forbidden") == 2
    assert "4 done" in done
    assert "retry" not in done
    for study in studies:
        assert commands.on_server(study.study_id).status == "complete"
        assert commands.writes(study.study_id) == ["update"]
    assert commands.unmarked == {each.study_id for each in studies}


async def test_what_somebody_else_changed_is_left_alone_until_o() -> None:
    commands = Commands()
    studies = some(commands, 3)
    second = studies[1].study_id
    commands.screen.will("Severity of 3", "s")
    commands.screen.will("y yes, ", "y", lambda: commands.somebody(second, severity="high"))

    def untouched() -> None:
        assert "changed meanwhile to ● HIGH" in commands.screen.shown
        assert commands.on_server(second).severity == "high"

    commands.screen.will("o overwrite 1", "o", untouched)
    commands.screen.will("esc close", "escape")
    await carry_out(commands, "severity", studies)
    assert "3 done" in commands.screen.status
    assert commands.on_server(second).severity == "stat"


async def test_restoring_many_leaves_out_what_is_not_cancelled() -> None:
    commands = Commands()
    kept = commands.there_is(3)
    cancelled = some(commands, 2, is_cancelled=True)

    def told() -> None:
        assert "1 left out" in commands.screen.shown
        assert "left out: no change needed" in commands.screen.shown

    commands.screen.will("Restore 2 studies?", "y", told)
    commands.screen.will("esc close", "escape")
    await carry_out(commands, "uncancel", [*cancelled, kept])
    assert "2 done" in commands.screen.status
    assert not any(commands.on_server(each.study_id).is_cancelled for each in cancelled)
    assert commands.writes(kept.study_id) == []


async def test_cancelling_many_needs_the_count_typed() -> None:
    commands = Commands()
    studies = some(commands, 12)
    for key in ("y", "enter", "1", "enter", "1", "enter"):
        commands.screen.will("type 12 and", key)

    def nothing_is_done() -> None:
        assert commands.server.requests == []

    commands.screen.will("type 12 and enter to cancel them: 11", "backspace", nothing_is_done)
    commands.screen.will("type 12 and enter to cancel them: 1", "2")
    commands.screen.will("type 12 and enter to cancel them: 12", "enter", nothing_is_done)
    commands.screen.will("esc close", "escape")
    await carry_out(commands, "cancel", studies)
    assert "12 done" in commands.screen.status
    assert all(commands.on_server(each.study_id).is_cancelled for each in studies)


async def test_many_are_assigned_to_one_person_and_to_nobody() -> None:
    commands = Commands()
    studies = some(commands, 3)
    commands.there_is(4, assignee=OKAFOR)
    commands.screen.will("Assign 3 studies to", OKAFOR.user_id)
    commands.screen.will("y yes, ", "y")
    commands.screen.will("esc close", "escape")
    await carry_out(commands, "assign", studies)
    assert all(commands.on_server(each.study_id).assignee == OKAFOR for each in studies)
    commands.screen.will("to nobody?", "y")
    commands.screen.will("esc close", "escape")
    await carry_out(commands, "unassign", [commands.held(each.study_id) for each in studies])
    assert all(commands.on_server(each.study_id).assignee is None for each in studies)


async def test_claiming_many_leaves_out_what_others_have() -> None:
    commands = Commands()
    studies = [
        commands.there_is(number, assignee=OKAFOR if number % 2 else None) for number in range(8)
    ]

    def told() -> None:
        assert "Okafor" in commands.screen.shown
        assert "4 left out" in commands.screen.shown

    commands.screen.will("Claim ", "y", told)
    commands.screen.will("esc close", "escape")
    await carry_out(commands, "claim", studies)
    assert "4 done" in commands.screen.status
    holders = Counter(commands.on_server(each.study_id).assignee for each in studies)
    assert holders == {SMITH: 4, OKAFOR: 4}
    assert all(not commands.writes(each.study_id) for each in studies if each.assignee)


async def test_a_metadata_pair_is_set_on_many_and_deleted_from_one() -> None:
    commands = Commands()
    studies = some(commands, 3, metadata={"room": "1"})
    commands.screen.will("metadata key, on 3 studies", "shift")
    # None of them has the key: there is nothing to do with it but to set it.
    commands.screen.will("shift, on 3 studies", "late")
    commands.screen.will("not there → “late”", "y")
    commands.screen.will("esc close", "escape")
    await carry_out(commands, "metadata", studies)
    assert "3 done" in commands.screen.status
    for study in studies:
        assert commands.on_server(study.study_id).metadata == {"room": "1", "shift": "late"}
    first = studies[0].study_id
    commands.screen.will("metadata key, on 1 study", "shift")
    commands.screen.will("“shift” on 1 study?", "d")
    commands.screen.will("Delete “shift” from 1 study?", "y")
    commands.screen.will("esc close", "escape")
    await carry_out(commands, "metadata", [commands.held(first)])
    assert "1 done" in commands.screen.status
    assert commands.on_server(first).metadata == {"room": "1"}


@pytest.mark.parametrize("key", ["enter", "escape"])
async def test_where_nothing_is_to_be_done_nothing_is_sent(key: str) -> None:
    commands = Commands()
    studies = some(commands, 3)
    commands.screen.will("Nothing to do", "y")
    commands.screen.will("Nothing to do", key)
    await carry_out(commands, "uncancel", studies)
    assert commands.server.requests == []


async def test_marks_that_are_not_shown_are_pointed_out() -> None:
    commands = Commands()
    studies = some(commands, 3, severity="stat")
    commands.board.narrow("severity:normal")
    commands.screen.will("Status of 3 studies?", "c")
    commands.screen.will("3 not in view", "y")
    commands.screen.will("esc close", "escape")
    await carry_out(commands, "status", studies)
    assert "3 done" in commands.screen.status


async def test_hidden_names_are_on_no_card() -> None:
    commands = Commands()
    commands.screen.masked = True
    studies = some(commands, 3, assignee=OKAFOR, metadata={"patient": "Zebra Jane"})
    seen: list[str] = []
    commands.screen.will("Severity of 3", "s")
    commands.screen.will("y yes, ", "y", lambda: seen.append(commands.screen.shown))
    commands.screen.will("esc close", "escape", lambda: seen.append(commands.screen.shown))
    await carry_out(commands, "severity", studies)
    assert len(seen) == 2
    assert all("▲ STAT" in each for each in seen)
    assert not [each for each in seen if "Zebra" in each or "Okafor" in each]
