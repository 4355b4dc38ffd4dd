"""The operations of the API: their names here, and how a request is told to be one."""

import re
from typing import Final, NamedTuple


class Operation(NamedTuple):
    """An operation; ``{...}`` in the path stands for one segment."""

    name: str
    method: str
    path: str


OPERATIONS: Final = (
    Operation("studies.create", "POST", "/v1/viewer/studies"),
    Operation("studies.list", "GET", "/v1/viewer/studies"),
    Operation("studies.cancel", "POST", "/v1/viewer/studies/cancel"),
    Operation("studies.uncancel", "POST", "/v1/viewer/studies/uncancel"),
    Operation("studies.reroute-url", "POST", "/v1/viewer/studies/reroute-url"),
    Operation("studies.retrieve-by-uid", "GET", "/v1/viewer/studies/by-uid/{uid}"),
    Operation("studies.retrieve", "GET", "/v1/viewer/studies/{study_id}"),
    Operation("studies.update", "PATCH", "/v1/viewer/studies/{study_id}"),
    Operation("users.list", "GET", "/v1/viewer/users"),
    Operation("users.invite", "POST", "/v1/viewer/users"),
    Operation("users.reactivate", "POST", "/v1/viewer/users/reactivate"),
    Operation("users.revoke-access", "POST", "/v1/viewer/users/revoke-access"),
    Operation("invitations.list", "GET", "/v1/viewer/users/invitations"),
    Operation("invitations.revoke", "POST", "/v1/viewer/users/invitations/revoke"),
    Operation("invitations.retrieve", "GET", "/v1/viewer/users/invitations/{invitation_id}"),
    Operation("invitations.update", "PATCH", "/v1/viewer/users/invitations/{invitation_id}"),
    Operation("users.update", "PATCH", "/v1/viewer/users/{user_id}"),
    Operation("users.retrieve", "GET", "/v1/viewer/users/{user_id}"),
    Operation("customers.list", "GET", "/v1/express"),
    Operation("customers.retrieve", "GET", "/v1/express/{customer_id}"),
    Operation("viewer.open", "GET", "/study/{study_id}"),
)

CONTROL_PREFIX: Final = "/_emulator/"
"""Where the emulator itself is controlled: no part of the API."""

_PATTERNS: Final = [
    (each.name, each.method, re.compile(re.sub(r"\{[^}]*\}", "[^/]+", each.path)))
    for each in OPERATIONS
]


def operation_of(method: str, path: str) -> str:
    """Return the name of the operation that a request is, or ``unknown``."""
    for name, wanted, pattern in _PATTERNS:
        if wanted == method and pattern.fullmatch(path):
            return name
    return "unknown"
