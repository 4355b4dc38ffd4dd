"""A private page that leads to the viewer: the link itself never stands in a process list.

A page on the loopback would do for every browser, but whoever sees its address in the list of
processes could fetch it first: a file can be kept from others.
"""

import atexit
import contextlib
import os
import re
import stat
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from avara_tui.triage.opener.links import OpenerError

LIFE: Final = 30.0
"""Seconds that a page is kept: long enough for a browser that has to start first."""
_NAME: Final = re.compile(r"open-[0-9a-f]{32}\.html")
_SHELL: Final = "/bin/sh"
# A signal that ends it, at a shutdown, say, lets it delete the page at once.
_SWEEPER: Final = 'trap \'rm -f -- "$2"\' EXIT; trap exit HUP INT TERM; sleep "$1" & wait'
_DETACHED: Final = f'({_SWEEPER}) <"$3" >"$3" 2>&1 &'
_PATIENCE: Final = 5.0
_PAGE: Final = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Avara Viewer</title>
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={0}"></head>
<body><a rel="noreferrer" href="{0}">Open the Avara Viewer</a></body></html>
"""


class RedirectPage:
    """A page in ``directory`` that only this user can read, and that does not stay.

    Another process deletes it when its time is over, whatever becomes of this one. That process is
    there before the page is, and has no more than the page's path, which says nothing.
    """

    def __init__(self, url: str, directory: Path, *, life: float = LIFE) -> None:
        """Write the page. Raises :class:`OpenerError` if it cannot be written."""
        sweep([directory])
        self.path = directory / f"open-{os.urandom(16).hex()}.html"
        import html  # noqa: PLC0415 - loads every entity there is

        # A quote in the address would end the refresh's url early in some browsers.
        address = html.escape(url.replace("'", "%27"))
        try:
            _leave_sweeper(self.path, life)
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(handle, "w", encoding="utf-8") as page:  # noqa: PTH123 - it is a descriptor
                page.write(_PAGE.format(address))
                page.flush()
                # By this clock, whatever the clock of a file server says: see sweep.
                os.utime(page.fileno(), ns=(time.time_ns(),) * 2)
        except OSError as error:
            self.delete()
            why = error.strerror or "something is missing"
            raise OpenerError(f"No page could be written in {directory}: {why}.") from None

    def leave_with_us(self) -> None:
        """Delete the page already when this process ends in order, whatever is left of its time."""
        atexit.register(self.delete)

    def delete(self) -> None:
        """Delete the page, if it is still there."""
        atexit.unregister(self.delete)
        with contextlib.suppress(OSError):
            self.path.unlink()


def sweep(directories: Iterable[Path], *, life: float = LIFE) -> None:
    """Delete the pages whose time is over and that nobody deleted.

    Only files of our own making go, in directories that nobody else can enter, and no link is
    followed. A younger page may be in use by another one of our programs.
    """
    for directory in directories:
        with contextlib.suppress(OSError):
            _sweep(directory, life)


def _sweep(directory: Path, life: float) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not _is_ours(os.fstat(handle)):
            return
        now = time.time()
        for name in os.listdir(handle):  # noqa: PTH208 - it is a descriptor
            if _NAME.fullmatch(name) is None:
                continue
            with contextlib.suppress(OSError):
                found = os.lstat(name, dir_fd=handle)
                # A page from the future is one from before the clock was set back.
                is_young = abs(now - found.st_mtime) <= life
                if stat.S_ISREG(found.st_mode) and _is_ours(found) and not is_young:
                    os.unlink(name, dir_fd=handle)
    finally:
        os.close(handle)


def _is_ours(found: os.stat_result) -> bool:
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def _leave_sweeper(page: Path, life: float) -> None:
    """Start what deletes ``page`` after ``life`` seconds, out of reach of what may end us.

    It is a shell, which needs a tenth of an interpreter's memory, in a session of its own and
    nobody's child. Raises OSError.
    """
    argv = [_SHELL, "-c", _DETACHED, "sh", f"{life:g}", os.fspath(page), os.devnull]
    try:
        subprocess.run(  # noqa: S603 - fixed arguments and a path of ours, quoted
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", os.defpath)},
            start_new_session=True,
            timeout=_PATIENCE,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise OSError(0, "nothing is there that would delete it") from error
