"""The way to a key: taken once at the start, and once more each time the worklist is unlocked."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from avara_tui.triage.access.connection import Connection

if TYPE_CHECKING:
    from avara_tui.api.early import EarlyAnswer


class Connector:
    """Finds the connection. What unlocking has found is used for the start that follows it.

    A password manager that wants to be touched is so asked once, not twice.
    """

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._found: Connection | None = None
        self._started: Future[Connection] | None = None
        self._early: EarlyAnswer | None = None

    def start_early(self) -> None:
        """Begin to look for the key, and with it ask for the first page, while others get ready.

        The next call returns what was found, or raises what was in the way.
        """
        self._started = started = Future[Connection]()
        threading.Thread(target=self._look, args=(started,), name="connect", daemon=True).start()

    def _look(self, started: "Future[Connection]") -> None:
        early = None
        try:
            connection = self._connect()
            early = self._early = _first_page(connection)
        except BaseException as problem:  # noqa: BLE001 - handed on to whoever comes in
            started.set_exception(problem)
        else:
            started.set_result(connection)
        if early is not None:
            early.fetch()

    def try_key(self) -> None:
        """Ask for the key as at the start, and keep what was found for the next call.

        It may block. Raises :class:`avara_tui.triage.access.connection.ConnectionProblem`.
        """
        self._early = None
        self._found = self._connect()

    def __call__(self) -> Connection:
        """Return the connection. Blocks and raises as :meth:`try_key` does."""
        started, self._started = self._started, None
        if started is not None:
            return started.result()
        found, self._found = self._found, None
        return self._connect() if found is None else found

    def take_early(self) -> "EarlyAnswer | None":
        """Return the answer that was asked for when knocking, once; None if there is none."""
        early, self._early = self._early, None
        return early


def _first_page(connection: Connection) -> "EarlyAnswer | None":
    """Return what asks for the open STAT studies, or None where nobody could be asked."""
    # While these are imported the screen gets what it needs.
    from avara_tui.api.early import EarlyAnswer  # noqa: PLC0415
    from avara_tui.api.errors import AvaraError  # noqa: PLC0415
    from avara_tui.api.request_base import RequestBase  # noqa: PLC0415
    from avara_tui.api.routes import LARGEST_PAGE, list_studies  # noqa: PLC0415
    from avara_tui.clock import SystemClock  # noqa: PLC0415
    from avara_tui.triage.reading.lanes import OPEN_STAT  # noqa: PLC0415

    try:
        base = RequestBase(connection.base_url, connection.api_key, connection.ca_file)
    except AvaraError:
        # Told when the client is made of the same.
        return None
    return EarlyAnswer(base, list_studies(OPEN_STAT, None, LARGEST_PAGE), SystemClock())
