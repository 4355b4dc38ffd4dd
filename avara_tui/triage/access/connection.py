"""The server to talk to and the key to talk with, or why there is none."""

from enum import StrEnum
from typing import Final, NamedTuple

_HIDDEN = "***"

COMPLETE_FOR: Final = (
    "What is called complete is complete for this key: one with the study scope Self sees only the "
    "studies of its own source, and the server tells nobody which scope a key has."
)
"""Whose completeness it is that the program speaks of."""


class Connection(NamedTuple):
    """Everything that a client of the Avara Viewer API needs, and whose it is."""

    base_url: str
    api_key: str
    """The secret. It is left out of ``repr`` and ``str``."""
    key_source: str
    """Where the key was found, as a phrase: "the OS keyring"."""
    me: str | None = None
    """The user id of the person at the keys, as the profile says; a session may know more."""
    profile: str = "default"
    ca_file: str | None = None
    """A file of certificates to trust instead of the machine's own."""

    def __repr__(self) -> str:
        shown = self._replace(api_key=_HIDDEN)._asdict()
        return f"Connection({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    def __str__(self) -> str:
        return repr(self)


class ProblemKind(StrEnum):
    """Why there is no connection to be had."""

    NO_KEY = "no key"
    """Nobody has stored a key for this profile and server."""
    BAD_KEY = "bad key"
    """There is one, but no server could accept it: empty, or with characters no key has."""
    KEYRING = "keyring"
    """The keyring is missing, locked, silent, or of a kind that is refused."""
    COMMAND = "command"
    """The profile's credential command failed, hung or printed nothing."""
    SETTINGS = "settings"
    """The settings contradict each other or name something that is not there."""


class ConnectionProblem(Exception):  # noqa: N818 - it is expected, and shown as a state
    """There is no connection to be had: the text says why in a sentence."""

    def __init__(self, sentence: str, *, remedy: str, kind: ProblemKind) -> None:
        super().__init__(sentence)
        self.remedy = remedy
        """What to do about it, a step a line."""
        self.kind = kind
