"""What a valid request asks for, in the emulator's own words."""

from collections.abc import Mapping
from enum import Enum
from typing import Final, Literal, NamedTuple


class Unset(Enum):
    """Tells "not given" from null."""

    UNSET = 0


UNSET: Final = Unset.UNSET


class StudyQuery(NamedTuple):
    """What the list of studies is filtered by; None in the first two is "without one"."""

    assigned_to: str | Literal[Unset.UNSET] | None = UNSET
    customer_id: str | Literal[Unset.UNSET] | None = UNSET
    is_cancelled: bool | None = None
    severity: str | None = None
    status: str | None = None
    description: str | None = None


class NewStudy(NamedTuple):
    """A study to create."""

    uid: str
    description: str
    severity: str
    assigned_to: str | None
    customer_id: str | None
    metadata: Mapping[str, str]


class StudyChange(NamedTuple):
    """What a PATCH sets. A field that is not there stays as it is."""

    fields: Mapping[str, str | None]
    """Of ``description``, ``severity``, ``status`` and ``assigned_to``."""
    metadata: Mapping[str, str] | Literal[Unset.UNSET] | None = UNSET
    """None clears."""


class StudyKey(NamedTuple):
    """How a request names a study: by one of the two."""

    study_id: str | None = None
    uid: str | None = None


class UserQuery(NamedTuple):
    """What the list of users is filtered by."""

    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    level: str | None = None
    invited_source: str | None = None


class InvitationQuery(NamedTuple):
    """What the list of invitations is filtered by."""

    user_id: str | None
    statuses: tuple[str, ...]
    """Of these; empty is of any."""
    is_expired: bool | None
    created_from_ms: int | None
    created_before_ms: int | None


class InvitationKey(NamedTuple):
    """How a request names an invitation: by one of the two."""

    invitation_id: str | None = None
    user_id: str | None = None
