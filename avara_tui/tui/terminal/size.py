"""How large the terminal is: as it says itself, whatever the environment says."""

import os
import shutil
from collections.abc import Iterable
from typing import Final

_FALLBACK: Final = (80, 24)
_STANDARD_STREAMS: Final = (2, 0, 1)


def terminal_size(descriptors: Iterable[int] = _STANDARD_STREAMS) -> tuple[int, int]:
    """Return columns and rows of the first terminal among ``descriptors`` that knows them.

    COLUMNS and LINES count only where none does, as on some serial lines: a shell exports them
    once, and the window has changed since.
    """
    for descriptor in descriptors:
        try:
            columns, rows = os.get_terminal_size(descriptor)
        except OSError:
            continue
        if columns > 0 and rows > 0:
            return columns, rows
    columns, rows = shutil.get_terminal_size(_FALLBACK)
    return columns, rows
