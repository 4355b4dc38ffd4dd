"""What of a filter counts while it is being typed: half the name of a field is no word yet."""

from typing import Final

from avara_tui.worklist.query.errors import QueryError
from avara_tui.worklist.query.forgiving import plain
from avara_tui.worklist.query.signs import CURLED, MINUS, QUOTE
from avara_tui.worklist.query.terms import ALIASES, FIELDS, METADATA_PREFIX
from avara_tui.worklist.query.tokens import Token, tokens

_NAMES: Final = (*ALIASES, *(each for each in FIELDS if not each.startswith(METADATA_PREFIX)))


def settled(text: str, cursor: int) -> str:
    """Return ``text`` without the word at ``cursor`` if that may become the name of a field.

    Looked for in descriptions, ``sev`` finds nothing: it would blank a worklist on the way to
    ``severity:stat``, though nobody asked for that. Raises nothing: what cannot be read is
    returned as it is.
    """
    try:
        typed = next((each for each in tokens(text) if each.start <= cursor <= each.end), None)
    except QueryError:
        return text
    if typed is None or not _may_become_a_field(text, typed):
        return text
    return text[: typed.start] + text[typed.end :]


def _may_become_a_field(text: str, token: Token) -> bool:
    if token.field is not None or not {QUOTE, *CURLED}.isdisjoint(text[token.start : token.end]):
        return False
    name = plain(token.values[0].text)
    if name in MINUS:
        return True
    is_metadata = name.startswith(METADATA_PREFIX) or METADATA_PREFIX.startswith(name)
    return is_metadata or any(each.startswith(name) for each in _NAMES)
