"""Stores, checks and removes the API key of a profile. A key never comes from the command line."""

import argparse
import getpass
import sys
import warnings
from collections.abc import Coroutine
from typing import Final

from avara_tui.api.errors import AvaraError
from avara_tui.cli.arguments import add_actions
from avara_tui.cli.complaining import complain, complain_of_start
from avara_tui.cli.exit_codes import ExitCode
from avara_tui.config import ConfigError, Settings, SettingsError, load_config
from avara_tui.text import clean
from avara_tui.triage.access import keyring_store
from avara_tui.triage.access.connection import COMPLETE_FOR, ConnectionProblem
from avara_tui.triage.access.credentials import LONGEST_KEY, connect, is_usual_key, key_problem
from avara_tui.triage.access.login import Login, Verdict, ask_about_key, verdict
from avara_tui.triage.process.hygiene import API_KEY_VARIABLE, harden

_CODES: Final = {
    Verdict.REFUSED: ExitCode.KEY,
    Verdict.OUT_OF_REACH: ExitCode.UNREACHABLE,
    Verdict.UNCLEAR: ExitCode.FAILED,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``auth`` takes."""
    actions = add_actions(
        parser,
        login="store an API key in the OS keyring",
        status="say where the API key comes from, without showing it",
        logout="remove the API key from the OS keyring",
    )
    for action in actions.values():
        action.add_argument("--profile", metavar="P", help="the profile of the configuration")
        action.add_argument("--base-url", metavar="URL", help="the server that the key is for")
    actions["login"].add_argument(
        "--key-stdin", action="store_true", help="read the key from standard input"
    )
    for name in ("login", "status"):
        actions[name].add_argument(
            "--no-check", action="store_true", help="do not ask the server about the key"
        )


def run(args: argparse.Namespace) -> int:
    """Carry out ``auth`` and return the exit code."""
    environ = harden()
    try:
        settings = Settings.resolve(
            load_config(), environ, profile=args.profile, base_url=args.base_url
        )
        if args.action == "login":
            return _login(settings, environ, from_stdin=args.key_stdin, check=not args.no_check)
        if args.action == "logout":
            return _logout(settings, environ)
        return _status(settings, environ, check=not args.no_check)
    except (ConfigError, SettingsError, ConnectionProblem) as error:
        return complain_of_start(error)


def _login(settings: Settings, environ: dict[str, str], *, from_stdin: bool, check: bool) -> int:
    if not from_stdin and not sys.stdin.isatty():
        return complain(
            "There is no terminal to ask for the key on.",
            "Pipe it in:  avara-tui auth login --key-stdin < FILE",
            ExitCode.USAGE,
        )
    login = Login(settings, environ)
    # A key that cannot be stored should not be typed first.
    keyring = login.keyring()
    key = _read_key(login, from_stdin=from_stdin)
    if (problem := key_problem(key)) is not None:
        return complain(f"The key {problem}.", "Nothing was stored.", ExitCode.KEY)
    if not is_usual_key(key):
        print("Note: the key does not look like sk_live_ and 32 hexadecimal digits.")
    if check and (code := _check(login.check(key))) != ExitCode.DONE:
        print("Nothing was stored. To store it all the same, add --no-check.", file=sys.stderr)
        return code
    login.store(key)
    print(f"Stored for the profile {login.account}, in {keyring}.")
    if API_KEY_VARIABLE in environ:
        print(f"Note: {API_KEY_VARIABLE} is set, and goes before the stored key.")
    elif settings.profile.credential_command is not None:
        print("Note: the profile's credential_command goes before the stored key.")
    if not settings.is_profiles_server:
        print(
            f"Note: the profile {settings.profile.name} uses {settings.profile.base_url} by "
            "default. Set base_url in the settings file, or AVARA_BASE_URL, to use this key."
        )
    return ExitCode.DONE


def _logout(settings: Settings, environ: dict[str, str]) -> int:
    name, url = settings.profile.name, settings.base_url
    if keyring_store.delete(name, url):
        print(f"Removed the key of the profile {name} on {url}.")
    else:
        print(f"No key was stored for the profile {name} on {url}.")
    if API_KEY_VARIABLE in environ:
        print(f"Note: {API_KEY_VARIABLE} is still set.")
    return ExitCode.DONE


def _status(settings: Settings, environ: dict[str, str], *, check: bool) -> int:
    profile = settings.profile
    print(f"profile   {profile.name}")
    print(f"server    {settings.base_url} (from {settings.base_url_source})")
    print(f"settings  {settings.config.path or 'none: the defaults'}")
    print(f"you       {profile.me or 'not set: give your user id as me in the profile'}")
    connection = connect(settings, environ)
    print(f"key       from {connection.key_source}", flush=True)
    if not is_usual_key(connection.api_key):
        print("          it does not look like sk_live_ and 32 hexadecimal digits")
    print(f"scope     {COMPLETE_FOR}", flush=True)
    return _check(ask_about_key(connection)) if check else ExitCode.DONE


def _check(asking: Coroutine[object, object, None]) -> int:
    """Ask the server about the key; say what it makes of it and return the exit code."""
    import asyncio

    try:
        asyncio.run(asking)
    except AvaraError as error:
        said = verdict(error)
        return complain(said.value, clean(str(error), 300), _CODES[said])
    print("The server accepts the key.")
    return ExitCode.DONE


def _read_key(login: Login, *, from_stdin: bool) -> str:
    if from_stdin:
        line = sys.stdin.buffer.readline(LONGEST_KEY + 2)
        return line.decode("utf-8", "replace").strip()
    with warnings.catch_warnings():
        # Rather no key than one that is echoed to the screen.
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(f"API key for {login.account} (not shown): ").strip()
        except (EOFError, getpass.GetPassWarning):
            return ""
