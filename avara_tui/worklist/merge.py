"""Three-way merge of an edit: what the person changed, onto what the study is by now."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from avara_tui.study import UNREADABLE, Study, UserRef
from avara_tui.study_requests import UNSET, StudyChanges

METADATA_PREFIX: Final = "metadata "
FIELDS: Final = ("severity", "status", "description", "assigned_to")
"""The fields of a draft besides its metadata pairs."""

_SET_BY: Final = {
    "severity": {"severity"},
    "status": {"status"},
    "description": {"description"},
    "assignee": {"assigned_to"},
}
"""The fields of a study that changes set, with the names that changes have for them."""

Value = TypeVar("Value", str, str | None)


class Draft(NamedTuple):
    """The part of a study that a person can edit."""

    severity: str
    status: str
    description: str
    assigned_to: str | None
    metadata: Mapping[str, str] = MappingProxyType({})

    @classmethod
    def of(cls, study: Study) -> "Draft":
        """Return ``study`` as an edit of it begins.

        What could not be read is :data:`UNREADABLE`, which is no value that anybody could mean: to
        set a field is a change of it, and one that could be read before is a conflict.
        """
        return cls(
            severity=study.told_severity,
            status=study.status,
            description=study.description,
            assigned_to=study.assignee.user_id if study.assignee else None,
            metadata=dict(study.metadata),
        )


_BLANK: Final = Draft("", "", "", None)


class FieldChange(NamedTuple):
    """A field and its value before and after. None is a value that is not there."""

    field: str
    """The field's name; ``metadata KEY`` for a metadata pair."""
    old: str | None
    new: str | None


class FieldConflict(NamedTuple):
    """A field that both sides changed, to different values. None is a value that is not there."""

    field: str
    """The field's name; ``metadata KEY`` for a metadata pair."""
    base: str | None
    mine: str | None
    theirs: str | None


class Merge(NamedTuple):
    """An edit brought together with what the study is by now."""

    theirs: Draft
    result: Draft
    """What the study is to be; a field in conflict is as theirs."""
    conflicts: tuple[FieldConflict, ...]

    @property
    def changes(self) -> StudyChanges:
        """What has to be sent for the study to become the result. Metadata goes whole."""
        theirs, result = self.theirs, self.result
        return StudyChanges(
            severity=UNSET if result.severity == theirs.severity else result.severity,
            status=UNSET if result.status == theirs.status else result.status,
            description=UNSET if result.description == theirs.description else result.description,
            assigned_to=UNSET if result.assigned_to == theirs.assigned_to else result.assigned_to,
            metadata=UNSET if result.metadata == theirs.metadata else result.metadata,
        )

    @property
    def is_empty(self) -> bool:
        """Whether the study already is as it is to be."""
        return self.result == self.theirs


def merge(base: Draft, mine: Draft, theirs: Draft) -> Merge:
    """Return ``theirs`` with what changed from ``base`` to ``mine``, field by field.

    What both changed to the same value is no conflict; what both changed to different values is
    one, and stays as theirs.
    """
    conflicts: list[FieldConflict] = []

    def merge_value(name: str, old: Value, own: Value, other: Value) -> Value:
        if own in (old, other):
            return other
        if other == old:
            return own
        conflicts.append(FieldConflict(name, old, own, other))
        return other

    metadata: dict[str, str] = {}
    for key in dict.fromkeys((*theirs.metadata, *mine.metadata)):
        sides = (each.metadata.get(key) for each in (base, mine, theirs))
        value = merge_value(METADATA_PREFIX + key, *sides)
        if value is not None:
            metadata[key] = value
    result = Draft(
        merge_value("severity", base.severity, mine.severity, theirs.severity),
        merge_value("status", base.status, mine.status, theirs.status),
        merge_value("description", base.description, mine.description, theirs.description),
        merge_value("assigned_to", base.assigned_to, mine.assigned_to, theirs.assigned_to),
        metadata,
    )
    return Merge(theirs, result, tuple(conflicts))


