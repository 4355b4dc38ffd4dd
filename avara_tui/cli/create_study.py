"""``avara-tui create``: creates a study, unless there is one with its UID."""

import argparse
from typing import TYPE_CHECKING, Any

from avara_tui.cli.arguments import (
    ASSIGNEES,
    ROUTINE,
    add_common,
    add_metadata,
    severity,
)
from avara_tui.cli.exit_codes import ExitCode
from avara_tui.study import SEVERITIES

if TYPE_CHECKING:
    from avara_tui.config import Settings
    from avara_tui.study_requests import NewStudy
    from avara_tui.triage.client_session import ClientSession
    from avara_tui.triage.writing.creating import Creation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``create`` takes."""
    add_common(parser)
    parser.add_argument("--uid", required=True, help="its DICOM Study Instance UID")
    parser.add_argument("--description", required=True, metavar="TEXT")
    parser.add_argument("--severity", required=True, choices=(*SEVERITIES, ROUTINE))
    parser.add_argument("--assignee", metavar="WHO", default="none", help=ASSIGNEES)
    parser.add_argument("--customer", metavar="cus_...", help="the id of its Express customer")
    add_metadata(parser)


def run(args: argparse.Namespace) -> int:
    """Carry out ``create`` and return the exit code."""
    from avara_tui.cli import headless
    from avara_tui.triage.writing.creating import create

    wanted: list[NewStudy] = []

    def check(settings: "Settings") -> None:
        wanted.append(_new_study(args, settings))

    async def work(session: "ClientSession") -> int:
        new = wanted[0]
        return _report(session, new, await create(session, session.history, new), as_json=args.json)

    return headless.run(args, work, check=check, writes=True)


def _new_study(args: argparse.Namespace, settings: "Settings") -> "NewStudy":
    from avara_tui.cli.headless import Refusal
    from avara_tui.cli.people import user_id_of
    from avara_tui.identifiers import is_customer_id, strip_pasted
    from avara_tui.study_requests import NewStudy
    from avara_tui.text import clean
    from avara_tui.triage.writing.creating import problem_of

    if args.customer is not None and not is_customer_id(args.customer):
        raise Refusal(
            f"“{clean(args.customer, 80)}” is no customer id.",
            "A customer id is cus_ and 32 hexadecimal digits.",
        )
    keys = [key for key, _ in args.meta]
    if len(set(keys)) < len(keys):
        raise Refusal("A metadata key is named twice.")
    new = NewStudy(
        uid=strip_pasted(args.uid),
        description=args.description,
        severity=severity(args.severity),
        assigned_to=user_id_of(args.assignee, settings),
        customer_id=args.customer,
        metadata=dict(args.meta),
    )
    problem = problem_of(new)
    if problem is not None:
        raise Refusal(f"The study cannot be created: {problem}.")
    return new


def _report(
    session: "ClientSession", new: "NewStudy", creation: "Creation", *, as_json: bool
) -> int:
    from avara_tui.cli.as_json import json_line, study_fields
    from avara_tui.cli.complaining import complain
    from avara_tui.cli.headless import code_of, complain_of
    from avara_tui.cli.plain import name
    from avara_tui.triage.writing.creating import HIDDEN

    study, error = creation.study, creation.error
    if as_json:
        told: dict[str, Any] = {
            "studyId": None if study is None else study.study_id,
            "ending": creation.ending.value,
            "error": None if error is None else HIDDEN if creation.is_hidden else str(error),
            "study": None if study is None else study_fields(study, session.context()),
        }
        print(json_line(told), flush=True)
    elif error is None and study is not None:
        print(f"{name(study)}: created")
    if error is None:
        return ExitCode.DONE
    if creation.is_taken and study is not None:
        complain(f"{name(study)} has the UID {new.uid} already.", "", code_of(error))
    if creation.is_hidden:
        said = f"It said: {error.server_message}" if error.server_message else ""
        return complain(HIDDEN, said, code_of(error))
    return complain_of(error)
