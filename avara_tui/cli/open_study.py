"""``avara-tui open``: brings a study to a browser, by the rules of the key ``o``."""

import argparse
import sys
from typing import TYPE_CHECKING

from avara_tui.cli.arguments import add_common, add_identifier, add_link
from avara_tui.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from avara_tui.config import Settings
    from avara_tui.triage.client_session import ClientSession


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``open`` takes."""
    add_common(parser)
    add_identifier(parser)
    add_link(parser)


def run(args: argparse.Namespace) -> int:
    """Carry out ``open`` and return the exit code."""
    from avara_tui.cli import headless
    from avara_tui.cli.holder import report_holder
    from avara_tui.cli.opening import open_and_report, require_way

    def check(settings: "Settings") -> None:
        args.study = headless.require_identifier(args.study)
        require_way(settings, link=args.link)

    async def work(session: "ClientSession") -> int:
        study = await headless.find(session, args.study)
        report_holder(session, study)
        told = await open_and_report(session, study, link=args.link)
        if args.json:
            from avara_tui.cli.as_json import json_line

            print(json_line({"studyId": study.study_id, **told.fields}))
        else:
            print(told.sentence)
        if told.why:
            print(told.why, file=sys.stderr)
        return ExitCode.DONE

    return headless.run(args, work, check=check)
