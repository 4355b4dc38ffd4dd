"""The address of an Avara Viewer API, and which addresses a key may be sent to."""

from typing import Final
from urllib.parse import urlsplit

DEFAULT_BASE_URL: Final = "https://api.avarasoftware.com"


def base_url_problem(url: str) -> str | None:
    """Return why no key may be sent to ``url``, or None when it is fit."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return "is no web address: it holds a blank or another character that none has"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        return f"is no web address: {error}"
    if parts.scheme not in ("https", "http") or not host:
        return f"must be an address such as {DEFAULT_BASE_URL}"
    if parts.username is not None or parts.password is not None:
        return "must not hold a user name or a password"
    if "?" in url or "#" in url:
        return "must end before any ? or #"
    if port == 0:
        return "has port 0, which nobody can connect to"
    if parts.scheme == "http" and not _is_loopback(host):
        return "must be https: over http anybody on the way can read the key"
    return None


def _is_loopback(host: str) -> bool:
    # Hardly anybody's server is spoken to in the clear: the first frame need not wait for it.
    from avara_tui.viewer_links import is_loopback  # noqa: PLC0415

    return is_loopback(host)


def normalize_base_url(url: str) -> str:
    """Return the one spelling of a fit base URL: lower-case host, no default port, no final slash.

    A stored key is bound to this spelling.
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    default_port = {"https": 443, "http": 80}.get(parts.scheme)
    port = "" if parts.port in (None, default_port) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"
