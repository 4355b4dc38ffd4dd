"""The home of somebody who runs the program."""

from pathlib import Path


def settings_file(home: Path | str) -> Path:
    """Return where the settings are looked for in ``home``; the directory is made."""
    directory = Path(home) / ".config" / "avara-tui"
    directory.mkdir(parents=True, exist_ok=True)
    return directory / "config.toml"


def write_settings(home: Path | str, text: str) -> Path:
    """Write the settings in ``home``, in place of what was there; return the file."""
    file = settings_file(home)
    file.write_text(text)
    return file
