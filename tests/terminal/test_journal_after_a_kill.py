"""The journal of the real program: what it knows after it was killed in the middle of a write."""

import json
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from avara_tui.triage.writing.bulk import AT_ONCE
from homes import settings_file
from terminal.harness import Terminal, program
from terminal.workplace import Workplace, wait_for_cursor_on

pytestmark = pytest.mark.terminal


def journal_of(workplace: Workplace) -> Path:
    return Path(workplace.environ["HOME"]) / ".local" / "state" / "avara-tui" / "journal.jsonl"


def written(workplace: Workplace) -> list[Any]:
    """Return what the journal's lines say so far."""
    path = journal_of(workplace)
    text = path.read_text() if path.exists() else ""
    # A last line without its line feed is just being written.
    return [json.loads(each) for each in text.splitlines(keepends=True) if each.endswith("\n")]


def verify(workplace: Workplace) -> Any:
    """Return what `avara-tui journal verify` says."""
    answer = subprocess.run(
        program("journal", "verify", "--json"),
        env=workplace.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    verdict = json.loads(answer.stdout)
    assert answer.returncode == (0 if verdict["intact"] else 1)
    return verdict


def kill(terminal: Terminal) -> None:
    terminal.signal(signal.SIGKILL)
    assert terminal.wait_exit() == -signal.SIGKILL


def test_killed_in_the_middle_of_a_save_the_journal_is_whole_and_says_so(
    workplace: Workplace,
) -> None:
    study_id = workplace.create("Zebra head", severity="normal")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("v")
        terminal.wait_for("completed")
        # The server makes the change, and says nothing.
        workplace.emulator.arm("stall-after-write", 10, "studies.update")
        terminal.press("s")
        # Only the cursor keeps it on the table.
        terminal.wait_for("is complete. Set severity all the same?")
        terminal.press("y")
        terminal.wait_for("Severity of Zebra head")
        terminal.press("h")
        terminal.wait_for(lambda _: workplace.study(study_id)["severity"] == "high")
        kill(terminal)
    assert [each["event"] for each in written(workplace)] == ["intended", "ended", "intended"]
    verdict = verify(workplace)
    assert verdict["intact"]
    (unknown,) = verdict["unknown"]
    assert (unknown["studyId"], unknown["action"]) == (study_id, "severity")
    assert unknown["fields"] == [{"field": "severity", "old": "normal", "new": "high"}]
    text = journal_of(workplace).read_text()
    assert "Zebra" not in text
    assert workplace.emulator.api_key not in text
    # The next program goes on in the same chain, and the unknown stays told.
    workplace.emulator.disarm()
    with workplace.worklist("--filter", "zebra", "--view", "Complete") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("v")
        terminal.wait_for("reopened")
        assert terminal.leave() == 0
    verdict = verify(workplace)
    assert verdict["intact"]
    assert verdict["lines"] == 5
    assert len(verdict["unknown"]) == 1


def test_a_journal_that_cannot_be_written_is_shown_and_work_goes_on(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    path = journal_of(workplace)
    path.mkdir(parents=True)
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("v")
        terminal.wait_for(lambda _: workplace.study(study_id)["studyViewerStatus"] == "complete")
        terminal.wait_for("JOURNAL NOT WRITTEN")
        path.rmdir()
        terminal.press("v")
        terminal.wait_for("Make it incomplete again?")
        terminal.press("y")
        terminal.wait_for(lambda shown: "JOURNAL NOT WRITTEN" not in shown.text)
        terminal.wait_for("reopened")
    assert [each["event"] for each in written(workplace)] == ["intended", "ended"] * 2


def test_without_a_journal_nothing_is_written_down(workplace: Workplace) -> None:
    study_id = workplace.create("Zebra head")
    config = settings_file(workplace.environ["HOME"])
    config.write_text("journal = false\n" + config.read_text())
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("v")
        terminal.wait_for(lambda _: workplace.study(study_id)["studyViewerStatus"] == "complete")
        terminal.wait_for("completed")
        assert "JOURNAL" not in terminal.text
    assert not journal_of(workplace).exists()


def test_killed_in_the_middle_of_a_bulk_run_the_journal_tells_done_from_unknown(
    workplace: Workplace,
) -> None:
    ids = [workplace.create(f"Zebra {number}", severity="normal") for number in range(12)]
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("*")
        terminal.wait_for("12 marked")
        terminal.press("s")
        terminal.wait_for("Severity of 12 studies?")
        terminal.press("h")
        terminal.wait_for("Set ● HIGH on 12 studies?")
        # The first are answered; then the server makes the changes and says nothing.
        workplace.emulator.arm("unknown-fields", 5, "studies.update")
        workplace.emulator.arm("stall-after-write", 40, "studies.update")
        terminal.press("y")
        terminal.wait_for(lambda _: len(done(workplace)) == 5)
        terminal.wait_for(lambda _: len(under_way(workplace)) == AT_ONCE)
        terminal.wait_for(lambda _: all(is_made(workplace, each) for each in under_way(workplace)))
        kill(terminal)
    unknown = under_way(workplace)
    verdict = verify(workplace)
    assert verdict["intact"]
    assert {each["studyId"] for each in verdict["unknown"]} == unknown
    assert len(done(workplace)) == 5
    touched = done(workplace) | unknown
    assert touched == {each for each in ids if is_made(workplace, each)}
    assert all(workplace.emulator.writes(each) == ["update"] for each in touched)
    assert all(workplace.emulator.writes(each) == [] for each in set(ids) - touched)


def done(workplace: Workplace) -> set[str]:
    """Return the studies of which the journal says that their change was made."""
    return {each["studyId"] for each in written(workplace) if each.get("outcome") == "done"}


def under_way(workplace: Workplace) -> set[str]:
    """Return the studies of which the journal has the beginning and not the end."""
    begun = {each["studyId"] for each in written(workplace) if each["event"] == "intended"}
    return begun - {each["studyId"] for each in written(workplace) if each["event"] == "ended"}


def is_made(workplace: Workplace, study_id: str) -> bool:
    return bool(workplace.study(study_id)["severity"] == "high")


def test_killed_in_the_middle_of_an_opening_the_journal_says_so_and_the_next_goes_on(
    workplace: Workplace,
) -> None:
    study_id = workplace.create("Zebra head", severity="normal")
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        # The server makes the link, and says nothing.
        workplace.emulator.arm("stall-after-write", 10, "studies.reroute-url")
        terminal.press("o")
        terminal.wait_for("Claim it as it opens?")
        terminal.press("n")
        terminal.wait_for("asking for a link to Zebra head")
        terminal.wait_for(lambda _: workplace.emulator.count("studies.reroute-url") == 1)
        kill(terminal)
    (before,) = written(workplace)
    assert (before["event"], before["studyId"]) == ("opening", study_id)
    verdict = verify(workplace)
    assert (verdict["intact"], verdict["unknown"]) == (True, [])
    assert [each["studyId"] for each in verdict["unknownOpenings"]] == [study_id]
    workplace.emulator.disarm()
    with workplace.worklist("--filter", "zebra") as terminal:
        wait_for_cursor_on(terminal, "Zebra")
        terminal.press("o")
        terminal.wait_for("Claim it as it opens?")
        terminal.press("n")
        terminal.wait_for("handed to")
        terminal.wait_for(lambda _: workplace.opened.exists())
        terminal.press("H")
        terminal.wait_for(re.compile(r"open +opened +Zebra head …\w+  (browser here|page handed)"))
        terminal.press("escape")
        terminal.wait_for("all keys")
        assert terminal.leave() == 0
    verdict = verify(workplace)
    assert verdict["intact"]
    assert [each.get("outcome") for each in written(workplace)] == [None, None, "done"]
    token = re.search(r"token=([\w.-]+)", workplace.opened.read_text())
    assert token is not None
    assert token[1] not in journal_of(workplace).read_text()
    assert token[1].encode() not in terminal.written
