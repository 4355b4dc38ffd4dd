"""The terms of the language: what fields there are and what values they take."""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from avara_tui.study import HIGH, NORMAL, STAT, STATUSES
from avara_tui.worklist.query.errors import QueryError
from avara_tui.worklist.query.folding import fold_case
from avara_tui.worklist.query.forgiving import (
    apart,
    field_of,
    field_of_value,
    identifiers,
    key_meant,
    nearest,
    plain,
)
from avara_tui.worklist.query.signs import seen
from avara_tui.worklist.query.spans import read_span, span_problem
from avara_tui.worklist.query.tokens import Part, Token, quoted

TEXT: Final = "text"
METADATA_PREFIX: Final = "meta."
WILDCARD: Final = "*"
"""Alone, any value; at the end of a UID or id, any rest."""
SEVERITY_WORDS: Final = {
    "stat": STAT,
    "high": HIGH,
    "urgent": HIGH,
    "normal": NORMAL,
    "routine": NORMAL,
    "rtn": NORMAL,
}
ME: Final = "me"
"""As an assignee: whoever sits at the keys."""
CANCELLED: Final = "cancelled"
UNTIMED: Final = "untimed"
SOON: Final = "soon"
ANY: Final = "any"
"""Whatever state a study is in; and the field of everything that is said of one."""
STATES: Final = (
    *(CANCELLED, "open", "overdue", SOON, UNTIMED, "new", "changed", "marked", "aside", ANY),
)
SAME_PATIENT: Final = "same-patient"
"""A state that nobody can type: that of the studies which a program means by it."""
_ANY_KEY: Final = METADATA_PREFIX + "KEY"
FIELDS: Final = (
    "severity",
    "status",
    "assignee",
    "customer",
    "is",
    "age",
    "updated",
    "uid",
    "id",
    ANY,
    _ANY_KEY,
)
ALIASES: Final = {"pri": "severity", "priority": "severity"}


class Term(NamedTuple):
    """One condition: the study's ``field`` is one of ``values``, or is none of them."""

    field: str
    values: tuple[str, ...]
    negated: bool = False

    def __str__(self) -> str:
        sign = "-" if self.negated else ""
        values = ",".join(quoted(value) for value in self.values)
        if self.field == TEXT:
            return f"{sign}{values}"
        if self.field.startswith(METADATA_PREFIX):
            key = self.field.removeprefix(METADATA_PREFIX)
            return f"{sign}{METADATA_PREFIX}{quoted(key)}:{values}"
        return f"{sign}{self.field}:{values}"


def term(token: Token, metadata_keys: Collection[str] = ()) -> Term:
    """Return what a token means. Raises :class:`QueryError`.

    A field that there is none of is the metadata of that name, if it is one of ``metadata_keys``.
    """
    if token.field is None:
        return Term(TEXT, tuple(fold_case(value.text) for value in token.values), token.negated)
    field = field_named(token.field, metadata_keys)
    if field is None:
        raise _no_field(token.field, metadata_keys)
    if not token.values:
        example = _EXAMPLES.get(field, f"{METADATA_PREFIX}modality:mr")
        raise QueryError(
            f"{field}: needs a value, for example {example}", start=token.start, end=token.end
        )
    values = (value for part in token.values for value in _values(field, part, token))
    return Term(field, tuple(dict.fromkeys(values)), token.negated)


def field_named(part: Part, metadata_keys: Collection[str] = ()) -> str | None:
    """Return the field that is written as ``part``, or None. Raises for ``meta.`` without a key."""
    name = plain(part.text)
    if not name.startswith(METADATA_PREFIX):
        name = ALIASES.get(name, name)
        if name in FIELDS:
            return name
        key = key_meant(part.text, metadata_keys)
        return None if key is None else METADATA_PREFIX + key
    length = len(METADATA_PREFIX)
    is_plain = plain(part.text[:length]) == METADATA_PREFIX
    key = (part.text if is_plain else seen(part.text))[length:]
    if not key:
        raise _error(part, "meta. needs a key, for example meta.modality:mr")
    return METADATA_PREFIX + key


_EXAMPLES: Final = {
    "severity": "severity:stat",
    "status": "status:incomplete",
    "assignee": "assignee:me",
    "customer": "customer:none",
    "is": "is:overdue",
    "age": "age:>2h",
    "updated": "updated:<30m",
    "uid": "uid:1.2.840*",
    "id": "id:stu_1f*",
    ANY: "any:A81517235",
}


def _values(field: str, part: Part, token: Token) -> Iterable[str]:
    """Return what a value means: for the words of the language, those between wide commas too."""
    if field in {"assignee", "customer"} or field.startswith(METADATA_PREFIX):
        return [fold_case(part.text) if field.startswith(METADATA_PREFIX) else _name(part.text)]
    parts = [part._replace(text=each) for each in apart(part.text)]
    if field in {"uid", "id"}:
        return [each for one in parts for each in identifiers(one.text)] or [part.text]
    return [_word(field, each, token) for each in parts] or [_word(field, part, token)]


def _name(text: str) -> str:
    """Return a name as it stands; an id, ``me`` and ``none`` without what has no width."""
    value = plain(text)
    return value if value in {ME, "none"} or value[:4] in {"usr_", "cus_"} else fold_case(text)


def _word(field: str, part: Part, token: Token) -> str:
    value = plain(part.text)
    if field == "severity":
        if value not in SEVERITY_WORDS:
            raise _unknown_value("severity", part, SEVERITY_WORDS, token)
        return SEVERITY_WORDS[value]
    if field == "status" and value not in STATUSES:
        raise _unknown_value("status", part, STATUSES, token)
    if field == "is" and value not in STATES:
        raise _unknown_value("state", part, STATES, token)
    if field in {"age", "updated"}:
        bound = read_span(value)
        if bound is None:
            raise _error(part, *span_problem(field, value))
        return bound
    return value


def _no_field(part: Part, metadata_keys: Collection[str]) -> QueryError:
    """Return that there is no such field, and which one is meant, as far as that can be told."""
    text = part.text
    field = field_of(text) or nearest(text, (*ALIASES, *FIELDS))
    key = None if field is not None else nearest(text, metadata_keys)
    if key is not None:
        field = f"{METADATA_PREFIX}{quoted(key)}"
    if field is not None and field != _ANY_KEY:
        return _error(part, f"there is no field {text!r}", field)
    metadata = f"metadata is {METADATA_PREFIX}{quoted(text)}"
    return _error(part, f"there is no field {text!r}; {metadata}; there are {', '.join(FIELDS)}")


def _unknown_value(kind: str, part: Part, known: Iterable[str], token: Token) -> QueryError:
    words = list(known)
    field = field_of_value(plain(part.text))
    if field is not None and token.field is not None and len(token.values) == 1:
        term = f"{field}:{plain(part.text)}"
        message = f"there is no {kind} {part.text!r}"
        return QueryError(message, start=token.field.start, end=token.end, suggestion=term)
    near = nearest(part.text, words)
    listed = "" if near else f"; there are {', '.join(words)}"
    return _error(part, f"there is no {kind} {part.text!r}{listed}", near)


def _error(part: Part, message: str, suggestion: str | None = None) -> QueryError:
    return QueryError(message, start=part.start, end=part.end, suggestion=suggestion)
