"""Faults of the body: the answer comes, and it is not what was documented."""

import json
from collections.abc import Callable
from typing import Final

from avara_tui.emulator.faults.struck import Strike, Struck, done, undone
from avara_tui.emulator.rendering import Json

_HTML: Final = b"<html><head><title>Sign in</title></head><body>Hospital guest Wi-Fi</body></html>"
_REQUIRED: Final = {
    *("studyId", "studyInstanceUid", "severity", "userId", "email", "users"),
    *("expressCustomerId", "hasMore", "url", "success"),
}
_TEXTS: Final = {"studyDescription", "email", "url", "expressCustomerName"}
_ENUMS: Final = {
    "severity": "critical",
    "studyViewerStatus": "preliminary",
    "level": "auditor",
    "invitedSource": "sso",
    "clinicRole": "Sonographer",
}
_TIMES: Final = {"createdAt", "updatedAt", "cancelledAt", "lastLoginAt"}
_NULLABLE: Final = {
    *_TIMES,
    *("assignedTo", "createdByUser", "createdByApiKey", "expressCustomer", "metadata"),
    *("firstName", "lastName", "middleName", "suffix1", "suffix2", "phoneNumber", "message"),
}


def _replaced(body: bytes, content_type: bytes = b"application/json") -> Strike:
    async def strike(struck: Struck) -> None:
        answer = await struck.serve()
        await struck.answer(answer.status, [(b"content-type", content_type)], body)

    return strike


def _mangled(mangle: Callable[[bytes], bytes]) -> Strike:
    async def strike(struck: Struck) -> None:
        answer = await struck.serve()
        await struck.answer(answer.status, answer.headers, mangle(answer.body))

    return strike


def _rewritten(rewrite: Callable[[Json], Json]) -> Strike:
    """Return a strike that rewrites each object of the API's in the answer."""

    def mangle(body: bytes) -> bytes:
        try:
            value = json.loads(body)
        except ValueError:  # an error whose body is not JSON
            return body
        return json.dumps(_rewrite_each(value, rewrite)).encode()

    return _mangled(mangle)


def _rewrite_each(value: object, rewrite: Callable[[Json], Json]) -> object:
    if isinstance(value, dict):
        # Metadata are the customer's, not the API's.
        inner = {
            name: each if name == "metadata" else _rewrite_each(each, rewrite)
            for name, each in value.items()
        }
        return rewrite(inner)
    if isinstance(value, list):
        return [_rewrite_each(each, rewrite) for each in value]
    return value


async def _no_content(struck: Struck) -> None:
    await struck.serve()
    await struck.answer(204, [], b"")


def _without_required(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if name not in _REQUIRED}


def _with_unknown_fields(fields: Json) -> Json:
    return {**fields, "aiTriage": {"score": 0.93, "model": None}, "tags": ["x", 1, None]}


def _with_unknown_enums(fields: Json) -> Json:
    return {name: _ENUMS.get(name, value) for name, value in fields.items()}


def _with_nulls(fields: Json) -> Json:
    return {name: None if name in _NULLABLE else value for name, value in fields.items()}


def _with_wrong_types(fields: Json) -> Json:
    return {name: _wrong_type(name, value) for name, value in fields.items()}


