"""The words of a filter, with where they stand.

Signs are taken in every form of :mod:`avara_tui.worklist.query.signs` where no word could mean
something else by them; what stands in straight quotes is never read as a sign.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from avara_tui.worklist.query.errors import QueryError
from avara_tui.worklist.query.folding import fold_case
from avara_tui.worklist.query.signs import (
    COLONS,
    COMMAS,
    CURLED,
    MINUS,
    QUOTE,
    UNSEEN,
    is_apart,
    seen,
)

_MINUS: Final = re.escape(MINUS)
_OPENING: Final = rf"(?<![^\s{COLONS}{COMMAS}{_MINUS}.\uff0e{UNSEEN}])[{CURLED}]"
"""A curled quote where a word or a value begins."""
_QUOTED: Final = (
    r'(?:"(?:[^"\\]|\\.)*"'
    # A keyboard may curl one of two quotes.
    rf'|"(?:[^"\\{CURLED}]|\\.)*[{CURLED}]'
    rf'|{_OPENING}(?:[^"\\{CURLED}]|\\.)*["{CURLED}])'
)
_OPENED: Final = re.compile(rf'"|{_OPENING}')
_META: Final = r"(?i:[m\uff4d][e\uff45][t\uff54][a\uff41][.\uff0e])"
# Only a metadata key can need quotes: the other fields are plain words.
_FIELD: Final = rf'{_META}{_QUOTED}|(?!{_OPENING})[^\s"{COLONS}]+'
_RAW: Final = rf'(?P<raw>(?:{_QUOTED}|(?!{_OPENING})[^\s"])*)'
_WORD: Final = re.compile(
    rf"(?P<sign>[{_MINUS}]?)(?:(?P<field>{_FIELD})(?P<colon>[{COLONS}]))?{_RAW}"
)
_TEXT: Final = re.compile(rf"(?P<sign>[{_MINUS}]?)(?P<field>(?!))?{_RAW}")
_LIKE_A_FIELD: Final = re.compile(r"[a-z][a-z0-9_.-]*|meta\..*", re.DOTALL)
_PIECE: Final = re.compile(rf'(?P<quoted>{_QUOTED})|(?P<plain>(?:(?!{_OPENING})[^,"])+)|,')
_ESCAPED: Final = re.compile(r"\\(.)")
_NEEDS_QUOTES: Final = re.compile(rf'[\s"\\{COLONS}{COMMAS}{CURLED}]|^[{_MINUS}]|^$')
_NOTHING: Final = re.compile("")
_COMPARING: Final = re.compile(r"[<>=\u2264\u2265\uff1c\uff1d\uff1e]+")
_CALLED: Final = re.compile(rf"(?:studyinstance|study|s)?u?id[{COLONS}]", re.IGNORECASE)
_IDENTIFIERS: Final = frozenset({"uid", "id"})
_HEADS: Final = {
    **dict.fromkeys(("age", "updated"), _COMPARING),
    **dict.fromkeys(_IDENTIFIERS, _CALLED),
}
"""What a value of a field can begin with, but cannot be."""


class Part(NamedTuple):
    """A field or a value, without its quotes, and where it stands in the filter."""

    text: str
    start: int
    end: int


class Token(NamedTuple):
    """One term as it was written."""

    negated: bool
    field: Part | None
    """The part before the colon; None for words of the description."""
    values: tuple[Part, ...]
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the terms of a filter. Raises :class:`QueryError` for a quote without its end."""
    position = 0
    while position < len(text):
        if is_apart(text[position]):
            position += 1
            continue
        match = _match(text, position)
        token = _token(match)
        value = _value_behind(text, match)
        if value is not None:
            token = _with_value(token, match, value)
        yield token
        position = token.end


def quoted(value: str) -> str:
    """Return ``value`` as it has to be written to be read as one value."""
    if _NEEDS_QUOTES.search(value) is None and seen(value) == value:
        return value
    escaped = value.replace("\\", "\\\\").replace(QUOTE, '\\"')
    return f"{QUOTE}{escaped}{QUOTE}"


def _match(text: str, position: int) -> re.Match[str]:
    """Return the term at ``position``: its sign, its field and what is behind the colon."""
    match = _WORD.match(text, position)
    if match is not None and match["field"] is not None and match["colon"] != ":":
        # Words of other scripts may well hold a wide colon.
        name = fold_case(seen(match["field"]))
        match = match if _LIKE_A_FIELD.fullmatch(name) else _TEXT.match(text, position)
    if match is None or _OPENED.match(text, match.end()):
        start = position if match is None else match.end()
        raise QueryError("a quote has no end", start=start, end=len(text))
    return match


def _value_behind(text: str, match: re.Match[str]) -> re.Match[str] | None:
    """Return the word behind ``severity: `` or ``age:> ``, which can only be meant as the value."""
    if match["field"] is None:
        return None
    field, raw, start = fold_case(seen(match["field"])), seen(match["raw"]), match.end()
    if raw and not (_HEADS.get(field, _NOTHING)).fullmatch(raw):
        return None
    while start < len(text) and is_apart(text[start]):
        start += 1
    if start == len(text):
        return None
    value = _match(text, start)
    # Whoever types "uid:" may paste "UID:1.2.3" behind it.
    is_said_twice = field in _IDENTIFIERS and fold_case(seen(value["field"] or "")) == field
    is_value = (value["field"] is None or is_said_twice) and not value["sign"]
    return value if is_value and value["raw"] else None


def _with_value(token: Token, match: re.Match[str], value: re.Match[str]) -> Token:
    first, *others = _values(value["raw"], value.start("raw")) or (None,)
    if first is None:
        return token._replace(end=value.end())
    if match["raw"]:
        first = Part(match["raw"] + first.text, match.start("raw"), first.end)
    return token._replace(values=(first, *others), end=value.end())


def _token(match: re.Match[str]) -> Token:
    sign, field, raw = match["sign"], match["field"], match["raw"]
    place = match.span()
    if field is not None:
        name = Part(_unquote(field), *match.span("field"))
        return Token(bool(sign), name, _values(raw, match.start("raw")), *place)
    if not raw:
        # A lone sign is a word: it negates only what it stands before.
        return Token(
            negated=False, field=None, values=(Part(sign, *place),), start=place[0], end=place[1]
        )
    return Token(bool(sign), None, (Part(_unquote(raw), *match.span("raw")),), *place)


def _values(raw: str, offset: int) -> tuple[Part, ...]:
    """Return the values between the commas of ``raw``, which starts at ``offset``."""
    values: list[Part] = []
    text, start = "", 0
    for match in _PIECE.finditer(raw):
        if match[0] == ",":
            values.append(Part(text, offset + start, offset + match.start()))
            text, start = "", match.end()
        else:
            text += _unquote(match[0])
    values.append(Part(text, offset + start, offset + len(raw)))
    return tuple(value for value in values if value.text)


def _unquote(raw: str) -> str:
    """Return ``raw`` without quotes, and what is quoted without its escapes."""

    def plain(match: re.Match[str]) -> str:
        inside = match["quoted"]
        return match[0] if inside is None else _ESCAPED.sub(r"\1", inside[1:-1])

    return _PIECE.sub(plain, raw)
