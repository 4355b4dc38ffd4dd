"""What was opened: in the history, in the journal, and the way back to it; its link in neither."""

from pathlib import Path
from typing import Any

import pytest

from avara_tui.api.client import AvaraClient
from avara_tui.api.errors import ErrorKind
from avara_tui.config import Clipboard, Config
from avara_tui.emulator.embedded import EmbeddedEmulator
from avara_tui.study import Study
from avara_tui.triage.journal.reading import read
from avara_tui.triage.opener.openings import Way
from avara_tui.tui.controller.leaving import Leaving
from avara_tui.tui.keys.actions import BY_ID
from avara_tui.tui.keys.places import Place
from avara_tui.tui.keys.refusals import Situation
from avara_tui.tui.lines import text_of
from avara_tui.tui.presentation.footer import fitting
from studies import add_study
from tui.driver import worklist
from tui.without_screen import OKAFOR, Commands
from worklist.making import study


def opens(commands: Commands, each: Study, *ways: Way) -> None:
    """Let a study have been opened, by default in a browser here."""
    with commands.edits.openings.begin(each.study_id) as opening:
        for way in ways or (Way.BROWSER,):
            commands.edits.openings.given(opening, way)
    commands.clock.advance(1.0)


def history(commands: Commands) -> list[str]:
    """Return the history's entries, the newest first, without their times."""
    found = []
    for item in commands.edits.past.items():
        first, *below = (text_of(each) for each in item.lines)
        found.append(" / ".join([" ".join(first.split()[1:]), *(each.strip() for each in below)]))
    return found


# The history.


async def test_openings_stand_in_the_history_in_their_place_and_cannot_be_undone() -> None:
    commands = Commands()
    one, other = commands.there_is(1), commands.there_is(2, description="Lion chest")
    opens(commands, one, Way.LINK, Way.COPIED)
    commands.screen.will("Severity of", "h")
    await commands.do("severity", one)
    commands.clock.advance(1.0)
    with commands.edits.openings.begin(other.study_id) as opening:
        assert history(commands)[0] == "open under way Lion chest …000002"
        commands.edits.openings.failed(opening, ErrorKind.TIMEOUT)
    assert history(commands) == [
        "open failed Lion chest …000002 / not shown (timeout)",
        "severity done Zebra head …000001 severity RTN → ● HIGH",
        "open opened Zebra head …000001 link shown, link copied",
    ]
    assert [each.can_be_undone for each in commands.edits.past.items()] == [False, True, False]
    # Undo takes back the last change, whatever was opened since.
    await commands.do("undo")
    assert commands.on_server(one.study_id).severity == "normal"


async def test_openings_are_neither_unsaved_nor_done_for_anybody_who_counts_changes() -> None:
    commands = Commands()
    opens(commands, commands.there_is(1))
    with commands.edits.openings.begin("stu_1"):
        assert Leaving(commands.edits.history, []).losses == []
    assert commands.edits.history.entries == []
    assert commands.edits.history.last_undoable() is None
    assert commands.edits.not_confirmed() == set()


def test_names_are_hidden_in_the_history_while_the_screen_is_masked() -> None:
    commands = Commands()
    opens(commands, commands.there_is(1))
    commands.screen.masked = True
    (said,) = history(commands)
    assert "Zebra" not in said
    assert "browser here" in said


# The way back.


async def test_back_goes_from_one_opened_study_to_the_one_before() -> None:
    commands = Commands()
    first, second, third, never = (commands.there_is(number) for number in range(1, 5))
    for each in (first, second, third, second):
        opens(commands, each)
    commands.screen.table.cursor_id = never.study_id
    for expected, said in ((second, "opened last"), (third, "before that"), (first, "2 before")):
        await commands.do("previous_opened")
        assert commands.screen.table.cursor_id == expected.study_id
        assert said in commands.screen.status
        assert expected.study_id[-6:] in commands.screen.status
    await commands.do("previous_opened")
    assert commands.screen.table.cursor_id == first.study_id
    assert commands.screen.status == "no study was opened before this one"
    assert commands.server.writes == []


async def test_from_the_study_just_opened_back_means_the_one_before_it() -> None:
    commands = Commands()
    first, second = commands.there_is(1), commands.there_is(2)
    opens(commands, first)
    opens(commands, second)
    commands.screen.table.cursor_id = second.study_id
    await commands.do("previous_opened")
    assert commands.screen.table.cursor_id == first.study_id


