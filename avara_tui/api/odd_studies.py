"""A study that is not told as the contract says: what can be read of it, and what cannot.

One odd detail must not cost a study: whatever has an id is a study. This is the slow way round; it
is taken only where an answer does not fit as it stands.
"""

import json
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from avara_tui.api.assembly import OLD_CUSTOMER
from avara_tui.api.times import parse_time
from avara_tui.api.tolerance import REPLACEMENT, JsonObject
from avara_tui.study import STAT, UNREADABLE

_TIMES: Final = {
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "cancelledAt": "cancelled_at",
}


class _Kind(NamedTuple):
    """One kind of thing that studies refer to."""

    identifier: str
    details: tuple[str, ...]
    prefix: str | None
    """How an id begins that stands alone for what it identifies; None where none may."""


_USER: Final = _Kind(
    "userId", ("email", "firstName", "lastName", "middleName", "suffix1", "suffix2"), "usr_"
)
_CUSTOMER: Final = _Kind("expressCustomerId", ("expressCustomerName",), "cus_")
_KEY: Final = _Kind("apiKeyId", ("description",), None)


class Reading(NamedTuple):
    """A study's row as far as it could be read."""

    row: JsonObject
    """A row as the contract has it."""
    unreadable: tuple[str, ...]
    """What could not be read, as :attr:`Study.unreadable` has it."""


def read_study(row: object) -> Reading | None:
    """Return what can be read of ``row``, or None if nothing says which study it is about.

    A detail that did not come through whole, being cut or in a wrong encoding, is shown and called
    unreadable wherever more rests on it than on a text that people read.
    """
    if not isinstance(row, dict) or not _is_identifier(row.get("studyId")):
        return None
    reader = _Reader(row)
    told: JsonObject = {
        "studyId": row["studyId"],
        "studyInstanceUid": reader.text("studyInstanceUid", "uid", _is_whole),
        "studyDescription": reader.text("studyDescription", "description", _is_text),
        "severity": reader.text("severity", "severity", _is_identifier, STAT),
        "studyViewerStatus": reader.text("studyViewerStatus", "status", _is_whole),
        "assignedTo": reader.reference("assignedTo", "assignee", _USER),
        "expressCustomer": reader.customer(),
        "createdByUser": reader.creator("createdByUser", "created_by_user", _USER),
        "createdByApiKey": reader.creator("createdByApiKey", "created_by_key", _KEY),
        "metadata": reader.metadata(),
    }
    told |= {key: reader.time(key, name) for key, name in _TIMES.items()}
    told["isCancelled"] = reader.flag(is_likely=told["cancelledAt"] is not None)
    return Reading(told, tuple(reader.unreadable))


class _Reader:
    """Reads a row detail by detail, and notes what it cannot read."""

    def __init__(self, row: JsonObject) -> None:
        self._row = row
        self.unreadable: list[str] = []

    def text(
        self, key: str, name: str, is_good: Callable[[object], bool], instead: str = UNREADABLE
    ) -> object:
        """Return a text, or what is to stand ``instead`` of it."""
        value = self._row.get(key)
        return value if is_good(value) else self._note(name, instead)

    def flag(self, *, is_likely: bool) -> object:
        """Return whether the study is cancelled; what else says so counts where this does not."""
        value = self._row.get("isCancelled")
        return value if isinstance(value, bool) else self._note("is_cancelled", is_likely)

    def time(self, key: str, name: str) -> object:
        """Return a time, or None where none is known."""
        value = self._row.get(key)
        if value is None or (isinstance(value, str) and parse_time(value) is not None):
            return value
        return self._note(name, None)

    def customer(self) -> object:
        """Return the customer, under whichever of its names it is told of."""
        key = "org" if "org" in self._row and "expressCustomer" not in self._row else None
        value = self._row.get(key or "expressCustomer")
        if isinstance(value, dict) and _CUSTOMER.identifier not in value:
            value = {OLD_CUSTOMER.get(key, key): each for key, each in value.items()}
        return self._referred(value, "customer", _CUSTOMER) or self._note(
            "customer", {_CUSTOMER.identifier: UNREADABLE}, but=value is None
        )

    def reference(self, key: str, name: str, kind: _Kind) -> object:
        """Return whom a study refers to; somebody unknown is not nobody."""
        value = self._row.get(key)
        return self._referred(value, name, kind) or self._note(
            name, {kind.identifier: UNREADABLE}, but=value is None
        )

    def creator(self, key: str, name: str, kind: _Kind) -> object:
        """Return whom a study refers to; nothing rests on it, and somebody unknown is nobody."""
        value = self._row.get(key)
        return self._referred(value, name, kind) or self._note(name, None, but=value is None)

    def metadata(self) -> object:
        """Return the metadata, those that are no texts as JSON writes them."""
        value = self._row.get("metadata")
        if value is None:
            return None
        if not isinstance(value, dict):
            return self._note("metadata", None)
        if not all(_is_whole(each) for pair in value.items() for each in pair):
            self._note("metadata", None)
        return {key: _as_text(each) for key, each in value.items()}

    def _referred(self, value: object, name: str, kind: _Kind) -> JsonObject | None:
        """Return the reference in ``value`` without the details that are no texts."""
        if isinstance(value, str):
            is_id = kind.prefix is not None and value.startswith(kind.prefix)
            value = {kind.identifier: value} if is_id else None
        if not isinstance(value, dict) or not _is_identifier(value.get(kind.identifier)):
            return None
        told = {kind.identifier: value[kind.identifier]}
        for detail in kind.details:
            each = value.get(detail)
            told[detail] = each if each is None or _is_text(each) else None
            if told[detail] is not each:
                self._note(f"{name}.{detail}", None)
        return told

    def _note(self, name: str, instead: Any, *, but: bool = False) -> Any:  # noqa: ANN401
        """Note that a field could not be read and return what stands for it, ``but`` for one
        that is not there, and may be so."""
        if but:
            return None
        self.unreadable.append(name)
        return instead


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_whole(value: object) -> bool:
    return isinstance(value, str) and REPLACEMENT not in value


def _is_identifier(value: object) -> bool:
    return _is_whole(value) and value != ""


def _as_text(value: object) -> str:
    """Return a metadata value as text; the contract knows no other, servers might."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
