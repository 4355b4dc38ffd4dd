"""Opens a link in a browser on this machine, without waiting for it and without telling others."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from avara_tui.text import clean
from avara_tui.triage.opener.links import OpenerError, check_url
from avara_tui.triage.opener.place import NO_DISPLAY, has_display
from avara_tui.triage.opener.redirect_page import LIFE, RedirectPage
from avara_tui.triage.process.background import in_daemon_thread
from avara_tui.triage.process.hygiene import child_environment

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
_BROWSERS: Final = (
    "brave",
    "chrom",
    "epiphany",
    "falkon",
    "firefox",
    "google-chrome",
    "konqueror",
    "librewolf",
    "microsoft-edge",
    "opera",
    "vivaldi",
)
"""How the names of browsers with windows begin."""
_STARTS_BROWSERS: Final = frozenset(
    {
        "exo-open",
        "firejail",
        "flatpak",
        "gio",
        "kde-open",
        "kde-open5",
        "open",
        "sensible-browser",
        "snap",
        "wslview",
        "x-www-browser",
        "xdg-open",
    }
)
_LINUX_OPENERS: Final = (
    ("xdg-open",),
    ("gio", "open"),
    ("x-www-browser",),
    ("firefox",),
    ("chromium",),
    ("google-chrome",),
)
_REMEDY: Final = "Name a browser in browser_command of the profile."


class Handed(NamedTuple):
    """A link was handed to a program."""

    program: str
    """Its name."""
    doubt: str = ""
    """Why the program may not be able to show it; empty if it should be."""


async def open_local(
    url: str,
    *,
    allowed: Iterable[str],
    environ: Mapping[str, str],
    browser_command: Sequence[str] | None = None,
    directory: Path | None = None,
    patience: float = PATIENCE,
    life: float = LIFE,
    ends_soon: bool = False,
) -> Handed:
    """Open ``url`` in a browser on this machine; return what was asked to.

    The program gets a private page that leads to the link, unless ``browser_command`` asks for
    the link itself; it runs in a session of its own without our terminal. It is watched for
    ``patience`` seconds and never waited for. The page lies in ``directory``, by default where the
    browser may read it, for ``life`` seconds: less if this process leaves before, unless it
    ``ends_soon``. Raises :class:`OpenerError`.
    """
    check_url(url, allowed)
    argv = choose_opener(environ, browser_command)
    return await in_daemon_thread(
        lambda: _open(
            url,
            argv,
            environ,
            directory=directory,
            patience=patience,
            life=life,
            ends_soon=ends_soon,
        )
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
        raise OpenerError(NO_DISPLAY, remedy=_REMEDY)
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


def is_browser(program: str) -> bool:
    """Whether ``program`` is one that shows itself on the display of the machine it runs on.

    Any other may know a way to where the person sits.
    """
    names = (Path(program).name.lower(), Path(os.path.realpath(program)).name.lower())
    return any(name.startswith(_BROWSERS) or name in _STARTS_BROWSERS for name in names)


def _open(
    url: str,
    argv: Sequence[str],
    environ: Mapping[str, str],
    *,
    directory: Path | None,
    patience: float,
    life: float,
    ends_soon: bool,
) -> Handed:
    name = clean(Path(argv[0]).name, 40)
    page, doubt = None, ""
    if any(PAGE in part for part in argv):
        from avara_tui.triage.opener.page_folders import (  # noqa: PLC0415 - on request only
            PageFolder,
            page_folder,
        )

        folder = PageFolder(directory) if directory else page_folder(argv, environ)
        page, doubt = RedirectPage(url, folder.path, life=life), folder.doubt
        if not ends_soon:
            page.leave_with_us()
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
    return Handed(name, doubt)


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
