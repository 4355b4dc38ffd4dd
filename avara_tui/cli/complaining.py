"""What a command says on standard error when it does not do what it was asked for."""

import sys

from avara_tui.cli.exit_codes import ExitCode
from avara_tui.config import ConfigError, SettingsError
from avara_tui.text import clean
from avara_tui.triage.access.connection import ConnectionProblem, ProblemKind


def complain(sentence: str, remedy: str, code: ExitCode) -> int:
    """Say what went wrong and what to do about it, a step a line; return ``code``."""
    for line in (sentence, *remedy.splitlines()):
        if line:
            print(clean(line), file=sys.stderr)
    return int(code)


def complain_of_start(error: ConfigError | SettingsError | ConnectionProblem) -> int:
    """Say why the settings or the key leave no way to a server; return the exit code."""
    if isinstance(error, ConfigError):
        return complain(str(error), "", ExitCode.USAGE)
    if isinstance(error, SettingsError):
        return complain(str(error), error.remedy, ExitCode.USAGE)
    is_setting = error.kind is ProblemKind.SETTINGS
    return complain(str(error), error.remedy, ExitCode.FAILED if is_setting else ExitCode.KEY)
