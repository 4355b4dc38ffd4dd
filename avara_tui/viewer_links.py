"""Where a credential may go, and what is wrong with a link that a server sends.

A link to a study is a credential: of one that is refused, its scheme and its host are told, and
never a user name, a path, a query or a fragment.
"""

import ipaddress
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import SplitResult, urlsplit

from avara_tui.text import clean

LONGEST_LINK: Final = 8192
_LONGEST_SHOWN: Final = 80
# RFC 3986, section 2: what a URI consists of.
_URI = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
# A host may be followed by what only looks like a part of it, such as an escaped path.
_HOST = re.compile(r"[^\s!\"#$%&'()*+,/;<=>?@\\^`{|}~]*")


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine, by a name or an address that cannot lead elsewhere."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def link_problem(url: str, is_near: Callable[[str], bool]) -> str | None:
    """Return why ``url`` is no link to open, as a clause; None if it may be one.

    It may if it is https, holds only what an address may hold, and names a host and no user. http
    is for hosts that are so near that nobody can listen, as ``is_near`` says.
    """
    if not url or url.startswith("-"):
        return "it is no web address"
    if len(url) > LONGEST_LINK:
        return f"it has {len(url):,} characters"
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "it is no web address"
    return _problem_of_letters(url, host) or _problem_of_parts(parts, host, is_near)


def _problem_of_letters(url: str, host: str) -> str | None:
    if not host.isascii():
        return f"its host is {shown_host(host)}, and no web address has such letters"
    if _URI.fullmatch(url) is None:
        return "it holds characters that no web address has"
    return None


def _problem_of_parts(parts: SplitResult, host: str, is_near: Callable[[str], bool]) -> str | None:
    if parts.scheme not in {"https", "http"}:
        scheme = clean(parts.scheme, _LONGEST_SHOWN)
        return f"its scheme is {scheme}, not https" if scheme else "it has no scheme, not https"
    if not host:
        return "it names no host"
    if parts.username is not None or parts.password is not None:
        return f"it holds a user name besides its host, {shown_host(host)}"
    if parts.scheme == "http" and not is_near(host):
        return f"its scheme is http, which anybody on the way to {shown_host(host)} can read"
    return None


def shown_host(host: str) -> str:
    """Return ``host`` fit to show, without what only looks like a part of it."""
    found = _HOST.match(host)
    return clean("" if found is None else found[0], _LONGEST_SHOWN)
