"""A server before the emulator that makes a write wait, and lets a colleague write meanwhile."""

import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Final
from urllib.parse import urlsplit

from avara_tui.emulator.embedded import EmbeddedEmulator
from cli.serving import serving

_LEFT_OUT: Final = frozenset(
    {"connection", "content-length", "transfer-encoding", "date", "server"}
)


class Front:
    """Passes requests on. The first write waits, and ``meanwhile`` happens once as it does.

    It is turned away for a second; or, with ``closes``, it needs a connection of its own.
    """

    def __init__(self, emulator: EmbeddedEmulator, *, closes: bool) -> None:
        self.meanwhile: Callable[[], object] = lambda: None
        self.reads_before = 0
        """With ``closes``: how many reads come before the write, the last of them its guard's."""
        self.has_acted = False
        self.base_url = ""
        self._emulator = emulator
        self._closes = closes
        self._reads = 0

    @contextmanager
    def running(self) -> Iterator["Front"]:
        with serving(self.serve) as self.base_url:
            yield self

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length") or 0))
        is_write = request.command != "GET"
        if is_write and not self._closes and not self.has_acted:
            self._act()
            self._answer(request, 429, {"retry-after": "1"}, b"")
            return
        status, headers, answer = self._passed_on(request, body)
        self._reads += not is_write
        if self._closes and self._reads == self.reads_before and not self.has_acted:
            self._act()
        self._answer(request, status, headers, answer)

    def _act(self) -> None:
        self.has_acted = True
        self.meanwhile()

    def _passed_on(
        self, request: BaseHTTPRequestHandler, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        place = urlsplit(self._emulator.base_url)
        connection = http.client.HTTPConnection(place.netloc, timeout=30)
        try:
            names = ("authorization", "content-type", "accept")
            headers = {name: request.headers[name] for name in names if name in request.headers}
            connection.request(request.command, request.path, body or None, headers)
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            kept = {name: value for name, value in told.items() if name not in _LEFT_OUT}
            return response.status, kept, response.read()
        finally:
            connection.close()

    def _answer(
        self, request: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes
    ) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        if self._closes:
            request.send_header("connection", "close")
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
