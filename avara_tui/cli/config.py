"""Shows where the settings are, what counts, what may be set, and what is wrong with a file."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from avara_tui.cli.arguments import add_actions
from avara_tui.cli.exit_codes import ExitCode
from avara_tui.config import (
    Config,
    ConfigError,
    Profile,
    Settings,
    SettingsError,
    error_at,
    load_config,
)
from avara_tui.config.document import effective, example, schema
from avara_tui.config.environment import unknown_variables, variables
from avara_tui.config.paths import config_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``config`` takes."""
    actions = add_actions(
        parser,
        path="print where the settings file is looked for",
        show="print the settings that count, defaults included",
        check="say what is wrong with a settings file",
        schema="print a JSON Schema of the settings file",
        example="print a settings file that explains every setting",
    )
    for name in ("show", "check"):
        actions[name].add_argument(
            "file", nargs="?", type=Path, help="another file than your own settings"
        )


def run(args: argparse.Namespace) -> int:
    """Carry out ``config`` and return the exit code."""
    if args.action == "path":
        print(config_file())
    elif args.action == "schema":
        import json

        from avara_tui.tui.keys.actions import ACTIONS

        actions = {each.id: each.help for each in ACTIONS}
        print(json.dumps(schema(actions), indent=2, ensure_ascii=False))
    elif args.action == "example":
        print(example(), end="")
    else:
        return _read(args.file, check=args.action == "check")
    return ExitCode.DONE


def _read(file: Path | None, *, check: bool) -> int:
    try:
        config = load_config(file)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return ExitCode.FAILED if check else ExitCode.USAGE
    if not check:
        return _show(config, is_own=file is None)
    problems = list(file_problems(config))
    if file is None:
        problems += unknown_variables(os.environ)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return ExitCode.FAILED
    if config.path is None:
        print(f"There is no {config_file()}: the defaults count.")
    else:
        print(f"{config.path}: nothing is wrong.")
    return ExitCode.DONE


def _show(config: Config, *, is_own: bool) -> int:
    print(f"# {config.path or 'No settings file: these are the defaults.'}")
    try:
        settings = Settings.resolve(config, os.environ)
    except SettingsError as error:
        print(f"{error} {error.remedy}", file=sys.stderr)
        return ExitCode.USAGE
    print(f"# The server is {settings.base_url}, from {settings.base_url_source}.")
    given = [name for name in variables() if os.environ.get(name)] if is_own else []
    if given:
        print(f"# From the environment: {', '.join(given)}.")
    print(effective(config), end="")
    return ExitCode.DONE


def file_problems(config: Config) -> Iterator[str]:
    """Yield what only other rooms and this machine can tell: filters, files and programs."""
    from avara_tui.triage.site import check_alarm, saved_worklists, thresholds_of

    for check in (saved_worklists, check_alarm, thresholds_of, _check_own):
        try:
            check(config)
        except ConfigError as error:
            yield str(error)
    from avara_tui.tui.keys.key_settings import key_problems

    yield from map(str, key_problems(config))
    if config.theme is not None:
        from avara_tui.tui.terminal.themes import theme_problem

        theme = theme_problem(config)
        if theme is not None:
            yield str(theme)
    for name, profile in config.profiles.items():
        for setting, problem in _profile_problems(profile):
            yield str(error_at(config, ("profiles", name, setting), problem))


def _check_own(_: Config) -> None:
    from avara_tui.config.own_worklists import read_own_worklists
    from avara_tui.triage.site import saved_worklists

    saved_worklists(Config(), read_own_worklists())


def _profile_problems(profile: Profile) -> Iterator[tuple[str, str]]:
    from avara_tui.triage.opener.local import is_text_browser

    if profile.ca_file is not None:
        ca_file = Path(profile.ca_file).expanduser()
        if not os.access(ca_file, os.R_OK):
            yield "ca_file", f"names {ca_file}, which cannot be read"
    for setting in ("credential_command", "browser_command"):
        argv: tuple[str, ...] | None = getattr(profile, setting)
        if argv is None:
            continue
        program = shutil.which(Path(argv[0]).expanduser())
        if program is None:
            yield setting, f"names the program {argv[0]!r}, which is not installed"
        elif setting == "browser_command" and is_text_browser(os.fspath(program)):
            yield setting, f"names {argv[0]!r}, which would take over the terminal"
