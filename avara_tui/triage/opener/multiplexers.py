"""Who is attached to the tmux, GNU screen and the like that the program runs in."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from avara_tui.triage.opener import processes
from avara_tui.triage.opener.place import UNKNOWN
from avara_tui.triage.opener.processes import Process, Processes
from avara_tui.triage.process.hygiene import child_environment

TMUX: Final = "tmux"
_CLIENTS: Final[Mapping[str, tuple[str, str]]] = {
    "tmux: server": (TMUX, "tmux: client"),
    "tmux": (TMUX, "tmux"),
    "screen": ("screen", "screen"),
    "zellij": ("zellij", "zellij"),
    "dtach": ("dtach", "dtach"),
    "abduco": ("abduco", "abduco"),
    "shpool": ("shpool", "shpool"),
}
"""By the name of the process that keeps the session: what it is, and the name of its clients."""
_OPENS_TERMINALS: Final = frozenset({TMUX, "screen"})
"""Whose keepers have the terminals of all clients open."""
VARIABLES: Final = {"TMUX": "tmux: server", "STY": "screen", "ZELLIJ": "zellij"}
"""By the variable that a session has: the name of the process that keeps it."""
_PANES: Final = ("list-panes", "-a", "-F", "pane #{session_id} #{pane_id}")
_SILENT: Final = "tmux does not say where you sit."
_ATTACHED: Final = ("list-clients", "-F", "client #{session_id} #{client_pid}")


class Attached(NamedTuple):
    """What a multiplexer told of those who are attached to it."""

    clients: tuple[int, ...]
    """The process of each."""
    environ: Mapping[str, str | None] = {}
    """Variables of whoever attached last; None for one that they did not have."""


class UnclearError(Exception):
    """It cannot be known who is attached. The text is a sentence for the person."""


def keeper_of(process: Process) -> str | None:
    """Return the name of ``process`` if it keeps sessions that people attach to."""
    return process.name if process.name in _CLIENTS else None


def keeper_by_environment(environ: Mapping[str, str]) -> str | None:
    """Return the name of what ``environ`` says keeps the session; None if it names nothing.

    Raises :class:`UnclearError` if it names several: one runs in the other.
    """
    named = {keeper for variable, keeper in VARIABLES.items() if environ.get(variable)}
    if len(named) > 1:
        raise UnclearError(UNKNOWN)
    return next(iter(named), None)


def spoken_name(keeper: str) -> str:
    """Return what people call it."""
    return _CLIENTS[keeper][0]


def is_told_of(keeper: str, environ: Mapping[str, str]) -> bool:
    """Whether ``environ`` is that of a program that runs in it, as far as it tells."""
    return any(
        environ.get(name) and spoken_name(keeper) == spoken_name(each)
        for name, each in VARIABLES.items()
    )


def ask(
    keeper: str, environ: Mapping[str, str], running: Processes, process: Process | None
) -> Attached:
    """Return who is attached to the session that ``environ`` names. Blocking, but bounded.

    ``process`` is the one that keeps the session, if it is seen. Only tmux can be asked; see
    :func:`_found` for the others. Raises :class:`UnclearError`.
    """
    if spoken_name(keeper) == TMUX and environ.get("TMUX"):
        return _ask_tmux(environ)
    return Attached(tuple(each.pid for each in _found(keeper, running, process)))


def _found(keeper: str, running: Processes, process: Process | None) -> Iterator[Process]:
    """Yield the clients of the same user that may be attached to what ``process`` keeps.

    Where it has their terminals open itself, they are known by that. Else only those are left out
    that run in it.
    """
    owner = process.owner if process else os.geteuid()
    terminals = None
    if process and spoken_name(keeper) in _OPENS_TERMINALS:
        terminals = running.open_terminals(process.pid)
    for each in running.named(_CLIENTS[keeper][1]):
        if each.terminal and each.owner == owner:
            is_inside = any(above == process for above in running.above(each.pid))
            if not is_inside and (terminals is None or each.terminal in terminals):
                yield each


def _ask_tmux(environ: Mapping[str, str]) -> Attached:
    program = shutil.which("tmux", path=environ.get("PATH"))
    if program is None:
        raise UnclearError(_SILENT)
    try:
        told = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            [program, *_PANES, ";", *_ATTACHED, ";", "show-environment"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            errors="replace",
            timeout=processes.LIMIT,
            env=child_environment(environ),
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        raise UnclearError(_SILENT) from None
    return _understood(told.stdout, environ.get("TMUX_PANE", ""))


def _understood(text: str, pane: str) -> Attached:
    """Return who is attached to a session that shows ``pane``: several can show the same one."""
    sessions: set[str] = set()
    clients: list[tuple[str, int]] = []
    variables: dict[str, str | None] = {}
    for line in text.splitlines():
        match line.split(" "):
            case ["pane", session, each]:
                if not pane or each == pane:
                    sessions.add(session)
            case ["client", session, pid] if pid.isdigit():
                clients.append((session, int(pid)))
            case _:
                name, has_value, value = line.partition("=")
                variables[name.removeprefix("-")] = value if has_value else None
    if not sessions:
        raise UnclearError(_SILENT)
    return Attached(tuple(pid for session, pid in clients if session in sessions), variables)
