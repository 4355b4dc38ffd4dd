"""Putting studies together from what the wire says: the one place where microseconds count."""

from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

from avara_tui.api.shared import UNKNOWN, SharedValues
from avara_tui.api.times import parse_time
from avara_tui.study import NO_METADATA, Study

ODD_ROW: Final = (TypeError, ValueError, KeyError, AttributeError)
"""What :func:`assemble` raises where a row is not quite what the contract says."""

_KEYS: Final = (
    "studyId",
    "studyInstanceUid",
    "studyDescription",
    "severity",
    "studyViewerStatus",
    "isCancelled",
    "createdAt",
    "updatedAt",
    "cancelledAt",
    "assignedTo",
    "expressCustomer",
    "createdByUser",
    "createdByApiKey",
    "metadata",
)
OLD_CUSTOMER: Final = {"orgId": "expressCustomerId", "orgName": "expressCustomerName"}
"""How an older API, which called a customer ``org``, named what it says of one."""
_fields: Final = itemgetter(*_KEYS)
_NO_FIELDS: Final = dict.fromkeys(_KEYS)


def assemble(shared: SharedValues, rows: Iterable[Any]) -> list[Study]:  # noqa: C901
    """Return the studies that ``rows`` describe, referring to ``shared`` where they can.

    The rows may hold anything that JSON can say. A row that is not as the contract has it raises
    one of :data:`ODD_ROW`, so that every study returned was read whole: joining texts fails for
    whatever is no text, and people, customers and keys are checked by pydantic when they are first
    seen. Written flat, because it runs for every study of every page, and ten calls saved are a
    tenth of what :func:`json.loads` takes.
    """
    share = shared.texts().setdefault
    users, customers, keys = shared.users, shared.customers, shared.keys
    read_time, new, join = datetime.fromisoformat, tuple.__new__, "".join
    studies: list[Study] = []
    add = studies.append
    for row in rows:
        try:
            fields = _fields(row)
        except KeyError:
            fields = _fields(_completed(row))
        (
            study_id, uid, description, severity, status, is_cancelled,
            created_at, updated_at, cancelled_at,
            assignee, customer, user, key, metadata,
        ) = fields  # fmt: skip
        join((study_id, uid, description, severity, status))
        if not study_id or not severity or (is_cancelled is not True and is_cancelled is not False):
            raise TypeError
        try:
            created = updated = None
            if created_at is not None:
                moment = read_time(created_at)
                created = moment.timestamp() if moment.tzinfo else _time(created_at)
            if updated_at is not None:
                moment = read_time(updated_at)
                updated = moment.timestamp() if moment.tzinfo else _time(updated_at)
        except ValueError:
            created = None if created_at is None else _time(created_at)
            updated = None if updated_at is None else _time(updated_at)
        if assignee is not None:
            known = users.get(assignee["userId"], UNKNOWN)
            assignee = known[1] if known[0] == assignee else shared.user(assignee)
        if user is not None:
            known = users.get(user["userId"], UNKNOWN)
            user = known[1] if known[0] == user else shared.user(user)
        if customer is not None:
            place = customers.get(customer["expressCustomerId"], UNKNOWN)
            customer = place[1] if place[0] == customer else shared.customer(customer)
        if key is not None:
            token = keys.get(key["apiKeyId"], UNKNOWN)
            key = token[1] if token[0] == key else shared.key(key)
        if metadata is not None:
            join(metadata.values())
        add(
            new(
                Study,
                (
                    study_id,
                    uid,
                    share(description, description),
                    share(severity, severity),
                    share(status, status),
                    is_cancelled,
                    created,
                    updated,
                    None if cancelled_at is None else _time(cancelled_at),
                    assignee,
                    customer,
                    user,
                    key,
                    metadata or NO_METADATA,
                    (),
                ),
            )
        )
    return studies


def _completed(row: dict[str, Any]) -> dict[str, Any]:
    """Return ``row`` with all keys, and with the customer in the place where it is today."""
    if "org" not in row or "expressCustomer" in row:
        return _NO_FIELDS | row
    org = row["org"]
    customer = org and {OLD_CUSTOMER.get(key, key): value for key, value in org.items()}
    return {**_NO_FIELDS, **row, "expressCustomer": customer}


def _time(text: str) -> float:
    """Return a time that is one. Raises TypeError."""
    seconds = parse_time(text)
    if seconds is None:
        raise TypeError
    return seconds
