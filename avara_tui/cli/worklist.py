"""Starts the worklist: settles what can be settled before the screen is taken over."""

import os
import sys
from typing import TYPE_CHECKING, Final

from avara_tui.cli.options import PROGRAM, WorklistOptions

if TYPE_CHECKING:
    from avara_tui.config import Config
    from avara_tui.tui.options import RunOptions

USAGE_ERROR: Final = 2
_NOT_DRAWN_ON: Final = frozenset({"dumb", "unknown"})
_WITHOUT_SCREEN: Final = "`avara-tui list` and the other commands need no screen."


def run(options: WorklistOptions) -> int:
    """Show the worklist until the person leaves; return the process's exit code."""
    from avara_tui.triage.process.shortage import make_room

    problem = _terminal_problem() or make_room()
    if problem is not None:
        return _refuse(problem)
    from avara_tui.triage.process.hygiene import harden

    environ = harden()
    from avara_tui.cli.filter_check import check_filters
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
    """Return why there is no terminal to draw on and what to do, or None if there is one."""
    streams = {"input": sys.stdin, "output": sys.stdout, "error": sys.stderr}
    for name, stream in streams.items():
        # A stream that was closed before the start is None.
        if stream is None or not stream.isatty():
            said = f"the worklist needs a terminal, but its standard {name} is none."
            return f"{said} {_WITHOUT_SCREEN}"
    term = os.environ.get("TERM", "")
    if term and term not in _NOT_DRAWN_ON:
        return None
    said = f"TERM is {term}" if term else "TERM is not set"
    remedy = "Set TERM to what your terminal is, such as xterm-256color."
    return f"{said}: on such a terminal nothing can be drawn. {remedy} {_WITHOUT_SCREEN}"


def _refuse(sentence: str) -> int:
    print(f"{PROGRAM}: {sentence}", file=sys.stderr)
    return USAGE_ERROR