async def test_back_says_which_study_is_no_longer_there_and_goes_on() -> None:
    commands = Commands()
    first, second, third = (commands.there_is(number) for number in range(1, 4))
    for each in (first, second, third):
        opens(commands, each)
    commands.session.forget(second.study_id)
    commands.screen.table.cursor_id = third.study_id
    await commands.do("previous_opened")
    assert commands.screen.table.cursor_id == first.study_id
    assert "…000002 is no longer here" in commands.screen.status
    commands.session.forget(first.study_id)
    commands.screen.table.cursor_id = third.study_id
    await commands.do("previous_opened")
    assert commands.screen.table.cursor_id == third.study_id
    assert "…000002 and 1 more are no longer here" in commands.screen.status


async def test_what_the_worklist_would_not_hold_is_shown_for_now() -> None:
    commands = Commands()
    hidden, other = commands.there_is(1, assignee=OKAFOR), commands.there_is(2)
    opens(commands, hidden)
    commands.board.narrow("assignee:none")
    commands.screen.table.cursor_id = other.study_id
    await commands.do("previous_opened")
    assert commands.screen.table.cursor_id == hidden.study_id
    assert "shown for now" in commands.screen.status


def test_back_is_offered_once_there_is_somewhere_to_go() -> None:
    action = BY_ID["previous_opened"]
    assert not action.writes
    for read_only in (False, True):
        nothing = Situation(Place.TABLE, read_only=read_only)
        assert action not in fitting(study(1), nothing, dirty=False)
        assert action in fitting(study(1), nothing._replace(has_opened=True), dirty=False)


# The real screen.


def all_that_is_in(folder: Path, *, including: Path) -> list[str]:
    files = [each for each in folder.rglob("*") if each.is_file()]
    assert including in files
    return [each.read_text(errors="replace") for each in files]


@pytest.mark.usefixtures("no_desktop")
async def test_a_link_that_is_shown_copied_and_made_a_code_is_nowhere_but_on_the_card(
    emulator: EmbeddedEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens: list[str] = []
    ask = AvaraClient.reroute_url

    async def asked(self: AvaraClient, study_id: str) -> str:
        url = await ask(self, study_id)
        tokens.append(url.partition("token=")[2])
        return url

    monkeypatch.setattr(AvaraClient, "reroute_url", asked)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm-256color")
    path = tmp_path / "journal.jsonl"
    first, second = add_study(emulator, "Zebra head"), add_study(emulator, "Zebra foot")
    config = Config(clipboard=Clipboard.ON)
    async with worklist(
        emulator, config=config, filter_text="zebra", journal=path, read_only=True
    ) as driver:
        shown: list[str] = []
        for study_id in (first, second):
            await driver.go_to(study_id)
            await driver.press("o")
            await driver.sees("Open this link")
            await driver.press("c")
            await driver.sees("clipboard, if it has one")
            await driver.press("Q")
            await driver.until(lambda: "█" in driver.text or "▀" in driver.text)
            shown.append(driver.text)
            await driver.press("escape")
            await driver.until(lambda: "Open this link" not in driver.text)
        await driver.press("apostrophe")
        await driver.until(lambda: driver.screen.table.cursor_id == first)
        shown.append(driver.text)
        await driver.press("H")
        await driver.sees("link shown, link copied, QR code shown")
        assert driver.text.count("link shown") == 2
        assert "z undo" not in driver.text
        shown.append(driver.text)
        await driver.press("z")
        assert emulator.count("studies.update") == 0
    assert len(tokens) == 2
    reading = read(path)
    assert reading.is_intact
    ways = [(each.as_json()["studyId"], each.as_json()["how"]) for each in reading.attempts]
    assert ways == [(each, ["link", "copied", "qr"]) for each in (first, second)]
    texts = [*shown, *all_that_is_in(tmp_path, including=path)]
    parts = {part for token in tokens for part in (token, token[:8], token[-8:])}
    assert [part for part in parts for text in texts if part in text] == []


@pytest.mark.usefixtures("no_desktop")
async def test_next_is_recorded_as_a_claim_and_an_opening(
    emulator: EmbeddedEmulator, tmp_path: Path
) -> None:
    path = tmp_path / "journal.jsonl"
    study_id = add_study(emulator, "Zebra head")
    async with worklist(emulator, filter_text="zebra", journal=path) as driver:
        await driver.press("n")
        await driver.sees("Open this link")
    done: list[Any] = [each.as_json() for each in read(path).attempts]
    assert [(each["action"], each["studyId"], each["how"]) for each in done] == [
        ("next", study_id, None),
        ("open", study_id, ["link"]),
    ]
