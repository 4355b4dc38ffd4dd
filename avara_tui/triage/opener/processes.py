"""The processes of this machine, as far as the system shows them: whose child each is."""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

PROC: Final = Path("/proc")
LIMIT: Final = 1.0
"""Seconds that a program may take to answer a question about where the person sits."""
_PS: Final = ("ps", "-axo", "pid=,ppid=,uid=,tty=,comm=")
_NO_TERMINAL: Final = frozenset({"?", "??", "-"})


class Process(NamedTuple):
    """A process."""

    pid: int
    parent: int
    owner: int
    """The user that it runs as."""
    terminal: int
    """The device number of its terminal; 0 without one, -1 if it has one that is not known."""
    name: str
    """As the system has it: Linux keeps 15 letters."""


class Processes:
    """The processes there were at one moment."""

    def __init__(self, running: Mapping[int, Process], proc: Path = PROC) -> None:
        self._running = running
        self._proc = proc

    def above(self, pid: int) -> Iterator[Process]:
        """Yield a process, its parent, the parent's parent and so on, as far as they are seen."""
        seen = set()
        while pid in self._running and pid not in seen:
            seen.add(pid)
            yield self._running[pid]
            pid = self._running[pid].parent

    def named(self, name: str) -> Iterator[Process]:
        """Yield the processes of that name."""
        return (each for each in self._running.values() if each.name == name)

    def environ(self, pid: int) -> dict[str, str] | None:
        """Return the environment that a process began with; None if it is not to be seen."""
        try:
            raw = (self._proc / str(pid) / "environ").read_bytes()
        except OSError:
            return None
        pairs = (part.partition("=") for part in os.fsdecode(raw).split("\0") if "=" in part)
        return {name: value for name, _, value in pairs} or None

    def open_terminals(self, pid: int) -> set[int] | None:
        """Return the device numbers of what a process has open; None if it is not to be seen."""
        found = set()
        try:
            for each in (self._proc / str(pid) / "fd").iterdir():
                with contextlib.suppress(OSError):
                    found.add(each.stat().st_rdev)
        except OSError:
            return None
        return found - {0}


def look(proc: Path = PROC) -> Processes:
    """Return the processes there are now. It takes milliseconds; blocking."""
    if (proc / "self" / "stat").exists():
        return Processes({each.pid: each for each in _from_proc(proc)}, proc)
    return Processes({each.pid: each for each in _from_ps()}, proc)


def _from_proc(proc: Path) -> Iterator[Process]:
    for name in os.listdir(proc):  # noqa: PTH208 - a Path for each takes twice the time
        if name.isdigit():
            # Processes end while one looks.
            with contextlib.suppress(OSError, ValueError, IndexError):
                yield _from_stat(proc / name)


def _from_stat(folder: Path) -> Process:
    stat = (folder / "stat").read_text(errors="replace")
    # The name may hold anything, brackets and blanks too: see proc(5).
    head, _, tail = stat.rpartition(")")
    pid, _, name = head.partition("(")
    fields = tail.split()
    parent, terminal = int(fields[1]), int(fields[4])
    major, minor = terminal >> 8 & 0xFFF, terminal >> 12 & 0xFFF00 | terminal & 0xFF
    return Process(int(pid), parent, folder.stat().st_uid, os.makedev(major, minor), name)


def _from_ps() -> Iterator[Process]:
    try:
        told = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            _PS,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LIMIT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return
    for line in told.stdout.splitlines():
        with contextlib.suppress(ValueError):
            pid, parent, owner, terminal, name = line.split(None, 4)
            known = 0 if terminal in _NO_TERMINAL else -1
            name = Path(name).name.removeprefix("-")
            yield Process(int(pid), int(parent), int(owner), known, name)
