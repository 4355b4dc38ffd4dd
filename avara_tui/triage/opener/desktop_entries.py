"""Which program the desktop opens a page with, by the files that freedesktop.org describes."""

import contextlib
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

HTML: Final = "text/html"
_LONGEST: Final = 1 << 20
_ENTRY: Final = "Desktop Entry"


class DesktopEntry(NamedTuple):
    """A program of the desktop."""

    argv: tuple[str, ...]
    """How it is started; %u and the like stand for what it opens."""
    snap: str = ""
    """The snap it is part of, if it says so."""
    flatpak: str = ""
    """The flatpak it is part of, if it says so."""


def default_browser(environ: Mapping[str, str]) -> DesktopEntry | None:
    """Return the program for pages; None if it cannot be told.

    Only files are read: asking the desktop's own tools can take seconds, or for ever.
    """
    for name in _candidates(environ):
        for folder in _data_folders(environ):
            # A dash in the name may stand for a folder.
            for path in (name, name.replace("-", "/", 1)):
                entry = _group(folder / "applications" / path, _ENTRY)
                if "Exec" in entry:
                    return _understood(entry)
    return None


def _understood(entry: Mapping[str, str]) -> DesktopEntry:
    argv: tuple[str, ...] = ()
    with contextlib.suppress(ValueError):
        argv = tuple(shlex.split(entry["Exec"]))
    return DesktopEntry(argv, entry.get("X-SnapInstanceName", ""), entry.get("X-Flatpak", ""))


def _candidates(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield names of entries for pages, the one that counts first."""
    for file in _mimeapps(environ):
        yield from _list(_group(file, "Default Applications").get(HTML, ""))
    for file in _mimeapps(environ):
        yield from _list(_group(file, "Added Associations").get(HTML, ""))
    for folder in _data_folders(environ):
        cache = _group(folder / "applications" / "mimeinfo.cache", "MIME Cache")
        yield from _list(cache.get(HTML, ""))


def _list(text: str) -> list[str]:
    return [each for each in (part.strip() for part in text.split(";")) if _is_name(each)]


def _is_name(text: str) -> bool:
    return text.endswith(".desktop") and "/" not in text


def _mimeapps(environ: Mapping[str, str]) -> Iterator[Path]:
    desktops = [each for each in environ.get("XDG_CURRENT_DESKTOP", "").lower().split(":") if each]
    names = [f"{each}-mimeapps.list" for each in desktops if "/" not in each] + ["mimeapps.list"]
    folders = [
        _folder(environ, "XDG_CONFIG_HOME", ".config"),
        *_listed(environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"),
        *(each / "applications" for each in _data_folders(environ)),
    ]
    return (folder / name for folder in folders for name in names)


def _data_folders(environ: Mapping[str, str]) -> list[Path]:
    own = _folder(environ, "XDG_DATA_HOME", ".local/share")
    listed = _listed(environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share")
    # A session that was not begun at the desktop lacks those of the sandboxes.
    usual = (
        own / "flatpak/exports/share",
        Path("/var/lib/flatpak/exports/share"),
        Path("/var/lib/snapd/desktop"),
    )
    return list(dict.fromkeys([own, *listed, *usual]))


def _folder(environ: Mapping[str, str], variable: str, usual: str) -> Path:
    named = environ.get(variable, "")
    return Path(named) if named.startswith("/") else Path(environ.get("HOME") or "/", usual)


def _listed(text: str) -> list[Path]:
    return [Path(each) for each in text.split(":") if each.startswith("/")]


def _group(file: Path, wanted: str) -> dict[str, str]:
    """Return the keys of one group of a file; none if there is no such file or group."""
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            text = opened.read(_LONGEST)
    except OSError:
        return {}
    found: dict[str, str] = {}
    group = ""
    for line in text.splitlines():
        if line.startswith("["):
            group = line.strip().strip("[]")
        elif group == wanted and not line.startswith("#"):
            name, is_pair, value = line.partition("=")
            if is_pair:
                found.setdefault(name.strip(), value.strip())
    return found
