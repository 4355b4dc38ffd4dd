"""``avara-tui cancel`` and ``uncancel``: cancels studies, or restores them, after asking."""

import argparse
from typing import TYPE_CHECKING, Final, NamedTuple

from avara_tui.cli.arguments import add_common, add_identifier
from avara_tui.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from avara_tui.config import Settings
    from avara_tui.study import Study
    from avara_tui.triage.client_session import ClientSession
    from avara_tui.triage.writing.editing import Result
    from avara_tui.triage.writing.history import Entry


class Operation(NamedTuple):
    """What is done to the studies."""

    action: str
    verb: str
    """As a question begins."""


CANCEL: Final = Operation("cancel", "Cancel")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the commands take."""
    add_common(parser)
    add_identifier(parser, several=True)
    parser.add_argument("--yes", action="store_true", help="do not ask; needed without a terminal")
    parser.add_argument(
        "--count", type=int, metavar="N", help="how many they are; --yes needs it for several"
    )


def run(args: argparse.Namespace) -> int:
    """Carry out ``cancel`` and return the exit code."""
    return run_operation(args, CANCEL)


def run_operation(args: argparse.Namespace, operation: Operation) -> int:
    """Do ``operation`` to the studies named and return the exit code."""
    from avara_tui.cli import headless
    from avara_tui.cli.complaining import complain
    from avara_tui.cli.holder import report_holder

    def check(_: "Settings") -> None:
        args.study = [headless.require_identifier(each) for each in args.study]
        _require_consent(args)

    async def work(session: "ClientSession") -> int:
        found = [await headless.find(session, each) for each in args.study]
        studies = list({study.study_id: study for study in found}.values())
        for study in studies:
            report_holder(session, study)
        if not await _is_meant(studies, args, operation):
            return complain("Nothing was changed.", "", ExitCode.FAILED)
        return await _do(session, studies, args, operation)

    return headless.run(args, work, check=check, writes=True)


def _require_consent(args: argparse.Namespace) -> None:
    from avara_tui.cli.asking import is_at_a_terminal
    from avara_tui.cli.headless import Refusal

    if not args.yes and not is_at_a_terminal():
        raise Refusal("There is no terminal to ask on.", "Say --yes if you are sure.")
    if args.yes and args.count is None and len(args.study) > 1:
        raise Refusal(
            "Several studies at once need their number besides --yes.",
            f"Say --yes --count {len(args.study)} if you are sure.",
        )


async def _is_meant(
    studies: "Sequence[Study]", args: argparse.Namespace, operation: Operation
) -> bool:
    from avara_tui.cli.asking import ask
    from avara_tui.cli.headless import Refusal
    from avara_tui.cli.plain import name

    if args.count is not None and args.count != len(studies):
        raise Refusal(
            f"--count says {args.count}, but {len(studies)} different studies were named.",
            "Nothing was changed.",
        )
    if args.yes:
        return True
    if len(studies) == 1:
        return await ask(f"{operation.verb} {name(studies[0])}? (y/n) ") in {"y", "yes"}
    listed = "".join(f"{name(study)}\n" for study in studies)
    answer = await ask(f"{listed}{operation.verb} these studies? Type their number: ")
    return answer == str(len(studies))


async def _do(
    session: "ClientSession",
    studies: "Sequence[Study]",
    args: argparse.Namespace,
    operation: Operation,
) -> int:
    """Write to one study after the other; stop where the next could fare no better."""
    from avara_tui.cli.complaining import complain
    from avara_tui.cli.plain import name
    from avara_tui.cli.reporting import report

    entry = session.history.begin(operation.action)
    code = int(ExitCode.DONE)
    for index, study in enumerate(studies):
        result = await _write(session, study, operation, entry)
        ended = report(session, study, result, entry, as_json=args.json)
        code = code or ended
        if ended in {ExitCode.KEY, ExitCode.UNREACHABLE}:
            for left in studies[index + 1 :]:
                complain(f"{name(left)}: not tried.", "", ExitCode.FAILED)
            break
    return code


async def _write(
    session: "ClientSession", study: "Study", operation: Operation, entry: "Entry"
) -> "Result":
    write = session.editor.cancel if operation is CANCEL else session.editor.uncancel
    return await write(study.study_id, seen=study, entry=entry)
