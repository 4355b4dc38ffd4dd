"""What a study told, field by field, and prints of it by which to tell later what has changed.

A print holds no text of a study: only numbers that other values hardly ever have, and that mean
something in this process alone.
"""

from struct import Struct, pack, unpack
from typing import Final

from avara_tui.study import UNREADABLE, Study, fingerprint
from avara_tui.worklist.merge import METADATA_PREFIX, FieldChange

METADATA: Final = "metadata"
"""The metadata as a whole, where it is not known which pair it is."""
OTHER: Final = "details"
"""Whatever else there is of a study, such as a person's name or when it was updated."""
CANCELLED: Final = "cancelled"
"""Whether a study is cancelled: ``yes`` or ``no``."""
FIELDS: Final = (
    "severity", "status", "description", "assigned_to", CANCELLED, "customer", "uid",
)  # fmt: skip
"""The fields that are told apart, besides metadata pairs."""
_HEAD: Final = Struct(f"<{len(FIELDS) + 2}q")
_NUMBER: Final = 8
"""Bytes of one number."""


def told(study: Study) -> tuple[str | None, ...]:
    """Return what ``study`` told in each of :data:`FIELDS`.

    None is a value that is not there, and :data:`UNREADABLE` one that could not be read.
    """
    customer = study.customer
    return (
        study.told_severity,
        study.status,
        study.description,
        study.assignee.user_id if study.assignee else None,
        _cancelled(study),
        (customer.name or customer.customer_id) if customer else None,
        study.uid,
    )


def _cancelled(study: Study) -> str:
    if "is_cancelled" in study.unreadable:
        return UNREADABLE
    return "yes" if study.is_cancelled else "no"


def changed_fields(old: Study, new: Study) -> tuple[FieldChange, ...]:
    """Return in which fields and metadata pairs two versions of a study differ.

    Where they differ in nothing that has a name it is :data:`OTHER`, without values. Nothing for
    versions that are the same.
    """
    if old == new:
        return ()
    sides = zip(FIELDS, told(old), told(new), strict=True)
    changes = [FieldChange(*each) for each in sides if each[1] != each[2]]
    if old.metadata != new.metadata or _is_unread(old) is not _is_unread(new):
        changes += _changed_pairs(old, new)
    return tuple(changes) or (FieldChange(OTHER, None, None),)


def _changed_pairs(old: Study, new: Study) -> list[FieldChange]:
    if _is_unread(old) or _is_unread(new):
        return [FieldChange(METADATA, None, None)]
    return [
        FieldChange(METADATA_PREFIX + key, old.metadata.get(key), new.metadata.get(key))
        for key in dict.fromkeys((*new.metadata, *old.metadata))
        if old.metadata.get(key) != new.metadata.get(key)
    ]


def _is_unread(study: Study) -> bool:
    return METADATA in study.unreadable


def print_of(study: Study) -> bytes:
    """Return the print of a study: what :func:`fields_since` tells later versions by."""
    head = _HEAD.pack(fingerprint(study), _is_unread(study), *map(hash, told(study)))
    return head + _pairs_of(study)


def _pairs_of(study: Study) -> bytes:
    pairs = sorted((hash(key), hash(value)) for key, value in study.metadata.items())
    return pack(f"<{2 * len(pairs)}q", *(number for pair in pairs for number in pair))


def is_print_of(former: bytes, study: Study) -> bool:
    """Whether ``study`` is as it was when the print ``former`` was taken."""
    number: int = _HEAD.unpack_from(former)[0]
    return number == fingerprint(study)


def fields_since(former: bytes, study: Study) -> tuple[FieldChange, ...]:
    """Return in what ``study`` differs from the version that the print ``former`` was taken of.

    What it was before is not known: every old value is None. A metadata pair that is no longer
    there has no name any more, and is :data:`METADATA`.
    """
    if is_print_of(former, study):
        return ()
    _, was_unread, *before = _HEAD.unpack_from(former)
    values = told(study)
    changes = [
        FieldChange(name, None, value)
        for name, number, value in zip(FIELDS, before, values, strict=True)
        if number != hash(value)
    ]
    pairs = former[_HEAD.size :]
    if pairs != _pairs_of(study) or was_unread != _is_unread(study):
        is_unread = was_unread or _is_unread(study)
        whole = [FieldChange(METADATA, None, None)]
        changes += whole if is_unread else _pairs_since(pairs, study)
    return tuple(changes) or (FieldChange(OTHER, None, None),)


def _pairs_since(pairs: bytes, study: Study) -> list[FieldChange]:
    numbers = unpack(f"<{len(pairs) // _NUMBER}q", pairs)
    before = dict(zip(numbers[::2], numbers[1::2], strict=True))
    changes = [
        FieldChange(METADATA_PREFIX + key, None, value)
        for key, value in study.metadata.items()
        if before.get(hash(key)) != hash(value)
    ]
    if before.keys() - set(map(hash, study.metadata)):
        changes.append(FieldChange(METADATA, None, None))
    return changes
