"""Opening a study in the Avara Viewer: one fresh link an opening, never kept, never logged."""

import os
from typing import TYPE_CHECKING, NamedTuple, Protocol

from avara_tui.api.errors import AvaraError
from avara_tui.config import Profile
from avara_tui.triage.connection import Connection
from avara_tui.triage.opener import (
    OpenerError,
    allowed_hosts,
    check_url,
    has_display,
    is_remote,
    open_local,
)

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient


class Connected(Protocol):
    """Who can ask the server for a link."""

    @property
    def client(self) -> "AvaraClient | None":
        """The way to the server; None as long as there is none."""
        ...

    @property
    def connection(self) -> Connection | None:
        """The server and the key; None as long as they are not known."""
        ...


class Opened(NamedTuple):
    """The study was handed to a browser on this machine."""

    program: str


class LinkToGive(NamedTuple):
    """The browser is somewhere else: the link has to be given to the person."""

    url: str
    """The link. It is a credential: whoever has it opens the study."""
    reason: str
    """Why no browser was started here, as a sentence."""

    def __repr__(self) -> str:
        return "LinkToGive(***)"


class NotOpenedError(Exception):
    """The study could not be opened: the text says why, and what to do."""


async def open_study(
    session: Connected, study_id: str, profile: Profile, *, ends_soon: bool = False
) -> Opened | LinkToGive:
    """Fetch a link to a study and bring it to a browser.

    ``ends_soon`` says that this process may end before the browser has started. Raises
    :class:`NotOpenedError`.
    """
    client, connection = session.client, session.connection
    if client is None or connection is None:
        raise NotOpenedError("there is no connection to the server yet")
    try:
        url = await client.reroute_url(study_id)
    except AvaraError as error:
        raise NotOpenedError(str(error)) from None
    allowed = allowed_hosts(connection.base_url, profile.viewer_hosts)
    try:
        check_url(url, allowed)
    except OpenerError as error:
        raise NotOpenedError(f"{error} {error.remedy}".strip()) from None
    reason = why_not_here(profile)
    if reason is not None:
        return LinkToGive(url, reason)
    try:
        program = await open_local(
            url,
            allowed=allowed,
            environ=os.environ,
            browser_command=profile.browser_command,
            ends_soon=ends_soon,
        )
    except OpenerError as error:
        return LinkToGive(url, str(error))
    return Opened(program)


def why_not_here(profile: Profile) -> str | None:
    """Return why no browser can be started on this machine, as a sentence; None if one can."""
    if profile.browser_command is not None:
        return None
    if is_remote(os.environ):
        return "Your browser is on another machine."
    if not has_display(os.environ):
        return "There is no display to show a browser on."
    return None
