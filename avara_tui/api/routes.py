"""The requests that the API understands (its paths, queries and bodies)."""

import json
from typing import Final
from urllib.parse import quote

from avara_tui.api.wire import Request
from avara_tui.study_requests import NewStudy, StudyChanges, StudyFilter, Unset

_STUDIES: Final = "/v1/viewer/studies"
_USERS: Final = "/v1/viewer/users"
_CUSTOMERS: Final = "/v1/express"
LARGEST_PAGE: Final = 100

LIST_STUDIES: Final = "list studies"
LIST_USERS: Final = "list users"
LIST_CUSTOMERS: Final = "list customers"


def list_studies(query: StudyFilter, cursor: str | None, limit: int | None) -> Request:
    """Return the request for a page of the studies that ``query`` selects.

    None as ``limit`` leaves the size of the page to the server.

    A null filter goes out as an empty value, ``assignedTo=``: the form that the official SDKs
    which send it at all agree on.
    """
    parameters: list[tuple[str, str]] = []
    if query.severity is not None:
        parameters.append(("severity", query.severity))
    if query.status is not None:
        parameters.append(("studyViewerStatus", query.status))
    if query.is_cancelled is not None:
        parameters.append(("isCancelled", "true" if query.is_cancelled else "false"))
    if not isinstance(query.assigned_to, Unset):
        parameters.append(("assignedTo", query.assigned_to or ""))
    if not isinstance(query.customer_id, Unset):
        parameters.append(("expressCustomerId", query.customer_id or ""))
    if query.description:
        parameters.append(("studyDescription", query.description))
    return Request(
        LIST_STUDIES, "GET", _STUDIES, _STUDIES, _encode(parameters, cursor=cursor, limit=limit)
    )


def retrieve_study(study_id: str) -> Request:
    """Return the request for one study."""
    path = f"{_STUDIES}/{_segment(study_id)}"
    route = f"{_STUDIES}/{{studyId}}"
    return Request("retrieve study", "GET", route, path, study_id=study_id)


def retrieve_study_by_uid(uid: str) -> Request:
    """Return the request for the study with a DICOM Study Instance UID."""
    path = f"{_STUDIES}/by-uid/{_segment(uid)}"
    route = f"{_STUDIES}/by-uid/{{studyInstanceUid}}"
    return Request("retrieve study by UID", "GET", route, path)


def create_study(new: NewStudy) -> Request:
    """Return the request that creates a study."""
    body: dict[str, object] = {
        "studyInstanceUid": new.uid,
        "studyDescription": new.description,
        "severity": new.severity,
    }
    if new.assigned_to is not None:
        body["assignedTo"] = new.assigned_to
    if new.customer_id is not None:
        body["expressCustomerId"] = new.customer_id
    if new.metadata:
        body["metadata"] = dict(new.metadata)
    return Request("create study", "POST", _STUDIES, _STUDIES, body=_json(body))


def update_study(study_id: str, changes: StudyChanges) -> Request:
    """Return the request that changes a study."""
    body: dict[str, object] = {
        name: value
        for name, value in (
            ("severity", changes.severity),
            ("studyViewerStatus", changes.status),
            ("studyDescription", changes.description),
            ("assignedTo", changes.assigned_to),
        )
        if not isinstance(value, Unset)
    }
    if not isinstance(changes.metadata, Unset):
        body["metadata"] = None if changes.metadata is None else dict(changes.metadata)
    return Request(
        "update study",
        "PATCH",
        f"{_STUDIES}/{{studyId}}",
        f"{_STUDIES}/{_segment(study_id)}",
        body=_json(body),
        study_id=study_id,
    )


def cancel_study(study_id: str) -> Request:
    """Return the request that cancels a study."""
    return _about_study("cancel study", "cancel", study_id)


def uncancel_study(study_id: str) -> Request:
    """Return the request that restores a cancelled study."""
    return _about_study("uncancel study", "uncancel", study_id)


def reroute_url(study_id: str) -> Request:
    """Return the request for a URL that opens a study in the viewer."""
    return _about_study("get the viewer link", "reroute-url", study_id)


def list_users(cursor: str | None, limit: int | None) -> Request:
    """Return the request for a page of users."""
    return Request(LIST_USERS, "GET", _USERS, _USERS, _encode([], cursor=cursor, limit=limit))


def retrieve_user(user_id: str) -> Request:
    """Return the request for one user."""
    path = f"{_USERS}/{_segment(user_id)}"
    return Request("retrieve user", "GET", f"{_USERS}/{{userId}}", path)


def list_customers(cursor: str | None, limit: int | None) -> Request:
    """Return the request for a page of Express customers."""
    query = _encode([], cursor=cursor, limit=limit)
    return Request(LIST_CUSTOMERS, "GET", _CUSTOMERS, _CUSTOMERS, query)


def _about_study(operation: str, action: str, study_id: str) -> Request:
    path = f"{_STUDIES}/{action}"
    body = _json({"studyId": study_id})
    return Request(operation, "POST", path, path, body=body, study_id=study_id)


def _encode(parameters: list[tuple[str, str]], *, cursor: str | None, limit: int | None) -> str:
    if limit is not None:
        parameters.append(("limit", str(min(max(limit, 1), LARGEST_PAGE))))
    if cursor is not None:
        parameters.append(("cursor", cursor))
    return "&".join(f"{name}={_quote(value)}" for name, value in parameters)


def _segment(identifier: str) -> str:
    return _quote(identifier)


def _quote(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _json(body: dict[str, object]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode("ascii")
