"""``avara-tui uncancel``: restores cancelled studies, after asking."""

import argparse
from typing import Final

from avara_tui.cli.cancel_study import Operation, run_operation
from avara_tui.cli.cancel_study import add_arguments as add_arguments  # noqa: PLC0414 - the same

UNCANCEL: Final = Operation("uncancel", "Restore")


def run(args: argparse.Namespace) -> int:
    """Carry out ``uncancel`` and return the exit code."""
    return run_operation(args, UNCANCEL)
