"""Keeps secrets inside the process: out of files, crash dumps and other programs' environments."""

import contextlib
import os
from collections.abc import Mapping, MutableMapping
from typing import Final

from avara_tui.triage.process.crash import leave_values_out

API_KEY_VARIABLE: Final = "AVARA_API_KEY"
PRIVATE_UMASK: Final = 0o077

_HARMLESS: Final = frozenset(
    {
        "TEXTUAL_ANIMATIONS",
        "TEXTUAL_COLOR_SYSTEM",
        "TEXTUAL_DIM_FACTOR",
        "TEXTUAL_DISABLE_KITTY_KEY",
        "TEXTUAL_FPS",
        "TEXTUAL_SMOOTH_SCROLL",
        "TEXTUAL_SPEEDUPS",
        "TEXTUAL_THEME",
    }
)
"""Textual's variables that only change how things look; the others write keys and text to files,
press keys, or load code."""
_TELLTALES: Final = ("SSLKEYLOGFILE", "AVARA_LOG", "AVARA_WEBHOOK_KEY", "AVARA_CUSTOM_HEADERS")
"""Variables that have TLS secrets written to a file, or hold other secrets of the same service."""
_SECRET_WORDS: Final = ("TOKEN", "SECRET", "PASSWORD", "PASSWD", "APIKEY", "API_KEY", "OP_SESSION")
_PRCTL_SET_DUMPABLE: Final = 4


def harden(environ: MutableMapping[str, str] = os.environ) -> dict[str, str]:
    """Make this process fit to hold a key; return the environment that the program may use.

    To be called before anything of Textual is imported. New files are private, a crash dumps no
    core and prints no value, debugging variables that write to files are gone, and so is the key
    from ``environ``, so that no child inherits it: only the mapping returned still has it.
    """
    os.umask(PRIVATE_UMASK)
    _forbid_cores()
    leave_values_out()
    for name in list(environ):
        if name in _TELLTALES or (name.startswith("TEXTUAL") and name not in _HARMLESS):
            del environ[name]
    usable = dict(environ)
    environ.pop(API_KEY_VARIABLE, None)
    return usable


def forbid_inspection() -> None:
    """Keep the user's other programs from reading this process's memory, where the system can.

    On Linux this also stops cores that are piped to a program, which no size limit stops.
    """
    import ctypes  # noqa: PLC0415 - takes milliseconds, and the first frame goes before

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PRCTL_SET_DUMPABLE, 0, 0, 0, 0)


def command_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a program that fetches the key.

    It keeps what password managers need to sign in, and loses the way to ask in our terminal.
    """
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith(("AVARA_", "TEXTUAL"))
        and name not in _TELLTALES
        and name != "GPG_TTY"
    }


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of any other program: one without secrets, ours or others'."""
    return {
        name: value
        for name, value in command_environment(environ).items()
        if not any(word in name.upper() for word in _SECRET_WORDS)
    }


def _forbid_cores() -> None:
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
