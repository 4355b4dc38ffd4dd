"""The way to a server: its address, whom to trust on it, and what every request carries."""

from typing import Final

import avara_tui
from avara_tui.api.endpoint import check_api_key, parse_base_url
from avara_tui.api.tls import tls_context
from avara_tui.api.wire import Request

LARGEST_BODY: Final = 32 * 1024 * 1024
"""Bytes of an answer, unpacked. The largest page that the contract allows is about 6 MB."""


class RequestBase:
    """What it takes to send a request to one server with one key, which is in no ``repr``."""

    __slots__ = ("context", "endpoint", "headers")

    def __init__(self, base_url: str, api_key: str, ca_file: str | None) -> None:
        """Check all of it. Raises :class:`AvaraError` of kind SETUP."""
        self.endpoint = parse_base_url(base_url)
        key = check_api_key(api_key)
        self.context = tls_context(self.endpoint, ca_file)
        self.headers = {
            "Host": self.endpoint.origin.partition("//")[2],
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "Authorization": f"Bearer {key}",
            "User-Agent": f"avara-tui/{avara_tui.__version__}",
        }

    def target(self, request: Request) -> str:
        """Return the path and query of ``request`` on this server."""
        path = f"{self.endpoint.prefix}{request.path}"
        return f"{path}?{request.query}" if request.query else path
