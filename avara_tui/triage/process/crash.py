"""What is left when the program stops by a mistake of its own: types and places, and no value.

Python and Textual would print messages and local variables: keys, tokens, patients' text.
"""

import contextlib
import os
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Final

from avara_tui import __version__

if TYPE_CHECKING:
    from threading import ExceptHookArgs

_FRAMES: Final = 20
_LONGEST_CHAIN: Final = 8
_KEPT: Final = 10
"""Reports that are kept; older ones are deleted."""
_NAME: Final = "crash-"
_ROOTS: Final = ("site-packages", "dist-packages", "avara_tui", "lib", "tests")


def crash_report(error: BaseException | None) -> str:
    """Return types and places of ``error`` and what led to it: no message, no value, no source."""
    import platform  # noqa: PLC0415 - after a mistake only

    versions = f"avara-tui {__version__}, Python {platform.python_version()}"
    lines = [
        "avara-tui stopped because of a mistake of its own. Nothing below names a patient.",
        f"{versions}, textual {_version('textual')}, {platform.system()}",
    ]
    for each in _chain(error):
        lines.append(f"{type(each).__module__}.{type(each).__qualname__}")
        lines += _places(each.__traceback__)
    return "\n".join(lines)


def keep_report(report: str) -> Path | None:
    """Write a report to a private file that may be sent on; None if there is no place for it."""
    from avara_tui.config.paths import state_dir  # noqa: PLC0415 - after a mistake only

    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    try:
        folder = state_dir()
        path = folder / f"{_NAME}{stamp}-{os.getpid()}.txt"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{report}\n")
        for old in sorted(folder.glob(f"{_NAME}*.txt"))[:-_KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return None
    return path


def farewell(error: BaseException | None) -> str:
    """Return what to tell the person of the ``error`` that ended the program.

    A mistake of its own is reported, and the report is kept; what the machine is short of is not
    one.
    """
    from avara_tui.triage.process.shortage import shortage  # noqa: PLC0415 - at the end only

    said = shortage(_chain(error))
    if said is not None:
        return f"avara-tui: {said}\n"
    report = crash_report(error)
    path = keep_report(report)
    where = f"\nThis is kept in {path}, and may be sent on as it is." if path else ""
    return f"{report}{where}\n"


def leave_values_out() -> None:
    """Let nothing that goes wrong in this process be told with more than types and places."""
    import logging  # noqa: PLC0415 - Textual imports it anyway, and other commands do not wait

    if not sys.warnoptions:
        # Warnings are for who writes programs. They would be written over the screen.
        warnings.simplefilter("ignore")
    sys.excepthook = _at_the_end
    threading.excepthook = _in_a_thread
    sys.unraisablehook = _unraisable
    # Without a handler, errors of tasks would be printed with their messages.
    logging.getLogger().addHandler(logging.NullHandler())


def _at_the_end(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    del kind, trace
    sys.stderr.write(farewell(error))


def _in_a_thread(args: "ExceptHookArgs") -> None:
    # The screen may be up: a file is the only place to tell it.
    _keep_quietly(args.exc_value)


def _unraisable(unraisable: object) -> None:
    _keep_quietly(getattr(unraisable, "exc_value", None))


def _keep_quietly(error: BaseException | None) -> None:
    """Keep a report of a mistake, if it is one and there is room for it."""
    from avara_tui.triage.process.shortage import shortage  # noqa: PLC0415 - at the end only

    with contextlib.suppress(Exception):
        if shortage(_chain(error)) is None:
            keep_report(crash_report(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield ``error`` and what led to it, the outermost first."""
    for _ in range(_LONGEST_CHAIN):
        if error is None:
            return
        yield error
        wrapped = getattr(error, "error", None)
        if isinstance(wrapped, BaseException):
            # Textual wraps what a worker raised.
            error = wrapped
        elif isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        else:
            error = error.__cause__ or error.__context__


def _places(trace: TracebackType | None) -> list[str]:
    found = []
    while trace is not None:
        found.append(_place(trace.tb_frame, trace.tb_lineno))
        trace = trace.tb_next
    return found[-_FRAMES:]


def _place(frame: FrameType, number: int) -> str:
    return f"  {_short(frame.f_code.co_filename)}:{number} in {frame.f_code.co_qualname}"


def _short(filename: str) -> str:
    """Return a file's name without the directories that say who the person is."""
    parts = Path(filename).parts
    for root in _ROOTS:
        if root in parts:
            at = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[at:])
    return Path(filename).name


def _version(package: str) -> str:
    from importlib import metadata  # noqa: PLC0415 - after a mistake only

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "?"
