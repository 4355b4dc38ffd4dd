"""How long people wait: to the first frame, to the first study, to ``--version``.

Every figure is a ratio of medians of runs that took turns on the same machine.
"""

import fcntl
import json
import os
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from terminal.harness import environment, program, spawn

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

ROUNDS = 15
COMMAND = str(Path(sys.executable).with_name("avara-tui"))
"""What people start."""
ATTEMPTS = 3
QUIET = 0.05
"""How far two medians of the same program may be apart before it is measured again."""
LIMIT = 30.0
"""Seconds for one run."""
HELLO = """
from textual.app import App, ComposeResult
from textual.widgets import Static

class Hello(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("Hello")

Hello().run()
"""


class Candidate(NamedTuple):
    """A program, and the bytes by which one knows that it shows what was waited for."""

    name: str
    argv: Sequence[str]
    mark: bytes


def seconds_to_mark(candidate: Candidate, environ: dict[str, str]) -> float:
    """Return the seconds from exec until the program has written its mark; end the program."""
    master, slave = os.openpty()
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    started = time.perf_counter()
    pid = spawn(os.ttyname(slave), candidate.argv, environ).pid
    os.close(slave)
    written = b""
    try:
        while candidate.mark not in written:
            left = started + LIMIT - time.perf_counter()
            ready, _, _ = select.select([master], [], [], max(0.0, left))
            assert ready, f"{candidate.name} wrote only {written[-2000:]!r}"
            written += os.read(master, 65_536)
        return time.perf_counter() - started
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(master)


def take_turns(candidates: Sequence[Candidate], environ: dict[str, str]) -> list[float]:
    """Return each candidate's median over rounds in which all of them run, in changing order."""
    for candidate in candidates:
        # The first run compiles.
        seconds_to_mark(candidate, environ)
    seconds: list[list[float]] = [[] for _ in candidates]
    for number in range(ROUNDS):
        order = list(range(len(candidates)))
        for index in order if number % 2 else reversed(order):
            seconds[index].append(seconds_to_mark(candidates[index], environ))
    return [statistics.median(each) for each in seconds]


def report(what: str, candidates: Sequence[Candidate], medians: Sequence[float]) -> list[float]:
    """Print the medians with their ratios to the first, and return the ratios."""
    ratios = [median / medians[0] for median in medians]
    print(f"\n{what}, median of {ROUNDS} runs each:")
    for candidate, median, ratio in zip(candidates, medians, ratios, strict=True):
        print(f"  {candidate.name:<34} {median * 1000:7.1f} ms   x {ratio:.2f}")
    return ratios


@pytest.fixture
def emulator() -> Iterator[dict[str, str]]:
    """Run an emulator with 1,000 studies in a process of its own; return how to reach it."""
    process = subprocess.Popen(
        program("emulator", "--port", "0", "--studies", "1000", "--until-stdin-closes"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    told = json.loads(process.stdout.readline())
    yield {"AVARA_BASE_URL": told["base_url"], "AVARA_API_KEY": told["api_key"]}
    process.stdin.close()
    process.wait(10)
    process.stdout.close()


@pytest.fixture
def hello(tmp_path: Path) -> Candidate:
    """A Textual program that shows one word."""
    source = tmp_path / "hello.py"
    source.write_text(HELLO)
    return Candidate(
        "bare Textual hello, first frame", [sys.executable, "-P", str(source)], b"Hello"
    )


def test_first_frame_and_first_study(
    hello: Candidate, emulator: dict[str, str], tmp_path: Path
) -> None:
    candidates = [
        hello,
        Candidate("avara-tui, first frame", [COMMAND], b"starting"),
        Candidate("avara-tui, worklists named", [COMMAND], b"All open"),
        Candidate("avara-tui, first study", [COMMAND], "▲ STAT".encode()),
        Candidate("the hello again (noise)", hello.argv, hello.mark),
    ]
    for _ in range(ATTEMPTS):
        medians = take_turns(candidates, environment(tmp_path / "home", **emulator))
        _, frame, _, study, noise = report("exec to screen, 120x40", candidates, medians)
        if abs(noise - 1) <= QUIET:
            break
        print("  the machine is busy with something else")
    design = "met" if frame <= 1.10 else "missed"
    first = "met" if study <= 1.80 else "missed"
    print(f"  bars: first frame 1.25 (design 1.10: {design}), first study 1.80 ({first})")
    assert frame <= 1.25


def test_version_and_help(tmp_path: Path) -> None:
    parser = "import argparse; argparse.ArgumentParser().parse_args()"
    candidates = [
        Candidate(
            "python with a command parser", [sys.executable, "-c", f"{parser}; print('ok')"], b"ok"
        ),
        Candidate("avara-tui --version", [COMMAND, "--version"], b"avara-tui "),
        Candidate("avara-tui --help", [COMMAND, "--help"], b"commands"),
    ]
    medians = take_turns(candidates, environment(tmp_path / "home"))
    _, version, helped = report("exec to answer", candidates, medians)
    assert version <= 1.5
    assert helped <= 1.5
