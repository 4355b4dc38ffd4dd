"""The endpoints: from a request to what it asks for, and from the result to an answer."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

Endpoint = Callable[[Request], Awaitable[Response]]
Endpoints = Mapping[str, Endpoint]
"""Endpoints by the names of their operations."""
