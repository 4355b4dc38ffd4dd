"""Worklists that the person saved at the screen, in a file of their own beside the settings.

The settings file may be the site's, and has comments that nothing must rewrite.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from avara_tui.config.declaring import Settable, setting
from avara_tui.config.loading import read_file, read_group
from avara_tui.config.model import WorklistSetting, same_name_problem
from avara_tui.config.paths import config_dir
from avara_tui.config.values import ListOf, Table

MOST: Final = 30
_HEAD: Final = """\
# Worklists that were saved in avara-tui with its key for saving, and may be changed by hand.
# avara-tui writes this file anew whenever one is saved or forgotten. Filters may name patients.
"""


class OwnWorklists(Settable):
    """What the file holds."""

    worklists: tuple[WorklistSetting, ...] = setting(
        ListOf(Table(WorklistSetting), most=MOST), "Saved worklists.", default=()
    )

    @property
    def problem(self) -> str | None:
        """What the values contradict each other in, if they do."""
        return same_name_problem("worklists", (each.name for each in self.worklists))


def own_worklists_file() -> Path:
    """Return where worklists are saved; the file need not be there."""
    return config_dir() / "worklists.toml"


def read_own_worklists() -> tuple[WorklistSetting, ...]:
    """Return the worklists that the person saved.

    Raises :class:`avara_tui.config.ConfigError` for a file that cannot be used.
    """
    file = own_worklists_file()
    text = read_file(file)
    if text is None:
        return ()
    return cast("OwnWorklists", read_group(text, file, OwnWorklists)).worklists


def write_own_worklists(worklists: Sequence[WorklistSetting]) -> None:
    """Save the person's worklists, whole or not at all. Raises OSError."""
    import tempfile  # noqa: PLC0415 - seldom needed, and not for the first frame

    file = own_worklists_file()
    # A link is followed: people keep their settings under version control.
    file = Path(os.path.realpath(file))
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".worklists-", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as part:
            part.write(_text(worklists))
            part.flush()
            os.fsync(part.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _text(worklists: Sequence[WorklistSetting]) -> str:
    from avara_tui.config.document import toml_value  # noqa: PLC0415 - seldom needed

    blocks = [_HEAD]
    for each in worklists:
        values = {name: getattr(each, name) for name in WorklistSetting.settings}
        lines = [f"{name} = {toml_value(value)}" for name, value in values.items() if value]
        blocks.append("\n".join(["[[worklists]]", *lines]) + "\n")
    return "\n".join(blocks)
