"""Three-way merge of an edit: what the person changed, onto what the study is by now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

from avara_tui.study import Study
from avara_tui.study_requests import UNSET, StudyChanges

METADATA_PREFIX: Final = "metadata "

Value = TypeVar("Value", str, str | None)


@dataclass(frozen=True, slots=True)
class Draft:
    """The part of a study that a person can edit."""

    severity: str
    status: str
    description: str
    assigned_to: str | None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, study: Study) -> "Draft":
        """Return ``study`` as an edit of it begins."""
        return cls(
            severity=study.severity,
            status=study.status,
            description=study.description,
            assigned_to=study.assignee.user_id if study.assignee else None,
            metadata=dict(study.metadata),
        )


class FieldConflict(NamedTuple):
    """A field that both sides changed, to different values. None is a value that is not there."""

    field: str
    """The field's name; ``metadata KEY`` for a metadata pair."""
    base: str | None
    mine: str | None
    theirs: str | None


@dataclass(frozen=True, slots=True)
class Merge:
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

    def settle(name: str, old: Value, own: Value, other: Value) -> Value:
        if own in (old, other):
            return other
        if other == old:
            return own
        conflicts.append(FieldConflict(name, old, own, other))
        return other

    metadata: dict[str, str] = {}
    for key in dict.fromkeys((*theirs.metadata, *mine.metadata)):
        sides = (each.metadata.get(key) for each in (base, mine, theirs))
        value = settle(METADATA_PREFIX + key, *sides)
        if value is not None:
            metadata[key] = value
    result = Draft(
        settle("severity", base.severity, mine.severity, theirs.severity),
        settle("status", base.status, mine.status, theirs.status),
        settle("description", base.description, mine.description, theirs.description),
        settle("assigned_to", base.assigned_to, mine.assigned_to, theirs.assigned_to),
        metadata,
    )
    return Merge(theirs, result, tuple(conflicts))


def rebase(base: Draft, conflicts: tuple[FieldConflict, ...]) -> Draft:
    """Return ``base`` as if it had held their values where ``conflicts`` are.

    Merging from it lets the person's edit win those fields: they have seen both and chose.
    """
    theirs = {conflict.field: conflict.theirs for conflict in conflicts}
    metadata = dict(base.metadata)
    for name, value in theirs.items():
        if name.startswith(METADATA_PREFIX):
            metadata.pop(name.removeprefix(METADATA_PREFIX), None)
            if value is not None:
                metadata[name.removeprefix(METADATA_PREFIX)] = value

    def held(name: str, otherwise: str) -> str:
        value = theirs.get(name)
        return otherwise if value is None else value

    return Draft(
        held("severity", base.severity),
        held("status", base.status),
        held("description", base.description),
        theirs.get("assigned_to", base.assigned_to),
        metadata,
    )
