"""A reader of journals as it was before there were openings, and that shares no code with ours.

It knows the lines of writes alone, and holds every line to its place by its hash.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple


class Plain(NamedTuple):
    """What it found."""

    is_intact: bool
    writes: list[tuple[str, str | None]]
    """The study of each write, and how it ended."""


def read_plainly(path: Path) -> Plain:
    """Return what a journal says to who knows nothing of openings."""
    previous, is_intact = "0" * 64, True
    writes: dict[tuple[str, int], tuple[str, str | None]] = {}
    for line in path.read_bytes().splitlines():
        content, _, end = line.rpartition(b',"hash":"')
        own = hashlib.sha256(content).hexdigest()
        record: dict[str, Any] = json.loads(line)
        is_intact &= end == f'{own}"}}'.encode() and record["prev"] == previous
        previous = own
        key = (record.get("run", ""), record.get("attempt", 0))
        if record["event"] == "intended":
            writes[key] = (record["studyId"], None)
        elif record["event"] == "ended":
            writes[key] = (record["studyId"], record.get("outcome"))
    return Plain(is_intact, list(writes.values()))
