"""``avara-tui find``: studies by a text that somebody said, whatever their state."""

import argparse
import sys
from typing import TYPE_CHECKING, Final

from avara_tui.cli.arguments import add_common, add_timeout
from avara_tui.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from avara_tui.config import Settings
    from avara_tui.study import Study
    from avara_tui.triage.client_session import ClientSession
    from avara_tui.triage.reading.once import Reading
    from avara_tui.worklist.query import Place, QueryContext, Sought
    from avara_tui.worklist.searching import Hit

STDIN: Final = "-"
_COLUMNS: Final = ("priority", "age", "status", "description", "assignee", "id")
_MATCHED: Final = "matched"
_FITS: Final = ("whole", "beginning", "part", "words")
_API_NAMES: Final = {
    "description": "studyDescription",
    "id": "studyId",
    "uid": "studyInstanceUid",
    "assignee": "assignedTo",
    "creator": "createdByUser",
    "customer": "expressCustomer",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``find`` takes."""
    add_common(parser)
    parser.add_argument(
        "text",
        nargs="+",
        metavar="TEXT",
        help="a study id, a UID, or any text: accession, name, description, person, customer; "
        "- reads it from standard input, so that no shell remembers it",
    )
    parser.add_argument("--no-header", action="store_true", help="leave the line of titles out")
    add_timeout(parser)


def run(args: argparse.Namespace) -> int:
    """Carry out ``find`` and return the exit code."""
    from avara_tui.cli import headless
    from avara_tui.identifiers import strip_pasted

    def check(_: "Settings") -> None:
        text = sys.stdin.readline() if args.text == [STDIN] else " ".join(args.text)
        args.text = strip_pasted(text)
        if not args.text.replace("\0", " ").strip():
            raise headless.Refusal("There is no text to look for.")

    async def work(session: "ClientSession") -> int:
        return await _find(session, args)

    return headless.run(args, work, check=check)


async def _find(session: "ClientSession", args: argparse.Namespace) -> int:
    from avara_tui.cli.list_studies import report_incomplete, require_begun
    from avara_tui.worklist.query import Fit, Sought
    from avara_tui.worklist.searching import Hit, hits

    sought = Sought(args.text)
    named = await _named(session, args)
    if named is not None:
        found = hits([named], sought) or [Hit(Fit.WHOLE, named)]
        _print(args, found, sought, session.context())
        return ExitCode.DONE
    reading = await _read(session, args)
    require_begun(reading)
    found = hits(reading.studies, sought)
    _print(args, found, sought, session.context())
    if not reading.is_complete:
        return report_incomplete(reading, None)
    if found:
        return ExitCode.DONE
    print(
        "No study that was read has that text; all were read, open, complete and cancelled.",
        file=sys.stderr,
    )
    return ExitCode.NOT_FOUND


async def _named(session: "ClientSession", args: argparse.Namespace) -> "Study | None":
    """Return the study that the text names by its whole id or UID, if the server knows one."""
    from avara_tui.api.errors import AvaraError, ErrorKind
    from avara_tui.cli import headless
    from avara_tui.triage.reading.finding import identifier_problem

    if identifier_problem(args.text) is not None:
        return None
    try:
        ask = headless.patience(session, args.timeout).ask
        return await ask(lambda: headless.find(session, args.text))
    except AvaraError as error:
        if error.kind is not ErrorKind.NOT_FOUND:
            raise
        return None


async def _read(session: "ClientSession", args: argparse.Namespace) -> "Reading":
    """Return every study that holds the text, however many others there are: no limit counts."""
    from avara_tui.cli.headless import patience
    from avara_tui.triage.reading.once import read_matching
    from avara_tui.worklist.query import Query, Term

    query = Query((Term("any", (args.text,)),), takes_cancelled=True)
    patient = patience(session, args.timeout)
    return await read_matching(session.client, query, session.me, limit=None, patience=patient)


def _print(
    args: argparse.Namespace, found: "Sequence[Hit]", sought: "Sought", context: "QueryContext"
) -> None:
    if args.json:
        from avara_tui.cli.as_json import json_line, study_fields

        for fit, study in found:
            matched = [
                {"field": _api_name(field), "value": value} for field, value in sought.places(study)
            ]
            told = {"fit": _FITS[fit], "matched": matched}
            print(json_line({**study_fields(study, context), **told}))
    elif found:
        from avara_tui.cli.plain import Table

        more = {_MATCHED: lambda study, _: _in_words(sought.places(study))}
        table = Table((*_COLUMNS, _MATCHED), header=not args.no_header, more=more)
        for row in table.lines([each.study for each in found], context):
            print(row)
    sys.stdout.flush()


def _in_words(places: "Sequence[Place]") -> str:
    from avara_tui.text import clean

    told = [
        f"{clean(field.removeprefix('meta.'))} {clean(value, 60)}"
        if field != "description"
        else field
        for field, value in places
    ]
    return ", ".join(told)


def _api_name(field: str) -> str:
    if field.startswith("meta."):
        return f"metadata.{field.removeprefix('meta.')}"
    return _API_NAMES[field]
