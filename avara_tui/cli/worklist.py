"""Starts the worklist: settles what can be settled before the screen is taken over."""

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Final

from avara_tui.cli.options import PROGRAM, WorklistOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from avara_tui.config import Config
    from avara_tui.triage.connection import Connection

USAGE_ERROR: Final = 2


def run(options: WorklistOptions) -> int:
    """Show the worklist until the person leaves; return the process's exit code."""
    problem = _terminal_problem()
    if problem is not None:
        return _refuse(problem)
    from avara_tui.triage.hygiene import harden

    environ = harden()
    from avara_tui.config import ConfigError, SettingsError, load_config

    try:
        config = load_config()
        _check_filters(config)
        if options.demo:
            return _run_demo(options, config)
        return _run_profile(options, config, environ)
    except ConfigError as error:
        return _refuse(f"{error}")
    except SettingsError as error:
        return _refuse(f"{error} {error.remedy}")


def _check_filters(config: "Config") -> None:
    """Raise ConfigError for a filter that cannot be understood, while there is a line to say so.

    The built-in ones are known to be sound, and what reads filters takes its time to import.
    """
    from avara_tui.config import Alarm
    from avara_tui.config.own_worklists import read_own_worklists

    own = read_own_worklists()
    if own or config.worklists or config.alarm.filter != Alarm().filter:
        from avara_tui.triage.site import check_alarm, saved_worklists

        saved_worklists(config, own)
        check_alarm(config)


def _run_demo(options: WorklistOptions, config: "Config") -> int:
    from avara_tui.cli.demo import PROFILE, DemoServer

    demo = DemoServer(studies=options.studies, seed=options.seed, arrivals=options.arrivals)
    # It starts beside the imports of the screen, and is waited for after the first frame.
    return _run_screen(options, config, demo.connect, PROFILE, around=demo)


def _run_profile(options: WorklistOptions, config: "Config", environ: dict[str, str]) -> int:
    from avara_tui.config import Settings

    settings = Settings.resolve(config, environ, profile=options.profile)

    def connect() -> "Connection":
        from avara_tui.triage.credentials import connect
        from avara_tui.triage.hygiene import forbid_inspection

        forbid_inspection()
        return connect(settings, environ)

    profile = settings.profile
    options = options._replace(read_only=options.read_only or profile.read_only)
    return _run_screen(options, config, connect, profile.name)


def _run_screen(
    options: WorklistOptions,
    config: "Config",
    connect: "Callable[[], Connection]",
    profile: str,
    *,
    around: AbstractContextManager[object] | None = None,
) -> int:
    with around or nullcontext():
        from avara_tui.config.own_worklists import read_own_worklists
        from avara_tui.config.paths import config_file
        from avara_tui.tui.options import RunOptions
        from avara_tui.tui.run import run as run_screen

        return run_screen(
            RunOptions(
                connect=connect,
                profile=profile,
                config=config,
                settings_file=config_file(),
                view=options.view,
                filter_text=options.filter_text,
                own_worklists=read_own_worklists(),
                read_only=options.read_only,
                mouse=options.mouse,
                is_demo=options.demo,
                journal=_journal(options, config),
                tour=True,
            )
        )


def _journal(options: WorklistOptions, config: "Config") -> "Path | None":
    """Return where to keep the journal. What is done in a demo is nobody's work."""
    if options.demo or not config.journal:
        return None
    from avara_tui.config.paths import journal_file

    return journal_file()


def _terminal_problem() -> str | None:
    """Return why there is no terminal to draw on, or None if there is one."""
    streams = {"input": sys.stdin, "output": sys.stdout, "error": sys.stderr}
    for name, stream in streams.items():
        # A stream that was closed before the start is None.
        if stream is None or not stream.isatty():
            return f"the worklist needs a terminal, but its standard {name} is none."
    return None


def _refuse(sentence: str) -> int:
    print(f"{PROGRAM}: {sentence}", file=sys.stderr)
    return USAGE_ERROR
