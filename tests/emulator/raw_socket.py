"""HTTP by hand: what a fault puts on the wire, byte for byte, and how the connection ends."""

import json
import socket
import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from avara_tui.emulator.embedded import EmbeddedEmulator


class Received(NamedTuple):
    """What came back until ``ending``: ``closed``, ``reset`` or ``silent``."""

    data: bytes
    ending: str

    @property
    def head(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[2]

    @property
    def length(self) -> int:
        """What Content-Length says."""
        (line,) = (each for each in self.head.lower().split(b"\r\n") if b"content-length" in each)
        return int(line.split(b":")[1])


def exchange(
    emulator: EmbeddedEmulator,
    method: str,
    path: str,
    body: dict[str, object] | None = None,
    *,
    until: Callable[[bytes], bool] = lambda _data: False,
) -> Received:
    """Send one request; read until the end, until silence, or until ``until`` has seen enough."""
    where = urlsplit(emulator.base_url)
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: {where.netloc}\r\n"
        f"Authorization: Bearer {emulator.api_key}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    data = b""
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=5) as connection:
        connection.sendall(head.encode() + content)
        connection.settimeout(0.3)
        while not until(data):
            try:
                piece = connection.recv(65_536)
            except ConnectionResetError:
                return Received(data, "reset")
            except TimeoutError:
                return Received(data, "silent")
            if not piece:
                return Received(data, "closed")
            data += piece
    return Received(data, "enough")


def eventually(condition: Callable[[], bool], seconds: float = 5) -> None:
    """Wait until ``condition`` holds; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
