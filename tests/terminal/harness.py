"""Runs a real program in a pseudo-terminal, types into it and sees what a person would see."""

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol, Self

import pyte

from terminal.sequences import ALTERNATE_SCREEN, Output

WAIT: Final = 30.0
"""Seconds that a condition gets to come true: enough for a busy machine, never reached else."""
STROKE: Final = 0.15
"""Seconds between two keys of somebody who types them one by one."""
REST: Final = 1.0
"""Seconds between a text that was ended and the next key that is a character."""
LEAVE: Final = 1.0
"""Seconds in which a program has to be gone after it was told to leave."""

KEYS: Final[Mapping[str, bytes]] = {
    "enter": b"\r",
    "tab": b"\t",
    "backspace": b"\x7f",
    "delete": b"\x1b[3~",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    # As the kitty keyboard protocol spells it: a bare ESC would merge with the next key.
    "escape": b"\x1b[27u",
    "f1": b"\x1bOP",
}
"""What terminals send for keys that are no characters. ``ctrl+x`` is understood as well."""

Condition = str | re.Pattern[str] | Callable[["Terminal"], bool]

ASKS_FOR_MINE: Final = re.compile(r"open stud(y is|ies are) yours")
"""What the program asks who leaves while open studies are theirs."""


class Started(Protocol):
    """A program that runs."""

    @property
    def pid(self) -> int:
        """Its process id, which is that of its session and its group too."""

    def wait(self) -> int:
        """Wait until it has ended; return its exit status, negative for a signal's number."""


