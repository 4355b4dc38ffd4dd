"""A new study, one by its id or UID, and identifiers to the clipboard, with a fake screen."""

import base64
import re

import pytest

from avara_tui.api.errors import ErrorKind
from avara_tui.config import Clipboard, Colleague, Config
from avara_tui.study import Study
from tui.without_screen import ME, OKAFOR, SMITH, Commands

UID = "1.2.840.99999.77"


def fill(commands: Commands, uid: str, description: str) -> None:
    """Give the form of a new study a UID and a description."""
    commands.screen.will("New study", "enter")
    commands.screen.will("UID: ", uid)
    commands.screen.will("New study", "j")
    commands.screen.will("New study", "enter")
    commands.screen.will("description: ", description)


async def create(commands: Commands) -> None:
    await commands.create.create()
    commands.screen.assert_done()


def created(commands: Commands) -> list[Study]:
    return [each for each in commands.server.studies.values() if each.uid == UID]


async def test_a_study_is_created_and_the_cursor_goes_to_it() -> None:
    commands = Commands()
    fill(commands, f" {UID}", "CT head")
    commands.screen.will("free: the server knows no study with it", "w")
    await create(commands)
    (study,) = created(commands)
    assert (study.description, study.severity) == ("CT head", "normal")
    assert commands.screen.table.cursor_id == study.study_id
    assert "created" in commands.screen.status
    assert commands.server.requests.count("create") == 1
    assert not commands.create.is_unsent
    await commands.do("undo")
    assert "it is cancelled" in commands.screen.status
    assert commands.on_server(study.study_id).is_cancelled


async def test_a_uid_that_is_none_is_refused_before_anything_is_sent() -> None:
    commands = Commands()
    fill(commands, "1.2.03", "CT head")
    commands.screen.will("no component of a UID starts with 0", "w")
    commands.screen.will("not created: no component", "escape")
    commands.screen.will("not created", "k")
    await create(commands)
    assert commands.server.requests == []


async def test_a_study_with_that_uid_is_named_and_can_be_gone_to() -> None:
    commands = Commands()
    there = commands.there_is(1, uid=UID, is_cancelled=True)
    fill(commands, UID, "CT head")
    commands.screen.will("there is a study with it already", "w")
    commands.screen.will(f"…{there.study_id[-6:]}", "y")
    await create(commands)
    assert commands.screen.table.cursor_id == there.study_id
    assert "not in “All open”: shown for now" in commands.screen.status
    assert len(created(commands)) == 1
    assert commands.create.is_unsent
    # What was typed is there again.
    commands.screen.will("CT head", "escape")
    commands.screen.will("not created", "k")
    await create(commands)


async def test_a_failed_creation_keeps_what_was_typed() -> None:
    commands = Commands()
    commands.fails(ErrorKind.FORBIDDEN, "create")
    fill(commands, UID, "CT head")
    commands.screen.will("New study", "w")

    def works_again() -> None:
        assert "CT head" in commands.screen.shown
        assert created(commands) == []
        commands.fails(None)

    commands.screen.will("not created: ", "w", works_again)
    await create(commands)
    assert "created" in commands.screen.status
    assert commands.server.requests.count("create") == 2
    assert len(created(commands)) == 1


async def test_leaving_the_form_asks_and_keeps_or_discards() -> None:
    commands = Commands()
    fill(commands, UID, "CT head")
    commands.screen.will("New study", "escape")
    commands.screen.will("not created", None)
    commands.screen.will("New study", "escape")
    commands.screen.will("not created", "k")
    await create(commands)
    assert commands.create.is_unsent
    commands.screen.will("CT head", "escape")
    commands.screen.will("not created", "d")
    await create(commands)
    commands.screen.will("required", "escape")
    await create(commands)
    assert "create" not in commands.server.requests


# Finding.


@pytest.mark.parametrize("field", ["study_id", "uid"])
async def test_a_study_is_found_by_what_is_pasted(field: str) -> None:
    commands = Commands()
    study = commands.there_is(1, is_cancelled=True)
    commands.screen.will("id, UID, any text", f" {getattr(study, field)}\0")
    await commands.find.find()
    assert commands.screen.table.cursor_id == study.study_id
    assert "not in “All open”: shown for now" in commands.screen.status


