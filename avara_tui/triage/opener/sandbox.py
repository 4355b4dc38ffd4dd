"""Browsers that may not read every file of the person's, and where each may read a page.

A snap reads no hidden folder at the top of the home, has a /tmp of its own and sees nothing else of
/run/user; a flatpak sees only what it was given. Each may read the folder that is for its own data,
which no other user can enter: https://snapcraft.io/docs/home-interface,
https://docs.flatpak.org/en/latest/sandbox-permissions.html
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from avara_tui.triage.opener.desktop_entries import default_browser

SNAP: Final = "snap"
FLATPAK: Final = "flatpak"
FIREJAIL: Final = "firejail"
_APP: Final = "avara-tui"
_ASKS_THE_DESKTOP: Final = frozenset(
    {"exo-open", "gio", "gnome-open", "kde-open", "kde-open5", "sensible-browser", "xdg-open"}
)
_IN_A_SCRIPT: Final = (
    (SNAP, re.compile(r"^\s*exec\s.*?/snap/bin/([\w.-]+)", re.MULTILINE)),
    (
        FLATPAK,
        re.compile(
            r"^\s*exec\s.*?flatpak\s+run\s.*?(?<=\s)(\w[\w-]*(?:\.[\w-]+){2,})", re.MULTILINE
        ),
    ),
)
_NAME: Final = re.compile(r"\w[\w.-]*")
_LONGEST_SCRIPT: Final = 65_536
_DEEPEST: Final = 8


class Sandbox(NamedTuple):
    """What a browser is shut in."""

    kind: str
    """One of :data:`SNAP`, :data:`FLATPAK`, :data:`FIREJAIL`."""
    name: str
    """The browser's name there: firefox, org.mozilla.firefox."""

    @property
    def described(self) -> str:
        """What to say of the browser, after its name and "is"."""
        return "shut in by firejail" if self.kind == FIREJAIL else f"a {self.kind}"

    def folder(self, environ: Mapping[str, str]) -> Path | None:
        """Return where the browser may read our pages; None if no place is known."""
        home = Path(environ.get("HOME") or Path.home())
        if self.kind == SNAP:
            hidden, usual = home / ".snap" / "data" / self.name, home / "snap" / self.name
            data = hidden if hidden.is_dir() and not usual.is_dir() else usual
            return data / "common" / _APP
        if self.kind == FLATPAK:
            return home / ".var" / "app" / self.name / "cache" / _APP
        return None


def sandbox_of(argv: Sequence[str], environ: Mapping[str, str]) -> Sandbox | None:
    """Return what the browser is shut in that ``argv`` starts; None if it is in nothing known."""
    found = _sandbox_of(argv, environ, _DEEPEST)
    # It becomes part of a path.
    return found if found and _NAME.fullmatch(found.name) else None


def folders(environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield the folders of the person's sandboxes in which pages of ours may lie."""
    home = Path(environ.get("HOME") or Path.home())
    for pattern in (
        f"snap/*/common/{_APP}",
        f".snap/data/*/common/{_APP}",
        f".var/app/*/cache/{_APP}",
    ):
        yield from home.glob(pattern)


def _sandbox_of(argv: Sequence[str], environ: Mapping[str, str], depth: int) -> Sandbox | None:
    argv = _without_env(argv)
    program = shutil.which(argv[0], path=environ.get("PATH", os.defpath)) if argv else None
    if program is None or not depth:
        return None
    names = list(_links(Path(program)))
    if Path(program).name in _ASKS_THE_DESKTOP:
        return _of_the_desktop(environ, depth - 1)
    return _by_path(names) or _by_arguments(names, argv[1:]) or _by_script(names[-1])


def _without_env(argv: Sequence[str]) -> Sequence[str]:
    """Return ``argv`` without an ``env NAME=value`` before it."""
    if argv and Path(argv[0]).name == "env":
        rest = iter(argv[1:])
        return [each for each in rest if "=" not in each][:1] + list(rest)
    return argv


def _links(path: Path) -> Iterator[Path]:
    """Yield ``path`` and each link that it leads through, up to the file itself."""
    for _ in range(_DEEPEST):
        yield path
        if not path.is_symlink():
            return
        path = path.parent / path.readlink()


def _by_path(names: Sequence[Path]) -> Sandbox | None:
    for path in reversed(names):
        if path.parts[-3:-1] == ("snap", "bin"):
            return Sandbox(SNAP, path.name.partition(".")[0])
        if path.parts[-4:-1] == ("flatpak", "exports", "bin"):
            return Sandbox(FLATPAK, path.name)
    return None


def _by_arguments(names: Sequence[Path], arguments: Sequence[str]) -> Sandbox | None:
    kind = names[-1].name
    if kind == FIREJAIL:
        program = names[0].name
        wanted = [each for each in arguments if not each.startswith("-")]
        return Sandbox(
            FIREJAIL, Path(wanted[0]).name if program == FIREJAIL and wanted else program
        )
    if kind in (SNAP, FLATPAK) and list(arguments[:1]) == ["run"]:
        wanted = [each for each in arguments[1:] if not each.startswith("-")]
        if wanted:
            return Sandbox(kind, wanted[0].partition("." if kind == SNAP else "/")[0])
    return None


def _by_script(path: Path) -> Sandbox | None:
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST_SCRIPT)
    except OSError:
        return None
    if not content.startswith(b"#!"):
        return None
    text = content.decode(errors="replace")
    for kind, pattern in _IN_A_SCRIPT:
        found = pattern.search(text)
        if found:
            return Sandbox(kind, found[1].partition(".")[0] if kind == SNAP else found[1])
    return None


def _of_the_desktop(environ: Mapping[str, str], depth: int) -> Sandbox | None:
    # xdg-open asks this variable first where there is no desktop.
    for command in environ.get("BROWSER", "").split(":"):
        found = _sandbox_of(command.split(), environ, depth)
        if found is not None:
            return found
    entry = default_browser(environ)
    if entry is None:
        return None
    if entry.snap:
        return Sandbox(SNAP, entry.snap)
    if entry.flatpak:
        return Sandbox(FLATPAK, entry.flatpak)
    return _sandbox_of(entry.argv, environ, depth)
