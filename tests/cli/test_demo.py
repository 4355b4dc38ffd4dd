"""The demo's emulator: it is there when it is needed, and never longer than that."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from avara_tui.cli import demo
from avara_tui.cli.demo import DemoServer
from avara_tui.emulator import DEMO_USER_ID
from avara_tui.triage.access.connection import ConnectionProblem

WAIT = 20.0


def get(base_url: str, key: str, path: str) -> dict[str, object]:
    request = urllib.request.Request(  # noqa: S310 - our own emulator on loopback
        f"{base_url}{path}", headers={"Authorization": f"Bearer {key}"}
    )
    with urllib.request.urlopen(request, timeout=WAIT) as answer:  # noqa: S310
        told: dict[str, object] = json.load(answer)
        return told


def answers(base_url: str) -> bool:
    address = urllib.parse.urlsplit(base_url)
    try:
        socket.create_connection((address.hostname, address.port or 0), timeout=WAIT).close()
    except ConnectionRefusedError:
        return False
    return True


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < limit, "never came true"
        time.sleep(0.01)


def pid_of(server: DemoServer) -> int:
    assert server._process is not None
    return server._process.pid


def test_connects_to_the_studies_that_were_asked_for_and_ends() -> None:
    with DemoServer(studies=7, seed=3, arrivals=0) as server:
        connection = server.connect()
        page = get(connection.base_url, connection.api_key, "/v1/viewer/studies?limit=100")
        studies = page["studies"]
        assert isinstance(studies, list)
        assert len(studies) == 7
        assert connection.me == DEMO_USER_ID
        assert connection.profile == "demo"
        me = get(connection.base_url, connection.api_key, f"/v1/viewer/users/{connection.me}")
        assert me["userId"] == DEMO_USER_ID
        pid = pid_of(server)
        assert is_alive(pid)
    assert not is_alive(pid)


def test_who_asks_again_is_told_the_same() -> None:
    with DemoServer(studies=5, seed=1, arrivals=0) as server:
        first = server.connect()
        assert server.connect() == first


def test_leaving_before_it_is_ready_ends_it_too() -> None:
    with DemoServer(studies=400, seed=1, arrivals=0) as server:
        pid = pid_of(server)
    assert not is_alive(pid)


def test_an_emulator_that_ends_is_reported_with_what_it_said() -> None:
    with (
        DemoServer(studies=-5, seed=1, arrivals=0) as server,
        pytest.raises(ConnectionProblem, match=r"did not start\. It said: .*-5") as raised,
    ):
        server.connect()
    assert "avara-tui emulator" in raised.value.remedy


def test_an_emulator_that_stays_silent_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo, "START_LIMIT", 0.0)
    with (
        DemoServer(studies=1, seed=1, arrivals=0) as server,
        pytest.raises(ConnectionProblem, match="not ready after 0 s"),
    ):
        server.connect()


def test_it_does_not_outlive_a_program_that_is_killed() -> None:
    source = (
        "import signal; from avara_tui.cli.demo import DemoServer\n"
        "with DemoServer(studies=1, seed=1, arrivals=0) as server:\n"
        "    print(server.connect().base_url, flush=True); signal.pause()"
    )
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        base_url = parent.stdout.readline().decode().strip()
        assert answers(base_url)
        parent.send_signal(signal.SIGKILL)
    # Not its process id: an orphan that nobody waits for keeps that.
    wait_for(lambda: not answers(base_url))


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's /proc")
def test_it_never_sees_the_key_of_the_real_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVARA_API_KEY", "sk_live_0123456789abcdef0123456789abcdef")
    with DemoServer(studies=1, seed=1, arrivals=0) as server:
        server.connect()
        environ = Path(f"/proc/{pid_of(server)}/environ").read_bytes()
    assert b"PATH=" in environ
    assert b"sk_live" not in environ
