"""Commands on one study, with a fake screen: nothing is lost, and everything is said."""

import asyncio
from typing import Any

import pytest

from avara_tui.api.errors import ErrorKind
from avara_tui.study import Study
from tui.without_screen import OKAFOR, SMITH, Commands


def begun(commands: Commands, study: Study, severity: str) -> None:
    """Show a study in the detail and put a severity into its draft."""
    commands.screen.detail.show_study(commands.held(study.study_id))
    commands.drafts.change(study, commands.drafts.of(study)._replace(severity=severity))


# Claiming and next.


async def test_next_takes_the_following_study_when_somebody_was_quicker() -> None:
    commands = Commands()
    first = commands.there_is(1, severity="stat")
    second = commands.there_is(2, severity="high")
    commands.somebody(first.study_id, assignee=OKAFOR)
    await commands.do("next")
    assert commands.writes(first.study_id) == []
    assert commands.on_server(second.study_id).assignee == SMITH
    assert commands.screen.table.cursor_id == second.study_id
    assert [(study, "is yours" in said) for study, said in commands.viewer.opened] == [
        (second.study_id, True)
    ]


async def test_next_says_when_there_is_none_and_what_there_is_elsewhere() -> None:
    commands = Commands()
    commands.there_is(1, assignee=OKAFOR)
    commands.there_is(2, description="Lion head")
    commands.board.narrow("zebra")
    await commands.do("next")
    for text in ("none to take", "matches the filter", "elsewhere"):
        assert text in commands.screen.status
    assert commands.server.writes == []
    assert "update" not in commands.server.requests


async def test_what_is_aside_is_not_next_until_it_is_back() -> None:
    commands = Commands()
    first, second = commands.there_is(1, severity="stat"), commands.there_is(2)
    await commands.do("aside", first)
    assert "put aside for 15 min" in commands.screen.status
    await commands.do("next")
    assert commands.on_server(second.study_id).assignee == SMITH
    await commands.do("aside", first)
    assert "is back" in commands.screen.status
    await commands.do("next")
    assert commands.writes(first.study_id) == ["update"]


async def test_claiming_what_somebody_took_meanwhile_names_the_holder_and_asks() -> None:
    commands = Commands()
    study = commands.there_is()
    commands.somebody(study.study_id, assignee=OKAFOR)
    commands.screen.will("Okafor", "y", lambda: written.extend(commands.writes(study.study_id)))
    written: list[str] = []
    await commands.do("claim", study)
    assert written == []
    assert "claimed" in commands.screen.status
    assert commands.on_server(study.study_id).assignee == SMITH


async def test_who_does_not_take_it_over_writes_nothing() -> None:
    commands = Commands()
    study = commands.there_is(assignee=OKAFOR)
    commands.screen.will("Take it over?", "n")
    await commands.do("claim", study)
    assert commands.on_server(study.study_id).assignee == OKAFOR
    assert commands.server.writes == []


async def test_a_lost_claim_is_told() -> None:
    commands = Commands()
    study = commands.there_is()
    await commands.do("claim", study)
    commands.somebody(study.study_id, assignee=OKAFOR)
    commands.read()
    assert "not yours any more" in commands.screen.status
    assert "Okafor" in commands.screen.status
    assert commands.screen.alerts


# Undo.


async def test_undo_takes_back_the_last_change_without_asking() -> None:
    commands = Commands()
    study = commands.there_is()
    await commands.do("undo")
    assert "nothing to undo" in commands.screen.status
    commands.screen.will("Severity of Zebra head", "s")
    await commands.do("severity", study)
    assert "now ▲ STAT" in commands.screen.status
    await commands.do("undo")
    assert "undone: severity" in commands.screen.status
    assert "▲ STAT → RTN" in commands.screen.status
    assert commands.on_server(study.study_id).severity == "normal"
    assert commands.writes(study.study_id) == ["update", "update"]
    await commands.do("undo")
    assert "nothing to undo" in commands.screen.status


async def test_undo_says_when_somebody_has_changed_it_since() -> None:
    commands = Commands()
    study = commands.there_is()
    await commands.do("status", study)
    assert "completed" in commands.screen.status
    commands.screen.will("is complete. Set severity all the same?", "y")
    commands.screen.will("Severity of", "s")
    await commands.do("severity", study)
    commands.somebody(study.study_id, severity="high")
    await commands.do("undo")
    alerts = list(commands.screen.alerts.values())
    assert len(alerts) == 2
    assert all("severity is ● HIGH" in each for each in alerts)
    assert sum("not undone" in each for each in alerts) == 1
    assert commands.on_server(study.study_id).severity == "high"


