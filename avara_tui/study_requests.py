"""What one can ask of the server: which studies to list, what to change, what to create."""

from collections.abc import Mapping
from enum import Enum
from typing import Final, NamedTuple

from avara_tui.study import NO_METADATA


class Unset(Enum):
    """The one value that means "not said", where None has a meaning of its own."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


class StudyFilter(NamedTuple):
    """What the server can select studies by. A field left alone selects nothing out."""

    severity: str | None = None
    status: str | None = None
    is_cancelled: bool | None = None
    assigned_to: str | Unset | None = UNSET
    """A user id, or None for studies that are assigned to nobody."""
    customer_id: str | Unset | None = UNSET
    """A customer id, or None for studies without a customer."""
    description: str | None = None
    """Text that the description contains."""


class StudyChanges(NamedTuple):
    """The fields to change on a study. A field left alone is not sent."""

    severity: str | Unset = UNSET
    status: str | Unset = UNSET
    description: str | Unset = UNSET
    assigned_to: str | Unset | None = UNSET
    """A user id, or None to unassign."""
    metadata: Mapping[str, str] | Unset | None = UNSET
    """The whole map that the study shall have, or None to clear it."""


class NewStudy(NamedTuple):
    """A study to create."""

    uid: str
    """The DICOM Study Instance UID."""
    description: str
    severity: str
    assigned_to: str | None = None
    customer_id: str | None = None
    metadata: Mapping[str, str] = NO_METADATA