async def test_a_study_that_the_filter_hides_is_shown_and_said_so() -> None:
    commands = Commands()
    study = commands.there_is()
    commands.board.narrow("severity:stat")
    commands.screen.will("id, UID, any text", study.uid)
    await commands.find.find()
    assert commands.screen.table.cursor_id == study.study_id
    assert "hidden by the filter: shown for now" in commands.screen.status


async def test_what_is_not_there_is_said() -> None:
    commands = Commands()
    commands.screen.will("id, UID, any text", "1.2.3.4")
    await commands.find.find()
    assert "knows no study" in commands.screen.status


# The clipboard.


def copied(commands: Commands) -> list[str]:
    """Return what was sent to the terminal's clipboard."""
    matches = [re.search("52;c;([^\x07]+)\x07", each) for each in commands.screen.sent]
    return [base64.b64decode(match[1]).decode() for match in matches if match is not None]


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")


async def test_an_identifier_is_copied_after_asking() -> None:
    commands = Commands()
    study = commands.there_is(1, uid=UID, metadata={"accession": "A-77", "room": "1"})
    for picked, wanted in (("UID", UID), ("study id", study.study_id), ("accession", "A-77")):
        commands.screen.will("Copy of Zebra", picked)
        commands.screen.will("every program there can read it", "y")
        await commands.find.copy([study])
        assert "sent to the terminal's clipboard" in commands.screen.status
        assert copied(commands)[-1] == wanted
    commands.screen.will("Copy of Zebra", "UID")
    commands.screen.will("every program there can read it", "n")
    await commands.find.copy([study])
    commands.screen.assert_done()
    assert len(copied(commands)) == 3


async def test_the_clipboard_can_be_switched_on_and_off() -> None:
    commands = Commands(config=Config(clipboard=Clipboard.ON))
    studies = [commands.there_is(number) for number in (1, 2)]
    commands.screen.will("Copy of 2 studies", "study id")
    await commands.find.copy(studies)
    assert "sent to the terminal's clipboard" in commands.screen.status
    assert copied(commands) == ["\n".join(each.study_id for each in studies)]
    commands = Commands(config=Config(clipboard=Clipboard.OFF))
    await commands.find.copy([commands.there_is()])
    assert "switched off" in commands.screen.status
    assert not commands.screen.sent


# People.


async def test_the_picker_says_how_much_waits_for_each_person() -> None:
    commands = Commands()
    for number in range(3):
        commands.there_is(number, assignee=OKAFOR, severity="stat" if number else "normal")
    commands.there_is(5, assignee=OKAFOR, status="complete")
    commands.screen.will("3+ open, 2+ STAT", None)
    await commands.people.pick("Assign to")
    commands.screen.assert_done()


async def test_a_person_of_the_roster_can_be_assigned_to() -> None:
    config = Config(roster=(Colleague(OKAFOR.user_id, "Rosterman, Zoe"),))
    commands = Commands(config=config)
    study = commands.there_is()
    commands.screen.will("Zoe Rosterman", OKAFOR.user_id)
    await commands.do("assign", study)
    assert "assigned to Zoe Rosterman" in commands.screen.said[-1]
    assert commands.on_server(study.study_id).assignee == OKAFOR


async def test_who_sits_here_is_asked_once_and_shown_how_to_keep() -> None:
    commands = Commands(me=None)
    first, second = commands.there_is(1), commands.there_is(2)
    commands.there_is(3, assignee=SMITH)
    commands.screen.will("Who are you?", ME)
    commands.screen.will(f'me = "{ME}"', "enter", lambda: shown.append(commands.screen.shown))
    shown: list[str] = []
    await commands.do("claim", first)
    assert "[profiles.test]" in shown[0]
    assert "claimed" in commands.screen.status
    await commands.do("claim", second)
    assert [commands.on_server(each.study_id).assignee for each in (first, second)] == [SMITH] * 2
