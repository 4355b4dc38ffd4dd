"""Where the server is, and whether a key may be sent there."""

from typing import Final, NamedTuple
from urllib.parse import urlsplit

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.viewer_links import is_loopback, link_problem

_CONNECT: Final = "connect"


class Endpoint(NamedTuple):
    """A server's address, checked."""

    origin: str
    """Scheme, host and port."""
    prefix: str
    """The path that all routes hang under: empty, or with a leading and no trailing slash."""
    host: str
    is_tls: bool


def setup_error(reason: str) -> AvaraError:
    """Return the error for a setting that makes every call impossible."""
    return AvaraError(ErrorKind.SETUP, _CONNECT, reason=reason)


def parse_base_url(base_url: str) -> Endpoint:
    """Return the endpoint that ``base_url`` names.

    Only https is accepted, because every request carries the key; this machine itself may be
    spoken to in the clear. Raises :class:`AvaraError` of kind SETUP.
    """
    try:
        parts = urlsplit(base_url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, None
    if parts is None or not host or parts.scheme not in {"http", "https"}:
        raise setup_error(
            "the base URL is no web address; it looks like https://api.avarasoftware.com"
        )
    if not parts.netloc.isascii() or not parts.netloc.isprintable() or " " in parts.netloc:
        raise setup_error("the base URL has a host name that is not plain ASCII")
    if "@" in parts.netloc:
        raise setup_error("the base URL must not hold a user name or a password")
    if parts.query or parts.fragment:
        raise setup_error("the base URL must end with its path, without ? or #")
    if not parts.path.isascii() or not parts.path.isprintable() or " " in parts.path:
        raise setup_error("the base URL has a path that is not plain ASCII")
    if parts.scheme == "http" and not is_loopback(host):
        raise setup_error(
            "the base URL must start with https:// (http:// would show the API key to the "
            "network; it is accepted only for this machine itself)"
        )
    named = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{named}" if port is None else f"{parts.scheme}://{named}:{port}"
    return Endpoint(origin, parts.path.rstrip("/"), host, parts.scheme == "https")


def why_not_open(url: str, endpoint: Endpoint) -> str | None:
    """Return why a link may not carry a token, as a clause; None if it may.

    It may if it is https, or leads to this machine itself and the server is on it.
    """
    return link_problem(url, lambda host: is_loopback(host) and is_loopback(endpoint.host))


def check_api_key(api_key: str) -> str:
    """Return ``api_key`` without blanks around it. Raises :class:`AvaraError` of kind SETUP."""
    key = api_key.strip()
    if not key:
        raise setup_error("there is no API key; sign in with: avara-tui auth login")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise setup_error(
            "the API key holds characters that no key has; sign in again with: avara-tui auth login"
        )
    return key