# Conflicts and drafts.


async def test_nobody_who_has_gone_on_is_asked_about_a_conflict() -> None:
    commands = Commands()
    study = commands.there_is(severity="stat")
    commands.somebody(study.study_id, severity="high")
    loop = asyncio.get_running_loop()
    answer = loop.create_future()
    commands.server.gate = lambda operation: answer if operation == "retrieve" else None
    commands.screen.will("Severity of", "r")
    saving = asyncio.ensure_future(commands.do("severity", study))
    while not commands.server.requests:  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0)
    commands.screen.pressed += 1
    answer.set_result(None)
    await saving
    assert "not saved" in commands.screen.status
    assert "kept as a draft" in commands.screen.status
    assert commands.drafts.ids == {study.study_id}
    assert commands.writes(study.study_id) == []


async def test_of_a_conflict_what_is_mine_is_written_and_what_is_theirs_stays() -> None:
    commands = Commands()
    study = commands.there_is()
    begun(commands, study, "stat")
    mine = commands.drafts.of(study)._replace(description="Zebra mine")
    commands.drafts.change(study, mine)
    commands.somebody(study.study_id, severity="high", description="Zebra theirs")
    commands.screen.will("conflict: severity, description", frozenset({"description"}))
    await commands.do("save")
    assert "saved" in commands.screen.status
    saved = commands.on_server(study.study_id)
    assert (saved.severity, saved.description) == ("high", "Zebra mine")
    assert not commands.drafts


async def test_leaving_a_conflict_writes_nothing_and_keeps_the_draft() -> None:
    commands = Commands()
    study = commands.there_is()
    commands.somebody(study.study_id, description="Zebra theirs")
    commands.screen.will("description: Zebra head", "Zebra head mine")
    commands.screen.will("conflict: description", None)
    await commands.do("description", study)
    assert "kept as a draft" in commands.screen.status
    assert commands.writes(study.study_id) == []
    assert commands.drafts.ids == {study.study_id}
    assert commands.drafts.of(study).description == "Zebra head mine"


@pytest.mark.parametrize("kind", [ErrorKind.SERVER, ErrorKind.FORBIDDEN, ErrorKind.TIMEOUT])
async def test_what_was_typed_survives_a_failed_save(kind: ErrorKind) -> None:
    commands = Commands()
    study = commands.there_is()
    commands.fails(kind)
    commands.screen.will("description: Zebra head", "Zebra head typed")
    await commands.do("description", study)
    assert "not saved" in commands.screen.status
    assert "kept as a draft" in commands.screen.status
    assert commands.drafts.of(study).description == "Zebra head typed"
    commands.fails(None)
    commands.screen.detail.show_study(commands.held(study.study_id))
    await commands.do("save")
    assert commands.on_server(study.study_id).description == "Zebra head typed"
    assert not commands.drafts


async def test_a_draft_survives_the_loss_of_the_server() -> None:
    commands = Commands()
    study = commands.there_is()
    begun(commands, study, "stat")
    commands.fails(ErrorKind.UNREACHABLE, "retrieve")
    await commands.do("save")
    assert "not saved" in commands.screen.status
    assert commands.drafts.ids == {study.study_id}
    assert commands.drafts.of(study).severity == "stat"
    commands.fails(None)
    await commands.do("save")
    assert commands.on_server(study.study_id).severity == "stat"
    assert not commands.drafts


async def test_what_is_edited_while_it_is_saved_stays_a_draft() -> None:
    commands = Commands()
    study = commands.there_is()
    begun(commands, study, "stat")
    answer = asyncio.get_running_loop().create_future()
    commands.server.gate = lambda operation: answer if operation == "update" else None
    saving = asyncio.ensure_future(commands.do("save"))
    while not commands.writes(study.study_id):  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0)
    mine = commands.drafts.of(study)._replace(status="complete")
    commands.drafts.change(study, mine)
    answer.set_result(None)
    await saving
    assert "saved" in commands.screen.status
    assert commands.on_server(study.study_id).severity == "stat"
    assert commands.drafts.ids == {study.study_id}
    assert commands.screen.detail.changed_fields == 1
    assert commands.on_server(study.study_id).status == "incomplete"
    commands.server.gate = lambda _: None
    await commands.do("save")
    assert commands.on_server(study.study_id).status == "complete"


