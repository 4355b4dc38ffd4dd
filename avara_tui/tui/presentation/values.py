"""What a field of an edit is called, and how its values read."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from avara_tui.study import Study, UserRef
from avara_tui.text import clean
from avara_tui.tui.masking import veiled
from avara_tui.tui.presentation.columns import person_name, priority_text
from avara_tui.worklist.merge import METADATA_PREFIX, FieldConflict

_NAMES: Final = {"assigned_to": "assignee"}


class Clash(NamedTuple):
    """An edit that somebody else's got ahead of."""

    study: Study
    """The study as it was when the person acted."""
    theirs: Study
    """The study as it is by now."""
    conflicts: tuple[FieldConflict, ...]
    people: Mapping[str, UserRef]
    """The people that may be named, by user id."""


def field_name(field: str, *, masked: bool = False) -> str:
    """Return what a field is called on the screen; a metadata pair by its key."""
    if field.startswith(METADATA_PREFIX):
        key = veiled(clean(field.removeprefix(METADATA_PREFIX)), masked=masked)
        return f"{METADATA_PREFIX}{key}"
    return _NAMES.get(field, clean(field))


def value_text(
    field: str, value: str | None, people: Mapping[str, UserRef], *, masked: bool = False
) -> str:
    """Return a value of a field as a person reads it. None is a value that is not there."""
    if field == "assigned_to":
        if value is None:
            return "nobody"
        name = person_name(people[value]) if value in people else clean(value)
        return veiled(name, masked=masked)
    if value is None:
        return "not there"
    if field == "severity":
        return priority_text(value).strip()
    if field == "description" or field.startswith(METADATA_PREFIX):
        return veiled(f"“{clean(value)}”", masked=masked)
    return clean(value)
