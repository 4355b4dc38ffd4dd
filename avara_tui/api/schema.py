"""The wire's shapes, as pydantic checks them: strict in types, open in values.

A key that the contract calls required must be there, but may be null, except for the identifier
by which a thing is known. Enumerations are plain text, so that a value of tomorrow comes through
as it is. Keys that are not listed are dropped.
"""

from typing import Annotated, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict

# Built when first used: most are not needed for the first page, which somebody is waiting for.
_STRICT = ConfigDict(strict=True, hide_input_in_errors=True, defer_build=True)

Identifier = Annotated[str, Field(min_length=1)]


class UserReference(TypedDict):
    """A user, as a study refers to one."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    userId: Identifier
    email: NotRequired[str | None]
    firstName: NotRequired[str | None]
    lastName: NotRequired[str | None]
    middleName: NotRequired[str | None]
    suffix1: NotRequired[str | None]
    suffix2: NotRequired[str | None]


class ApiKeyReference(TypedDict):
    """An API key, as a study refers to one."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    apiKeyId: Identifier
    description: NotRequired[str | None]


class CustomerReference(TypedDict):
    """An Express customer, as a study refers to one."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    expressCustomerId: Identifier
    expressCustomerName: NotRequired[str | None]


class StudyRow(TypedDict):
    """A study."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    studyId: Identifier
    studyInstanceUid: str | None
    studyDescription: str | None
    severity: str | None
    studyViewerStatus: str | None
    isCancelled: bool | None
    createdAt: NotRequired[str | None]
    updatedAt: NotRequired[str | None]
    cancelledAt: NotRequired[str | None]
    assignedTo: NotRequired[UserReference | None]
    expressCustomer: NotRequired[CustomerReference | None]
    createdByUser: NotRequired[UserReference | None]
    createdByApiKey: NotRequired[ApiKeyReference | None]
    metadata: NotRequired[dict[str, str] | None]


class UserRow(TypedDict):
    """A user, as the user list returns one."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    userId: Identifier
    email: str | None
    firstName: NotRequired[str | None]
    lastName: NotRequired[str | None]
    middleName: NotRequired[str | None]
    suffix1: NotRequired[str | None]
    suffix2: NotRequired[str | None]
    canManageStudies: NotRequired[bool | None]
    level: NotRequired[str | None]
    clinicRole: NotRequired[str | None]


class CustomerRow(TypedDict):
    """An Express customer, as the customer list returns one."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    expressCustomerId: Identifier
    expressCustomerName: str | None
    isActive: NotRequired[bool | None]


class Success(TypedDict):
    """The answer to cancel and uncancel."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    success: bool
    message: NotRequired[str | None]


class ViewerLink(TypedDict):
    """The answer to a request for a viewer URL."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    url: Identifier


STUDY = TypeAdapter(StudyRow)
USER_REFERENCE = TypeAdapter(UserReference)
API_KEY_REFERENCE = TypeAdapter(ApiKeyReference)
CUSTOMER_REFERENCE = TypeAdapter(CustomerReference)
USER = TypeAdapter(UserRow)
CUSTOMER = TypeAdapter(CustomerRow)
SUCCESS = TypeAdapter(Success)
VIEWER_LINK = TypeAdapter(ViewerLink)
