"""Making the best of an answer that is not quite what the contract says.

One odd row must not cost a page of a hundred. This is the slow way round: it is taken only where
an answer does not fit as it stands.
"""

import json
import re
from collections.abc import Sequence
from typing import Final, TypeVar

from avara_tui.api.schema import Shape

Row = TypeVar("Row")
JsonObject = dict[str, object]

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
REPLACEMENT: Final = "\ufffd"
_DEEPEST: Final = 40
"""Levels of lists and objects within an answer; what lies deeper is nothing that we read."""
_LONGEST_NUMBER: Final = 4000
"""Digits beyond which Python refuses to read a whole number."""


def load_object(body: bytes) -> JsonObject | None:
    """Return the JSON object in ``body``, or None if there is none.

    Bytes that are no UTF-8 and halves of surrogate pairs, which programs that cut text by
    UTF-16 units do send, become U+FFFD. So does what is nested deeper than anything that we read.
    """
    try:
        text = body.decode(json.detect_encoding(body), "replace")
        loaded = _mended(json.loads(text, parse_int=_whole_number), _DEEPEST)
    except (ValueError, RecursionError):
        return None
    return loaded if isinstance(loaded, dict) else None


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) < _LONGEST_NUMBER else float(digits)


def _mended(value: object, levels: int) -> object:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub(REPLACEMENT, value)
    if not isinstance(value, list | dict):
        return value
    if not levels:
        return REPLACEMENT
    if isinstance(value, list):
        return [_mended(item, levels - 1) for item in value]
    return {
        _LONE_SURROGATE.sub(REPLACEMENT, key): _mended(item, levels - 1)
        for key, item in value.items()
    }


def fit_rows(shape: Shape[Row], rows: Sequence[object]) -> tuple[list[Row], int]:
    """Return the rows that fit, and how many do not."""
    good = [fitting for row in rows if (fitting := shape.fit(row)) is not None]
    return good, len(rows) - len(good)
