"""Finds the API key: the environment, then the profile's own command, then the OS keyring.

A key is never asked for here, never taken from a command line or a settings file, and only ever
given out for the server that it belongs to.
"""

import os
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from avara_tui.config import Settings
from avara_tui.triage.access import keyring_store
from avara_tui.triage.access.connection import Connection, ConnectionProblem, ProblemKind
from avara_tui.triage.access.credential_command import run_credential_command
from avara_tui.triage.process.hygiene import API_KEY_VARIABLE

LONGEST_KEY: Final = 4096
_DOCUMENTED_SHAPE: Final = re.compile(r"sk_live_[0-9A-Fa-f]{32}")


class Credential(NamedTuple):
    """An API key and where it was found."""

    key: str
    source: str
    """A phrase, such as "the OS keyring"."""

    def __repr__(self) -> str:
        return f"Credential(key='***', source={self.source!r})"


def connect(settings: Settings, environ: Mapping[str, str]) -> Connection:
    """Return the server and the key to talk to it with.

    May block for as long as the keyring or the profile's command may take. Raises
    :class:`ConnectionProblem`.
    """
    profile = settings.profile
    ca_file = None
    if profile.ca_file is not None:
        ca_file = os.path.expanduser(profile.ca_file)  # noqa: PTH111 - it stays a string
        if not os.access(ca_file, os.R_OK):
            raise ConnectionProblem(
                f"The certificates {ca_file!r} of the profile {profile.name} cannot be read.",
                remedy=f"Mend ca_file in {settings.config.path}.",
                kind=ProblemKind.SETTINGS,
            )
    credential = resolve(settings, environ)
    return Connection(
        base_url=settings.base_url,
        api_key=credential.key,
        key_source=credential.source,
        me=profile.me,
        profile=profile.name,
        ca_file=ca_file,
    )


def resolve(
    settings: Settings, environ: Mapping[str, str], *, timeout: float = keyring_store.TIMEOUT
) -> Credential:
    """Return the key for the server that ``settings`` name. ``timeout`` is the keyring's.

    Raises :class:`ConnectionProblem`.
    """
    profile = settings.profile
    if API_KEY_VARIABLE in environ:
        return _checked(environ[API_KEY_VARIABLE], API_KEY_VARIABLE)
    if profile.credential_command is not None:
        # The command answers for the profile's own server, and no other may see its key.
        if settings.is_profiles_server:
            key = run_credential_command(
                profile.credential_command,
                environ,
                timeout=profile.credential_timeout,
                settings_file=settings.config.path or "the settings file",
            )
            return _checked(key, f"the credential command of the profile {profile.name}")
        raise ConnectionProblem(
            f"The credential command of the profile {profile.name} is for {profile.base_url}, "
            f"but {settings.base_url_source} says {settings.base_url}.",
            remedy="Leave that out, or make a profile with this base_url.",
            kind=ProblemKind.SETTINGS,
        )
    stored = keyring_store.read(profile.name, settings.base_url, timeout=timeout)
    if stored is None:
        raise ConnectionProblem(
            f"No API key is stored for the profile {profile.name} on {settings.base_url}.",
            remedy=f"Store one:  {login_command(settings)}\nor set {API_KEY_VARIABLE}.",
            kind=ProblemKind.NO_KEY,
        )
    return _checked(stored, "the OS keyring")


def login_command(settings: Settings) -> str:
    """Return what to type to store a key for the profile and server of ``settings``."""
    command = "avara-tui auth login"
    if settings.profile.name != settings.config.default_profile:
        command += f" --profile {settings.profile.name}"
    if settings.base_url_source == "--base-url":
        command += f" --base-url {settings.base_url}"
    return command


def key_problem(key: str) -> str | None:
    """Return why no server could accept ``key``, or None if one might."""
    if not key:
        return "is empty"
    if not key.isascii() or not key.isprintable():
        return "holds a character that no key has: it may not have been copied well"
    if " " in key:
        return "holds a blank: give the key alone, without a name or “Bearer”"
    if len(key) > LONGEST_KEY:
        return f"has {len(key):,} characters, more than any key"
    return None


def is_usual_key(key: str) -> bool:
    """Whether ``key`` looks like the documented ones: sk_live_ and 32 hexadecimal digits."""
    return _DOCUMENTED_SHAPE.fullmatch(key) is not None


def _checked(key: str, source: str) -> Credential:
    stripped = key.strip()
    if (problem := key_problem(stripped)) is not None:
        remedy = "Store the key again:  avara-tui auth login"
        if source == API_KEY_VARIABLE:
            remedy = f"Put the key into {API_KEY_VARIABLE}, or unset it to use a stored one."
        raise ConnectionProblem(
            f"The API key from {source} {problem}.", remedy=remedy, kind=ProblemKind.BAD_KEY
        )
    return Credential(stripped, source)
