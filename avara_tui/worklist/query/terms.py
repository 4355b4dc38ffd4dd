"""The terms of the language: what fields there are and what values they take."""

import difflib
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from avara_tui.study import HIGH, NORMAL, STAT, STATUSES
from avara_tui.worklist.clocks import DAY, HOUR, MINUTE
from avara_tui.worklist.query.errors import QueryError
from avara_tui.worklist.query.folding import fold_case
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
    METADATA_PREFIX + "KEY",
)
ALIASES: Final = {"pri": "severity", "priority": "severity"}
_SPAN: Final = re.compile(r"(<=|>=|<|>)([0-9]{1,6})([mhd])")
_UNITS: Final = {"m": MINUTE, "h": HOUR, "d": DAY}


class Span(NamedTuple):
    """A bound on a length of time."""

    operator: str
    seconds: float


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


def term(token: Token) -> Term:
    """Return what a token means. Raises :class:`QueryError`."""
    if token.field is None:
        return Term(TEXT, tuple(fold_case(value.text) for value in token.values), token.negated)
    field = _field(token.field)
    if not token.values:
        example = _EXAMPLES.get(field, f"{METADATA_PREFIX}modality:mr")
        raise QueryError(
            f"{field}: needs a value, for example {example}", start=token.start, end=token.end
        )
    values = tuple(dict.fromkeys(_value(field, value) for value in token.values))
    return Term(field, values, token.negated)


def _field(part: Part) -> str:
    name = fold_case(part.text)
    if not name.startswith(METADATA_PREFIX):
        name = ALIASES.get(name, name)
        if name not in FIELDS:
            raise _unknown("field", part, FIELDS)
        return name
    key = part.text[len(METADATA_PREFIX) :]
    if not key:
        raise _error(part, "meta. needs a key, for example meta.modality:mr")
    return METADATA_PREFIX + key


def span(value: str) -> Span:
    """Return the bound that ``value`` says. It has been checked when it was read."""
    match = _SPAN.fullmatch(value)
    if match is None:
        raise ValueError(value)
    operator, number, unit = match.groups()
    return Span(operator, int(number) * _UNITS[unit])


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


def _value(field: str, part: Part) -> str:
    if field in {"uid", "id"}:
        return part.text
    value = fold_case(part.text)
    if field == "severity":
        if value not in SEVERITY_WORDS:
            raise _unknown("severity", part, SEVERITY_WORDS)
        return SEVERITY_WORDS[value]
    if field == "status" and value not in STATUSES:
        raise _unknown("status", part, STATUSES)
    if field == "is" and value not in STATES:
        raise _unknown("state", part, STATES)
    if field in {"age", "updated"} and _SPAN.fullmatch(value) is None:
        message = f"{field}: takes a bound such as >30m, <2h or >=1d"
        raise _error(part, message, _nearest_span(field, value))
    return value


def _nearest_span(field: str, value: str) -> str | None:
    match = re.fullmatch(r"[^0-9]*([0-9]{1,6})\s*([mhd])?[^0-9]*", value)
    if match is None:
        return None
    operator = ">" if field == "age" else "<"
    return f"{operator}{match.group(1)}{match.group(2) or 'm'}"


def _unknown(kind: str, part: Part, known: Iterable[str]) -> QueryError:
    near = difflib.get_close_matches(fold_case(part.text), list(known), n=1)
    hint = near[0] if near else None
    listed = "" if hint else f"; there are {', '.join(known)}"
    return _error(part, f"there is no {kind} {part.text!r}{listed}", hint)


def _error(part: Part, message: str, suggestion: str | None = None) -> QueryError:
    return QueryError(message, start=part.start, end=part.end, suggestion=suggestion)
