"""How a write ended, for a person or for another program."""

import sys
from typing import TYPE_CHECKING, Any, Final

from avara_tui.cli.complaining import complain
from avara_tui.cli.exit_codes import ExitCode
from avara_tui.cli.headless import code_of_result
from avara_tui.cli.plain import name
from avara_tui.study import Study
from avara_tui.text import clean
from avara_tui.triage.writing.editing import Result
from avara_tui.triage.writing.ending import Ending
from avara_tui.triage.writing.history import Entry
from avara_tui.worklist.merge import METADATA_PREFIX, FieldChange

if TYPE_CHECKING:
    from avara_tui.triage.client_session import ClientSession

_API_NAMES: Final = {
    "status": "studyViewerStatus",
    "description": "studyDescription",
    "assigned_to": "assignedTo",
    "cancelled": "isCancelled",
}
_PLAIN_NAMES: Final = {"assigned_to": "assignee"}
_FAILURES: Final = {
    Ending.CONFLICT: "not written: somebody else changed it meanwhile",
    Ending.GONE: "not written: the server no longer knows this study",
    Ending.DIFFERENT: "saved, but the server shows other values: check it",
    Ending.UNKNOWN: "may or may not be written: look again before repeating",
}


def report(
    session: "ClientSession", study: Study, result: Result, entry: Entry, *, as_json: bool
) -> int:
    """Say how writing to ``study`` ended; return the exit code."""
    change = entry.change(study.study_id)
    fields = () if change is None else change.fields
    code = code_of_result(result)
    if as_json:
        _print_json(session, study, result, fields)
    elif result.ending is Ending.NOTHING_TO_DO:
        print(f"{name(study)}: no change needed")
    elif result.ending is Ending.DONE:
        said = "; ".join(_in_words(each) for each in fields)
        print(f"{name(result.study or study)}: {said}")
    if not result.is_good:
        sys.stdout.flush()
        _complain(study, result, code)
    return int(code)


def _complain(study: Study, result: Result, code: ExitCode) -> None:
    complain(f"{name(study)}: {_FAILURES.get(result.ending, 'not written')}.", "", code)
    for each in result.conflicts:
        theirs, mine = _value(each.theirs), _value(each.mine)
        complain(f"{_plain_name(each.field)}: theirs {theirs}, yours {mine}", "", code)
    if result.error is not None:
        said = result.error.server_message
        complain(str(result.error), f"It said: {said}" if said else "", code)


def _print_json(
    session: "ClientSession", study: Study, result: Result, fields: tuple[FieldChange, ...]
) -> None:
    from avara_tui.cli.as_json import json_line, study_fields

    shown = result.study
    told: dict[str, Any] = {
        "studyId": study.study_id,
        "ending": result.ending.value,
        "changes": [
            {"field": _api_name(each.field), "old": each.old, "new": each.new} for each in fields
        ],
        "conflicts": [
            {
                "field": _api_name(each.field),
                "base": each.base,
                "mine": each.mine,
                "theirs": each.theirs,
            }
            for each in result.conflicts
        ],
        "error": None if result.error is None else str(result.error),
        "study": None if shown is None else study_fields(shown, session.context()),
    }
    print(json_line(told))


def _in_words(change: FieldChange) -> str:
    return f"{_plain_name(change.field)} {_value(change.old)} -> {_value(change.new)}"


def _value(value: str | None) -> str:
    return "none" if value is None else clean(value, 200)


def _plain_name(field: str) -> str:
    if field.startswith(METADATA_PREFIX):
        return f"meta.{clean(field.removeprefix(METADATA_PREFIX))}"
    return _PLAIN_NAMES.get(field, field)


def _api_name(field: str) -> str:
    if field.startswith(METADATA_PREFIX):
        return f"metadata.{field.removeprefix(METADATA_PREFIX)}"
    return _API_NAMES.get(field, field)
