"""How every end of a write is told: in words, as JSON and by the exit code."""

import json
from typing import TYPE_CHECKING, cast

import pytest

from avara_tui.api.errors import AvaraError, ErrorKind, Outcome
from avara_tui.cli.exit_codes import ExitCode
from avara_tui.cli.reporting import report
from avara_tui.clock import SystemClock
from avara_tui.config import Config, Settings
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.client_session import ClientSession
from avara_tui.triage.writing.editing import Result
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import StudyChange
from avara_tui.worklist.merge import FieldChange, FieldConflict
from worklist.making import study

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient

STUDY = study(1, description="CT \x1b[31mHead")
CONFLICT = FieldConflict("assigned_to", None, "usr_mine", "usr_theirs")


def told(result: Result, *, as_json: bool = False) -> int:
    """Report ``result`` of a change of severity and a metadata pair."""
    settings = Settings.resolve(Config(), {})
    connection = Connection(settings.base_url, "key", "the test")
    session = ClientSession(settings, connection, cast("AvaraClient", None), SystemClock())
    entry = session.history.begin("set")
    fields = (
        FieldChange("severity", "normal", "stat"),
        FieldChange("metadata note", None, "a\x07b"),
    )
    session.history.end(entry, StudyChange(STUDY.study_id, fields, result.ending))
    return report(session, STUDY, result, entry, as_json=as_json)


def error(kind: ErrorKind, outcome: Outcome, status: int | None = None) -> AvaraError:
    return AvaraError(kind, "update study", outcome=outcome, status=status)


@pytest.mark.parametrize(
    ("result", "code", "sentence"),
    [
        (Result(Ending.DONE, STUDY), ExitCode.DONE, ""),
        (Result(Ending.NOTHING_TO_DO, STUDY), ExitCode.DONE, ""),
        (
            Result(Ending.CONFLICT, STUDY, (CONFLICT,)),
            ExitCode.CONFLICT,
            "not written: somebody else changed it meanwhile",
        ),
        (
            Result(Ending.GONE, error=error(ErrorKind.NOT_FOUND, Outcome.NOT_APPLIED, 404)),
            ExitCode.NOT_FOUND,
            "not written: the server no longer knows this study",
        ),
        (
            Result(Ending.FAILED, error=error(ErrorKind.FORBIDDEN, Outcome.NOT_APPLIED, 403)),
            ExitCode.KEY,
            "not written",
        ),
        (
            Result(Ending.FAILED, error=error(ErrorKind.UNREACHABLE, Outcome.NOT_APPLIED)),
            ExitCode.UNREACHABLE,
            "not written",
        ),
        (
            Result(Ending.FAILED, error=error(ErrorKind.SERVER, Outcome.NOT_APPLIED, 503)),
            ExitCode.UNREACHABLE,
            "not written",
        ),
        (
            Result(Ending.FAILED, error=error(ErrorKind.SERVER, Outcome.NOT_APPLIED, 500)),
            ExitCode.FAILED,
            "not written",
        ),
        # Whether a server that fell silent made the change decides, not that it fell silent.
        (
            Result(Ending.UNKNOWN, error=error(ErrorKind.TIMEOUT, Outcome.UNKNOWN)),
            ExitCode.FAILED,
            "may or may not be written: look again before repeating",
        ),
        (
            Result(Ending.DIFFERENT, STUDY),
            ExitCode.FAILED,
            "saved, but the server shows other values: check it",
        ),
    ],
    ids=lambda value: value.ending.value if isinstance(value, Result) else "",
)
def test_each_end_has_its_code_and_its_words(
    capsys: pytest.CaptureFixture[str], result: Result, code: ExitCode, sentence: str
) -> None:
    assert told(result) == code
    said = capsys.readouterr()
    assert f"CT �[31mHead [RTN {STUDY.study_id}]" in said.out + said.err
    assert sentence in said.err
    assert bool(said.out) is result.is_good
    assert bool(said.err) is not result.is_good
    assert all(line.isprintable() for line in (said.out + said.err).splitlines())


def test_what_was_written_is_told_field_by_field(capsys: pytest.CaptureFixture[str]) -> None:
    told(Result(Ending.DONE, STUDY))
    assert "severity normal -> stat; meta.note none -> a�b" in capsys.readouterr().out


def test_both_sides_of_a_conflict_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    told(Result(Ending.CONFLICT, STUDY, (CONFLICT,)))
    assert "assignee: theirs usr_theirs, yours usr_mine" in capsys.readouterr().err


def test_as_json_the_fields_have_the_names_of_the_api(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(Result(Ending.CONFLICT, STUDY, (CONFLICT,)), as_json=True) == ExitCode.CONFLICT
    object_ = json.loads(capsys.readouterr().out)
    assert set(object_) == {"studyId", "ending", "changes", "conflicts", "error", "study"}
    assert [each["field"] for each in object_["changes"]] == ["severity", "metadata.note"]
    assert object_["changes"][1] == {"field": "metadata.note", "old": None, "new": "a\x07b"}
    assert object_["conflicts"] == [
        {"field": "assignedTo", "base": None, "mine": "usr_mine", "theirs": "usr_theirs"}
    ]
    assert object_["study"]["studyId"] == STUDY.study_id
