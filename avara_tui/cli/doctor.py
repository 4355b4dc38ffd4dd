"""Says what the program sees of the place it runs in: a verdict a line, and what to do about it."""

import argparse
import os
import platform
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping
from typing import Final

from avara_tui import __version__
from avara_tui.cli.exit_codes import ExitCode
from avara_tui.config import Config, ConfigError, Settings, SettingsError, load_config
from avara_tui.text import clean
from avara_tui.triage.checkup.verdicts import Finding, Verdict, ok, problem
from avara_tui.triage.process.hygiene import harden

_PACKAGES: Final = ("textual", "httpx", "pydantic", "keyring")
_INDENT: Final = 22
_NARROWEST: Final = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``doctor`` takes."""
    parser.add_argument("--profile", metavar="P", help="the profile of the configuration")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--offline", action="store_true", help="ask neither the keyring nor the server"
    )


def run(args: argparse.Namespace) -> int:
    """Look at everything, print it, and return 1 if something does not work."""
    environ = harden()
    found = []
    for each in _findings(environ, profile=args.profile, offline=args.offline):
        found.append(each)
        if not args.json:
            # One by one: a keyring or a server may take seconds.
            print(_line(each), flush=True)
    problems = sum(each.verdict is Verdict.PROBLEM for each in found)
    if args.json:
        import json

        print(json.dumps({"findings": [_as_json(each) for each in found], "problems": problems}))
    else:
        print("\nNothing is wrong." if not problems else f"\n{problems} to mend.")
    return ExitCode.FAILED if problems else ExitCode.DONE


def _findings(
    environ: Mapping[str, str], *, profile: str | None, offline: bool
) -> Iterator[Finding]:
    yield ok("versions", _versions())
    config, settings = Config(), None
    try:
        config = load_config()
        settings = Settings.resolve(config, environ, profile=profile)
    except ConfigError as error:
        yield problem("settings", f"{error}", "Mend the file; `avara-tui config check` tells more.")
    except SettingsError as error:
        yield problem("settings", f"{error}", error.remedy)
    else:
        yield from _settings(config, settings)
    # They bring asyncio along, which asking for help need not wait for.
    from avara_tui.triage.checkup.place import place_findings
    from avara_tui.triage.checkup.reach import reach_findings
    from avara_tui.triage.opener.whereabouts import find_place
    from avara_tui.tui.terminal.size import terminal_size

    seat = find_place(environ)
    yield from place_findings(
        environ,
        is_terminal=all(each is not None and each.isatty() for each in (sys.stdin, sys.stdout)),
        size=terminal_size(),
        clipboard=config.clipboard,
        seat=seat,
    )
    yield _state()
    if settings is not None and not offline:
        yield from reach_findings(settings, environ, seat)


def _versions() -> str:
    from importlib.metadata import PackageNotFoundError, version

    parts = [f"avara-tui {__version__}", f"Python {platform.python_version()}"]
    for package in _PACKAGES:
        try:
            parts.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            parts.append(f"{package} missing")
    return f"{', '.join(parts)}, {platform.system()} {platform.release()}."


def _settings(config: Config, settings: Settings) -> Iterator[Finding]:
    from avara_tui.cli.config import file_problems

    if config.path is None:
        yield ok("settings", "No file: the defaults count.")
    else:
        problems = list(file_problems(config))
        for each in problems:
            yield problem("settings", each, "Mend the file.")
        if not problems:
            yield ok("settings", f"{config.path}.")
    yield ok("profile", f"{settings.profile.name}.")


def _state() -> Finding:
    from avara_tui.config.paths import state_dir

    try:
        path = state_dir()
    except OSError as error:
        return problem(
            "state",
            f"There is no private directory for the journal and crash reports: {error}.",
            "Make it yours alone, or name another in XDG_STATE_HOME.",
        )
    if not os.access(path, os.W_OK):
        return problem("state", f"{path} cannot be written.", "Make it writable for you.")
    return ok("state", f"{path}, which only you can enter.")


def _line(finding: Finding) -> str:
    head = f"{finding.verdict:<9}{clean(finding.name):<13}"
    lines = _wrapped(head, finding.said)
    if finding.remedy:
        lines += _wrapped(f"{'':<{_INDENT}}→ ", finding.remedy)
    return "\n".join(lines)


def _wrapped(head: str, text: str) -> list[str]:
    return textwrap.wrap(
        clean(text),
        max(shutil.get_terminal_size().columns - 1, _NARROWEST),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _as_json(finding: Finding) -> dict[str, str]:
    return {
        "name": finding.name,
        "verdict": str(finding.verdict),
        "said": clean(finding.said),
        "remedy": clean(finding.remedy),
    }
