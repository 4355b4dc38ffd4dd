"""Where the person sits, as far as the environment tells."""

import sys
from collections.abc import Mapping


def is_remote(environ: Mapping[str, str]) -> bool:
    """Whether the person sits at another machine: an SSH session without a display of its own."""
    over_ssh = bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))
    return over_ssh and not _has_unix_display(environ)


def has_display(environ: Mapping[str, str]) -> bool:
    """Whether a browser with windows can run on this machine for this person."""
    if is_remote(environ):
        return False
    if sys.platform in ("darwin", "win32", "cygwin") or "WSL_DISTRO_NAME" in environ:
        return True
    return _has_unix_display(environ)


def _has_unix_display(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
