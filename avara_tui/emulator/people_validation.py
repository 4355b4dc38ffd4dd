"""The documented rules of requests about users and invitations."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from avara_tui.emulator.clinic_roles import CLINIC_ROLES
from avara_tui.emulator.refusal import bad_request
from avara_tui.emulator.requests import InvitationKey, InvitationQuery, UserQuery
from avara_tui.emulator.validation import (
    ListRequest,
    check_names,
    check_required,
    parse_choice,
    parse_id,
    parse_object,
    parse_text,
)

_LEVELS: Final = ("owner", "admin", "member")
_ASSIGNABLE_LEVELS: Final = ("admin", "member")
_INVITED_SOURCES: Final = ("dashboard", "api")
_INVITATION_STATUSES: Final = ("sent", "accepted", "rejected", "revoked")
_EXPIRED: Final[Mapping[str, bool | None]] = {"all": None, "expired": True, "not-expired": False}
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE: Final = re.compile(r"[0-9]{10,15}")
_DAY_MS: Final = 86_400_000

_COLUMNS: Final[Mapping[str, str]] = {
    "firstName": "first_name",
    "lastName": "last_name",
    "middleName": "middle_name",
    "suffix1": "suffix1",
    "suffix2": "suffix2",
    "phoneNumber": "phone_number",
    "level": "level",
    "clinicRole": "clinic_role",
    "canManageStudies": "can_manage_studies",
    "hasDashboardAccess": "has_dashboard_access",
}
_NULLABLE: Final = {"middleName", "suffix1", "suffix2", "phoneNumber"}

Columns = dict[str, str | bool | None]
"""Values by column of the table of users."""


def parse_user_query(pairs: Sequence[tuple[str, str]]) -> tuple[UserQuery, ListRequest]:
    """Return the filters of a list of users, and its page."""
    request = ListRequest(pairs, ("email", "firstName", "lastName", "level", "invitedSource"))
    query = UserQuery(
        email=request.values.get("email"),
        first_name=request.values.get("firstName"),
        last_name=request.values.get("lastName"),
        level=request.choice("level", _LEVELS),
        invited_source=request.choice("invitedSource", _INVITED_SOURCES),
    )
    return query, request


def parse_invite(body: bytes) -> Columns:
    """Return the user that an invitation makes."""
    fields = parse_object(body)
    required = (
        *("canManageStudies", "clinicRole", "email", "firstName"),
        *("hasDashboardAccess", "lastName", "level"),
    )
    check_names(fields, ("email", *_COLUMNS))
    check_required(fields, required)
    email = parse_text("email", fields.pop("email"))
    if not _EMAIL.fullmatch(email):
        raise bad_request("email must be an e-mail address.")
    columns = _parse_profile(fields, nullable=set())
    return {"email": email, **columns}


def parse_profile_change(body: bytes) -> Columns:
    """Return the columns that a PATCH of a user or an invitation sets."""
    fields = parse_object(body)
    check_names(fields, tuple(_COLUMNS))
    return _parse_profile(fields, nullable=_NULLABLE)


def _parse_profile(fields: Mapping[str, Any], nullable: set[str]) -> Columns:
    return {
        _COLUMNS[name]: None if value is None and name in nullable else _parse_one(name, value)
        for name, value in fields.items()
    }


def _parse_one(name: str, value: object) -> str | bool:
    if name in {"canManageStudies", "hasDashboardAccess"}:
        if not isinstance(value, bool):
            raise bad_request(f"{name} must be true or false.")
        return value
    if name == "level":
        return parse_choice(name, value, _ASSIGNABLE_LEVELS)
    text = parse_text(name, value)
    if name == "clinicRole" and text not in CLINIC_ROLES:
        raise bad_request("clinicRole must be one of the documented roles, such as Radiologist.")
    if name == "phoneNumber" and not _PHONE.fullmatch(text):
        raise bad_request("phoneNumber must be 10 to 15 digits.")
    return text


def parse_user_id(body: bytes) -> str:
    """Return the user that a reactivation or a revocation names."""
    fields = parse_object(body)
    check_names(fields, ("userId",))
    check_required(fields, ("userId",))
    return parse_id("usr", "userId", fields["userId"])


def parse_invitation_key(body: bytes) -> InvitationKey:
    """Return the invitation that a revocation names."""
    fields = parse_object(body)
    check_names(fields, ("invitationId", "userId"))
    if len(fields) != 1:
        raise bad_request("Give either invitationId or userId.")
    if "invitationId" in fields:
        invitation_id = parse_id("inv", "invitationId", fields["invitationId"])
        return InvitationKey(invitation_id=invitation_id)
    return InvitationKey(user_id=parse_id("usr", "userId", fields["userId"]))


def parse_invitation_query(
    pairs: Sequence[tuple[str, str]],
) -> tuple[InvitationQuery, ListRequest]:
    """Return the filters of a list of invitations, and its page."""
    request = ListRequest(pairs, ("userId", "status", "expired", "startDate", "endDate"))
    values = request.values
    user_id = values.get("userId")
    # The SDKs join the values of a list with commas.
    statuses = values["status"].split(",") if "status" in values else []
    for status in statuses:
        parse_choice("status", status, _INVITATION_STATUSES)
    end_ms = _parse_day("endDate", values.get("endDate"))
    query = InvitationQuery(
        user_id=None if user_id is None else parse_id("usr", "userId", user_id),
        statuses=tuple(statuses),
        is_expired=_EXPIRED[request.choice("expired", tuple(_EXPIRED)) or "all"],
        created_from_ms=_parse_day("startDate", values.get("startDate")),
        created_before_ms=None if end_ms is None else end_ms + _DAY_MS,
    )
    return query, request


def _parse_day(name: str, text: str | None) -> int | None:
    """Return the first millisecond of a day, UTC."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise bad_request(f"{name} must be a date, YYYY-MM-DD.") from None
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
