"""Keeping the garbage collector from stopping the keys while many studies come in."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_CALM: Final = (700, 10, 100_000)
"""Young objects as often as always; hardly ever all of them, which takes as long as there are."""


@contextmanager
def calm_collector() -> Iterator[None]:
    """Put off looking at everything while the block runs, and leave it out for good at its end.

    Studies refer to nothing that refers back to them: they go when nobody holds them any more,
    without the collector's help.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_CALM)
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*before)
