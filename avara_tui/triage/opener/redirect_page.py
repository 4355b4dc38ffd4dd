"""A private page that leads to the viewer: the link itself never stands in a process list."""

import atexit
import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from avara_tui.triage.opener.links import OpenerError

LIFE: Final = 30.0
"""Seconds that a page is kept: long enough for a browser that has to start first."""
_DELETE: Final = "import os, sys, time; time.sleep(float(sys.argv[1])); os.unlink(sys.argv[2])"
_PREFIX: Final = "open-"
_SUFFIX: Final = ".html"
_PAGE: Final = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Avara Viewer</title>
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={0}"></head>
<body><a rel="noreferrer" href="{0}">Open the Avara Viewer</a></body></html>
"""


class RedirectPage:
    """A page in ``directory`` that only this user can read, and that does not stay."""

    def __init__(self, url: str, directory: Path, *, life: float = LIFE) -> None:
        """Write the page. Raises :class:`OpenerError` if it cannot be written."""
        for stale in _left_behind(directory, life):
            with contextlib.suppress(OSError):
                stale.unlink()
        self.path = directory / f"{_PREFIX}{os.urandom(16).hex()}{_SUFFIX}"
        import html  # noqa: PLC0415 - loads every entity there is

        # A quote in the address would end the refresh's url early in some browsers.
        address = html.escape(url.replace("'", "%27"))
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(handle, "w", encoding="utf-8") as page:  # noqa: PTH123 - it is a descriptor
                page.write(_PAGE.format(address))
        except OSError as error:
            raise OpenerError(
                f"No page could be written in {directory}: {error.strerror}."
            ) from None
        self._life = life
        atexit.register(self.delete)
        self._timer = threading.Timer(life, self.delete)
        self._timer.daemon = True
        self._timer.start()

    def outlive_us(self) -> None:
        """Leave the page to a process of its own, because this one ends before a browser reads it.

        The page's path says nothing; that process has no more than it.
        """
        argv = [sys.executable, "-I", "-c", _DELETE, f"{self._life:g}", os.fspath(self.path)]
        broom = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,
        )
        threading.Thread(target=broom.wait, name="broom", daemon=True).start()
        self._timer.cancel()
        atexit.unregister(self.delete)

    def delete(self) -> None:
        """Delete the page, if it is still there."""
        self._timer.cancel()
        atexit.unregister(self.delete)
        with contextlib.suppress(OSError):
            self.path.unlink()


def _left_behind(directory: Path, life: float) -> Iterator[Path]:
    """Yield the pages of programs that were killed before they could delete them."""
    # Twice the life: a page of another one of our programs may be in use.
    oldest = time.time() - 2 * life
    for page in directory.glob(f"{_PREFIX}*{_SUFFIX}"):
        with contextlib.suppress(OSError):
            if page.lstat().st_mtime < oldest:
                yield page
