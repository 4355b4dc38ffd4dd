"""Finds out where the person sits at this moment, in a bounded time.

What a program was started with does not tell: tmux is begun at the desk and attached from home. So
whoever is attached is looked at, each by the environment they came with and by whose child they
are. In doubt no browser is started: a study on a display that nobody watches is worse than a link.
"""

import os
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from avara_tui.triage.opener import multiplexers
from avara_tui.triage.opener.multiplexers import Attached, UnclearError
from avara_tui.triage.opener.place import (
    ELSEWHERE,
    NO_DISPLAY,
    UNKNOWN,
    Place,
    displays,
    has_display,
    has_lent_display,
    is_over_ssh,
    shown_on,
)
from avara_tui.triage.opener.processes import PROC, Process, Processes, look

DEEPEST: Final = 3
"""How many multiplexers, one in the other, are looked through."""
_BRINGS_PEOPLE_IN: Final = frozenset(
    {
        "cockpit-bridge",
        "dropbear",
        "etserver",
        "etterminal",
        "gotty",
        "in.rlogind",
        "in.rshd",
        "in.telnetd",
        "lshd",
        "mosh-server",
        "shellinaboxd",
        "sshd",
        "sshd-auth",
        "sshd-session",
        "tailscaled",
        "telnetd",
        "teleport",
        "tinysshd",
        "ttyd",
        "wezterm-mux-ser",
    }
)
"""Programs whose children belong to people at other machines. sudo and su hide the variables of
SSH, but not whose child one is."""
_OF_A_SEAT: Final = frozenset(
    {
        "DBUS_SESSION_BUS_ADDRESS",
        "DESKTOP_SESSION",
        "DISPLAY",
        "GNOME_DESKTOP_SESSION_ID",
        "KDE_FULL_SESSION",
        "SESSION_MANAGER",
        "SSH_CLIENT",
        "SSH_CONNECTION",
        "SSH_TTY",
        "WAYLAND_DISPLAY",
        "WINDOWID",
        "XAUTHORITY",
        "XDG_CURRENT_DESKTOP",
        "XDG_SEAT",
        "XDG_SESSION_DESKTOP",
        "XDG_SESSION_ID",
        "XDG_SESSION_TYPE",
        "XDG_VTNR",
    }
)
"""The variables that belong to where somebody sits, and not to what they run."""


class _Seat(NamedTuple):
    """Where somebody sits who sees the program."""

    environ: Mapping[str, str]
    is_over_network: bool
    is_attached: bool = False
    """Whether there is a multiplexer between them and the program."""

    @property
    def is_remote(self) -> bool:
        return self.is_over_network and not has_lent_display(self.environ)


def find_place(environ: Mapping[str, str], *, pid: int | None = None, proc: Path = PROC) -> Place:
    """Return where the person sits in front of the process ``pid``, by default this one.

    ``environ`` is that process's. Blocking, for at most :data:`DEEPEST` times the limit of a
    question, and for milliseconds if tmux is well.
    """
    running = look(proc)
    try:
        seats = list(_seats(environ, os.getpid() if pid is None else pid, running, DEEPEST))
        return _place(environ, seats)
    except UnclearError as error:
        return Place(environ, str(error))


def _place(environ: Mapping[str, str], seats: list[_Seat]) -> Place:
    shared = len(seats) > 1
    if all(seat.is_remote for seat in seats):
        return Place(environ, ELSEWHERE, is_remote=True, is_shared=shared)
    seat = seats[0]
    if any(each.is_remote for each in seats) or len({_screen(each) for each in seats}) > 1:
        return Place(environ, "You are attached in more than one place.", is_shared=shared)
    if not has_display(seat.environ):
        return Place(environ, NO_DISPLAY)
    if not seat.is_attached:
        where = shown_on(seat.environ) if seat.is_over_network else ""
        return Place(environ, shown_on=where)
    return Place(_moved(environ, seat.environ), shown_on=shown_on(seat.environ))


def _screen(seat: _Seat) -> tuple[str, ...]:
    return tuple(displays(seat.environ))


def _moved(environ: Mapping[str, str], there: Mapping[str, str | None]) -> dict[str, str]:
    """Return ``environ`` as it is for a program that is started from ``there``."""
    kept = {name: value for name, value in environ.items() if name not in _OF_A_SEAT}
    brought = {name: value for name, value in there.items() if name in _OF_A_SEAT}
    return kept | {name: value for name, value in brought.items() if value is not None}


def _seats(environ: Mapping[str, str], pid: int, running: Processes, depth: int) -> Iterator[_Seat]:
    """Yield where each person sits who sees the process ``pid``. Raises :class:`UnclearError`."""
    above = _what_matters_above(running, pid)
    keeper = multiplexers.keeper_of(above) if above else None
    if keeper is None and above is None:
        keeper = multiplexers.keeper_by_environment(environ)
    if keeper is None:
        yield _Seat(environ, above is not None or is_over_ssh(environ))
        return
    session = _session_environ(environ, pid, keeper, running)
    is_told = session is environ
    if not is_told and is_over_ssh(environ):
        # Variables of SSH that came into the session by another way than with it.
        yield _Seat(environ, is_over_network=True)
        return
    if not depth:
        raise UnclearError(UNKNOWN)
    attached = multiplexers.ask(keeper, session, running, above)
    name = multiplexers.spoken_name(keeper)
    if not attached.clients:
        raise UnclearError(f"Nobody is attached to {name}.")
    for client in attached.clients:
        there = _environ_of(client, running) or _told_environ(environ, attached, name)
        for seat in _seats(there, client, running, depth - 1):
            # Without its own word of the session the program did not get its display from there.
            yield seat._replace(environ=seat.environ if is_told else environ, is_attached=is_told)


def _session_environ(
    environ: Mapping[str, str], pid: int, keeper: str, running: Processes
) -> Mapping[str, str]:
    """Return the environment that names the session: ``environ``, or that of who began it."""
    if multiplexers.is_told_of(keeper, environ):
        return environ
    for each in islice(running.above(pid), 1, None):
        if multiplexers.keeper_of(each):
            break
        found = running.environ(each.pid)
        if found is not None and multiplexers.is_told_of(keeper, found):
            return found
    return {}


def _what_matters_above(running: Processes, pid: int) -> Process | None:
    """Return the nearest process above ``pid`` that brings people in from elsewhere or later."""
    for each in islice(running.above(pid), 1, None):
        if each.name in _BRINGS_PEOPLE_IN or multiplexers.keeper_of(each):
            return each
    return None


def _environ_of(client: int, running: Processes) -> dict[str, str] | None:
    """Return the environment that a client came with: its own, or that of who started it."""
    nearest = _what_matters_above(running, client)
    for each in running.above(client):
        if nearest is not None and each.pid == nearest.pid:
            return None
        environ = running.environ(each.pid)
        if environ is not None:
            return environ
    return None


def _told_environ(environ: Mapping[str, str], attached: Attached, name: str) -> dict[str, str]:
    """Return what the multiplexer itself says of the only client, where nothing else tells."""
    if len(attached.clients) > 1 or not attached.environ:
        raise UnclearError(f"{name} does not say where you sit.")
    outside = {name: environ[name] for name in environ if name not in multiplexers.VARIABLES}
    return _moved(outside, attached.environ)
