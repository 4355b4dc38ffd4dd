"""Looks at the machine's processes, where it has a /proc."""

import contextlib
import os
from pathlib import Path


def children_of(pid: int) -> list[int]:
    """Return the process ids of a process's children."""
    children = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        children += [int(each) for each in (task / "children").read_text().split()]
    return children


def is_running(pid: int) -> bool:
    """Whether a process is there and has not ended; one that nobody waited for has ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def sweepers_of(page: Path) -> list[int]:
    """Return the processes that wait for the moment to delete a page."""
    return [pid for pid in _run_with(page) if any(_name(each) == "sleep" for each in _below(pid))]


def _run_with(argument: Path) -> list[int]:
    """Return the processes that have a path among their arguments."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.fsencode(argument) in (folder / "cmdline").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _below(pid: int) -> list[int]:
    try:
        return children_of(pid)
    except OSError:
        return []


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def is_stopped(pid: int) -> bool:
    """Whether a process is stopped, as by a shell's ctrl+z."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
