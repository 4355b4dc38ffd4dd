"""Making the best of an answer that is not quite what the contract says.

One odd row must not cost a page of a hundred studies, and one odd detail must not cost a study.
This is the slow way round: it is taken only where an answer does not fit as it stands.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from avara_tui.api.schema import Shape, StudyRow

Row = TypeVar("Row")
JsonObject = dict[str, object]

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
REPLACEMENT: Final = "\ufffd"
_TIMES: Final = ("createdAt", "updatedAt", "cancelledAt")
_CREATORS: Final = ("createdByUser", "createdByApiKey")


def load_object(body: bytes) -> JsonObject | None:
    """Return the JSON object in ``body``, or None if there is none.

    Bytes that are no UTF-8 and halves of surrogate pairs, which programs that cut text by
    UTF-16 units do send, become U+FFFD.
    """
    try:
        text = body.decode(json.detect_encoding(body), "replace")
        loaded = json.loads(text)
        return _mended(loaded) if isinstance(loaded, dict) else None
    except (ValueError, RecursionError):
        return None


def _mended(value: JsonObject) -> JsonObject:
    return {_mend(key): _mend(item) for key, item in value.items()}  # type: ignore[misc]


def _mend(value: object) -> object:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub(REPLACEMENT, value)
    if isinstance(value, list):
        return [_mend(item) for item in value]
    if isinstance(value, dict):
        return _mended(value)
    return value


def fit_rows(
    shape: Shape[Row], rows: Sequence[object], soften: Callable[[JsonObject], JsonObject]
) -> tuple[list[Row], int]:
    """Return the rows that fit once softened, and how many do not."""
    fitting = [shape.fit(soften(row)) if isinstance(row, dict) else None for row in rows]
    good = [row for row in fitting if row is not None]
    return good, len(rows) - len(good)


def as_is(row: JsonObject) -> JsonObject:
    """Return ``row``."""
    return row


def soften_study(row: JsonObject) -> JsonObject:
    """Return a study row without the details that do not fit and that nobody triages by.

    Whatever decides which study this is, how urgent it is or whose it is stays as it came: a
    study with a wrong assignee is worse than one reported as unreadable.
    """
    softened = dict(row)
    for key in _TIMES:
        if not isinstance(row.get(key), str):
            softened.pop(key, None)
    for key in _CREATORS:
        if not _names_somebody(row.get(key)):
            softened.pop(key, None)
    metadata = row.get("metadata")
    if isinstance(metadata, dict):
        softened["metadata"] = {key: _as_text(value) for key, value in metadata.items()}
    return softened


def complete_study(row: StudyRow) -> JsonObject:
    """Return a checked study row with something in the place of the nulls that may be there."""
    completed: JsonObject = dict(row)
    for key in ("studyInstanceUid", "studyDescription", "severity", "studyViewerStatus"):
        completed[key] = completed[key] or ""
    if row["isCancelled"] is None:
        completed["isCancelled"] = row.get("cancelledAt") is not None
    return completed


def _names_somebody(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    return all(item is None or isinstance(item, str | bool) for item in value.values())


def _as_text(value: object) -> str:
    """Return a metadata value as text; the contract knows no other, servers might."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
