"""Opens a link in a browser on this machine, without waiting for it and without telling others."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from avara_tui.text import clean
from avara_tui.triage.background import in_daemon_thread
from avara_tui.triage.hygiene import child_environment
from avara_tui.triage.opener.links import OpenerError, check_url
from avara_tui.triage.opener.place import has_display
from avara_tui.triage.opener.redirect_page import RedirectPage

PAGE: Final = "{page}"
URL: Final = "{url}"
PATIENCE: Final = 2.0
"""Seconds in which an opener that is going to fail does so."""
TEXT_BROWSERS: Final = frozenset(
    {
        "browsh",
        "carbonyl",
        "chawan",
        "cha",
        "edbrowse",
        "elinks",
        "links",
        "links2",
        "lynx",
        "retawq",
        "w3m",
        "www-browser",
    }
)
"""Programs that would take over the terminal."""
_LINUX_OPENERS: Final = (
    ("xdg-open",),
    ("gio", "open"),
    ("x-www-browser",),
    ("firefox",),
    ("chromium",),
    ("google-chrome",),
)
_REMEDY: Final = "Name a browser in browser_command of the profile."


async def open_local(
    url: str,
    *,
    allowed: Iterable[str],
    environ: Mapping[str, str],
    browser_command: Sequence[str] | None = None,
    directory: Path | None = None,
    patience: float = PATIENCE,
    ends_soon: bool = False,
) -> str:
    """Open ``url`` in a browser on this machine; return the name of the program that was asked.

    The program gets a private page that leads to the link, unless ``browser_command`` asks for
    the link itself; it runs in a session of its own without our terminal. It is watched for
    ``patience`` seconds and never waited for. The page lies in ``directory``, by default the
    session's runtime directory. With ``ends_soon`` the page stays for its time even if this
    process does not. Raises :class:`OpenerError`.
    """
    check_url(url, allowed)
    argv = choose_opener(environ, browser_command)
    return await in_daemon_thread(
        lambda: _open(url, argv, environ, directory, patience, ends_soon=ends_soon)
    )


def choose_opener(
    environ: Mapping[str, str], browser_command: Sequence[str] | None = None
) -> list[str]:
    """Return the program to open links with, and its arguments, with ``{page}`` or ``{url}``.

    Raises :class:`OpenerError` if there is none, or only one that would take over the terminal.
    """
    path = environ.get("PATH", os.defpath)
    if browser_command is not None:
        argv = [os.path.expanduser(browser_command[0]), *browser_command[1:]]  # noqa: PTH111
        program = shutil.which(argv[0], path=path)
        if program is None:
            raise OpenerError(
                f"The browser command {clean(argv[0], 80)!r} is not installed.", remedy=_REMEDY
            )
        if is_text_browser(program):
            raise OpenerError(
                f"{clean(argv[0], 80)!r} would take over this terminal, and was not started.",
                remedy=_REMEDY,
            )
        if not any(PAGE in part or URL in part for part in argv[1:]):
            argv.append(PAGE)
        return [program, *argv[1:]]
    if not has_display(environ):
        raise OpenerError("There is no display to show a browser on.", remedy=_REMEDY)
    for candidate in _openers(environ):
        program = shutil.which(candidate[0], path=path)
        if program is not None and not is_text_browser(program):
            return [program, *candidate[1:], PAGE]
    raise OpenerError("No program to open links with is installed.", remedy=_REMEDY)


def is_text_browser(program: str) -> bool:
    """Whether ``program``, or what it is a link to, is a browser that runs in the terminal."""
    names = (Path(program).name, Path(os.path.realpath(program)).name)
    return any(name.lower() in TEXT_BROWSERS for name in names)


def _openers(environ: Mapping[str, str]) -> Iterable[tuple[str, ...]]:
    if sys.platform == "darwin":
        return (("open",),)
    if "WSL_DISTRO_NAME" in environ:
        return (("wslview",), *_LINUX_OPENERS)
    return _LINUX_OPENERS


def _open(
    url: str,
    argv: Sequence[str],
    environ: Mapping[str, str],
    directory: Path | None,
    patience: float,
    *,
    ends_soon: bool,
) -> str:
    name = clean(Path(argv[0]).name, 40)
    page = None
    if any(PAGE in part for part in argv):
        page = RedirectPage(url, directory or _runtime_dir())
    uri = page.path.as_uri() if page else ""
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell, and the address was checked
            [argv[0], *(part.replace(PAGE, uri).replace(URL, url) for part in argv[1:])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_browser_environment(environ),
            start_new_session=True,
        )
    except OSError as error:
        if page:
            page.delete()
        raise OpenerError(
            f"{name!r} cannot be started: {error.strerror}.", remedy=_REMEDY
        ) from None
    status = _status_within(process, patience)
    if status:
        if page:
            page.delete()
        raise OpenerError(f"{name!r} could not open the study ({status}).", remedy=_REMEDY)
    if page and ends_soon:
        page.outlive_us()
    return name


def _status_within(process: "subprocess.Popen[bytes]", patience: float) -> str | None:
    """Return how the process failed, or None if it ended well or runs on."""
    try:
        status = process.wait(patience)
    except subprocess.TimeoutExpired:
        _reap_later(process)
        return None
    if status == 0:
        return None
    return f"exit status {status}" if status > 0 else f"ended by signal {-status}"


def _reap_later(process: "subprocess.Popen[bytes]") -> None:
    """Take note of the end of a browser that runs on, so that it does not stay a zombie."""
    threading.Thread(target=process.wait, name="browser", daemon=True).start()


def _browser_environment(environ: Mapping[str, str]) -> dict[str, str]:
    inherited = child_environment(environ)
    # xdg-open asks this first, and it often names a browser for the terminal.
    browsers = inherited.get("BROWSER", "").replace("%s", "").split(":")
    if any(is_text_browser(each.split()[0]) for each in browsers if each.split()):
        del inherited["BROWSER"]
    return inherited


def _runtime_dir() -> Path:
    from avara_tui.config.paths import runtime_dir  # noqa: PLC0415 - only needed on request

    try:
        return runtime_dir()
    except OSError as error:
        raise OpenerError(f"There is no private directory to use: {error}.") from None
