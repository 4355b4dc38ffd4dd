"""The wire's shapes, as pydantic's validators check them: strict in types, open in values.

A key that the contract calls required must be there, but may be null, except for the identifier
by which a thing is known. Enumerations are plain text, so that a value of tomorrow comes through
as it is. Keys that are not listed are dropped. Studies have no shape here: they are read field by
field, as one that is odd in a detail must not be lost.

The validators are made of pydantic-core's parts, of which every pydantic needs its own release.
Pydantic would make the same ones of the classes here, as a test holds; but importing what
translates them takes longer than all else between the first frame and the first study.
"""

from collections.abc import Mapping
from typing import Any, Final, Generic, NotRequired, TypeVar

from pydantic_core import CoreSchema, SchemaValidator, ValidationError
from pydantic_core import core_schema as core
from typing_extensions import TypedDict

Row = TypeVar("Row")


class UserReference(TypedDict):
    """A user, as a study refers to one."""

    userId: str
    email: NotRequired[str | None]
    firstName: NotRequired[str | None]
    lastName: NotRequired[str | None]
    middleName: NotRequired[str | None]
    suffix1: NotRequired[str | None]
    suffix2: NotRequired[str | None]


class ApiKeyReference(TypedDict):
    """An API key, as a study refers to one."""

    apiKeyId: str
    description: NotRequired[str | None]


class CustomerReference(TypedDict):
    """An Express customer, as a study refers to one."""

    expressCustomerId: str
    expressCustomerName: NotRequired[str | None]


class UserRow(TypedDict):
    """A user, as the user list returns one."""

    userId: str
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

    expressCustomerId: str
    expressCustomerName: str | None
    isActive: NotRequired[bool | None]


class Success(TypedDict):
    """The answer to cancel and uncancel."""

    success: bool
    message: NotRequired[str | None]


class ViewerLink(TypedDict):
    """The answer to a request for a viewer URL."""

    url: str


class Shape(Generic[Row]):
    """What an object of the wire must look like."""

    def __init__(self, schema: CoreSchema) -> None:
        self.schema: Final = schema
        self._validate = SchemaValidator(schema).validate_python

    def fit(self, value: object) -> Row | None:
        """Return ``value`` checked, without unknown keys, or None where it does not fit."""
        try:
            row: Row = self._validate(value)
        except ValidationError:
            return None
        return row


_STRICT: Final = core.CoreConfig(strict=True, hide_input_in_errors=True)
_IDENTIFIER: Final = core.str_schema(min_length=1)
_TEXT: Final = core.nullable_schema(core.str_schema())
_FLAG: Final = core.nullable_schema(core.bool_schema())


def _object(required: Mapping[str, CoreSchema], optional: Mapping[str, Any]) -> CoreSchema:
    fields = {name: core.typed_dict_field(each, required=True) for name, each in required.items()}
    fields |= {name: core.typed_dict_field(each, required=False) for name, each in optional.items()}
    return core.typed_dict_schema(fields, config=_STRICT)


_NAMES: Final = dict.fromkeys(("firstName", "lastName", "middleName", "suffix1", "suffix2"), _TEXT)
_USER: Final = _object({"userId": _IDENTIFIER}, {"email": _TEXT, **_NAMES})
_KEY: Final = _object({"apiKeyId": _IDENTIFIER}, {"description": _TEXT})
_CUSTOMER: Final = _object({"expressCustomerId": _IDENTIFIER}, {"expressCustomerName": _TEXT})

USER_REFERENCE: Final = Shape[UserReference](_USER)
API_KEY_REFERENCE: Final = Shape[ApiKeyReference](_KEY)
CUSTOMER_REFERENCE: Final = Shape[CustomerReference](_CUSTOMER)
USER: Final = Shape[UserRow](
    _object(
        {"userId": _IDENTIFIER, "email": _TEXT},
        {**_NAMES, "canManageStudies": _FLAG, "level": _TEXT, "clinicRole": _TEXT},
    )
)
CUSTOMER: Final = Shape[CustomerRow](
    _object({"expressCustomerId": _IDENTIFIER, "expressCustomerName": _TEXT}, {"isActive": _FLAG})
)
SUCCESS: Final = Shape[Success](_object({"success": core.bool_schema()}, {"message": _TEXT}))
VIEWER_LINK: Final = Shape[ViewerLink](_object({"url": _IDENTIFIER}, {}))
