"""What an export costs: ``list --all --json``, and a plain script that prints what httpx reads.

A process of its own serves ready-made pages. Each reader is a process too, from its start to its
end, and they take turns; what is compared is CPU time, as a median. The export reads every list
twice, because a list that changes loses rows from page to page: its bar is a multiple for that.
Memory is the peak of the process, at two sizes: what a study more takes is the difference.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from avara_tui.emulator.embedded import EmbeddedEmulator
from benchmarks.ready import OURSELVES, number_of, serve

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]

PAGE = 100
STUDIES = 10_000
MANY = 50_000
ROUNDS = 3
KEY = "sk_live_0123456789abcdef0123456789abcdef"
MEASURED = """
import atexit, re, sys
from pathlib import Path
def tell():
    # The peak since this program was started, which that of its parent is no part of.
    peak = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())
    print(peak.group(1), file=sys.stderr)
atexit.register(tell)
"""
PLAIN = f"""{MEASURED}
import json, httpx
headers = {{"Authorization": "Bearer " + sys.argv[2]}}
with httpx.Client(base_url=sys.argv[1], headers=headers) as client:
    for is_cancelled in ("false", "true"):
        query = {{"limit": 100, "isCancelled": is_cancelled}}
        while True:
            page = client.get("/v1/viewer/studies", params=query).json()
            for study in page["studies"]:
                print(json.dumps(study))
            if not page.get("cursor"):
                break
            query["cursor"] = page["cursor"]
"""
OURS = f"""{MEASURED}
from avara_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""


class Cost(NamedTuple):
    """What a process took."""

    seconds: float
    """Of CPU time."""
    peak: int
    """Bytes of memory at most."""
    lines: int


def page(template: list[dict[str, Any]], number: int, total: int) -> bytes:
    """Return a page of studies, made of the template's with ids of their own."""
    ids = range(number * PAGE, (number + 1) * PAGE)
    rows = [
        {**template[each % len(template)], "studyId": f"stu_{each:032x}", "isCancelled": False}
        for each in ids
    ]
    is_last = (number + 1) * PAGE >= total
    envelope = {"studies": rows, "hasMore": not is_last}
    return json.dumps(envelope if is_last else envelope | {"cursor": str(number + 1)}).encode()


@contextmanager
def serving(file: Path, total: int) -> Iterator[str]:
    argv = [sys.executable, __file__, str(file), str(total)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=OURSELVES) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def cost(argv: list[str], home: Path, base_url: str) -> Cost:
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "AVARA_BASE_URL": base_url,
        "AVARA_API_KEY": KEY,
    }
    out, err = home / "out", home / "err"
    with out.open("wb") as output, err.open("wb") as errors:
        process = subprocess.Popen(argv, env=environ, stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, err.read_text()
    with out.open("rb") as output:
        lines = sum(1 for _ in output)
    return Cost(usage.ru_utime + usage.ru_stime, int(err.read_text()) * 1024, lines)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with EmbeddedEmulator(studies=1000, seed=1) as emulator:
        rows = emulator.studies()
    file = tmp_path_factory.mktemp("studies") / "studies.json"
    file.write_text(json.dumps(rows))
    return file


def readers(base_url: str) -> dict[str, list[str]]:
    ours = [sys.executable, "-P", "-c", OURS, "list", "--json", "--all"]
    return {
        "plain": [sys.executable, "-c", PLAIN, base_url, KEY],
        "ours": ours,
        "sorted": [*ours, "--sort", "triage"],
    }


def test_an_export(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    costs: dict[str, list[Cost]] = {}
    with serving(template, STUDIES) as base_url:
        for _ in range(ROUNDS):
            for name, argv in readers(base_url).items():
                costs.setdefault(name, []).append(cost(argv, tmp_path, base_url))
    with serving(template, MANY) as base_url:
        large = {name: cost(argv, tmp_path, base_url) for name, argv in readers(base_url).items()}
    seconds = {
        name: statistics.median(each.seconds for each in some) for name, some in costs.items()
    }
    more = {
        name: (large[name].peak - min(each.peak for each in costs[name])) / (MANY - STUDIES)
        for name in large
    }
    with capsys.disabled():
        print(f"\n{STUDIES} studies; memory for each more, up to {MANY}")
        print(f"{'reader':8}{'CPU s':>8}{'x plain':>9}{'peak MB':>9}{'B a study more':>16}")
        for name, whole in large.items():
            print(
                f"{name:8}{seconds[name]:8.2f}{seconds[name] / seconds['plain']:9.2f}"
                f"{whole.peak / 1e6:9.0f}{more[name]:16.0f}"
            )
    assert all(each.lines == STUDIES for some in costs.values() for each in some)
    assert all(each.lines == MANY for each in large.values())
    assert more["ours"] <= 0.4 * more["sorted"]
    assert seconds["ours"] <= 3 * seconds["plain"]


if __name__ == "__main__":
    template_rows, total_rows = json.loads(Path(sys.argv[1]).read_bytes()), int(sys.argv[2])
    bodies = [page(template_rows, number, total_rows) for number in range(total_rows // PAGE)]
    nothing = json.dumps({"studies": [], "hasMore": False}).encode()

    def body(target: bytes) -> bytes:
        """None of the studies is cancelled."""
        return nothing if b"isCancelled=true" in target else bodies[number_of(target)]

    asyncio.run(serve(body))
