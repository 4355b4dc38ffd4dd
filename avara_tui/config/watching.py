"""Noticing that the settings file was saved, by looking at it now and then."""

import time
from pathlib import Path
from typing import Final, NamedTuple

SETTLED: Final = 1.0
"""Seconds after which a file that was written to is taken for whole."""


class _Stamp(NamedTuple):
    """What tells two versions of a file apart without reading it."""

    inode: int
    size: int
    modified: int
    """In nanoseconds."""


class WatchedFile:
    """A file that somebody may save at any time, in place or by putting another in its place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = self._seen = _stamp(path)

    def has_changed(self) -> bool:
        """Whether the file is another than when this was last true, and rests.

        An editor empties a file, or takes it away, before it writes the new one: what was changed
        a moment ago is looked at again next time.
        """
        stamp, before = _stamp(self.path), self._seen
        self._seen = stamp
        if stamp == self._known:
            return False
        if stamp != before and not _rests(stamp):
            return False
        self._known = stamp
        return True


def _stamp(path: Path) -> _Stamp | None:
    """Return the stamp of a file; None if there is none, or none that may be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return _Stamp(found.st_ino, found.st_size, found.st_mtime_ns)


def _rests(stamp: _Stamp | None) -> bool:
    return stamp is not None and abs(time.time() - stamp.modified / 1e9) >= SETTLED
