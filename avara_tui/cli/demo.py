"""The demo: an emulator of our own in a child process, which ends when we do."""

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections import deque
from types import TracebackType
from typing import Final, Self

from avara_tui.triage.access.connection import Connection, ConnectionProblem, ProblemKind
from avara_tui.triage.process.hygiene import child_environment

PROFILE: Final = "demo"
START_LIMIT: Final = 20.0
"""Seconds that the emulator may take to accept connections."""
STOP_LIMIT: Final = 3.0
"""Seconds that it may take to end."""
_LONGEST_LINE: Final = 65_536
_KEPT_LINES: Final = 20


class DemoServer:
    """An emulator on a free loopback port. Leaving the context ends it."""

    def __init__(self, *, studies: int, seed: int, arrivals: float) -> None:
        # -P: a directory that the person happens to be in must not supply our modules.
        self._argv = [sys.executable, "-P", "-m", "avara_tui", "emulator", "--port", "0"]
        self._argv += ["--studies", f"{studies}", "--seed", f"{seed}"]
        self._argv += ["--arrivals", f"{arrivals:g}", "--until-stdin-closes"]
        self._errors: deque[str] = deque(maxlen=_KEPT_LINES)
        self._reader: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        """Start the emulator, without waiting until it is ready."""
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            self._argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(os.environ),
            # Keys pressed before the screen is there must not interrupt it.
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._keep_errors, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the emulator."""
        process = self._process
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.terminate()
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._reader is not None:
            self._reader.join()
        if process.stderr is not None:
            process.stderr.close()

    def connect(self) -> Connection:
        """Wait until the emulator accepts connections, and return the way to it.

        It says so once only; who asks again, as after a lock, is told the same. Raises
        :class:`ConnectionProblem` if it ends or stays silent instead.
        """
        if self._connection is None:
            self._connection = self._wait_for_it()
        return self._connection

    def _wait_for_it(self) -> Connection:
        line = self._first_line()
        try:
            told = json.loads(line)
            base_url, api_key = told["base_url"], told["api_key"]
        except (ValueError, KeyError, TypeError):
            raise _problem(f"The demo's emulator did not start. {self._last_error()}") from None
        from avara_tui.emulator import DEMO_USER_ID

        return Connection(
            base_url=base_url,
            api_key=api_key,
            key_source="the demo",
            me=DEMO_USER_ID,
            profile=PROFILE,
        )

    def _first_line(self) -> bytes:
        if self._process is None or self._process.stdout is None:
            raise RuntimeError("the demo's emulator has not been started")
        pipe = self._process.stdout.fileno()
        line = b""
        limit = time.monotonic() + START_LIMIT
        while not line.endswith(b"\n") and len(line) < _LONGEST_LINE:
            readable, _, _ = select.select([pipe], [], [], max(0.0, limit - time.monotonic()))
            if not readable:
                raise _problem(f"The demo's emulator was not ready after {START_LIMIT:g} s.")
            byte = os.read(pipe, _LONGEST_LINE)
            if not byte:
                break
            line += byte
        return line.partition(b"\n")[0]

    def _keep_errors(self) -> None:
        if self._process is not None and self._process.stderr is not None:
            for line in self._process.stderr:
                self._errors.append(line.decode(errors="replace").strip())

    def _last_error(self) -> str:
        if self._reader is not None:
            self._reader.join(STOP_LIMIT)
        said = [line for line in self._errors if line]
        return f"It said: {said[-1]}" if said else "It said nothing."


def _problem(sentence: str) -> ConnectionProblem:
    return ConnectionProblem(
        sentence,
        remedy="Try `avara-tui emulator` by itself: it says why on standard error.",
        kind=ProblemKind.SETTINGS,
    )
