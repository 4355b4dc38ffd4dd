"""Runs the program in a process of its own that has imported all of it before.

Importing takes most of what a command takes. Where the start is not what a test is about, a
process that has imported everything forks for it. What is run so has streams, an environment,
signals and an exit code of its own, as if it had been started.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple

_BORN_WITH: Final = {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
"""What is looked at when it is imported: whoever needs it to be otherwise starts it anew."""
_SERVER: Final = Path(__file__).with_name("warm_server.py")


class _Warm:
    """The process that forks, from the first time that it is needed."""

    def __init__(self, *imported: str) -> None:
        self._imported = imported
        self._lock = threading.Lock()
        self._requests: socket.socket | None = None

    def ask(
        self,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        streams: Sequence[int] = (),
        terminal: str | None = None,
    ) -> IO[str]:
        """Let it fork; give what tells the pid, and how it ended once it has."""
        request = {
            "arguments": list(arguments),
            "environ": dict(environ),
            "directory": str(Path.cwd()),
            "terminal": terminal,
        }
        told_read, told_write = os.pipe()
        with self._lock:
            requests = self._requests or self._begin()
            socket.send_fds(requests, [json.dumps(request).encode()], [*streams, told_write])
        os.close(told_write)
        return open(told_read, encoding="ascii")  # noqa: PTH123

    def _begin(self) -> socket.socket:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", str(_SERVER), *self._imported],
                stdin=theirs.fileno(),
                env={"PATH": os.environ["PATH"], **_BORN_WITH},
            )
        atexit.register(self._end, process)
        return self._requests

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        assert self._requests is not None
        self._requests.close()
        process.wait()


_COMMANDS: Final = _Warm()
_SCREEN: Final = _Warm("screen")


class Started(NamedTuple):
    """A program that runs."""

    pid: int
    told: IO[str]

    def wait(self) -> int:
        """Wait until it has ended; return its exit code, negative for a signal's number."""
        with self.told:
            return int(self.told.read())


def start_in(terminal: str, arguments: Sequence[str], environ: Mapping[str, str]) -> Started:
    """Start ``avara-tui`` as the leader of a session whose terminal is ``terminal``."""
    told = _SCREEN.ask(arguments, environ, terminal=terminal)
    return Started(int(told.readline()), told)


def run(
    arguments: Sequence[str], environ: Mapping[str, str], stdin: str = "", *, timeout: float
) -> "subprocess.CompletedProcess[str]":
    """Run ``avara-tui`` with ``arguments``; return how it ended and what it said.

    Raises TimeoutError, and ends it, once it has run for ``timeout`` seconds.
    """
    in_read, in_write = os.pipe()
    out_read, out_write = os.pipe()
    err_read, err_write = os.pipe()
    theirs = (in_read, out_write, err_write)
    told = _COMMANDS.ask(arguments, environ, theirs)
    for each in theirs:
        os.close(each)
    said: dict[int, str] = {}

    def read(descriptor: int) -> None:
        with open(descriptor, encoding="utf-8") as stream:
            said[descriptor] = stream.read()

    readers = [threading.Thread(target=read, args=(each,)) for each in (out_read, err_read)]
    for reader in readers:
        reader.start()
    started = Started(int(told.readline()), told)
    late = threading.Timer(timeout, os.kill, (started.pid, signal.SIGKILL))
    late.start()
    try:
        os.write(in_write, stdin.encode())
    except BrokenPipeError:
        pass
    finally:
        os.close(in_write)
    status = started.wait()
    late.cancel()
    for reader in readers:
        reader.join()
    if status == -signal.SIGKILL:
        raise TimeoutError(f"avara-tui {' '.join(arguments)} hung")
    return subprocess.CompletedProcess(list(arguments), status, said[out_read], said[err_read])
