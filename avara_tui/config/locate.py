"""Finds the line of a TOML file on which a value stands, which the parser does not tell."""

import tomllib
from collections.abc import Iterator

from avara_tui.config.declaring import Path

_MOST_LINES = 2000


def line_of(text: str, path: Path) -> int | None:
    """Return the number of the line on which the statement that sets ``path`` begins.

    None when that cannot be told. The text must be TOML that parses.
    """
    for length in range(len(path), 0, -1):
        for line, tables in _statements(text):
            if _has(tables, path[:length]):
                return line
    return None


def _statements(text: str) -> Iterator[tuple[int, object]]:
    """Yield each statement's first line, with what the file says up to the statement's end.

    A statement ends where the lines so far parse: a list or a text over several lines does not
    parse before it is closed.
    """
    lines = text.splitlines(keepends=True)
    if len(lines) > _MOST_LINES:
        return
    first, so_far = 1, ""
    for number, line in enumerate(lines, 1):
        so_far += line
        try:
            tables = tomllib.loads(so_far)
        except tomllib.TOMLDecodeError:
            continue
        yield first, tables
        first = number + 1


def _has(tables: object, path: Path) -> bool:
    for part in path:
        if isinstance(tables, dict):
            if part not in tables:
                return False
            tables = tables[part]
        elif isinstance(tables, list) and isinstance(part, int):
            if part >= len(tables):
                return False
            tables = tables[part]
        else:
            return False
    return True
