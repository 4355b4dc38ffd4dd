"""What the program reaches: browser, keyring, key, server, and the server's clock."""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from typing import Final

from avara_tui.api.errors import AvaraError, ErrorKind
from avara_tui.config import Settings
from avara_tui.text import clean
from avara_tui.triage.access import keyring_store
from avara_tui.triage.access.connection import (
    COMPLETE_FOR,
    Connection,
    ConnectionProblem,
    ProblemKind,
)
from avara_tui.triage.access.credentials import connect, is_usual_key
from avara_tui.triage.checkup.browser import browser_findings
from avara_tui.triage.checkup.verdicts import Finding, note, ok, problem
from avara_tui.triage.opener.links import allowed_hosts
from avara_tui.triage.opener.place import Place
from avara_tui.triage.process.hygiene import API_KEY_VARIABLE

DEADLINE: Final = 8.0
"""Seconds that the server may take."""
SLOW: Final = 1.0
SKEW_NOTED: Final = 5.0
SKEW_WRONG: Final = 60.0
"""Seconds that the two clocks may differ by before ages and deadlines are wrong."""
_PROXIES: Final = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def reach_findings(
    settings: Settings, environ: Mapping[str, str], seat: Place
) -> Iterator[Finding]:
    """Yield what there is to say, the quick things first. Each has its own time limit.

    ``seat`` is where the person sits.
    """
    yield from browser_findings(settings.profile, seat)
    yield ok("viewer", f"Studies may open on {_hosts(settings)}.")
    yield _person(settings)
    silent = None
    uses_keyring = API_KEY_VARIABLE not in environ and settings.profile.credential_command is None
    try:
        yield ok("keyring", f"{keyring_store.describe()}.")
    except ConnectionProblem as error:
        silent = error
        if uses_keyring:
            yield problem("keyring", str(error), _one_line(error.remedy))
        else:
            yield note("keyring", f"{error} The key comes from elsewhere.")
    if silent is not None and uses_keyring:
        yield problem("key", "There is none: the keyring cannot be asked.", "See above.")
        return
    try:
        connection = connect(settings, environ)
    except ConnectionProblem as error:
        name = "settings" if error.kind is ProblemKind.SETTINGS else "key"
        yield problem(name, str(error), _one_line(error.remedy))
        return
    yield _key(connection)
    yield ok("scope", COMPLETE_FOR)
    yield from _server(settings, connection, environ)


def _hosts(settings: Settings) -> str:
    hosts = allowed_hosts(settings.base_url, settings.profile.viewer_hosts)
    return ", ".join(clean(each, 80) for each in dict.fromkeys(hosts))


def _person(settings: Settings) -> Finding:
    if settings.profile.me is not None:
        return ok("you", f"{settings.profile.me}.")
    return note(
        "you",
        "Who you are is not known: “mine” and “claim” cannot work.",
        f"Give your user id as me in the profile {settings.profile.name}.",
    )


def _key(connection: Connection) -> Finding:
    said = f"From {connection.key_source}."
    if is_usual_key(connection.api_key):
        return ok("key", said)
    return note(
        "key",
        f"{said} It does not look like sk_live_ and 32 hexadecimal digits.",
        "Look whether it was copied whole.",
    )


def _server(
    settings: Settings, connection: Connection, environ: Mapping[str, str]
) -> Iterator[Finding]:
    where = f"{settings.base_url} (from {settings.base_url_source})"
    proxy = next((each for each in _PROXIES if environ.get(each)), None)
    if proxy is not None:
        # The address of a proxy may hold its password.
        yield note("proxy", f"https goes through the proxy that {proxy} names.")
    started = time.monotonic()
    skew, error = asyncio.run(_ask(connection))
    took = time.monotonic() - started
    if error is not None:
        yield _refused(where, error)
    elif took > SLOW:
        yield note("server", f"{where} answers and accepts the key, but takes {took:.1f} s.")
    else:
        yield ok("server", f"{where} answers and accepts the key, in {took * 1000:.0f} ms.")
    if skew is not None:
        yield _clock(skew)


async def _ask(connection: Connection) -> tuple[float | None, AvaraError | None]:
    """Ask for one study; return the server's clock skew and what went wrong."""
    from avara_tui.api.client import AvaraClient  # noqa: PLC0415 - takes long to import

    try:
        client = AvaraClient(
            connection.base_url, connection.api_key, ca_file=connection.ca_file, deadline=DEADLINE
        )
    except AvaraError as error:
        return None, error
    try:
        await client.list_studies(limit=1)
    except AvaraError as error:
        return client.clock_skew, error
    finally:
        await client.aclose()
    return client.clock_skew, None


def _refused(where: str, error: AvaraError) -> Finding:
    said = clean(str(error), 300)
    if error.kind is ErrorKind.UNAUTHORIZED:
        return problem(
            "server", f"{where} does not accept the key: {said}", "Store another one: auth login."
        )
    if error.kind is ErrorKind.FORBIDDEN:
        return problem(
            "server", f"{where} lets this key list no studies: {said}", "Ask for its rights."
        )
    if error.kind in (ErrorKind.UNREACHABLE, ErrorKind.TIMEOUT):
        return problem(
            "server",
            f"{where} is out of reach: {said}",
            "Look at the network, VPN, proxy and base_url.",
        )
    return problem("server", f"{where} does not answer as it should: {said}", "Check base_url.")


def _clock(skew: float) -> Finding:
    way = "behind" if skew > 0 else "ahead of"
    seconds = abs(skew)
    if seconds <= SKEW_NOTED:
        return ok("clock", "This machine and the server agree on the time.")
    said = f"This machine's clock is {seconds:,.0f} s {way} the server's"
    remedy = "Have it set by NTP (timedatectl)."
    if seconds > SKEW_WRONG:
        return problem("clock", f"{said}: ages and deadlines are wrong by that much.", remedy)
    return note("clock", f"{said}.", remedy)


def _one_line(remedy: str) -> str:
    return " ".join(remedy.split(os.linesep)) if remedy else ""
