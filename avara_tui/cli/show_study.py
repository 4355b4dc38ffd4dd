"""``avara-tui show``: everything there is to say of one study."""

import argparse
from typing import TYPE_CHECKING

from avara_tui.cli.arguments import add_common, add_identifier
from avara_tui.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from avara_tui.config import Settings
    from avara_tui.triage.client_session import ClientSession


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``show`` takes."""
    add_common(parser)
    add_identifier(parser)


def run(args: argparse.Namespace) -> int:
    """Carry out ``show`` and return the exit code."""
    from avara_tui.cli import headless

    def check(_: "Settings") -> None:
        args.study = headless.require_identifier(args.study)

    async def work(session: "ClientSession") -> int:
        study = await headless.find(session, args.study)
        if args.json:
            from avara_tui.cli.as_json import json_line, study_fields

            print(json_line(study_fields(study, session.context())))
        else:
            from avara_tui.cli.plain import details

            print("\n".join(details(study, session.context())))
        return ExitCode.DONE

    return headless.run(args, work, check=check)
