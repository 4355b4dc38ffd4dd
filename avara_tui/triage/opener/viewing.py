"""Opening a study in the Avara Viewer: one fresh link an opening, never kept, never logged."""

import asyncio
import contextlib
import os
import threading
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.config import Profile
from avara_tui.text import clean
from avara_tui.triage.access.connection import Connection
from avara_tui.triage.opener.links import OpenerError, allowed_hosts, check_url
from avara_tui.triage.opener.local import is_browser, open_local
from avara_tui.triage.opener.openings import Opening, Openings, Way
from avara_tui.triage.process.background import in_daemon_thread

if TYPE_CHECKING:
    from avara_tui.api.client import AvaraClient
    from avara_tui.triage.opener.place import Place

PATIENCE: Final = 5.0
"""Seconds in which it has to be clear where the person sits; it takes milliseconds."""
SWEEP_AFTER: Final = 3.0
"""Seconds after the start, in which there is more urgent work."""


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
    where: str = ""
    """Where it shows itself, if that could be elsewhere than one expects; empty otherwise."""
    doubt: str = ""
    """Why it may not be able to show the study; empty if it should be."""


class LinkToGive(NamedTuple):
    """The browser is somewhere else: the link has to be given to the person."""

    url: str
    """The link. It is a credential: whoever has it opens the study."""
    reason: str
    """Why no browser was started here, as a sentence."""
    is_shared: bool = False
    """Whether the terminals of several places get what is sent to the terminal."""

    def __repr__(self) -> str:
        return "LinkToGive(***)"


class NotOpenedError(Exception):
    """The study could not be opened: the text says why, and what to do."""

    def __init__(self, sentence: str, kind: ErrorKind | None = None) -> None:
        super().__init__(sentence)
        self.kind = kind
        """What went wrong between here and the server; None if it was something else."""


async def open_and_record(
    openings: Openings,
    session: Connected,
    study_id: str,
    profile: Profile,
    *,
    ends_soon: bool = False,
    shows_links: bool = True,
) -> tuple[Opened | LinkToGive, Opening]:
    """Open a study as :func:`open_study` does, and put it down among the openings.

    ``shows_links`` says that a link will be shown to the person; else it ends here, and the study
    counts as not opened. What is done with a link besides is for the caller to put down. Raises
    :class:`NotOpenedError`.
    """
    with openings.begin(study_id) as opening:
        try:
            opened = await open_study(session, study_id, profile, ends_soon=ends_soon)
        except NotOpenedError as error:
            openings.failed(opening, error.kind)
            raise
        if not isinstance(opened, LinkToGive):
            openings.given(opening, Way.PROGRAM if _knows_the_way(profile) else Way.BROWSER)
        elif shows_links:
            openings.given(opening, Way.LINK)
        else:
            openings.failed(opening)
    return opened, opening


async def open_study(
    session: Connected, study_id: str, profile: Profile, *, ends_soon: bool = False
) -> Opened | LinkToGive:
    """Fetch a link to a study and bring it to a browser.

    Where the person sits is looked at now, and not when the program was started. ``ends_soon``
    says that this process may end before the browser has started. Raises :class:`NotOpenedError`.
    """
    client, connection = session.client, session.connection
    if client is None or connection is None:
        raise NotOpenedError("there is no connection to the server yet")
    try:
        url = await client.reroute_url(study_id)
    except AvaraError as error:
        raise NotOpenedError(str(error), error.kind) from None
    allowed = allowed_hosts(connection.base_url, profile.viewer_hosts)
    try:
        check_url(url, allowed)
    except OpenerError as error:
        raise NotOpenedError(f"{error} {error.remedy}".strip()) from None
    place = await _look()
    if place.why_not and not _knows_the_way(profile):
        return LinkToGive(url, place.why_not, place.is_shared)
    try:
        handed = await open_local(
            url,
            allowed=allowed,
            environ=place.environ,
            browser_command=profile.browser_command,
            ends_soon=ends_soon,
        )
    except OpenerError as error:
        return LinkToGive(url, str(error))
    return Opened(handed.program, place.shown_on, handed.doubt)


def told_of(opened: Opened) -> str:
    """Return what to tell the person of a study that was handed to a browser."""
    parts = (f"{opened.program} {opened.where}".rstrip(), opened.doubt)
    return clean("; ".join(part for part in parts if part))


def why_not_here(profile: Profile) -> str | None:
    """Return why no browser can be started on this machine, as a sentence; None if one can.

    Blocking, for milliseconds if nothing hangs and for seconds at most.
    """
    from avara_tui.triage.opener.whereabouts import find_place  # noqa: PLC0415 - on request only

    if _knows_the_way(profile):
        return None
    return find_place(os.environ).why_not or None


def sweep_soon(after: float = SWEEP_AFTER) -> None:
    """Delete, in ``after`` seconds, private pages that were left when nobody could delete them."""
    timer = threading.Timer(after, _sweep)
    timer.daemon = True
    timer.start()


def _sweep() -> None:
    from avara_tui.triage.opener.page_folders import page_folders  # noqa: PLC0415 - not at the start
    from avara_tui.triage.opener.redirect_page import sweep  # noqa: PLC0415 - not at the start

    with contextlib.suppress(OSError):
        sweep(page_folders(os.environ))


async def _look() -> "Place":
    from avara_tui.triage.opener.place import UNKNOWN, Place  # noqa: PLC0415 - on request only
    from avara_tui.triage.opener.whereabouts import find_place  # noqa: PLC0415 - on request only

    try:
        async with asyncio.timeout(PATIENCE):
            return await in_daemon_thread(lambda: find_place(os.environ))
    except TimeoutError:
        return Place(os.environ, UNKNOWN)


def _knows_the_way(profile: Profile) -> bool:
    """Whether the person named a program that may bring a link to wherever they sit.

    A browser does not: it shows itself on the display of the machine that it runs on.
    """
    command = profile.browser_command
    return command is not None and not is_browser(command[0])
