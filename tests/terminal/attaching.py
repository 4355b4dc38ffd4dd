"""People who attach to a session of tmux or screen, each from a place of their own."""

import contextlib
import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Self

from terminal.harness import STROKE, WAIT
from terminal.processes import is_running

_DETACHED: Final = """
import os, sys
pid = os.fork()
if pid:
    print(pid)
    sys.stdout.flush()
    os._exit(0)
os.setsid()
terminal = os.open(sys.argv[1], os.O_RDWR)
for number in range(3):
    os.dup2(terminal, number)
os.execvp(sys.argv[2], sys.argv[2:])
"""
"""Runs a program in a terminal as nobody's child: whoever runs the tests may have come over SSH."""


class Attached:
    """A program in a terminal, with the environment of the place that somebody sits at.

    Leaving the context hangs up, and the program ends by that.
    """

    def __init__(self, argv: Sequence[str], environ: Mapping[str, str]) -> None:
        self._argv = list(argv)
        self._environ = dict(environ)
        self._typed_at = -STROKE

    def __enter__(self) -> Self:
        """Attach."""
        self._master, slave = os.openpty()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        told = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _DETACHED, os.ttyname(slave), *self._argv],
            env=self._environ,
            stdout=subprocess.PIPE,
            check=True,
            timeout=WAIT,
        )
        self.pid = int(told.stdout)
        self._reader = threading.Thread(target=self._read, name="attached", daemon=True)
        self._reader.start()
        self._slave = slave
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGHUP)
        until(lambda: not is_running(self.pid))
        os.close(self._slave)
        self._reader.join(WAIT)
        os.close(self._master)

    def press(self, keys: bytes) -> None:
        """Type, no sooner after the key before than a hand does."""
        # The rhythm is what is typed, and nothing is waited for by it.
        time.sleep(max(self._typed_at + STROKE - time.monotonic(), 0.0))
        os.write(self._master, keys)
        self._typed_at = time.monotonic()

    def _read(self) -> None:
        # What is written has to be taken; with the last one who has the terminal it ends.
        with contextlib.suppress(OSError):
            while os.read(self._master, 65_536):
                pass


def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition is true."""
    limit = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < limit, "it never came"
        time.sleep(0.02)