def rebase(base: Draft, conflicts: tuple[FieldConflict, ...]) -> Draft:
    """Return ``base`` as if it had held their values where ``conflicts`` are.

    Merging from it lets the person's edit win those fields: they have seen both and chose.
    """
    return with_values(base, {conflict.field: conflict.theirs for conflict in conflicts})


def moved_on(base: Draft, mine: Draft, theirs: Draft) -> tuple[Draft, Draft]:
    """Return ``base`` and ``mine`` with what the person has not touched as it is by now.

    What is in conflict stays as it was, so that saving still finds the conflict.
    """
    merged = merge(base, mine, theirs)
    kept = {each.field: each for each in merged.conflicts}
    new_base = with_values(theirs, {name: each.base for name, each in kept.items()})
    new_mine = with_values(merged.result, {name: each.mine for name, each in kept.items()})
    return new_base, new_mine


def reversal(changes: Iterable[FieldChange]) -> tuple[Draft, Draft]:
    """Return the base and the edit that take ``changes`` back: from what was written to before.

    They differ in the fields of ``changes`` alone, so that merging them touches no other.
    """
    base = with_values(_BLANK, {each.field: each.new for each in changes})
    return base, with_values(_BLANK, {each.field: each.old for each in changes})


def assignment(old: str | None, new: str | None) -> tuple[Draft, Draft]:
    """Return the base and the edit that pass a study on from one person to another."""
    return _BLANK._replace(assigned_to=old), _BLANK._replace(assigned_to=new)


def applied(
    study: Study, changes: Iterable[FieldChange], people: Mapping[str, UserRef] | None = None
) -> Study:
    """Return ``study`` as it will be when ``changes`` are made; other fields stay."""
    values = {each.field: each.new for each in changes}
    draft = with_values(Draft.of(study), values)
    assignee = study.assignee
    if draft.assigned_to is None:
        assignee = None
    elif assignee is None or draft.assigned_to != assignee.user_id:
        assignee = (people or {}).get(draft.assigned_to) or UserRef(draft.assigned_to, "")
    return study._replace(
        severity=study.severity if draft.severity == UNREADABLE else draft.severity,
        status=draft.status,
        description=draft.description,
        assignee=assignee,
        metadata=draft.metadata,
        unreadable=tuple(
            each
            for each in study.unreadable
            if not (values.keys() & _SET_BY.get(each.partition(".")[0], set()))
        ),
    )


def differences(old: Draft, new: Draft) -> tuple[FieldChange, ...]:
    """Return the fields and metadata pairs that differ between two drafts."""
    changes = [FieldChange(name, getattr(old, name), getattr(new, name)) for name in FIELDS]
    for key in dict.fromkeys((*old.metadata, *new.metadata)):
        pair = FieldChange(METADATA_PREFIX + key, old.metadata.get(key), new.metadata.get(key))
        changes.append(pair)
    return tuple(each for each in changes if each.old != each.new)


def value_of(draft: Draft, name: str) -> str | None:
    """Return the value of a field or, for ``metadata KEY``, of a metadata pair."""
    if name.startswith(METADATA_PREFIX):
        return draft.metadata.get(name.removeprefix(METADATA_PREFIX))
    value: str | None = getattr(draft, name)
    return value


def told_value(study: Study, name: str) -> str | None:
    """Return :func:`value_of` what was read; :data:`UNREADABLE` where nothing certain was."""
    if name.startswith(METADATA_PREFIX) and "metadata" in study.unreadable:
        return UNREADABLE
    return value_of(Draft.of(study), name)


def with_values(draft: Draft, values: Mapping[str, str | None]) -> Draft:
    """Return ``draft`` with other values in the fields and metadata pairs named.

    None takes a metadata pair away and unassigns; the other fields cannot be without a value.
    """
    metadata = dict(draft.metadata)
    others: dict[str, str | None] = {}
    for name, value in values.items():
        if not name.startswith(METADATA_PREFIX):
            if value is not None or name == "assigned_to":
                others[name] = value
            continue
        metadata.pop(name.removeprefix(METADATA_PREFIX), None)
        if value is not None:
            metadata[name.removeprefix(METADATA_PREFIX)] = value
    return draft._replace(metadata=metadata, **others)  # type: ignore[arg-type]
