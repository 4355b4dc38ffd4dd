"""The program is told to end: by a signal, or because its terminal is gone."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from typing import Final

from textual.message import Message

ENDING_SIGNALS: Final = tuple(
    getattr(signal, name)
    for name in ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT")
    if hasattr(signal, name)
)
LEAVING_LIMIT: Final = 8.0
"""Seconds that leaving may take after a signal: the terminal may have stopped reading."""


class MustEnd(Message):
    """The program must end, and ask nobody."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__()
        self.number = number
        """The signal that says so, or would."""


def exit_at_last(exit_code: int, seconds: float, before: Callable[[], None]) -> None:
    """Have the process end after ``seconds`` if it has not until then, ``before`` doing its last.

    It must not block.
    """

    def end() -> None:
        before()
        os._exit(exit_code)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    with contextlib.suppress(RuntimeError):  # there may be no thread to be had
        timer.start()
