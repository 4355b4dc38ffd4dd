"""How a command ended, as the number that a script sees."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every command that talks to a server."""

    DONE = 0
    FAILED = 1
    """It was not done, or not wholly; standard error says why."""
    USAGE = 2
    """The command line or the settings ask for something that cannot be."""
    NOT_FOUND = 3
    """The server does not know the study, or there is none to take."""
    KEY = 4
    """There is no API key, or the server does not accept it for this."""
    CONFLICT = 5
    """Somebody else's change stood in the way, and nothing was written."""
    UNREACHABLE = 6
    """The server is out of reach or does not answer."""
