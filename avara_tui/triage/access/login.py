"""Logging in: a key that the server accepts goes into the OS keyring, for one profile there."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.config import Settings
from avara_tui.triage.access import keyring_store
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.access.credentials import connect
from avara_tui.triage.process.hygiene import API_KEY_VARIABLE


class Verdict(Enum):
    """What came of asking the server about a key that it did not simply accept, in a sentence."""

    REFUSED = "The server does not accept the key."
    OUT_OF_REACH = "The key was not checked: the server is out of reach."
    UNCLEAR = "The key was not checked: the server did not answer as it should."


_VERDICTS: Final = {
    ErrorKind.UNAUTHORIZED: Verdict.REFUSED,
    ErrorKind.FORBIDDEN: Verdict.REFUSED,
    ErrorKind.UNREACHABLE: Verdict.OUT_OF_REACH,
    ErrorKind.TIMEOUT: Verdict.OUT_OF_REACH,
}


def verdict(error: AvaraError) -> Verdict:
    """Return what an error of :func:`ask_about_key` says of the key."""
    return _VERDICTS.get(error.kind, Verdict.UNCLEAR)


async def ask_about_key(connection: Connection) -> None:
    """Ask the server for one study. Raises :class:`avara_tui.api.errors.AvaraError`."""
    from avara_tui.api.client import AvaraClient  # noqa: PLC0415 - heavy, and often there by now
    from avara_tui.triage.process.background import in_daemon_thread  # noqa: PLC0415 - not for --help

    url, key, ca_file = connection.base_url, connection.api_key, connection.ca_file
    client = await in_daemon_thread(lambda: AvaraClient(url, key, ca_file=ca_file))
    try:
        await client.list_studies(limit=1)
    finally:
        await client.aclose()


class Login:
    """Where a key goes that somebody gives, and who says whether it is one."""

    def __init__(self, settings: Settings, environ: Mapping[str, str]) -> None:
        self._settings = settings
        self._environ = environ

    @property
    def account(self) -> str:
        """The profile and the server that the key is for."""
        return f"{self._settings.profile.name} on {self._settings.base_url}"

    def keyring(self) -> str:
        """Return which keyring the key goes into, by its technical name. It may block.

        Raises :class:`avara_tui.triage.access.connection.ConnectionProblem` where there is none
        to be had: a key that cannot be stored should not be typed first.
        """
        return keyring_store.describe()

    async def check(self, key: str) -> None:
        """Ask the server about ``key``.

        Raises :class:`avara_tui.api.errors.AvaraError`, and
        :class:`avara_tui.triage.access.connection.ConnectionProblem` where the settings allow no
        connection whatever the key.
        """
        await ask_about_key(connect(self._settings, {**self._environ, API_KEY_VARIABLE: key}))

    def store(self, key: str) -> None:
        """Put ``key`` into the keyring. It may block.

        Raises :class:`avara_tui.triage.access.connection.ConnectionProblem`.
        """
        keyring_store.write(self._settings.profile.name, self._settings.base_url, key)
