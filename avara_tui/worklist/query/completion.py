"""What could stand where a person is typing in a filter: fields, words, people, customers, keys."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from avara_tui.study import SEVERITIES, STATUSES, CustomerRef, UserRef
from avara_tui.worklist.query.errors import QueryError
from avara_tui.worklist.query.folding import fold, fold_case, sought
from avara_tui.worklist.query.forgiving import key_meant, plain
from avara_tui.worklist.query.signs import CURLED, QUOTE
from avara_tui.worklist.query.terms import ALIASES, FIELDS, ME, METADATA_PREFIX, STATES, WILDCARD
from avara_tui.worklist.query.tokens import Token, quoted, tokens

MOST: Final = 12
"""Candidates that are offered at once."""
TELLING: Final = 3
"""Characters that are enough to look for within words."""
_CURSOR: Final = "\ue000"
"""Stands where the cursor is. Unicode gives the character no meaning, so nobody types it."""
_REST_OF_FIELD: Final = re.compile(r'[^\s",:]*:?')
_REST_OF_VALUE: Final = re.compile(r'[^\s",]*')


class Vocabulary(NamedTuple):
    """What the studies speak of, for completing filters with."""

    people: Mapping[str, UserRef] = MappingProxyType({})
    """By user id."""
    customers: Mapping[str, CustomerRef] = MappingProxyType({})
    """By customer id."""
    metadata_keys: Collection[str] = ()


class Completion(NamedTuple):
    """Something that could be meant."""

    insert: str
    """What to put in place of the characters from :attr:`start` to :attr:`end`."""
    start: int
    end: int
    label: str
    """What it is, for a person to choose by; as the server sent it."""


class _Candidate(NamedTuple):
    """Something that the filter language, or the vocabulary, has a word for."""

    meaning: str
    """The text that it has once it is read, folded."""
    insert: str
    label: str
    names: str
    """What a person may begin to type for it."""


def complete(
    text: str, cursor: int, vocabulary: Vocabulary, most: int = MOST
) -> tuple[Completion, ...]:
    """Return what could be meant at ``cursor`` in the filter ``text``, the likeliest first.

    Those come first that begin with what is typed, then those of which a word does, then those
    that contain it. A value that the same term has already is not offered.
    """
    token = _unfinished(text[:cursor])
    *others, typed = token.values
    if token.field is None and text.startswith((QUOTE, *CURLED), typed.start):
        return ()
    rest = _REST_OF_FIELD if token.field is None else _REST_OF_VALUE
    tail = rest.match(text, cursor)
    end = cursor if tail is None else tail.end()
    taken = {fold_case(other.text) for other in others}
    ranked: list[tuple[int, _Candidate]] = []
    begun, form = sought(fold_case(typed.text.removesuffix(_CURSOR)))
    for candidate in _candidates(token, vocabulary):
        rank = _rank(form(candidate.names), begun)
        if rank is not None and candidate.meaning not in taken:
            ranked.append((rank, candidate))
    ranked.sort(key=lambda pair: pair[0])
    return tuple(Completion(each.insert, typed.start, end, each.label) for _, each in ranked[:most])


def _unfinished(text: str) -> Token:
    """Return the term that ``text`` ends in the middle of; its last value ends at the cursor."""
    try:
        *_, last = tokens(text + _CURSOR)
    except QueryError:
        *_, last = tokens(text + _CURSOR + QUOTE)
    return last


def _rank(names: str, typed: str) -> int | None:
    """Return how well ``typed`` fits, 0 being best, or None if it does not."""
    if names.startswith(typed):
        return 0
    if any(word.startswith(typed) for word in names.split()):
        return 1
    is_telling = len(typed) >= TELLING
    return 2 if is_telling and all(part in names for part in typed.split()) else None


def _candidates(token: Token, vocabulary: Vocabulary) -> Iterable[_Candidate]:
    if token.field is None:
        return _fields(vocabulary)
    field_name = plain(token.field.text)
    if field_name.startswith(METADATA_PREFIX):
        return _ANY_VALUE
    values = _VALUES.get(ALIASES.get(field_name, field_name))
    if values is None and key_meant(field_name, vocabulary.metadata_keys) is not None:
        return _ANY_VALUE
    return () if values is None else values(vocabulary)


_ANY_VALUE: Final = (_Candidate(WILDCARD, WILDCARD, "any value", WILDCARD),)


def _candidate(text: str, label: str | None = None, names: str | None = None) -> _Candidate:
    return _Candidate(fold_case(text), quoted(text), label or text, names or text)


def _fields(vocabulary: Vocabulary) -> Iterator[_Candidate]:
    for name in FIELDS:
        if not name.startswith(METADATA_PREFIX):
            aliases = [alias for alias, meant in ALIASES.items() if meant == name]
            yield _Candidate(name, f"{name}:", name, " ".join((name, *aliases)))
    for key in vocabulary.metadata_keys:
        name = METADATA_PREFIX + key
        yield _Candidate(name, f"{METADATA_PREFIX}{quoted(key)}:", name, name)


def _words(*words: str) -> Callable[[Vocabulary], Iterable[_Candidate]]:
    candidates = [_candidate(word) for word in words]
    return lambda _: candidates


def _people(vocabulary: Vocabulary) -> Iterator[_Candidate]:
    yield _candidate(ME)
    yield _candidate("none", "nobody", "none nobody unassigned")
    people = {user_id: (_name(user), user.email) for user_id, user in vocabulary.people.items()}
    shared = _shared(name for name, _ in people.values())
    for user_id, (name, email) in sorted(people.items(), key=lambda item: fold_case(item[1][0])):
        text = user_id if fold(name) in shared else name
        yield _candidate(text, f"{name} <{email}>", f"{name} {email}")


def _customers(vocabulary: Vocabulary) -> Iterator[_Candidate]:
    yield _candidate("none")
    names = {each.customer_id: each.name for each in vocabulary.customers.values()}
    shared = _shared(names.values())
    for customer_id, name in sorted(names.items(), key=lambda item: fold_case(item[1])):
        yield _candidate(customer_id if fold(name) in shared else name, name, name)


def _shared(names: Iterable[str]) -> set[str]:
    """Return the folded names that would not say which party is meant."""
    counted = Counter(map(fold, names))
    return {name for name, count in counted.items() if count > 1} | {ME, "none", ""}


def _name(user: UserRef) -> str:
    """Return a person as worklists write people: the family name first."""
    return " ".join(name for name in (user.last_name, user.first_name) if name) or user.email


_VALUES: Final[dict[str, Callable[[Vocabulary], Iterable[_Candidate]]]] = {
    "severity": _words(*SEVERITIES),
    "status": _words(*STATUSES),
    "is": _words(*STATES),
    "age": _words(">30m", ">1h", ">4h", ">1d", ">1w"),
    "updated": _words("<10m", "<1h", "<1d"),
    "assignee": _people,
    "customer": _customers,
}
