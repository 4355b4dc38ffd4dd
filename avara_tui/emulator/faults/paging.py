"""Faults of lists: pages that do not end, repeat, or lead nowhere."""

import base64
import json
import secrets
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qs

from avara_tui.emulator.answers import error_response
from avara_tui.emulator.cursors import Cursor, encode_cursor, invalid_cursor
from avara_tui.emulator.faults.struck import Strike, Struck, done, undone

_LISTS: Final = {"studies.list", "users.list", "customers.list"}


def _list(operation: str, _query: str) -> bool:
    return operation in _LISTS


def _later_page(operation: str, query: str) -> bool:
    return operation in _LISTS and "cursor" in parse_qs(query)


def _page(rewrite: Callable[[dict[str, Any], str | None], dict[str, Any]]) -> Strike:
    """Return a strike that rewrites a page, given also the cursor that led to it."""

    async def strike(struck: Struck) -> None:
        answer = await struck.serve()
        query = parse_qs(struck.scope["query_string"].decode("ascii"))
        cursor = query.get("cursor", [None])[0]
        page = json.loads(answer.body)
        body = json.dumps(rewrite(page, cursor) if answer.status == 200 else page)
        await struck.answer(answer.status, answer.headers, body.encode())

    return strike


def _repeated(page: dict[str, Any], cursor: str | None) -> dict[str, Any]:
    return {**page, "hasMore": True, "cursor": cursor or encode_cursor(Cursor(offset=0))}


def _endless(page: dict[str, Any], _cursor: str | None) -> dict[str, Any]:
    if "cursor" in page:
        return page
    # Never the same text twice: a client cannot tell the loop by the cursor.
    fields = {"offset": 0, "lap": secrets.token_hex(4)}
    return {
        **page,
        "hasMore": True,
        "cursor": base64.b64encode(json.dumps(fields).encode()).decode(),
    }


def _emptied(page: dict[str, Any], cursor: str | None) -> dict[str, Any]:
    empty = {name: [] if isinstance(each, list) else each for name, each in page.items()}
    return {**empty, "hasMore": True, "cursor": cursor or encode_cursor(Cursor(offset=0))}


def _without_cursor(page: dict[str, Any], _cursor: str | None) -> dict[str, Any]:
    return {**{name: page[name] for name in page if name != "cursor"}, "hasMore": True}


def _without_has_more(page: dict[str, Any], _cursor: str | None) -> dict[str, Any]:
    return {name: page[name] for name in page if name != "hasMore"}


def _doubled(page: dict[str, Any], _cursor: str | None) -> dict[str, Any]:
    return {
        name: each + each[:3] if isinstance(each, list) else each for name, each in page.items()
    }


async def _expired(struck: Struck) -> None:
    response = error_response(invalid_cursor(), struck.world.behaviour)
    await response(struck.scope, struck.receive, struck.send)


KINDS: Final = {
    "repeated-cursor": done("the cursor leads to the same page again", _page(_repeated), _list),
    "expired-cursor": undone("400: the cursor has expired", _expired, _later_page),
    "endless-pages": done("after the last page comes the first", _page(_endless), _list),
    "empty-pages": done("an empty page that says hasMore", _page(_emptied), _list),
    "lost-cursor": done("hasMore without a cursor", _page(_without_cursor), _list),
    "lost-has-more": done("a page without hasMore", _page(_without_has_more), _list),
    "doubled-rows": done("rows that are there twice", _page(_doubled), _list),
}