async def test_an_empty_description_is_refused_where_it_is_typed() -> None:
    commands = Commands()
    study = commands.there_is()
    commands.screen.will("description: ", "")
    commands.screen.will("description: ", "new words")
    await commands.do("description", study)
    assert commands.screen.refused == ["a description needs at least one character"]
    assert commands.on_server(study.study_id).description == "new words"


async def test_a_deleted_pair_can_be_put_back() -> None:
    commands = Commands()
    study = commands.there_is(metadata={"room": "B12"})
    detail = commands.screen.detail
    detail.show_study(study)
    while detail.entry is None or detail.entry.key != "room":
        detail.move_field(1)
    await commands.do("delete_metadata")
    assert commands.drafts.of(study).metadata == {}
    await commands.do("delete_metadata")
    assert not detail.is_dirty
    assert commands.drafts.of(study).metadata == {"room": "B12"}


async def test_a_change_under_way_is_not_confirmed_and_shown_as_wanted() -> None:
    commands = Commands()
    study = commands.there_is()
    answer = asyncio.get_running_loop().create_future()
    commands.server.gate = lambda operation: answer if operation == "retrieve" else None
    commands.screen.will("Severity of", "h")
    saving = asyncio.ensure_future(commands.do("severity", study))
    while not commands.server.requests:  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0)
    assert commands.edits.not_confirmed() == {(study.study_id, "severity")}
    assert commands.screen.row_context.unconfirmed == {study.study_id}
    assert commands.on_server(study.study_id).severity == "normal"
    commands.screen.will("not saved yet", "n")
    assert not await commands.edits.may_quit()
    answer.set_result(None)
    await saving
    assert not commands.edits.not_confirmed()
    assert not commands.screen.row_context.unconfirmed
    assert commands.on_server(study.study_id).severity == "high"


# Other commands on one study.


async def test_cancelling_asks_and_says_how_to_restore() -> None:
    commands = Commands()
    study = commands.there_is()
    commands.screen.will("Cancel this study", "n")
    await commands.do("cancel", study)
    assert commands.writes(study.study_id) == []
    commands.screen.will("Cancel this study", "y")
    await commands.do("cancel", study)
    assert commands.writes(study.study_id) == ["cancel"]
    assert "X restores it" in commands.screen.status
    await commands.do("cancel", study)
    assert "is cancelled already" in commands.screen.status
    commands.screen.will("Restore this study", "y")
    await commands.do("uncancel", study)
    assert commands.writes(study.study_id) == ["cancel", "uncancel"]


async def test_a_study_is_assigned_to_a_person_and_to_nobody() -> None:
    commands = Commands()
    study = commands.there_is()
    commands.there_is(2, assignee=OKAFOR)
    commands.screen.will("Assign Zebra head", OKAFOR.user_id)
    await commands.do("assign", study)
    assert "assigned to" in commands.screen.status
    assert commands.on_server(study.study_id).assignee == OKAFOR
    commands.screen.will("Take this study from Okafor", "y")
    await commands.do("unassign", study)
    assert commands.on_server(study.study_id).assignee is None
    await commands.do("unassign", study)
    assert "is assigned to nobody already" in commands.screen.status


async def test_hidden_names_are_in_no_question_and_in_nothing_that_is_said() -> None:
    commands = Commands()
    commands.screen.masked = True
    study = commands.there_is(assignee=OKAFOR)
    asked: list[str] = []
    ask = commands.screen.ask

    async def heard(*about: Any, **more: Any) -> str | None:
        answer = await ask(*about, **more)
        asked.append(commands.screen.asked)
        return answer

    commands.screen.ask = heard  # type: ignore[method-assign]
    commands.screen.will("Take it over?", "y")
    await commands.do("claim", study)
    commands.screen.will("Severity of", "s")
    await commands.do("severity", study)
    commands.fails(ErrorKind.FORBIDDEN)
    commands.screen.will("Severity of", "r")
    await commands.do("severity", study)
    said = [*asked, *commands.screen.said, *commands.screen.alerts.values()]
    assert len(said) > 5
    assert not [each for each in said if "Zebra" in each or "Okafor" in each]


async def test_the_limit_of_metadata_pairs_is_told() -> None:
    commands = Commands()
    study = commands.there_is(metadata={f"key{number}": "x" for number in range(50)})
    commands.screen.detail.show_study(study)
    await commands.do("add_metadata")
    assert "at most 50 metadata pairs" in commands.screen.status
    assert commands.server.writes == []
