"""Keeping memory from stopping the keys while many studies come in, and small afterwards."""

import contextlib
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = (700, 10, 100_000)
"""Young objects as often as always; hardly ever all of them, which takes as long as there are."""


@contextmanager
def paused_collector() -> Iterator[None]:
    """Put off looking at everything while the block runs, and leave it out for good at its end.

    Studies refer to nothing that refers back to them: they go when nobody holds them any more,
    without the collector's help.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*before)
        # It may take milliseconds, which the keys shall not wait for.
        threading.Thread(target=give_back_memory, name="memory", daemon=True).start()


def give_back_memory() -> None:
    """Give back to the system what was only needed to read, where the C library can."""
    import ctypes  # noqa: PLC0415 - not needed for the first frame

    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