def _wrong_type(name: str, value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if name in _TIMES and value is not None:
        return 1_710_498_600
    if name == "metadata":
        return {"priors": 3, "contrast": True, "nested": {"a": []}}
    if name in _TEXTS:
        return 42
    return value


_ODD: Final[tuple[tuple[str, object], ...]] = (
    ("severity", None),
    ("metadata", []),
    ("studyDescription", 42),
    ("assignedTo", ["somebody"]),
    ("isCancelled", "no"),
    ("studyViewerStatus", {}),
    ("createdAt", 1_710_498_600),
    ("severity", 3),
    ("expressCustomer", "somebody"),
    ("studyInstanceUid", None),
    ("updatedAt", "yesterday"),
    ("assignedTo", "usr_00000000000000000000000000000000"),
)
"""Fields of a study, each with what takes the place of its value."""


def _with_an_odd_detail(fields: Json) -> Json:
    if "studyId" not in fields:
        return fields
    name, value = _ODD[int(fields["studyId"][-4:], 16) % len(_ODD)]
    return {**fields, name: value}


def _without_last_id(fields: Json) -> Json:
    if not fields.get("studies"):
        return fields
    *studies, last = fields["studies"]
    return {**fields, "studies": [*studies, {**last, "studyId": None}]}


def _with_naive_times(fields: Json) -> Json:
    return {
        name: str(value).removesuffix("Z") if name in _TIMES and value else value
        for name, value in fields.items()
    }


def _of_another_study(fields: Json) -> Json:
    if "studyId" not in fields:
        return fields
    return {
        **fields,
        "studyId": f"stu_{fields['studyId'][:3:-1]}",
        "studyInstanceUid": f"{fields['studyInstanceUid'][:50]}.999",
        "studyDescription": "CT of somebody else",
    }


def _studies(operation: str, query: str) -> bool:
    return operation == "studies.list" or _one_study(operation, query)


def _listed(operation: str, _query: str) -> bool:
    return operation == "studies.list"


def _one_study(operation: str, _query: str) -> bool:
    return operation in {
        "studies.create",
        "studies.retrieve",
        "studies.retrieve-by-uid",
        "studies.update",
    }


async def _success_false(struck: Struck) -> None:
    body = {"success": False, "message": "The study is open in the viewer."}
    headers = [(b"content-type", b"application/json")]
    await struck.answer(200, headers, json.dumps(body).encode())


def _cancelling(operation: str, _query: str) -> bool:
    return operation in {"studies.cancel", "studies.uncancel"}


KINDS: Final = {
    "truncated-json": done(
        "the body ends half-way, with the right length",
        _mangled(lambda body: body[: len(body) // 2]),
    ),
    "html-200": done("a sign-in page, status 2xx", _replaced(_HTML, b"text/html")),
    "html-as-json": done("a sign-in page that is said to be JSON", _replaced(_HTML)),
    "empty-200": done("2xx without a body", _replaced(b"")),
    "no-content": done("204", _no_content),
    "null-body": done("null", _replaced(b"null")),
    "list-body": done("a JSON list", _replaced(b"[]")),
    "string-body": done("a JSON text", _replaced(b'"ok"')),
    "empty-object": done("a JSON object without any field", _replaced(b"{}")),
    "deep-json": done("100,000 nested lists", _replaced(b"[" * 100_000 + b"]" * 100_000)),
    "bad-utf8": done(
        "bytes that are no UTF-8 within the texts",
        _mangled(lambda body: body.replace(b'":"', b'":"\xff\xc3\x28')),
    ),
    "missing-fields": done("required fields are missing", _rewritten(_without_required)),
    "unknown-fields": done("fields that nobody documented", _rewritten(_with_unknown_fields)),
    "unknown-enums": done("undocumented enum values", _rewritten(_with_unknown_enums)),
    "nulls": done("null wherever it is allowed", _rewritten(_with_nulls)),
    "wrong-types": done("texts for booleans, numbers for texts", _rewritten(_with_wrong_types)),
    "odd-details": done(
        "one detail of every study of a wrong type, another of the next",
        _rewritten(_with_an_odd_detail),
        _studies,
    ),
    "lost-ids": done("the last study of a page has no id", _rewritten(_without_last_id), _listed),
    "naive-times": done("times without an offset", _rewritten(_with_naive_times)),
    "another-study": done(
        "a study that is not the one asked for", _rewritten(_of_another_study), _one_study
    ),
    "success-false": undone(
        "2xx with success: false; nothing is done", _success_false, _cancelling
    ),
}
