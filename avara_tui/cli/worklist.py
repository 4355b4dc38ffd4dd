"""Starts the worklist: settles what can be settled before the screen is taken over."""

import sys
from typing import TYPE_CHECKING, Final

from avara_tui.cli.options import PROGRAM, WorklistOptions

if TYPE_CHECKING:
    from avara_tui.config import Config
    from avara_tui.tui.options import RunOptions

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
        check_filters(config)
        if options.demo:
            return _run_demo(options, config)
        return _run_profile(options, config, environ)
    except ConfigError as error:
        return _refuse(f"{error}")
    except SettingsError as error:
        return _refuse(f"{error} {error.remedy}")


def check_filters(config: "Config") -> None:
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


def _run_profile(options: WorklistOptions, config: "Config", environ: dict[str, str]) -> int:
    from avara_tui.cli.profiles import Profiles

    start = Profiles(options, environ).at_start(config)
    return _run_screen(start)


def _run_demo(options: WorklistOptions, config: "Config") -> int:
    from avara_tui.cli.demo import PROFILE, DemoServer
    from avara_tui.config.own_worklists import read_own_worklists
    from avara_tui.config.paths import config_file
    from avara_tui.tui.options import RunOptions

    demo = DemoServer(studies=options.studies, seed=options.seed, arrivals=options.arrivals)
    # It starts beside the imports of the screen, and is waited for after the first frame.
    with demo:
        return _run_screen(
            RunOptions(
                connect=demo.connect,
                profile=PROFILE,
                config=config,
                settings_file=config_file(),
                view=options.view,
                filter_text=options.filter_text,
                own_worklists=read_own_worklists(),
                read_only=options.read_only,
                mouse=options.mouse,
                is_demo=True,
                tour=True,
            )
        )


def _run_screen(options: "RunOptions") -> int:
    from avara_tui.tui.run import run as run_screen

    return run_screen(options)


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
