"""A file of JSON lines that only grows, of which each line carries a hash of the line before.

A line that is changed, taken out, put in or moved later no longer fits its neighbours. Whoever may
write to the file can write all of it anew: keep the last hash elsewhere to notice that, or that
lines are missing at the end.
"""

import fcntl
import hashlib
import json
import os
import re
import stat
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, NamedTuple

from avara_tui.config.paths import make_private

Record = dict[str, Any]
"""What a line says: its number ``n``, its own ``hash``, and that of the line before, ``prev``."""

FIRST: Final = "0" * 64
"""What the first line has for the hash of the line before."""
LONGEST_LINE: Final = 65_536
"""Bytes. No line that we write is longer; what is longer was written by something else."""
TORN: Final = "torn"
"""The event of a line that says that the one before broke off, with its length and hash."""
PRIVATE: Final = 0o600

_LONGEST_CLOSE: Final = 0.5
"""Seconds: a person who leaves does not wait for a disk."""
_MARK: Final = b',"hash":"'
_END: Final = re.compile(rb'[0-9a-f]{64}"\}')
_PATIENCE: Final = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.02)
"""Seconds between the tries to get the file to ourselves. Another program needs far less."""


def digest(data: bytes) -> str:
    """Return the hash of ``data`` as the chain writes it."""
    return hashlib.sha256(data).hexdigest()


def seal(content: Mapping[str, Any], number: int, previous: str) -> tuple[bytes, str]:
    """Return a whole line with its line feed, and its hash."""
    body = json.dumps({"n": number, **content, "prev": previous}, separators=(",", ":"))
    data = body[:-1].encode("ascii")
    own = digest(data)
    return data + _MARK + own.encode("ascii") + b'"}\n', own


def unseal(line: bytes) -> Record | None:
    """Return what a line without its line feed says; None if it is not as it was written."""
    data, mark, end = line.rpartition(_MARK)
    if not mark or not _END.fullmatch(end) or digest(data) != end[:64].decode("ascii"):
        return None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_ours = isinstance(record, dict) and isinstance(record.get("n"), int)
    return record if is_ours and isinstance(record.get("prev"), str) else None


class _Tail(NamedTuple):
    """Where a file ends."""

    size: int
    number: int = 0
    """The number of its last whole line."""
    hash: str = FIRST
    torn: bytes = b""
    """What stands behind the last whole line."""
    needs_feed: bool = False


class ChainFile:
    """Appends to a chain, also when other programs do so at the same time.

    A line is in the hands of the operating system when :meth:`append` returns: a program that is
    killed loses none. It reaches the disk a moment later, by a thread: a machine that loses its
    power may lose the last lines, but the screen never waits for a disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._to_flush: SimpleQueue[int | None] = SimpleQueue()
        self._flusher: threading.Thread | None = None
        self._flush_error: OSError | None = None

    def append(self, contents: Iterable[Mapping[str, Any]]) -> None:
        """Write a line for each of ``contents``: all of them or none.

        Raises OSError, also for a failure to bring earlier lines to the disk.
        """
        if self._flush_error is not None:
            error, self._flush_error = self._flush_error, None
            raise error
        make_private(self.path.parent)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        file = os.open(self.path, flags, PRIVATE)
        try:
            _require_ours(file, self.path)
            _lock(file)
            tail = _tail(file)
            _write(file, _lines(contents, tail), tail.size)
            # The flusher keeps the file open, and must not keep the lock.
            fcntl.flock(file, fcntl.LOCK_UN)
        except BaseException:
            os.close(file)
            raise
        self._flush_soon(file)

    def close(self) -> None:
        """Bring what was written to the disk, and wait for it, but not long."""
        if self._flusher is not None:
            self._to_flush.put(None)
            self._flusher.join(_LONGEST_CLOSE)
            self._flusher = None

    def _flush_soon(self, file: int) -> None:
        self._to_flush.put(file)
        if self._flusher is None:
            self._flusher = threading.Thread(target=self._flush, name="journal", daemon=True)
            self._flusher.start()

    def _flush(self) -> None:
        is_last = False
        while not is_last:
            files = [self._to_flush.get()]
            while not self._to_flush.empty():
                files.append(self._to_flush.get())
            is_last = None in files
            opened = [file for file in files if file is not None]
            try:
                # They are all the same file.
                for file in opened[-1:]:
                    os.fsync(file)
            except OSError as error:
                self._flush_error = error
            finally:
                for file in opened:
                    os.close(file)


def _require_ours(file: int, path: Path) -> None:
    found = os.fstat(file)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        raise PermissionError(f"{path} is not a file of this user")
    if stat.S_IMODE(found.st_mode) != PRIVATE:
        os.fchmod(file, PRIVATE)


def _lock(file: int) -> None:
    """Get the file to ourselves; a program that stands still with it must not stop us."""
    for pause in _PATIENCE:
        time.sleep(pause)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        return
    raise TimeoutError("another program does not let go of it")


def _tail(file: int) -> _Tail:
    size = os.fstat(file).st_size
    if not size:
        return _Tail(0)
    data = os.pread(file, 2 * LONGEST_LINE, max(size - 2 * LONGEST_LINE, 0))
    head, _, last = data.rpartition(b"\n")
    if last and (record := unseal(last)) is not None:
        # Whole, but for its line feed.
        return _Tail(size, record["n"], record["hash"], needs_feed=True)
    line = head.rpartition(b"\n")[2]
    if len(last) > LONGEST_LINE or len(line) > LONGEST_LINE:
        raise OSError(f"it ends with more than {LONGEST_LINE:,} bytes without a line feed")
    if not line:
        return _Tail(size, torn=last)
    record = unseal(line)
    if record is None:
        # Somebody changed it. What we write is tied to what stands there now.
        return _Tail(size, 0, digest(line), last)
    return _Tail(size, record["n"], record["hash"], last)


def _lines(contents: Iterable[Mapping[str, Any]], tail: _Tail) -> bytes:
    number, previous = tail.number, tail.hash
    data = [b"\n"] if tail.torn or tail.needs_feed else []
    if tail.torn:
        torn = {"event": TORN, "bytes": len(tail.torn), "sha256": digest(tail.torn)}
        contents = (torn, *contents)
    for content in contents:
        number += 1
        line, previous = seal(content, number, previous)
        data.append(line)
    return b"".join(data)


def _write(file: int, data: bytes, size: int) -> None:
    """Write all of ``data`` at the end, or nothing, where the disk allows taking it back."""
    written = 0
    try:
        while written < len(data):
            written += os.write(file, data[written:])
    except OSError:
        if written:
            os.ftruncate(file, size)
        raise
