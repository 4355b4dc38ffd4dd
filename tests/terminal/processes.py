"""Looks at the machine's processes, where it has a /proc."""

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
