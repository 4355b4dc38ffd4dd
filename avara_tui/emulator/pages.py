"""Pages of lists."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from avara_tui.emulator.cursors import Cursor


class Page(NamedTuple):
    """Rows of a list, and where the next page starts: None on the last page."""

    rows: Sequence[sqlite3.Row]
    next: Cursor | None


def cut_page(rows: list[sqlite3.Row], limit: int, offset: int) -> Page:
    """Return the page of ``limit`` rows; one row more than that tells that another follows."""
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], Cursor(offset=offset + limit))
