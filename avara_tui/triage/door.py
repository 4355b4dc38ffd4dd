"""The way to a key: taken once at the start, and once more each time the worklist is unlocked."""

from collections.abc import Callable

from avara_tui.triage.connection import Connection


class Door:
    """Finds the connection. What unlocking has found is used for the start that follows it.

    A password manager that wants to be touched is so asked once, not twice.
    """

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._found: Connection | None = None

    def try_key(self) -> None:
        """Ask for the key as at the start, and keep what was found for the next call.

        It may block. Raises :class:`avara_tui.triage.connection.ConnectionProblem`.
        """
        self._found = self._connect()

    def __call__(self) -> Connection:
        """Return the connection. Blocks and raises as :meth:`try_key` does."""
        found, self._found = self._found, None
        return self._connect() if found is None else found
