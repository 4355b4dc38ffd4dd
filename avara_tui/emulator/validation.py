"""The documented rules of requests. A request that breaks one is refused with a 400."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from avara_tui.emulator.behaviour import NullFilters
from avara_tui.emulator.cursors import Cursor, decode_cursor
from avara_tui.emulator.refusal import bad_request
from avara_tui.emulator.requests import (
    UNSET,
    NewStudy,
    StudyChange,
    StudyKey,
    StudyQuery,
    Unset,
)

SEVERITIES: Final = ("normal", "high", "stat")
STATUSES: Final = ("incomplete", "complete")

DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100

_ID: Final = {
    prefix: re.compile(f"{prefix}_[0-9A-Fa-f]{{32}}") for prefix in ("stu", "usr", "cus", "inv")
}
# PS3.5 section 9.1: no empty component, no leading zero except in a component that is 0.
_UID: Final = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+")
_UID_LENGTH: Final = 64
_JSON_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")

METADATA_PAIRS: Final = 50
_METADATA_KEY: Final = 100
_METADATA_VALUE: Final = 1000


def parse_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in ``body``."""
    try:
        value = json.loads(body, object_pairs_hook=_distinct, parse_constant=_no_constant)
    except RecursionError:
        raise bad_request("The body is nested too deeply.") from None
    except ValueError:
        raise bad_request("The body is not JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise bad_request("The body must be a JSON object.")
    return value


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise bad_request("The body has a field twice.")
    return fields


def _no_constant(name: str) -> None:
    raise ValueError(name)


def parse_id(prefix: str, name: str, value: object) -> str:
    """Return ``value`` if it is an id such as ``stu_`` and 32 hexadecimal digits, as it is kept.

    Its letters may be of either case, and name the same.
    """
    if not isinstance(value, str) or not _ID[prefix].fullmatch(value):
        raise bad_request(f"{name} must be {prefix}_ and 32 hexadecimal digits.")
    return value.lower()


def parse_uid(value: object) -> str:
    """Return ``value`` if it is a DICOM UID."""
    if not isinstance(value, str) or len(value) > _UID_LENGTH or not _UID.fullmatch(value):
        raise bad_request(
            "studyInstanceUid must be a DICOM UID: groups of digits joined by dots,"
            " at most 64 characters, no group with a leading zero."
        )
    return value


def check_required(fields: Mapping[str, Any], required: Sequence[str]) -> None:
    """Refuse a body in which a required field is missing."""
    missing = [name for name in required if name not in fields]
    if missing:
        raise bad_request(f"Required and missing: {', '.join(missing)}.")


def parse_new_study(body: bytes) -> NewStudy:
    """Return the study that a create asks for."""
    fields = parse_object(body)
    required = ("severity", "studyDescription", "studyInstanceUid")
    check_names(fields, (*required, "assignedTo", "expressCustomerId", "metadata"))
    check_required(fields, required)
    assigned_to, customer_id = fields.get("assignedTo"), fields.get("expressCustomerId")
    return NewStudy(
        uid=parse_uid(fields["studyInstanceUid"]),
        description=_parse_description(fields["studyDescription"]),
        severity=parse_choice("severity", fields["severity"], SEVERITIES),
        assigned_to=None if assigned_to is None else parse_id("usr", "assignedTo", assigned_to),
        customer_id=(
            None if customer_id is None else parse_id("cus", "expressCustomerId", customer_id)
        ),
        metadata=parse_metadata(fields.get("metadata", {})),
    )


def parse_change(body: bytes) -> StudyChange:
    """Return the change that a PATCH asks for."""
    fields = parse_object(body)
    check_names(
        fields, ("assignedTo", "metadata", "severity", "studyDescription", "studyViewerStatus")
    )
    wanted: dict[str, str | None] = {}
    if "assignedTo" in fields:
        assigned_to = fields["assignedTo"]
        wanted["assigned_to"] = (
            None if assigned_to is None else parse_id("usr", "assignedTo", assigned_to)
        )
    if "severity" in fields:
        wanted["severity"] = parse_choice("severity", fields["severity"], SEVERITIES)
    if "studyDescription" in fields:
        wanted["description"] = _parse_description(fields["studyDescription"])
    if "studyViewerStatus" in fields:
        wanted["status"] = parse_choice("studyViewerStatus", fields["studyViewerStatus"], STATUSES)
    if "metadata" not in fields:
        return StudyChange(wanted)
    metadata = fields["metadata"]
    return StudyChange(wanted, None if metadata is None else parse_metadata(metadata))


def parse_key(body: bytes) -> StudyKey:
    """Return the study that a cancel, uncancel or reroute names."""
    fields = parse_object(body)
    check_names(fields, ("studyId", "studyInstanceUid"))
    if len(fields) != 1:
        raise bad_request("Give either studyId or studyInstanceUid.")
    if "studyId" in fields:
        return StudyKey(study_id=parse_id("stu", "studyId", fields["studyId"]))
    return StudyKey(uid=parse_uid(fields["studyInstanceUid"]))


def parse_choice(name: str, value: object, choices: Sequence[str]) -> str:
    """Return ``value`` if it is one of ``choices``."""
    if not isinstance(value, str) or value not in choices:
        raise bad_request(f"{name} must be one of: {', '.join(choices)}.")
    return value


def parse_text(name: str, value: object) -> str:
    """Return ``value`` if it is a text of at least one character that UTF-8 can hold."""
    if not isinstance(value, str) or not value:
        raise bad_request(f"{name} must be a text of at least one character.")
    check_unicode(name, value)
    return value


def _parse_description(value: object) -> str:
    return parse_text("studyDescription", value)


def parse_metadata(value: object) -> dict[str, str]:
    """Return ``value`` if it is a map of at most 50 texts of documented lengths."""
    if not isinstance(value, dict):
        raise bad_request("metadata must be an object of texts.")
    if len(value) > METADATA_PAIRS:
        raise bad_request(f"metadata holds at most {METADATA_PAIRS} pairs, not {len(value)}.")
    for key, text in value.items():
        if not 0 < len(key) <= _METADATA_KEY:
            raise bad_request(f"A metadata key has 1 to {_METADATA_KEY} characters.")
        if not isinstance(text, str):
            raise bad_request("A metadata value must be a text.")
        if len(text) > _METADATA_VALUE:
            raise bad_request(f"A metadata value has at most {_METADATA_VALUE} characters.")
        check_unicode("metadata", key + text)
    return value


def check_unicode(name: str, text: str) -> None:
    """Refuse a text that UTF-8 cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request(f"{name} holds half of a surrogate pair.") from None


def check_names(fields: Mapping[str, Any], known: Sequence[str]) -> None:
    """Refuse a field or parameter that the API does not know."""
    unknown = [name for name in fields if name not in known]
    if unknown:
        raise bad_request(
            f"Unknown: {', '.join(map(ascii, unknown))}. Known are: {', '.join(known)}."
        )


class ListRequest:
    """The query of a list: its filters, its limit and its cursor."""

    def __init__(self, pairs: Sequence[tuple[str, str]], filters: Sequence[str]) -> None:
        values = dict(pairs)
        if len(values) < len(pairs):
            raise bad_request("A query parameter is there twice.")
        check_names(values, ("cursor", "limit", *filters))
        self.values = values

    @property
    def limit(self) -> int:
        """The size of the page: a JSON number, so that ``20.0`` is 20."""
        text = self.values.get("limit")
        if text is None:
            return DEFAULT_LIMIT
        number = float(text) if _JSON_NUMBER.fullmatch(text) else 0.0
        if not 1 <= number <= MAX_LIMIT or not number.is_integer():
            raise bad_request(f"limit must be a whole number from 1 to {MAX_LIMIT}.")
        return int(number)

    @property
    def cursor(self) -> Cursor | None:
        """Where the page starts; None is the first page."""
        text = self.values.get("cursor")
        return None if text is None else decode_cursor(text)

    def choice(self, name: str, choices: Sequence[str]) -> str | None:
        """Return the value of a filter by enumeration."""
        value = self.values.get(name)
        return None if value is None else parse_choice(name, value, choices)


def parse_study_query(
    pairs: Sequence[tuple[str, str]], *, null_filters: NullFilters
) -> tuple[StudyQuery, ListRequest]:
    """Return the filters of a list of studies, and its page."""
    names = (
        *("assignedTo", "expressCustomerId", "isCancelled", "severity"),
        *("studyDescription", "studyViewerStatus"),
    )
    request = ListRequest(pairs, names)

    def reference(name: str, prefix: str) -> str | Literal[Unset.UNSET] | None:
        value = request.values.get(name)
        if value in _NULLS and null_filters != "refused":
            if null_filters == "ignored":
                return UNSET
            # An id that is no id is nobody's.
            return None if value in _MEANT[null_filters] else value
        return UNSET if value is None else parse_id(prefix, name, value)

    query = StudyQuery(
        assigned_to=reference("assignedTo", "usr"),
        customer_id=reference("expressCustomerId", "cus"),
        is_cancelled=_parse_boolean_or_null("isCancelled", request.values.get("isCancelled")),
        severity=request.choice("severity", SEVERITIES),
        status=request.choice("studyViewerStatus", STATUSES),
        description=request.values.get("studyDescription"),
    )
    return query, request


_NULLS: Final = ("", "null")
_MEANT: Final[Mapping[NullFilters, Sequence[str]]] = {
    "honoured": _NULLS,
    "empty": ("",),
    "word": ("null",),
    "literal": (),
}
"""Which of them stand for none."""


def _parse_boolean_or_null(name: str, text: str | None) -> bool | None:
    if text is None or text in _NULLS:
        return None
    return parse_choice(name, text, ("true", "false")) == "true"
