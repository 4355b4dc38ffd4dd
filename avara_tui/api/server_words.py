"""What a server says of a refusal, in whatever form it says it.

Nothing about errors is documented. Seen elsewhere are objects with a message, lists of errors,
problem details (RFC 9457) and plain text.
"""

from typing import Final

from avara_tui.api.tolerance import load_object

LONGEST: Final = 500
"""Characters of a server's words that are kept."""
_MESSAGES: Final = ("message", "error", "detail", "title", "errors", "error_description")
_NESTED: Final = 3
"""How deep a message may lie in lists and objects."""


def server_message(body: bytes) -> str | None:
    """Return what the server says about a refusal, uncleaned; None where it says nothing."""
    loaded = load_object(body)
    said = _plain_text(body) if loaded is None else _message(loaded, _NESTED)
    return said[:LONGEST] if said else None


def _message(value: object, depth: int) -> str:
    """Return the words in a JSON value; several of a list are one after the other."""
    if isinstance(value, str):
        return value.strip()
    if depth == 0:
        return ""
    if isinstance(value, list):
        return "; ".join(filter(None, (_message(each, depth - 1) for each in value)))
    if isinstance(value, dict):
        found = (_message(value[key], depth - 1) for key in _MESSAGES if key in value)
        return next(filter(None, found), "")
    return ""


def _plain_text(body: bytes) -> str:
    """Return a body that a person can read as it stands: no markup, no JSON, no bytes."""
    try:
        text = body.decode().strip()
    except UnicodeDecodeError:
        return ""
    is_readable = all(each.isprintable() or each.isspace() for each in text)
    return text if is_readable and text[:1] not in tuple('<[{"') else ""
