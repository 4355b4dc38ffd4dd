"""The redirect page in a real browser: it arrives at the link, and tells nobody where from."""

import asyncio
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from avara_tui.triage.opener.links import allowed_hosts
from avara_tui.triage.opener.local import open_local
from needs import need_program


@pytest.mark.chromium
async def test_chromium_follows_the_page_to_the_link(tmp_path: Path) -> None:
    chromium = need_program("chromium", "chromium")
    asked: list[tuple[str, str | None]] = []
    arrived = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/viewer"):
                asked.append((self.path, self.headers["Referer"]))
                arrived.set()
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base_url = f"http://127.0.0.1:{server.server_address[1]}"
    pid_file = tmp_path / "pid"
    wrapper = tmp_path / "browser"
    wrapper.write_text(
        f"#!/bin/sh\necho $$ > {pid_file}\n"
        f"exec {chromium} --headless --no-sandbox --disable-gpu --disable-dev-shm-usage "
        f'--user-data-dir={tmp_path}/profile --remote-debugging-port=0 "$@"\n'
    )
    wrapper.chmod(0o755)
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    link = f'{base_url}/viewer?token=a\'b;c="d"&e=(f)'.replace('"', "%22")
    try:
        await open_local(
            link,
            allowed=allowed_hosts(base_url),
            environ={**os.environ, "HOME": str(tmp_path)},
            browser_command=[str(wrapper)],
            directory=runtime,
            patience=0.1,
        )
        assert await asyncio.to_thread(arrived.wait, 60)
    finally:
        if pid_file.exists():
            os.killpg(int(pid_file.read_text()), signal.SIGKILL)
        server.shutdown()
        server.server_close()
    assert asked[0] == ("/viewer?token=a%27b;c=%22d%22&e=(f)", None)
