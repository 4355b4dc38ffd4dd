"""A server that is not the emulator: it lists studies by offset, and misbehaves as a test wants."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from api.raw_server import study_json
from cli.serving import serving

Json = dict[str, Any]
KEY = "sk_live_0123456789abcdef0123456789abcdef"


class Trouble(NamedTuple):
    """An answer instead of a page."""

    status: int
    headers: Mapping[str, str] = {}


def studies(number: int, **fields: object) -> list[Json]:
    """Return so many open studies, each of its own id and UID."""
    return [
        study_json(
            studyId=f"stu_{each:032x}",
            studyInstanceUid=f"1.2.840.{each + 1}",
            studyDescription=f"CT {each}",
            **fields,
        )
        for each in range(number)
    ]


class Foreign:
    """Serves ``rows``, those that are cancelled apart from the others, in their order.

    ``trouble`` is asked before every page, with the number of the requests before it.
    """

    def __init__(
        self,
        rows: Sequence[Json],
        trouble: Callable[[int], Trouble | None] = lambda _: None,
    ) -> None:
        self.rows = list(rows)
        self.trouble = trouble
        self.queries: list[dict[str, str]] = []
        self.base_url = ""
        self._lock = Lock()

    @contextmanager
    def running(self) -> Iterator["Foreign"]:
        with serving(self.serve) as self.base_url:
            yield self

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        with self._lock:
            number = len(self.queries)
            place = urlsplit(request.path)
            query = dict(parse_qsl(place.query, keep_blank_values=True))
            self.queries.append(query)
        trouble = self.trouble(number)
        status, headers = trouble or Trouble(200)
        body = json.dumps({"message": "no"} if trouble else self._page(query)).encode()
        request.send_response(status)
        for name, value in {**headers, "content-type": "application/json"}.items():
            request.send_header(name, value)
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _page(self, query: Mapping[str, str]) -> Json:
        rows = [each for each in self.rows if _fits(each, query)]
        start = json.loads(base64.b64decode(query["cursor"]))["offset"] if "cursor" in query else 0
        end = start + int(query.get("limit", 20))
        page: Json = {"studies": rows[start:end], "hasMore": end < len(rows)}
        if end < len(rows):
            page["cursor"] = base64.b64encode(json.dumps({"offset": end}).encode()).decode()
        return page


def _fits(study: Json, query: Mapping[str, str]) -> bool:
    wanted = {name: query[name] for name in ("severity", "studyViewerStatus") if name in query}
    is_cancelled = query.get("isCancelled", str(study["isCancelled"]).lower())
    return str(study["isCancelled"]).lower() == is_cancelled and all(
        study[name] == value for name, value in wanted.items()
    )
