"""What the command line asks of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from avara_tui.clock import Clock
    from avara_tui.config import Config, WorklistSetting
    from avara_tui.triage.access.connection import Connection
    from avara_tui.triage.access.login import Login
    from avara_tui.triage.reading.profile_watch import ProfileWatch


class RunOptions(NamedTuple):
    """How to start the worklist."""

    connect: Callable[[], Connection]
    """Finds the server and the key. It may block: it is called in a thread, after the first frame.

    Raises :class:`avara_tui.triage.access.connection.ConnectionProblem`.
    """
    profile: str
    config: Config | None = None
    settings_file: Path | None = None
    """The file to watch for other settings; None to keep those of the start."""
    view: str | None = None
    """The name of the saved worklist to begin with."""
    filter_text: str | None = None
    own_worklists: tuple[WorklistSetting, ...] = ()
    """The worklists that the person saved."""
    read_only: bool = False
    mouse: bool = True
    is_demo: bool = False
    journal: Path | None = None
    """The file that every write is noted in; None for no journal."""
    profiles: tuple[str, ...] = ()
    """The profiles that there are."""
    for_profile: Callable[[str], RunOptions] | None = None
    """Reads the settings again and returns how to start with another profile. It may block.

    Raises :class:`avara_tui.config.ConfigError` or :class:`avara_tui.config.SettingsError`.
    """
    watches: tuple[ProfileWatch, ...] = ()
    """What was known of other profiles before this one was gone to: it stays known."""
    tour: bool = False
    """Whether to show the first things to know to somebody who is here for the first time."""
    login: Callable[[], Login] | None = None
    """Makes what puts a key into the keyring; None where such a key would not count."""
    clock: Clock | None = None
    """Where time comes from; None for the machine's clock."""
