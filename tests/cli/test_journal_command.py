"""`avara-tui journal`: says what was done, what is not known, and whether the file was changed."""

import json
from pathlib import Path

import pytest

from avara_tui.cli import main
from avara_tui.clock import ManualClock
from avara_tui.triage.journal.chain import ChainFile
from avara_tui.triage.journal.keeping import Journal
from avara_tui.triage.opener.openings import Openings, Way
from avara_tui.triage.person import Person
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import History, StudyChange
from avara_tui.worklist.merge import FieldChange

STUDY = "stu_" + "b" * 32
OTHER = "stu_" + "c" * 32


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's own journal: a write that was done, and one of which nobody knows."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = tmp_path / "avara-tui" / "journal.jsonl"
    clock = ManualClock(1_700_000_000.0)
    history = History(clock)
    watcher = Journal(path, lambda: Person("northside", None), clock)
    history.subscribe(watcher)
    entry = history.begin("severity")
    fields = (FieldChange("severity", "normal", "stat"),)
    history.intend(entry, STUDY, fields)
    history.end(entry, StudyChange(STUDY, fields, Ending.DONE))
    history.intend(history.begin("unassign"), OTHER, (FieldChange("assigned_to", None, None),))
    watcher.close()
    return path


def test_verify_says_that_it_is_whole_and_what_is_not_known(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["journal", "verify"]) == 0
    said = capsys.readouterr().out
    assert f"{journal}: 3 lines, each as it was written." in said
    assert "Not known whether it was done" in said
    assert OTHER in said
    assert STUDY not in said


def test_verify_finds_a_change_and_exits_with_1(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal.write_text(journal.read_text().replace('"stat"', '"high"', 1))
    assert main(["journal", "verify"]) == 1
    said = capsys.readouterr().out
    assert "NOT as they were written" in said
    assert "line 1 is not as it was written" in said
    assert main(["journal", "verify", "--json"]) == 1
    verdict = json.loads(capsys.readouterr().out)
    assert not verdict["intact"]
    assert verdict["findings"] == [{"line": 1, "sentence": "is not as it was written"}]
    assert main(["journal", "show"]) == 0
    assert "not as it was written" in capsys.readouterr().err


def test_a_head_noted_before_shows_lines_missing_at_the_end(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["journal", "verify"])
    head = capsys.readouterr().out.rpartition("head ")[2].strip()
    assert main(["journal", "verify", "--head", head]) == 0
    journal.write_text("".join(journal.read_text().splitlines(keepends=True)[:-1]))
    assert main(["journal", "verify"]) == 0
    assert main(["journal", "verify", "--head", head]) == 1


def test_show_tells_each_write_in_a_line(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journal", "show"]) == 0
    done, unknown = capsys.readouterr().out.splitlines()
    assert "(northside)  severity" in done
    assert "severity normal → stat  done" in done
    assert "assigned_to none → none  NOT KNOWN: no end is noted" in unknown
    for pasted in (STUDY, f"id: \u201c{STUDY}\u201d."):
        assert main(["journal", "show", "--study", pasted]) == 0
        assert capsys.readouterr().out.splitlines() == [done]
    assert main(["journal", "show", "--unknown", str(journal)]) == 0
    assert capsys.readouterr().out.splitlines() == [unknown]


def test_show_as_json(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert journal.exists()
    assert main(["journal", "show", "--json"]) == 0
    done, unknown = json.loads(capsys.readouterr().out)
    assert done["studyId"] == STUDY
    assert (done["outcome"], unknown["outcome"]) == ("done", "unknown")
    assert done["fields"] == [{"field": "severity", "old": "normal", "new": "stat"}]
    assert unknown["endedAt"] is None


def test_without_a_journal_it_says_where_one_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert main(["journal", "verify"]) == 3
    assert str(tmp_path / "avara-tui" / "journal.jsonl") in capsys.readouterr().err
    assert main(["journal", "path"]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "avara-tui" / "journal.jsonl")


def test_what_a_changed_file_says_reaches_no_terminal_raw(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from avara_tui.triage.journal.chain import seal

    content = {"event": "ended", "at": "\x1b[2J", "user": "\x9b31m", "fields": [{"field": "\x07"}]}
    line, _ = seal({**content, "run": ["x"], "attempt": {}, "outcome": 7}, 4, "")
    with journal.open("ab") as file:
        file.write(line)
    main(["journal", "show"])
    said = capsys.readouterr().out
    assert said.replace("\n", "").isprintable()


def test_openings_are_shown_and_one_without_an_end_is_told_apart_from_a_write(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = ManualClock(1_700_000_100.0)
    openings = Openings(clock)
    watcher = Journal(journal, lambda: Person("northside", None), clock)
    openings.subscribe(watcher)
    with openings.begin(STUDY) as shown:
        openings.given(shown, Way.LINK)
    openings.given(shown, Way.COPIED)
    broken = openings.begin(OTHER)
    broken.__enter__()
    watcher.close()
    assert main(["journal", "verify"]) == 0
    said = capsys.readouterr().out
    assert f"{journal}: 7 lines, each as it was written." in said
    before, _, after = said.partition("Opened without an end that is noted")
    assert f"unassign  {OTHER}" in before
    assert f"open  {OTHER}" in after
    assert main(["journal", "verify", "--json"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert [each["action"] for each in verdict["unknown"]] == ["unassign"]
    assert [each["how"] for each in verdict["unknownOpenings"]] == [[]]
    assert main(["journal", "show", "--study", STUDY]) == 0
    said = capsys.readouterr().out
    assert f"open  {STUDY}  link shown, link copied  done" in said
    assert main(["journal", "show", "--unknown", "--json"]) == 0
    unknown = json.loads(capsys.readouterr().out)
    assert [each["action"] for each in unknown] == ["unassign", "open"]


def test_a_way_that_a_later_program_wrote_is_shown_as_it_came(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = {"event": "opened", "run": "r", "attempt": 1, "action": "open", "studyId": STUDY}
    file = ChainFile(journal)
    file.append([{**line, "how": "hologram\x1b[2J", "outcome": "done"}])
    file.close()
    assert main(["journal", "show", "--study", STUDY]) == 0
    said = capsys.readouterr().out
    assert "hologram" in said
    assert "\x1b" not in said
