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
from typing import Final

_LOCALE: Final = {"LC_ALL": "C.UTF-8"}
_SERVER: Final = Path(__file__).with_name("warm_server.py")


class _Warm:
    """The process that forks, from the first time that it is needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: socket.socket | None = None

    def ask(self, request: bytes, streams: Sequence[int]) -> None:
        with self._lock:
            requests = self._requests or self._begin()
            socket.send_fds(requests, [request], list(streams))

    def _begin(self) -> socket.socket:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", str(_SERVER)],
                stdin=theirs,
                env={"PATH": os.environ["PATH"], **_LOCALE},
            )
        atexit.register(self._end, process)
        return self._requests

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        assert self._requests is not None
        self._requests.close()
        process.wait()


_WARM: Final = _Warm()


def run(
    arguments: Sequence[str], environ: Mapping[str, str], stdin: str = "", *, timeout: float
) -> "subprocess.CompletedProcess[str]":
    """Run ``avara-tui`` with ``arguments``; return how it ended and what it said.

    Raises TimeoutError, and ends it, once it has run for ``timeout`` seconds.
    """
    request = {
        "arguments": list(arguments),
        # The streams speak the locale that the process began with.
        "environ": dict(environ),
        "directory": str(Path.cwd()),
    }
    in_read, in_write = os.pipe()
    out_read, out_write = os.pipe()
    err_read, err_write = os.pipe()
    told_read, told_write = os.pipe()
    theirs = (in_read, out_write, err_write, told_write)
    _WARM.ask(json.dumps(request).encode(), theirs)
    for each in theirs:
        os.close(each)
    said: dict[int, str] = {}

    def read(descriptor: int) -> None:
        with open(descriptor, encoding="utf-8") as stream:
            said[descriptor] = stream.read()

    readers = [threading.Thread(target=read, args=(each,)) for each in (out_read, err_read)]
    for each in readers:
        each.start()
    with open(told_read, encoding="ascii") as told:  # noqa: PTH123
        pid = int(told.readline())
        late = threading.Timer(timeout, os.kill, (pid, signal.SIGKILL))
        late.start()
        try:
            os.write(in_write, stdin.encode())
        except BrokenPipeError:
            pass
        finally:
            os.close(in_write)
        status = int(told.read())
    late.cancel()
    for each in readers:
        each.join()
    if status == -signal.SIGKILL:
        raise TimeoutError(f"avara-tui {' '.join(arguments)} hung")
    return subprocess.CompletedProcess(list(arguments), status, said[out_read], said[err_read])