class Terminal:
    """A program in a pseudo-terminal of its own. Leaving the context ends the program.

    A thread reads what the program writes for as long as it lives, as a terminal does.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        environ: Mapping[str, str],
        columns: int = 120,
        rows: int = 40,
    ) -> None:
        self.argv = [str(part) for part in argv]
        self._environ = dict(environ)
        self._columns, self._rows = columns, rows
        self._main = pyte.Screen(columns, rows)
        self._alternate = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._main)
        self.screen = self._main
        """The screen that the program draws on at the moment."""
        self.output = Output()
        self.written = bytearray()
        """Everything that the program has written."""
        self.exit_status: int | None = None
        """None while the program runs; negative for the signal that ended it."""
        self._typed_at = -REST
        self._is_in_text = self._has_ended_text = False
        self._changed = threading.Condition()
        self._master = self._slave = -1
        self._closing = threading.Event()

    def __enter__(self) -> Self:
        """Start the program."""
        self._master, self._slave = os.openpty()
        self._set_size()
        self._termios_before = termios.tcgetattr(self._slave)
        self._wake_read, self._wake_write = os.pipe()
        self._program = self.start(os.ttyname(self._slave), self._environ)
        self._reader = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()
        self._waiter = threading.Thread(target=self._await_exit, name="exit", daemon=True)
        self._waiter.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the program, if it still runs, and everything it left in its session."""
        if self.exit_status is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._program.pid, signal.SIGKILL)
        self._waiter.join(WAIT)
        self._closing.set()
        os.write(self._wake_write, b"x")
        self._reader.join(WAIT)
        for descriptor in (self._wake_read, self._wake_write, self._master, self._slave):
            if descriptor >= 0:
                os.close(descriptor)
        self._master = self._slave = -1

    def start(self, terminal: str, environ: Mapping[str, str]) -> Started:
        """Start the program in the terminal of that name."""
        return spawn(terminal, self.argv, environ)

    # What a person does.

    def press(self, *keys: str) -> None:
        """Type keys as a hand does, each after the program has read the one before.

        They are names of :data:`KEYS`, ``ctrl+x``, or text that comes as it stands, all at once.
        A hand rests after a text that it has ended.
        """
        for key in keys:
            self._wait_until_read()
            rest = REST if self._has_ended_text and key not in KEYS else STROKE
            # The rhythm is what is typed, and nothing is waited for by it.
            time.sleep(max(self._typed_at + rest - time.monotonic(), 0.0))
            self.send(bytes_of(key))
            self._wait_until_read()
            self._typed_at = time.monotonic()
            is_text = key not in KEYS and len(key) > 1 and not key.startswith("ctrl+")
            self._has_ended_text = self._is_in_text and key == "enter"
            self._is_in_text = is_text

    def _wait_until_read(self) -> None:
        """Wait until the program has read what was typed, or is gone."""
        limit = time.monotonic() + WAIT
        while time.monotonic() < limit:
            with self._changed:
                if self._slave < 0 or self.exit_status is not None:
                    return
                left = fcntl.ioctl(self._slave, termios.FIONREAD, struct.pack("i", 0))
                if struct.unpack("i", left) == (0,):
                    return
                self._changed.wait(0.005)
                self._typed_at = time.monotonic()

    def send(self, data: bytes) -> None:
        """Write bytes to the program as if they had been typed."""
        while data:
            data = data[os.write(self._master, data) :]
        self._typed_at = time.monotonic()

    def click(self, column: int, row: int) -> None:
        """Press and release the left button on a cell; both count from 0 (SGR mouse reports)."""
        cell = f"{column + 1};{row + 1}"
        self.send(f"\x1b[<0;{cell}M\x1b[<0;{cell}m".encode())

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal; the program gets SIGWINCH."""
        with self._changed:
            self._columns, self._rows = columns, rows
            for screen in (self._main, self._alternate):
                screen.resize(rows, columns)
        self._set_size()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        os.kill(self._program.pid, number)

    def hang_up(self) -> None:
        """Take the terminal away, as a dropped connection does: EIO, and SIGHUP to the program."""
        self._closing.set()
        os.write(self._wake_write, b"x")
        self._reader.join(WAIT)
        for descriptor in (self._slave, self._master):
            os.close(descriptor)
        self._master = self._slave = -1

    def stop_reading(self) -> None:
        """Take nothing any more of what the program writes, as a frozen connection does."""
        os.write(self._wake_write, b"x")
        self._reader.join(WAIT)

    @property
    def master(self) -> int:
        """The terminal's own end."""
        return self._master

    @property
    def unread(self) -> int:
        """How many bytes lie there that were written and not read."""
        return int.from_bytes(fcntl.ioctl(self._master, termios.FIONREAD, bytes(4)), sys.byteorder)

    # What a person sees.

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self._program.pid

    @property
    def lines(self) -> list[str]:
        """The screen, a string a row, without trailing blanks."""
        with self._changed:
            return [row.rstrip() for row in shown(self.screen)]

    @property
    def text(self) -> str:
        """The screen as one string."""
        return "\n".join(self.lines)

    @property
    def byte_count(self) -> int:
        """How many bytes the program has written so far."""
        return len(self.written)

    def cell(self, column: int, row: int) -> Any:
        """Return pyte's Char (``data``, ``fg``, ``bg``, ``bold``, ``reverse``) of a cell."""
        with self._changed:
            return self.screen.buffer[row][column]

    def row_of(self, text: str) -> int:
        """Return the number of the first row that holds ``text``."""
        for number, line in enumerate(self.lines):
            if text in line:
                return number
        raise AssertionError(self._report(f"no row holds {text!r}"))

    def wait_for(self, condition: Condition, timeout: float = WAIT) -> None:
        """Wait until the screen holds a text or matches a pattern, or a condition is true.

        Raises AssertionError, showing the screen, after ``timeout`` seconds or when the program
        ends before.
        """
        limit = time.monotonic() + timeout
        while True:
            with self._changed:
                if self._holds(condition):
                    return
                ended = self.exit_status is not None and not self._reader.is_alive()
                left = limit - time.monotonic()
                if ended or left <= 0:
                    break
                # Conditions may look beyond the screen, so they are asked again now and then.
                self._changed.wait(min(left, 0.05))
        why = f"it ended with {self.exit_status}" if ended else f"{timeout} s passed"
        raise AssertionError(self._report(f"{_name(condition)} never came: {why}"))

    def wait_until_still(self, quiet: float = 0.3, timeout: float = WAIT) -> None:
        """Wait until the program has written nothing for ``quiet`` seconds."""
        limit = time.monotonic() + timeout
        with self._changed:
            seen = len(self.written)
            while time.monotonic() < limit:
                self._changed.wait(quiet)
                if len(self.written) == seen:
                    return
                seen = len(self.written)
        raise AssertionError(self._report(f"never still for {quiet} s"))

    def wait_exit(self, timeout: float = WAIT) -> int:
        """Wait for the program's end; return its exit status, negative for a signal's number."""
        self._waiter.join(timeout)
        if self.exit_status is None:
            raise AssertionError(self._report(f"still running after {timeout} s"))
        self._reader.join(WAIT)
        return self.exit_status

    def leave(self, *keys: str, timeout: float = WAIT) -> int:
        """Press ``keys``, by default the one that quits, until the program ends.

        Open studies of the person's own are left as they are, if it asks. Returns the exit status.
        """
        self.press(*(keys or ("q",)))
        self.wait_for(lambda _: self.exit_status is not None or self._holds(ASKS_FOR_MINE))
        if self.exit_status is None:
            self.press("q")
        return self.wait_exit(timeout)

    def assert_restored(self) -> None:
        """Check that the terminal is as it was before: switches, screen, line discipline."""
        assert self.exit_status is not None, "the program has not ended"
        assert not self.output.unusual(), self._report(f"left behind: {self.output.unusual()}")
        assert self.screen is self._main, self._report("still on the alternate screen")
        self.assert_line_discipline_restored()

    def assert_line_discipline_restored(self) -> None:
        """Check that an ended program has left the line discipline as it was."""
        after = self._termios_after
        assert after == self._termios_before, self._report("the line discipline was changed")

    def assert_line_discipline(self) -> None:
        """Check that a shell would find the line discipline as it was."""
        after = termios.tcgetattr(self._slave)
        assert after == self._termios_before, self._report("the line discipline was changed")

    def assert_no_traceback(self) -> None:
        """Check that nothing that was ever written looks like a traceback."""
        assert b"Traceback" not in self.written, self._report("a traceback was written")
        assert b'File "' not in self.written, self._report("a traceback was written")

    # How it works.

    def _holds(self, condition: Condition) -> bool:
        if isinstance(condition, str):
            return condition in "\n".join(shown(self.screen))
        if isinstance(condition, re.Pattern):
            return condition.search("\n".join(shown(self.screen))) is not None
        return condition(self)

    def _set_size(self) -> None:
        size = struct.pack("HHHH", self._rows, self._columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def _await_exit(self) -> None:
        status = self._program.wait()
        with self._changed:
            self.exit_status = status
            if self._slave >= 0 and not self._closing.is_set():
                self._termios_after = termios.tcgetattr(self._slave)
                # With the last slave closed, the reader finds the end of what was written.
                os.close(self._slave)
                self._slave = -1
            self._changed.notify_all()

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([self._master, self._wake_read], [], [])
            if self._wake_read in ready:
                return
            try:
                data = os.read(self._master, 65_536)
            except OSError:
                data = b""
            with self._changed:
                if not data:
                    self._changed.notify_all()
                    return
                self.written += data
                for piece in self.output.feed(data):
                    self._draw(piece)
                self._changed.notify_all()

    def _draw(self, piece: bytes) -> None:
        """Let pyte draw a piece; it knows no alternate screen, so there are two."""
        wanted = self._alternate if self.output.modes.get(ALTERNATE_SCREEN) else self._main
        if wanted is not self.screen:
            if wanted is self._alternate:
                wanted.reset()
            self._stream.detach(self.screen)
            self._stream.attach(wanted)
            self.screen = wanted
            return
        self._stream.feed(piece)

    def _report(self, problem: str) -> str:
        rule = "-" * self._columns
        shown = "\n".join(self.lines).rstrip()
        status = "running" if self.exit_status is None else f"ended with {self.exit_status}"
        return f"{problem}\n{' '.join(self.argv)}: {status}\n{rule}\n{shown}\n{rule}"


def shown(screen: pyte.Screen) -> list[str]:
    """Return the rows of a screen; pyte's own way stumbles over marks on wide characters."""
    columns = range(screen.columns)
    return ["".join(screen.buffer[y][x].data for x in columns) for y in range(screen.lines)]


class Spawned(NamedTuple):
    """A program that is a child of this process."""

    pid: int

    def wait(self) -> int:
        """Wait until it has ended; return its exit status, negative for a signal's number."""
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


def spawn(terminal: str, argv: Sequence[str], environ: Mapping[str, str]) -> Spawned:
    """Start a program as the leader of a session whose terminal is ``terminal``."""
    # In a new session, opening the terminal makes it the controlling one: no code has to run
    # between fork and exec, which a process with threads must not do.
    opened = (os.POSIX_SPAWN_OPEN, 0, terminal, os.O_RDWR, 0)
    copies = [(os.POSIX_SPAWN_DUP2, 0, number) for number in (1, 2)]
    pid = os.posix_spawnp(
        argv[0],
        list(argv),
        environ,
        file_actions=[opened, *copies],
        setsid=True,
        setsigdef=[signal.SIGINT, signal.SIGPIPE, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT],
    )
    return Spawned(pid)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a person with nothing but a terminal and an empty ``home``.

    The person has been here before: the first things to know have been shown.
    """
    seen = home / ".local" / "state" / "avara-tui" / "tour-seen"
    seen.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    seen.touch()
    return {
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        **more,
    }


def program(*arguments: str) -> list[str]:
    """Return the command line that starts avara-tui."""
    return [sys.executable, "-P", "-m", "avara_tui", *arguments]


@contextlib.contextmanager
def counting(terminal: Terminal) -> Iterator[list[int]]:
    """Count the bytes that the program writes within the context, into a list of one number."""
    terminal.wait_until_still()
    before = terminal.byte_count
    counted = [0]
    yield counted
    terminal.wait_until_still()
    counted[0] = terminal.byte_count - before


def bytes_of(key: str) -> bytes:
    if key in KEYS:
        return KEYS[key]
    if key.startswith("ctrl+") and len(key) == len("ctrl+x"):
        return bytes([ord(key[-1].upper()) & 0x1F])
    return key.encode()


def _name(condition: Condition) -> str:
    if isinstance(condition, re.Pattern):
        return f"{condition.pattern!r}"
    return repr(condition)
