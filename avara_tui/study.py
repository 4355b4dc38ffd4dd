"""The nouns every room speaks of: a study, and the people, customers and keys it names.

Field names follow the Avara Viewer API in Python spelling. Texts are kept as the server sent
them, so that an edit starts from the true value; :mod:`avara_tui.text` makes them fit to show.
"""

from collections.abc import Mapping
from math import inf
from types import MappingProxyType
from typing import Final, NamedTuple

STAT: Final = "stat"
HIGH: Final = "high"
NORMAL: Final = "normal"
SEVERITIES: Final = (STAT, HIGH, NORMAL)
"""The documented severities, most urgent first. A server may send others; they are kept."""

INCOMPLETE: Final = "incomplete"
COMPLETE: Final = "complete"
STATUSES: Final = (INCOMPLETE, COMPLETE)
"""The documented viewer statuses. A server may send others; they are kept."""

METADATA_MAX_PAIRS: Final = 50
METADATA_MAX_KEY: Final = 100
METADATA_MAX_VALUE: Final = 1000

NO_METADATA: Final[Mapping[str, str]] = MappingProxyType({})

UNREADABLE: Final = "? unreadable"
"""Stands in the place of a text or an id that could not be read. It is never sent to a server."""


class UserRef(NamedTuple):
    """A user as a study refers to one."""

    user_id: str
    email: str
    first_name: str | None = None
    last_name: str | None = None
    middle_name: str | None = None
    suffix1: str | None = None
    suffix2: str | None = None


class ApiKeyRef(NamedTuple):
    """An API key as a study refers to one: its id and description, never the key itself."""

    api_key_id: str
    description: str


class CustomerRef(NamedTuple):
    """An Express customer as a study refers to one."""

    customer_id: str
    name: str


UNREADABLE_USER: Final = UserRef(UNREADABLE, "")
"""Has a study of which nobody knows whose it is: it is not nobody's."""
UNREADABLE_CUSTOMER: Final = CustomerRef(UNREADABLE, "")


class Study(NamedTuple):
    """One study, as last read from the server. Times are seconds since the epoch, UTC.

    What could not be read is named in :attr:`unreadable`, and the field then holds what does the
    least harm: a severity STAT, a text or a reference what stands for :data:`UNREADABLE`. A study
    counts as not cancelled unless the time of its cancellation says so.
    """

    study_id: str
    uid: str
    """The DICOM Study Instance UID."""
    description: str
    severity: str
    status: str
    is_cancelled: bool
    created_at: float | None = None
    updated_at: float | None = None
    cancelled_at: float | None = None
    assignee: UserRef | None = None
    customer: CustomerRef | None = None
    created_by_user: UserRef | None = None
    created_by_key: ApiKeyRef | None = None
    metadata: Mapping[str, str] = NO_METADATA
    unreadable: tuple[str, ...] = ()
    """The fields that could not be read, or not whole; a detail of one stands behind a point."""

    @property
    def told_severity(self) -> str:
        """The severity as the server told it, :data:`UNREADABLE` where it could not be read."""
        return UNREADABLE if "severity" in self.unreadable else self.severity


def fingerprint(study: Study) -> int:
    """Return a number that another version of a study hardly ever has, in this process alone."""
    *others, metadata, unreadable = study
    return hash((*others, frozenset(metadata.items()), unreadable))


def touched_at(study: Study) -> float:
    """Return when a study was created or last changed; -inf where neither is known."""
    created, updated = study.created_at, study.updated_at
    return max(-inf if created is None else created, -inf if updated is None else updated)


def is_older(study: Study, other: Study) -> bool:
    """Whether ``study`` says of itself that it is an older version than ``other``."""
    if study.updated_at is None or other.updated_at is None:
        return False
    return study.updated_at < other.updated_at


class User(NamedTuple):
    """A user of the Viewer, as the user list returns one."""

    ref: UserRef
    can_manage_studies: bool
    level: str
    clinic_role: str

    @property
    def user_id(self) -> str:
        """The user's id, ``usr_`` and 32 hexadecimal digits."""
        return self.ref.user_id


class Customer(NamedTuple):
    """An Express customer, as the customer list returns one."""

    ref: CustomerRef
    is_active: bool

    @property
    def customer_id(self) -> str:
        """The customer's id, ``cus_`` and 32 hexadecimal digits."""
        return self.ref.customer_id
