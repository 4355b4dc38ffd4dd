"""The options that several commands have."""

import argparse
from collections.abc import Mapping
from typing import Final

from avara_tui.study import NORMAL

ASSIGNEES: Final = "me, none or a user id (usr_...)"
ROUTINE: Final = "routine"
"""What people call the severity that the API calls normal."""
_LONGEST_TIMEOUT: Final = 86_400.0


EXIT_CODES: Final = (
    "Exit codes: 0 done; 1 failed, or not wholly done; 2 asked for what cannot be; "
    "3 no such study, or none to take; 4 key missing or refused; "
    "5 somebody else's change stood in the way; 6 server out of reach."
)


def add_actions(
    parser: argparse.ArgumentParser, **summaries: str
) -> Mapping[str, argparse.ArgumentParser]:
    """Add the actions that a command has, each with what it does; return their parsers by name."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    return {
        name: actions.add_parser(name, help=summary, description=f"{summary.capitalize()}.")
        for name, summary in summaries.items()
    }


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add what every command without a screen takes."""
    parser.epilog = EXIT_CODES
    parser.add_argument("--profile", metavar="P", help="the profile of the configuration to use")
    parser.add_argument(
        "--json", action="store_true", help="print JSON, one object a line, for other programs"
    )


def add_identifier(parser: argparse.ArgumentParser, *, several: bool = False) -> None:
    """Add the study or studies that a command is about."""
    parser.add_argument(
        "study",
        nargs="+" if several else None,
        metavar="ID|UID",
        help="a study id (stu_...) or a DICOM Study Instance UID",
    )


def add_timeout(parser: argparse.ArgumentParser) -> None:
    """Add how long to go on with a server that does not answer."""
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=60.0,
        metavar="SECONDS",
        help="give up after so many seconds without any answer (default 60)",
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_TIMEOUT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds, 86,400 at most")
    return seconds


def severity(text: str) -> str:
    """Return the API's word for a severity."""
    return NORMAL if text == ROUTINE else text


def add_metadata(parser: argparse.ArgumentParser) -> None:
    """Add the metadata pairs that are to be set."""
    parser.add_argument(
        "--meta",
        type=_metadata_pair,
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="set a metadata pair; may be repeated",
    )


def _metadata_pair(text: str) -> tuple[str, str]:
    """Return the key and the value of ``KEY=VALUE``."""
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def add_link(parser: argparse.ArgumentParser) -> None:
    """Add the wish for a link where no browser can be started."""
    parser.add_argument(
        "--link",
        action="store_true",
        help="print the link where no browser can be started here; it is a credential",
    )


def add_filter(parser: argparse.ArgumentParser) -> None:
    """Add the filter that narrows a worklist."""
    parser.add_argument("--filter", metavar="QUERY", default="", help="narrow the worklist by this")


def add_view(parser: "argparse.ArgumentParser | argparse._MutuallyExclusiveGroup") -> None:
    """Add the choice of a saved worklist."""
    parser.add_argument("--view", metavar="NAME", help="the saved worklist (default: All open)")
