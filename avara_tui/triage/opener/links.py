"""Which links may be opened: a viewer link is a credential, and it comes from a server."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from avara_tui.text import clean
from avara_tui.viewer_links import is_loopback, link_problem, shown_host

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_SERVICE_LABEL = re.compile(r"(?:.*-)?(?:api|viewer)(?:-.*)?")


class OpenerError(Exception):
    """A link was not opened or not sent. The text says why and never holds the link."""

    def __init__(self, sentence: str, *, remedy: str = "") -> None:
        super().__init__(sentence)
        self.remedy = remedy
        """What to do about it; empty if nothing can be done."""


def allowed_hosts(base_url: str, viewer_hosts: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the hosts that studies of the API at ``base_url`` may be opened on.

    These are the API's own host, its neighbours when its name says that it is one service of a
    domain (``api.example.org`` allows ``*.example.org``), and ``viewer_hosts``.
    """
    host = (urlsplit(base_url).hostname or "").lower()
    if is_loopback(host):
        return (*_LOOPBACK, *viewer_hosts)
    first, _, parent = host.partition(".")
    # A parent such as co.uk belongs to everybody: only the label of a service is taken off.
    if _SERVICE_LABEL.fullmatch(first) and "." in parent:
        return (host, parent, f"*.{parent}", *viewer_hosts)
    return (host, *viewer_hosts)


def check_url(url: str, allowed: Iterable[str]) -> None:
    """Raise :class:`OpenerError` unless ``url`` may be opened.

    It may if it is https (or http on this machine), holds only what an address may hold, names
    no user, and leads to one of the ``allowed`` hosts; ``*.example.org`` stands for every host
    below example.org.
    """
    problem = link_problem(url, is_loopback)
    if problem is not None:
        raise OpenerError(f"The server's link is refused: {problem}.")
    host = (urlsplit(url).hostname or "").lower()
    patterns = list(dict.fromkeys(allowed))
    if not any(_matches(host, pattern.lower()) for pattern in patterns):
        listed = ", ".join(clean(each, 80) for each in patterns)
        raise OpenerError(
            f"The server's link is refused: its host is {shown_host(host)}, not one of {listed}.",
            remedy="If your site's viewer is there, add it to viewer_hosts of the profile.",
        )


def _matches(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return host == pattern
