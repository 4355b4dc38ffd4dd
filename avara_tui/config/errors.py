"""What is wrong with the settings, and the variable that names their file."""

from pathlib import Path
from typing import Final

FILE_VARIABLE: Final = "AVARA_TUI_CONFIG"
"""Names the settings file."""


class ConfigError(Exception):
    """The settings file cannot be used. The text names file, line, key, and what would do."""

    def __init__(self, path: Path, sentence: str, line: int | None = None, key: str = "") -> None:
        where = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{where}: {key} {sentence}" if key else f"{where}: {sentence}")
        self.path = path
        self.line = line
        self.key = key
