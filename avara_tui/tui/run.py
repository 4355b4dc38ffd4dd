"""Starts the screen and, when it has ended, says how."""

import gc
import os
import sys

from avara_tui.config import Config
from avara_tui.tui.manner import choose_colours, manner_of
from avara_tui.tui.options import RunOptions


def run(options: RunOptions) -> int:
    """Show the worklist until the person leaves; return the process's exit code."""
    # A collection during start-up walks everything that was just imported, for nothing. The app
    # lets them happen again once it has something to show.
    gc.disable()
    manner = manner_of(options.config or Config(), os.environ)
    choose_colours(manner, os.environ)
    from avara_tui.tui.app import WorklistApp  # noqa: PLC0415 - counts towards the first frame
    from avara_tui.tui.terminal.driver import TerminalDriver  # noqa: PLC0415 - likewise

    if options.config and (options.config.keys or options.config.commands):
        from avara_tui.tui.key_settings import key_problems  # noqa: PLC0415 - most change no key

        problems = list(key_problems(options.config))
        if problems:
            sys.stderr.write("".join(f"avara-tui: {each}\n" for each in problems))
            return 2
    app = WorklistApp(options, manner)
    if options.config and options.config.theme is not None:
        from avara_tui.tui.themes import theme_problem  # noqa: PLC0415 - most keep the theme

        problem = theme_problem(options.config)
        if problem is not None:
            sys.stderr.write(f"avara-tui: {problem}\n")
            return 2
        app.theme = options.config.theme
    app.driver_class = TerminalDriver
    app.run(mouse=options.mouse)
    if app.crash_report is not None:
        from avara_tui.triage.crash import farewell  # noqa: PLC0415 - after a mistake only

        sys.stderr.write(farewell(app.crash_report))
        return 1
    return app.return_code or 0
