"""What the contract forbids, found before anything is sent."""

from collections.abc import Mapping

from avara_tui.api.errors import ErrorKind, Outcome
from avara_tui.api.wire import Effect, Problem, Request
from avara_tui.identifiers import uid_problem
from avara_tui.study import (
    METADATA_MAX_KEY,
    METADATA_MAX_PAIRS,
    METADATA_MAX_VALUE,
    UNREADABLE,
    Study,
)
from avara_tui.study_requests import NewStudy, StudyChanges, Unset


def require_identifier(request: Request, identifier: str, outcome: Outcome) -> None:
    """Raise :class:`AvaraError` of kind INVALID if ``identifier`` names nothing at all."""
    if not identifier.strip(" .") or not identifier.isprintable():
        raise _invalid("no identifier was given").error(request, outcome)


def require_sendable_study(request: Request, new: NewStudy) -> None:
    """Raise :class:`AvaraError` of kind INVALID if the contract does not allow ``new``."""
    reason = uid_problem(new.uid) or description_problem(new.description)
    reason = reason or metadata_problem(new.metadata)
    if reason is not None:
        raise _invalid(reason).error(request, Outcome.NOT_APPLIED)


def require_sendable_changes(request: Request, changes: StudyChanges) -> None:
    """Raise :class:`AvaraError` of kind INVALID if the contract does not allow ``changes``."""
    reason = changes_problem(changes)
    if reason is not None:
        raise _invalid(reason).error(request, Outcome.NOT_APPLIED)


def changes_problem(changes: StudyChanges) -> str | None:
    """Return what makes ``changes`` none that a study can be given, or None."""
    reason = None
    metadata = changes.metadata if isinstance(changes.metadata, Mapping) else {}
    if UNREADABLE in (*changes[:4], *metadata.values()):
        reason = "what was there before could not be read"
    if reason is None and not isinstance(changes.description, Unset):
        reason = description_problem(changes.description)
    if reason is None and isinstance(changes.metadata, Mapping):
        reason = metadata_problem(changes.metadata)
    return reason


def overwriting_problem(changes: StudyChanges, study: Study) -> str | None:
    """Return what of ``study`` is lost, unread, if it is given ``changes``; None if nothing is.

    Metadata go to the server whole, and those that could not be read would go missing. Whoever sets
    another field says what it shall be.
    """
    if isinstance(changes.metadata, Unset) or "metadata" not in study.unreadable:
        return None
    return "its metadata could not be read whole, and would be overwritten"


def description_problem(description: str) -> str | None:
    """Return what makes ``description`` none that a study can have, or None."""
    return None if description else "a study needs a description"


def metadata_problem(metadata: Mapping[str, str]) -> str | None:
    """Return what makes ``metadata`` none that a study can have, or None."""
    if len(metadata) > METADATA_MAX_PAIRS:
        return f"a study has at most {METADATA_MAX_PAIRS} metadata entries"
    if any(not key or len(key) > METADATA_MAX_KEY for key in metadata):
        return f"a metadata key has 1 to {METADATA_MAX_KEY} characters"
    if any(len(value) > METADATA_MAX_VALUE for value in metadata.values()):
        return f"a metadata value has at most {METADATA_MAX_VALUE} characters"
    return None


def _invalid(reason: str) -> Problem:
    return Problem(ErrorKind.INVALID, Effect.NONE, reason=reason)
