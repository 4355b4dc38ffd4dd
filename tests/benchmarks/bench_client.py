"""What reading 10,000 studies costs: our client, bare httpx and json, and the official SDK.

The studies are the emulator's. A process of its own serves them as ready-made pages, so that the
time measured is the client's alone; every reader has a process of its own too, and they take
turns. That time is CPU time, and the figures are ratios of medians of this run. What parsing one
page takes is the best of many turns, because a millisecond is easily disturbed.
"""

import asyncio
import gc
import json
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from benchmarks.ready import OURSELVES, number_of, serve

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

STUDIES = 10_000
PAGE = 100
ROUNDS = 7
KEY = "sk_live_0123456789abcdef0123456789abcdef"

Reader = Callable[[str], AsyncIterator[object]]


async def read_with_httpx(base_url: str) -> AsyncIterator[object]:
    """Yield studies as dicts."""
    import httpx

    headers = {"Authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(base_url=base_url, headers=headers) as client:
        cursor: str | None = None
        while True:
            parameters = {"limit": PAGE} | ({} if cursor is None else {"cursor": cursor})
            response = await client.get("/v1/viewer/studies", params=parameters)
            page = json.loads(response.content)
            for study in page["studies"]:
                yield study
            cursor = page.get("cursor")
            if cursor is None:
                return


async def read_with_sdk(base_url: str) -> AsyncIterator[object]:
    """Yield studies as the official SDK's models."""
    from avara import AsyncAvara

    async with AsyncAvara(api_key=KEY, base_url=base_url) as client:
        async for study in client.viewer.studies.list(limit=PAGE):
            yield study


async def read_with_ours(base_url: str) -> AsyncIterator[object]:
    """Yield studies as our own."""
    from avara_tui.api.client import AvaraClient

    async with AvaraClient(base_url, KEY) as client:
        async for page in client.walk_studies(limit=PAGE):
            for study in page.studies:
                yield study


READERS: dict[str, Reader] = {
    "httpx": read_with_httpx,
    "sdk": read_with_sdk,
    "ours": read_with_ours,
}


async def measure(name: str, base_url: str, *, is_memory: bool) -> float:
    """Return the seconds of CPU time of a second reading, or the bytes that a study takes."""
    read = READERS[name]

    async def read_all() -> list[object]:
        return [study async for study in read(base_url)]

    assert len(await read_all()) == STUDIES
    gc.collect()
    if not is_memory:
        began = time.process_time()
        assert len(await read_all()) == STUDIES
        return time.process_time() - began
    tracemalloc.start()
    held = await read_all()
    gc.collect()
    taken, _peak = tracemalloc.get_traced_memory()
    return taken / len(held)


def make_pages(studies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the envelopes of all pages."""
    count = len(studies) // PAGE
    return [
        {"studies": studies[number * PAGE : (number + 1) * PAGE], "hasMore": number + 1 < count}
        | ({"cursor": str(number + 1)} if number + 1 < count else {})
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with EmbeddedEmulator(studies=STUDIES, seed=1) as emulator:
        studies: list[dict[str, Any]] = [dict(study) for study in emulator.studies()]
    path = tmp_path_factory.mktemp("pages") / "pages.jsonl"
    path.write_text(
        "\n".join(json.dumps(page, separators=(",", ":")) for page in make_pages(studies))
    )
    return path


@contextmanager
def serving(pages: Path) -> Iterator[str]:
    argv = [sys.executable, __file__, "serve", str(pages)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=OURSELVES) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def in_a_process(name: str, base_url: str, what: str) -> float:
    argv = [sys.executable, __file__, what, name, base_url]
    said = subprocess.run(argv, check=True, capture_output=True, text=True, env=OURSELVES)
    return float(said.stdout)


def test_ten_thousand_studies(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in READERS}
    with serving(pages) as base_url:
        for _ in range(ROUNDS):
            for name in READERS:
                seconds[name].append(in_a_process(name, base_url, "time"))
        held = {name: in_a_process(name, base_url, "memory") for name in READERS}
    median = {name: statistics.median(times) for name, times in seconds.items()}
    with capsys.disabled():
        size = pages.stat().st_size / STUDIES
        print(f"\n{STUDIES} studies in {STUDIES // PAGE} pages, {size:.0f} B each on the wire")
        print(f"{'reader':8}{'CPU s':>8}{'x httpx':>9}{'x SDK':>8}{'B a study held':>16}")
        for name in READERS:
            print(
                f"{name:8}{median[name]:8.3f}{median[name] / median['httpx']:9.2f}"
                f"{median[name] / median['sdk']:8.2f}{held[name]:16.0f}"
            )
    assert median["ours"] <= 1.15 * median["httpx"]
    assert median["ours"] <= 0.25 * median["sdk"]
    assert held["ours"] <= 1000


def test_a_page_is_parsed_about_as_fast_as_json_reads_it(
    pages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from avara_tui.api.parse import Parser

    bodies = [line.encode() for line in pages.read_text().splitlines()]
    readers: dict[str, Callable[[bytes], object]] = {
        "json": json.loads,
        "ours": Parser().studies,
    }
    best = {name: [float("inf")] * len(bodies) for name in readers}
    for _ in range(5 * ROUNDS):
        for number, body in enumerate(bodies):
            for name, read in readers.items():
                began = time.perf_counter()
                read(body)
                best[name][number] = min(best[name][number], time.perf_counter() - began)
    loads, ours = (sum(best[name]) / len(bodies) for name in readers)
    with capsys.disabled():
        print(f"\na page: json.loads {loads * 1e6:.0f} us, ours {ours * 1e6:.0f} us", end="")
        print(f", {ours / loads:.2f} x")
    assert ours <= 1.5 * loads


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", path]:
            bodies = Path(path).read_bytes().splitlines()
            asyncio.run(serve(lambda target: bodies[number_of(target)]))
        case [what, name, base_url]:
            print(asyncio.run(measure(name, base_url, is_memory=what == "memory")))
