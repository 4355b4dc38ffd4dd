"""What a study, read after a write whose outcome is unknown, shows of that write."""

from collections.abc import Mapping
from enum import Enum, auto

from avara_tui.study import UNREADABLE, Study, is_older
from avara_tui.study_requests import NewStudy, StudyChanges, Unset


class WriteStanding(Enum):
    """How a study stands to a write."""

    WANTED = auto()
    """It is as the write wanted it."""
    UNTOUCHED = auto()
    """It is as it was before the write."""
    OTHER = auto()
    """It is neither."""
    UNTOLD = auto()
    """What the write was about could not be read."""


def after_update(study: Study, changes: StudyChanges, before: Study) -> WriteStanding:
    """Return how ``study`` stands to ``changes`` made on ``before``.

    Only the fields that the write was about count: others may be changed by anybody.
    """
    is_as_before = StudyChanges(
        severity=before.told_severity,
        status=before.status,
        description=before.description,
        assigned_to=_assignee(before),
        metadata=before.metadata,
    )
    asked = [name for name, value in changes._asdict().items() if not isinstance(value, Unset)]
    if _has(study, changes):
        return WriteStanding.WANTED
    restored = StudyChanges(**{name: getattr(is_as_before, name) for name in asked})
    return WriteStanding.UNTOUCHED if _has(study, restored) else WriteStanding.OTHER


def after_sent_update(study: Study, changes: StudyChanges, before: Study) -> WriteStanding:
    """Return how ``study`` stands to ``changes`` that may have been made on ``before``.

    What cannot be read looks the same before and after, and proves nothing.
    """
    untold = {
        "severity": study.told_severity == UNREADABLE,
        "status": study.status == UNREADABLE,
        "description": study.description == UNREADABLE,
        "assigned_to": _assignee(study) == UNREADABLE,
        "metadata": "metadata" in study.unreadable,
    }
    asked = changes._asdict().items()
    if any(untold[name] for name, value in asked if not isinstance(value, Unset)):
        return WriteStanding.UNTOLD
    return after_update(study, changes, before)


def after_cancelling(study: Study, *, wanted: bool) -> WriteStanding:
    """Return how ``study`` stands to having been cancelled, or restored if not ``wanted``."""
    if "is_cancelled" in study.unreadable:
        return WriteStanding.UNTOLD
    return WriteStanding.WANTED if study.is_cancelled is wanted else WriteStanding.UNTOUCHED


def after_creation(study: Study, new: NewStudy) -> WriteStanding:
    """Return how ``study``, found under the UID of ``new`` that was free before, stands to it."""
    wanted = StudyChanges(
        severity=new.severity,
        description=new.description,
        assigned_to=new.assigned_to,
        metadata=new.metadata,
    )
    customer = None if study.customer is None else study.customer.customer_id
    is_wanted = study.uid == new.uid and customer == new.customer_id and _has(study, wanted)
    return WriteStanding.WANTED if is_wanted else WriteStanding.OTHER


def is_newer(study: Study, before: Study | None) -> bool:
    """Whether ``study`` says of itself that it was changed since it stood as ``before``."""
    return before is not None and is_older(before, study)


def _has(study: Study, changes: StudyChanges) -> bool:
    """Whether ``study`` has every value that ``changes`` names."""
    pairs: list[tuple[object, object]] = [
        (changes.severity, study.told_severity),
        (changes.status, study.status),
        (changes.description, study.description),
        (changes.assigned_to, _assignee(study)),
        (_as_dict(changes.metadata), _metadata(study)),
    ]
    return all(isinstance(wanted, Unset) or wanted == actual for wanted, actual in pairs)


def _assignee(study: Study) -> str | None:
    return None if study.assignee is None else study.assignee.user_id


def _metadata(study: Study) -> dict[str, str] | None:
    """Return the metadata as the server has them, None where they could not be read whole."""
    return None if "metadata" in study.unreadable else dict(study.metadata)


def _as_dict(metadata: Mapping[str, str] | Unset | None) -> dict[str, str] | Unset:
    return metadata if isinstance(metadata, Unset) else dict(metadata or {})
