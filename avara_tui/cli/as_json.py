"""Studies as JSON for other programs: the API's own names, and what this program adds to them."""

import json
from math import floor
from typing import Any, Final

from avara_tui.moments import moment_at
from avara_tui.study import UNREADABLE, ApiKeyRef, CustomerRef, Study, UserRef
from avara_tui.worklist.clocks import Timeliness, age, due_at, is_open, timeliness
from avara_tui.worklist.query import QueryContext

_encode: Final = json.JSONEncoder(separators=(", ", ": ")).encode


def json_line(value: object) -> str:
    """Return ``value`` as one line of printable ASCII: no text in it can move a terminal."""
    return _encode(value).replace("\x7f", "\\u007f")


def instant(seconds: float | None) -> str | None:
    """Return a time as ISO 8601 in UTC, to the millisecond where there are any.

    None where there is none, or none that ISO 8601 has four digits of a year for.
    """
    moment = moment_at(seconds)
    if moment is None:
        return None
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


def study_fields(study: Study, context: QueryContext) -> dict[str, Any]:
    """Return a study with the API's names, then what the site's rules make of it.

    What could not be read is null, or has no values, and is named by the API's name. An unreadable
    severity counts as STAT; an unreadable assignee is not nobody.
    """
    now, thresholds = context.now, context.thresholds
    seconds = age(study, now, thresholds.clock_key)
    where = timeliness(study, now, thresholds)
    due = None if seconds is None else due_at(study, thresholds)
    rule = thresholds.ruling(study)
    return {
        "studyId": study.study_id,
        "studyInstanceUid": _told(study.uid),
        "studyDescription": _told(study.description),
        "severity": study.severity,
        "studyViewerStatus": _told(study.status),
        "isCancelled": study.is_cancelled,
        "createdAt": instant(study.created_at),
        "updatedAt": instant(study.updated_at),
        "cancelledAt": instant(study.cancelled_at),
        "assignedTo": _user(study.assignee),
        "expressCustomer": _customer(study.customer),
        "createdByUser": _user(study.created_by_user),
        "createdByApiKey": _key(study.created_by_key),
        "metadata": dict(study.metadata),
        "unreadable": [_api_name(each) for each in study.unreadable],
        "isOpen": is_open(study),
        "ageSeconds": None if seconds is None else int(seconds),
        "dueAt": instant(due),
        "dueInSeconds": None if due is None or not is_open(study) else floor(due - now),
        "limitRule": None if rule is None else rule.name,
        "isOverdue": None if where is Timeliness.UNKNOWN else where is Timeliness.OVERDUE,
    }


def _told(text: str) -> str | None:
    return None if text == UNREADABLE else text


def _api_name(name: str) -> str:
    """Return what the API calls a field, or a detail of one, that could not be read."""
    field, point, detail = name.partition(".")
    return f"{_API_NAMES.get(field, field)}{point}{detail}"


_API_NAMES: Final = {
    "uid": "studyInstanceUid",
    "description": "studyDescription",
    "status": "studyViewerStatus",
    "is_cancelled": "isCancelled",
    "created_at": "createdAt",
    "updated_at": "updatedAt",
    "cancelled_at": "cancelledAt",
    "assignee": "assignedTo",
    "customer": "expressCustomer",
    "created_by_user": "createdByUser",
    "created_by_key": "createdByApiKey",
}


def _user(user: UserRef | None) -> dict[str, str | None] | None:
    if user is None:
        return None
    return {
        "userId": _told(user.user_id),
        "email": user.email,
        "firstName": user.first_name,
        "middleName": user.middle_name,
        "lastName": user.last_name,
        "suffix1": user.suffix1,
        "suffix2": user.suffix2,
    }


def _customer(customer: CustomerRef | None) -> dict[str, str | None] | None:
    if customer is None:
        return None
    return {
        "expressCustomerId": _told(customer.customer_id),
        "expressCustomerName": customer.name,
    }


def _key(key: ApiKeyRef | None) -> dict[str, str] | None:
    return None if key is None else {"apiKeyId": key.api_key_id, "description": key.description}
