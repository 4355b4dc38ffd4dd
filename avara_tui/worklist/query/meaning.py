"""Metadata keys as a person writes them, and as the studies have them."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from avara_tui.worklist.query.errors import QueryError
from avara_tui.worklist.query.forgiving import key_meant, nearest, plain
from avara_tui.worklist.query.parsing import parse
from avara_tui.worklist.query.terms import METADATA_PREFIX, field_named
from avara_tui.worklist.query.tokens import quoted, tokens


class KeyWritten(NamedTuple):
    """A field of a filter that is a metadata key, and not as the studies have it."""

    start: int
    end: int
    """Where in the filter the field stands, without its colon."""
    insert: str | None
    """The field as the language has it, or None if no study has such a key."""
    is_taken: bool
    """Whether it is read so; else it is only likely to be meant."""


def keys_written(text: str, metadata_keys: Collection[str]) -> Iterator[KeyWritten]:
    """Yield the fields of ``text`` that name a metadata key otherwise than studies do.

    Nothing is said of any as long as no key is known. Raises :class:`QueryError`.
    """
    for token in tokens(text):
        part = token.field
        name = field_named(part, metadata_keys) if part is not None and metadata_keys else None
        if part is None or name is None or not name.startswith(METADATA_PREFIX):
            continue
        key = name.removeprefix(METADATA_PREFIX)
        meant = key_meant(key, metadata_keys)
        likely = meant if meant is not None else nearest(key, metadata_keys)
        insert = None if likely is None else METADATA_PREFIX + quoted(likely)
        is_as_written = meant == key and plain(part.text).startswith(METADATA_PREFIX)
        if not is_as_written:
            yield KeyWritten(part.start, part.end, insert, is_taken=meant is not None)


def spelled_out(text: str, metadata_keys: Collection[str]) -> str:
    """Return ``text`` with every metadata key that is meant in it written as studies have it.

    It means the same whatever studies there are. Raises :class:`QueryError`.
    """
    for each in reversed(list(keys_written(text, metadata_keys))):
        if each.is_taken and each.insert is not None:
            text = text[: each.start] + each.insert + text[each.end :]
    return text


def without_mistakes(text: str, metadata_keys: Collection[str]) -> str:
    """Return ``text`` without the terms that cannot be understood."""
    while True:
        try:
            parse(text, metadata_keys)
        except QueryError as error:
            start, end = _term_at(text, error)
            text = text[:start] + text[end:]
        else:
            return text


def _term_at(text: str, error: QueryError) -> tuple[int, int]:
    """Return where the term begins and ends in which a mistake is."""
    try:
        for token in tokens(text):
            if token.start <= error.start < token.end:
                return token.start, token.end
    except QueryError:
        # A quote without an end: what is left of its term is a mistake of its own.
        pass
    return error.start, error.end
