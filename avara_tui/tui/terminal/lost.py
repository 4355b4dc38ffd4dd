"""A terminal that is gone: writing to it harms nothing."""

import contextlib
import errno
import os
from collections.abc import Iterator
from typing import Final, TextIO

_GONE: Final = frozenset({errno.EIO, errno.ENXIO, errno.EPIPE})
_STANDARD_ERROR: Final = 2


class LostAware:
    """Writes to a terminal, and to nowhere once there is none: whoever reads keys finds out."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def fileno(self) -> int:
        """Return the terminal's descriptor."""
        return self._file.fileno()

    def write(self, text: str) -> int:
        """Write ``text``; return how many characters it has."""
        with _to_nowhere_if_gone(self.fileno()):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        """Send what was written."""
        with _to_nowhere_if_gone(self.fileno()):
            self._file.flush()


def last_words(text: str) -> None:
    """Write ``text`` to standard error, which may be a terminal that is gone."""
    with _to_nowhere_if_gone(_STANDARD_ERROR):
        os.write(_STANDARD_ERROR, text.encode("utf-8", "replace"))


@contextlib.contextmanager
def _to_nowhere_if_gone(descriptor: int) -> Iterator[None]:
    """Let ``descriptor`` lead nowhere if its terminal is gone.

    What is left in buffers must not make the interpreter's own last flush fail either: that would
    change the exit code.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _GONE:
            raise
        with contextlib.suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, descriptor)
            os.close(nowhere)
