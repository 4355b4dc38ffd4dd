"""Where settings and state live: the XDG base directories, or what the platform has instead."""

import os
import stat
from pathlib import Path
from typing import Final

import platformdirs

from avara_tui.config.errors import FILE_VARIABLE

APP: Final = "avara-tui"
PRIVATE: Final = 0o700


def config_file() -> Path:
    """Return where the settings file is looked for; it need not be there."""
    named = os.environ.get(FILE_VARIABLE)
    if named:
        return Path(named).expanduser()
    return config_dir() / "config.toml"


def config_dir() -> Path:
    """Return the directory of the person's settings; it need not be there."""
    return platformdirs.user_config_path(APP, appauthor=False)


def state_dir() -> Path:
    """Return the directory of what outlives the program, such as the journal; made if missing.

    Raises OSError if it cannot be made, or is another user's.
    """
    return make_private(platformdirs.user_state_path(APP, appauthor=False))


def journal_file() -> Path:
    """Return where the journal is kept; neither it nor its directory need be there."""
    return platformdirs.user_state_path(APP, appauthor=False) / "journal.jsonl"


def runtime_dir() -> Path:
    """Return the directory of what ends with the session; made if missing, and only ours.

    Without a fit XDG_RUNTIME_DIR it lies in the state directory: /tmp is everybody's.
    Raises OSError if it cannot be made, or is another user's.
    """
    session = os.environ.get("XDG_RUNTIME_DIR", "")
    if session and Path(session).is_absolute() and is_private(Path(session)):
        return make_private(Path(session) / APP)
    return make_private(state_dir() / "run")


def is_private(path: Path) -> bool:
    """Whether ``path`` is a directory that only this user can enter."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == os.geteuid()
        and not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    )


def make_private(path: Path) -> Path:
    """Make a directory that only this user can enter, and return it.

    Raises OSError if it cannot be made, and PermissionError if it is another user's or a link.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=PRIVATE, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PermissionError(f"{path} is not a directory of this user")
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        path.chmod(PRIVATE)
    return path
