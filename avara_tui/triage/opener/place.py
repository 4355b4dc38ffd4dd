"""Where the person sits: whether a browser that is started here is one they can see."""

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

ELSEWHERE: Final = "Your browser is on another machine."
UNKNOWN: Final = "It is not known where you sit."
NO_DISPLAY: Final = "No browser here."
OF_A_DISPLAY: Final = ("DISPLAY", "WAYLAND_DISPLAY")
_SSH: Final = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")
_COMPOSITOR: Final = re.compile(r"wayland-\d{1,3}")
"""What a compositor calls the display of the machine it runs on; waypipe uses other names."""


class Place(NamedTuple):
    """Where the person sits, as far as it can be known."""

    environ: Mapping[str, str]
    """The environment to start a program with that shows itself to the person."""
    why_not: str = ""
    """Why none may be started here, as a sentence; empty if one may."""
    shown_on: str = ""
    """Where it will show itself, if that is worth telling; empty otherwise."""
    is_remote: bool = False
    """Whether the person is known to have come over the network."""
    is_shared: bool = False
    """Whether there are several places, and what goes to the terminal goes to all of them."""

    def __repr__(self) -> str:
        # The environment may hold what is nobody's business.
        return f"Place(why_not={self.why_not!r}, shown_on={self.shown_on!r})"


def is_over_ssh(environ: Mapping[str, str]) -> bool:
    """Whether ``environ`` is that of a session over SSH."""
    return any(environ.get(name) for name in _SSH)


def is_remote(environ: Mapping[str, str]) -> bool:
    """Whether the person sits at another machine and no display of theirs is lent to this one."""
    return is_over_ssh(environ) and not has_lent_display(environ)


def has_display(environ: Mapping[str, str]) -> bool:
    """Whether a browser with windows can run on this machine for this person."""
    if is_remote(environ):
        return False
    return _shows_by_itself(environ) or any(environ.get(name) for name in OF_A_DISPLAY)


def has_lent_display(environ: Mapping[str, str]) -> bool:
    """Whether what is started here shows itself on another machine: ``ssh -X``, or waypipe.

    A display without the name of a machine, such as ``:0``, is this machine's own.
    """
    if _shows_by_itself(environ):
        return False
    wayland = environ.get("WAYLAND_DISPLAY", "")
    if wayland:
        # It goes before DISPLAY in most programs.
        return _COMPOSITOR.fullmatch(wayland) is None and "/" not in wayland
    machine, colon, _ = environ.get("DISPLAY", "").rpartition(":")
    return bool(colon) and machine not in ("", "unix") and "/" not in machine


def shown_on(environ: Mapping[str, str]) -> str:
    """Return where a program shows itself that is started with ``environ``, for a person."""
    display = next((environ[name] for name in OF_A_DISPLAY if environ.get(name)), "")
    if not display:
        return "on this machine"
    if has_lent_display(environ):
        return f"on display {display}"
    return f"on this machine's display {display}"


def displays(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the displays that ``environ`` names."""
    return (environ.get(name, "") for name in OF_A_DISPLAY)


def _shows_by_itself(environ: Mapping[str, str]) -> bool:
    """Whether the system shows windows without being told a display."""
    return sys.platform in ("darwin", "win32", "cygwin") or "WSL_DISTRO_NAME" in environ
