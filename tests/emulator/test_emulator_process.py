"""``avara-tui emulator`` as a process: what a parent process and a shell see of it."""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from avara_tui.emulator import command
from avara_tui.emulator.command import add_arguments
from emulator.plain_http import client_at, fetch
from emulator.raw_socket import eventually

PROGRAM = """
import argparse, sys
from avara_tui.emulator.command import add_arguments, run
parser = argparse.ArgumentParser()
add_arguments(parser)
sys.exit(run(parser.parse_args()))
"""
COMMAND = (sys.executable, "-c", PROGRAM)


@contextmanager
def started(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Run the command, wait for its first line, and end it in any case."""
    process = subprocess.Popen(
        [*COMMAND, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def list_studies(announced: dict[str, str]) -> Any:
    answer = fetch(
        f"{announced['base_url']}/v1/viewer/studies?limit=100",
        {"Authorization": f"Bearer {announced['api_key']}"},
    )
    assert answer.status_code == 200
    return answer.json()["studies"]


def test_the_first_line_tells_where_and_with_which_key() -> None:
    with started("--studies", "30") as (_, announced):
        assert sorted(announced) == ["api_key", "base_url"]
        assert announced["base_url"].startswith("http://127.0.0.1:")
        assert len(announced["api_key"]) == len("sk_live_") + 32
        assert len(list_studies(announced)) == 30


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    with started("--studies", "5") as (process, announced):
        # An idle connection that is kept alive must not hold it back.
        with client_at(announced["base_url"]) as client:
            assert client.get("/v1/viewer/studies").status_code == 401
            process.send_signal(number)
            out, err = process.communicate(timeout=10)
        assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize(
    "option", ["--fault=stall-before-answer=1", "--fault=drip-body=1", "--latency=60000"]
)
def test_a_signal_ends_it_cleanly_while_a_request_is_served(option: str) -> None:
    with started("--studies", "5", option) as (process, announced):
        host, port = announced["base_url"].removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection:
            key = announced["api_key"]
            request = f"GET /v1/express HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n"
            connection.sendall(request.encode())
            # Another request, answered at once, proves that the first has been taken up.
            assert fetch(f"{announced['base_url']}/_emulator/faults").status_code == 401
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=10)
        assert (process.returncode, out, err) == (0, "", "")


def test_it_ends_with_its_parent_when_asked_to() -> None:
    with started("--studies", "5", "--until-stdin-closes") as (process, _):
        out, err = process.communicate(timeout=10)  # closes the pipe
        assert (process.returncode, out, err) == (0, "", "")


def test_without_any_stdin_it_ends_at_once_when_asked_to() -> None:
    closed = (
        "import os, sys; os.close(0); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    )
    command = [
        sys.executable,
        "-c",
        closed,
        "-c",
        PROGRAM,
        "--until-stdin-closes",
        "--studies",
        "1",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_is_gone_is_said_in_one_sentence() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as nowhere:
        # The whole program: what of the line is still unwritten is its entry's to give up.
        done = subprocess.run(
            [sys.executable, "-m", "avara_tui", "emulator", "--studies", "1"],
            stdout=nowhere,
            stderr=subprocess.PIPE,
            text=True,
            timeout=20,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("host", ["x" * 300, "203.0.113.7"])
def test_a_host_that_is_not_ours_is_said_in_one_sentence(host: str) -> None:
    done = run("--host", host)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"avara-tui emulator: Cannot listen on {host}")
    assert done.stderr.count("\n") == 1


def test_without_being_asked_to_it_outlives_its_stdin() -> None:
    with started("--studies", "5") as (process, announced):
        assert process.stdin is not None
        process.stdin.close()
        assert list_studies(announced)
        assert process.poll() is None


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options], capture_output=True, text=True, timeout=20, check=False
    )


def test_a_port_in_use_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("--port", str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"avara-tui emulator: Cannot listen on 127.0.0.1 port {port}")
    assert done.stderr.count("\n") == 1


def test_a_database_that_cannot_be_used_is_said_in_one_sentence(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, and long enough that SQLite reads a header of it " * 20)
    for path in (tmp_path / "missing" / "file.db", tmp_path, text):
        done = run("--database", str(path))
        assert done.returncode == 1
        assert done.stdout == ""
        assert str(path) in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "options",
    [
        ("--port", "65536"),
        ("--studies", "-1"),
        ("--studies", "many"),
        ("--latency", "nan"),
        ("--arrivals", "-2"),
        ("--fault", "reset-before=2"),
        ("--fault", "nonsense=0.5"),
        ("--fault", "status-503"),
        ("--now", "yesterday"),
        ("--api-key", "two words"),
        ("--switch", "metadata=perhaps"),
        ("--switch", "no-such-switch=1"),
    ],
)
def test_a_wrong_option_is_refused_with_2(
    options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser(prog="avara-tui emulator")
    add_arguments(parser)
    try:
        code: object = command.run(parser.parse_args(options))
    except SystemExit as leaving:
        code = leaving.code
    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    assert said.err.splitlines()[-1].startswith("avara-tui emulator: ")


def test_a_database_file_is_kept_and_not_seeded_again(tmp_path: Path) -> None:
    file = tmp_path / "studies.db"
    with started("--database", str(file), "--studies", "12") as (process, announced):
        first = list_studies(announced)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
    with started("--database", str(file), "--studies", "500", "--seed", "9") as (_, announced):
        assert list_studies(announced) == first


def test_the_same_options_serve_the_same_studies() -> None:
    options = ("--studies", "60", "--seed", "7", "--now", "2026-03-15T10:30:00Z")
    with started(*options) as (_, first), started(*options) as (_, second):
        assert list_studies(first) == list_studies(second)


def test_the_given_key_and_only_it_is_let_in() -> None:
    with started("--api-key", "sk_live_mine", "--studies", "3") as (_, announced):
        assert announced["api_key"] == "sk_live_mine"
        assert len(list_studies(announced)) == 3
        for headers in ({}, {"Authorization": "Bearer sk_live_other"}):
            answer = fetch(f"{announced['base_url']}/v1/viewer/studies", headers)
            assert answer.status_code == 401
            assert answer.json()["message"]


def test_faults_and_switches_are_options() -> None:
    options = ("--studies", "30", "--switch", "order=oldest", "--switch", "has-more=never")
    with started(*options) as (_, announced):
        studies = list_studies(announced)
        assert studies[0]["createdAt"] < studies[-1]["createdAt"]
    with started("--fault", "status-503=1", "--studies", "1") as (_, announced):
        headers = {"Authorization": f"Bearer {announced['api_key']}"}
        assert fetch(f"{announced['base_url']}/v1/express", headers).status_code == 503


def test_studies_arrive_when_asked_to() -> None:
    with started("--studies", "5", "--arrivals", "60000") as (_, announced):
        eventually(lambda: len(list_studies(announced)) > 20, seconds=20)


def test_each_answer_waits_for_the_latency() -> None:
    with started("--studies", "1", "--latency", "80") as (_, announced):
        sent = time.monotonic()
        list_studies(announced)
        # A lower bound holds on any machine.
        assert time.monotonic() - sent >= 0.08
