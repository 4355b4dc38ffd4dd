"""``open`` says why a link that the server gave is not opened, and nothing secret of it."""

import asyncio
from pathlib import Path

import pytest

from api.raw_server import KEY, STUDY_ID, RawServer, Received, Reply, reply, study_json
from cli.commands import Shell

SECRET = "planted-token"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"ftp://viewer.example/?token={SECRET}", "its scheme is ftp, not https."),
        (f"https://evil.example/?token={SECRET}", "its host is evil.example, not one of localhost"),
        (f"https://{SECRET}@localhost/", "it holds a user name besides its host, localhost."),
    ],
)
async def test_a_refused_link_is_named_by_its_scheme_and_host(
    tmp_path: Path, url: str, why: str
) -> None:
    def handle(received: Received) -> Reply:
        return reply(study_json() if received.method == "GET" else {"url": url})

    async with RawServer(handle).running() as raw:
        shell = Shell(tmp_path, raw.base_url, KEY)
        ended = await asyncio.to_thread(shell.run, "open", STUDY_ID, "--link")
    assert ended.status == 1
    assert f"the server's link is refused: {why}" in ended.err.lower()
    assert ended.out == ""
    assert SECRET not in ended.err
