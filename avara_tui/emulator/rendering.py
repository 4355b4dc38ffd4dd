"""Rows as the API's JSON shows them."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, TypeAlias

from avara_tui.emulator.behaviour import Behaviour
from avara_tui.emulator.clock import format_instant
from avara_tui.emulator.cursors import encode_cursor
from avara_tui.emulator.pages import Page

Json: TypeAlias = dict[str, Any]


def _optional(row: sqlite3.Row, names: Mapping[str, str]) -> Json:
    return {wire: row[column] for wire, column in names.items() if row[column] is not None}


def _instant(instant_ms: int | None) -> str | None:
    return None if instant_ms is None else format_instant(instant_ms)


_NAME_PARTS = {
    "firstName": "first_name",
    "lastName": "last_name",
    "middleName": "middle_name",
    "suffix1": "suffix1",
    "suffix2": "suffix2",
}


def user_reference(row: sqlite3.Row) -> Json:
    """Return a user as a study refers to one."""
    return {"userId": row["user_id"], "email": row["email"], **_optional(row, _NAME_PARTS)}


def _profile(row: sqlite3.Row) -> Json:
    return {
        **user_reference(row),
        **_optional(row, {"phoneNumber": "phone_number"}),
        "level": row["level"],
        "clinicRole": row["clinic_role"],
        "invitedSource": row["invited_source"],
        "canManageStudies": bool(row["can_manage_studies"]),
        "hasDashboardAccess": bool(row["has_dashboard_access"]),
        "createdAt": _instant(row["created_at"]),
    }


def user(row: sqlite3.Row) -> Json:
    """Return a user."""
    return {**_profile(row), "lastLoginAt": _instant(row["last_login_at"])}


_CLINIC_ID = "7d4f6a52-1c0b-4e8e-9a53-0f5c2b7e9d10"


def invitation(row: sqlite3.Row) -> Json:
    """Return an invitation."""
    return {
        **_profile(row),
        "invitationId": row["invitation_id"],
        "clinicId": _CLINIC_ID,
        "status": row["status"],
        "expiry": _instant(row["expiry"]),
        "updatedAt": _instant(row["updated_at"]),
        "inviterId": row["inviter_id"],
        "invitedByApiKeyId": row["invited_by_api_key_id"],
    }


def customer_reference(row: sqlite3.Row) -> Json:
    """Return an Express customer as a study refers to one."""
    return {"expressCustomerId": row["customer_id"], "expressCustomerName": row["name"]}


def customer(row: sqlite3.Row) -> Json:
    """Return an Express customer."""
    return {
        **customer_reference(row),
        "isActive": bool(row["is_active"]),
        "userCount": row["user_count"],
        "createdAt": _instant(row["created_at"]),
        "updatedAt": _instant(row["updated_at"]),
        "metadata": {},
    }


_GOLDEN = 0.6180339887498949
"""Its multiples fill the space between 0 and 1 evenly, however many there are."""


class References:
    """What studies refer to, by number, ready to be put into them."""

    def __init__(self, connection: sqlite3.Connection, behaviour: Behaviour) -> None:
        self._connection = connection
        self._behaviour = behaviour
        self.refresh()

    def refresh(self) -> None:
        """Read the users, customers and keys again, after one has changed."""
        read = self._connection.execute
        self.users = {row["number"]: user_reference(row) for row in read("SELECT * FROM users")}
        self.customers = {
            row["number"]: customer_reference(row) for row in read("SELECT * FROM customers")
        }
        self.api_keys = {
            row["number"]: {
                "apiKeyId": row["api_key_id"],
                "description": row["description"],
                "isViewerEnabled": True,
            }
            for row in read("SELECT * FROM api_keys")
        }

    def _is_untimed(self, row: sqlite3.Row) -> bool:
        """Whether a study is one of those without a time: always the same ones for a share."""
        share = self._behaviour.untimed
        return share > 0.0 and row["seq"] * _GOLDEN % 1.0 < share

    def study(self, row: sqlite3.Row) -> Json:
        """Return a study."""
        return {
            "studyId": row["study_id"],
            "studyInstanceUid": row["uid"],
            "studyDescription": row["text"],
            "severity": row["severity"],
            "studyViewerStatus": row["status"],
            "isCancelled": bool(row["is_cancelled"]),
            "cancelledAt": _instant(row["cancelled_at"]),
            "createdAt": None if self._is_untimed(row) else _instant(row["created_at"]),
            "updatedAt": _instant(row["updated_at"]),
            "assignedTo": self.users.get(row["assignee"]),
            "createdByUser": self.users.get(row["created_by_user"]),
            "createdByApiKey": self.api_keys.get(row["created_by_api_key"]),
            "expressCustomer": self.customers.get(row["customer"]),
            "metadata": json.loads(row["metadata"]),
        }


def envelope(name: str, items: list[Json], page: Page, *, says_has_more: bool = True) -> Json:
    """Return a page: ``cursor`` only where another follows, ``hasMore`` unless told not to."""
    body: Json = {name: items}
    if says_has_more:
        body["hasMore"] = page.next is not None
    if page.next is not None:
        body["cursor"] = encode_cursor(page.next)
    return body
