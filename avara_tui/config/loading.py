"""Reads the settings file, or says what is wrong with it and where."""

import os
import stat
from pathlib import Path
from typing import Any, Final, cast

from avara_tui.config.declaring import InvalidValueError, Settable
from avara_tui.config.declaring import Path as KeyPath
from avara_tui.config.errors import FILE_VARIABLE, ConfigError
from avara_tui.config.model import Config
from avara_tui.config.values import Table, dotted

LARGEST: Final = 1_000_000
"""Bytes."""


def load_config(path: Path | None = None) -> Config:
    """Return the settings of the file at ``path``, by default the person's own.

    The person's own are read with what the environment says besides. A missing file means the
    default settings, unless it was asked for. Raises :class:`ConfigError`.
    """
    if path is not None:
        return _load(path, must_exist=True)
    from avara_tui.config.environment import with_environment  # noqa: PLC0415
    from avara_tui.config.paths import config_file  # noqa: PLC0415 - not needed with a path

    must_exist = bool(os.environ.get(FILE_VARIABLE))
    return with_environment(_load(config_file(), must_exist=must_exist), os.environ)


def _load(file: Path, *, must_exist: bool) -> Config:
    text = read_file(file)
    if text is not None:
        return parse_config(text, file)
    if must_exist:
        raise ConfigError(file, "there is no such file")
    return Config()


def read_file(file: Path) -> str | None:
    """Return what a settings file says, or None if there is none. Raises :class:`ConfigError`."""
    try:
        _refuse_foreign(file)
        content = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(file, f"cannot be read: {error.strerror}") from None
    if len(content) > LARGEST:
        raise ConfigError(file, f"is {len(content):,} bytes long, more than {LARGEST:,}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError(file, "is not UTF-8 text", line) from None


def error_at(config: Config, key: KeyPath, sentence: str) -> ConfigError:
    """Return what to raise when a room above finds that a setting will not do."""
    return error_in(Path(config.path or "the settings"), key, sentence)


def error_in(file: Path, key: KeyPath, sentence: str) -> ConfigError:
    """Return what to raise when a room above finds that a value of a file will not do."""
    from avara_tui.config.locate import line_of  # noqa: PLC0415 - only needed after a mistake

    line = None
    try:
        line = line_of(file.read_text(encoding="utf-8-sig"), key)
    except (OSError, ValueError):
        # Changed or gone since it was read: the key alone has to do.
        line = None
    return ConfigError(file, sentence, line, dotted(key))


def _refuse_foreign(file: Path) -> None:
    """Refuse a file that somebody else could have written: it names programs that are run.

    Raises OSError if there is no such file.
    """
    found = file.stat()
    if os.name == "posix" and found.st_uid not in (0, os.geteuid()):
        raise ConfigError(file, "belongs to another user: its commands would run as you")
    if os.name == "posix" and found.st_mode & stat.S_IWOTH:
        raise ConfigError(file, "can be written by everybody: protect it with `chmod o-w`")


def parse_config(text: str, path: Path) -> Config:
    """Return the settings that ``text`` holds; ``path`` names it in messages.

    Raises :class:`ConfigError`.
    """
    config = cast("Config", read_group(text, path, Config))
    return config.with_values(path=str(path))


def read_group(text: str, path: Path, group: type[Settable]) -> Settable:
    """Return the group of settings that ``text`` holds; ``path`` names it in messages.

    Raises :class:`ConfigError`.
    """
    try:
        return Table(group).read(_tables(text, path), ())
    except InvalidValueError as error:
        from avara_tui.config.locate import line_of  # noqa: PLC0415 - only needed after a mistake

        line = line_of(text, error.path)
        raise ConfigError(path, str(error), line, dotted(error.path)) from None


def _tables(text: str, path: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - most people have no settings file

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        sentence, _, place = str(error).partition(" (at line ")
        line = place.partition(",")[0]
        last = text.count("\n") + 1
        number = int(line) if line.isdecimal() else last
        raise ConfigError(path, f"is no TOML: {sentence}", number) from None
    except RecursionError:
        raise ConfigError(path, "is no TOML: tables or lists are nested too deep") from None
