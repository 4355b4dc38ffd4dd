"""The words of a filter, with where they stand."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from avara_tui.worklist.query.errors import QueryError

QUOTE: Final = '"'
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
# Only a metadata key can need quotes: the other fields are plain words.
_FIELD: Final = rf'(?i:meta\.){_QUOTED}|[^\s":]+'
_WORD: Final = re.compile(rf'(?P<sign>-?)(?:(?P<field>{_FIELD}):)?(?P<raw>(?:{_QUOTED}|[^\s"])*)')
_PIECE: Final = re.compile(rf'(?P<quoted>{_QUOTED})|(?P<plain>[^,"]+)|,')
_ESCAPED: Final = re.compile(r"\\(.)")
_NEEDS_QUOTES: Final = re.compile(r'[\s",:\\]|^-|^$')


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
        if text[position].isspace():
            position += 1
            continue
        match = _WORD.match(text, position)
        if match is None or text.startswith(QUOTE, match.end()):
            start = position if match is None else match.end()
            raise QueryError("a quote has no end", start=start, end=len(text))
        yield _token(match)
        position = match.end()


def quoted(value: str) -> str:
    """Return ``value`` as it has to be written to be read as one value."""
    if _NEEDS_QUOTES.search(value) is None:
        return value
    escaped = value.replace("\\", "\\\\").replace(QUOTE, '\\"')
    return f"{QUOTE}{escaped}{QUOTE}"


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
