"""The commands. Everything heavy is imported by the command that needs it."""

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from avara_tui.cli.options import WorklistOptions


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: the process's own) and return its exit code.

    Raises SystemExit where argparse does: after ``--help``, ``--version`` and wrong usage.
    """
    for stream in (sys.stdout, sys.stderr):
        # Where the locale is not UTF-8, a sign that it lacks must not end the command.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        try:
            return _dispatch(arguments)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has left; the interpreter's own last flush must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _dispatch(arguments: list[str]) -> int:
    # The usual start says nothing: it need not wait for the parser.
    options = WorklistOptions()
    if arguments:
        from avara_tui.cli.parser import COMMANDS, parse_command, parse_worklist

        if arguments[0] in COMMANDS:
            command, parsed = parse_command(arguments[0], arguments[1:])
            return command.run(parsed)
        options = parse_worklist(arguments)
    from avara_tui.cli.worklist import run

    return run(options)
