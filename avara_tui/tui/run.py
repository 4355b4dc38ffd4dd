"""Starts the screen and, when it has ended, says how."""

import gc
import os
import sys
from typing import TYPE_CHECKING

from avara_tui.config import Config
from avara_tui.tui.options import RunOptions
from avara_tui.tui.terminal.traits import choose_colours, traits_of

if TYPE_CHECKING:
    from avara_tui.tui.app import WorklistApp


def run(options: RunOptions) -> int:
    """Show the worklist until the person leaves; return the process's exit code."""
    # A collection during start-up walks everything that was just imported, for nothing. The app
    # lets them happen again once it has something to show.
    gc.disable()
    traits = traits_of(options.config or Config(), os.environ)
    choose_colours(traits, os.environ)
    from avara_tui.tui.app import WorklistApp  # noqa: PLC0415 - counts towards the first frame
    from avara_tui.tui.terminal.driver import TerminalDriver  # noqa: PLC0415 - likewise

    if options.config and (options.config.keys or options.config.commands):
        from avara_tui.tui.keys.key_settings import key_problems  # noqa: PLC0415 - most change no key

        problems = list(key_problems(options.config))
        if problems:
            sys.stderr.write("".join(f"avara-tui: {each}\n" for each in problems))
            return 2
    app = WorklistApp(options, traits)
    if options.config and options.config.theme is not None:
        from avara_tui.tui.terminal.themes import theme_problem  # noqa: PLC0415 - most keep the theme

        problem = theme_problem(options.config)
        if problem is not None:
            sys.stderr.write(f"avara-tui: {problem}\n")
            return 2
        app.theme = options.config.theme
    app.driver_class = TerminalDriver
    app.run(mouse=options.mouse)
    _report_end(app)
    return app.return_code or 0


def _report_end(app: "WorklistApp") -> None:
    """Say on standard error what ended it and what is lost, if the person did not end it."""
    from avara_tui.tui.terminal.lost import last_words  # noqa: PLC0415 - imported by now

    losses = "; ".join(app.losses)
    if app.crash_error is not None:
        from avara_tui.triage.process.crash import farewell  # noqa: PLC0415 - after a mistake only

        last_words(farewell(app.crash_error))
        if losses:
            last_words(f"avara-tui: {losses}\n")
    elif app.end_reason and losses:
        last_words(f"avara-tui: {app.end_reason}; {losses}\n")
