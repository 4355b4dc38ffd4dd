"""Page cursors: opaque base64 to a client, a row count or a position to the emulator."""

import base64
import binascii
import json
from typing import NamedTuple

from avara_tui.emulator.refusal import Refusal, bad_request


class Cursor(NamedTuple):
    """Where the next page starts: ``offset`` rows in, or after the row at ``after``."""

    offset: int | None = None
    after: int | None = None


def encode_cursor(cursor: Cursor) -> str:
    """Return the text of ``cursor``, as the published sample ``{"offset":20}`` has it."""
    fields = {name: value for name, value in cursor._asdict().items() if value is not None}
    return base64.b64encode(json.dumps(fields, separators=(",", ":")).encode()).decode()


def decode_cursor(text: str) -> Cursor:
    """Return the cursor that ``text`` stands for; raise a 400 :class:`Refusal` if none."""
    try:
        fields = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise invalid_cursor() from None
    if not isinstance(fields, dict):
        raise invalid_cursor()
    offset, after = fields.get("offset"), fields.get("after")
    # 2**63 - 1 is the largest integer that SQLite can hold.
    if type(offset) is int and 0 <= offset < 2**63:
        return Cursor(offset=offset)
    if type(after) is int and abs(after) < 2**63:
        return Cursor(after=after)
    raise invalid_cursor()


def invalid_cursor() -> Refusal:
    """Return the refusal of a cursor that no page gave out, or gave out too long ago."""
    return bad_request("The cursor is invalid or has expired. Start again from the first page.")
